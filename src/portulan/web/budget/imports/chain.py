"""The chain of a year’s documents, written as rows of its page.

From the budget voted to the accounts: the documents of a year, and their dates.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.budget.access import get_year
from portulan.budget.imports.chain import Document, Sections, Step
from portulan.budget.imports.documents import BudgetChain, chains_of, date_document
from portulan.budget.imports.reads import get_batch
from portulan.budget.labels import ACTS
from portulan.budget.words import Act, Stage
from portulan.core.errors import NotFoundError
from portulan.core.money import ZERO
from portulan.core.say import numbers
from portulan.web.fields import DayField
from portulan.web.language import page_language
from portulan.web.pages import Edit, screen
from portulan.web.requests import OrganisationRequest


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the chain: what is added, then what is opened. `key` is the import, if it is one."""

    name: str
    added: Sections
    after: Sections
    it: Decimal | None = None
    voted_on: date | None = None
    key: int | None = None
    dated: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """What was carried out, and how it agrees with the chain."""

    name: str
    key: int
    opened: Sections | None
    realised: Sections | None
    carried_over: Sections | None
    agrees: bool | None
    note: str


@dataclass(frozen=True, slots=True)
class BudgetRows:
    """One budget of the year."""

    name: str
    rows: list[Row]
    account: Account | None
    carried: str


def budget_rows(chains: Iterable[BudgetChain]) -> list[BudgetRows]:
    """Return the rows of each budget."""
    return [
        BudgetRows(
            name=budget.name,
            rows=[row for step in budget.chain.steps for row in _rows(step)],
            account=_account(budget),
            carried=_carried(budget),
        )
        for budget in chains
    ]


def _rows(step: Step) -> list[Row]:
    document, carried = step.document, step.document.carried_in
    has_carried = any(carried)
    voted = document.opened.plus(carried, -1)
    note = ""
    if step.gap is not None:
        note = _("son fichier part d’un budget différent de %(gap)s : il en manque peut-être une")
        note %= {"gap": _euros(step.gap.total)}
    rows = [
        Row(
            name=_name(document),
            added=voted,
            after=step.after.plus(carried, -1),
            it=None if has_carried else step.it,
            voted_on=document.voted_on,
            key=document.key,
            dated=document.act is not None,
            note=note,
        )
    ]
    if has_carried:
        name = (
            _("Restes à réaliser repris de l’exercice d’avant")
            if document.act
            else _("Décisions, virements et reports depuis le vote")
        )
        rows.append(Row(name, carried, step.after, step.it))
    return rows


def _name(document: Document) -> str:
    if document.act is None:
        return document.name
    name = str(ACTS[document.act])
    if document.number and document.act is not Act.PRIMARY:
        name = _("%(act)s n° %(number)s") % {"act": name, "number": document.number}
    return name[:1].upper() + name[1:]


def _account(budget: BudgetChain) -> Account | None:
    account, gap = budget.chain.account, budget.chain.gap
    if account is None:
        return None
    agrees = None if gap is None else not any(gap)
    if not account.is_account:
        note = _("L’exercice est en cours : ces montants sont ceux du jour de l’export.")
    elif gap is None:
        note = _("Aucun budget voté n’est importé : rien à rapprocher.")
    elif agrees:
        note = _("Les crédits ouverts par l’enchaînement sont ceux du compte, au centime.")
    else:
        note = _(
            "Le compte ouvre %(operating)s en fonctionnement et %(investment)s en investissement"
            " par rapport à l’enchaînement : une décision manque, ou un virement."
        ) % {
            "operating": _euros(gap.operating),
            "investment": _euros(gap.investment),
        }
    return Account(
        name=_("Compte qui ferme l’exercice") if account.is_account else _("Exécution"),
        key=account.key,
        opened=account.at(Stage.OPENED),
        realised=account.at(Stage.REALISED),
        carried_over=account.at(Stage.CARRIED_OVER),
        agrees=agrees,
        note=note,
    )


def _carried(budget: BudgetChain) -> str:
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
    budgets = budget_rows(chains_of(fiscal_year))
    context = {
        "fiscal_year": fiscal_year,
        "budgets": budgets,
        "several": len(budgets) > 1,
    }
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
        back=reverse("budget:chain", args=[request.organisation.slug, year]),
        form=partial(DocumentDateForm, initial=initial),
        write=lambda form: date_document(request.actor, batch=batch, **form.cleaned_data),
        done=_("Document daté."),
        template="budget/document_date.html",
        context={"fiscal_year": batch.fiscal_year, "batch": batch},
    )


class DocumentDateForm(forms.Form):
    """Which number a budget document bears, and when it was voted."""

    number = forms.CharField(label=gettext_lazy("Numéro"), max_length=10, required=False)
    voted_on = DayField(label=gettext_lazy("Date du vote"), required=False)
