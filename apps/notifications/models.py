"""What people are told, and where: in the console, by mail, in their chats."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.staff.models import Person


class NoticeKind(models.TextChoices):
    """What a notice is about; for each, people choose where they want it."""

    CASE = "case", _("Cases given to you, or taken from you")
    ESCALATION = "escalation", _("Escalated cases")
    MENTION = "mention", _("Mentions in notes")
    DEADLINE = "deadline", _("Review deadlines")
    ALERT = "alert", _("Alerts of monitors")
    SYSTEM = "system", _("Due work that is late, channels that fail")


class When(models.TextChoices):
    """When something goes out."""

    NEVER = "never", pgettext_lazy("notices", "never")
    NOW = "now", pgettext_lazy("notices", "at once, but for quiet hours")
    ALWAYS = "always", pgettext_lazy("notices", "at once, always")
    DIGEST = "digest", pgettext_lazy("notices", "in the digest")


class Notice(models.Model):
    """One thing that one person is told, once.

    `words` are {language: {"title", "text"}}, so that it is read in whatever
    language the person has by then. `path` leads to what it is about, and
    `about` names that, so that nobody is told the same twice.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="notices", db_index=False)
    kind = models.CharField(max_length=10, choices=NoticeKind)
    about = models.CharField(max_length=80, db_collation="C")
    words = models.JSONField()
    path = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "about"], name="notice_once"),
            models.CheckConstraint(condition=Q(kind__in=NoticeKind.values), name="notice_kind_known"),
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="notice_by_person"),
            models.Index(fields=["person"], name="notice_unread", condition=Q(read_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.about

    def words_in(self, language: str) -> dict[str, str]:
        """Return title and text in a language, in English where it was not told in that."""
        words: dict[str, str] = self.words.get(language) or self.words["en"]
        return words


class Channel(models.Model):
    """A chat in which a person wants to be told things. Its address carries a secret, so it is kept encrypted."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="channels")
    label = models.CharField(max_length=60)
    # Of which service, in its own spelling: DingTalk, Slack.
    service = models.CharField(max_length=40)
    address = models.BinaryField()
    created_at = models.DateTimeField()
    # Of the last try that was not taken; None once one was.
    failing_since = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(label=""), name="channel_has_a_label")]
        indexes = [models.Index(fields=["person"], name="channel_in_use", condition=Q(ended_at__isnull=True))]

    def __str__(self) -> str:
        return self.label


class Wish(models.Model):
    """When a person wants one kind of notice in one place; without `channel` by mail."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="wishes", db_index=False)
    kind = models.CharField(max_length=10, choices=NoticeKind)
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, null=True, related_name="wishes")
    when = models.CharField(max_length=6, choices=When)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "channel"], name="wish_once", nulls_distinct=False),
            models.CheckConstraint(condition=Q(when__in=When.values), name="wish_time_known"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind} {self.when}"


class Rest(models.Model):
    """When a person is to be left alone, and when digests come: minutes of the day in their time zone."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True, related_name="rest")
    # Both or none; over midnight where the end is the earlier.
    quiet_from = models.PositiveSmallIntegerField(null=True)
    quiet_until = models.PositiveSmallIntegerField(null=True)
    digests_at = ArrayField(models.PositiveSmallIntegerField(), default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="rest_quiet_is_a_span",
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | (Q(quiet_from__lt=1440, quiet_until__lt=1440) & ~Q(quiet_from=models.F("quiet_until"))),
            )
        ]

    def __str__(self) -> str:
        return str(self.person_id)


class DispatchState(models.TextChoices):
    """What became of a notice on its way out."""

    WAITING = "waiting", pgettext_lazy("notices", "waits to be sent")
    SENT = "sent", pgettext_lazy("notices", "sent")
    READ = "read", pgettext_lazy("notices", "read here before")
    FAILED = "failed", pgettext_lazy("notices", "could not be sent")


class Dispatch(models.Model):
    """One notice on its way to one place; without `channel` by mail.

    What is due together at one place goes out as one message. `batch` names
    that message from the first try on, so that a later try sends the same.
    """

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="dispatches", db_index=False)
    channel = models.ForeignKey(Channel, on_delete=models.RESTRICT, null=True, related_name="dispatches")
    state = models.CharField(max_length=7, choices=DispatchState, default=DispatchState.WAITING)
    due_at = models.DateTimeField(null=True)
    batch = models.BigIntegerField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    # The class of the last error alone: its text may hold an address.
    error = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "channel"], name="dispatch_once", nulls_distinct=False),
            models.CheckConstraint(
                name="dispatch_state_agrees",
                condition=Q(state="waiting", due_at__isnull=False, ended_at__isnull=True)
                | (Q(state__in=["sent", "read", "failed"], due_at__isnull=True, ended_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], name="dispatch_mail_due", condition=Q(state="waiting", channel__isnull=True)
            ),
            models.Index(
                fields=["due_at"], name="dispatch_chat_due", condition=Q(state="waiting", channel__isnull=False)
            ),
            models.Index(fields=["batch"], name="dispatch_by_batch", condition=Q(state="waiting", batch__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.state}"
