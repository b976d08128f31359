"""Money beside the lines: ambitions, envelopes, allotments, programmes, what others bring."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.api.call import Call
from portulan.api.declaring import COUNTED, act, answer, listing, resource, write
from portulan.api.shapes import shape
from portulan.budget.funding.plan_rows import plan_rows
from portulan.budget.funding.programmes import (
    remove_revision,
    revise_programme,
    set_programme,
)
from portulan.budget.funding.writes import (
    allot,
    remove_allotment,
    set_ambition_amounts,
    set_ambitions,
    set_co_funding,
    set_envelope,
    set_forecast,
)
from portulan.budget.indicator.contract import amount_document
from portulan.budget.indicator.prices import set_price_index
from portulan.budget.legal.figures import set_legal_figure
from portulan.budget.models import (
    Allotment,
    Ambition,
    AmbitionAmount,
    CoFunding,
    DayRate,
    Envelope,
    Forecast,
    LegalFigure,
    PriceIndex,
    Programme,
    ProgrammeRevision,
    Saving,
    StaffTime,
)
from portulan.budget.savings import set_saving
from portulan.budget.staff_time import set_day_rate, set_staff_time, take_days_of_plan
from portulan.core.amounts import by_scope
from portulan.plans.models import Plan

READ, EDIT = Operation.READ_BUDGET, Operation.EDIT_BUDGET
AMBITION = shape(Ambition, "id version plan year percent")
AMBITION_AMOUNT = shape(AmbitionAmount, "id version plan year section amount")
ENVELOPE = shape(Envelope, "id version plan year section amount decided_on reference")
FORECAST = shape(Forecast, "id version year section amount source")
ALLOTMENT = shape(Allotment, "id version action year amount decided_on reference")
CO_FUNDING = shape(CoFunding, "id version action funder year asked granted received")
SAVING = shape(Saving, "id version action year kind potential realised assumption evidence")
STAFF_TIME = shape(StaffTime, "id version action year function planned done")
DAY_RATE = shape(DayRate, "id version function since amount source")
PROGRAMME = shape(Programme, "id version title kind codes")
REVISION = shape(ProgrammeRevision, "id version programme amount decided_on reference recorded_at")
LEGAL = shape(LegalFigure, "id version ratio year numerator denominator source")
PRICE = shape(PriceIndex, "id version year index source recorded_at")
PLAN = "plans/{plan}"


def _costs(call: Call) -> Any:
    """Return what each action costs by year, in and beside the IT budget, and sums by scope."""
    rows = plan_rows(call.found["plan"], call.today).rows
    costs = [(row.action.number, one) for row in rows for one in row.funding.costs]
    return {
        "actions": [{"action": number, **amount_document(one)} for number, one in costs],
        "totals": [
            {**amount_document(whole), "actions": count}
            for year in sorted({one.year or 0 for _number, one in costs})
            for whole, count in by_scope(one for _number, one in costs if one.year == year)
        ],
    }


answer(
    f"{PLAN}/costs",
    _costs,
    READ,
    summary="What actions cost by year: each amount with its stage, its basis and its side.",
)


class AmountWanted(NamedTuple):
    """The euros wanted for NR in a year, in a section or in both ("")."""

    year: int
    amount: Decimal | None
    section: str = ""


def set_amounts(actor: Actor, *, plan: Plan, amounts: Sequence[AmountWanted]) -> int:
    """Say the euros that a plan wants, by year and section; null takes one back."""
    said = {(one.year, one.section): one.amount for one in amounts}
    return set_ambition_amounts(actor, plan=plan, amounts=said)


# --- of a plan --------------------------------------------------------------------------------
listing(f"{PLAN}/ambitions", AMBITION, lambda call: call.found["plan"].ambitions.all(), READ)
write("PUT", f"{PLAN}/ambitions", set_ambitions, EDIT, **COUNTED)
listing(
    f"{PLAN}/ambition-amounts",
    AMBITION_AMOUNT,
    lambda call: call.found["plan"].ambition_amounts.all(),
    READ,
)
write("PUT", f"{PLAN}/ambition-amounts", set_amounts, EDIT, **COUNTED)
listing(f"{PLAN}/envelopes", ENVELOPE, lambda call: call.found["plan"].envelopes.all(), READ)
write("PUT", f"{PLAN}/envelopes", set_envelope, EDIT, status=204)


# --- of the organisation, by year ---------------------------------------------------------------
def _of_place(model: Any) -> Any:
    return lambda call: model.objects.filter(organisation=call.actor.organisation_id)


def _of_actions(model: Any) -> Any:
    return lambda call: model.objects.filter(action__plan__organisation=call.actor.organisation_id)


for path, kind, rows, service, need in (
    ("forecasts", FORECAST, _of_place(Forecast), set_forecast, EDIT),
    ("allotments", ALLOTMENT, _of_actions(Allotment), allot, EDIT),
    ("co-funding", CO_FUNDING, _of_actions(CoFunding), set_co_funding, EDIT),
    ("savings", SAVING, _of_actions(Saving), set_saving, EDIT),
    ("staff-time", STAFF_TIME, _of_actions(StaffTime), set_staff_time, Operation.EDIT_PLAN),
    ("day-rates", DAY_RATE, _of_place(DayRate), set_day_rate, EDIT),
    ("legal-figures", LEGAL, _of_place(LegalFigure), set_legal_figure, EDIT),
    ("price-indexes", PRICE, _of_place(PriceIndex), set_price_index, EDIT),
):
    columns = {one.name for one in kind.fields}
    asked = tuple(name for name in ("year", "action", "function") if name in columns)
    listing(path, kind, rows, READ, filters=asked)
    write("PUT", path, service, need, status=204)
write("POST", "allotments/taken-back", remove_allotment, EDIT, status=204)
write(
    "POST",
    "staff-time/from-plan",
    take_days_of_plan,
    Operation.EDIT_PLAN,
    **COUNTED,
)


# --- programmes -------------------------------------------------------------------------------
def _revisions(call: Call) -> Any:
    return ProgrammeRevision.objects.filter(programme=call.found["programme"])


resource(
    "programmes",
    "programme",
    PROGRAMME,
    _of_place(Programme),
    read=READ,
    write=EDIT,
    create=set_programme,
    change=set_programme,
    acts=[act("revise", revise_programme, EDIT)],
)
resource(
    "programmes/{programme}/decisions",
    "revision",
    REVISION,
    lambda call: _revisions(call).select_related("programme"),
    read=READ,
    write=EDIT,
    remove=remove_revision,
)
