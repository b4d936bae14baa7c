"""Refunds from submission to payment, with everybody who takes part: clients, a reviewer, the client's payouts."""

import http.client
import json
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol
from zlib import crc32

from tests.launcher.test_faults import StubbornClient
from tests.support.bodies import suspect_refund
from tests.support.receiver import Receiver, Response

SUBMITTERS, PAYERS = 3, 2
AMOUNT = 64800
# A receiver that fails now and then, in every way it can: an error, a line that drops after the request was read, an
# answer that points elsewhere, and one that takes longer than the sender waits.
SOUR = [
    Response(status=500),
    Response(drop=True),
    Response(status=302, headers={"Location": "/elsewhere"}),
    Response(wait=3.0),
] * 5

# A reviewer who never tires: claims what is next and approves it, with a hold of two seconds.
REVIEWER = """
import time
from datetime import timedelta
from apps.common.actors import Actor, ActorKind
from apps.reviews.errors import QueueEmpty
from apps.reviews.models import DecisionOutcome, DecisionReason
from apps.reviews.services.claim import case_claim_next
from apps.reviews.services.decide import case_decide
from apps.reviews.verdicts import Verdict
from apps.staff.models import Person, Role
from apps.timers.clock import database_now
given = {"role": Role.REVIEWER, "created_at": database_now()}
person, _made = Person.objects.get_or_create(username="lin", defaults=given)
actor = Actor(ActorKind.PERSON, "lin", person_id=person.pk)
ends = time.monotonic() + 60
while time.monotonic() < ends:
    now = database_now()
    try:
        claim = case_claim_next(person, actor=actor, now=now)
    except QueueEmpty:
        time.sleep(0.2)
        continue
    verdict = Verdict(DecisionOutcome.APPROVE, DecisionReason.EXPLAINED, hold_until=now + timedelta(seconds=2))
    case_decide(claim.case_id, verdict, person=person, token=claim.token, actor=actor, now=now)
"""


class Place(Protocol):
    """Where the product runs: what may be asked of it behind its back."""

    def ask_database(self, query: str) -> object:
        """Return the first value that a query gives."""

    def manage(self, *arguments: str) -> str:
        """Run a management command and return what it printed."""


@dataclass
class Life:
    """The lives of `refunds` refunds at a place; `clients` are asked in turn, as a proxy would."""

    place: Place
    clients: Sequence[StubbornClient]
    receiver: Receiver
    refunds: int
    over: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Let everybody begin."""
        self.receiver.trust(
            self.clients[0].post("/webhook-endpoints", {"url": self.receiver.url}, "endpoint")["secret"]
        )
        for work in [
            *((self._submit, place) for place in range(SUBMITTERS)),
            *((self._pay, place) for place in range(PAYERS)),
            (self._review, 0),
        ]:
            threading.Thread(target=work[0], args=[work[1]], daemon=True).start()

    def paid(self) -> int:
        """Count the refunds that came to their end."""
        return self.asked("SELECT count(*) FROM refunds_refund WHERE status = 'paid'")

    def wait_for_events(self, patience: float) -> None:
        """Wait until every event arrived, known by refund and sequence however often it came."""
        told, since, deadline = set[tuple[str, int]](), 0, time.monotonic() + patience
        events = "SELECT count(*) FROM webhooks_event"
        while len(told) < self.asked(events):
            assert time.monotonic() < deadline, f"{len(told)} of {self.asked(events)} events arrived"
            fresh = self.receiver.received[since:]
            since += len(fresh)
            told |= {(each.document["data"]["refund"]["id"], each.document["sequence"]) for each in fresh}
            time.sleep(1)
        assert len(told) == self.asked(events)
        # Each delivery is known by its id: what came again came as the same.
        by_id: dict[str, str] = {}
        for each in self.receiver.received:
            assert by_id.setdefault(each.headers["webhook-id"], each.document["id"]) == each.document["id"]

    def asked(self, query: str) -> int:
        """Ask the database, which may be about to come back."""
        deadline = time.monotonic() + 120
        while True:
            try:
                return int(str(self.place.ask_database(query)))
            except Exception:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.5)

    def check(self) -> None:
        """See that nothing was lost, nothing happened twice or too early, and the log is complete."""
        assert self.asked("SELECT count(*) FROM refunds_refund WHERE status <> 'paid'") == 0
        assert self.asked("SELECT count(*) FROM refunds_refund") == self.refunds
        assert "The ledger reconciles." in self.place.manage("check_ledger")
        # Each step once: received, decided, held, released, paid, by the audit log.
        for action in ("refund.received", "case.decided", "hold.placed", "hold.released", "payout.reported"):
            once = f"SELECT count(*) FROM audit_auditevent WHERE action = '{action}'"  # noqa: S608 (words of ours)
            assert self.asked(once) == self.refunds, action
        sums = "SELECT coalesce(sum(approved_amount), 0) FROM refunds_refund"
        assert self.asked(sums) == self.refunds * AMOUNT
        gaps = """
            SELECT count(*) FROM (
                SELECT subject_id FROM webhooks_event GROUP BY subject_id
                HAVING min(sequence) <> 1 OR max(sequence) <> count(*)
            ) gaps
        """
        assert self.asked(gaps) == 0
        # By the database's clock, whatever a worker takes for the time.
        assert self.asked("SELECT count(*) FROM payouts_hold WHERE ended_at < release_at") == 0
        assert self.asked("SELECT count(*) FROM audit_auditevent WHERE at > clock_timestamp()") == 0
        assert self.asked("SELECT count(*) FROM timers_failure") == 0

    def _client(self, number: int) -> StubbornClient:
        return self.clients[number % len(self.clients)]

    def _submit(self, place: int) -> None:
        now = datetime.now(tz=UTC)
        for number in range(place, self.refunds, SUBMITTERS):
            self._client(number).post("/refunds", suspect_refund(str(number), now), f"refund-{number}")

    def _review(self, _place: int) -> None:
        while not self.over.is_set():
            try:
                self.place.manage("shell", "--no-imports", "-c", REVIEWER)
            except subprocess.CalledProcessError:
                # The database went away under it, or its claim did: a person would press again.
                time.sleep(1)

    def _pay(self, place: int) -> None:
        since = 0
        while not self.over.is_set():
            fresh = self.receiver.received[since:]
            since += len(fresh)
            for document in (each.document for each in fresh):
                refund = document["data"]["refund"]
                number = crc32(refund["id"].encode())
                if document["type"] == "refund.released" and number % PAYERS == place:
                    # An event may come twice: the same key, with the same words, pays once.
                    report = {"result": "paid", "reference": f"PO-{refund['id']}", "at": document["timestamp"]}
                    self._client(number // PAYERS).post(
                        f"/refunds/{refund['id']}/payout", report, f"pay-{refund['id']}"
                    )
            time.sleep(0.2)


def post(port: int, key: str, path: str, body: dict[str, Any], idempotency_key: str) -> tuple[int, dict[str, Any]]:
    """Ask once; return status and document."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {
        "Authorization": f"Bearer {key}",
        "Content-Type": "application/json",
        "Idempotency-Key": f'"{idempotency_key}"',
    }
    try:
        connection.request("POST", f"/api/v1{path}", json.dumps(body).encode(), headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()
