"""Sources as their pages show them: how each stands, what it said, what it proposes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.core.folding import fold
from portulan.core.say import numbers
from portulan.core.say.text import Language
from portulan.indicators.models import Indicator
from portulan.indicators.words import TargetKind
from portulan.plans.feeds import followed_by, may_answer_for
from portulan.plans.models import Action
from portulan.sources.feeding import BREAKS, QUESTIONS, Manner, Question
from portulan.sources.figure import rounded
from portulan.sources.fleet import SHOWN
from portulan.sources.formulas import FORMULAS
from portulan.sources.models import ItemsSnapshot, ProposedReading, Source, SourceFeed
from portulan.sources.moves import MOVES, Move, Moved
from portulan.sources.reads import Standing, last_of, said_otherwise, standing_of
from portulan.sources.words import DEVICES, Device
from portulan.web.language import page_language
from portulan.web.requests import OrganisationRequest
from portulan.web.sources.forms import meanings_of

# The member of the meanings that the words of each field stand in.
MEMBERS = {
    "state": "states",
    "destination": "states",
    "type": "types",
    "phone_type": "phone_types",
}
MOST_WORDS = 40  # of a page


@dataclass(frozen=True, slots=True)
class Row:
    """A source on the list: how it stands, the actions it feeds, what it covers of them.

    `lacking`: why its least known figure is not known in full.
    """

    source: Source
    standing: Standing
    actions: Sequence[Action]
    coverage: int | None
    lacking: str
    days_late: int
    is_automatic: bool

    @property
    def presses(self) -> tuple[bool, bool, str]:
        """What its place on the list depends on: what waits first, then what is not well."""
        waits = bool(self.source.waiting)  # type: ignore[attr-defined]
        return not waits, self.standing.is_well, fold(self.source.name)


@dataclass(frozen=True, slots=True)
class Told:
    """A figure that a source gave, in the words of the page."""

    name: str
    value: str
    coverage: str
    reason: str
    formula: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A reading that a source proposes: before and after, why, what is asked, who may answer."""

    proposal: ProposedReading
    actions: Sequence[Action]
    before: str
    value: str
    aim: str
    why: str
    lacking: str
    questions: Sequence[str]
    breaks: bool
    settles: Sequence[tuple[str, str]]  # what people and other sources said of that day
    may: bool


@dataclass(frozen=True, slots=True)
class AskedWord:
    """A word of a tool: where it stands, how often, what it means."""

    member: str
    word: str
    label: str
    count: int
    means: str | None
    choices: Sequence[tuple[str, str]]


def rows_of(sources: Sequence[Source], today: date) -> list[Row]:
    """Return the rows of the list (three queries, whatever there is)."""
    pks = [one.pk for one in sources]
    fed: dict[int, list[SourceFeed]] = {}
    for feed in SourceFeed.objects.filter(source__in=pks).order_by("pk"):
        fed.setdefault(feed.source_id, []).append(feed)
    actions = followed_by(feed.indicator_id for some in fed.values() for feed in some)
    last = last_of(pks)
    rows = [_row(one, fed.get(one.pk, ()), actions, last.get(one.pk), today) for one in sources]
    return sorted(rows, key=lambda row: row.presses)


def _row(
    source: Source,
    fed: Sequence[SourceFeed],
    actions: Mapping[int, Sequence[Action]],
    last: ItemsSnapshot | None,
    today: date,
) -> Row:
    standing = standing_of(source, today)
    formulas = {one.formula for one in fed}
    known = [
        (Decimal(one["coverage"]), (one["reason"] or {}).get(page_language(), ""))
        for one in (last.figures if last else ())
        if one["coverage"] is not None and one["id"] in formulas
    ]
    least, lacking = min(known, default=(None, ""))
    found = {action.pk: action for one in fed for action in actions.get(one.indicator_id, ())}
    late = (today - standing.due_on).days if standing.is_late and standing.due_on else 0
    listed = sorted(found.values(), key=lambda action: (action.plan.slug, action.number))
    automatic = bool(fed) and all(one.manner == Manner.AUTOMATIC for one in fed)
    return Row(source, standing, listed, _whole(least), lacking, late, automatic)


def _whole(share: Decimal | None) -> int | None:
    """Return a share in percent, to the nearest; nothing but the whole is 100."""
    if share is None:
        return None
    return int(rounded(share * 100, "1")) if share == 1 else min(99, int(rounded(share * 100, "1")))


def figures_of(row: ItemsSnapshot | None, only: Iterable[str] | None = None) -> Iterator[Told]:
    """Yield what a source said, figure by figure: those that are computed first."""
    language, wanted = page_language(), None if only is None else set(only)
    for one in sorted(row.figures if row is not None else (), key=lambda one: one["value"] is None):
        formula = FORMULAS.get(one["id"])
        if formula is None or (wanted is not None and one["id"] not in wanted):
            continue
        yield Told(
            formula.name.say(language),
            _said(one, is_share=formula.is_share),
            _percent(one["coverage"]),
            (one["reason"] or {}).get(language, ""),
            one["id"],
        )


def _said(one: Mapping[str, Any], *, is_share: bool) -> str:
    if one["value"] is None:
        return _("non calculé")
    if is_share:
        return _percent(one["value"], 1)
    language = page_language()
    value = numbers.number(rounded(Decimal(one["value"]), "0.01").normalize(), language)
    return f"{value} {one['unit'][language]}".strip()


def _percent(share: str | None, decimals: int = 0) -> str:
    if share is None:
        return ""
    return numbers.percent(Decimal(share) * 100, page_language(), decimals=decimals)


