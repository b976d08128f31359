"""The plan as a grid: cells in place, one change for all, a pasted column, through one preview."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portulan.accounts.access import Operation
from portulan.core.amounts import total
from portulan.core.fields import Kind as FieldKind
from portulan.core.say import numbers
from portulan.plans.access import owns
from portulan.plans.actions.reads import Row
from portulan.plans.bulk.cells import SHEET, Cell, Change, Field, declared, plain
from portulan.plans.bulk.reads import changes_in, get_bulk_change, sent, standings_of
from portulan.plans.bulk.writes import RefusedCellsError, undo_cells, write_cells
from portulan.plans.models import PROGRESSES, Action, BulkChange
from portulan.plans.plan import get_plan
from portulan.web import proposed
from portulan.web.crumbs import under_plan
from portulan.web.form_tokens import not_done
from portulan.web.inputs import identifiers, way_back
from portulan.web.language import page_language
from portulan.web.pages import Act, Trail, screen, succeed
from portulan.web.paging import page_of
from portulan.web.plans.filters import Asked, asked, context_of, day_of
from portulan.web.plans.grid.columns import (
    BY_FIELD,
    BY_NAME,
    Column,
    Fields,
    Shown,
    chosen,
    heads,
    rows_for,
    shown,
    told,
    value_in_field,
)
from portulan.web.plans.grid.reading import Typed, pastable, pasted, ticked, typed_in
from portulan.web.requests import OrganisationRequest, url_in

# Filters whose words may be written in a change for all.
_WORDED = {"progress"} | {
    one.asked for one in SHEET.values() if one.kind in {FieldKind.STEP, FieldKind.ONE}
}


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the grid: whether it may be ticked, is ticked, is open."""

    row: Row
    cells: list[Shown]
    may: bool
    open: bool
    ticked: bool


@require_http_methods(["GET", "POST"])
def grid(request: OrganisationRequest, plan: str) -> HttpResponse:
    """Show the grid; what is posted opens rows in place, or is previewed."""
    view = asked(request, plan, "grid")
    if request.method == "POST":
        request.actor.require_any(Operation.UPDATE_ACTION)
        if "preview" in request.POST:
            kept = [row.action.number for row in view.listing.rows]
            fields = Fields(view.plan)
            found = typed_in(view.plan, request.POST, kept, fields, view.year)
            kept_there = _address(request, _said_for_all(request))
            return _preview(request, view, found, back=kept_there, then=_address(request, {}))
        if "to" in request.POST:
            said = _said_for_all(request) | {"page": request.POST["to"]}
            return not_done(redirect(_address(request, said)))
        return not_done(redirect(_opened(view, request)))
    columns = chosen(request.GET.getlist("col"))
    page = page_of(request, view.listing.rows, rows_for(columns))
    lines = _lines(request, view, page.object_list, columns)
    here = {line.row.action.number for line in lines}
    context = context_of(view) | {
        "page": page,
        "lines": lines,
        "heads": heads(columns, view.sort, view.year),
        "columns": columns,
        "width": len(columns) + 2,
        "total": _total(view, columns),
        "fields": pastable(view.year, units=view.shows_units),
        "words": _words(view),
        "elsewhere": sorted(_ticks(request) - here),
        "said": {name: request.GET.get(name, "") for name in ("field", "value")},
        "can_change": any(line.may for line in lines),
    }
    return render(request, "plans/grid.html", context)


@dataclass(frozen=True, slots=True)
class Total:
    """What all the rows that are kept ask together, under its column."""

    before: int
    amount: str
    after: int
    unknown: int


def _total(view: Asked, columns: list[Column]) -> Total | None:
    """Return the money asked by all the rows, of other pages too; None where it has no column."""
    names = [column.name for column in columns]
    if "money" not in names:
        return None
    asked_for = [row.funding.of(view.year).asked for row in view.listing.rows]
    known = total(one for one in asked_for if one.value is not None)
    amount = numbers.at_least(known, page_language(), none=_("non chiffré"))
    at = names.index("money")
    unknown = sum(one.value is None for one in asked_for)
    return Total(at + 1, amount, len(names) - at - 1, unknown)


def _ticks(request: OrganisationRequest) -> set[int]:
    """Return the actions that the address says are ticked, on this page or another."""
    return set(identifiers(request.GET.get("tick", "").split("-")))


def _said_for_all(request: OrganisationRequest) -> dict[str, str]:
    """Return what is ticked, and what was to be changed, as the address of the grid says it."""
    said = {name: request.POST.get(name, "").strip()[:250] for name in ("field", "value")}
    return said | {"tick": "-".join(str(number) for number in ticked(request.POST))}


def _address(request: OrganisationRequest, said: Mapping[str, str]) -> str:
    """Return the address of the grid that says that besides its filters."""
    query = request.GET.copy()
    for name in {"field", "value", "tick", *said}:
        query.pop(name, None)
    for name, value in said.items():
        if value:
            query[name] = value
    return f"{request.path}?{query.urlencode()}" if query else request.path


