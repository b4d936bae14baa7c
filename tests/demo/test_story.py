"""The world as it is loaded, once for all of these: a class with rows of its own is what Django offers for that."""

import tempfile
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import Count, DateTimeField, Max
from django.test import TestCase

from apps.attachments.models import Attachment
from apps.attachments.services.keep import attachment_storage
from apps.audit.models import AuditEvent
from apps.demo.loading import load
from apps.demo.story.stage import Group, LiveAsk
from apps.demo.world import build
from apps.monitors.models import Alert
from apps.notifications.models import Notice
from apps.payouts.models import Hold, HoldStatus
from apps.refunds.models import Origin, Refund, RefundStatus
from apps.reviews.models import Appeal, CaseStatus, Claim, Decision, ReviewCase
from apps.rings.models import RingMember
from apps.risk.models import PolicyVersion, RiskAssessment, RiskLevel
from apps.webhooks.models import EndpointHour, Event, WebhookDelivery, WebhookEndpoint
from tests.demo.test_world import NOW

# What is promised for later.
_LATER = {
    "answer_by",
    "due_at",
    "expires_at",
    "hold_until",
    "judge_due_at",
    "latest_release_at",
    "step_due_at",
    "lease_until",
    "leased_until",
    "next_attempt_at",
    "paused_until",
    "release_at",
}


