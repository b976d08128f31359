"""Actions and what hangs on them: pilots, decisions, deliverables, indicators, notes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple, cast

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.models import Unit
from portulan.api.batches import Items, together, written
from portulan.api.call import Call
from portulan.api.declaring import Door, act, answer, door, listing, resource, write
from portulan.api.shapes import declared, ids_of, shape, withheld
from portulan.core.batches import judged
from portulan.core.errors import NotFoundError
from portulan.core.models import AuditEntry
from portulan.core.say.language import spoken_language
from portulan.evidence.models import Piece
from portulan.indicators.fields import INDICATOR as INDICATOR_FIELDS
from portulan.indicators.measurements import Reading
from portulan.indicators.models import Indicator, Measurement, Target, UnitPart
from portulan.indicators.unit_parts.writes import designate_units
from portulan.indicators.words import Knowledge, MeasurementRole
from portulan.indicators.writes import edit_indicator, judge_target, remove_target, set_target
from portulan.plans.actions.history import restore_value, story_of
from portulan.plans.actions.progress import drop_action, undo_update, update_progress
from portulan.plans.actions.reads import rows_of
from portulan.plans.actions.writes import (
    NewAction,
    assign_pilot,
    create_action,
    create_actions,
    declare_vacant,
    delete_action,
    edit_action,
)
from portulan.plans.commitments.corrections import correct_decision
from portulan.plans.commitments.writes import (
    decide,
    remove_deliverable,
    remove_milestone,
    save_deliverable,
    save_milestone,
)
from portulan.plans.editions import follow_edition, keep_edition, review_edition
from portulan.plans.evidence import evidence_of, get_provable, provable_of, prove, unprove
from portulan.plans.fields import ACTION as FIELDS
from portulan.plans.indicators import (
    add_indicator,
    leave_indicator,
    make_main,
    measure,
    measure_many,
    withdraw,
)
from portulan.plans.models import (
    Action,
    ActionFields,
    ActionNote,
    ActionTie,
    CommitmentDecision,
    Deliverable,
    Milestone,
    Plan,
    PlannedMoney,
)
from portulan.plans.money.writes import MoneyKey, replace_planned_money, set_planned_money
from portulan.plans.notes import remove_note, save_note
from portulan.plans.plan import get_action, get_plan, load_details
from portulan.plans.relations import tie, untie
from portulan.plans.states.words import LABELS
from portulan.plans.words import Section

READ, EDIT, UPDATE = Operation.READ_PLAN, Operation.EDIT_PLAN, Operation.UPDATE_ACTION
ACTION = shape(
    Action,
    declared(
        Action,
        FIELDS,
        "id version plan number progress vacant_since blocked_by last_news_on",
    ),
    goals=ids_of("goals"),
    practices=ids_of("practices"),
    indicators=ids_of("indicators"),
    withheld=withheld(FIELDS),
)
MILESTONE = shape(Milestone, "id version action title due_on reached_on")
DELIVERABLE = shape(
    Deliverable,
    "id version action title due_on delivered_on approach to_hear consulted result reference",
    withheld="consulted",
)
DECISION = shape(
    CommitmentDecision,
    "id action decided_on outcome from_level level body reason deliverable recorded_at corrects "
    "correction_reason",
)
MONEY = shape(PlannedMoney, "id version action year section in_it_budget amount")
NOTE = shape(ActionNote, "id version action on text written_at")
TIE = shape(ActionTie, "id action other kind reason said_at")
INDICATOR = shape(Indicator, declared(Indicator, INDICATOR_FIELDS, "id version computed_by"))
TARGET = shape(
    Target,
    "id version indicator kind due_on value text reference judgement judged_on judged_by "
    "judged_why",
)
UNIT_PART = shape(UnitPart, "id version indicator unit weight past_weights since until")
READING = shape(
    Measurement,
    "id indicator role on knowledge value text numerator denominator source note breaks_series "
    "computed unit restated_for refused_why recorded_at withdrawn_at",
)
STORY = shape(AuditEntry, "id at verb changes", withheld="changes", called="ActionEntry")
ENTRY = {
    "type": "object",
    "properties": {"entry": {"type": "integer"}},
    "required": ["entry"],
    "additionalProperties": False,
}
ACTIONS = "plans/{plan}/actions"
AT = f"{ACTIONS}/{{number}}"


@door(AT, "plan", "action")
def _action(call: Call) -> dict[str, Any]:
    found = get_action(
        actor=call.actor, plan_slug=call.path["plan"], number=call.path["number"], need=call.need
    )
    return {"action": found, "plan": found.plan}


def _actions(call: Call) -> Any:
    found = Action.objects.filter(plan=call.found["plan"]).select_related("plan__organisation")
    return found.prefetch_related("goals", "practices", "indicators")


def _entry(found: Any) -> dict[str, Any]:
    """Return the entry of the trail from which what was done may be taken back."""
    return {"entry": getattr(found, "entry_id", found)}


def undo_of(actor: Actor, *, action: Action, entry: int) -> None:
    """Take an update back, by its entry in the trail."""
    undo_update(actor, action=action, entry_id=entry)


def restore_of(actor: Actor, *, action: Action, entry: int, field: str) -> Action:
    """Give a field back what it held before an entry of the trail."""
    return restore_value(actor, action=action, entry_id=entry, field=field)


resource(
    ACTIONS,
    "action",
    ACTION,
    _actions,
    part="number",
    key="number",
    create=create_action,
    created={"key": "number", "needed": frozenset({"title", "pilot_function"})},
    change=edit_action,
    remove=delete_action,
    filters="level progress axis pilot unit reach",
    acts=[
        act("update", update_progress, UPDATE, told=_entry, told_schema=ENTRY),
        act("undo-update", undo_of, UPDATE),
        act("drop", drop_action, EDIT, told=_entry, told_schema=ENTRY),
        act("pilot", assign_pilot, EDIT),
        act("vacant", declare_vacant, EDIT),
        act("restore", restore_of, EDIT),
    ],
)


class NewActionSaid(ActionFields, total=False):
    """An action to be made among others: its fields, and its number, the next one unless said."""

    number: int | None


def create_these(
    actor: Actor, *, plan: Plan, items: Items[NewActionSaid], today: date, each: bool = False
) -> list[dict[str, Any]]:
    """Create actions together."""

    def make(some: Sequence[NewActionSaid]) -> list[Action]:
        sheets = [dict(one) for one in some]
        numbers = [sheet.pop("number", None) for sheet in sheets]
        new = [
            NewAction(cast(ActionFields, sheet), cast(int | None, number))
            for sheet, number in zip(sheets, numbers, strict=True)
        ]
        return create_actions(actor, plan=plan, today=today, new=new)

    return written(actor, items, make, ACTION, each=each)


together(
    f"{ACTIONS}/batch",
    create_these,
    EDIT,
    ACTION,
    "Create actions together: all or none, or each with its verdict.",
)


class ReadingSaid(NamedTuple):
    """A value of an indicator of an action, among others."""

    action: Action
    indicator: Indicator
    on: date
    value: Decimal | None = None
    text: str = ""
    knowledge: Knowledge = Knowledge.KNOWN
    role: MeasurementRole = MeasurementRole.READING
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    source: str = ""
    note: str = ""
    breaks_series: bool = False
    unit: Unit | None = None
    restated_for: date | None = None


def measure_these(
    actor: Actor, *, plan: Plan, items: Items[ReadingSaid], today: date, each: bool = False
) -> list[dict[str, Any]]:
    """Record values of indicators together."""

    def make(some: Sequence[ReadingSaid]) -> list[Measurement]:
        judged(some, partial(_require_of, plan), NotFoundError)
        readings = []
        for one in some:
            said = one._asdict()
            readings.append((said.pop("action"), Reading(**said)))
        return measure_many(actor, readings=readings, today=today)

    return written(actor, items, make, READING, each=each)


def _require_of(plan: Plan, one: ReadingSaid) -> None:
    if one.action.plan_id != plan.pk:
        raise NotFoundError(plan.slug)


def _plan_read(call: Call) -> dict[str, Any]:
    """Open a plan for who may write in some of its actions only: each action is asked again."""
    return {"plan": get_plan(actor=call.actor, slug=call.path["plan"], need=READ)}


together(
    "plans/{plan}/readings/batch",
    measure_these,
    UPDATE,
    READING,
    "Record values of indicators together: all or none, or each with its verdict.",
    door=Door(frozenset({"plan"}), _plan_read),
)


def _states(call: Call) -> Any:
    language = spoken_language()
    return [
        {
            "action": row.action.number,
            "states": [
                {"state": one.state, "words": LABELS[one.state].say(language)} for one in row.states
            ],
            "lacks": [one.state for one in row.lacks],
        }
        for row in rows_of(plan=call.found["plan"], today=call.today)
    ]


answer(
    "plans/{plan}/states",
    _states,
    schema={"type": "array", "items": {"type": "object"}},
    summary="What is derived of each action: late, stale, vacant; and what it lacks.",
)
listing(f"{AT}/history", STORY, lambda call: story_of(call.found["action"]))

# --- decisions, deliverables, milestones ------------------------------------------------------
resource(
    f"{AT}/decisions",
    "decision",
    DECISION,
    lambda call: CommitmentDecision.objects.filter(action=call.found["action"]),
    write=Operation.DECIDE,
    create=decide,
)


write(
    "POST",
    f"{AT}/decisions/{{decision}}/correct",
    correct_decision,
    Operation.DECIDE,
    told=lambda made: {"count": len(made)},
    told_schema={"type": "object", "properties": {"count": {"type": "integer"}}},
)
resource(
    f"{AT}/deliverables",
    "deliverable",
    DELIVERABLE,
    lambda call: call.found["action"].deliverables.select_related("action__plan"),
    write=UPDATE,
    create=save_deliverable,
    change=save_deliverable,
    remove=remove_deliverable,
)
resource(
    f"{AT}/milestones",
    "milestone",
    MILESTONE,
    lambda call: call.found["action"].milestones.select_related("action__plan"),
    write=UPDATE,
    create=save_milestone,
    change=save_milestone,
    remove=remove_milestone,
)


# --- money asked for, ties, notes -------------------------------------------------------------
class Asked(NamedTuple):
    """What an action asks for a year; no amount is "not known"."""

    year: int
    amount: Decimal | None
    section: Section | None = None
    in_it_budget: bool = True


def replace_money(actor: Actor, *, action: Action, amounts: Sequence[Asked]) -> None:
    """Say all that an action asks for: what is not given is no longer said."""
    said = {MoneyKey(one.year, one.section, one.in_it_budget): one.amount for one in amounts}
    replace_planned_money(actor, action=action, amounts=said)


listing(f"{AT}/money", MONEY, lambda call: call.found["action"].planned_money.all())
write("POST", f"{AT}/money", set_planned_money, EDIT, status=204)
write("PUT", f"{AT}/money", replace_money, EDIT, status=204)


def untie_this(actor: Actor, *, action: Action, tie: ActionTie) -> None:
    """Take a tie between two actions back."""
    untie(actor, action=action, pk=tie.pk)


resource(
    f"{AT}/ties",
    "tie",
    TIE,
    lambda call: ActionTie.objects.filter(action=call.found["action"]),
    create=tie,
    remove=untie_this,
)
resource(
    f"{AT}/notes",
    "note",
    NOTE,
    lambda call: ActionNote.objects.filter(action=call.found["action"]),
    write=UPDATE,
    create=save_note,
    change=save_note,
    remove=remove_note,
)


# --- indicators -------------------------------------------------------------------------------
def _indicators(call: Call) -> Any:
    return Indicator.objects.filter(action_links__action=call.found["action"])


INDICATOR_AT = f"{AT}/indicators/{{indicator}}"
resource(
    f"{AT}/indicators",
    "indicator",
    INDICATOR,
    _indicators,
    create=add_indicator,
    change=edit_indicator,
    remove=leave_indicator,
    acts=[act("main", make_main, EDIT)],
)
resource(
    f"{INDICATOR_AT}/targets",
    "target",
    TARGET,
    lambda call: Target.objects.filter(indicator=call.found["indicator"]).select_related(
        "indicator"
    ),
    create=set_target,
    remove=remove_target,
    acts=[act("judge", judge_target, EDIT)],
)
listing(
    f"{INDICATOR_AT}/units",
    UNIT_PART,
    lambda call: UnitPart.objects.filter(indicator=call.found["indicator"]),
)
write(
    "PUT",
    f"{INDICATOR_AT}/units",
    designate_units,
    EDIT,
    status=204,
    without=frozenset({"among"}),
)
resource(
    f"{INDICATOR_AT}/readings",
    "reading",
    READING,
    lambda call: Measurement.objects.filter(indicator=call.found["indicator"]).select_related(
        "indicator"
    ),
    write=UPDATE,
    create=measure,
    created={"without": frozenset()},
    acts=[act("withdraw", withdraw, UPDATE, names={"measurement": "reading"})],
)
listing(
    "indicators",
    INDICATOR,
    lambda call: Indicator.objects.filter(organisation=call.actor.organisation_id),
    filters=("kind", "level"),
)


# --- what proves ------------------------------------------------------------------------------
def prove_these(
    actor: Actor, *, action: Action, piece: Piece, proved: Iterable[str], today: date
) -> int:
    """Say that a piece proves these things of an action, by their keys (`provable`)."""
    load_details(action)
    things = [get_provable(action, key) for key in proved]
    return prove(actor, action=action, piece=piece, proved=things, today=today)


def unprove_this(actor: Actor, *, action: Action, piece: Piece, proved: str) -> None:
    """Say that a piece does not prove that after all."""
    load_details(action)
    unprove(actor, action=action, piece=piece, proved=get_provable(action, proved))


def _evidence(call: Call) -> dict[str, Any]:
    action = load_details(call.found["action"])
    given, withheld = evidence_of(call.actor, action)
    return {
        "pieces": [
            {
                "piece": one.piece.pk,
                "title": one.piece.title,
                "proves": [each.key for each in one.proves],
            }
            for one in given
        ],
        "withheld": withheld,
        "provable": [{"key": one.key, "words": one.words} for one in provable_of(action)],
    }


answer(f"{AT}/evidence", _evidence)
write(
    "POST",
    f"{AT}/evidence",
    prove_these,
    Operation.GIVE_EVIDENCE,
    told=lambda count: {"count": count},
    told_schema={"type": "object", "properties": {"count": {"type": "integer"}}},
)
write("POST", f"{AT}/evidence/take-back", unprove_this, Operation.GIVE_EVIDENCE, status=204)


# --- newer editions ---------------------------------------------------------------------------
write(
    "POST",
    f"{AT}/editions/follow",
    follow_edition,
    EDIT,
    told=_entry,
    told_schema=ENTRY,
)
write("POST", f"{AT}/editions/keep", keep_edition, EDIT, status=204)
write("POST", f"{AT}/editions/review", review_edition, EDIT, status=204)
