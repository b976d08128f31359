"""A table of actions comes in: chosen, controlled, confirmed, undone; and goes out again."""

from __future__ import annotations

from pathlib import PurePath
from typing import BinaryIO, cast

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portulan.accounts.access import Operation
from portulan.core.merge.digests import digest_of
from portulan.core.say.text import UnusableInputError
from portulan.core.tables.grid import to_json
from portulan.core.tables.sources import open_source
from portulan.core.workbooks import WRITERS
from portulan.plans.models import Plan, TableImport
from portulan.plans.plan import free_slug, get_plan
from portulan.plans.tables.findings import UNSAID
from portulan.plans.tables.formats.registry import TABLES, grids_of, read_any
from portulan.plans.tables.opening import digest_of as digest_of_file
from portulan.plans.tables.reads import get_import, imports_of, last_import, remembered_columns
from portulan.plans.tables.undoing import Undone, undo_import, undoing_of
from portulan.plans.tables.writes import (
    Judged,
    RefusedTableError,
    choose_columns,
    discard_table,
    judge,
    keep_table,
    make_plan,
    write_table,
)
from portulan.plans.tables.writing import table_of
from portulan.web.crumbs import plan_url, under_plan
from portulan.web.downloads import CSV, table_file, tell_export
from portulan.web.form_tokens import apart
from portulan.web.language import page_language
from portulan.web.pages import Act, Confirm, Edit, posted, screen, sentence, status_of
from portulan.web.paging import page_of
from portulan.web.plans.tables.forms import ColumnsForm, TableForm
from portulan.web.plans.tables.page import (
    STEPS,
    WORDS,
    asked,
    cells_left,
    columns_told,
    in_order,
    is_asked,
    reading_of,
    rows_on_page,
    titles_offered,
    told,
)
from portulan.web.proposed import Proposed
from portulan.web.requests import OrganisationRequest, url_in
from portulan.web.sides import SidesForm, sides_in

PER_PAGE = 20
MOST_TOLD, MOST_LEFT = 30, 60  # sentences of a page


@require_http_methods(["GET", "POST"])
@apart
def tables(request: OrganisationRequest, plan: str) -> HttpResponse:
    """Choose a table for a plan, or take the plan away as one; what came before."""
    found = get_plan(actor=request.actor, slug=plan, need=Operation.READ_PLAN)
    if request.method == "POST":
        request.actor.require(Operation.EDIT_PLAN)
    return _chosen(request, found)


@require_http_methods(["GET", "POST"])
@apart
def first_table(request: OrganisationRequest) -> HttpResponse:
    """Choose a table where there is no plan: it makes one."""
    request.actor.require(Operation.EDIT_PLAN)
    return _chosen(request, None)