# In one process: each process that runs one of these loads the world.
@pytest.mark.xdist_group("demo")
class TheLoadedWorld(TestCase):
    groups: dict[str, Group]
    live: list[LiveAsk]

    @classmethod
    def setUpTestData(cls) -> None:
        with tempfile.TemporaryDirectory() as folder:
            load(now=NOW, sign_ins=Path(folder) / "demo.json")
        world = build(NOW)
        cls.live = world.live
        cls.groups = {world.reference(live.ask): live.group for live in world.live}

    def test_has_refunds_in_every_status(self) -> None:
        live = Refund.objects.filter(origin=Origin.LIVE)

        assert set(live.values_list("status", flat=True)) == set(RefundStatus.values)

    def test_brings_every_refund_of_a_ring_before_a_person(self) -> None:
        outcomes = self.outcomes()

        assert {group: dict(outcomes[group]) for group in Group if group is not Group.LAWFUL} == {
            Group.TRADE_CHAIN: {"review": 14},
            Group.CIRCULAR: {"review": 14},
            Group.PAYMENT_LOOP: {"review": 9},
        }

    def test_lets_most_lawful_refunds_go_by_without_a_person(self) -> None:
        assert dict(self.outcomes()[Group.LAWFUL]) == {"clear": 84, "hold": 25, "review": 38}

    def test_suspects_the_three_rings_and_no_lawful_asker(self) -> None:
        members = RingMember.objects.filter(account__isnull=False)
        suspected = set(members.values_list("account__external_id", flat=True))
        missed: dict[Group, set[str]] = defaultdict(set)
        for live in self.live:
            missed[live.group] |= {live.ask.purchase.buyer.id} - suspected
        lawful = {live.ask.purchase.buyer.id for live in self.live if live.group is Group.LAWFUL}

        assert set(members.values_list("ring__kind", flat=True)) >= {"cycle", "dense_block", "self_dealing"}
        assert lawful & suspected == set()
        assert missed[Group.PAYMENT_LOOP] | missed[Group.TRADE_CHAIN] == set()
        # One of those who asked back again and again is missed.
        assert missed[Group.CIRCULAR] == {"U24752361"}

    def test_fills_the_queue_with_cases_of_every_level_of_which_one_is_overdue(self) -> None:
        cases = ReviewCase.objects.filter(status=CaseStatus.OPEN)

        assert cases.count() == 37
        assert set(cases.values_list("level", flat=True)) == set(RiskLevel.values)
        assert cases.filter(due_at__lt=NOW).count() == 1
        assert cases.filter(due_at__gte=NOW, due_at__lt=NOW + timedelta(minutes=30)).count() == 3
        assert cases.filter(holder__isnull=False, leased_until__gt=NOW).count() == 1

    def test_has_an_appeal_that_waits_and_answers_with_the_pictures_that_they_speak_of(self) -> None:
        appeal = Appeal.objects.get()
        pictures = Counter(Attachment.objects.values_list("source", "name"))

        assert (appeal.case.status, appeal.case.not_for) == (CaseStatus.OPEN, appeal.against and appeal.against.person)
        assert pictures == {("appeal", "sign_ins.png"): 1, ("information", "backpack.png"): 2}
        assert all(attachment_storage().exists(each.stored_as) for each in Attachment.objects.all())

    def test_holds_money_for_minutes_and_for_days(self) -> None:
        waits = [hold.release_at - NOW for hold in Hold.objects.filter(status=HoldStatus.OPEN).order_by("release_at")]

        assert timedelta() < waits[0] < timedelta(minutes=30)
        assert waits[-1] > timedelta(days=1)
        assert set(Hold.objects.values_list("status", flat=True)) == set(HoldStatus.values)

    def test_puts_nothing_into_the_future_that_is_not_promised_for_it(self) -> None:
        newest: dict[str, datetime] = {}
        # The policy that the product comes with is as old as the installation.
        for model in (model for model in apps.get_models() if model is not PolicyVersion):
            for field in model._meta.get_fields():
                if isinstance(field, DateTimeField) and field.name not in _LATER:
                    found = model._default_manager.aggregate(newest=Max(field.name))["newest"]
                    if found is not None:
                        newest[f"{model.__name__}.{field.name}"] = found

        assert {name: at for name, at in newest.items() if at > NOW} == {}
        assert newest["Event.timestamp"] > NOW - timedelta(minutes=5)

    def test_tells_a_supervisor_that_more_is_asked_back_than_usual(self) -> None:
        alerts = Alert.objects.filter(measure__in=["refunds", "refund_share"])
        told = Notice.objects.filter(person__username="chen").values_list("path", flat=True)

        assert {f"/alerts/{alert.pk}/" for alert in alerts} <= set(told)
        assert alerts.count() >= 1

    def test_writes_audit_log_and_outbox_in_the_order_of_their_moments(self) -> None:
        audited = list(AuditEvent.objects.order_by("id").values_list("at", flat=True))
        told = list(Event.objects.order_by("position").values_list("timestamp", flat=True))

        assert audited == sorted(audited)
        assert told == sorted(told)

    def test_tells_each_refund_from_its_beginning_without_a_gap(self) -> None:
        sequences = defaultdict(list)
        for subject, sequence in Event.objects.order_by("sequence").values_list("subject_id", "sequence"):
            sequences[subject].append(sequence)

        assert len(sequences) == len(self.groups)
        assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in sequences.values())

    def test_decides_every_case_in_time_and_one_at_a_time(self) -> None:
        claims = defaultdict(list)
        ended = Claim.objects.filter(ended_at__isnull=False).order_by("claimed_at")
        for person, begin, end in ended.values_list("person", "claimed_at", "ended_at"):
            assert end is not None
            claims[person].append((begin, end))

        assert [d.case_id for d in Decision.objects.select_related("case") if d.decided_at > d.case.due_at] == []
        for own in claims.values():
            assert all(end < begin for (_, end), (begin, _) in pairwise(own))

    def test_tells_receivers_of_which_one_is_well_one_fails_and_one_is_gone(self) -> None:
        rows = WebhookDelivery.objects.values_list("endpoint__url", "status").annotate(Count("pk"))
        counts = {(url.split(".")[0], status): count for url, status, count in rows}
        assert counts["https://refunds", "done"] > 50
        assert counts.get(("https://refunds", "dead")) is None
        assert counts["https://risk", "pending"] > 0
        assert counts["https://risk", "done"] > 0
        assert counts["https://legacy", "dead"] > 0
        states = WebhookEndpoint.objects.order_by("pk").values_list("status", "disabled_reason")
        assert list(states) == [("enabled", ""), ("enabled", ""), ("disabled", "gone")]
        assert EndpointHour.objects.filter(failed__gt=0).exists()

    def test_leaves_no_promise_broken(self) -> None:
        assert Hold.objects.filter(status=HoldStatus.OPEN, release_at__lte=NOW).count() == 0
        assert ReviewCase.objects.filter(holder__isnull=False, leased_until__lte=NOW).count() == 0

    def outcomes(self) -> dict[Group, Counter[str]]:
        counted: dict[Group, Counter[str]] = defaultdict(Counter)
        for reference, outcome in RiskAssessment.objects.values_list("refund__reference", "outcome"):
            counted[self.groups[reference]][outcome] += 1
        return counted
