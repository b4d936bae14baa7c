"""What reviewers and customers do while a case is open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from apps.common.money import written
from apps.demo import pictures, words
from apps.demo.hours import minutes
from apps.demo.staff import Member
from apps.demo.story.agenda import Story
from apps.demo.story.stage import Course, Scene
from apps.identity.records import VerificationRecord
from apps.payouts.services.hold import LONGEST_HOLD
from apps.reviews.models import DecisionOutcome, DecisionReason, InformationItem
from apps.reviews.services.appeal import refund_appeal
from apps.reviews.services.claim import case_claim, claim_release
from apps.reviews.services.decide import case_decide
from apps.reviews.services.information import case_request_information, information_expire_due, information_receive
from apps.reviews.services.note import note_add
from apps.reviews.services.withdraw import refund_withdraw
from apps.reviews.verdicts import Verdict

_AFTER_THE_NOTE = timedelta(seconds=20)


@dataclass(frozen=True)
class Judgement:
    """What a reviewer concludes; `message` and `note` name texts. `hold_days` None leaves the wait to the policy."""

    outcome: DecisionOutcome
    reason: DecisionReason
    message: str = ""
    note: str = ""
    hold_days: int | None = None


def decided(judgement: Judgement) -> Course:
    """A reviewer claims the case, reads it, and decides."""

    def course(scene: Scene, at: datetime) -> Story:
        desk = scene.stage.desk
        turn = desk.review(at)
        desk.take(turn)
        at = yield turn.opens
        claim = case_claim(scene.case_id(), turn.member.person, actor=turn.member.actor, now=at)
        if judgement.note:
            at = yield turn.acts - _AFTER_THE_NOTE
            _write_note(scene, judgement.note, turn.member, at)
        at = yield turn.acts
        case_decide(
            scene.case_id(),
            _verdict(scene, judgement, at),
            person=turn.member.person,
            token=claim.token,
            actor=turn.member.actor,
            now=at,
        )
        return at

    return course


def noted(note: str, *, after: float) -> Course:
    """A colleague leaves a note, so many minutes after the case reached the queue, and does not take it."""

    def course(scene: Scene, at: datetime) -> Story:
        at = yield at + minutes(after)
        _write_note(scene, note, scene.stage.desk.on_duty(at), at)
        return at

    return course


def given_back(note: str) -> Course:
    """A reviewer takes the case, notes what is missing, and gives it back."""

    def course(scene: Scene, at: datetime) -> Story:
        turn = scene.stage.desk.review(at)
        scene.stage.desk.take(turn)
        at = yield turn.opens
        claim = case_claim(scene.case_id(), turn.member.person, actor=turn.member.actor, now=at)
        at = yield turn.acts - _AFTER_THE_NOTE
        _write_note(scene, note, turn.member, at)
        at = yield turn.acts
        claim_release(scene.case_id(), turn.member.person, token=claim.token, actor=turn.member.actor, now=at)
        return at

    return course


def opened(*, ago: float) -> Course:
    """Whoever is on duty has had the case open for so many minutes."""

    def course(scene: Scene, at: datetime) -> Story:
        at = yield max(at, scene.stage.now - minutes(ago))
        member = scene.stage.desk.on_duty(at)
        case_claim(scene.case_id(), member.person, actor=member.actor, now=at)
        return at

    return course


def asked(
    items: Sequence[InformationItem],
    message: str,
    *,
    days: float,
    answer: str = "",
    after_hours: float = 0,
    verification: VerificationRecord | None = None,
    picture: str = "",
) -> Course:
    """A reviewer asks the customer, who answers after so many hours, or lets the time run out."""

    def course(scene: Scene, at: datetime) -> Story:
        turn = scene.stage.desk.review(at)
        scene.stage.desk.take(turn)
        at = yield turn.opens
        person, actor, language = turn.member.person, turn.member.actor, scene.ask.purchase.buyer.language
        claim = case_claim(scene.case_id(), person, actor=actor, now=at)
        at = yield turn.acts
        due = at + timedelta(days=days)
        case_request_information(
            scene.case_id(),
            items=items,
            message=words.message(message, language),
            due=due,
            person=person,
            token=claim.token,
            actor=actor,
            now=at,
        )
        if not answer:
            at = yield due
            information_expire_due(now=at)
            return at
        at = yield at + timedelta(hours=after_hours)
        information_receive(
            scene.refund_id,
            client_id=scene.stage.client.pk,
            text=words.answer(answer, language),
            verification=verification,
            actor=scene.stage.client_actor,
            now=at,
            files=pictures.picture(picture),
        )
        return at

    return course


def appealed(appeal: str, *, ago: float, picture: str = "") -> Course:
    """The customer appeals the denial so many minutes before now."""

    def course(scene: Scene, at: datetime) -> Story:
        at = yield max(at, scene.stage.now - minutes(ago))
        refund_appeal(
            scene.refund_id,
            client_id=scene.stage.client.pk,
            text=words.appeal(appeal, scene.ask.purchase.buyer.language),
            actor=scene.stage.client_actor,
            now=at,
            files=pictures.picture(picture),
        )
        return at

    return course


def withdrawn(after: float) -> Course:
    """The customer takes the request back after so many minutes."""

    def course(scene: Scene, at: datetime) -> Story:
        at = yield at + minutes(after)
        refund_withdraw(
            scene.refund_id,
            client_id=scene.stage.client.pk,
            reason=words.withdrawal(scene.stage.chance, scene.ask.purchase.buyer.language),
            actor=scene.stage.client_actor,
            now=at,
        )
        return at

    return course


def _write_note(scene: Scene, note: str, author: Member, at: datetime) -> None:
    text = words.note(note, author.colleague.language, other=scene.sibling() or scene.reference)
    note_add(scene.case_id(), text=text, author=author.person, actor=author.actor, now=at)


def _verdict(scene: Scene, judgement: Judgement, at: datetime) -> Verdict:
    purchase, language = scene.ask.purchase, scene.ask.purchase.buyer.language
    used = {position: purchase.lines[position].percent or 0 for position in scene.ask.positions}
    kept = {
        # Whole units of the currency: nobody offers a customer 41.37.
        str(position + 1): max(100, purchase.lines[position].amount * (100 - percent) // 10_000 * 100)
        for position, percent in used.items()
    }
    facts = {
        "percent": str(max(used.values())),
        "amount": written(sum(kept.values()), purchase.shop.currency, language),
    }
    return Verdict(
        outcome=judgement.outcome,
        reason_code=judgement.reason,
        customer_message=words.message(judgement.message, language, **facts) if judgement.message else "",
        lines=kept if judgement.outcome is DecisionOutcome.PARTIAL else {},
        hold_until=None if judgement.hold_days is None else at + min(timedelta(days=judgement.hold_days), LONGEST_HOLD),
    )
