"""What was produced and is kept as it was."""

from __future__ import annotations

from django.db import models

from portulan.accounts.models import Organisation


class KeptDocument(models.Model):
    """A document as it was produced: its cells on a day, never changed.

    `content` is `documents.cells.kept`: a text, so that no database puts its keys in another order
    and the same cells are written as the same bytes for ever. `digest` is its SHA-256.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="documents")
    kind = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=2)
    on = models.DateField()
    digest = models.CharField(max_length=64)
    content = models.TextField()
    made_at = models.DateTimeField()
    person_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            # Asked for twice with nothing changed, it is one document.
            models.UniqueConstraint(fields=["organisation", "digest"], name="document_kept_once")
        ]
        indexes = [models.Index(fields=["organisation", "kind", "-id"], name="document_latest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.year} {self.on}"
