"""What comes in and waits: kept, shown, written as it was shown or let go, then perhaps taken back.

A table of actions, a folder of a plan, a sheet of decisions: each is a row of its own that says
what it is of, what it read, and what takes it back.

    class TableImport(Proposal):
        plan = models.ForeignKey(Plan, models.CASCADE, related_name="table_imports")
        grid = models.JSONField(null=True)

    TableImport.waiting().filter(plan=plan)   # what nobody confirmed yet
    TableImport.clear(now)                    # those that nobody came back to
    table.require_waiting()                   # in the service that confirms, once it is held
    require_seen(seen, judged.document())     # what is confirmed was shown
    TableImport.standing().filter(plan=plan)  # what was written, and not taken back
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.core.merge.digests import digest_of


class Proposal(models.Model):
    """What a file said, from its reading to its confirmation; then how it is taken back."""

    file_name = models.CharField(gettext_lazy("fichier"), max_length=255, blank=True)
    person_id = models.BigIntegerField(null=True, blank=True)
    read_at = models.DateTimeField()
    written_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.file_name

    @classmethod
    def lifetime(cls) -> timedelta:
        """Return how long it waits: what a file said, names included, is kept no longer."""
        return timedelta(days=7)

    @classmethod
    def waiting(cls) -> models.QuerySet[Self]:
        """Return those that nobody confirmed."""
        return cls._default_manager.filter(written_at=None)

    @classmethod
    def standing(cls) -> models.QuerySet[Self]:
        """Return those that were written and not taken back, the latest first."""
        written = cls._default_manager.filter(written_at__isnull=False, undone_at=None)
        return written.order_by("-written_at", "-pk")

    @classmethod
    def clear(cls, now: datetime) -> int:
        """Take away those that nobody came back to; return how many rows that was."""
        return cls.waiting().filter(read_at__lt=now - cls.lifetime()).delete()[0]

    def require_waiting(self) -> None:
        """Raise ValidationError for what was confirmed already."""
        self._require(is_so=self.written_at is None)

    def require_standing(self) -> None:
        """Raise ValidationError for what was not written, or is taken back already."""
        self._require(is_so=self.written_at is not None and self.undone_at is None)

    def _require(self, *, is_so: bool) -> None:
        if not is_so:
            words = _("L’état de «\u00a0%(file)s\u00a0» a changé depuis\u00a0: relisez sa page.")
            raise ValidationError(words % {"file": self.file_name}, code="moved")


def require_seen(seen: str | None, shown: object) -> None:
    """Raise ValidationError where what would be written is no more what was shown.

    `seen` is the digest of what was shown, None for who reads and confirms in one breath.
    """
    if seen is not None and seen != digest_of(shown):
        raise moved()


def moved() -> ValidationError:
    """Return why what was shown is not written."""
    words = _("L’aperçu a changé depuis\u00a0: relisez-le, puis confirmez.")
    return ValidationError(words, code="moved")
