"""The work of people: queues, cases, claims, decisions, information requests, appeals, notes, drafts."""

from apps.reviews.models.calendars import CalendarDay, WorkCalendar
from apps.reviews.models.cases import (
    AtEnd,
    CaseStatus,
    Claim,
    ClaimEnd,
    OpenedBecause,
    Queue,
    ReviewCase,
    StepKind,
)
from apps.reviews.models.correspondence import Appeal, Escalation, InformationItem, InformationRequest, Note
from apps.reviews.models.decisions import Decision, DecisionOutcome, DecisionReason
from apps.reviews.models.drafts import CaseViewer, DecisionDraft
from apps.reviews.models.proposals import LIVE, Proposal, ProposalState
from apps.reviews.models.reports import AdverseReport, ReportSource
from apps.reviews.models.saved import SavedView
from apps.reviews.models.texts import CustomerText

__all__ = [
    "LIVE",
    "AdverseReport",
    "Appeal",
    "AtEnd",
    "CalendarDay",
    "CaseStatus",
    "CaseViewer",
    "Claim",
    "ClaimEnd",
    "CustomerText",
    "Decision",
    "DecisionDraft",
    "DecisionOutcome",
    "DecisionReason",
    "Escalation",
    "InformationItem",
    "InformationRequest",
    "Note",
    "OpenedBecause",
    "Proposal",
    "ProposalState",
    "Queue",
    "ReportSource",
    "ReviewCase",
    "SavedView",
    "StepKind",
    "WorkCalendar",
]