def _opened(view: Asked, request: OrganisationRequest) -> str:
    query = request.GET.copy()
    query.setlist("open", [str(number) for number in ticked(request.POST)])
    return f"{reverse('plans:grid', args=[view.slug, view.plan.slug])}?{query.urlencode()}"


def _lines(
    request: OrganisationRequest, view: Asked, rows: Any, columns: list[Column]
) -> list[Line]:
    opened, ticks = set(identifiers(request.GET.getlist("open"))), _ticks(request)
    editor = request.actor.may(Operation.EDIT_PLAN)
    fields = Fields(view.plan)
    found = []
    for row in rows:
        may = editor or owns(request.actor, row.action)
        is_open = may and row.action.number in opened
        cells = [shown(row, column, view.year) for column in columns]
        if is_open:
            cells = [_open(cell, row, view.year, fields, editor=editor) for cell in cells]
        found.append(Line(row, cells, may, is_open, is_open or row.action.number in ticks))
    return found


def _open(cell: Shown, row: Row, year: int, fields: Fields, *, editor: bool) -> Shown:
    """Return a cell with the field that opens in its place, if there is one for this person."""
    field = cell.column.field
    if field is None or not (editor or field in {Field.PROGRESS, Field.READING}):
        return cell
    if field is Field.READING and row.main is None:
        return cell
    form_field: Any = fields.of(field, row.main)
    money = row.funding.of(year)
    value = value_in_field(field, row.action, money.planned, said=money.planned_said)
    name = f"c-{row.action.number}-{cell.column.name}"
    attrs = {
        "aria-label": _("%(column)s, action %(number)s")
        % {"column": cell.column.title(year), "number": row.action.called},
        "class": "n" if cell.column.number else "",
    }
    widget = form_field.widget.render(name, form_field.prepare_value(value), attrs)
    note = f"{cell.text}, {cell.note}" if field is Field.READING and cell.note else ""
    return Shown(cell.column, cell.text, note, widget, cell.head)


def _words(view: Asked) -> list[str]:
    """Return the words that a change for all may be written in, for the list of the field."""
    return sorted(
        {one.words for each in view.choices if each.name in _WORDED for one in each.options}
    )


def _preview(
    request: OrganisationRequest,
    view: Asked,
    found: Typed,
    *,
    back: str,
    then: str = "",
    on: date | None = None,
) -> HttpResponse:
    """Show all that would be written, once, and what cannot be; nothing is written.

    It leads `back`, or `then` once it is written.
    """
    said = day_of(request.POST.get("on", "")) or on or request.today
    source = request.POST.get("source", "").strip()[:250]
    changes = changes_in(found.standings, found.cells)
    refused = _refusals(request, view, changes, said, source)
    sound = [change for change in changes if change.key not in refused]
    problems = [
        (found.standings[number].action, field, why) for number, field, why in found.problems
    ]
    problems += [(one.action, one.field, refused[one.key]) for one in changes if one.key in refused]
    payload = [
        [change.action.number, change.field.value, plain(change.before), plain(change.after)]
        for change in sound
    ]
    preview = proposed.Proposed(
        errors=[_problem(view, *one) for one in problems],
        rows=[_told(view, change) for change in sound],
        write=reverse("plans:apply-grid", args=[view.slug, view.plan.slug]),
        carried={
            "changes": json.dumps(payload),
            "on": said.isoformat(),
            "source": source,
            "next": then or back,
        },
        ready=bool(sound),
        back=back,
    )
    context = {
        "plan": view.plan,
        "trail": _trail(request, view, back),
        "title": _("Ce qui change"),
        "told": preview,
        "count": len(sound),
        "actions": len({change.action.pk for change in sound}),
        "readings": any(change.field is Field.READING for change in sound),
        "on": said,
    }
    return render(request, "plans/grid_preview.html", context)


def _problem(view: Asked, action: Action, field: Field, why: str) -> str:
    name = f"{action.called}. {action.short_title or action.title}"
    told = {"action": name, "column": _head(view, field), "problem": why}
    return _("%(action)s, %(column)s : %(problem)s") % told


def _head(view: Asked, field: Field) -> str:
    return BY_FIELD[field].title(view.year)


def _trail(request: OrganisationRequest, view: Asked, back: str) -> Trail:
    return [*under_plan(request, view.plan), (back, _("Grille"))]


def _refusals(
    request: OrganisationRequest, view: Asked, changes: list[Change], on: date, source: str
) -> dict[tuple[int, str], str]:
    """Return what would be refused, by trying and taking it all back."""
    try:
        with transaction.atomic():
            write_cells(
                request.actor,
                plan=view.plan,
                changes=changes,
                year=view.year,
                on=on,
                today=request.today,
                source=source,
            )
            transaction.set_rollback(True)
    except RefusedCellsError as error:
        return error.refused
    except ValidationError as error:
        return {change.key: " ".join(error.messages) for change in changes}
    return {}


def _told(view: Asked, change: Change) -> proposed.ChangedRow:
    action = change.action
    before, after = _said(change.field, change.before), _said(change.field, change.after)
    name = f"{action.called}. {action.short_title or action.title}"
    return proposed.ChangedRow(name, [proposed.Change(after, _head(view, change.field), before)])


