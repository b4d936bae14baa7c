"""Ways to look at the queue that people keep."""

from django.db import models
from django.db.models import Q

from apps.staff.models import Person


class SavedView(models.Model):
    """A filter and an order of the queue under a name; its author's, or everybody's."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=60)
    # The parameters of the queue's address.
    query = models.CharField(max_length=500, blank=True)
    is_shared = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "name"], name="view_once_a_person"),
            models.CheckConstraint(condition=~Q(name=""), name="view_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name
