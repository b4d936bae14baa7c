"""The row that the floor inserts."""

from typing import ClassVar

from django.db import models


class FloorRow(models.Model):
    """What arrived, and when."""

    objects: ClassVar[models.Manager["FloorRow"]] = models.Manager()

    body = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "bench"

    def __str__(self) -> str:
        return str(self.pk)
