from datetime import timedelta

import pytest

from apps.audit.models import AuditEvent
from apps.refunds.models import Refund
from apps.reviews.errors import CaseAlreadyClaimed, CaseUnknown
from apps.reviews.models import CaseStatus, Decision, ReviewCase
from apps.reviews.services.settle import proposals_settle_due
from apps.reviews.services.together import cases_decide, decisions_undo
from apps.risk.models import RiskOutcome
from apps.webhooks.models import Event
from tests.support.factories import (
    DENIAL,
    NOON,
    Goods,
    make_client,
    make_order,
    make_person,
    open_desk,
    person_actor,
    submit,
)

pytestmark = pytest.mark.django_db

WINDOW = timedelta(seconds=5)


def cases(count: int) -> list[str]:
    client = make_client()
    made = [submit(make_order(client, Goods(3000)), RiskOutcome.REVIEW) for _number in range(count)]
    return [ReviewCase.objects.get(refund=refund).pk for refund in made]


def test_decides_each_by_itself_and_leaves_what_is_refused() -> None:
    first, second, taken = cases(3)
    open_desk(Refund.objects.get(cases=taken), make_person("wang"))
    lin = make_person("lin")

    made = cases_decide(
        [first, second, taken, "cas_nothing", first], DENIAL, person=lin, actor=person_actor(lin), now=NOON
    )

    assert len(made.decided) == 2
    assert {case_id: type(refusal) for case_id, refusal in made.refused.items()} == {
        taken: CaseAlreadyClaimed,
        "cas_nothing": CaseUnknown,
    }
    assert set(Decision.objects.values_list("case_id", flat=True)) == {first, second}
    assert AuditEvent.objects.filter(action="case.decided").count() == 2
    assert Event.objects.filter(type="refund.denied").count() == 2
    assert ReviewCase.objects.get(pk=taken).holder is not None


def test_undoes_all_that_can_still_be_undone_and_only_ones_own() -> None:
    first, second = cases(2)
    lin, wang = make_person("lin"), make_person("wang")
    made = cases_decide([first, second], DENIAL, person=lin, actor=person_actor(lin), now=NOON, undo_for=WINDOW)
    assert decisions_undo(made.batch, wang, actor=person_actor(wang), now=NOON) == 0
    assert decisions_undo("", lin, actor=person_actor(lin), now=NOON) == 0

    assert decisions_undo(made.batch, lin, actor=person_actor(lin), now=NOON) == 2

    assert proposals_settle_due(now=NOON + WINDOW) == 0
    assert not Decision.objects.exists()
    assert set(ReviewCase.objects.values_list("status", "holder")) == {(CaseStatus.OPEN, lin.pk)}
    assert decisions_undo(made.batch, lin, actor=person_actor(lin), now=NOON) == 0
