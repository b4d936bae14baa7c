"""Finding cases by whatever a person has in hand.

Each way to find something is one look into one index and gives the newest few
cases; together they are one statement.
"""

from django.db.models import Value
from django.db.models.functions import Concat

from apps.identity.matching import number_hash
from apps.identity.models import FactorKind, Subject, VerificationFactor
from apps.marketplace.models import Account, Instrument, Order, Payment, Shop
from apps.refunds.models import Refund
from apps.reviews.models import ReviewCase
from apps.reviews.pieces import pieces_of

# An expression, not the key itself: given the key the planner would rather walk all cases from the newest on, hoping to
# meet some that match, than begin with what was asked for.
NEWEST_FIRST = Concat("pk", Value("")).desc()
# Of each way to find a case.
MOST = 200
_LEAST_DIGITS, _MOST_DIGITS = 7, 20
_LAST = 4


def case_ids_found(text: str) -> list[str]:
    """Return the ids of cases, in any status, that a text names, the newest of each way to find one.

    It may be the id of a case or refund, a reference, the id of an order,
    account or shop, a part of a shop's name, the last four of an instrument
    that paid or is to be refunded to, a phone (found by its keyed hash), or
    words of the customer.
    """
    cases = ReviewCase.objects.all()
    ways = [
        cases.filter(pk=text),
        cases.filter(refund_id=text),
        cases.filter(refund__in=Refund.objects.filter(reference=text)),
        cases.filter(refund__order__in=Order.objects.filter(external_id=text)),
        cases.filter(refund__account__in=Account.objects.filter(external_id=text)),
        cases.filter(refund__shop__in=Shop.objects.filter(external_id=text)),
        cases.filter(refund__shop__in=Shop.objects.filter(name__icontains=text)),
    ]
    if len(text) == _LAST and text.isalnum():
        instruments = Instrument.objects.filter(last4=text)
        ways += [
            cases.filter(refund__destination__in=instruments),
            cases.filter(refund__order__in=Payment.objects.filter(instrument__in=instruments).values("order")),
        ]
    digits = sum(letter.isdecimal() for letter in text)
    if _LEAST_DIGITS <= digits <= _MOST_DIGITS and digits * 2 > len(text):
        phone = number_hash(FactorKind.PHONE.value, text)
        told = VerificationFactor.objects.filter(kind=FactorKind.PHONE, match_hash=phone).exclude(match_hash=b"")
        own = Subject.objects.filter(phone_hash=phone).exclude(phone_hash=b"")
        ways += [
            cases.filter(refund__account__subject__in=told.values("subject")),
            cases.filter(refund__account__subject__in=own),
        ]
    pieces = pieces_of(text)
    if pieces:
        ways.append(cases.filter(pieces__contains=pieces, refund__reason_text__icontains=text))
    newest = [way.order_by(NEWEST_FIRST).values_list("pk", flat=True)[:MOST] for way in ways]
    # Read here, not joined to what is done with them: no planner knows how few they are.
    return list(dict.fromkeys(newest[0].union(*newest[1:], all=True)))
