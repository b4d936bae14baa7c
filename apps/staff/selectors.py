"""Reading people."""

from django.db.models.functions import Lower

from apps.staff.models import Person


def people() -> list[Person]:
    """Return everybody, those who left included, by name: what they did stays theirs."""
    return list(Person.objects.order_by(Lower("display_name"), "pk"))
