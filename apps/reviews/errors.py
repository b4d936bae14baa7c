"""Why a case stays as it is."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, Invalid, NotFound, NotPermitted


class CaseUnknown(NotFound):
    """There is no such case."""

    code = "case_unknown"
    title = _("Unknown case")
    message = _("There is no such case.")


class QueueEmpty(NotFound):
    """Nothing waits that this person may take."""

    code = "queue_empty"
    title = _("Nothing to claim")
    message = _("No case is waiting that you may take.")


class CaseNotOpen(Conflict):
    """Decided, withdrawn, or waiting for the customer."""

    code = "case_not_open"
    title = _("Case is not open")
    message = _("This case has been decided, withdrawn, or waits for information.")


class CaseAlreadyClaimed(Conflict):
    """Somebody else has it."""

    code = "case_already_claimed"
    title = _("Case already claimed")
    message = _("{holder} is working on this case.")


class CaseNotForYou(NotPermitted):
    """The appeal of one's own decision goes to somebody else."""

    code = "case_not_for_you"
    title = _("Case is not for you")
    message = _("You had a part in the first decision, so somebody else looks at this case.")


class ClaimLost(Conflict):
    """The lease ended, or somebody took over: the page is stale."""

    code = "claim_lost"
    title = _("You no longer hold this case")
    message = _("Your claim on this case has ended. Nothing was changed; claim it again to go on.")


class AppealTextMissing(Invalid):
    """An appeal says what was wrong with the denial."""

    code = "appeal_text_missing"
    title = _("Text of the appeal missing")
    message = _("Say why the denial should be looked at again.")


class AppealsUsedUp(Conflict):
    """The refund has been appealed as often as it may be."""

    code = "appeals_used_up"
    title = _("No further appeal")
    message = _("A refund may be appealed {limit} times; this one has been.")

    @property
    def extensions(self) -> dict[str, Any]:
        return {"limit": self.facts["limit"]}


class AppealTooLate(Conflict):
    """The time in which the denial could be appealed is over."""

    code = "appeal_too_late"
    title = _("Too late to appeal")
    message = _("The denial could be appealed until {until}.")

    @property
    def extensions(self) -> dict[str, Any]:
        return {"appealable_until": self.facts["until"]}


class ReasonNotForOutcome(Invalid):
    """That reason does not lead to that decision."""

    code = "reason_not_for_outcome"
    title = _("Reason does not fit")
    message = _("Choose a reason that fits the decision.")


class CustomerMessageMissing(Invalid):
    """Whoever is refused money is told why."""

    code = "customer_message_missing"
    title = _("Text for the customer missing")
    message = _("Tell the customer the reason and what would change the result.")


class PartialAmountsWrong(Invalid):
    """Partly means more than nothing and less than all."""

    code = "partial_amounts_wrong"
    title = _("Amounts do not fit")
    message = _("Approve for each line between nothing and what is asked, and in all less than the whole.")


class PartialNeedsLines(Invalid):
    """The refund names no lines to split it by."""

    code = "partial_needs_lines"
    title = _("No lines")
    message = _("The refund names no order lines, so it cannot be approved in part.")


class HoldUntilOutOfBounds(Invalid):
    """The hold would end in the past, or too early or late by the policy."""

    code = "hold_until_out_of_bounds"
    title = _("Time out of bounds")
    message = _("Hold until a time after now, from {least} to {most} hours off.")


class ItemsMissing(Invalid):
    """Nothing was asked for."""

    code = "items_missing"
    title = _("Nothing asked for")
    message = _("Choose what the customer shall send.")


class InformationMessageMissing(Invalid):
    """The customer is told what to do."""

    code = "information_message_missing"
    title = _("Text for the customer missing")
    message = _("Tell the customer what is needed and why.")


class InformationDueOutOfBounds(Invalid):
    """Too soon to answer, or too far off."""

    code = "information_due_out_of_bounds"
    title = _("Time out of bounds")
    message = _("Give the customer between an hour and {days} days.")


class NoteEmpty(Invalid):
    """A note says something."""

    code = "note_empty"
    title = _("Empty note")
    message = _("Write something first.")


class SecondReviewDue(Conflict):
    """Somebody decided already; what is missing is the second person's word."""

    code = "second_review_due"
    title = _("Second review")
    message = _("This case has been decided and waits for a second person, who confirms or disagrees.")


