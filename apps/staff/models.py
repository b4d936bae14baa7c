"""The people who work in the console."""

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person may do: each role includes the ones before it."""

    REVIEWER = "reviewer", _("Reviewer")
    SUPERVISOR = "supervisor", _("Supervisor")
    ADMINISTRATOR = "administrator", _("Administrator")


# Each role includes the ones before it.
SUPERVISING = (Role.SUPERVISOR, Role.ADMINISTRATOR)


class Theme(models.TextChoices):
    """Light, dark, or as the person's system is set."""

    AUTO = "auto", _("As the system")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class Density(models.TextChoices):
    """How much room a row of a list takes."""

    COMFORTABLE = "comfortable", _("Comfortable")
    COMPACT = "compact", _("Compact")


class PersonManager(BaseUserManager["Person"]):
    """Finds people by the name they sign in with, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(username__iexact=username)


class Person(AbstractBaseUser):
    """A reviewer, supervisor or administrator."""

    username = models.CharField(_("Username"), max_length=64, unique=True)
    display_name = models.CharField(_("Name"), max_length=120)
    email = models.EmailField(_("E-mail"), blank=True, default="")
    role = models.CharField(max_length=16, choices=Role)
    language = models.CharField(max_length=10, blank=True, default="")
    theme = models.CharField(max_length=8, choices=Theme, default=Theme.AUTO)
    time_zone = models.CharField(max_length=64, default="Asia/Shanghai")
    density = models.CharField(max_length=12, choices=Density, default=Density.COMFORTABLE)
    # The columns of the queue that this person chose; empty: the usual ones.
    queue_columns = ArrayField(models.CharField(max_length=16), default=list)
    # Keys that this person chose in the place of the usual ones.
    keys = models.JSONField(default=dict)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("username"), name="person_username_unique"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="person_role_known"),
        ]

    def __str__(self) -> str:
        return self.display_name or self.username

    @property
    def is_supervisor(self) -> bool:
        """Supervisors and administrators audit and overrule."""
        return self.role in SUPERVISING
