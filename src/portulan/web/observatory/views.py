"""What public accounts say of a body, from the table of the instance or from a file just dropped.

The table is the operator’s to fill; a file dropped here is read, shown, and not kept.
"""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from portulan.accounts.access import Operation
from portulan.core.say.country import FRANCE, country
from portulan.core.say.text import UnusableInputError
from portulan.observatory import reads
from portulan.observatory.addresses import (
    CONTRACTS,
    GROUPING_LISTS,
    POPULATIONS,
    PORTAL,
    REUSE,
    export_of,
    form_of,
)
from portulan.observatory.readers.files import read_stream
from portulan.observatory.strata import REGIONS
from portulan.web.fields import WholeField
from portulan.web.form_tokens import repeatable
from portulan.web.observatory.own import mine
from portulan.web.observatory.page import commons_context, context_of
from portulan.web.pages import posted, sentence, status_of
from portulan.web.requests import OrganisationRequest

_MOST_BYTES = 8 * 1024 * 1024  # the accounts of one body are some hundred rows
_MOST_YEARS = 16


class DropForm(forms.Form):
    """The balance of one body, as its export gives it."""

    file = forms.FileField(label=_("Export d’un seul SIREN"), help_text=_("CSV, 8 Mo au plus."))
    people = WholeField(
        label=_("Habitants, si l’observatoire ne les connaît pas"),
        required=False,
        low=1,
        most=20_000_000,
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > _MOST_BYTES:
            raise ValidationError(
                _("Ce fichier est trop grand pour être celui d’un seul organisme.")
            )
        return file


@require_GET
def page(request: OrganisationRequest) -> HttpResponse:
    """Show a body among its peers, the organisation itself unless another is asked."""
    request.actor.require(Operation.READ_BUDGET)
    asked = request.GET.get("siren", "").strip() or request.organisation.siren
    siren = asked.replace(" ", "")
    context: dict[str, Any] = {"asked": asked}
    if siren.isdecimal():
        context |= _known(request, siren)
    elif asked:
        context["named"] = reads.named(asked)
    return _page(request, DropForm(), context)


@require_http_methods(["GET", "POST"])
@repeatable
def drop(request: OrganisationRequest) -> HttpResponse:
    """Read the export of one body and show it; nothing is written."""
    request.actor.require(Operation.READ_BUDGET)
    own = request.organisation
    form = DropForm(posted(request), request.FILES if request.method == "POST" else None)
    context: dict[str, Any] = {"asked": own.siren}
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            readings = read_stream(cast("BinaryIO", file), file.name, lambda _rows: None)
            found = reads.budget_of_one(readings, own.siren)
        except UnusableInputError as error:
            form.add_error("file", sentence(error))
            return _page(request, form, context, "observatory/read.html")
        if isinstance(found, int):
            refusal = _("Il faut la balance d’un seul organisme : ce fichier en a %(n)s.")
            form.add_error("file", refusal % {"n": found})
        else:
            is_own = found.siren == own.siren or not own.siren
            people = form.cleaned_data["people"] or (own.population if is_own else None)
            compared = reads.compare_apart(found, people)
            context |= context_of(compared) | {"dropped": file.name, "year": found.year}
            return _page(request, form, context)
    return _page(request, form, context, "observatory/read.html")


def _page(
    request: OrganisationRequest,
    form: DropForm,
    context: dict[str, Any],
    template: str = "observatory/page.html",
) -> HttpResponse:
    last = request.today.year - 1
    siren = context.get("unknown") or request.organisation.siren
    context |= {
        "form": form,
        "year_choices": range(last, last - _MOST_YEARS, -1),
        "portal": PORTAL,
        "populations": POPULATIONS,
        "others": [
            (_("la liste des intercommunalités"), GROUPING_LISTS),
            (_("les marchés publics (DECP)"), CONTRACTS),
            *([(_("les déclarations de réemploi (AGEC)"), REUSE)] if country() is FRANCE else ()),
        ],
        "address": context.get("export") or export_of(form_of(siren), siren, last - 1),
    }
    return render(request, template, context, status=status_of(form))


def _known(request: OrganisationRequest, siren: str) -> dict[str, Any]:
    """Return what the table says of a body for the year asked, else for its last one."""
    years = [one.year for one in reads.years_of(siren)]
    wanted = request.GET.get("year", "")
    year = int(wanted) if wanted.isdecimal() and len(wanted) == 4 else max(years, default=0)
    accounts = reads.accounts_of(siren, year)
    if accounts is None:
        return {"unknown": siren, "year": year, "known_years": years}
    within = accounts.region if request.GET.get("within") == accounts.region else ""
    region = REGIONS.get(accounts.region, accounts.region)
    found = reads.compare(accounts, within=within)
    context = context_of(found) | {"year": year, "region": region}
    if siren == request.organisation.siren:
        context["mine"] = mine(request, found)
    return context


@require_GET
def commons(request: OrganisationRequest) -> HttpResponse:
    """Show what organisations publish of their plans, by stratum, as medians alone."""
    request.actor.require(Operation.READ_BUDGET)
    return render(request, "observatory/commons.html", commons_context())
