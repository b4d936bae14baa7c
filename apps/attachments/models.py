"""What customers sent in support of what they say, and what reviewers put beside it."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.attachments.media_types import MediaType
from apps.attachments.names import LONGEST_NAME
from apps.clients.models import ApiClient
from apps.common.identifiers import PrefixedIdField
from apps.refunds.models import Refund


class Source(models.TextChoices):
    """With what it came."""

    INFORMATION = "information", _("Answer to an information request")
    APPEAL = "appeal", _("Appeal")
    NOTE = "note", _("Note of a colleague")


class Attachment(models.Model):
    """One file. The content lies encrypted in the storage `attachments`, under `stored_as`."""

    id = PrefixedIdField("att")
    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, related_name="attachments")
    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, related_name="+")
    # Cases, information requests and appeals live above this app, so they are named, not referenced.
    case_id = models.CharField(max_length=40, blank=True, default="", db_collation="C")
    source = models.CharField(max_length=12, choices=Source)
    source_id = models.BigIntegerField()
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=LONGEST_NAME)
    # What the client wrote, and what the content is.
    declared_type = models.CharField(max_length=127)
    media_type = models.CharField(max_length=32, choices=MediaType)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=100, db_collation="C")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["source", "source_id", "position"]
        constraints = [
            models.CheckConstraint(condition=Q(source__in=Source.values), name="attachment_source_known"),
            models.CheckConstraint(condition=Q(media_type__in=MediaType.values), name="attachment_type_known"),
            models.CheckConstraint(condition=Q(size__gt=0), name="attachment_size_positive"),
            models.UniqueConstraint(fields=["source", "source_id", "position"], name="attachment_position_once"),
        ]
        indexes = [models.Index(fields=["stored_as"], name="attachment_by_file")]
        # Erasure may delete; nothing may make one file pass for another.
        triggers = [pgtrigger.Protect(name="attachment_stays_as_sent", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return self.name
