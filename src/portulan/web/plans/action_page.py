"""What the page of an action shows, put together from its parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.budget.consumption import Need
from portulan.budget.selectors.calendar import year_on
from portulan.budget.selectors.funding import allotted_years_of, funding_of
from portulan.indicators.enums import Direction, MeasurementRole
from portulan.indicators.models import DIRECTIONS, Indicator
from portulan.indicators.selectors import series_of
from portulan.indicators.series import Series, Standing, stand
from portulan.plans.enums import CommitmentLevel, Outcome
from portulan.plans.funding import Funding, FundingYear
from portulan.plans.models import LEVELS, Action, CommitmentDecision
from portulan.plans.rules import missing_to_finish
from portulan.plans.selectors import commitment_of, edition_news, may_on, owns, row_of, story_of
from portulan.web import formats
from portulan.web.charts.canvas import Drawing
from portulan.web.impact.beside import effects_of
from portulan.web.language import page_language
from portulan.web.plans.charts import ladder_of, money_chart, series_chart
from portulan.web.plans.crumbs import under_plan
from portulan.web.plans.forms.update import UpdateForm
from portulan.web.plans.history_words import told
from portulan.web.plans.sheet import facts_of
from portulan.web.plans.values import name_with_unit, said, with_unit
from portulan.web.requests import OrganisationRequest

RECENT = 5


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A line of the table of commitments: a decision, or a deliverable handed over."""

    on: date
    what: str
    body: str
    title: str
    reason: str
    pk: int | None = None  # of the decision
    correction: str = ""


@dataclass(frozen=True, slots=True)
class IndicatorView:
    """An indicator of the action: where it stands, in words and in a chart."""

    indicator: Indicator
    name: str
    drawing: Drawing | None
    sentence: str
    rows: tuple[tuple[str, str, str], ...]
    direction: str
    has_baseline: bool
    has_target: bool


def main_of(action: Action) -> Indicator | None:
    """Return the main indicator of an action, the first of its list."""
    return next((link.indicator for link in action.indicator_links.all()), None)


def context_of(request: OrganisationRequest, action: Action, form: UpdateForm) -> dict[str, Any]:
    """Return all that the page shows (the same number of queries for any action)."""
    language = page_language()
    # The allotments of the whole plan say whether this action is left without.
    allotted = allotted_years_of(action.plan)
    facts = funding_of([action])
    this_year = year_on(request.organisation.pk, request.today)
    row = row_of(
        action=action, today=request.today, facts=facts, allotted=allotted, this_year=this_year
    )
    commitment = commitment_of(action)
    missing = missing_to_finish(commitment, row.level, today=request.today)
    links = list(action.indicator_links.all())
    main = links[0].indicator if links else None
    news = [item for item in edition_news(request.actor, action) if not item.is_same]
    return {
        "news": news,
        "news_unread": any(not item.seen for item in news),
        "action": action,
        "plan": action.plan,
        "sheet": facts_of(action),
        "here": _("Action %(number)s") % {"number": action.number},
        "row": row,
        "trail": under_plan(request, action.plan),
        "level_label": LEVELS[row.level],
        "states": [(item.label(language), item.sentence(language)) for item in row.states],
        "ladder": ladder_of(action, request.today),
        "decisions": decision_rows(action),
        "missing": [problem.message(language) for problem in missing],
        "is_implementation": row.level is CommitmentLevel.IMPLEMENTATION,
        "deliverables": list(action.deliverables.all()),
        "milestones": list(action.milestones.all()),
        "main": indicator_view(main, request.today) if main else None,
        "others": [_other(link.indicator, request.today) for link in links[1:]],
        "funding": row.funding,
        "money": money_chart(row.funding),
        "money_note": _money_note(row.funding),
        "has_accounts": bool(row.funding.of(request.today.year).stage),
        "allotment": _allotment(row.funding.of(this_year)),
        "basis": row.funding.of(this_year).basis,
        "outside": _outside(row.funding),
        "effects": effects_of(request.actor, action),
        "history": told(story_of(action)[:RECENT], action),
        "form": form,
        "is_pilot": owns(request.actor, action),
        "can_update": may_on(request.actor, action, Operation.UPDATE_ACTION),
        "can_edit": may_on(request.actor, action, Operation.EDIT_PLAN),
        "can_decide": may_on(request.actor, action, Operation.DECIDE),
    }


def decision_rows(action: Action) -> list[DecisionRow]:
    """Return decisions and deliverables handed over, in the order of the days."""
    rows = [
        DecisionRow(
            made.decided_on,
            _decided(made.outcome, before.level if before else None, made.level),
            made.body,
            made.deliverable.title if made.deliverable else "",
            made.reason,
            made.pk,
            _corrected(made),
        )
        for before, made in pairwise([None, *action.decisions.all()])
        if made is not None
    ]
    rows += [
        DecisionRow(item.delivered_on, _("Livrable remis"), "", item.title, item.result)
        for item in action.deliverables.all()
        if item.delivered_on is not None
    ]
    return sorted(rows, key=lambda item: item.on)


def _corrected(made: CommitmentDecision) -> str:
    if made.corrects_id is None:
        return ""
    day = formats.date(timezone.localdate(made.recorded_at), page_language())
    return _("Corrigée le %(day)s : %(why)s") % {"day": day, "why": made.correction_reason}


