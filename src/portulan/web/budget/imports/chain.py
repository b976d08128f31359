"""From the budget voted to the accounts: the documents of a year, and their dates."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.budget.access import get_year
from portulan.budget.imports.chain import Chain, Document, Step
from portulan.budget.imports.documents import BudgetChain, chains_of, date_document
from portulan.budget.imports.reads import get_batch
from portulan.budget.labels import ACTS
from portulan.budget.words import Act
from portulan.core.errors import NotFoundError
from portulan.core.money import ZERO
from portulan.core.say import numbers
from portulan.web.fields import DayField
from portulan.web.language import page_language
from portulan.web.pages import Edit, Said, screen
from portulan.web.requests import OrganisationRequest, url_in


def gap_words(step: Step) -> str:
    """Return that the file of a document starts from another budget than what stands before it."""
    if step.gap is None:
        return ""
    text = _("son fichier part d’un budget différent de %(gap)s : il en manque peut-être une")
    return text % {"gap": _euros(step.gap.total)}


def document_name(document: Document) -> str:
    """Return what a document is: its act with its number, else the name of its file."""
    if document.act is None:
        return document.name
    name = str(ACTS[document.act])
    if document.number and document.act is not Act.PRIMARY:
        name = _("%(act)s n° %(number)s") % {"act": name, "number": document.number}
    return name[:1].upper() + name[1:]


def account_note(chain: Chain) -> Said:
    """Return how what was carried out agrees with what the chain opens."""
    if chain.account is None or not chain.account.is_account:
        return _("L’exercice est en cours : ces montants sont ceux du jour de l’export.")
    if chain.gap is None:
        return _("Aucun budget voté n’est importé : rien à rapprocher.")
    if not any(chain.gap):
        return _("Les crédits ouverts par l’enchaînement sont ceux du compte, au centime.")
    return _(
        "Le compte ouvre %(operating)s en fonctionnement et %(investment)s en investissement"
        " par rapport à l’enchaînement : une décision manque, ou un virement."
    ) % {"operating": _euros(chain.gap.operating), "investment": _euros(chain.gap.investment)}


def carried_words(budget: BudgetChain) -> Said:
    """Return whether what is taken over is what the year before carries out."""
    out, taken = budget.carried_out, budget.carried_in
    if out is None or not any(step.document.act for step in budget.chain.steps):
        return ""
    if out == taken:
        return _("Les restes à réaliser repris sont ceux du compte précédent, au centime.")
    return _("Le compte précédent reporte %(out)s, ce budget en reprend %(taken)s.") % {
        "out": numbers.money(out.total, page_language()),
        "taken": numbers.money(taken.total, page_language()),
    }


def _euros(amount: Decimal) -> str:
    return numbers.money(amount, page_language(), signed=bool(amount != ZERO))


@require_GET
def chain(request: OrganisationRequest, year: int) -> HttpResponse:
    """What each document makes of the opened credits, then the accounts that close the year."""
    fiscal_year = get_year(actor=request.actor, year=year, need=Operation.READ_BUDGET)
    context = {"fiscal_year": fiscal_year, "budgets": chains_of(fiscal_year)}
    return render(request, "budget/chain.html", context)


@screen
def document_date(
    request: OrganisationRequest, year: int, pk: int
) -> Edit[DocumentDateForm, object]:
    """Say the number and the date of a document whose file does not."""
    batch = get_batch(actor=request.actor, year=year, pk=pk, need=Operation.EDIT_BUDGET)
    if not batch.act:
        raise NotFoundError(str(pk))
    initial = {"number": batch.number, "voted_on": batch.voted_on}
    return Edit(
        back=url_in(request, "budget:chain", year),
        form=partial(DocumentDateForm, initial=initial),
        write=lambda form: date_document(request.actor, batch=batch, **form.cleaned_data),
        done=_("Document daté."),
        template="budget/document_date.html",
        context={"fiscal_year": batch.fiscal_year, "batch": batch},
    )


class DocumentDateForm(forms.Form):
    """Which number a budget document bears, and when it was voted."""

    number = forms.CharField(label=_("Numéro"), max_length=10, required=False)
    voted_on = DayField(label=_("Date du vote"), required=False)
