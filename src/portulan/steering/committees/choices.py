"""The options of a subject, concrete and computed: what each changes, by how much, from when.

An option is a decision said in full. What is of no use is shown and says why; what is not known is
asked of who knows it, and never presumed: where credits stand comes from the lines of the action.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from portulan.core.money import ZERO
from portulan.core.periods import later
from portulan.core.say import numbers
from portulan.core.say.text import Language
from portulan.plans.actions.reads import Row
from portulan.plans.labels import LEVELS
from portulan.plans.money.funding import FundingYear
from portulan.plans.words import CommitmentLevel, State
from portulan.steering.words import Matter

_MOST_PILOTS = 2
_MONTH, _QUARTER = 1, 3


@dataclass(frozen=True, slots=True)
class Credits:
    """Where the credits of an action stand in a year: what its lines say, by chapter.

    `opened` is what is opened on its lines, None where one of them does not say it.
    """

    chapters: tuple[str, ...] = ()
    opened: Decimal | None = None


UNKNOWN_CREDITS = Credits()


@dataclass(frozen=True, slots=True)
class Around:
    """What options are computed with: the day, the next budget, who else is known."""

    lang: Language
    today: date
    figures_by: date
    credits: Mapping[tuple[int, int], Credits] = field(default_factory=dict)
    awaited: Mapping[int, tuple[str, date]] = field(default_factory=dict)
    pilots: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    finance: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that is ready: `said` are fields of a decision. Of no use, it says why."""

    key: str
    label: str
    effect: str
    matter: Matter
    said: Mapping[str, Any] = field(default_factory=dict)
    useless: str = ""


def options(row: Row, around: Around) -> list[Option]:
    """Return what may be answered to the subject of an action, its most pressing state first."""
    found: dict[str, Option] = {}
    for state in row.states:
        if (rule := _RULES.get(state.state)) is not None:
            for one in rule(row, around):
                found.setdefault(one.key, one)
    for one in _of_level(row):
        found.setdefault(one.key, one)
    return list(found.values())


def _over(row: Row, around: Around) -> Iterator[Option]:
    """One amount has one name: what its lines hold, at their stage, beyond its envelope."""
    over = [one for one in row.funding.years if _beyond(one) > 0 and one.year >= row.frame.year]
    for one in over[:1]:
        attributed, allotted = one.attributed or ZERO, one.allotted or ZERO
        excess, where = _beyond(one), around.credits.get((row.action.pk, one.year), UNKNOWN_CREDITS)
        within, useless = _room(attributed, where, around)
        told = {
            "amount": _money(attributed, around),
            "least": _money(allotted, around),
            "year": one.year,
        }
        said = {"year": one.year, "amount": attributed}
        yield Option(
            "allot", _("Porter l’enveloppe à %(amount)s") % told, within, Matter.ALLOT, said
        )
        label = _("Virer %(excess)s d’un autre chapitre") % {"excess": _money(excess, around)}
        moved = _("les finances disent duquel")
        words = _("un virement de %(excess)s d’un autre chapitre")
        work = {"function": around.finance, "due_on": around.figures_by}
        work["words"] = words % {"excess": _money(excess, around)}
        yield Option("transfer", label, moved, Matter.TASK, work, useless)
        label = _("Inscrire %(excess)s en décision modificative") % {
            "excess": _money(excess, around)
        }
        voted = _("à voter par l’assemblée")
        yield Option("amend", label, voted, Matter.ALLOT, said | {"words": label}, useless)
        if where.opened is None:
            label = _("Demander aux finances le compte et le chapitre")
            work = {"function": around.finance, "due_on": _in(around, _MONTH)}
            work["words"] = _("le compte et le chapitre de la dépense")
            yield Option("ask", label, _by(work["due_on"], around), Matter.TASK, work)
        label = _("Ramener la dépense à %(least)s") % told
        work = {
            "words": _("une dépense ramenée à %(least)s") % told,
            "function": row.action.pilot_function,
            "due_on": _in(around, _MONTH),
        }
        left = _("%(excess)s de moins à dépenser en %(year)s") % {
            **told,
            "excess": _money(excess, around),
        }
        yield Option("less", label, left, Matter.TASK, work)


def _beyond(one: FundingYear) -> Decimal:
    if one.attributed is None or one.allotted is None:
        return ZERO
    return one.attributed - one.allotted


def _room(attributed: Decimal, where: Credits, around: Around) -> tuple[str, str]:
    """Return the effect of a wider envelope, and why other ways are of no use ("" if they are)."""
    if where.opened is None:
        unknown = _("le compte et le chapitre ne sont pas connus : les finances le disent d’abord")
        return _("compte et chapitre à demander aux finances"), unknown
    chapters = ", ".join(where.chapters)
    if where.opened >= attributed:
        opened = _("inutile : les crédits sont déjà ouverts au chapitre %(which)s")
        useless = opened % {"which": chapters}
        return _("dans le chapitre %(which)s : aucun crédit à voter") % {"which": chapters}, useless
    missing = _money(attributed - where.opened, around)
    return _("il manque %(missing)s de crédits ouverts") % {"missing": missing}, ""


