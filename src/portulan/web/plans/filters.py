"""What the address of a view of the plan asks: the same filters and sorts for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portulan.accounts.access import Operation
from portulan.accounts.features import Feature
from portulan.budget.funding.plan_rows import PlanRows, plan_rows
from portulan.core.fields import Field, Kind
from portulan.core.say import numbers
from portulan.plans.actions.listing import (
    NOBODY,
    SORTS,
    Band,
    Filters,
    Listing,
    said_in_lists,
    shown_year,
)
from portulan.plans.choices.practices import themes_of
from portulan.plans.fields import CELLS
from portulan.plans.models import LEVELS, PROGRESSES, Action, Plan, SavedView
from portulan.plans.plan import get_plan
from portulan.plans.states.words import LABELS, ORDER
from portulan.plans.words import CommitmentLevel, Progress
from portulan.web.language import page_language, said_here
from portulan.web.requests import OrganisationRequest

# Filters of several values: their name in the address, the field of `Filters`.
SEVERAL = {
    "level": "levels",
    "progress": "progresses",
    "state": "states",
    "theme": "themes",
    "money": "money",
}
# Those that are seen at once.
_COMMON = frozenset({"level", "progress", "state"})
# Those of the sheet; a line of words is sought.
_DECLARED = {one.asked: one for one in CELLS.values() if one.filtered and one.kind is not Kind.LINE}
_ORDER = ("level", "progress", "state", "theme", "unit", "axis", "impact", "effort", "days")
UNKNOWN = "unknown"
# What does not pass from a view to another, nor is kept with it.
_PASSING = ("page", "open", "added", "tick", "field", "value")
# Whom to remind: what is late, silent or stopped.
VIEWS = frozenset({"plan", "grid", "board", "timeline", "units", "matrix"})
_REMIND = ("late", "stale", "vacant", "blocked", "milestone_late", "deliverable_late")


@dataclass(frozen=True, slots=True)
class Option:
    """A value of a filter: as the address has it, as people read it, as it filters."""

    key: str
    words: str
    value: Any


@dataclass(frozen=True, slots=True)
class Choices:
    """A filter of several values: its label, what it offers, what is asked of it."""

    name: str
    label: str
    options: tuple[Option, ...]
    asked: tuple[Option, ...]
    common: bool

    @property
    def offered(self) -> list[Option]:
        """What can still be added."""
        return [one for one in self.options if one not in self.asked]


@dataclass(frozen=True, slots=True)
class Chip:
    """A link of one line: a view, or a filter whose link takes it away."""

    words: str
    url: str
    on: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A view of a plan as its address asks for it."""

    plan: Plan
    query: QueryDict
    filters: Filters
    choices: tuple[Choices, ...]
    listing: Listing
    sort: str
    view: str
    slug: str
    person: int | None

    @property
    def year(self) -> int:
        return self.listing.year

    def url(self, view: str = "", **changed: str | None) -> str:
        """Return the address of a view with these filters; None takes a name away."""
        query = self.query.copy()
        for name in _PASSING:
            query.pop(name, None)
        for name, value in changed.items():
            if value is None:
                query.pop(name, None)
            else:
                query[name] = value
        address = reverse(f"plans:{view or self.view}", args=[self.slug, self.plan.slug])
        return f"{address}?{query.urlencode()}" if query else address

    def without(self, name: str, key: str) -> str:
        """Return the address of this view without one value of a filter."""
        query = self.query.copy()
        for passing in _PASSING:
            query.pop(passing, None)
        query.setlist(name, [one for one in query.getlist(name) if one != key])
        return f"?{query.urlencode()}"

    @property
    def tabs(self) -> list[Chip]:
        names = [
            ("plan", _("Liste")),
            ("grid", _("Grille")),
            ("board", pgettext("view of the plan", "Tableau")),
            ("timeline", _("Frise")),
            ("units", _("Par entité")),
            ("matrix", _("Matrice")),
        ]
        return [
            Chip(words, self.url(name), on=name == self.view)
            for name, words in names
            if name != "units" or self.shows_units
        ]

    @property
    def shows_units(self) -> bool:
        """Tell whether the organisation asked for units: a small town has none of the word."""
        return Feature.UNITS not in self.plan.organisation.put_away

    @property
    def chips(self) -> list[Chip]:
        """The filters in force, each with the address that takes it away."""
        found = [
            Chip(
                _("%(filter)s : %(value)s") % {"filter": each.label, "value": one.words},
                self.without(each.name, one.key),
            )
            for each in self.choices
            for one in each.asked
        ]
        if self.filters.mine is not None:
            found.append(Chip(_("Mes actions"), self.without("mine", "1")))
        if self.filters.pilot:
            words = _("Pilote : %(function)s") % {"function": self.filters.pilot}
            found.append(Chip(words, self.without("pilot", self.query.get("pilot", ""))))
        if self.filters.due_by is not None:
            day = numbers.date(self.filters.due_by, page_language())
            words = _("Fin prévue au plus tard le %(day)s") % {"day": day}
            found.append(Chip(words, self.without("due", self.query.get("due", ""))))
        if self.filters.q:
            words = _("Mots : %(words)s") % {"words": self.filters.q}
            found.append(Chip(words, self.without("q", self.query.get("q", ""))))
        return found

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """What a form of filters carries: what is asked already, but what it asks itself."""
        return [
            (name, value)
            for name, values in self.query.lists()
            for value in values
            if name not in {*_PASSING, "q", "due"} and value
        ]

    def saved(self, views: Iterable[SavedView]) -> list[Chip]:
        """Return the views at hand: all, mine, whom to remind, then those that were kept."""
        everything = reverse(f"plans:{self.view}", args=[self.slug, self.plan.slug])
        remind = "&".join(f"state={name}" for name in _REMIND)
        # Of one filter, its own link already takes all back.
        found = [Chip(_("Toutes"), everything)] if len(self.chips) > 1 else []
        if self.person is not None:
            found.append(Chip(_("Mes actions"), f"{everything}?mine=1"))
        found.append(Chip(_("À relancer"), f"{everything}?{remind}"))
        for view in views:
            kept = view.view if view.view in VIEWS else self.view  # that of a newer version
            where = reverse(f"plans:{kept}", args=[self.slug, self.plan.slug])
            found.append(Chip(view.name, f"{where}?{view.query}"))
        return found