@dataclass(frozen=True, slots=True)
class Seen:
    """What an inventory knows of its computers: those described, the others, and what they lack."""

    described: int
    partial: int
    lacking: Sequence[tuple[str, int]]

    @property
    def share(self) -> str:
        return _percent(str(Decimal(self.described) / (self.described + self.partial)))


def seen_by(row: ItemsSnapshot | None) -> Seen | None:
    """Return what an inventory knows of its computers, None where it tells nothing of it."""
    figures = {one["id"]: one for one in row.figures} if row is not None else {}
    whole = figures.get("known-all")
    if whole is None or whole["value"] is None:
        return None
    lacking = []
    for name, words in _LACKING.items():
        one = figures[name]
        missing = int(Decimal(one["denominator"])) - int(Decimal(one["numerator"]))
        if missing:
            lacking.append((str(words), missing))
    described = int(Decimal(whole["numerator"]))
    return Seen(described, int(Decimal(whole["denominator"])) - described, lacking)


_LACKING = {
    "known-age": gettext_lazy("sans date de début"),
    "known-user": gettext_lazy("sans utilisateur"),
    "known-state": gettext_lazy("sans état"),
}


@dataclass(frozen=True, slots=True)
class MovedRow:
    """What moved in one way since a snapshot: how many devices, of which kinds, the first ones."""

    name: str
    count: int
    kinds: str
    refs: str
    is_odd: bool


def moved_of(row: ItemsSnapshot | None) -> list[MovedRow]:
    """Return what moved since the snapshot before, move by move."""
    language, by_move = page_language(), defaultdict[Move, list[Moved]](list)
    for kept in row.moved if row is not None else ():
        by_move[Move(kept["move"])].append(Moved.from_json(kept))
    return [_moved(move, some, language) for move, some in by_move.items()]


def _moved(move: Move, some: Sequence[Moved], language: Language) -> MovedRow:
    kinds = [
        f"{_named(one.device, language)} ({numbers.number(one.count, language)})" for one in some
    ]
    count = sum(one.count for one in some)
    refs = [ref for one in some for ref in one.refs][:SHOWN]
    more = "…" if refs and count > len(refs) else ""
    name = MOVES[move].say(language)
    return MovedRow(name, count, ", ".join(kinds), ", ".join(refs) + more, move is Move.VANISHED)


def _named(device: Device | None, language: Language) -> str:
    return DEVICES[device].say(language) if device else _("de genre inconnu")


def asked_of(request: OrganisationRequest, proposals: Sequence[ProposedReading]) -> list[Asked]:
    """Return the readings that wait, each with who may answer (two queries)."""
    others = said_otherwise(proposals)
    actions = followed_by(one.indicator_id for one in proposals)
    found = []
    for one in proposals:
        follows = actions.get(one.indicator_id, ())
        questions = [Question(word) for word in one.questions]
        found.append(
            Asked(
                one,
                follows,
                _value(one.indicator, one.before),
                _value(one.indicator, one.value),
                _aim(one.indicator),
                _why(one),
                _lacking(one),
                [QUESTIONS[word].say(page_language()) for word in questions],
                bool(BREAKS & set(questions)),
                [
                    (said.source or _("une personne"), _value(said.indicator, said.value))
                    for said in others.get(one.pk, ())
                ],
                may_answer_for(request.actor, follows),
            )
        )
    return sorted(found, key=lambda one: [(row.plan_id, row.number) for row in one.actions])


def _aim(indicator: Indicator) -> str:
    """Return the last target of an indicator, in words."""
    aims = [one for one in indicator.targets.all() if one.kind == TargetKind.TARGET]
    last = max(aims, key=lambda one: one.due_on, default=None)
    return _value(indicator, last.value) if last is not None else ""


def _lacking(one: ProposedReading) -> str:
    """Return why a figure is not known in full, as the snapshot says it."""
    for figure in one.snapshot.figures:
        if figure["id"] == one.formula and figure["reason"]:
            return str(figure["reason"][page_language()])
    return ""


def _value(indicator: Indicator, value: Decimal | None) -> str:
    if value is None:
        return ""
    said = numbers.number(rounded(value, "0.01").normalize(), page_language())
    return f"{said} {numbers.unit(indicator.unit)}".strip()


def _why(one: ProposedReading) -> str:
    language, parts = page_language(), []
    if one.numerator is not None and one.denominator is not None:
        terms = {
            "part": numbers.number(rounded(one.numerator, "1"), language),
            "whole": numbers.number(one.denominator.normalize(), language),
        }
        unit = FORMULAS[one.formula].unit.fr
        is_mean = unit in ("ans", "mois")
        told = _("moyenne de %(whole)s") if is_mean else _("%(part)s pour %(whole)s")
        parts.append((_("%(part)s sur %(whole)s") if unit == "part" else told) % terms)
    if one.coverage is not None:
        parts.append(_("%(share)s connus") % {"share": _percent(str(one.coverage))})
    return ", ".join(parts)


def words_of(row: ItemsSnapshot | None) -> list[AskedWord]:
    """Return the words of a snapshot that may be explained, those that are not first."""
    found = []
    for one in row.words if row is not None else ():
        member = MEMBERS.get(one["field"])
        if member is not None and one["word"]:
            choices = meanings_of(member)
            found.append(
                AskedWord(member, one["word"], one["word"], one["count"], one["means"], choices)
            )
    return sorted(found, key=lambda one: (one.means is not None, -one.count, one.word))
