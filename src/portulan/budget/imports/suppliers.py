"""The suppliers of a file: read to match lines, seen by finance alone, erased when they serve no
longer. Decisions then find their lines without them (`carry_over`)."""

from __future__ import annotations

from django.db import transaction

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.budget.access import hold_year
from portulan.budget.models import BudgetLine, ImportBatch, Order
from portulan.budget.verbs import Verb


@transaction.atomic
def erase_suppliers(actor: Actor, *, batch: ImportBatch) -> int:
    """Erase the suppliers of the lines and orders of an import, and return how many had one.

    No amount moves, so a closed year allows it. The file received keeps them, for who may read it.
    """
    actor.require(Operation.EDIT_BUDGET)
    hold_year(batch.fiscal_year_id)
    held = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    count = 0
    for model in (BudgetLine, Order):
        named = model.everything.filter(batch=held).exclude(supplier="")
        # What a search finds of them is erased with them.
        words = {"supplier_words": ""} if model is BudgetLine else {}
        count += named.update(supplier="", **words)
    if count:
        held.report = held.report | {"suppliers": "erased"}
        held.save(update_fields=["report"])
        record(actor, held, Verb.SUPPLIERS_ERASED, {"lines": (count, 0)})
    return count