def asked(request: OrganisationRequest, plan: str, view: str) -> Asked:
    """Return what a view of a plan is asked to show, to who may read it. Raises as `get_plan`."""
    found = get_plan(actor=request.actor, slug=plan, need=Operation.READ_PLAN)
    kept = plan_rows(found, request.today)
    choices = _choices(found, kept, request.GET)
    filters = _filters(request, choices)
    sort = request.GET.get("sort", "number")
    if sort.removeprefix("-") not in SORTS:
        sort = "number"
    listing = kept.searched(
        request.actor, filters, sort, shown_year(found, kept.years.at(request.today))
    )
    return Asked(
        plan=found,
        query=request.GET,
        filters=filters,
        choices=choices,
        listing=listing,
        sort=sort,
        view=view,
        slug=request.organisation.slug,
        person=request.actor.person_id,
    )


def context_of(asked: Asked) -> dict[str, Any]:
    """Return what the head of every view shows: its tabs, its filters, the views at hand."""
    return {
        "plan": asked.plan,
        "asked": asked,
        "listing": asked.listing,
        "more": "more" in asked.query,
        "saved": asked.saved(asked.plan.saved_views.order_by("name")),
    }


def _filters(request: OrganisationRequest, choices: Iterable[Choices]) -> Filters:
    """Return the filters; what makes no sense is left out rather than refused."""
    asked = {each.name: frozenset(one.value for one in each.asked) for each in choices}
    said: dict[str, Any] = {SEVERAL[name]: asked[name] for name in asked.keys() & SEVERAL}
    cells = tuple((one.name, asked[name]) for name, one in _DECLARED.items() if asked.get(name))
    mine = request.actor.person_id if request.GET.get("mine") else None
    return Filters(
        q=request.GET.get("q", "").strip()[:100],
        pilot=request.GET.get("pilot", "").strip()[:160],
        mine=mine,
        due_by=day_of(request.GET.get("due", "")),
        cells=cells,
        **said,
    )


