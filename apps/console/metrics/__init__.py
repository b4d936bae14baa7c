"""GET /metrics: how the work stands, for Prometheus."""
