"""The documents of a year, from the budget voted to the accounts that close it, and their dates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.budget.access import hold_year
from portulan.budget.imports.chain import Chain, Document, Sections, chain_of
from portulan.budget.indicator.share import figure_from
from portulan.budget.lines.kept_sums import sums_of
from portulan.budget.lines.sums import Sums
from portulan.budget.models import ORDER_BOOK, FiscalYear, ImportBatch
from portulan.budget.verbs import Verb
from portulan.budget.words import Act, BatchStatus, Stage
from portulan.core import trail
from portulan.core.money import ZERO
from portulan.core.storing import get_one, store


@dataclass(frozen=True, slots=True)
class BudgetChain:
    """The chain of one budget of a year; an annex budget has its own.

    `carried_out` is what the accounts of the year before carry over, None if they do not say.
    """

    siret: str
    name: str
    chain: Chain
    carried_out: Sections | None = None

    @property
    def carried_in(self) -> Sections:
        """What its documents take over from the year before."""
        taken = Sections()
        for step in self.chain.steps:
            taken = taken.plus(step.document.carried_in)
        return taken


def chains_of(fiscal_year: FiscalYear) -> list[BudgetChain]:
    """Return the chain of each budget of a year (three queries, five with the year before)."""
    before = FiscalYear.objects.filter(
        organisation_id=fiscal_year.organisation_id, year=fiscal_year.year - 1
    ).first()
    carried = {
        siret: chain.account.at(Stage.CARRIED_OVER)
        for siret, (_name, chain) in (_chains(before) if before else {}).items()
        if chain.account is not None
    }
    return [
        BudgetChain(siret, name, chain, carried.get(siret))
        for siret, (name, chain) in _chains(fiscal_year).items()
    ]


def _chains(fiscal_year: FiscalYear) -> dict[str, tuple[str, Chain]]:
    batches = _in_chain(fiscal_year)
    sums = sums_of([(batch.pk, stage) for batch in batches for stage in Stage])
    documents: dict[str, list[Document]] = {}
    names: dict[str, str] = {}
    for batch in batches:
        its = {stage: sums[batch.pk, stage] for stage in Stage}
        document, others = _document(batch, its), documents.setdefault(batch.siret, [])
        if batch.piece and others and others[-1].act == document.act is None:
            others[-1] = _together(others[-1], document)
        else:
            others.append(document)
        names[batch.siret] = batch.entity or names.get(batch.siret, "")
    return {siret: (names[siret], chain_of(its)) for siret, its in documents.items()}


def _in_chain(fiscal_year: FiscalYear) -> list[ImportBatch]:
    """Return the imports in force, and those whose place accounts took, not a like of them."""
    found = {
        batch.pk: batch
        for batch in ImportBatch.objects.filter(fiscal_year=fiscal_year)
        .exclude(status=BatchStatus.PREVIEWED)
        .exclude(format=ORDER_BOOK)
        .order_by("pk")
    }

    def stands(batch: ImportBatch) -> bool:
        if batch.status == BatchStatus.CONFIRMED:
            return True
        heir = found.get(batch.replaced_by_id or 0)
        is_read_again = heir is not None and heir.act == batch.act
        return heir is not None and stands(heir) and not is_read_again

    return [batch for batch in found.values() if stands(batch)]


def _document(batch: ImportBatch, sums: dict[Stage, Sums]) -> Document:
    said = batch.report.get("before") or {}
    return Document(
        key=batch.pk,
        name=batch.file_name,
        act=Act(batch.act) if batch.act else None,
        read_at=batch.created_at,
        number=batch.number or "",
        voted_on=batch.voted_on,
        amounts={stage: _by_section(sums[stage]) for stage in _stages(batch)},
        before=Sections(*(Decimal(said.get(s, 0)) for s in ("F", "I"))) if said else None,
        it=figure_from(sums[Stage.OPENED]).denominator.amount,
    )


def _together(one: Document, other: Document) -> Document:
    """Return two pieces of one account as one document."""
    amounts = dict(one.amounts or {})
    for stage, its in (other.amounts or {}).items():
        amounts[stage] = amounts.get(stage, Sections()).plus(its)
    it = None if one.it is None and other.it is None else (one.it or ZERO) + (other.it or ZERO)
    return replace(one, name=f"{one.name}, {other.name}", amounts=amounts, it=it)


def _stages(batch: ImportBatch) -> list[Stage]:
    # What a decision votes it opens (`services.bulk`), be it nothing.
    told = {*batch.stages, *((Stage.VOTED, Stage.OPENED) if batch.delta else ())}
    return [stage for stage in Stage if stage in told]


def _by_section(sums: Sums) -> Sections:
    totals = {"F": Decimal(0), "I": Decimal(0)}
    for kind, heap in sums.heaps.items():
        totals[kind.section] += heap.amount
    return Sections(totals["F"], totals["I"])


@transaction.atomic
def date_document(
    actor: Actor, *, batch: ImportBatch, number: str, voted_on: date | None
) -> ImportBatch:
    """Say which number a document bears and when it was voted: what its order in the year rests on.

    No amount moves, so a closed year allows it. Raises DeniedError; ValidationError for what is no
    document of a budget (a ledger, orders).
    """
    actor.require(Operation.EDIT_BUDGET)
    hold_year(batch.fiscal_year_id)
    held = get_one(ImportBatch.objects.select_for_update(), pk=batch.pk)
    if not held.act:
        raise ValidationError(_("Cet import n’est pas un acte budgétaire : il n’a pas de vote."))
    changes = trail.set_fields(held, {"number": number.strip() or None, "voted_on": voted_on})
    if changes:
        store(held)
        record(actor, held, Verb.DATED, changes)
    return held
