"""The audit trail: who changed what, when, from which value to which."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models


class AuditEntry(models.Model):
    """One thing done to one object. Append-only, written by `core.audit.record` alone.

    People and objects are plain identifiers: erasing a person leaves the trail readable.
    """

    at = models.DateTimeField()
    organisation_id = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    verb = models.CharField(max_length=40)
    changes = models.JSONField(default=dict)

    class Meta:
        indexes = [
            # An object's history, newest first.
            models.Index(fields=["subject_type", "subject_id", "-id"], name="audit_subject"),
            # An organisation's journal, newest first.
            models.Index(fields=["organisation_id", "-id"], name="audit_organisation"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_type} {self.subject_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("The audit trail is append-only.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("The audit trail is append-only.")
