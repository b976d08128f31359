"""Plans drawn at random, as the files of a plan may say them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from enum import IntEnum
from typing import Any

from hypothesis import strategies as st

from portulan.core.fields import Field
from portulan.core.fields import Kind as FieldKind
from portulan.core.periods import ends_first
from portulan.evidence.words import Visibility
from portulan.indicators.fields import INDICATOR
from portulan.indicators.words import (
    Direction,
    Frequency,
    Judgement,
    Kind,
    Knowledge,
    Level,
    MeasurementRole,
    OverTime,
    OverUnits,
    TargetKind,
)
from portulan.plans.fields import ACTION
from portulan.plans.files.document import (
    ActionPieceText,
    ActionText,
    ChoicePieceText,
    ChoiceText,
    DecisionText,
    DeliverableText,
    EditionText,
    IndicatorText,
    MilestoneText,
    MoneyText,
    Origin,
    PastWeightText,
    PlanFolder,
    PlanText,
    ReadingPieceText,
    ReadingText,
    StakeholderText,
    TargetText,
    TieText,
    UnitPartText,
    cents,
    plain,
)
from portulan.plans.words import ActorKind, Choice, CommitmentLevel, Outcome, Progress, Reach, Tie

# What people type, and what YAML and Markdown could take for something of theirs.
AWKWARD = [
    "yes",
    "null",
    "~",
    "2026-01-31",
    "1.10",
    "- liste",
    "# titre",
    "---",
    "a: b",
    "'",
    '"',
    "«\u00a0é\u00a0»",
    "{}",
    "&a",
    "*a",
    "%",
    "@",
    "|",
    ">",
    "1e3",
    "0x1F",
    "=",
    "!!str",
]
_letters = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Zl", "Zp"])
_line = st.one_of(st.sampled_from(AWKWARD), st.text(_letters, min_size=1, max_size=30)).map(
    str.strip
)
lines = _line.filter(bool)
words = st.one_of(st.just(""), lines)
# Texts of several lines, as a browser sends them too.
bodies = st.lists(st.one_of(words, st.just("---"), st.just("  en retrait ")), max_size=5).flatmap(
    lambda parts: st.sampled_from(["\n", "\r\n", "\n\n"]).map(lambda end: end.join(parts))
)
days = st.dates(date(2000, 1, 1), date(2100, 12, 31))
maybe_days = st.none() | days
keys = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,5}){0,2}", fullmatch=True)
digests = st.integers(0, 2**32).map(lambda number: f"{number:064x}")
amounts = st.decimals(0, 10**9, places=2).map(cents)
numbers = st.decimals(-(10**6), 10**6, places=4).map(plain)


def some[T](strategy: st.SearchStrategy[T], most: int = 3) -> st.SearchStrategy[tuple[T, ...]]:
    return st.lists(strategy, max_size=most).map(tuple)


@st.composite
def targets(draw: st.DrawFn) -> TargetText:
    value = draw(st.none() | numbers)
    text = draw(lines if value is None else words)
    return TargetText(
        draw(days),
        draw(st.sampled_from(TargetKind)),
        value,
        text,
        draw(words),
        draw(st.sampled_from(["", *Judgement])),
        draw(maybe_days),
        draw(words),
        draw(words),
    )


@st.composite
def piece(draw: st.DrawFn) -> dict[str, Any]:
    reference = draw(words)
    return {
        "title": draw(lines),
        "visibility": draw(st.sampled_from(Visibility)),
        "reference": reference,
        "dated_on": draw(maybe_days),
        "expires_on": draw(maybe_days),
        "sha256": draw(digests if not reference else st.just("") | digests),
        "typed": draw(st.booleans()),
    }


def proofs[T](draw: st.DrawFn, kind: type[T], of: list[dict[str, Any]]) -> tuple[T, ...]:
    """Return a few pieces, each with one of the things that they may prove."""
    if not of:
        return ()
    drawn = draw(st.lists(st.tuples(piece(), st.sampled_from(of)), max_size=3))
    return tuple(dict.fromkeys(kind(**said, **place) for said, place in drawn))


@st.composite
def readings(draw: st.DrawFn) -> ReadingText:
    knowledge = draw(st.sampled_from(Knowledge))
    known = knowledge is Knowledge.KNOWN
    value = draw(st.none() | numbers) if known else None
    text = draw(lines if known and value is None else words if known else st.just(""))
    return ReadingText(
        draw(days),
        draw(st.sampled_from(MeasurementRole)),
        knowledge,
        value,
        text,
        draw(st.none() | numbers),
        draw(st.none() | numbers),
        draw(words),
        draw(words),
        draw(st.booleans()),
        restated_for=draw(maybe_days),
        refused_why=draw(words),
    )


weights = st.decimals(0, 10**6, places=3).map(plain)
past = st.lists(
    st.builds(PastWeightText, days, st.none() | weights),
    max_size=2,
    unique_by=lambda one: one.until,
).map(lambda found: tuple(sorted(found, key=lambda one: one.until)))
unit_parts = st.builds(UnitPartText, st.none() | weights, maybe_days, maybe_days, past)


@st.composite
def indicators(draw: st.DrawFn) -> IndicatorText:
    read = sorted(draw(some(readings())), key=lambda one: one.day)
    aims = draw(st.lists(targets(), max_size=3, unique_by=lambda one: (one.kind, one.due_on)))
    said = {one.name: draw(declared(one)) for one in MEASURED}
    return IndicatorText(
        **said,
        name=draw(lines),
        kind=draw(st.sampled_from(Kind)),
        direction=draw(st.sampled_from(Direction)),
        level=draw(st.sampled_from(Level)),
        targets=tuple(sorted(aims, key=lambda one: (one.due_on, one.kind))),
        readings=tuple(read),
        frequency=draw(st.sampled_from(["", *Frequency])),
        over_time=draw(st.sampled_from(OverTime)),
        over_units=draw(st.sampled_from(["", *OverUnits])),
        evidence=proofs(
            draw, ReadingPieceText, [{"day": one.day, "role": one.role} for one in read]
        ),
    )


@st.composite
def decisions(draw: st.DrawFn, deliverables: list[str]) -> tuple[DecisionText, ...]:
    found: list[DecisionText] = []
    for day in sorted(draw(st.lists(days, max_size=3))):
        level = draw(st.sampled_from(CommitmentLevel))
        outcome = draw(st.sampled_from(Outcome))
        given = draw(st.none() | st.sampled_from(deliverables)) if deliverables else None
        before = found[-1].level if found else None
        found.append(DecisionText(day, outcome, level, draw(lines), before, draw(bodies), given))
    return tuple(found)


# What is drawn by the kind of its field, those that come later too.
APART = {"title", "pilot_function", "own_number", "level", "reach"}
DECLARED = [
    one
    for one in ACTION
    if one.in_files and one.kind is not FieldKind.MANY and one.name not in APART
]

STEPS = {"kind", "direction", "level", "over_time", "frequency", "over_units"}
MEASURED = [one for one in INDICATOR if one.in_files and one.name not in {"name"} | STEPS]


def declared(one: Field, plan: PlanText | None = None) -> st.SearchStrategy[Any]:
    """Return what draws a declared field."""
    match one.kind:
        case FieldKind.LINE:
            return words
        case FieldKind.TEXT:
            return bodies
        case FieldKind.LINES:
            return some(lines)
        case FieldKind.DAY:
            return maybe_days
        case FieldKind.NUMBER:
            return st.none() | st.decimals(0, 999, places=1).map(plain)
        case FieldKind.STEP:
            unsaid = st.none() if issubclass(one.step, IntEnum) else st.just("")
            return unsaid | st.sampled_from(one.step)
    known = list(getattr(plan, one.to))
    return st.none() | st.sampled_from(known) if known else st.none()


@st.composite
def actions(
    draw: st.DrawFn, number: int, plan: PlanText, known: list[str], practices: list[str]
) -> ActionText:
    handed = draw(st.lists(keys, max_size=2, unique=True))
    decided = draw(decisions(handed))
    level = decided[-1].level if decided else draw(st.sampled_from(CommitmentLevel))
    money = draw(
        st.lists(
            st.builds(
                MoneyText,
                st.integers(2000, 2100),
                st.sampled_from(["", "F", "I"]),
                st.booleans(),
                st.none() | amounts,
            ),
            max_size=3,
            unique_by=lambda one: (one.year, one.section, one.in_it_budget),
        )
    )

    def of[T](pool: list[T]) -> tuple[T, ...]:
        return tuple(draw(st.lists(st.sampled_from(pool), unique=True, max_size=3))) if pool else ()

    said: dict[str, Any] = {one.name: draw(declared(one, plan)) for one in DECLARED}
    if ends_first(said["starts_on"], said["due_on"]):
        said["due_on"] = None
    return ActionText(
        **said,
        number=number,
        blocked_by=draw(words),
        title=draw(lines),
        level=level,
        progress=draw(st.sampled_from(Progress)),
        pilot_function=draw(lines),
        own_number=draw(st.sampled_from(["", f"A-{number}", f"1.{number}0"])),
        vacant_since=draw(maybe_days),
        goals=tuple(key for key in plan.goals if draw(st.booleans())),
        practices=of(practices),
        reach=draw(st.sampled_from(Reach)),
        last_news_on=draw(maybe_days),
        indicators=of(known),
        milestones=draw(some(st.builds(MilestoneText, lines, days, maybe_days))),
        deliverables=tuple(
            DeliverableText(
                key,
                draw(lines),
                draw(maybe_days),
                draw(maybe_days),
                draw(bodies),
                draw(bodies),
                draw(bodies),
                draw(words),
            )
            for key in handed
        ),
        decisions=decided,
        money=tuple(money),
        evidence=proofs(
            draw,
            ActionPieceText,
            [
                {},
                *({"deliverable": key} for key in handed),
                *({"decision": rank + 1} for rank in range(len(decided))),
            ],
        ),
    )


@st.composite
def tied(draw: st.DrawFn, found: tuple[ActionText, ...]) -> tuple[ActionText, ...]:
    """Return actions with ties, always to one of a higher number: none comes back to itself."""
    told: list[ActionText] = []
    for rank, one in enumerate(found):
        further = [other.number for other in found[rank + 1 :]]
        ties = st.builds(TieText, st.sampled_from(Tie), st.sampled_from(further or [1]), words)
        drawn = draw(
            st.lists(ties, max_size=2, unique_by=lambda tie: (tie.kind, tie.other))
            if further
            else st.just([])
        )
        told.append(replace(one, ties=tuple(drawn)))
    return tuple(told)


@st.composite
def units(draw: st.DrawFn) -> dict[str, str | None]:
    names = sorted(draw(st.sets(keys, max_size=3)))
    return {
        name: draw(st.none() | st.sampled_from(names[rank + 1 :])) if names[rank + 1 :] else None
        for rank, name in enumerate(names)
    }


@st.composite
def folders(draw: st.DrawFn) -> PlanFolder:
    years = sorted((draw(st.integers(2000, 2100)), draw(st.integers(2000, 2100))))
    editions = draw(
        st.lists(
            st.builds(
                EditionText,
                keys,
                keys,
                lines,
                st.just(""),
                st.dictionaries(keys, lines, min_size=1, max_size=3),
            ),
            max_size=2,
            unique_by=lambda one: one.catalogue,
        )
    )
    practices = [
        f"{one.catalogue}/{one.edition}/{code}" for one in editions for code in one.practices
    ]
    chosen = draw(st.lists(st.sampled_from(practices), unique=True)) if practices else []
    named = st.dictionaries(keys, lines, max_size=3)
    held = draw(units())
    plan = PlanText(
        slug=draw(keys),
        title=draw(lines),
        first_year=years[0],
        last_year=years[1],
        adopted_on=draw(maybe_days),
        adopted_by=draw(words),
        stale_after_days=draw(st.integers(1, 999)),
        used_share=draw(st.integers(0, 100)),
        used_by_month=draw(st.integers(1, 12)),
        units=held,
        unit_days={
            name: draw(st.decimals(0, 999, places=1).map(plain))
            for name in held
            if draw(st.booleans())
        },
        stakeholders={
            name: StakeholderText(draw(st.sampled_from(ActorKind)), draw(words))
            for name in sorted(draw(st.sets(st.sampled_from(("Atelier", "École", "Métropole")))))
        },
        evidence=proofs(draw, ChoicePieceText, [{"practice": one} for one in chosen]),
        axes=draw(named),
        goals=draw(named),
        editions=tuple(editions),
        choices=tuple(
            ChoiceText(one, draw(st.sampled_from(Choice)), draw(days), draw(words))
            for one in chosen
        ),
        origin=draw(st.none() | st.builds(Origin, lines, words.filter(lambda one: len(one) <= 20))),
    )
    parts = st.fixed_dictionaries({}, optional=dict.fromkeys(held, unit_parts))
    known = {
        key: replace(one, unit_parts=draw(parts))
        for key, one in draw(st.dictionaries(keys, indicators(), max_size=3)).items()
    }
    found = tuple(
        draw(actions(number, plan, list(known), practices))
        for number in sorted(draw(st.sets(st.integers(1, 999), max_size=3)))
    )
    return PlanFolder(plan, dict(sorted(known.items())), draw(tied(found)))
