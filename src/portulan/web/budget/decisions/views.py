"""The register of attributions and the queue as a sheet: it leaves, comes back, is undone."""

from __future__ import annotations

from functools import partial

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from portulan.accounts.access import Operation
from portulan.accounts.reads import labels_of
from portulan.budget.decisions import writes
from portulan.budget.decisions.reads import get_sheet, sheets_of
from portulan.budget.decisions.sheet import sheet_of
from portulan.budget.decisions.standing import decided_lines
from portulan.budget.models import DecisionSheet, FiscalYear
from portulan.budget.words import BatchStatus, YearStatus
from portulan.core.errors import NotFoundError
from portulan.core.say.text import UnusableInputError
from portulan.core.workbooks import MOST_ROWS, WRITERS
from portulan.web.budget.decisions.page import (
    PER_PAGE,
    asks,
    blocked,
    counts,
    proposed,
)
from portulan.web.budget.lines.files import handed_over
from portulan.web.budget.lines.filters import year_at
from portulan.web.downloads import CSV
from portulan.web.form_tokens import apart
from portulan.web.inputs import identifiers
from portulan.web.pages import Act, blame, posted, screen, sentence
from portulan.web.requests import OrganisationRequest, url_in
from portulan.web.sides import sides_in


class SheetForm(forms.Form):
    """A sheet of decisions that comes back."""

    file = forms.FileField(
        label=gettext_lazy("Feuille remplie"),
        allow_empty_file=True,  # the service says what to do about it
        help_text=gettext_lazy("XLSX, ODS ou CSV, avec la colonne « Clé de ligne »."),
    )


@require_http_methods(["GET", "POST"])
@apart
def decisions(request: OrganisationRequest, year: int) -> HttpResponse:
    """The sheet to take, the one to give back, and those that came back."""
    need = Operation.EDIT_BUDGET if request.method == "POST" else Operation.READ_BUDGET
    fiscal_year, stage = year_at(request, year, need)
    if stage is None:
        return redirect("budget:year", request.organisation.slug, year)
    form = SheetForm(posted(request), request.FILES if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and (sheet := _previewed(request, fiscal_year, form)):
        return redirect("budget:decision-sheet", request.organisation.slug, year, sheet.pk)
    sheets = list(sheets_of(fiscal_year)[:PER_PAGE])
    lines = decided_lines(fiscal_year).count()
    context = {
        "fiscal_year": fiscal_year,
        "stage": stage,
        "form": form,
        "sheets": sheets,
        "people": labels_of(sheet.person_id for sheet in sheets),
        "lines": lines,
        "waiting": decided_lines(fiscal_year, waiting=True).count(),
        "kinds": [*(WRITERS if lines < MOST_ROWS else ()), CSV],
        "is_open": fiscal_year.status != YearStatus.CLOSED,
    }
    return render(request, "budget/decisions.html", context, status=422 if form.errors else 200)


def _previewed(
    request: OrganisationRequest, fiscal_year: FiscalYear, form: SheetForm
) -> DecisionSheet | None:
    file = form.cleaned_data["file"]
    try:
        return writes.preview(
            request.actor, fiscal_year=fiscal_year, stream=file, file_name=file.name
        )
    except ValidationError as error:
        blame(form, error)
    except UnusableInputError as error:
        form.add_error("file", sentence(error))
    return None


@require_GET
def decisions_file(
    request: OrganisationRequest, year: int, kind: str
) -> HttpResponse | StreamingHttpResponse:
    """Hand over the register, or the lines that wait alone."""
    fiscal_year, stage = year_at(request, year)
    if stage is None:
        raise NotFoundError(str(year))
    waiting = "waiting" in request.GET
    lines = decided_lines(fiscal_year, waiting=waiting)
    return handed_over(
        request,
        sheet=partial(sheet_of, fiscal_year, stage, lines),
        fiscal_year=fiscal_year,
        count=lines.count,
        kind=kind,
        title=f"{_('Décisions')} {fiscal_year.year}",
        name=f"{'a-qualifier' if waiting else 'registre'}-{fiscal_year.year}-{stage.column}",
    )


@require_http_methods(["GET", "POST"])
def decision_sheet(request: OrganisationRequest, year: int, pk: int) -> HttpResponse:
    """What a sheet changes, row by row; what it asks is answered here."""
    sheet = get_sheet(actor=request.actor, year=year, pk=pk)
    refused = ""
    if request.method == "POST":
        try:
            writes.answer(
                request.actor,
                sheet=sheet,
                lines=_answers(request, sheet),
                again="again" in request.POST,
            )
        except ValidationError as error:
            refused = " ".join(error.messages)
        else:
            return redirect("budget:decision-sheet", request.organisation.slug, year, pk)
    is_preview = sheet.status == BatchStatus.PREVIEWED
    is_open = sheet.fiscal_year.status != YearStatus.CLOSED
    outcomes = writes.outcomes_of(sheet) if is_preview else []
    context = {
        "sheet": sheet,
        "title": sheet.file_name,
        "fiscal_year": sheet.fiscal_year,
        "is_preview": is_preview,
        "is_open": is_open,
        "counts": counts(sheet, outcomes),
        "blocked": blocked(outcomes),
        "asks": asks(sheet, outcomes),
        "told": proposed(request, sheet, outcomes, refused) if is_preview and is_open else None,
    }
    return render(request, "budget/decision_sheet.html", context, status=422 if refused else 200)


def _answers(request: OrganisationRequest, sheet: DecisionSheet) -> dict[int, int]:
    """Return which line a row is about, as `line-12=431`; a row left alone is not answered."""
    found = {}
    for kept in sheet.said:
        for pk in identifiers(request.POST.getlist(f"line-{kept['row']}")):
            found[int(kept["row"])] = pk
    return found


@screen
def confirm_sheet(request: OrganisationRequest, year: int, pk: int) -> Act[DecisionSheet]:
    """Write all that a sheet decides."""
    sheet = get_sheet(actor=request.actor, year=year, pk=pk)
    here = [request.organisation.slug, year, pk]
    sides, rest = sides_in(request.POST)
    return Act(
        write=lambda: writes.confirm(
            request.actor,
            sheet=sheet,
            on=request.today,
            seen=request.POST.get("seen", ""),
            sides=sides,
            rest=rest,
        ),
        done=lambda written: (
            ngettext(
                "%(count)s ligne décidée par la feuille.",
                "%(count)s lignes décidées par la feuille.",
                len(written.before["lines"]),
            )
            % {"count": len(written.before["lines"])}
        ),
        undo=reverse("budget:take-back-sheet", args=here),
        back=reverse("budget:decision-sheet", args=here),
    )


@screen
def take_back_sheet(request: OrganisationRequest, year: int, pk: int) -> Act[DecisionSheet]:
    """Give back what stood before a sheet."""
    sheet = get_sheet(actor=request.actor, year=year, pk=pk)
    return Act(
        write=lambda: writes.take_back(request.actor, sheet=sheet),
        done=_("Les décisions de la feuille sont annulées."),
        back=url_in(request, "budget:decision-sheet", year, pk),
    )


@screen
def discard_sheet(request: OrganisationRequest, year: int, pk: int) -> Act[None]:
    """Forget a preview."""
    sheet = get_sheet(actor=request.actor, year=year, pk=pk)
    return Act(
        write=lambda: writes.discard(request.actor, sheet=sheet),
        done=_("Aperçu abandonné : rien n’a été importé."),
        back=url_in(request, "budget:decision-sheet", year, pk),
        then=lambda _none: url_in(request, "budget:decisions", year),
    )
