"""What passes from hand to hand when somebody leaves or is away."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from portulan.accounts.models import Organisation, Person
from portulan.core.models import Versioned
from portulan.steering.labels import CONSENTS, HELD


class Handover(Versioned):
    """All that somebody hands over from a day; `until` is the last day of an absence.

    `word` is what nobody wrote elsewhere: it is erased three months after the day.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="handovers")
    giver = models.ForeignKey(Person, models.CASCADE, related_name="handed_over")
    on = models.DateField(_("dès le"))
    until = models.DateField(_("jusqu’au"), null=True, blank=True)
    word = models.TextField(_("mot pour la suite"), blank=True, default="")
    settled_on = models.DateField(null=True, blank=True)
    returned_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.giver_id} {self.on}"


class HandedLine(Versioned):
    """One thing that is handed over, and to whom; without an heir it is left vacant, and said."""

    handover = models.ForeignKey(Handover, models.CASCADE, related_name="lines")
    heir = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="inherited"
    )
    kind = models.CharField(max_length=12, choices=HELD)
    thing = models.BigIntegerField()
    title = models.CharField(max_length=250)
    # What it said before, for who comes back.
    before = models.CharField(max_length=160, blank=True, default="")
    answer = models.CharField(_("réponse"), max_length=8, choices=CONSENTS, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["handover", "kind", "thing"], name="handed_once")
        ]

    def __str__(self) -> str:
        return self.title