def _vacant(row: Row, around: Around) -> Iterator[Option]:
    for rank, function in enumerate(around.pilots.get(row.action.pk, ())[:_MOST_PILOTS], 1):
        label = _("Nommer : %(function)s") % {"function": function}
        resumed = _("l’action reprend le %(day)s")
        effect = resumed % {"day": numbers.date(around.today, around.lang)}
        yield Option(f"pilot-{rank}", label, effect, Matter.PILOT, {"function": function})
    label = _("Chercher un pilote")
    work = {"function": row.action.decided_by, "due_on": _in(around, _MONTH)}
    work["words"] = _("la recherche d’un pilote")
    yield Option("search", label, _by(work["due_on"], around), Matter.TASK, work)
    yield _dropped()


def _not_costed(row: Row, around: Around) -> Iterator[Option]:
    label = _("Demander un chiffrage")
    due = around.figures_by
    work = {"function": row.action.pilot_function, "due_on": due}
    work["words"] = _("un chiffrage de la suite")
    before = _("chiffrer avant le %(day)s, pour le prochain budget")
    effect = before % {"day": numbers.date(due, around.lang)}
    yield Option("cost", label, effect, Matter.TASK, work)
    if (awaited := around.awaited.get(row.action.pk)) is not None:
        label = _("Attendre le livrable")
        when = _("« %(title)s », du %(day)s")
        effect = when % {"title": awaited[0], "day": numbers.date(awaited[1], around.lang)}
        reason = f"{label} {effect}."
        yield Option("wait", label, effect, Matter.POSTPONED, {"reason": reason})


def _blocked(row: Row, around: Around) -> Iterator[Option]:
    blocked = row.action.blocked_by
    label = _("Lever ce qui bloque")
    words = _("la levée de ce qui bloque (%(what)s)") % {"what": blocked}
    work = {"words": words[:500], "due_on": _in(around, _MONTH)}
    work["function"] = row.action.decided_by or row.action.pilot_function
    yield Option("unblock", label, _by(work["due_on"], around), Matter.TASK, work)
    yield from _longer(row, around)
    yield _dropped()


def _late(row: Row, around: Around) -> Iterator[Option]:
    label = _("Redemander le livrable")
    work = {"function": row.action.pilot_function, "due_on": _in(around, _MONTH)}
    work["words"] = _("le livrable attendu")
    yield Option("deliver", label, _by(work["due_on"], around), Matter.TASK, work)
    yield from _longer(row, around)


def _longer(row: Row, around: Around) -> Iterator[Option]:
    due = later(max(row.action.due_on or around.today, around.today), _QUARTER)
    label = _("Repousser la fin au %(day)s") % {"day": numbers.date(due, around.lang)}
    before = _("au lieu du %(day)s") % {
        "day": numbers.date(row.action.due_on, around.lang, none=_("jamais dite"))
    }
    yield Option("longer", label, before, Matter.DATE, {"due_on": due})


def _of_level(row: Row) -> Iterator[Option]:
    """Yield what follows a trial or a study: the next level, more time, or its end."""
    if not row.adopted or row.level is CommitmentLevel.IMPLEMENTATION:
        return
    above = CommitmentLevel(row.level + 1)
    named = str(LEVELS[above])
    label = _("Passer en « %(level)s »") % {"level": named}
    from_level = _("au lieu de « %(level)s »") % {"level": str(LEVELS[row.level])}
    yield Option("level", label, from_level, Matter.LEVEL, {"level": above})
    yield Option("close", _("Clore sans suite"), _("le motif est repris au relevé"), Matter.CLOSE)


def _dropped() -> Option:
    return Option("drop", _("Abandonner l’action"), _("en disant pourquoi"), Matter.DROP)


def _money(value: Decimal, around: Around) -> str:
    return numbers.money(value, around.lang, decimals=None if value % 1 else 0)


def _in(around: Around, months: int) -> date:
    return later(around.today, months)


def _by(day: Any, around: Around) -> str:
    return _("pour le %(day)s") % {"day": numbers.date(day, around.lang)}


def default_day(today: date) -> date:
    """Return by when figures are asked where no calendar of budgets is known."""
    return today + timedelta(days=60)


_RULES: dict[State, Callable[[Row, Around], Iterator[Option]]] = {
    State.OVER_ENVELOPE: _over,
    State.VACANT: _vacant,
    State.NOT_COSTED: _not_costed,
    State.BLOCKED: _blocked,
    State.DELIVERABLE_LATE: _late,
}