def _chosen(request: OrganisationRequest, plan: Plan | None) -> HttpResponse:
    form = TableForm(posted(request), request.FILES if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            table = _previewed(request, plan, form.cleaned_data["file"])
        except UnusableInputError as error:
            form.add_error("file", sentence(error))
        else:
            return redirect("plans:table", request.organisation.slug, table.plan.slug, table.pk)
    context = {
        "plan": plan,
        "form": form,
        "steps": STEPS,
        "imports": list(imports_of(plan)[:20]) if plan else [],
        "last": last_import(plan) if plan else None,
        "kinds": [*WRITERS, CSV],
        "trail": under_plan(request, plan) if plan else [],
    }
    return render(request, "plans/tables.html", context, status=status_of(form))


def _previewed(request: OrganisationRequest, plan: Plan | None, file: object) -> TableImport:
    """Read a file and keep it to be previewed; where there is no plan, it makes one."""
    name = PurePath(str(file.name)).name  # type: ignore[attr-defined]
    with open_source(cast("BinaryIO", file), name, TABLES) as source:
        grids = grids_of(source)
        digest = digest_of_file(source.stream)
    columns = remembered_columns(request.organisation.pk, grids)
    made = plan is None
    if plan is None:
        slug = free_slug(request.organisation.pk, slugify(PurePath(name).stem) or "plan")
        reading = read_any(grids, columns)
        plan = make_plan(request.actor, slug=slug, reading=reading, today=request.today)
    return keep_table(
        request.actor,
        plan=plan,
        file_name=name,
        digest=digest,
        grid=[to_json(grid) for grid in grids],
        columns=columns,
        made_plan=made,
    )


@require_GET
def table(request: OrganisationRequest, plan: str, pk: int) -> HttpResponse:
    """What a table would do, each line with its fate; or what it did."""
    found = get_import(actor=request.actor, plan_slug=plan, pk=pk, need=Operation.READ_PLAN)
    if found.written_at is not None:
        return _report(request, found)
    request.actor.require(Operation.EDIT_PLAN)
    try:
        judged = judge(request.actor, plan=found.plan, reading=reading_of(found))
    except UnusableInputError as error:
        columns = url_in(request, "plans:table-columns", plan, pk)
        refusal = sentence(error)
        context = {"table": found, "plan": found.plan, "refusal": refusal, "columns_url": columns}
        context |= {"steps": STEPS, "trail": _under(request, found.plan)}
        return render(request, "plans/table_untitled.html", context)
    context = {"table": found, "plan": found.plan, "steps": STEPS}
    context |= {"title": _("Aperçu de « %(file)s »") % {"file": found.file_name}}
    context |= _page(request, found, judged)
    context["trail"] = _under(request, found.plan)
    return render(request, "plans/table.html", context)


def _page(request: OrganisationRequest, found: TableImport, judged: Judged) -> dict[str, object]:
    # What may be chosen is asked, and not told besides.
    others = [
        one
        for one in judged.problems
        if one.kind is not UNSAID and (judged.is_refused or not is_asked(one))
    ]
    errors, warnings = (told(others, errors=which) for which in (True, False))
    left = cells_left(judged)
    page = page_of(request, in_order(judged.rows), PER_PAGE)
    return {
        "judged": judged,
        "rows": judged.counts,
        "told": Proposed(
            write=_url(request, "write-table", found),
            ready=not errors,
            rows=rows_on_page([*page]),
            errors=errors,
            form=None if errors else SidesForm(asked(judged), digest_of(judged.shown), WORDS),
            discard=_url(request, "discard-table", found),
            page=page,
        ),
        "warnings": warnings[:MOST_TOLD],
        "more": max(0, len(warnings) - MOST_TOLD),
        "columns": columns_told(judged),
        "unread": judged.reading.unread,
        "cells_left": left[:MOST_LEFT],
        "more_left": len(left[MOST_LEFT:]),
        "asks": told((one for one in judged.problems if one.kind is UNSAID), errors=False),
    }


def _report(request: OrganisationRequest, found: TableImport) -> HttpResponse:
    lines = found.lines.select_related("action").order_by("row")
    context = {
        "table": found,
        "plan": found.plan,
        "rows": found.report.get("rows", {}),
        "problems": found.report.get("problems", ())[:MOST_TOLD],
        "page": page_of(request, lines, PER_PAGE),
        "is_last": last_import(found.plan) == found,
        "trail": _under(request, found.plan),
    }
    return render(request, "plans/table_written.html", context)


def _under(request: OrganisationRequest, plan: Plan) -> list[tuple[str, object]]:
    url = url_in(request, "plans:tables", plan.slug)
    return [*under_plan(request, plan), (url, _("Reprendre un tableur"))]


def _door(request: OrganisationRequest, plan: str, pk: int) -> TableImport:
    return get_import(actor=request.actor, plan_slug=plan, pk=pk, need=Operation.EDIT_PLAN)


def _url(request: OrganisationRequest, name: str, found: TableImport) -> str:
    return url_in(request, f"plans:{name}", found.plan.slug, found.pk)


@screen
def columns(request: OrganisationRequest, plan: str, pk: int) -> Edit[ColumnsForm, object]:
    """Say what each column is."""
    found = _door(request, plan, pk)
    try:
        known = dict(reading_of(found).columns)
    except UnusableInputError:
        known = {}
    titles = titles_offered(found)
    return Edit(
        title=_("Ce que dit chaque colonne"),
        submit=_("Lire avec ces colonnes"),
        intro=_("Ces colonnes seront retenues pour le prochain tableau qui a les mêmes titres."),
        trail=_under(request, found.plan),  # type: ignore[arg-type]
        back=_url(request, "table", found),
        form=lambda data: ColumnsForm(found.plan, titles, known, data),
        write=lambda form: choose_columns(request.actor, table=found, columns=form.columns()),
        done="",
    )


@screen
def write(request: OrganisationRequest, plan: str, pk: int) -> Act[Judged]:
    """Write a previewed table, all of it or nothing."""
    found = _door(request, plan, pk)
    back = _url(request, "table", found)
    return Act(
        write=lambda: _written(request, found),
        done=lambda judged: (
            _("Tableur repris. Actions créées : %(created)s ; mises à jour : %(updated)s.")
            % judged.counts
        ),
        back=back,
        then=lambda _judged: plan_url(request, found.plan),
        undo=_url(request, "undo-table", found),
    )


def _written(request: OrganisationRequest, found: TableImport) -> Judged:
    found.require_waiting()
    try:
        reading = reading_of(found)
        sides, rest = sides_in(request.POST)
        return write_table(
            request.actor,
            table=found,
            reading=reading,
            today=request.today,
            seen=request.POST.get("seen", ""),
            choose=lambda key: sides.get(key, rest),
        )
    except UnusableInputError as error:
        raise ValidationError(sentence(error)) from error
    except RefusedTableError as refused:
        why = told(refused.judged.problems, errors=True)
        raise ValidationError(why[:3]) from refused


@screen
def discard(request: OrganisationRequest, plan: str, pk: int) -> Act[bool]:
    """Forget a preview, with the plan that was made for it."""
    found = _door(request, plan, pk)
    current = url_in(request, "plans:current")
    there = url_in(request, "plans:tables", plan)
    return Act(
        write=lambda: discard_table(request.actor, table=found),
        done=_("Aperçu abandonné : rien n’a été écrit."),
        back=_url(request, "table", found),
        then=lambda plan_went: current if plan_went else there,
    )


@screen
def undo(request: OrganisationRequest, plan: str, pk: int) -> Confirm[Undone] | HttpResponse:
    """Take a table back, once told what leaves and what stays."""
    found = _door(request, plan, pk)
    back = _url(request, "table", found)
    if request.method != "POST" and (found.written_at is None or found.undone_at is not None):
        return redirect(back)
    current = url_in(request, "plans:current")
    return Confirm(
        title=_("Annuler la reprise de « %(file)s »") % {"file": found.file_name},
        submit=_("Annuler la reprise"),
        trail=_under(request, found.plan),  # type: ignore[arg-type]
        back=back,
        write=lambda: undo_import(request.actor, table=found, today=request.today),
        done=_("Reprise annulée : le plan est comme avant le tableau."),
        then=lambda undone: current if undone.plan_went else plan_url(request, found.plan),
        template="plans/table_undo.html",
        context=lambda: {"table": found, "undoing": undoing_of(found)},
    )


@require_GET
def export(request: OrganisationRequest, plan: str, kind: str) -> HttpResponseBase:
    """Hand over the plan as a table that comes back; names only to who edits it and asks."""
    found = get_plan(actor=request.actor, slug=plan, need=Operation.READ_PLAN)
    if kind not in {*WRITERS, CSV}:
        raise Http404
    names = "names" in request.GET and request.actor.may(Operation.EDIT_PLAN)
    sheets = table_of(found, page_language(), names=names).sheets()
    tell_export(request, "actions")
    return table_file(kind, f"{found.slug}-{request.today:%Y-%m-%d}", sheets)
