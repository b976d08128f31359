"""What is behind each number: the rows of accounts, the towns of a block, contracts, declarations.

Each says the file that it comes from, and its day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.accounts.words import LegalForm
from portulan.observatory import reads
from portulan.observatory.limits import block_sentence, purchases_sentence, reuse_sentence
from portulan.observatory.models import PublicAccountLine, PublicAccounts
from portulan.observatory.ranks import euros, per_inhabitant
from portulan.web.downloads import csv_response
from portulan.web.language import page_language
from portulan.web.paging import page_of
from portulan.web.requests import OrganisationRequest

_MOVEMENTS = ("debit", "order_debit", "credit", "order_credit", "spent")
_EACH = 25


@dataclass(frozen=True, slots=True)
class BudgetRows:
    """The rows of a budget, certain ones first, each with its movements in euros."""

    budget: PublicAccounts
    lines: QuerySet[PublicAccountLine]

    @property
    def rows(self) -> list[tuple[PublicAccountLine, list[object]]]:
        return [
            (line, [euros(getattr(line, name)) for name in _MOVEMENTS])
            for line in self.lines.order_by("-certain", "account")
        ]


def _accounts(request: OrganisationRequest, siren: str, year: int) -> PublicAccounts:
    request.actor.require(Operation.READ_BUDGET)
    accounts = reads.accounts_of(siren, year)
    if accounts is None:
        raise Http404
    return accounts


@require_GET
def account(request: OrganisationRequest, siren: str, year: int, account: str) -> HttpResponse:
    """Show the rows of an account: what was debited and credited, in which file, of which day."""
    own = _accounts(request, siren, year)
    shown = [BudgetRows(own, own.lines.filter(account__startswith=account))]
    context = {"own": own, "account": account, "budgets": shown}
    return render(request, "observatory/account.html", context)


@require_GET
def budgets(request: OrganisationRequest, siren: str, year: int) -> HttpResponse:
    """Show the IT accounts of every budget of a body, main first: what a total is made of."""
    own = _accounts(request, siren, year)
    every = [own, *reads.annexes_of(siren, year).select_related("file")[:12]]
    context = {"own": own, "budgets": [BudgetRows(one, one.lines.all()) for one in every]}
    return render(request, "observatory/account.html", context)


@require_GET
def block(request: OrganisationRequest, siren: str, year: int) -> HttpResponse:
    """Show the grouping and its towns, each with what its accounts say."""
    own = _accounts(request, siren, year)
    grouping = own.siren if own.form == LegalForm.INTERCOMMUNAL else own.grouping
    found = reads.compare(own)
    if found.block is None:
        raise Http404
    pages = Paginator(reads.towns_of(grouping, year), _EACH)
    page = pages.get_page(request.GET.get("page"))
    context = {
        "own": own,
        "group": found.block,
        "said": block_sentence(found, page_language()),
        "towns": page,
        "rows": list(_towns(page.object_list)),
    }
    return render(request, "observatory/block.html", context)


def _towns(towns: Iterable[PublicAccounts]) -> Iterable[tuple[PublicAccounts, object, object]]:
    for one in towns:
        each = per_inhabitant(one.certain, one.people) if one.people else None
        yield one, euros(one.certain), each


@require_GET
def purchases(request: OrganisationRequest, siren: str) -> HttpResponse:
    """Show the IT contracts of a body and what it declares of reuse."""
    request.actor.require(Operation.READ_BUDGET)
    contracts, declared = reads.contracts_of(siren), reads.reuse_of(siren)
    if not contracts and not declared:
        raise Http404
    page = page_of(request, contracts, _EACH)
    context = {
        "siren": siren,
        "said": [
            words
            for say in (purchases_sentence, reuse_sentence)
            if (words := say(siren, page_language()))
        ],
        "contracts": page,
        "rows": [
            (one, None if one.cents is None else euros(one.cents)) for one in page.object_list
        ],
        "declared": [(one, euros(one.total), euros(one.reused)) for one in declared[:_EACH]],
        "files": list(
            dict.fromkeys([one.file for one in contracts] + [one.file for one in declared])
        ),
    }
    return render(request, "observatory/purchases.html", context)


@require_GET
def peers(request: OrganisationRequest, siren: str, year: int) -> HttpResponse:
    """Give what is behind the strip and the medians: each peer, whose SIREN opens its accounts."""
    own = _accounts(request, siren, year)
    within = own.region if request.GET.get("within") == own.region else ""
    found = reads.compare(own, within=within)
    if found.place is None or found.place.median is None:
        raise Http404
    codes, rows = found.each_peer()
    heads = ("siren", "population", "euros_par_habitant", *(f"compte_{code}" for code in codes))
    return csv_response(f"{siren}-{year}.csv", [heads, *rows])
