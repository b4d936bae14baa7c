"""What people are told, in the console and by mail."""

from django.db import models
from django.db.models import Q

from apps.staff.models import Person


class Notice(models.Model):
    """One thing that one person is told, once.

    `words` are {language: {"title", "text"}}, so that it is read in whatever
    language the person has by then. `path` leads to what it is about, and
    `about` names that, so that nobody is told the same twice. Where it goes by
    mail as well, `mail_due_at` is when that is tried next.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="notices", db_index=False)
    about = models.CharField(max_length=80, db_collation="C")
    words = models.JSONField()
    path = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    mail_due_at = models.DateTimeField(null=True)
    mail_tries = models.PositiveSmallIntegerField(default=0)
    mailed_at = models.DateTimeField(null=True)
    # The class of the last error alone: its text may hold an address.
    mail_error = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "about"], name="notice_once"),
            models.CheckConstraint(
                condition=Q(mailed_at__isnull=True) | Q(mail_due_at__isnull=True), name="notice_mailed_is_not_due"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="notice_by_person"),
            models.Index(fields=["person"], name="notice_unread", condition=Q(read_at__isnull=True)),
            models.Index(fields=["mail_due_at"], name="notice_mail_due", condition=Q(mail_due_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.about

    def words_in(self, language: str) -> dict[str, str]:
        """Return title and text in a language, in English where it was not told in that."""
        words: dict[str, str] = self.words.get(language) or self.words["en"]
        return words
