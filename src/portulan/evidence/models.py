"""Pieces of evidence, their files, and the shape of what says that they prove something."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from portulan.accounts.models import Organisation
from portulan.core.models import Versioned
from portulan.evidence.kinds import KINDS, FileKind
from portulan.evidence.labels import ActiveContent
from portulan.evidence.words import Visibility

VISIBILITIES = {
    Visibility.PRIVATE: _("Privée"),
    Visibility.ORGANISATION: _("Organisation"),
    Visibility.PUBLISHED: _("Publiée"),
}


class Piece(Versioned):
    """A piece of evidence: a file with its revisions, or a reference in words, or both."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="pieces")
    title = models.CharField(_("intitulé"), max_length=250)
    reference = models.CharField(_("référence ou adresse"), max_length=500, blank=True)
    visibility = models.CharField(
        _("visibilité"), max_length=12, choices=VISIBILITIES, default=Visibility.PRIVATE
    )
    dated_on = models.DateField(_("date de la pièce"), null=True, blank=True)
    expires_on = models.DateField(_("valable jusqu’au"), null=True, blank=True)
    given_by = models.BigIntegerField(null=True, blank=True)
    given_at = models.DateTimeField()
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_by = models.BigIntegerField(null=True, blank=True)
    hidden_reason = models.CharField(_("motif du masquage"), max_length=500, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "expires_on"], name="piece_expiry"),
            # A reference in words is the same piece wherever it is said.
            models.Index(fields=["organisation", "reference"], name="piece_reference"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(hidden_at__isnull=True) | ~models.Q(hidden_reason=""),
                name="piece_hidden_for_a_reason",
            )
        ]

    def __str__(self) -> str:
        return self.title


class Revision(models.Model):
    """A file of a piece, as it was given; it never changes, a later one takes its place."""

    piece = models.ForeignKey(Piece, models.CASCADE, related_name="revisions")
    number = models.PositiveSmallIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=8)
    file_name = models.CharField(max_length=120)
    # As the device declares it: nobody vouches for it.
    taken_on = models.DateField(null=True, blank=True)
    # What acts by itself in it, kept by a choice of the operator: codes of `ActiveContent`.
    active = models.CharField(max_length=80, blank=True, default="", db_default="")
    given_by = models.BigIntegerField(null=True, blank=True)
    given_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["piece", "number"], name="revision_number_unique")
        ]

    def __str__(self) -> str:
        return f"{self.piece_id} {self.number}"

    @property
    def acting(self) -> str:
        """Say what acts by itself in it, "" for nothing."""
        codes = filter(None, self.active.split(","))
        return ", ".join(str(ActiveContent(one).label) for one in codes)

    @property
    def found(self) -> FileKind:
        return KINDS[self.kind]


class EvidenceLink(models.Model):
    """That a piece proves something: each app has its own, whose `proved` is a row of that app.

    `PILOT` is the way to the person whose own it is, `HELD` is true of what a published figure or a
    sealed plan rests on: its piece is never deleted.
    """

    PILOT: ClassVar[str] = ""
    HELD: ClassVar[models.Q | None] = None

    piece = models.ForeignKey(Piece, models.RESTRICT, related_name="%(class)ss")
    # Made of a reference typed where the thing is said: typed again, it is made again.
    typed = models.BooleanField(default=False)
    given_by = models.BigIntegerField(null=True, blank=True)
    given_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.piece_id} → {self._meta.model_name}"


def rows_of(model: type[EvidenceLink]) -> Any:
    """Return the rows of a model of links: their `proved` is a row that only their app knows."""
    return model._default_manager


def hold(model: type[EvidenceLink], held: models.Q) -> None:
    """Declare, from a floor above, what more a published thing rests on among these links."""
    model.HELD = held if model.HELD is None else model.HELD | held


def links() -> list[type[EvidenceLink]]:
    """Return the models of links of all the apps, by name."""
    return sorted(EvidenceLink.__subclasses__(), key=lambda model: model.__name__)
