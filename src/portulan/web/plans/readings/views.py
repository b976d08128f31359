"""All the readings of a plan at one date: typed, pasted or read in a file, previewed, undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import Any, BinaryIO, cast

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from portulan.accounts.access import Operation
from portulan.accounts.models import Unit
from portulan.core.folding import fold
from portulan.core.say import numbers
from portulan.core.say.text import UnusableInputError
from portulan.core.tables.grid import grids_of
from portulan.core.tables.sources import open_source
from portulan.core.workbooks import WRITERS
from portulan.indicators.series import Reading
from portulan.indicators.words import Knowledge
from portulan.plans.models import Plan
from portulan.plans.plan import get_plan
from portulan.plans.readings.reads import Entry, entries_of, readings_told, standing_readings
from portulan.plans.readings.returning import beside, sheets_of
from portulan.plans.readings.said import Said, from_json, to_json
from portulan.plans.readings.table import WANTED, Line, read_sheet
from portulan.plans.readings.writes import (
    AT_ONCE,
    Recorded,
    RefusedReadingsError,
    record_readings,
    undo_readings,
)
from portulan.web.crumbs import under_plan
from portulan.web.downloads import CSV, table_file, tell_export
from portulan.web.form_tokens import apart
from portulan.web.indicators.values import name_with_unit, with_unit
from portulan.web.language import page_language
from portulan.web.pages import Act, posted, screen, sentence, status_of
from portulan.web.paging import page_of
from portulan.web.plans.readings.typed import pasted, typed
from portulan.web.proposed import Change, ChangedRow, Proposed
from portulan.web.requests import OrganisationRequest, url_in

PER_PAGE = 20
_SALT, _A_DAY = "plans.readings", 24 * 3600


@dataclass(frozen=True, slots=True)
class Row:
    """An indicator on the page: its last value, when the next is expected, its field."""

    entry: Entry
    name: str
    last: str
    day: date | None
    typed: str = ""

    @property
    def pk(self) -> int:
        return self.entry.indicator.pk


@require_http_methods(["GET", "POST"])
def readings(request: OrganisationRequest, plan: str) -> HttpResponse:
    """Show the indicators of a plan, those expected first if asked; what is posted is previewed."""
    found = get_plan(actor=request.actor, slug=plan, need=Operation.READ_PLAN)
    entries = entries_of(request.actor, found)
    if "due" in request.GET:
        entries = [one for one in entries if one.due_on and one.due_on <= request.today]
    error = ""
    if request.method == "POST":
        request.actor.require_any(Operation.UPDATE_ACTION)
        try:
            return _preview(request, found, entries, _asked(request, found, entries))
        except ValidationError as refused:
            error = " ".join(refused.messages)
    page = page_of(request, entries, PER_PAGE)
    context = {
        "plan": found,
        "trail": under_plan(request, found),
        "rows": [_row(entry, request.POST) for entry in page.object_list],
        "page": page,
        "count": len(entries),
        "expected": sum(bool(one.due_on and one.due_on <= request.today) for one in entries),
        "only_due": "due" in request.GET,
        "can_tell": any(one.through for one in entries),
        "units": list(found.organisation.units.order_by("name")[:100]),
        "kinds": [*WRITERS, CSV],
        "error": error,
        "on": request.POST.get("on", "") or request.today.isoformat(),
        "source": request.POST.get("source", ""),
        "text": request.POST.get("text", ""),
    }
    return render(request, "plans/readings.html", context, status=422 if error else 200)


def _row(entry: Entry, data: Any) -> Row:
    indicator, last = entry.indicator, entry.series.last_known
    return Row(
        entry,
        name_with_unit(indicator),
        with_unit(indicator, last) if last else "",
        last.on if last else None,
        data.get(f"r-{indicator.pk}", "") if data else "",
    )


def _asked(request: OrganisationRequest, plan: Plan, entries: Sequence[Entry]) -> list[Line]:
    data = request.POST
    try:
        on = numbers.parse_date(data.get("on", ""), page_language()) or request.today
    except numbers.MistypedError as error:
        raise ValidationError(error.sentence(page_language())) from None
    pk = data.get("unit", "")
    unit = plan.organisation.units.filter(pk=pk).first() if pk.isdecimal() else None
    source = data.get("source", "").strip()[:250]
    unit_pk = unit.pk if unit else None
    if data.get("text", "").strip():
        return pasted(data["text"], entries, on=on, source=source, unit=unit_pk)
    lines = typed(data, entries, on=on, source=source, unit=unit_pk)
    if not lines:
        raise ValidationError(_("Écrivez au moins une valeur."))
    return lines


def _preview(
    request: OrganisationRequest,
    plan: Plan,
    entries: Sequence[Entry],
    lines: Sequence[Line],
    *,
    unchanged: int = 0,
    file: bool = False,
) -> HttpResponse:
    """Show what would be recorded, by trying and taking it back, and what cannot be."""
    new = [line for line in lines if line.said is not None]
    refused = _refusals(request, plan, [line.said for line in new if line.said])
    by_pk = {entry.indicator.pk: entry for entry in entries}
    units = dict(
        Unit.objects.filter(organisation_id=plan.organisation_id).values_list("pk", "name")
    )
    problems = [_problem(line, line.problem) for line in lines if line.problem]
    problems += [_problem(new[rank], why) for rank, why in refused.items()]
    sound = [line for rank, line in enumerate(new) if rank not in refused]
    said = [line.said for line in sound if line.said]
    good = [
        _told(by_pk.get(one.indicator), line, one, units)
        for line, one in zip(sound, said, strict=True)
    ]
    # A file is read whole or not at all; of a page, what is wrong is told and the rest may go.
    blocked = file and bool(problems)
    count = 0 if blocked else len(good)
    kept = [plan.pk, [to_json(one) for one in said]]
    told = Proposed(
        errors=problems,
        rows=good,
        write=url_in(request, "plans:apply-readings", plan.slug),
        carried={"sealed": signing.dumps(kept, salt=_SALT, compress=True)},
        ready=count > 0,
        back=_url(request, plan),
    )
    context = {
        "plan": plan,
        "trail": [*under_plan(request, plan), (_url(request, plan), _("Relevés"))],
        "title": _("Ce qui s’ajoute"),
        "told": told,
        "count": count,
        "blocked": blocked,
        "unchanged": unchanged,
    }
    return render(request, "plans/readings_preview.html", context)


def _problem(line: Line, why: str) -> str:
    told = {"row": line.row, "name": line.name, "problem": why}
    return _("Ligne %(row)s, %(name)s : %(problem)s") % told


def _refusals(request: OrganisationRequest, plan: Plan, said: Sequence[Said]) -> dict[int, str]:
    if not said:
        return {}
    try:
        with transaction.atomic():
            record_readings(request.actor, plan=plan, readings=said, today=request.today)
            transaction.set_rollback(True)
    except RefusedReadingsError as error:
        return error.refused
    return {}


def _told(entry: Entry | None, line: Line, said: Said, units: dict[int, str]) -> ChangedRow:
    day = numbers.date(said.on, page_language())
    if entry is None:
        return ChangedRow(line.name, place=day)
    last = None
    if line.before is None and said.unit is None:
        earlier = [one for one in entry.series.readings if one.is_known and one.on <= said.on]
        last = earlier[-1] if earlier else None
    elif line.before is not None:
        last = _reading(line.before)
    before = with_unit(entry.indicator, last) if last else ""
    name = ", ".join(filter(None, (name_with_unit(entry.indicator), units.get(said.unit or 0))))
    change = Change(_words(entry, said), before=before)
    return ChangedRow(name, [change], day)


def _reading(said: Said) -> Reading:
    return Reading(said.on, said.value, said.text)


def _words(entry: Entry, said: Said) -> str:
    if said.knowledge is Knowledge.UNKNOWN:
        return _("inconnu")
    if said.knowledge is Knowledge.NOT_APPLICABLE:
        return _("sans objet")
    words = with_unit(entry.indicator, _reading(said))
    if said.numerator is None or said.denominator is None:
        return words
    language = page_language()
    top, bottom = (numbers.number(one, language) for one in (said.numerator, said.denominator))
    return _("%(value)s, %(top)s sur %(bottom)s") % {"value": words, "top": top, "bottom": bottom}


def _url(request: OrganisationRequest, plan: Plan) -> str:
    return url_in(request, "plans:readings", plan.slug)


@screen
def apply(request: OrganisationRequest, plan: str) -> Act[Recorded]:
    """Record what a preview showed."""
    found = get_plan(actor=request.actor, slug=plan, need=Operation.READ_PLAN)
    request.actor.require_any(Operation.UPDATE_ACTION)

    def write() -> Recorded:
        try:
            carried = request.POST.get("sealed", "")
            pk, kept = signing.loads(carried, salt=_SALT, max_age=_A_DAY)
            said = [from_json(one) for one in kept]
        except (signing.BadSignature, ValueError, TypeError):
            pk, said = None, []
        if pk != found.pk:
            raise ValidationError(_("Cet aperçu n’est plus valable : refaites-le."))
        return record_readings(request.actor, plan=found, readings=said, today=request.today)

    def undoing(made: Recorded) -> str:
        where = [request.organisation.slug, found.slug, made.first]
        return reverse("plans:undo-readings", args=where)

    return Act(
        write=write,
        done=lambda made: _("Relevés enregistrés : %(count)s.") % {"count": made.count},
        back=_url(request, found),
        undo=undoing,
    )


@screen
def undo(request: OrganisationRequest, plan: str, pk: int) -> Act[int]:
    found = get_plan(actor=request.actor, slug=plan, need=Operation.READ_PLAN)
    return Act(
        write=lambda: undo_readings(request.actor, plan=found, first=pk),
        done=lambda count: (
            _("Relevés retirés : %(count)s. Tout est comme avant.") % {"count": count}
        ),
        back=_url(request, found),
    )


class FileForm(forms.Form):
    """A file of readings."""

    file = forms.FileField(
        label=gettext_lazy("Fichier"),
        allow_empty_file=True,  # the reader says what to do about it
        help_text=gettext_lazy("Excel (XLSX), ODS ou CSV, avec les colonnes du fichier exporté."),
    )


@require_http_methods(["GET", "POST"])
@apart
def read_file(request: OrganisationRequest, plan: str) -> HttpResponse:
    """Read a file of readings; all of it comes in, or nothing."""
    found = get_plan(actor=request.actor, slug=plan, need=Operation.READ_PLAN)
    request.actor.require_any(Operation.UPDATE_ACTION)
    form = FileForm(posted(request), request.FILES if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            return _read(request, found, form.cleaned_data["file"])
        except UnusableInputError as error:
            form.add_error("file", sentence(error))
        except ValidationError as error:
            form.add_error("file", error)
    context = {
        "plan": found,
        "form": form,
        "trail": [*under_plan(request, found), (_url(request, found), _("Relevés"))],
        "kinds": [*WRITERS, CSV],
        "back": _url(request, found),
    }
    return render(request, "plans/readings_file.html", context, status=status_of(form))


def _read(request: OrganisationRequest, plan: Plan, file: object) -> HttpResponse:
    name = PurePath(str(file.name)).name  # type: ignore[attr-defined]
    with open_source(cast("BinaryIO", file), name, WANTED) as source:
        grids = grids_of(source)
    entries = entries_of(request.actor, plan)
    units = {fold(unit.name): unit.pk for unit in plan.organisation.units.all()}
    standing = standing_readings(entry.indicator.pk for entry in entries)
    reading = read_sheet(grids, entries, units, standing, page_language())
    reading = beside(reading, plan, grids, page_language())
    if len(reading.new) > AT_ONCE:
        raise ValidationError(
            _("%(most)s relevés au plus s’enregistrent d’un coup.") % {"most": AT_ONCE}
        )
    lines = [*reading.new, *reading.refused]
    return _preview(request, plan, entries, lines, unchanged=reading.unchanged, file=True)


@require_GET
def export(request: OrganisationRequest, plan: str, kind: str) -> HttpResponseBase:
    """Hand over the readings as a table that comes back."""
    found = get_plan(actor=request.actor, slug=plan, need=Operation.READ_PLAN)
    if kind not in {*WRITERS, CSV}:
        raise Http404
    entries = entries_of(request.actor, found)
    told = readings_told(entry.indicator.pk for entry in entries)
    units = dict(found.organisation.units.values_list("pk", "name"))
    sheets = sheets_of(found, entries, told.values(), units, page_language())
    tell_export(request, "readings")
    name = f"{found.slug}-{_('releves')}-{request.today:%Y-%m-%d}"
    return table_file(kind, name, sheets)
