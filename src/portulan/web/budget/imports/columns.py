"""Telling what the columns of a ledger are, with its first values under the eyes."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlencode

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portulan.accounts.access import Operation
from portulan.budget.access import get_year
from portulan.budget.imports.answers import answers_of
from portulan.budget.imports.columns import forget_columns, get_column_mapping, mapping_for
from portulan.budget.imports.reads import waiting_preview
from portulan.budget.imports.writes import preview
from portulan.budget.models import FiscalYear, ImportBatch
from portulan.budget.readers.ledger import Columns
from portulan.budget.readers.ledger import columns as columns_of
from portulan.core.errors import NotFoundError
from portulan.core.say.text import UnusableInputError
from portulan.core.uploads import upload_path
from portulan.web.budget.imports.forms import ColumnsForm
from portulan.web.budget.words import import_steps
from portulan.web.form_tokens import apart
from portulan.web.language import page_language
from portulan.web.pages import Act, posted, saved, screen, sentence
from portulan.web.requests import OrganisationRequest, url_in

# Refusals of the reader that a person can lift by saying what the columns are.
CHOOSE = frozenset({"no-titles", "two-columns"})
_SALT = "portulan.budget.columns"
_AGE = 24 * 3600


def columns_url(
    request: OrganisationRequest, fiscal_year: FiscalYear, sha256: str, file_name: str
) -> str:
    """Return the address where the columns of a kept file are chosen.

    It is signed: the file of others cannot be read by knowing its hash.
    """
    token = signing.dumps([fiscal_year.pk, sha256, file_name], salt=_SALT)
    return url_in(request, "budget:columns", fiscal_year.year, token)


@require_http_methods(["GET", "POST"])
@apart
def columns(request: OrganisationRequest, year: int, token: str) -> HttpResponse:
    fiscal_year = get_year(actor=request.actor, year=year, need=Operation.EDIT_BUDGET)
    sha256, file_name = _opened(fiscal_year, token)
    try:
        found = columns_of(upload_path(sha256), name=file_name, sheet=request.GET.get("sheet"))
    except UnusableInputError as error:
        messages.error(request, sentence(error))
        return redirect("budget:upload", request.organisation.slug, year)
    chosen, tool = _chosen(request, fiscal_year, sha256)
    form = ColumnsForm(found, chosen, tool, posted(request))
    read = partial(_preview, request, fiscal_year, form, sha256, file_name)
    if request.method == "POST" and (batch := saved(form, read)):
        return redirect("budget:batch", request.organisation.slug, year, batch.pk)
    context = {
        "fiscal_year": fiscal_year,
        "file_name": file_name,
        "columns": found,
        "sheets": _sheets(request, found),
        "form": form,
        "rows": form.rows(),
        "steps": import_steps(),
    }
    return render(request, "budget/columns.html", context, status=422 if form.errors else 200)


@screen
def forget(request: OrganisationRequest, year: int, pk: int) -> Act[object]:
    """Forget the columns of a tool."""
    fiscal_year = get_year(actor=request.actor, year=year, need=Operation.EDIT_BUDGET)
    mapping = get_column_mapping(actor=request.actor, pk=pk, need=Operation.EDIT_BUDGET)
    return Act(
        write=lambda: forget_columns(request.actor, mapping=mapping),
        done=_("Colonnes de « %(tool)s » oubliées : ce qui est importé reste.")
        % {"tool": mapping.tool},
        back=url_in(request, "budget:upload", fiscal_year.year),
    )


def _opened(fiscal_year: FiscalYear, token: str) -> tuple[str, str]:
    try:
        year_id, sha256, file_name = signing.loads(token, salt=_SALT, max_age=_AGE)
    except signing.BadSignature as error:
        raise NotFoundError("columns") from error
    if year_id != fiscal_year.pk or not upload_path(sha256).is_file():
        raise NotFoundError("columns")
    return sha256, file_name


def _chosen(
    request: OrganisationRequest, fiscal_year: FiscalYear, sha256: str
) -> tuple[dict[str, int | str], str]:
    """Return the columns chosen for this file, else those remembered, and whose they are."""
    batch = waiting_preview(fiscal_year, sha256)
    if batch is not None and batch.mapping:
        return batch.mapping, batch.report.get("tool", "")
    known = mapping_for(request.organisation.pk, upload_path(sha256))
    return (known.columns, known.tool) if known is not None else ({}, "")


def _sheets(request: OrganisationRequest, found: Columns) -> list[dict[str, object]]:
    if len(found.sheets) < 2:
        return []
    return [
        {"label": name, "url": "?" + urlencode({"sheet": name}), "current": name == found.sheet}
        for name in found.sheets
    ]


def _preview(
    request: OrganisationRequest,
    fiscal_year: FiscalYear,
    form: ColumnsForm,
    sha256: str,
    file_name: str,
) -> ImportBatch:
    waiting = waiting_preview(fiscal_year, sha256)
    with upload_path(sha256).open("rb") as stream:
        return preview(
            request.actor,
            fiscal_year=fiscal_year,
            stream=stream,
            file_name=file_name,
            mapping=(answers_of(waiting) if waiting else {}) | form.mapping(),
            tool=form.cleaned_data["tool"].strip(),
            language=page_language(),
        )