def _said(field: Field, value: Any) -> str:
    """Return a value of a cell in words."""
    language = page_language()
    if value is None or value == "":
        unknown = field is Field.MONEY or declared(field) is FieldKind.NUMBER
        return _("inconnu") if unknown else "–"
    match field:
        case Field.MONEY:
            return numbers.thousands(value, language)
        case Field.READING:
            return value if isinstance(value, str) else numbers.number(value, language)
        case Field.PROGRESS:
            return str(PROGRESSES[value])
    return told(field, value)


@require_http_methods(["POST"])
def apply(request: OrganisationRequest, plan: str) -> HttpResponse:
    """Write what a preview showed; what changed meanwhile is shown again, with both values."""
    view = asked(request, plan, "grid")
    back = way_back(request, reverse("plans:grid", args=[view.slug, view.plan.slug]))
    rows = _sent_rows(request.POST)
    standings = standings_of(view.plan, [row[0] for row in rows], year=view.year)
    try:
        changes = sent(view.plan, standings, rows)
    except ValueError:
        changes = []
    on = day_of(request.POST.get("on", "")) or request.today
    try:
        made = write_cells(
            request.actor,
            plan=view.plan,
            changes=changes,
            year=view.year,
            on=on,
            today=request.today,
            source=request.POST.get("source", "").strip()[:250],
        )
    except RefusedCellsError:
        # Shown again, from what stands now: nothing was written.
        again = Typed(standings)
        again.cells = [Cell(one.action.number, one.field, one.after) for one in changes]
        response = _preview(request, view, again, back=back)
        response.status_code = 409
        return response
    succeed(
        request,
        _sentence(made),
        undo=reverse("plans:undo-grid", args=[view.slug, view.plan.slug, made.pk]),
    )
    return redirect(back)


def _sent_rows(data: QueryDict) -> list[tuple[int, str, str | None, str | None]]:
    """Return the cells that a preview sent; what is none is left out."""
    try:
        told = json.loads(data.get("changes", "[]"))
    except ValueError:
        return []
    return [
        (row[0], row[1], row[2], row[3])
        for row in (told if isinstance(told, list) else [])
        if isinstance(row, list)
        and len(row) == 4
        and isinstance(row[0], int)
        and row[1] in set(Field)
        and all(value is None or isinstance(value, str) for value in row[2:])
    ]


def _sentence(made: BulkChange) -> str:
    cells = [cell for cell in made.cells if cell["field"] in set(Field)]
    actions = len({cell["action"] for cell in cells})
    return _("%(cells)s cases changées dans %(actions)s actions.") % {
        "cells": len(cells),
        "actions": actions,
    }


@screen
def undo(request: OrganisationRequest, plan: str, pk: int) -> Act[None]:
    found = get_plan(actor=request.actor, slug=plan, need=Operation.READ_PLAN)
    change = get_bulk_change(actor=request.actor, plan=found, pk=pk)
    return Act(
        write=lambda: undo_cells(request.actor, change=change),
        done=_("Changement annulé : tout est comme avant."),
        back=url_in(request, "plans:grid", plan),
    )


@require_http_methods(["GET", "POST"])
def paste(request: OrganisationRequest, plan: str) -> HttpResponse:
    """A column copied in a spreadsheet becomes cells, previewed as those typed."""
    view = asked(request, plan, "grid")
    request.actor.require_any(Operation.UPDATE_ACTION)
    back = view.url("grid")
    error = ""
    if request.method == "POST":
        column = BY_NAME.get(request.POST.get("field", ""))
        order = [(row.action.number, row.action.called) for row in view.listing.rows]
        try:
            if column is None or column.field is None:
                raise ValidationError(_("Choisissez la colonne."))
            found = pasted(
                view.plan,
                request.POST.get("text", ""),
                column.field,
                order,
                Fields(view.plan),
                view.year,
            )
        except ValidationError as refused:
            error = " ".join(refused.messages)
        else:
            return _preview(request, view, found, back=back)
    context = {
        "plan": view.plan,
        "trail": _trail(request, view, back),
        "fields": pastable(view.year, units=view.shows_units),
        "field": request.POST.get("field", ""),
        "text": request.POST.get("text", ""),
        "count": len(view.listing.rows),
        "error": error,
        "back": back,
        "year": view.year,
    }
    status = 422 if error else 200
    return render(request, "plans/grid_paste.html", context, status=status)


@require_GET
def columns(request: OrganisationRequest, plan: str) -> HttpResponse:
    """Choose the columns of the grid: the address keeps them."""
    view = asked(request, plan, "grid")
    names = {column.name for column in chosen(request.GET.getlist("col"))}
    context = {
        "plan": view.plan,
        "trail": _trail(request, view, view.url("grid")),
        "columns": [
            (column.name, column.title(view.year), column.name in names)
            for column in BY_NAME.values()
            if column.name != "unit" or view.shows_units
        ],
        "hidden": [pair for pair in view.hidden if pair[0] != "col"],
        "q": request.GET.get("q", ""),
        "due": request.GET.get("due", ""),
    }
    return render(request, "plans/grid_columns.html", context)
