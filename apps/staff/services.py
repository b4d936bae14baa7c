"""Making people."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import available_timezones

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, Invalid
from apps.staff.models import Density, Person, Role, Theme


class UsernameTaken(Conflict):
    """Somebody signs in with that name already."""

    code = "username_taken"
    title = _("Username taken")
    message = _("Somebody already signs in as {username}.")


class RoleUnknown(Invalid):
    """There is no such role."""

    code = "role_unknown"
    title = _("Unknown role")
    message = _("There is no role {role}. The roles are: {known}.")


class PasswordTooWeak(Invalid):
    """The password would be guessed."""

    code = "password_too_weak"
    title = _("Password too weak")
    message = _("The password cannot be used: {reasons}")


def person_create(
    *, username: str, password: str, role: str, now: datetime, display_name: str = "", email: str = ""
) -> Person:
    """Make a person. Raises RoleUnknown, PasswordTooWeak, UsernameTaken."""
    if role not in Role.values:
        raise RoleUnknown(role=role, known=", ".join(Role.values))
    person = Person(username=username, display_name=display_name or username, email=email, role=role, created_at=now)
    try:
        validate_password(password, person)
    except ValidationError as weak:
        raise PasswordTooWeak(reasons=" ".join(weak.messages)) from weak
    person.set_password(password)
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError as taken:
        raise UsernameTaken(username=username) from taken
    return person


def person_choose_language(*, person: Person, language: str) -> None:
    """Show the console to this person in `language`, one of settings.LANGUAGES, from now on."""
    person.language = language
    person.save(update_fields=["language"])


def person_choose_theme(*, person: Person, theme: Theme) -> None:
    """Show the console to this person light, dark, or as the system is set."""
    person.theme = theme
    person.save(update_fields=["theme"])


class TimeZoneUnknown(Invalid):
    """There is no such time zone."""

    code = "time_zone_unknown"
    title = _("Unknown time zone")
    message = _("There is no time zone {name}.")


def person_choose_screen(*, person: Person, time_zone: str, density: Density) -> None:
    """Show times in another zone and rows with more or less room. Raises TimeZoneUnknown."""
    if time_zone not in available_timezones():
        raise TimeZoneUnknown(pointer="/time_zone", name=time_zone[:64])
    person.time_zone, person.density = time_zone, density
    person.save(update_fields=["time_zone", "density"])


def person_choose_keys(*, person: Person, keys: Mapping[str, str]) -> None:
    """Let actions have these keys in the place of the usual ones."""
    person.keys = dict(keys)
    person.save(update_fields=["keys"])


def person_choose_columns(*, person: Person, columns: Sequence[str]) -> None:
    """Show these columns of the queue, in their usual order."""
    person.queue_columns = list(columns)
    person.save(update_fields=["queue_columns"])
