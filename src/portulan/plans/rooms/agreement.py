"""What a room said of a practice, in sentences: for its screen, and for the reason of a choice."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portulan.core.say.language import spoken_language
from portulan.core.say.text import quoted
from portulan.plans.rooms.voices import Accord, Heard, accord

IMPACTS = (gettext_lazy("faible"), gettext_lazy("moyen"), gettext_lazy("fort"))
EFFORTS = (gettext_lazy("léger"), gettext_lazy("moyen"), gettext_lazy("lourd"))
_OF_IMPACT = {
    Accord.AGREED: gettext_lazy("d’accord sur l’effet"),
    Accord.SPLIT: gettext_lazy("partagés sur l’effet"),
    Accord.NEAR: gettext_lazy("des avis voisins sur l’effet"),
    Accord.UNKNOWN: gettext_lazy("l’effet reste à savoir"),
}
_OF_EFFORT = {
    Accord.AGREED: gettext_lazy("d’accord sur l’effort"),
    Accord.SPLIT: gettext_lazy("partagés sur l’effort"),
    Accord.NEAR: gettext_lazy("des avis voisins sur l’effort"),
    Accord.UNKNOWN: gettext_lazy("l’effort reste à savoir"),
}


def title(heard: Heard) -> str:
    """Return on what a room agrees and on what it does not."""
    said = f"{_OF_IMPACT[accord(heard.impact)]}, {_OF_EFFORT[accord(heard.effort)]}"
    return said[:1].upper() + said[1:]


def impact(heard: Heard) -> str:
    return _("Effet : %(said)s.") % {"said": _counted(heard.impact, IMPACTS)}


def effort(heard: Heard) -> str:
    return _("Effort : %(said)s.") % {"said": _counted(heard.effort, EFFORTS)}


def who(heard: Heard) -> str:
    """Return whom the room sees in charge, "" when nobody was named."""
    said = [f"{name} ({count})" for name, count in heard.who]
    return _("Qui : %(said)s.") % {"said": ", ".join(said)} if said else ""


def could(heard: Heard) -> str:
    """Return how many could take it up: told to who writes alone."""
    return ngettext(
        "%(count)s personne pourrait s’en charger.",
        "%(count)s personnes pourraient s’en charger.",
        heard.could,
    ) % {"count": heard.could}


def is_split(counts: Sequence[int]) -> bool:
    return accord(tuple(counts)) is Accord.SPLIT


def reason(heard: Heard) -> str:
    """Return what is proposed as the reason of a choice."""
    if not heard.count:
        return ""
    first = _("La salle (%(count)s avis)") % {"count": heard.count}
    return f"{first}. {impact(heard)} {effort(heard)}"


def _counted(counts: Sequence[int], words: Sequence[object]) -> str:
    language = spoken_language()
    said = [f"{counts[at]} {quoted(str(words[at]), language)}" for at in (2, 1, 0) if counts[at]]
    if counts[3]:
        said.append(_("%(count)s ne savent pas") % {"count": counts[3]})
    return ", ".join(said)