def _decided(outcome: str, before: int | None, level: int) -> str:
    name = str(LEVELS[CommitmentLevel(level)])
    match outcome:
        case Outcome.MOVE if before is not None:
            return f"{LEVELS[CommitmentLevel(before)]} → {name}"
        case Outcome.EXTEND:
            return _("%(level)s prolongée") % {"level": name}
        case Outcome.CLOSE:
            return _("%(level)s close, sans suite") % {"level": name}
    return name


def indicator_view(indicator: Indicator, today: date, *, prefix: str = "series") -> IndicatorView:
    """Return where an indicator stands on a day."""
    series = series_of(indicator)
    return IndicatorView(
        indicator=indicator,
        name=indicator.name,
        drawing=series_chart(indicator, series, prefix=prefix),
        sentence=standing_words(indicator, series, today),
        rows=tuple(_series_rows(indicator, series)),
        direction=str(DIRECTIONS[Direction(indicator.direction)]),
        has_baseline=bool(series.readings),
        has_target=series.target is not None,
    )


def standing_words(indicator: Indicator, series: Series, today: date) -> str:
    """Return in a sentence where the series stands against its line, its target and the law."""
    language = page_language()
    standing = stand(series, today)
    if standing.last is None:
        return _("Pas encore de relevé connu.")
    day = formats.date(standing.last.on, language)
    value = with_unit(indicator, standing.last)
    if standing.last.role is MeasurementRole.BASELINE:
        told = {"value": value, "day": day}
        # The line starts here: being on it says nothing.
        parts = [_("Référence : %(value)s au %(day)s.") % told, _("Pas encore de relevé connu.")]
    else:
        told = {"value": value[:1].upper() + value[1:], "day": day}
        parts = [_("%(value)s au %(day)s.") % told, *_against_the_line(standing)]
    legal = series.legal_threshold(today)
    if legal is not None:
        law = {"value": with_unit(indicator, legal), "law": legal.reference}
        parts.append(_("La loi demande %(value)s (%(law)s).") % law)
    return " ".join(parts)


def _against_the_line(standing: Standing) -> Iterator[str]:
    if standing.reached:
        yield _("Cible atteinte.")
    elif standing.gap is not None and standing.expected is not None:
        yield _gap_words(standing.gap, standing.expected, page_language())
    elif standing.broken:
        yield _("Le périmètre a changé : la trajectoire attendue ne s’y compare plus.")


def _gap_words(gap: Any, expected: Any, language: Any) -> str:
    values = {
        "gap": formats.number(formats.rounded(abs(gap), 2), language),
        "expected": formats.number(formats.rounded(expected, 2), language),
    }
    if gap > 0:
        return _("%(gap)s au-dessus de la droite attendue (%(expected)s).") % values
    if gap < 0:
        return _("%(gap)s au-dessous de la droite attendue (%(expected)s).") % values
    return _("Sur la droite attendue.")


def _series_rows(indicator: Indicator, series: Series) -> list[tuple[str, str, str]]:
    """Return the readings then the aims: a day, a value, what it is."""
    language = page_language()
    rows = [
        (
            formats.date(item.on, language),
            said(indicator, item),
            _("référence") if item.role == "baseline" else "",
        )
        for item in series.readings
    ]
    rows += [
        (
            formats.date(aim.due_on, language),
            said(indicator, aim),
            _("seuil légal") if aim.kind == "legal" else _("cible"),
        )
        for aim in series.aims
    ]
    return rows


def _other(indicator: Indicator, today: date) -> tuple[int, str, str]:
    sentence = standing_words(indicator, series_of(indicator), today)
    return indicator.pk, name_with_unit(indicator), sentence


def _money_note(funding: Funding) -> str:
    """Return what the shapes of the bars say, for those that are drawn."""
    if any(item.attributed is not None for item in funding.years):
        return _("Plein : mandaté. Mi-plein : ouvert. Creux : demandé.")
    return _("Creux : demandé.")


def _allotment(item: FundingYear) -> str:
    """Return what the year's allotment still holds once lines consumed it; "" without one."""
    need = Need(item.planned, item.allotted, item.attributed)
    if need.allotted is None or need.remaining is None:
        return ""
    language = page_language()
    values = {
        "year": item.year,
        "allotted": formats.money(need.allotted, language, unit="k€"),
        "consumed": formats.money(need.consumed or 0, language, unit="k€"),
        "rest": formats.money(abs(need.remaining), language, unit="k€"),
    }
    if need.remaining < 0:
        return _("Dotation %(year)s : %(allotted)s, dépassée de %(rest)s par les lignes.") % values
    return _("Dotation %(year)s : %(allotted)s, dont %(consumed)s déjà sur des lignes.") % values


def _outside(funding: Funding) -> list[tuple[int, str]]:
    """Return, by year, the money beside the IT budget: spent if known, else asked."""
    language = page_language()
    rows = []
    for item in funding.years:
        amount = (
            item.outside_planned if item.outside_attributed is None else item.outside_attributed
        )
        if amount is not None or item.outside_said:
            words = formats.money(amount, language, unit="k€", none=_("non chiffré"))
            rows.append((item.year, words))
    return rows
