"""The plan over its years, one band for each action; it prints on a sheet on its side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from portulan.charts.timeline import Mark, Track
from portulan.charts.timeline import Tie as DrawnTie
from portulan.charts.timeline import timeline as draw
from portulan.core.folding import fold
from portulan.core.say import numbers
from portulan.plans.actions.reads import Row
from portulan.plans.models import LEVELS, PROGRESSES, Deliverable, Milestone, Plan
from portulan.plans.relations import ties_among
from portulan.plans.words import Outcome, Progress, State, Tie
from portulan.web.language import page_language
from portulan.web.paging import page_of
from portulan.web.plans.filters import Asked, Chip, asked, context_of
from portulan.web.requests import OrganisationRequest

PER_PAGE = 20
# What actions are put together by: the rank of the group of an action, and its words.
RANKS: dict[str, Callable[[Row], Any]] = {
    "axis": lambda row: (row.action.axis is None, row.action.axis.order if row.action.axis else 0),
    "unit": lambda row: (
        row.action.unit is None,
        fold(row.action.unit.name) if row.action.unit else "",
    ),
    "pilot": lambda row: fold(row.action.pilot_function),
    "due": lambda row: row.action.due_on or date.max,
}
GROUPS: dict[str, Callable[[Row], str]] = {
    "axis": lambda row: row.action.axis.title if row.action.axis else _("Sans axe"),
    "unit": lambda row: row.action.unit.name if row.action.unit else _("Aucune entité"),
    "pilot": lambda row: row.action.pilot_function,
    "due": lambda row: str(row.action.due_on.year) if row.action.due_on else _("Sans date de fin"),
}


@require_GET
def timeline(request: OrganisationRequest, plan: str) -> HttpResponse:
    view = asked(request, plan, "timeline")
    has_axes = any(row.action.axis_id for row in view.listing.rows)
    by = request.GET.get("by", "axis" if has_axes else "due")
    by = by if by in GROUPS else "due"
    rows = sorted(view.listing.rows, key=RANKS[by])
    page = page_of(request, rows, PER_PAGE)
    shown = list(page.object_list)
    context = context_of(view) | {
        "page": page,
        "groupings": _groupings(view, by),
        "drawing": drawing_of(view.plan, shown, by, request.today),
        "finding": "" if page.has_other_pages() else _finding(shown),
    }
    return render(request, "plans/timeline.html", context)


def _finding(rows: Sequence[Row]) -> str:
    """Return what is to be seen in the bands that are shown: late, stopped; all of the plan."""
    late = sum(any(one.state is State.LATE for one in row.states) for row in rows)
    paused = sum(row.progress is Progress.PAUSED for row in rows)
    found = []
    if late:
        found.append(ngettext("une en retard", "%(count)s en retard", late) % {"count": late})
    if paused:
        found.append(ngettext("une en pause", "%(count)s en pause", paused) % {"count": paused})
    return ", ".join(found)


def _groupings(view: Asked, by: str) -> list[Chip]:
    names = {
        "axis": _("Axe"),
        "unit": _("Entité"),
        "pilot": _("Pilote"),
        "due": _("Fin prévue"),
    }
    return [
        Chip(words, view.url(by=name), on=name == by)
        for name, words in names.items()
        if name != "unit" or view.shows_units
    ]


def drawing_of(plan: Plan, rows: Sequence[Row], by: str, today: date) -> Any:
    """Return the drawing of a few actions (three queries)."""
    marks = _marks([row.action.pk for row in rows])
    places = {row.action.pk: place for place, row in enumerate(rows)}
    ties = [
        DrawnTie(places[one], places[other], over=kind in {Tie.MERGES, Tie.PART_OF})
        for one, other, kind in ties_among(places)
        if kind is not Tie.EXCLUDES
    ]
    return draw(
        [_track(plan, row, GROUPS[by](row), marks[row.action.pk], today) for row in rows],
        title=_("Frise des actions, de %(first)s à %(last)s")
        % {"first": plan.first_year, "last": plan.last_year},
        first_year=plan.first_year,
        last_year=plan.last_year,
        today=today,
        language=page_language(),
        prefix="fr",
        columns=(_("Action"), _("Niveau"), _("Début"), _("Fin prévue"), _("État")),
        ties=ties,
    )


def _marks(ids: list[int]) -> dict[int, tuple[Mark, ...]]:
    """Return the milestones and deliverables of actions, by identifier (two queries)."""
    found: dict[int, list[Mark]] = defaultdict(list)
    steps = Milestone.objects.filter(action__in=ids).values_list(
        "action_id", "due_on", "reached_on", "title"
    )
    for pk, due, reached, title in steps:
        found[pk].append(Mark(reached or due, reached is not None, title))
    handed = Deliverable.objects.filter(action__in=ids).values_list(
        "action_id", "due_on", "delivered_on", "title"
    )
    for pk, awaited, delivered, title in handed:
        if day := delivered or awaited:
            found[pk].append(Mark(day, delivered is not None, title, deliverable=True))
    return defaultdict(tuple, {pk: tuple(marks) for pk, marks in found.items()})


def _track(plan: Plan, row: Row, group: str, marks: tuple[Mark, ...], today: date) -> Track:
    action, language = row.action, page_language()
    start = action.starts_on or date(plan.first_year, 1, 1)
    end = max(action.due_on or date(plan.last_year, 12, 31), start)
    levels = [(made.on, made.level) for made in row.decisions if made.outcome != Outcome.CLOSE]
    first = levels[0][1] if levels else row.level
    closed = next((made.on for made in row.decisions if made.outcome == Outcome.CLOSE), None)
    late = any(state.state is State.LATE for state in row.states)
    over = row.progress in {Progress.DONE}
    stopped = row.progress in {Progress.PAUSED, Progress.DROPPED}
    states = ", ".join(state.label(language) for state in row.states)
    progress = str(PROGRESSES[row.progress])
    title = action.short_title or action.title
    changes = [pair for pair in levels if pair[0] > start]
    note = progress.lower() if stopped or over else ""
    if note and states:
        note = f"{note}, {states.lower()}"
    return Track(
        name=f"{action.called}. {title}",
        group=group,
        starts=start,
        levels=((start, _level_at(levels, start) or first), *changes),  # type: ignore[arg-type]
        ends=end,
        late=action.due_on if late else None,
        stopped=min(action.last_news_on or today, today) if stopped else None,
        ended=closed or (min(end, today) if over else None),
        marks=marks,
        note=note,
        watch=bool(states),
        row=(
            f"{action.called}. {title}",
            _moves(levels) or str(LEVELS[row.level]),
            numbers.date(action.starts_on, language) if action.starts_on else "–",
            numbers.date(action.due_on, language) if action.due_on else "–",
            states or progress,
        ),
    )


def _level_at(levels: list[Any], day: date) -> Any:
    return next((level for on, level in reversed(levels) if on <= day), None)


def _moves(levels: list[Any]) -> str:
    """Return the levels one after the other, each with its day but the first."""
    language = page_language()
    said = [str(LEVELS[level]) for _on, level in levels[:1]]
    for (_before_on, before), (on, level) in pairwise(levels):
        if level != before:
            told = {"level": LEVELS[level], "day": numbers.date(on, language)}
            said.append(_("%(level)s le %(day)s") % told)
    return " → ".join(said)
