"""What the files of a plan say: the format `portulan-plan/1`, declared once (pure).

What refers to something else does it by a key, which means something in the folder only; a practice
is named by its catalogue, edition and code. Identifiers, names, hours of record, the trail and the
accounts are no part of it. Absent is unknown or empty; an amount is unknown where it is not given.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum, IntEnum
from typing import Annotated, Any, Literal

from annotated_types import Ge, Gt, Le, Lt, MaxLen, MinLen
from pydantic import AfterValidator, BeforeValidator, PlainSerializer

from portulan.core.contracts import Contract, Format, Shape, refuse
from portulan.core.fields import Field
from portulan.core.fields import Kind as FieldKind
from portulan.core.folding import natural_key
from portulan.core.money import CENT
from portulan.evidence.words import Visibility
from portulan.indicators.fields import INDICATOR as INDICATOR_FIELDS
from portulan.indicators.words import (
    Direction,
    Kind,
    Knowledge,
    Level,
    MeasurementRole,
    OverTime,
    TargetKind,
)
from portulan.plans.fields import ACTION as ACTION_FIELDS
from portulan.plans.words import (
    ActorKind,
    Choice,
    CommitmentLevel,
    Guess,
    Outcome,
    Progress,
    Reach,
    Tie,
)

NAME = "portulan-plan/1"
_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_DIGEST = re.compile(r"(?:[0-9a-f]{64})?")


def _key(text: str) -> str:
    return text if _KEY.fullmatch(text) else refuse("not-a-key")


def _digest(text: str) -> str:
    return text if _DIGEST.fullmatch(text) else refuse("not-a-digest")


def _not_blank(text: str) -> str:
    return text if text.strip() else refuse("empty")


def _practice(text: str) -> str:
    parts = practice_of(text)
    return text if all(parts) and len(parts[2]) <= 20 else refuse("not-a-practice")


def practice_of(text: str) -> tuple[str, str, str]:
    """Return the catalogue, the edition and the code of `guide/2022-02/a.5`, empty if missing."""
    catalogue, _, rest = text.partition("/")
    edition, _, code = rest.rpartition("/")
    return catalogue, edition, code


def cents(amount: Decimal) -> Decimal:
    """Return an amount with its two decimals; one with more is refused."""
    return amount.quantize(CENT) if amount == round(amount, 2) else refuse("too-precise", most=2)


def plain(number: Decimal) -> Decimal:
    """Return a number without needless zeros; one with more than four decimals is refused."""
    if number != round(number, 4):
        refuse("too-precise", most=4)
    return Decimal(format(number.normalize(), "f"))


def thousandths(number: Decimal) -> Decimal:
    """Return a weight without needless zeros; one with more than three decimals is refused."""
    return plain(number) if number == round(number, 3) else refuse("too-precise", most=3)


def _by_name(declared: type[Enum]) -> BeforeValidator:
    """Return what reads a step by its name in small letters, as `study`."""

    def read(value: object) -> object:
        if isinstance(value, str):
            return declared.__members__.get(value.upper(), value)
        return value

    return BeforeValidator(read, str)


_NAMED = PlainSerializer(lambda step: None if step is None else step.name.lower(), str | None)
Key = Annotated[str, AfterValidator(_key), MaxLen(120)]
Code = Annotated[str, MinLen(1), MaxLen(20)]
Practice = Annotated[str, AfterValidator(_practice)]
Title = Annotated[str, AfterValidator(_not_blank), MaxLen(250)]
UnitName = Annotated[str, AfterValidator(_not_blank), MaxLen(200)]
Year = Annotated[int, Ge(2000), Le(2100)]
Step = Annotated[CommitmentLevel, _by_name(CommitmentLevel), _NAMED]
OptionalStep = Annotated[CommitmentLevel | None, _by_name(CommitmentLevel), _NAMED]
Guessed = Annotated[Guess | None, _by_name(Guess), _NAMED]
Money = Annotated[Decimal, Ge(0), Lt(Decimal(10) ** 12), AfterValidator(cents)]
Days = Annotated[Decimal, Ge(0), Lt(Decimal(10) ** 6), AfterValidator(plain)]
Number = Annotated[Decimal, Gt(-(Decimal(10) ** 14)), Lt(Decimal(10) ** 14), AfterValidator(plain)]

Weight = Annotated[Decimal, Ge(0), Lt(Decimal(10) ** 11), AfterValidator(thousandths)]


@dataclass(frozen=True, slots=True)
class EditionText(Contract):
    """An edition that the plan refers to, with the practices used: what is missing is made."""

    catalogue: Annotated[str, MinLen(1), MaxLen(80)]
    edition: Annotated[str, MinLen(1), MaxLen(60)]
    title: Annotated[str, MaxLen(250)]  # some sources give their editions none
    digest: Annotated[str, MaxLen(64)] = ""
    practices: dict[Code, Annotated[str, MinLen(1), MaxLen(300)]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceText(Contract):
    """A piece of evidence: what it is, and the digest of its file, without its bytes or giver.

    `typed`: it is the reference that was typed where the thing is said.
    """

    title: Title
    visibility: Visibility = Visibility.PRIVATE
    reference: Annotated[str, MaxLen(500)] = ""
    dated_on: date | None = None
    expires_on: date | None = None
    sha256: Annotated[str, AfterValidator(_digest)] = ""
    typed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionPieceText(PieceText):
    """It proves a deliverable, or a decision by its rank; of neither, the action."""

    deliverable: Key | None = None
    decision: Annotated[int, Ge(1)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingPieceText(PieceText):
    """It proves the reading of a day: of a unit, in its role, and which of those of that day."""

    day: date
    unit: Annotated[str, MaxLen(200)] = ""
    role: MeasurementRole = MeasurementRole.READING
    nth: Annotated[int, Ge(1)] = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoicePieceText(PieceText):
    """It proves that a practice is in place."""

    practice: Practice


@dataclass(frozen=True, slots=True)
class TieText(Contract):
    """How an action bears on another of the plan, said on this one."""

    kind: Tie
    other: Annotated[int, Ge(1), Le(32767)]
    reason: Annotated[str, MaxLen(250)] = ""


@dataclass(frozen=True, slots=True)
class ChoiceText(Contract):
    practice: Practice
    choice: Choice
    chosen_on: date
    reason: Annotated[str, MaxLen(500)] = ""


@dataclass(frozen=True, slots=True)
class MilestoneText(Contract):
    title: Title
    due_on: date
    reached_on: date | None = None


@dataclass(frozen=True, slots=True)
class DeliverableText(Contract):
    key: Key
    title: Title
    due_on: date | None = None
    delivered_on: date | None = None
    approach: str = ""
    to_hear: Annotated[str, MaxLen(300)] = ""
    consulted: str = ""
    result: str = ""
    reference: Annotated[str, MaxLen(500)] = ""


@dataclass(frozen=True, slots=True)
class DecisionText(Contract):
    """A commitment decision in force; what was recorded wrongly before stays at home."""

    decided_on: date
    outcome: Outcome
    level: Step
    body: Annotated[str, AfterValidator(_not_blank), MaxLen(160)]
    from_level: OptionalStep = None
    reason: str = ""
    deliverable: Key | None = None


@dataclass(frozen=True, slots=True)
class MoneyText(Contract):
    """What is asked for a year; without an amount, it is said that it is not known."""

    year: Year
    section: Literal["", "F", "I"] = ""
    in_it_budget: bool = True
    amount: Money | None = None


def _of_kind(one: Field) -> tuple[Any, object]:
    """Return the type of a declared field, and what it is where nothing is said."""
    match one.kind:
        case FieldKind.LINE:
            return Annotated[str, MaxLen(one.most)], ""
        case FieldKind.TEXT:
            return str, ""
        case FieldKind.LINES | FieldKind.MANY:
            return tuple[str, ...], ()
        case FieldKind.DAY:
            return date | None, None
        case FieldKind.NUMBER:
            return Number | None, None
        case FieldKind.STEP if issubclass(one.step, IntEnum):
            return Annotated[one.step | None, _by_name(one.step), _NAMED], None
        case FieldKind.STEP:
            return one.step | Literal[""], ""
    return UnitName | None if one.to == "units" else Key | None, None


def with_declared[T](
    declared: Iterable[Field], later: dict[str, object], *, before: str
) -> Callable[[type[T]], type[T]]:
    """Give a text the declared fields that it does not write out, `before` one of its own.

    They came after the first seals: `later` has what each is where nothing is said.
    """

    def given(text: type[T]) -> type[T]:
        own = dict(text.__annotations__)
        last = {name: own.pop(name) for name in list(own)[list(own).index(before) :]}
        for one in declared:
            if one.in_files and one.name not in own | last:
                own[one.name], absent = _of_kind(one)
                setattr(text, one.name, absent)
                later[one.name] = [] if absent == () else absent
        text.__annotations__ = own | last
        return text

    return given


_LATER: dict[str, object] = {}
_MEASURED: dict[str, object] = {}


@dataclass(frozen=True, slots=True)
@with_declared(ACTION_FIELDS, _LATER, before="ties")
class ActionText(Contract):
    """An action, without its description, which is the text below."""

    # Fields of `plans.fields` that are not written out here are said by their kind.
    number: Annotated[int, Ge(1), Le(32767)]
    title: Title
    level: Step
    progress: Progress
    pilot_function: Annotated[str, AfterValidator(_not_blank), MaxLen(160)]
    own_number: Annotated[str, MaxLen(40)] = ""
    short_title: Annotated[str, MaxLen(40)] = ""
    vacant_since: date | None = None
    unit: UnitName | None = None
    decided_by: Annotated[str, MaxLen(160)] = ""
    follow_up_function: Annotated[str, MaxLen(160)] = ""
    sponsor_function: Annotated[str, MaxLen(160)] = ""
    contributors: tuple[str, ...] = ()
    axis: Key | None = None
    goals: tuple[Key, ...] = ()
    practices: tuple[Practice, ...] = ()
    # Newer editions whose difference somebody read, and left aside, by practice.
    seen: dict[Practice, str] = field(default_factory=dict)
    reach: Reach = Reach.ORGANISATION
    scope: Annotated[str, MaxLen(300)] = ""
    starts_on: date | None = None
    due_on: date | None = None
    days_per_year: Days | None = None
    impact_guess: Guessed = None
    effort_guess: Guessed = None
    blocked_by: Annotated[str, MaxLen(500)] = ""
    last_news_on: date | None = None
    indicators: tuple[Key, ...] = ()
    milestones: tuple[MilestoneText, ...] = ()
    deliverables: tuple[DeliverableText, ...] = ()
    decisions: tuple[DecisionText, ...] = ()
    money: tuple[MoneyText, ...] = ()
    description: str = ""
    ties: tuple[TieText, ...] = ()
    evidence: tuple[ActionPieceText, ...] = ()


@dataclass(frozen=True, slots=True)
class TargetText(Contract):
    due_on: date
    kind: TargetKind = TargetKind.TARGET
    value: Number | None = None
    text: Annotated[str, MaxLen(250)] = ""
    reference: Annotated[str, MaxLen(250)] = ""
    # What a person said, at its date, of a target in words.
    judgement: Literal["", "reached", "in_part", "not_reached"] = ""
    judged_on: date | None = None
    judged_by: Annotated[str, MaxLen(160)] = ""
    judged_why: Annotated[str, MaxLen(500)] = ""


@dataclass(frozen=True, slots=True)
class ReadingText(Contract):
    day: date
    role: MeasurementRole = MeasurementRole.READING
    knowledge: Knowledge = Knowledge.KNOWN
    value: Number | None = None
    text: Annotated[str, MaxLen(250)] = ""
    numerator: Number | None = None
    denominator: Number | None = None
    source: Annotated[str, MaxLen(250)] = ""
    note: Annotated[str, MaxLen(500)] = ""
    breaks_series: bool = False
    computed: bool = False
    # Of a unit of the plan; told again for a break; refused among several, and why.
    unit: Annotated[str, MaxLen(200)] = ""
    restated_for: date | None = None
    refused_why: Annotated[str, MaxLen(250)] = ""


@dataclass(frozen=True, slots=True)
class PastWeightText(Contract):
    """A weight that a unit had until a day; none: it had no weight then."""

    until: date
    weight: Weight | None = None


@dataclass(frozen=True, slots=True)
class UnitPartText(Contract):
    """The part that a unit owes of an indicator: its weight, from a day, until another."""

    weight: Weight | None = None
    since: date | None = None
    until: date | None = None
    past_weights: tuple[PastWeightText, ...] = ()


@dataclass(frozen=True, slots=True)
@with_declared(INDICATOR_FIELDS, _MEASURED, before="targets")
class IndicatorText(Contract):
    # Fields of `indicators.fields` that are not written out here are said by their kind.
    name: Title
    kind: Kind
    unit: Annotated[str, MaxLen(40)] = ""
    direction: Direction = Direction.NONE
    level: Level = Level.OPERATIONAL
    description: str = ""
    computed_by: Annotated[str, MaxLen(40)] = ""
    targets: tuple[TargetText, ...] = ()
    readings: tuple[ReadingText, ...] = ()
    frequency: Literal["", "month", "quarter", "half", "year"] = ""
    over_time: OverTime = OverTime.STOCK
    over_units: Literal["", "sum", "weighted", "last"] = ""
    scale: tuple[Annotated[str, MaxLen(250)], ...] = ()
    review_on: date | None = None
    evidence: tuple[ReadingPieceText, ...] = ()
    unit_parts: dict[UnitName, UnitPartText] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Origin(Contract):
    """Who the plan first came from, and its seal then; kept, and never compared."""

    name: Annotated[str, MaxLen(250)]
    siren: Annotated[str, MaxLen(20)] = ""
    seal: Annotated[str, MaxLen(64)] = ""


@dataclass(frozen=True, slots=True)
class StakeholderText(Contract):
    """A body of the area that the plan is made with."""

    kind: ActorKind
    role: Annotated[str, MaxLen(300)] = ""


@dataclass(frozen=True, slots=True)
class PlanText(Contract):
    """The head of the plan: `plan.yaml`."""

    slug: Key
    title: Annotated[str, AfterValidator(_not_blank), MaxLen(200)]
    first_year: Year
    last_year: Year
    adopted_on: date | None = None
    adopted_by: Annotated[str, MaxLen(160)] = ""
    stale_after_days: Annotated[int, Ge(1), Le(32767)] = 120
    # Told: money of the year of which less than that share is committed at the end of that month.
    used_share: Annotated[int, Ge(0), Le(100)] = 50
    used_by_month: Annotated[int, Ge(1), Le(12)] = 9
    # The units that actions name, each with the one that holds it.
    units: dict[UnitName, UnitName | None] = field(default_factory=dict)
    axes: dict[Key, Title] = field(default_factory=dict)
    goals: dict[Key, Title] = field(default_factory=dict)
    editions: tuple[EditionText, ...] = ()
    choices: tuple[ChoiceText, ...] = ()
    unit_days: dict[UnitName, Days] = field(default_factory=dict)
    stakeholders: dict[UnitName, StakeholderText] = field(default_factory=dict)
    evidence: tuple[ChoicePieceText, ...] = ()
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class PlanFolder:
    """All the files of a plan; indicators by key, actions by number."""

    plan: PlanText
    indicators: dict[str, IndicatorText] = field(default_factory=dict)
    actions: tuple[ActionText, ...] = ()


PLAN = Format(NAME, PlanText)
ACTION = Shape(ActionText)
INDICATOR = Shape(IndicatorText)
FOLDER = Shape(PlanFolder)


def in_order[T](named: Mapping[str, T]) -> dict[str, T]:
    """Return what has keys in their order, `pannes-10` after `pannes-9`."""
    return dict(sorted(named.items(), key=lambda item: natural_key(item[0])))


# What a plan could not say when the first seals were made: absent, it is in no seal.
_MANNER: dict[str, object] = {
    "frequency": "",
    "over_time": "stock",
    "over_units": "",
    "scale": [],
    "review_on": None,
    "unit_parts": {},
}
_STANDING: dict[str, object] = {"unit": "", "restated_for": None, "refused_why": ""}
_JUDGED: dict[str, object] = {
    "judgement": "",
    "judged_on": None,
    "judged_by": "",
    "judged_why": "",
}
_PROVED: dict[str, object] = {"evidence": []}
_WEIGHED: dict[str, object] = {"past_weights": []}
_TRIED: dict[str, object] = {"ties": []}
_KEPT: dict[str, object] = {
    "used_share": 50,
    "used_by_month": 9,
    "unit_days": {},
    "stakeholders": {},
}


def _without(said: dict[str, object], absent: Mapping[str, object]) -> None:
    for name, value in absent.items():
        if said[name] == value:
            del said[name]


def seal(folder: PlanFolder) -> str:
    """Return the SHA-256 of all that the files say, `origin` aside."""
    document = FOLDER.adapter.dump_python(folder, mode="json")
    document["plan"].pop("origin", None)
    _without(document["plan"], _KEPT | _PROVED)
    for action in document["actions"]:
        _without(action, _LATER | _TRIED | _PROVED)
    for indicator in document["indicators"].values():
        _without(indicator, _MANNER | _MEASURED | _PROVED)
        for part in indicator.get("unit_parts", {}).values():
            _without(part, _WEIGHED)
        for target in indicator["targets"]:
            _without(target, _JUDGED)
        for reading in indicator["readings"]:
            _without(reading, _STANDING)
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
