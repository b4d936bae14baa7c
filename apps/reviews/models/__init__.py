"""The work of people: queues, cases, claims, decisions, information requests, appeals, notes."""

from apps.reviews.models.cases import CaseStatus, Claim, ClaimEnd, OpenedBecause, Queue, ReviewCase
from apps.reviews.models.correspondence import Appeal, InformationItem, InformationRequest, Note
from apps.reviews.models.decisions import Decision, DecisionOutcome, DecisionReason

__all__ = [
    "Appeal",
    "CaseStatus",
    "Claim",
    "ClaimEnd",
    "Decision",
    "DecisionOutcome",
    "DecisionReason",
    "InformationItem",
    "InformationRequest",
    "Note",
    "OpenedBecause",
    "Queue",
    "ReviewCase",
]
