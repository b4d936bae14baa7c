"""What supervisors would have customers told."""

import pgtrigger
from django.db import models
from django.db.models import Q

from apps.staff.models import Person


class CustomerText(models.Model):
    """A standard text in one language; the newest counts, an empty one stands for the text that is shipped.

    `about` is a reason of decisions, or what a request for information begins
    with. Rows are never changed.
    """

    about = models.CharField(max_length=24)
    language = models.CharField(max_length=10)
    text = models.TextField(blank=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(about=""), name="text_is_about_something")]
        indexes = [models.Index(fields=["language", "about", "-id"], name="text_newest")]
        triggers = [pgtrigger.Protect(name="text_stays_as_written", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.about} {self.language}"
