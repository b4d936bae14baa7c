"""What timers did late, and what they could not do."""

from django.db import models
from django.db.models import Q


class Failure(models.Model):
    """A due row that failed unexpectedly; tried again at `next_try_at`, put aside for a person when that is None."""

    kind = models.CharField(max_length=24)
    row_id = models.CharField(max_length=40, db_collation="C")
    tries = models.PositiveSmallIntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    next_try_at = models.DateTimeField(null=True)
    # The class alone: the text of an error may hold what is nobody's business.
    error = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "row_id"], name="failure_once_a_row"),
            models.CheckConstraint(condition=Q(tries__gt=0), name="failure_was_tried"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.row_id}"


class Pulse(models.Model):
    """When something from a queue was last worked off."""

    queue = models.CharField(primary_key=True, max_length=24)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.queue


class Lateness(models.Model):
    """How many rows of a kind fired in a minute that were late by no more than a bound, but by more than the one below.

    `slowest_ms` is the latest of them.
    """

    kind = models.CharField(max_length=24)
    minute = models.DateTimeField()
    bound_ms = models.PositiveIntegerField()
    count = models.PositiveIntegerField()
    slowest_ms = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "minute", "bound_ms"], name="lateness_once")]
        indexes = [models.Index(fields=["minute"], name="lateness_by_minute")]

    def __str__(self) -> str:
        return f"{self.kind} {self.minute:%H:%M} ≤ {self.bound_ms}"
