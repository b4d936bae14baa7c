"""Making people."""

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, Invalid
from apps.staff.models import Person, Role, Theme


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
