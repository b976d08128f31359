"""What a committee decided, in words: « Nommer un pilote : Service formation. »"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from portulan.core.say import numbers
from portulan.core.say.text import Language, labelled
from portulan.plans.labels import LEVELS
from portulan.plans.words import CommitmentLevel
from portulan.steering.labels import MATTERS
from portulan.steering.models import Decision
from portulan.steering.words import Matter


def decision_words(decision: Decision, lang: Language) -> str:
    """Return what was decided, without its reason nor what became of it."""
    parts = list(_parts(decision, lang))
    head = str(MATTERS[Matter(decision.matter)])
    return labelled(head, ", ".join(parts), lang) if parts else head


def _parts(decision: Decision, lang: Language) -> Iterator[str]:
    if decision.level:
        yield str(LEVELS[CommitmentLevel(decision.level)])
    if decision.words:
        yield decision.words
    if decision.function:
        yield decision.function
    if decision.due_on:
        yield _("pour le %(day)s") % {"day": numbers.date(decision.due_on, lang)}
    if decision.year:
        money = numbers.money(decision.amount, lang)
        yield _("%(amount)s en %(year)s") % {"amount": money, "year": decision.year}
