"""The list of a plan's actions, its file, the map of who acts, the rules of the states.

What a list keeps, held by its address.

The rows of the list of actions, on screen and in its file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.budget.funding.by_action import funding_of
from portulan.budget.labels import STAGES
from portulan.budget.words import Stage
from portulan.budget.years.reads import year_on
from portulan.catalogue.models import Theme
from portulan.core.say import numbers
from portulan.indicators.words import MeasurementRole
from portulan.plans.actions.columns import actions_of
from portulan.plans.actions.fields import Group
from portulan.plans.actions.reads import SORT_NAMES, Filters, Listing, Row, list_actions, shown_year
from portulan.plans.choices.practices import themes_of
from portulan.plans.coverage import coverage_of
from portulan.plans.models import LEVELS, PROGRESSES, Plan
from portulan.plans.plan import current_plan, get_plan, plans_of
from portulan.plans.states.words import LABELS, ORDER, RULES
from portulan.plans.votes import voting_of
from portulan.plans.words import CommitmentLevel, Progress, State
from portulan.web.charts.level_dots import level_dots
from portulan.web.crumbs import under_plan
from portulan.web.indicators.values import name_with_unit, path_of, said
from portulan.web.language import page_language
from portulan.web.plans.sheet import cells, heads
from portulan.web.requests import OrganisationRequest
from portulan.web.spreadsheet import Cell, csv_response

# Twenty-five rows that all have a state would pass the 370 elements of the gate.
PER_PAGE = 20


@require_GET
def current(request: OrganisationRequest) -> HttpResponse:
    """Go to the plan of the year, or invite to make the first one."""
    plan = current_plan(actor=request.actor, today=request.today)
    if plan is None:
        return render(request, "plans/empty.html")
    address = reverse("plans:plan", args=[request.organisation.slug, plan.slug])
    asked = request.GET.urlencode()
    return redirect(f"{address}?{asked}" if asked else address)


@dataclass(frozen=True, slots=True)
class Head:
    """A column of the list; `sort` is what its link asks for, `order` how it is sorted now."""

    label: str
    note: str = ""
    sort: str = ""
    order: str = ""
    is_number: bool = False


def _heads(sort: str, money: str) -> list[Head]:
    columns = [
        (_("N°"), "number", "", True),
        (_("Action"), "title", "", False),
        (_("Niveau"), "level", "", False),
        (_("Avancement et état"), "progress", "", False),
        (_("Pilote"), "pilot", "", False),
        (_("Indicateur"), "", _("référence → relevé → cible"), False),
        (money, "money", "", True),
    ]
    name = sort.removeprefix("-")
    return [
        Head(
            label,
            note,
            # A second click turns the order round; amounts and levels start from the top.
            sort=_next_sort(key, sort),
            order=("descending" if sort.startswith("-") else "ascending") if key == name else "",
            is_number=is_number,
        )
        for label, key, note, is_number in columns
    ]


def _next_sort(key: str, sort: str) -> str:
    if not key:
        return ""
    if sort.removeprefix("-") == key:
        return key if sort.startswith("-") else f"-{key}"
    return f"-{key}" if key in {"level", "money"} else key


def _asked(request: OrganisationRequest, plan: Plan) -> tuple[FilterForm, Listing, str, int]:
    """Return the filters, the actions they keep, the sort and the year of money.

    The list and its file agree.
    """
    form = FilterForm(themes_of(plan), request.GET)
    sort = request.GET.get("sort", "number")
    if sort.removeprefix("-") not in SORT_NAMES:
        sort = "number"
    read = actions_of(plan)
    this_year = year_on(request.organisation.pk, request.today)
    listing = list_actions(
        plan=plan,
        today=request.today,
        filters=form.filters(),
        sort=sort,
        facts=funding_of(read.actions),
        read=read,
        this_year=this_year,
    )
    return form, listing, sort, shown_year(plan, this_year)


@require_GET
def plan(request: OrganisationRequest, plan: str) -> HttpResponse:
    found = get_plan(actor=request.actor, slug=plan, need=Operation.READ_PLAN)
    form, listing, sort, year = _asked(request, found)
    page = Paginator(listing.rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "plan": found,
        "form": form,
        "filtered": form.filters().are_set,
        "listing": listing,
        "levels": [
            {"level": level.value, "label": str(LEVELS[level]).lower(), "count": count}
            for level, count in listing.by_level.items()
            if count
        ],
        "heads": _heads(sort, _("DSI %(year)s (k€)") % {"year": year}),
        "sort": sort,
        "page": page,
        "rows": [list_row(row, year) for row in page.object_list],
        "sum": listing.money(year),
        "unknown": listing.unknown(year),
        "year": year,
        "stage": stage_words(listing, year),
        "basis": basis_of(listing, year),
        "others": [other for other in plans_of(actor=request.actor) if other.pk != found.pk],
        "export": request.GET.urlencode(),
        "voting": voting_of(found),
    }
    return render(request, "plans/plan.html", context)


@require_GET
def export(request: OrganisationRequest, plan: str) -> HttpResponse:
    """Hand over exactly the actions that the same address shows, all pages together."""
    found = get_plan(actor=request.actor, slug=plan, need=Operation.READ_PLAN)
    _form, listing, _sort, year = _asked(request, found)
    name = f"{found.slug}-{request.today:%Y-%m-%d}.csv"
    return csv_response(name, csv_rows(listing, year))


@require_GET
def coverage(request: OrganisationRequest, plan: str) -> HttpResponse:
    """Who acts on which domain, and where nobody does."""
    found = get_plan(actor=request.actor, slug=plan, need=Operation.READ_PLAN)
    covered = coverage_of(found)
    context = {
        "plan": found,
        "coverage": covered,
        "trail": under_plan(request, found),
        "themes": [
            {
                "item": item,
                "title": f"{item.theme.code}. {item.theme.say('title')}",
                "dots": level_dots(acting.level.value for acting in item.actions),
            }
            for item in covered.themes
        ],
    }
    return render(request, "plans/coverage.html", context)


@require_GET
def states(request: OrganisationRequest, plan: str) -> HttpResponse:
    """How each state is derived; none is ever typed."""
    found = get_plan(actor=request.actor, slug=plan, need=Operation.READ_PLAN)
    language = page_language()
    context = {
        "plan": found,
        "trail": under_plan(request, found),
        "rules": [
            {"label": format(LABELS[state], language), "rule": format(RULES[state], language),
             "state": state.value}
            for state in ORDER
        ],
    }  # fmt: skip
    return render(request, "plans/states.html", context)


class FilterForm(forms.Form):
    q = forms.CharField(
        label=gettext_lazy("Chercher"),
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    theme = forms.TypedChoiceField(
        label=gettext_lazy("Thématique"), required=False, coerce=int, empty_value=None
    )
    level = forms.TypedChoiceField(
        label=gettext_lazy("Niveau d’engagement"),
        required=False,
        choices=[("", gettext_lazy("Tous")), *sorted(LEVELS.items(), reverse=True)],
        coerce=lambda value: CommitmentLevel(int(value)),
        empty_value=None,
    )
    progress = forms.TypedChoiceField(
        label=gettext_lazy("Avancement"),
        required=False,
        choices=[("", gettext_lazy("Tous")), *PROGRESSES.items()],
        coerce=Progress,
        empty_value=None,
    )
    state = forms.TypedChoiceField(
        label=gettext_lazy("État"), required=False, coerce=State, empty_value=None
    )
    pilot = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, themes: list[Theme], data: QueryDict) -> None:
        super().__init__(data, auto_id="f_%s")
        fields: dict[str, Any] = self.fields
        language = page_language()
        fields["theme"].choices = [
            ("", gettext_lazy("Toutes")),
            *((theme.pk, f"{theme.code}. {theme.say('title')}") for theme in themes),
        ]
        fields["state"].choices = [
            ("", gettext_lazy("Tous")),
            *((state, format(LABELS[state], language)) for state in ORDER),
        ]

    def filters(self) -> Filters:
        """Return what is asked; what makes no sense is left out rather than refused."""
        self.is_valid()
        data = self.cleaned_data
        self.errors.clear()
        return Filters(
            q=data.get("q", ""),
            theme=data.get("theme"),
            level=data.get("level"),
            progress=data.get("progress"),
            state=data.get("state"),
            pilot=data.get("pilot", ""),
        )


@dataclass(frozen=True, slots=True)
class ListRow:
    """An action as the list shows it."""

    number: int
    title: str
    level: int
    level_label: str
    adopted: bool
    progress: str
    states: str
    pilot: str
    indicator: str
    path: str
    money: str


def list_row(row: Row, year: int) -> ListRow:
    """Return the words of a row; `year` is the one whose money is shown, in k€."""
    language = page_language()
    main, series = row.main, row.series
    return ListRow(
        number=row.action.number,
        title=row.action.title,
        level=row.level.value,
        level_label=str(LEVELS[row.level]),
        adopted=row.adopted,
        progress=str(PROGRESSES[row.progress]),
        states=", ".join(state.label(language) for state in row.states),
        pilot=row.action.pilot_function,
        indicator=name_with_unit(main) if main else "",
        path=path_of(main, series) if main and series else "",
        money=numbers.thousands(row.money(year), language, none=_("non chiffré")),
    )


def stage_words(listing: Listing, year: int) -> str:
    """Return what the money of a year is: « ouvert » once it has accounts, else « demandé »."""
    stages = {row.funding.of(year).stage for row in listing.rows}
    stage = next((name for name in stages if name), "")
    return str(STAGES[Stage(stage)]) if stage else _("demandé")


def basis_of(listing: Listing, year: int) -> str:
    """Return the tax basis of the amounts of a year."""
    return next((row.funding.of(year).basis for row in listing.rows), "TTC")


def csv_rows(listing: Listing, year: int) -> Iterator[list[Cell]]:
    """Yield the heads, then every row that the filters keep: functions, never names."""
    yield [
        _("N°"),
        _("Action"),
        _("Thématiques"),
        _("Niveau d’engagement"),
        _("Niveau voté"),
        _("Avancement"),
        _("États"),
        *heads(Group.WHAT, Group.WHO, Group.WHEN),
        _("Indicateur"),
        _("Unité"),
        _("Référence"),
        _("Dernier relevé"),
        _("Date du relevé"),
        _("Cible"),
        _("Échéance de la cible"),
        _("DSI %(year)s, %(stage)s (€ %(basis)s)")
        % {"year": year, "stage": stage_words(listing, year), "basis": basis_of(listing, year)},
        *heads(Group.EFFORT),
    ]
    for row in listing.rows:
        yield _cells(row, year)


def _cells(row: Row, year: int) -> list[Cell]:
    action, main, series = row.action, row.main, row.series
    baseline = series.baseline if series else None
    read = (
        [item for item in series.readings if item.role is MeasurementRole.READING] if series else []
    )
    last = read[-1] if read else None
    target = series.target if series else None
    language = page_language()
    return [
        action.number,
        action.title,
        ", ".join(f"{theme.code}. {theme.say('title')}" for theme in row.themes),
        str(LEVELS[row.level]),
        _("oui") if row.adopted else _("non"),
        str(PROGRESSES[row.progress]),
        ", ".join(state.label(language) for state in row.states),
        *cells(action, Group.WHAT, Group.WHO, Group.WHEN),
        main.name if main else "",
        main.unit if main else "",
        *(
            (said(main, item) if item.value is None else item.value.normalize())
            if main and item
            else None
            for item in (baseline, last)
        ),
        last.on if last else None,
        (said(main, target) if target.value is None else target.value.normalize())
        if main and target
        else None,
        target.due_on if target else None,
        _money(row, year),
        *cells(action, Group.EFFORT),
    ]


def _money(row: Row, year: int) -> Cell:
    """Return the money of a year: « inconnu » was an answer, an empty cell is none."""
    amount = row.money(year)
    if amount is None and row.funding.of(year).planned_said:
        return _("inconnu")
    return amount
