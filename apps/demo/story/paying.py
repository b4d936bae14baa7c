"""What becomes of approved money: it waits, goes out, comes back, or is called back."""

from datetime import datetime, timedelta

from apps.demo import words
from apps.demo.hours import minutes
from apps.demo.story.agenda import Story
from apps.demo.story.stage import Course, Scene
from apps.payouts.models import Hold, HoldStatus
from apps.payouts.services.hold import hold_extend, hold_release, hold_release_early
from apps.payouts.services.payout import PayoutResult, payout_report, payout_retry
from apps.reviews.services.recall import hold_recall_to_review


def runs_out(scene: Scene, _at: datetime) -> Story:
    """The timer releases the money when its time has come."""
    hold = _hold(scene)
    at = yield hold.release_at
    hold_release(hold.pk, now=at)
    return at


def paid(scene: Scene, at: datetime) -> Story:
    """The mall pays and says so."""
    at = yield at + minutes(scene.stage.chance.uniform(1.5, 14))
    _report(scene, at, PayoutResult.PAID)
    return at


def not_paid(failure: str) -> Course:
    """The mall cannot pay and says why."""

    def course(scene: Scene, at: datetime) -> Story:
        at = yield at + minutes(scene.stage.chance.uniform(20, 60))
        _report(scene, at, PayoutResult.FAILED, words.payout_failure(failure))
        return at

    return course


def asked_again(reason: str) -> Course:
    """The supervisor asks the mall to pay again."""

    def course(scene: Scene, at: datetime) -> Story:
        turn = scene.stage.desk.supervise(at + timedelta(hours=1))
        scene.stage.desk.take(turn)
        at = yield turn.acts
        text = words.hold_reason(reason, turn.member.colleague.language)
        payout_retry(scene.refund_id, reason=text, actor=turn.member.actor, now=at)
        return at

    return course


def extended(reason: str, *, after: float, days: float) -> Course:
    """The supervisor, some hours later, lets the money wait longer."""

    def course(scene: Scene, at: datetime) -> Story:
        turn = scene.stage.desk.supervise(at + timedelta(hours=after))
        scene.stage.desk.take(turn)
        at = yield turn.acts
        hold = _hold(scene)
        text = words.hold_reason(reason, turn.member.colleague.language)
        later = hold.release_at + timedelta(days=days)
        hold_extend(hold.pk, release_at=later, reason=text, actor=turn.member.actor, now=at)
        return at

    return course


def let_go(reason: str, *, after: float) -> Course:
    """The supervisor, some hours later, releases the money before its time."""

    def course(scene: Scene, at: datetime) -> Story:
        turn = scene.stage.desk.supervise(at + timedelta(hours=after))
        scene.stage.desk.take(turn)
        at = yield turn.acts
        text = words.hold_reason(reason, turn.member.colleague.language)
        hold_release_early(_hold(scene).pk, reason=text, actor=turn.member.actor, now=at)
        return at

    return course


def called_back(reason: str, *, ago: float) -> Course:
    """Whoever is on duty recalls the money to review, so many minutes before now."""

    def course(scene: Scene, at: datetime) -> Story:
        at = yield max(at, scene.stage.now - minutes(ago))
        member = scene.stage.desk.on_duty(at)
        text = words.hold_reason(reason, member.colleague.language)
        hold_recall_to_review(_hold(scene).pk, reason=text, actor=member.actor, now=at)
        return at

    return course


def _hold(scene: Scene) -> Hold:
    return Hold.objects.get(refund_id=scene.refund_id, status=HoldStatus.OPEN)


def _report(scene: Scene, at: datetime, result: PayoutResult, failure: str = "") -> None:
    payout_report(
        scene.refund_id,
        client_id=scene.stage.client.pk,
        result=result,
        reference=f"PO{scene.reference.removeprefix('RF-').replace('-', '')}",
        at=at - timedelta(seconds=2),
        failure_reason=failure,
        actor=scene.stage.client_actor,
        now=at,
    )
