"""Sources as their pages show them: how each stands, what it said, what it proposes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from portulan.core.say import numbers
from portulan.indicators.models import Indicator
from portulan.plans.feeds import followed_by, may_answer_for
from portulan.plans.models import Action
from portulan.sources.feeding import BREAKS, QUESTIONS, Question
from portulan.sources.formulas import FORMULAS
from portulan.sources.models import ItemsSnapshot, ProposedReading, Source, SourceFeed
from portulan.sources.reads import Standing, standing_of
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
    """A source on the list: how it stands, the actions it feeds, what it covers of them."""

    source: Source
    standing: Standing
    actions: Sequence[Action]
    coverage: int | None
    days_late: int


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
    why: str
    questions: Sequence[str]
    breaks: bool
    settles: bool
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
    last = {
        one.source_id: one
        for one in ItemsSnapshot.objects.filter(source__in=pks).order_by("taken_at", "pk")
    }
    return [_row(one, fed.get(one.pk, ()), actions, last.get(one.pk), today) for one in sources]


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
        Decimal(one["coverage"])
        for one in (last.figures if last else ())
        if one["coverage"] is not None and one["id"] in formulas
    ]
    found = {action.pk: action for one in fed for action in actions.get(one.indicator_id, ())}
    late = (today - standing.due_on).days if standing.is_late and standing.due_on else 0
    coverage = int(min(known) * 100) if known else None
    return Row(source, standing, list(found.values()), coverage, late)


def figures_of(row: ItemsSnapshot | None, only: Iterable[str] | None = None) -> Iterator[Told]:
    """Yield what a source said, figure by figure."""
    language, wanted = page_language(), None if only is None else set(only)
    for one in row.figures if row is not None else ():
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
    value = numbers.number(Decimal(one["value"]).normalize(), language)
    return f"{value} {one['unit'][language]}"


def _percent(share: str | None, decimals: int = 0) -> str:
    if share is None:
        return ""
    return numbers.percent(Decimal(share) * 100, page_language(), decimals=decimals)


def asked_of(request: OrganisationRequest, proposals: Sequence[ProposedReading]) -> list[Asked]:
    """Return the readings that wait, each with who may answer (one query)."""
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
                _why(one),
                [QUESTIONS[word].say(page_language()) for word in questions],
                bool(BREAKS & set(questions)),
                Question.TYPED in questions,
                may_answer_for(request.actor, follows),
            )
        )
    return found


def _value(indicator: Indicator, value: Decimal | None) -> str:
    if value is None:
        return ""
    said = numbers.number(value.quantize(Decimal("0.01")).normalize(), page_language())
    return f"{said} {numbers.unit(indicator.unit)}".strip()


def _why(one: ProposedReading) -> str:
    language, parts = page_language(), []
    if one.numerator is not None and one.denominator is not None:
        terms = {
            "part": numbers.number(one.numerator.normalize(), language),
            "whole": numbers.number(one.denominator.normalize(), language),
        }
        parts.append(_("%(part)s sur %(whole)s") % terms)
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
