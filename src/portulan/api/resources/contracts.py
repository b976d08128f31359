"""IT contracts, their next consultation, the two indicators that they compute."""

from __future__ import annotations

from typing import Any

from portulan.accounts.access import Operation
from portulan.api.call import Call
from portulan.api.declaring import act, answer, resource, write
from portulan.api.shapes import shape
from portulan.budget.contracts.reads import contracts_of, contracts_on
from portulan.budget.contracts.writes import (
    choose_clauses,
    remove_contract,
    save_contract,
    set_estimate,
    set_habits,
)
from portulan.budget.models import Contract, ContractHabits

READ, EDIT = Operation.READ_BUDGET, Operation.CONTRACTS
SHAPE = shape(
    Contract,
    "id version subject number lot buyer holder buys procedure consultation_on notified_on months "
    "renewal renewed_for notice ceiling_ht by_supplier clause criterion weight decision next_on "
    "offers_on estimate_ht chosen next_weight motive motive_said reviewed_by reviewed_on",
    guarded={"estimate_ht": Operation.READ_ORIGINALS, "holder": Operation.READ_ORIGINALS},
)
HABITS = shape(
    ContractHabits, "id version horizon formal adapted purchasing_body least_weight spaser"
)


def _standings(call: Call) -> Any:
    estimates = call.actor.may(Operation.READ_ORIGINALS)
    found = contracts_on(call.organisation, call.today, estimates=estimates)
    green = found.green(call.today.year)
    return {
        "on": call.today.isoformat(),
        "contracts": [
            {
                "id": row.contract.pk,
                "state": row.standing.state,
                "why": row.standing.why,
                "procedure": row.standing.procedure,
                "end": row.standing.end and row.standing.end.isoformat(),
                "before": row.standing.before and row.standing.before.isoformat(),
            }
            for row in found.coming
        ],
        "begun_with_condition_and_criterion": found.begun.as_json(),
        "notified_with_a_weight": {
            "year": call.today.year,
            "least_weight": str(found.habits.least_weight),
            **found.weighed(call.today.year).as_json(),
        },
        "spaser": {
            "bound": found.habits.spaser,
            "year": call.today.year,
            "condition_or_criterion": green.either.as_json(),
            "condition": green.condition.as_json(),
            "criterion": green.criterion.as_json(),
        },
    }


resource(
    "contracts",
    "contract",
    SHAPE,
    lambda call: contracts_of(actor=call.actor),
    write=EDIT,
    create=save_contract,
    change=save_contract,
    remove=remove_contract,
    acts=[act("clauses", choose_clauses, EDIT), act("estimate", set_estimate, EDIT)],
)
write("PUT", "contract-habits", set_habits, EDIT, shape=HABITS)
answer(
    "contract-standings",
    _standings,
    READ,
    summary="How each contract that comes to an end stands before the law, and two indicators.",
)
