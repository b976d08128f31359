"""How the choices of steering are called."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portulan.steering.words import Occasion, Verdict

OCCASIONS = {
    Occasion.VOTE: _("Vote"),
    Occasion.COMMITTEE: _("Comité"),
    Occasion.BALANCE: _("Bilan d’une année"),
    Occasion.CLOSING: _("Clôture du plan"),
}
VERDICTS = {Verdict.KEPT: _("Tenu"), Verdict.NOT_KEPT: _("Non tenu")}
