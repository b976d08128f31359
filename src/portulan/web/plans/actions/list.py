"""The list of a plan's actions and its file; the map of who acts; the rules of the states."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, partial

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.accounts.features import Feature
from portulan.accounts.models import Organisation
from portulan.budget.labels import stage_word
from portulan.core.amounts import Amount, Scope
from portulan.core.say import numbers
from portulan.core.spreadsheet import Cell
from portulan.indicators.series import Aim, Reading
from portulan.indicators.words import MeasurementRole
from portulan.plans.actions.listing import FROM_THE_TOP, Listing
from portulan.plans.actions.reads import Row
from portulan.plans.coverage import coverage_of
from portulan.plans.fields import Group
from portulan.plans.models import LEVELS, PROGRESSES, Action
from portulan.plans.money.funding import ASKED
from portulan.plans.plan import current_plan, get_plan
from portulan.plans.starters.reads import starters_for
from portulan.plans.states.rules import Derived
from portulan.plans.states.words import LABELS, ORDER, RULES
from portulan.plans.votes import voting_of
from portulan.plans.words import State
from portulan.web.crumbs import under_plan
from portulan.web.downloads import csv_response, tell_export
from portulan.web.indicators.values import said
from portulan.web.language import page_language, said_here
from portulan.web.plans.filters import asked, context_of
from portulan.web.plans.sheet import cells, exported
from portulan.web.requests import OrganisationRequest

# Twenty-five rows that all have a state would pass the 370 elements of the gate.
PER_PAGE = 20
# The columns of the list: label, what its link sorts by, note, and whether it holds numbers.
HEADS = (
    (_("N°"), "number", "", True),
    (_("Action"), "title", "", False),
    (_("Niveau"), "level", "", False),
    (_("Avancement et état"), "progress", "", False),
    (_("Pilote"), "pilot", "", False),
    (_("Indicateur"), "", _("référence → relevé → cible"), False),
    (_("(k€)"), "money", "", True),
)


@require_GET
def current(request: OrganisationRequest) -> HttpResponse:
    """Go to the plan of the year, or invite to make the first one."""
    plan = current_plan(actor=request.actor, today=request.today)
    if plan is None:
        return render(request, "plans/empty.html", {"starters": starters_for(request.organisation)})
    address = reverse("plans:plan", args=[request.organisation.slug, plan.slug])
    asked = request.GET.urlencode()
    return redirect(f"{address}?{asked}" if asked else address)


def _money_head(organisation: Organisation) -> str:
    """Return whose budget the money is of: a small town has no direction for it."""
    return str(_("Budget %(year)s") if organisation.is_simple else _("DSI %(year)s"))


def _heads(sort: str, year: int, money: str) -> Iterator[dict[str, object]]:
    """Yield the columns; `sort` is what a link asks for, `order` how the column is sorted now."""
    backwards, name = sort.startswith("-"), sort.removeprefix("-")
    for label, key, note, is_number in HEADS:
        # A second click turns the order round; amounts and levels start from the top.
        down = not backwards if key == name else key in FROM_THE_TOP
        yield {
            "label": f"{money % {'year': year}} {label}" if key == "money" else label,
            "note": note,
            "sort": f"-{key}" if down else key,
            "order": ("descending" if backwards else "ascending") if key == name else "",
            "is_number": is_number,
        }


@require_GET
def plan(request: OrganisationRequest, plan: str) -> HttpResponse:
    view = asked(request, plan, "plan")
    listing, year = view.listing, view.year
    page = Paginator(listing.rows, PER_PAGE).get_page(request.GET.get("page"))
    context = context_of(view) | {
        "levels": [(level, count) for level, count in listing.by_level.items() if count],
        "heads": _heads(view.sort, year, _money_head(request.organisation)),
        "money_head": _money_head(request.organisation) % {"year": year},
        "sort": view.sort,
        "page": page,
        "totals": listing.totals or [(Amount(None, Scope(ASKED)), len(listing.rows))],
        "beside_word": _("à côté :") if request.organisation.is_simple else _("hors DSI :"),
        "beside": list(_beside(listing)),
        "unknown": listing.not_costed,
        "year": year,
        "basis": basis_of(listing, year),
        "voting": voting_of(view.plan),
        "lacks": _lacks(listing),
    }
    return render(request, "plans/plan.html", context)


def _lacks(listing: Listing) -> list[tuple[State, str, int]]:
    """Return what is to be completed: its state, its words, how many rows lack it."""
    return [(state, said_here(LABELS[state]), count) for state, count in listing.lacks.items()]


def _beside(listing: Listing) -> Iterator[str]:
    """Yield what stands beside the IT budget, by stage: « 170 k€, ouvert (actions 5, 6) »."""
    for one, numbers_ in listing.beside:
        told = ngettext_lazy(
            "Hors de ce budget, jamais ajouté : %(amount)s, %(stage)s (action %(numbers)s)",
            "Hors de ce budget, jamais ajouté : %(amount)s, %(stage)s (actions %(numbers)s)",
            len(numbers_),
        )
        yield told % {
            "amount": numbers.at_least(one, page_language(), unit="k€"),
            "stage": stage_word(one.stage),
            "numbers": ", ".join(numbers_),
        }


@require_GET
def export(request: OrganisationRequest, plan: str) -> HttpResponse:
    """Hand over exactly the actions that the same address shows, all pages together."""
    view = asked(request, plan, "plan")
    name = f"{view.plan.slug}-{request.today:%Y-%m-%d}.csv"
    tell_export(request, "actions")
    return csv_response(name, csv_rows(view.listing, view.year, _money_head(request.organisation)))


_NAMED = 12  # actions of a theme: the list has the others


@require_GET
def coverage(request: OrganisationRequest, plan: str) -> HttpResponse:
    """Who acts on which domain, and where nobody does."""
    found = get_plan(actor=request.actor, slug=plan, need=Operation.READ_PLAN)
    context = {
        "plan": found,
        "coverage": coverage_of(found),
        "most": f":{_NAMED}",
        "trail": under_plan(request, found),
    }
    return render(request, "plans/coverage.html", context)


@require_GET
def states(request: OrganisationRequest, plan: str) -> HttpResponse:
    """How each state is derived; none is ever typed."""
    found = get_plan(actor=request.actor, slug=plan, need=Operation.READ_PLAN)
    context = {
        "plan": found,
        "trail": under_plan(request, found),
        "rules": [
            (state.value, said_here(LABELS[state]), said_here(RULES[state]))
            for state in ORDER
            if state is not State.PART_AWAITED or Feature.UNITS not in found.organisation.put_away
        ],
    }
    return render(request, "plans/states.html", context)


def basis_of(listing: Listing, year: int) -> str:
    """Return the tax basis of the amounts of a year."""
    return next((row.funding.of(year).basis for row in listing.rows), "TTC")


def csv_rows(listing: Listing, year: int, money: str) -> Iterator[list[Cell]]:
    """Yield the heads, then every row that the filters keep: functions, never names."""
    columns = _columns(listing, year, money)
    yield [str(head) for head, _cell in columns]
    for row in listing.rows:
        yield [cell(row) for _head, cell in columns]


def _columns(
    listing: Listing, year: int, of_budget: str
) -> list[tuple[object, Callable[[Row], Cell]]]:
    """Return the columns of the file: a head, and the cell of a row."""
    said = {"budget": of_budget % {"year": year}, "basis": basis_of(listing, year), "year": year}
    money = _("%(budget)s (€ %(basis)s)") % said
    stage = _("%(budget)s, stade") % said
    beside = _("À côté du budget informatique %(year)s (€ %(basis)s)") % said
    language = page_language()
    # Said once each, and not once a row.
    yes, no = str(_("oui")), str(_("non"))
    levels = {level: str(words) for level, words in LEVELS.items()}
    progresses = {progress: str(words) for progress, words in PROGRESSES.items()}
    theme_named = cache(lambda theme: f"{theme.code}. {theme.say('title')}")
    marks: dict[tuple[State, int | None], str] = {}

    def mark(one: Derived) -> str:
        key = (one.state, one.year)
        if key not in marks:
            marks[key] = one.label(language)
        return marks[key]

    return [
        (_("N°"), lambda row: row.action.number),
        (_("Action"), lambda row: row.action.title),
        (_("Thématiques"), lambda row: ", ".join(map(theme_named, row.themes))),
        (_("Niveau d’engagement"), lambda row: levels[row.level]),
        (_("Niveau voté"), lambda row: yes if row.adopted else no),
        (_("Avancement"), lambda row: progresses[row.progress]),
        (_("États"), lambda row: ", ".join(map(mark, row.states))),
        *_sheet(Group.WHAT, Group.WHO, Group.WHEN),
        (_("Indicateur"), lambda row: row.main.name if row.main else ""),
        (_("Unité"), lambda row: row.main.unit if row.main else ""),
        (_("Référence"), lambda row: _value(row, row.series.baseline if row.series else None)),
        (_("Dernier relevé"), lambda row: _value(row, _last(row))),
        (_("Date du relevé"), lambda row: last.on if (last := _last(row)) else None),
        (_("Cible"), lambda row: _value(row, row.series.target if row.series else None)),
        (
            _("Échéance de la cible"),
            lambda row: row.series.target.due_on if row.series and row.series.target else None,
        ),
        (money, lambda row: _money(row.cost(year), said=row.funding.of(year).planned_said)),
        (stage, lambda row: _stage(row.cost(year))),
        (beside, lambda row: _money(row.beside(year), said=row.funding.of(year).outside_said)),
        *_sheet(Group.EFFORT),
    ]


def _sheet(*groups: Group) -> Iterator[tuple[object, Callable[[Row], Cell]]]:
    language = page_language()
    for head, field in exported(groups):
        yield head.say(language), partial(_of_action, cells(field))


def _of_action(cell: Callable[[Action], Cell], row: Row) -> Cell:
    return cell(row.action)


def _last(row: Row) -> Reading | None:
    """Return the last reading of the main indicator, known or not; a baseline is none."""
    readings = row.series.readings if row.series else ()
    return next((item for item in reversed(readings) if item.role is MeasurementRole.READING), None)


def _value(row: Row, item: Reading | Aim | None) -> Cell:
    if row.main is None or item is None:
        return None
    return said(row.main, item) if item.value is None else item.value.normalize()


def _money(amount: Amount, *, said: bool) -> Cell:
    """Return the money of a year: « inconnu » was an answer, an empty cell is none."""
    if amount.is_partial:
        return numbers.at_least(amount, page_language(), unit="€")
    return str(_("inconnu")) if amount.value is None and said else amount.value


def _stage(amount: Amount) -> str:
    return "" if amount.value is None else stage_word(amount.stage)