class NothingToConfirm(Conflict):
    """No decision waits for a second person."""

    code = "nothing_to_confirm"
    title = _("Nothing to confirm")
    message = _("No decision on this case waits for a second person.")


class DisagreementUnexplained(Invalid):
    """Whoever disagrees says why."""

    code = "disagreement_unexplained"
    title = _("Reason missing")
    message = _("Say what you see differently: the supervisors decide by it.")


class DecisionSettled(Conflict):
    """The time to undo it is over."""

    code = "decision_settled"
    title = _("Too late to undo")
    message = _("The decision has taken effect and can no longer be undone.")


class CaseEscalated(NotPermitted):
    """Only supervisors take it now."""

    code = "case_escalated"
    title = _("Case was escalated")
    message = _("This case was escalated, so a supervisor decides on it.")


class EscalationUnexplained(Invalid):
    """Whoever escalates says why."""

    code = "escalation_unexplained"
    title = _("Reason missing")
    message = _("Say what the supervisor shall decide, and what you have found so far.")


class AlreadyEscalated(Conflict):
    """It is with the supervisors."""

    code = "already_escalated"
    title = _("Already escalated")
    message = _("This case is with the supervisors already.")


class HandOverRefused(Invalid):
    """That person cannot take the case."""

    code = "hand_over_refused"
    title = _("Cannot be handed over")
    message = _("Choose somebody else: this person is switched off, is you, or may not take this case.")


class TakeOverRefused(NotPermitted):
    """Supervisors alone take a case from its holder."""

    code = "take_over_refused"
    title = _("Not yours to take")
    message = _("Only a supervisor may take a case over, and only from somebody else who holds it.")


class QueueUnknown(NotFound):
    """There is no such queue."""

    code = "queue_unknown"
    title = _("Unknown queue")
    message = _("There is no such queue.")


class SupervisorNeeded(NotPermitted):
    """Supervisors alone share out the work."""

    code = "supervisor_needed"
    title = _("For supervisors")
    message = _("Only a supervisor may do that.")


class CalendarUnfit(Invalid):
    """Something about a calendar does not do."""

    code = "calendar_unfit"
    title = _("Calendar does not fit")
    message = _("The calendar cannot be kept like this.")

    @property
    def detail(self) -> str:
        """Say what is wrong."""
        words = {
            "name": _("A calendar needs a name of its own."),
            "gone": _("There is no such calendar any more."),
            "zone": _("There is no such time zone."),
            "country": _("Public holidays of this country are not known."),
            "empty": _("Somebody has to work on at least one day of the week."),
            "day": _("A day is named twice."),
            "shift": _("“{text}” is no shift; write it as 09:00-18:00, several one after the other."),
            "days": _("“{text}” is no day; write 2026-10-01 off, or 2026-10-10 worked, and what it is for."),
        }
        return str(words[self.facts["why"]]).format(text=self.facts.get("text", ""))


class ReviewMinutesUnfit(Invalid):
    """No time that a review can take."""

    code = "review_minutes_unfit"
    title = _("Time does not fit")
    message = _("A review may take 1 to {most} minutes.")


class TextUnknown(NotFound):
    """There is no such text."""

    code = "text_unknown"
    title = _("Unknown text")
    message = _("There is no such text.")


class TextTooLong(Invalid):
    """Longer than a message to a customer may be."""

    code = "text_too_long"
    title = _("Text too long")
    message = _("A text has {length} characters at the most.")


class PlaceholderUnknown(Invalid):
    """Something in braces that nothing would be put in the place of."""

    code = "placeholder_unknown"
    title = _("Unknown placeholder")
    message = _("{names} would reach the customer as it is. Placeholders are {known}.")


class ReportUnfit(Invalid):
    """A report that says nothing."""

    code = "report_unfit"
    title = _("Report incomplete")
    message = _("Say who reported it, and what.")


class StepsUnfit(Invalid):
    """Steps before a deadline that cannot be taken."""

    code = "steps_unfit"
    title = _("Steps do not fit")
    message = _(
        "Each step needs a share of 1 to 99 % that no other step has, and one that moves a case needs another queue."
    )


class TagUnfit(Invalid):
    """Not a tag, or one too many."""

    code = "tag_unfit"
    title = _("Tag does not fit")
    message = _("A tag has 1 to {length} characters without commas, and a case {most} tags at the most.")
