"""Files that were attached to a matter: what each is, whether it was scanned, and its content under keys outside the
database (G4)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from daras.ledger.models import Detail


class Attached(Detail):
    """Somebody attached a file. Its kind is what its bytes say it is, whatever it was called."""

    kind: ClassVar[str] = "attached"

    reference = models.CharField(max_length=16, unique=True)
    name = models.CharField(max_length=200)  # as it was called: said on the page, in no address and no header
    media_type = models.CharField(max_length=100)
    size = models.IntegerField()
    digest = models.CharField(max_length=64)
    about = models.CharField(max_length=300, blank=True)


class Scanned(Detail):
    """What a scanner said of a file: the newest counts."""

    kind: ClassVar[str] = "attachment-scanned"

    attached = models.ForeignKey(Attached, on_delete=models.PROTECT, related_name="scans")
    is_clean = models.BooleanField()
    scanner = models.CharField(max_length=100)
    found = models.CharField(max_length=200, blank=True)


class Content(models.Model):
    """The bytes, under the keys of `$DARAS_ENCRYPTION_KEYS`. Changed by bringing them under a newer key alone."""

    attached = models.OneToOneField(
        Attached, on_delete=models.PROTECT, primary_key=True, db_column="fact_id", related_name="content"
    )
    encrypted = models.BinaryField()
    audience_id = models.BigIntegerField()
