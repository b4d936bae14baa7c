"""When a queue's reviewers work."""

from django.db import models
from django.db.models import Q


class WorkCalendar(models.Model):
    """Shifts of a week in a time zone, with the public holidays of a country; see `reviews.worktime`."""

    name = models.CharField(max_length=80, unique=True)
    time_zone = models.CharField(max_length=64)
    country = models.CharField(max_length=2, blank=True, default="")
    # Of each weekday, Monday first, the minutes at which shifts begin and end.
    shifts = models.JSONField()
    # Counts up with every change, by which processes know that what they remember is old.
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="calendar_has_a_name")]

    def __str__(self) -> str:
        return self.name


class CalendarDay(models.Model):
    """A single day that is worked, or not, whatever week and country say."""

    calendar = models.ForeignKey(WorkCalendar, on_delete=models.CASCADE, related_name="days")
    day = models.DateField()
    is_worked = models.BooleanField()
    note = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["calendar", "day"], name="calendar_day_once")]

    def __str__(self) -> str:
        return f"{self.day} {'worked' if self.is_worked else 'off'}"
