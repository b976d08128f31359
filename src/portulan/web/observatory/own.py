"""One's own body: a year begun from public accounts, and how a ledger refines them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.budget.access import get_year
from portulan.budget.indicator.facts import year_facts
from portulan.budget.indicator.reads import YearFigure
from portulan.budget.lines.reads import lines_in_force
from portulan.budget.models import Ambition, FiscalYear, ImportBatch
from portulan.observatory import reads
from portulan.observatory.certain import label_of
from portulan.observatory.gap import Gap, GapRow, Reason, gap_of
from portulan.observatory.models import PublicAccounts
from portulan.observatory.ranks import euros, per_inhabitant
from portulan.observatory.reads import Comparison
from portulan.observatory.starting import start_year
from portulan.plans.plan import current_plan
from portulan.web.language import page_language
from portulan.web.pages import Act, Said, screen
from portulan.web.requests import OrganisationRequest, url_in

REASONS: dict[Reason, Said] = {
    Reason.SAME: gettext_lazy("même montant"),
    Reason.OTHER_AMOUNT: gettext_lazy(
        "deux montants : budget annexe, rattachement ou fichier partiel"
    ),
    Reason.NOT_COUNTED: gettext_lazy("votre périmètre n’en compte qu’une part, ou l’écarte"),
    Reason.PART_OF_MIXED: gettext_lazy("mixte en public : vous en connaissez la part"),
    Reason.UNDECIDED: gettext_lazy("mixte : sa part n’est pas encore décidée"),
    Reason.STAFF: gettext_lazy("personnel : invisible dans les comptes publics"),
    Reason.LEDGER_ALONE: gettext_lazy("hors de la liste des comptes informatiques"),
    Reason.PUBLIC_ALONE: gettext_lazy("votre grand livre n’a pas ce compte"),
}


def _own(request: OrganisationRequest, year: int) -> PublicAccounts:
    siren = request.organisation.siren
    accounts = reads.accounts_of(siren, year) if siren else None
    if accounts is None:
        raise Http404
    return accounts


@require_GET
def gap(request: OrganisationRequest, year: int) -> HttpResponse:
    """Explain, account by account, what parts the public account from the ledger of the year."""
    fiscal_year = get_year(actor=request.actor, year=year, need=Operation.READ_BUDGET)
    accounts = _own(request, year)
    found = gap_of(accounts, fiscal_year)
    context = {
        "own": accounts,
        "fiscal_year": fiscal_year,
        "gap": found,
        "rows": [_row(accounts, row) for row in found.rows] if found else [],
        "reasons": _reasons(found),
    }
    return render(request, "observatory/gap.html", context)


def _row(accounts: PublicAccounts, row: GapRow) -> tuple[GapRow, str, Said]:
    label = label_of(accounts.nomenclature, row.account)
    return row, label.say(page_language()) if label else "", REASONS[row.reason]


def _reasons(found: Gap | None) -> list[tuple[Said, object]]:
    if found is None:
        return []
    return [(REASONS[reason], amount) for reason, amount in found.by_reason.items()]


@dataclass(frozen=True, slots=True)
class Mine:
    """What the page says besides to the organisation whose accounts they are, in euros.

    `ambitions` are those of its plan, of the denominator of their year where a ledger gives one,
    else of the floor: the third value says which.
    """

    year: int
    agents: int | None
    per_agent: Decimal | None
    ambitions: Sequence[tuple[int, Decimal, Decimal, bool]]
    has_ledger: bool
    mixed: Decimal


def mine(request: OrganisationRequest, found: Comparison) -> Mine:
    """Return what is one’s own of a comparison; its ambitions become euros of this budget."""
    own, organisation = found.accounts, request.organisation
    figures = year_facts(organisation.pk).figures
    agents = organisation.headcount
    fiscal_year = FiscalYear.objects.filter(organisation=organisation, year=own.year).first()
    return Mine(
        year=own.year,
        agents=agents,
        per_agent=per_inhabitant(own.certain, agents) if agents else None,
        ambitions=list(_ambitions(request, own, figures)),
        has_ledger=fiscal_year is not None
        and lines_in_force(fiscal_year).filter(realised__isnull=False).exists(),
        mixed=euros(own.mixed),
    )


def _ambitions(
    request: OrganisationRequest, own: PublicAccounts, figures: Mapping[int, YearFigure]
) -> Iterator[tuple[int, Decimal, Decimal, bool]]:
    plan = current_plan(actor=request.actor, today=request.today)
    asked = Ambition.objects.filter(plan=plan).order_by("year") if plan else []
    for one in asked:
        known = figures.get(one.year)
        amount = known.figure.denominator.amount if known else None
        base = euros(own.certain) if amount is None else amount
        yield one.year, one.percent, base * one.percent / 100, amount is not None


@screen
def start(request: OrganisationRequest, year: int) -> Act[ImportBatch]:
    """Open the year with the lines of the public accounts, to be confirmed after their preview."""
    request.actor.require(Operation.EDIT_BUDGET)
    return Act(
        write=partial(
            start_year, request.actor, accounts=_own(request, year), language=page_language()
        ),
        done=_("Voici l’aperçu : rien ne compte avant que vous confirmiez."),
        then=lambda batch: url_in(request, "budget:batch", year, batch.pk),
        back=url_in(request, "observatory:page"),
    )
