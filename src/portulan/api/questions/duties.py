"""What is asked of duties: what the law asks and by when, contracts and what to write in them."""

from __future__ import annotations

from typing import Any

from portulan.accounts.access import Operation
from portulan.api.questions.asking import Inquiry, Question, some
from portulan.budget.contracts.reads import Row, register_of
from portulan.budget.contracts.standing import State
from portulan.publication.obligations.laws import State as Duty
from portulan.publication.obligations.reads import counts_of, obligations_of

READ = Operation.READ_BUDGET


def obligations(inquiry: Inquiry) -> dict[str, Any]:
    """Answer what the law asks, with its text, its day, its state and what is missing."""
    asked = inquiry.asked_of(inquiry.known.at(inquiry.today))
    rows, wanted = obligations_of(asked), inquiry.asked.get("state")
    kept = [row.as_json(asked) for row in rows if wanted in (None, row.state.value)]
    return {
        "states": {state.value: count for state, count in counts_of(rows).items()},
        "source": inquiry.at("obligations"),
        **some(kept),
    }


def contracts(inquiry: Inquiry) -> dict[str, Any]:
    """Answer which contracts end or are to be awarded, what each lacks and by when to act."""
    estimates = inquiry.actor.may(Operation.READ_ORIGINALS)
    register = register_of(inquiry.known, inquiry.organisation, inquiry.today)
    if not estimates:
        register = register.without_estimates()
    wanted = inquiry.asked.get("state")
    return {
        "known": len(register.every),
        "months_ahead": register.habits.horizon,
        "states": {state.value: len(register.in_state(state)) for state in State},
        "without_known_end": len(register.without_end),
        "begun_with_condition_and_criterion": register.begun.as_json(),
        "source": inquiry.at("contract-standings"),
        **some(
            _contract(inquiry, row)
            for row in register.coming
            if wanted in (None, row.standing.state.value)
        ),
    }


def _contract(inquiry: Inquiry, row: Row) -> dict[str, Any]:
    one, standing = row.contract, row.standing
    return {
        "subject": one.subject,
        "number": one.number,
        "state": standing.state.value,
        "not_concerned_because": standing.why and standing.why.value,
        "ends": standing.end and standing.end.isoformat(),
        "act_before": standing.before and standing.before.isoformat(),
        "procedure": row.procedure,
        "next_has_condition": one.has_condition,
        "next_has_criterion": one.has_criterion,
        "actions": [action.number for action in one.actions.all()],
        "source": inquiry.at("contracts", one.pk),
    }


QUESTIONS = (
    Question(
        "obligations",
        "What does the law ask of us, by when, and what is missing?",
        "Each obligation with its text, addressee, day, state and what it lacks.",
        READ,
        obligations,
        {
            "state": {
                "type": "string",
                "enum": [one.value for one in Duty],
                "description": "The state to keep.",
            }
        },
    ),
    Question(
        "contracts",
        "Which IT contracts end soon, and which lack their environmental clauses?",
        "Contracts that end or are awarded within the horizon, by state, with the day to act by.",
        READ,
        contracts,
        {
            "state": {
                "type": "string",
                "enum": [one.value for one in State],
                "description": "The state to keep.",
            }
        },
    ),
)
