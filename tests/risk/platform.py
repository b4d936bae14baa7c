"""A small shop platform in the database: accounts, orders and refunds with chosen moments and money."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from apps.clients.models import ApiClient
from apps.common.ciphers import keyed_hash
from apps.identity.models import FactorStatus, Subject, VerificationFactor
from apps.marketplace.models import Account, Category, Instrument, InstrumentType, Line, Order, Payment, Shop
from apps.refunds.lifecycle import PROMISED, Status
from apps.refunds.models import Channel, ReasonCode, Refund, RefundLine
from tests.risk.calm import NOON

_numbers = count(1)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Platform:
    """One API client and its shop."""

    client: ApiClient
    shop: Shop

    def account(self, age: timedelta | None = 400 * DAY, **fields: Any) -> Account:
        """Register an account that old at NOON; None when its age is unknown."""
        return Account.objects.create(
            client=self.client,
            external_id=f"A-{next(_numbers)}",
            registered_at=None if age is None else NOON - age,
            described_at=NOON,
            **fields,
        )

    def identified(self, account: Account, **factors: FactorStatus) -> dict[str, VerificationFactor]:
        """Give the account a subject with these verification factors, each with a number of its own."""
        account.subject = Subject.objects.create()
        account.save(update_fields=["subject"])
        return {
            kind: VerificationFactor.objects.create(
                subject=account.subject,
                kind=kind,
                status=status,
                match_hash=keyed_hash(kind, f"{account.external_id}"),
                updated_at=NOON,
            )
            for kind, status in factors.items()
        }

    def instrument(self, kind: InstrumentType = InstrumentType.BANK_CARD, holder: Account | None = None) -> Instrument:
        """Make an instrument nobody used yet."""
        return Instrument.objects.create(
            client=self.client, type=kind, fingerprint=f"f-{next(_numbers)}", last4="4242", holder_account=holder
        )

    def order(
        self,
        account: Account,
        amount: int = 10000,
        *,
        ago: timedelta = DAY,
        paid_with: Sequence[Instrument] = (),
        payer: Account | None = None,
        category: Category = Category.GIFT_CARD,
        currency: str = "CNY",
        **line: Any,
    ) -> Order:
        """Sell one line, paid at once in equal parts with these instruments."""
        number = next(_numbers)
        order = Order.objects.create(
            client=self.client,
            external_id=f"O-{number}",
            account=account,
            shop=self.shop,
            placed_at=NOON - ago,
            currency=currency,
            paid_amount=amount,
        )
        Line.objects.create(
            order=order,
            external_id="1",
            position=1,
            title="Goods",
            category=category,
            quantity=1,
            unit_amount=amount,
            amount=amount,
            **line,
        )
        instruments = paid_with or [self.instrument(holder=account)]
        for part, instrument in enumerate(instruments, start=1):
            Payment.objects.create(
                order=order,
                external_id=f"P-{number}-{part}",
                paid_at=NOON - ago,
                amount=amount // len(instruments),
                instrument=instrument,
                payer_account=payer,
            )
        return order

    def refund(
        self,
        order: Order,
        *,
        amount: int | None = None,
        ago: timedelta = timedelta(0),
        to: Instrument | None = None,
        status: Status = Status.PENDING_REVIEW,
        reason: ReasonCode = ReasonCode.CHANGED_MIND,
        text: str = "",
        names_lines: bool = True,
    ) -> Refund:
        """Ask the order's only line back, everything on the instance loaded as intake has it."""
        line = order.lines.get()
        asked = line.amount if amount is None else amount
        refund = Refund.objects.create(
            client=self.client,
            reference=f"RF-{next(_numbers)}",
            requested_at=NOON - ago,
            amount=asked,
            approved_amount=asked if status in PROMISED else None,
            currency=order.currency,
            reason_code=reason,
            reason_text=text,
            channel=Channel.APP,
            order=order,
            account=order.account,
            shop=self.shop,
            destination=to,
            category=line.category,
            status=status.value,
            status_at=NOON - ago,
            created_at=NOON - ago,
        )
        if names_lines:
            RefundLine.objects.create(refund=refund, line=line, amount=asked)
        return refund


def make_platform() -> Platform:
    """Make a client with one shop."""
    client = ApiClient.objects.create(
        name=f"platform {next(_numbers)}", created_at=datetime(2026, 1, 1, tzinfo=NOON.tzinfo)
    )
    return Platform(client, Shop.objects.create(client=client, external_id="S-1", name="Shop", described_at=NOON))
