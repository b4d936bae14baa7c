"""What people at a case have not sent, and who looks at it. Nothing depends on these rows."""

from django.db import models

from apps.reviews.models.cases import ReviewCase
from apps.staff.models import Person


class DecisionDraft(models.Model):
    """A half-filled decision, kept for the person who was writing it."""

    case = models.ForeignKey(ReviewCase, on_delete=models.CASCADE, related_name="drafts")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    # The fields of the form, each with its values.
    fields = models.JSONField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "person"], name="draft_one_a_person")]
        indexes = [models.Index(fields=["saved_at"], name="draft_by_age")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.person_id}"


class CaseViewer(models.Model):
    """Somebody who has a case before them, and when their page said so last."""

    case = models.ForeignKey(ReviewCase, on_delete=models.CASCADE, related_name="viewers")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "person"], name="viewer_once_a_case")]
        indexes = [models.Index(fields=["seen_at"], name="viewer_by_age")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.person_id}"