def day_of(text: str) -> date | None:
    try:
        return numbers.parse_date(text, page_language()) if text.strip() else None
    except numbers.MistypedError:
        return None


def _choices(plan: Plan, kept: PlanRows, query: QueryDict) -> tuple[Choices, ...]:
    labels = {
        "level": _("Niveau"),
        "progress": _("Avancement"),
        "state": _("État"),
        "theme": _("Thématique"),
        "money": _("Argent de l’année"),
    } | {name: one.column.say(page_language()) for name, one in _DECLARED.items()}
    found = []
    for name, options in sorted(_options(plan, kept), key=lambda one: _place(one[0])):
        keys = query.getlist(name)
        told = tuple(options)
        wanted = tuple(one for one in told if one.key in keys)
        if len(told) > 1 or wanted:
            found.append(Choices(name, labels[name], told, wanted, name in _COMMON))
    return tuple(found)


def _place(name: str) -> int:
    """Return where a filter stands: those that come since are before the money, the last."""
    if name in _ORDER:
        return _ORDER.index(name)
    return len(_ORDER) + (name == "money")


def _options(plan: Plan, kept: PlanRows) -> Iterator[tuple[str, Iterator[Option]]]:
    yield "level", _of(sorted(LEVELS.items(), reverse=True), CommitmentLevel)
    yield "progress", _of(PROGRESSES.items(), Progress)
    states = ((state, said_here(LABELS[state])) for state in ORDER)
    yield "state", (Option(state.value, words, state) for state, words in states)
    yield (
        "theme",
        (
            Option(str(theme.pk), f"{theme.code}. {theme.say('title')}", theme.pk)
            for theme in kept.once("themes", lambda: themes_of(plan))
        ),
    )
    for name, one in _DECLARED.items():
        yield name, _of_declared(one, plan, kept)
    yield "money", _bands(_("10 k€ au plus"), _("plus de 10 k€"))


def _of_declared(one: Field, plan: Plan, kept: PlanRows) -> Iterator[Option]:
    """Yield what a field of the sheet may be kept by, by its kind."""
    match one.kind:
        case Kind.STEP:
            yield from _steps(one)
        case Kind.NUMBER:
            told = {"most": one.small}
            yield from _bands(_("%(most)s au plus") % told, _("plus de %(most)s") % told)
        case Kind.DAY:
            said = {said_in_lists(action, one) for action in kept.read.actions}
            yield from (Option(str(year), str(year), year) for year in sorted(said - {None}))
            yield Option(UNKNOWN, _("inconnu"), None)
        case Kind.ONE if one.to == "axes":
            axes = plan.axes.order_by("order", "id")
            yield from (Option(str(axis.pk), axis.title, axis.pk) for axis in axes)
        case Kind.ONE:
            rows = kept.once(one.name, lambda: _rows(kept.read.actions, one))
            yield from (Option(str(row.pk), str(row), row.pk) for row in rows)
            if rows:
                yield Option(str(NOBODY), _("Aucune entité"), NOBODY)


def _rows(actions: Iterable[Action], one: Field) -> list[Any]:
    """Return the rows that actions name in a field, by name."""
    found = {getattr(action, one.name) for action in actions} - {None}
    return sorted(found, key=str)


def _of(pairs: Iterable[tuple[Any, Any]], kind: type[Any]) -> Iterator[Option]:
    return (Option(str(kind(key).value), str(words), kind(key)) for key, words in pairs)


def _steps(one: Field) -> Iterator[Option]:
    column: Any = Action._meta.get_field(one.name)
    yield from _of(sorted(column.flatchoices, reverse=True), one.step)
    yield Option(UNKNOWN, _("inconnu"), None)


def _bands(small: str, large: str) -> Iterator[Option]:
    words: Mapping[Band, str] = {
        Band.UNKNOWN: _("inconnu"),
        Band.ZERO: "0",
        Band.SMALL: small,
        Band.LARGE: large,
    }
    return (Option(band.value, said, band) for band, said in words.items())
