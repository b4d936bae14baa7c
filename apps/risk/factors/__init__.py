"""Factors: pure functions from facts and settings to what speaks for or against a refund."""

from apps.risk.factors.factor import Factor, Record, RecordKind, Unit, Unweighed, factor_document
from apps.risk.factors.weighing import factors_of

__all__ = ["Factor", "Record", "RecordKind", "Unit", "Unweighed", "factor_document", "factors_of"]
