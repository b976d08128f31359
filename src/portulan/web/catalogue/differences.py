"""What two states of a practice say otherwise, in words; scales that differ are named."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.catalogue.comparison.rules import Match, Rating
from portulan.catalogue.readers.content import PracticeContent, Scales, Term
from portulan.core.say.numbers import UNKNOWN
from portulan.core.say.text import Language

# A line: what, before and after; the note says why the two are no change, but side by side.
type Difference = tuple[str, str, str, str]


def title_in(practice: PracticeContent, language: Language) -> str:
    """Return the title in a language, else the source's own."""
    words = practice.translations.get(language)
    return (words.title if words else "") or practice.title


def differences(match: Match, old: Scales, new: Scales, language: Language) -> list[Difference]:
    """Return what changed; advice on two scales is shown with both, and not called a change."""
    found: list[Difference] = []
    if match.has_moved:
        found.append((_("Code"), match.old.code, match.new.code, ""))
    if "title" in match.changed:
        titles = (title_in(match.old, language), title_in(match.new, language))
        found.append((_("Titre"), *titles, ""))
    found += _rated(_("Priorité"), match.priority, old.priority, new.priority, language)
    found += _rated(_("Difficulté"), match.difficulty, old.difficulty, new.difficulty, language)
    if "pilots" in match.changed:
        before, after = (", ".join(one.pilots) for one in (match.old, match.new))
        found.append((_("Pilotes possibles"), before or UNKNOWN, after or UNKNOWN, ""))
    if "indicators" in match.changed:
        found.append((_("Indicateurs"), *_indicators(match), ""))
    if "text" in match.changed:
        found.append((_("Texte"), "", _("récrit"), ""))
    return found


def _rated(
    label: str, rating: Rating, old: Sequence[Term], new: Sequence[Term], language: Language
) -> list[Difference]:
    if rating.old == rating.new and (rating.comparable or rating.old is None):
        return []
    words = (_word(rating.old, old, language), _word(rating.new, new, language))
    if rating.comparable:
        return [(label, *words, "")]
    note = _("deux échelles : %(old)s ; %(new)s") % {
        "old": scale_words(old, language),
        "new": scale_words(new, language),
    }
    return [(label, *words, note)]


def _word(key: str | None, scale: Sequence[Term], language: Language) -> str:
    term = next((term for term in scale if term.key == key), None)
    return term.label(language) if term else key or UNKNOWN


def scale_words(scale: Sequence[Term], language: Language) -> str:
    """Return the steps of a scale, from the first; the absence of one is said."""
    return ", ".join(term.label(language) for term in scale) or _("aucune")


def _indicators(match: Match) -> tuple[str, str]:
    before = {one.text for one in match.old.indicators}
    after = {one.text for one in match.new.indicators}
    gone, come = len(before - after), len(after - before)
    return (
        ngettext("%s retiré", "%s retirés", gone) % gone if gone else "",
        ngettext("%s ajouté", "%s ajoutés", come) % come
        if come
        else ""
        if gone
        else _("genre ou unité précisés"),
    )
