"""Reading people."""

from django.db.models.functions import Lower

from apps.staff.models import SUPERVISING, Person


def people() -> list[Person]:
    """Return everybody, those who left included, by name: what they did stays theirs."""
    return list(Person.objects.order_by(Lower("display_name"), "pk"))


def supervisors() -> list[Person]:
    """Return the supervisors and administrators who work here, in the order in which they came."""
    return list(Person.objects.filter(is_active=True, role__in=SUPERVISING).order_by("pk"))
