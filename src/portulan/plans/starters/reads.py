"""The ready-made plans that an organisation is offered: those made for its form first."""

from __future__ import annotations

from portulan.accounts.models import Organisation
from portulan.accounts.words import LegalForm
from portulan.core.say.language import spoken_language
from portulan.plans.starters.writes import STARTERS

_FIRST = {
    LegalForm.TOWN: "town",
    LegalForm.HOSPITAL: "hospital",
    LegalForm.UNIVERSITY: "university",
}


def starters_for(organisation: Organisation) -> list[tuple[str, str]]:
    """Return the key of each ready-made plan and whom it is for; a small town sees its own."""
    first = _FIRST.get(LegalForm(organisation.legal_form), "region")
    found = sorted(STARTERS.values(), key=lambda one: one.key != first)
    shown = found[:1] if organisation.is_simple else found
    return [(one.key, one.for_whom.say(spoken_language())) for one in shown]
