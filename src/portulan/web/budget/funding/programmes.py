"""Multi-year programmes: the list, one of them, and the decisions on it.

A programme, and a decision on it with its payment credits by year.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from portulan.accounts.access import Operation
from portulan.accounts.reads import labels_of
from portulan.budget.funding import programmes as funding_programmes
from portulan.budget.funding.programmes import (
    Followed,
    followed,
    get_programme,
    get_revision,
    lines_of,
    programmes,
)
from portulan.budget.labels import PROGRAMME_KINDS
from portulan.budget.models import Programme
from portulan.budget.words import ProgrammeKind
from portulan.web.fields import AmountField, DayField
from portulan.web.pages import FormPage, confirm_page, posted, saved
from portulan.web.requests import OrganisationRequest

YEARS_AHEAD = 5
SHOWN_LINES = 12


@require_http_methods(["GET", "POST"])
def all_programmes(request: OrganisationRequest) -> HttpResponse:
    """The programmes, and a new one."""
    found = followed(programmes(actor=request.actor), request.today)
    if request.method == "POST":
        request.actor.require(Operation.EDIT_BUDGET)
    form = ProgrammeForm(posted(request))
    if request.method == "POST":
        opened = saved(
            form, lambda: funding_programmes.set_programme(request.actor, **form.cleaned_data)
        )
        if opened is not None:
            text = _("Programme ouvert. Dites ce que la décision autorise.")
            messages.success(request, text)
            return redirect("budget:programme", request.organisation.slug, opened.pk)
    context = {"programmes": found, "form": form}
    return render(request, "budget/programmes.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def programme(request: OrganisationRequest, pk: int) -> HttpResponse:
    """One programme: its years, its decisions, its lines; finance says a new decision."""
    need = Operation.EDIT_BUDGET if request.method == "POST" else Operation.READ_BUDGET
    found = get_programme(actor=request.actor, pk=pk, need=need)
    [page] = followed([found], request.today)
    form = _revision_form(request, page)
    if request.method == "POST":
        said = saved(
            form,
            lambda: funding_programmes.revise_programme(
                request.actor, programme=found, **form.decision()
            ),
        )
        if said is not None:
            messages.success(request, _("Décision enregistrée : les précédentes restent lisibles."))
            return redirect("budget:programme", request.organisation.slug, pk)
    lines = lines_of(found).select_related("fiscal_year").order_by("-fiscal_year__year", "row")
    context = {
        "page": page,
        "programme": found,
        "form": form,
        "revisions": _decisions(page, found),
        "lines": lines[:SHOWN_LINES] if found.codes else [],
        "count": lines.count() if found.codes else 0,
    }
    return render(request, "budget/programme.html", context, status=422 if form.errors else 200)


def _decisions(page: Followed, found: Programme) -> list[tuple[object, str, bool]]:
    """Return the decisions, the latest first, each with its author and whether it is in force."""
    revisions = list(reversed(found.revisions.all()))
    people = labels_of(revision.person_id for revision in revisions)
    return [
        (revision, people.get(revision.person_id or 0, ""), revision == page.current)
        for revision in revisions
    ]


def _revision_form(request: OrganisationRequest, page: Followed) -> RevisionForm:
    known = [year.year for year in page.years]
    first = min([*known, request.today.year])
    last = max([*known, first + YEARS_AHEAD - 1])
    initial = {f"year-{year.year}": year.foreseen for year in page.years}
    initial |= {"amount": page.authorised}
    return RevisionForm(range(first, last + 1), posted(request), initial=initial)


@require_http_methods(["GET", "POST"])
def edit_programme(request: OrganisationRequest, pk: int) -> HttpResponse:
    """Say again what a programme is and which codes its lines bear."""
    found = get_programme(actor=request.actor, pk=pk, need=Operation.EDIT_BUDGET)
    initial = {"title": found.title, "kind": found.kind, "codes": ", ".join(found.codes)}
    form = ProgrammeForm(posted(request), initial=initial)
    if request.method == "POST":
        edited = saved(
            form,
            lambda: funding_programmes.set_programme(
                request.actor, programme=found, **form.cleaned_data
            ),
        )
        if edited is not None:
            messages.success(request, _("Programme enregistré."))
            return redirect("budget:programme", request.organisation.slug, pk)
    context = {"form": form, "programme": found}
    return render(
        request, "budget/edit_programme.html", context, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "POST"])
def remove_revision(request: OrganisationRequest, pk: int, revision: int) -> HttpResponse:
    """Take back a decision said by mistake, once confirmed."""
    found = get_revision(actor=request.actor, programme=pk, pk=revision, need=Operation.EDIT_BUDGET)
    slug = request.organisation.slug
    page = FormPage(
        title=_("Retirer la décision « %(reference)s »") % {"reference": found.reference},
        trail=[
            (reverse("budget:years", args=[slug]), _("Budget")),
            (reverse("budget:programmes", args=[slug]), _("Programmes pluriannuels")),
            (reverse("budget:programme", args=[slug, pk]), found.programme.title),
        ],
        back=reverse("budget:programme", args=[slug, pk]),
        submit=_("Retirer cette décision"),
        intro=_(
            "Pour une décision dite par erreur : celle d’avant, s’il y en a une, revient en"
            " vigueur. Une décision qui en change une autre se dit à sa suite. Le journal garde la"
            " trace."
        ),
    )
    return confirm_page(
        request,
        page,
        lambda: funding_programmes.remove_revision(request.actor, revision=found),
        _("Décision retirée ; le journal garde ce qu’elle disait."),
    )


class ProgrammeForm(forms.Form):
    """What a programme is, and which lines are its own."""

    title = forms.CharField(label=gettext_lazy("Programme"), max_length=200)
    kind = forms.ChoiceField(label=gettext_lazy("Forme"), choices=PROGRAMME_KINDS.items())
    codes = forms.CharField(
        label=gettext_lazy("Codes de ses lignes"),
        required=False,
        help_text=gettext_lazy(
            "Opération, numéro d’autorisation ou marché, tels que les comptes les portent, séparés"
            " par des virgules."
        ),
    )

    def clean_kind(self) -> ProgrammeKind:
        return ProgrammeKind(self.cleaned_data["kind"])

    def clean_codes(self) -> list[str]:
        return [code.strip() for code in self.cleaned_data["codes"].split(",") if code.strip()]


class RevisionForm(forms.Form):
    """What a decision authorises in all, and what it foresees to pay in each year."""

    amount = AmountField(label=gettext_lazy("Montant autorisé en tout (€)"), low=Decimal(0))
    decided_on = DayField(label=gettext_lazy("Décidé le"))
    reference = forms.CharField(label=gettext_lazy("Délibération ou décision"), max_length=250)

    def __init__(self, years: Iterable[int], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._years = list(years)
        for year in self._years:
            self.fields[f"year-{year}"] = AmountField(
                label=gettext_lazy("Crédits de paiement %(year)s (€)") % {"year": year},
                low=Decimal(0),
                required=False,
            )

    def decision(self) -> dict[str, Any]:
        """Return what the service takes: a year left empty foresees nothing."""
        given = {year: self.cleaned_data.get(f"year-{year}") for year in self._years}
        said: dict[str, Decimal | date | str] = {
            name: self.cleaned_data[name] for name in ("amount", "decided_on", "reference")
        }
        return said | {"payments": {year: paid for year, paid in given.items() if paid is not None}}
