"""Who wants to be told what."""

from datetime import datetime

from django.db import transaction

from apps.audit.models import Action
from apps.audit.services import audit_record
from apps.clients.models import ApiClient
from apps.common.actors import Actor
from apps.monitors.errors import AlertNeedsPerson, SubscriptionUnknown
from apps.monitors.measures import Dimension
from apps.monitors.models import Subscription


@transaction.atomic
def alerts_subscribe(
    *,
    client: ApiClient | None,
    dimension: Dimension | None,
    only_grave: bool,
    by_mail: bool,
    actor: Actor,
    now: datetime,
) -> Subscription:
    """Subscribe a person to alerts of a client and a dimension, None for all; a second time changes how.

    Raises AlertNeedsPerson.
    """
    if actor.person_id is None:
        raise AlertNeedsPerson
    of = dimension.value if dimension is not None else ""
    subscription, _made = Subscription.objects.update_or_create(
        person_id=actor.person_id,
        client=client,
        dimension=of,
        defaults={"only_grave": only_grave, "by_mail": by_mail},
        create_defaults={"only_grave": only_grave, "by_mail": by_mail, "created_at": now},
    )
    changes = {"client": client.name if client else None, "of": of, "only_grave": only_grave, "by_mail": by_mail}
    audit_record(Action.SUBSCRIBED, actor=actor, now=now, changes=changes)
    return subscription


@transaction.atomic
def alerts_unsubscribe(subscription_id: int, *, actor: Actor, now: datetime) -> None:
    """End a subscription of the person. Raises SubscriptionUnknown."""
    found = Subscription.objects.filter(pk=subscription_id, person=actor.person_id).select_related("client").first()
    if found is None:
        raise SubscriptionUnknown
    changes = {"client": found.client.name if found.client else None, "of": found.dimension}
    found.delete()
    audit_record(Action.UNSUBSCRIBED, actor=actor, now=now, changes=changes)
