"""Backtests: started, advanced in chunks, cancelled."""
