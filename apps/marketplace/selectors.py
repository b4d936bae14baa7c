"""Reading what clients told."""

from django.db.models import Prefetch, QuerySet

from apps.identity.models import VerificationFactor
from apps.marketplace.models import Account, Line, Order, Payment, Shop


def accounts_whole() -> QuerySet[Account]:
    """Accounts with what their document needs, in two statements."""
    factors = Prefetch("subject__factors", VerificationFactor.objects.order_by("kind"))
    return Account.objects.select_related("subject").prefetch_related(factors)


def shops_whole() -> QuerySet[Shop]:
    """Shops with what their document needs."""
    return Shop.objects.select_related("owner_account")


def orders_whole() -> QuerySet[Order]:
    """Orders with what their document needs, in three statements; lines as they were sent, payments by time."""
    payments = Payment.objects.select_related("instrument__holder_account", "payer_account").order_by("paid_at", "id")
    return Order.objects.select_related("account", "shop").prefetch_related(
        Prefetch("lines", Line.objects.order_by("position", "id")), Prefetch("payments", payments)
    )
