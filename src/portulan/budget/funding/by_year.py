"""The money of a year, action by action, and of a plan, year by year: asked, reserved, on lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.db.models import Q, Value

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.budget.funding.by_action import funding_of
from portulan.budget.funding.consumption import Need, Sources, sources_of
from portulan.budget.indicator.facts import YearFacts, year_facts
from portulan.budget.models import Allotment, AmbitionAmount, CoFunding, Envelope, FiscalYear
from portulan.budget.words import Stage, YearStatus
from portulan.core.amounts import Of, identified
from portulan.core.money import to_cents
from portulan.plans.models import Action, Plan, PlannedMoney
from portulan.plans.money.funding import FundingYear
from portulan.plans.words import Progress

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class ActionMoney:
    """The money of an action in a year; `stages` is what its lines hold, stages are never added.

    `action` is None for what lines dedicate to NR at large. `asked` tells that its cost was spoken
    of, be it to say that nobody knows it.
    """

    action: Action | None
    need: Need
    stages: Mapping[Stage, Decimal] = field(default_factory=dict)
    asked: bool = True

    @property
    def says_something(self) -> bool:
        return self.asked or self.need.allotted is not None or any(self.stages.values())


@dataclass(frozen=True, slots=True)
class YearMoney:
    """The money of a year; `stage` is the one that consumes allotments, None without accounts."""

    year: int
    basis: str
    stage: Stage | None
    stages: tuple[Stage, ...]
    rows: tuple[ActionMoney, ...]
    envelope: Decimal | None
    is_closed: bool

    @property
    def sources(self) -> Sources:
        """The sums of the rows of actions that ask or have something."""
        found = [row for row in self.rows if row.action is not None]
        who = tuple(sorted(row.action.pk for row in found if row.action is not None))
        return _told(sources_of(row.need for row in found), self.year, self.stage or "", who)

    @property
    def totals(self) -> dict[Stage, Decimal]:
        """What lines hold at each stage, NR at large included."""
        return {
            stage: sum((row.stages.get(stage, ZERO) for row in self.rows), ZERO)
            for stage in self.stages
        }


def year_money(
    *,
    actor: Actor,
    year: int,
    held: Mapping[Stage, Mapping[int | None, Decimal]] | None = None,
    spoken: Collection[int] = (),
    known: YearFacts | None = None,
) -> YearMoney:
    """Return the money of each action in a year (the same number of queries for any number).

    Actions of the plans that hold the year, dropped ones if something stands for them, and those of
    which somebody spoke (`spoken`). `held` is what the lines give to each at each stage, where it
    is not that of now (a past day), `known` what is known of the exercices, where a page has it.
    """
    actor.require(Operation.READ_BUDGET)
    known = known or year_facts(actor.organisation_id)
    fiscal_year, stage = known.years.get(year), known.shown.get(year)
    by_stage = held_by_action(fiscal_year, known) if held is None else held
    actions = _actions_in(actor, year, spoken)
    rows = list(_rows(actions, year, stage, by_stage))
    if at_large := {at: to_cents(of.get(None, ZERO)) for at, of in by_stage.items()}:
        rows.append(ActionMoney(None, Need(), at_large, asked=False))
    return YearMoney(
        year=year,
        basis=fiscal_year.tax_basis if fiscal_year else "TTC",
        stage=stage,
        stages=tuple(by_stage),
        rows=tuple(
            row
            for row in rows
            if row.says_something or (row.action is not None and row.action.pk in spoken)
        ),
        envelope=envelopes_by_year(actor.organisation_id).get(year),
        is_closed=fiscal_year is not None and fiscal_year.status == YearStatus.CLOSED,
    )


def held_by_action(
    fiscal_year: FiscalYear | None, known: YearFacts
) -> dict[Stage, Mapping[int | None, Decimal]]:
    """Return what the lines give to each action at each stage, in exact euros."""
    if fiscal_year is None:
        return {}
    return {at: of.figure.by_action for at, of in known.by_stage(fiscal_year).items()}


def _rows(
    actions: list[Action],
    year: int,
    stage: Stage | None,
    by_stage: Mapping[Stage, Mapping[int | None, Decimal]],
) -> list[ActionMoney]:
    funding = funding_of(actions, {})  # what is asked and reserved; the lines are known here
    rows = []
    for action in actions:
        known = funding[action.pk].of(year)
        held = {at: to_cents(of.get(action.pk, ZERO)) for at, of in by_stage.items()}
        consumed = held.get(stage) if stage else None
        need = Need(known.planned, known.allotted, consumed)
        rows.append(ActionMoney(action, need, held, asked=known.planned_said))
    return rows


def _actions_in(actor: Actor, year: int, spoken: Collection[int]) -> list[Action]:
    return list(
        Action.objects.filter(
            plan__organisation_id=actor.organisation_id,
            plan__first_year__lte=year,
            plan__last_year__gte=year,
        )
        .filter(
            ~Q(progress=Progress.DROPPED) | Q(attributions__isnull=False) | Q(pk__in=list(spoken))
        )
        .select_related("plan")
        .order_by("plan_id", "number")
        .distinct()
    )


def sources_in(
    organisation_id: int, year: int, by_action: Mapping[int | None, Decimal], stage: str = ""
) -> Sources | None:
    """Return what actions ask and have in a year whose lines are known (one query).

    `by_action` is what its figure gives to each at a stage. None where nothing is asked nor
    reserved.
    """
    asked: dict[int, list[Decimal | None]] = defaultdict(list)
    allotted: dict[int, Decimal] = {}
    ours = {"action__plan__organisation_id": organisation_id, "year": year}
    reserved = Allotment.objects.filter(**ours).annotate(is_reserved=Value(value=True))
    planned = (
        PlannedMoney.objects.filter(in_it_budget=True, **ours)
        .exclude(action__progress=Progress.DROPPED)
        .annotate(is_reserved=Value(value=False))
    )
    columns = ("action_id", "amount", "is_reserved")
    for action, amount, is_reserved in planned.values_list(*columns).union(
        reserved.values_list(*columns), all=True
    ):
        if is_reserved:
            allotted[action] = amount
        else:
            asked[action].append(amount)
    if not asked and not allotted:
        return None
    actions = asked.keys() | allotted.keys() | {pk for pk in by_action if pk is not None}
    needs = (
        Need(
            planned=_whole(asked.get(pk, [None])),
            allotted=allotted.get(pk),
            consumed=to_cents(by_action.get(pk, ZERO)),
        )
        for pk in actions
    )
    return _told(sources_of(needs), year, stage, tuple(sorted(actions)))


def _told(sums: Sources, year: int, stage: str, who: tuple[int, ...]) -> Sources:
    """Return sums that say what they are of."""
    told = {
        name: identified(getattr(sums, name), Of(f"sources {name}", year, stage, "it", who=who))
        for name in ("planned", "allotted", "on_lines")
    }
    return replace(sums, **told)


def _whole(amounts: list[Decimal | None]) -> Decimal | None:
    """Return the sum, None as soon as one amount is not known: the rest would be read as all."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known, ZERO) if len(known) == len(amounts) else None


def envelopes_by_year(organisation_id: int) -> dict[int, Decimal]:
    """Return the money voted for NR in each year, all plans and sections together (one query)."""
    found = Envelope.objects.filter(plan__organisation_id=organisation_id)
    return _by_year(found.values_list("year", "amount"))


@dataclass(frozen=True, slots=True)
class PlanYear:
    """A year of a plan by source of money; co-funding and effort outside IT stand beside.

    `ambition` is in euros, as said; `granted` and `received` are never taken from a need.
    """

    year: int
    sources: Sources
    envelope: Decimal | None
    ambition: Decimal | None
    granted: Decimal | None
    received: Decimal | None
    outside: Decimal | None
    is_closed: bool

    @property
    def free(self) -> Decimal | None:
        """What neither allotments nor lines beyond them took of the envelope; None without one."""
        return None if self.envelope is None else self.envelope - self.sources.secured


def plan_years(*, actor: Actor, plan: Plan) -> list[PlanYear]:
    """Return the years of a plan by source (the same number of queries for any plan)."""
    actor.require(Operation.READ_BUDGET)
    actions = list(plan.actions.exclude(progress=Progress.DROPPED).select_related("plan"))
    funding = funding_of(actions, year_facts(plan.organisation_id).figures)
    envelopes = _by_year(Envelope.objects.filter(plan=plan).values_list("year", "amount"))
    ambitions = ambition_euros(plan)
    beside = _co_funded(actions)
    closed = FiscalYear.objects.filter(
        organisation_id=plan.organisation_id, status=YearStatus.CLOSED
    ).values_list("year", flat=True)
    closed_years = set(closed)
    found = []
    for year in range(plan.first_year, plan.last_year + 1):
        known = [funding[action.pk].of(year) for action in actions]
        granted, received = beside.get(year, (None, None))
        found.append(
            PlanYear(
                year,
                sources_of(_need(item) for item in known if _is_said(item)),
                envelopes.get(year),
                ambitions.get(year),
                granted,
                received,
                _outside(known),
                year in closed_years,
            )
        )
    return found


def ambition_euros(plan: Plan) -> dict[int, Decimal]:
    """Return the euros a plan wants in each year: those said for both sections, else their sum."""
    whole: dict[int, Decimal] = {}
    parts: dict[int, Decimal] = defaultdict(Decimal)
    for year, section, amount in AmbitionAmount.objects.filter(plan=plan).values_list(
        "year", "section", "amount"
    ):
        if section:
            parts[year] += amount
        else:
            whole[year] = amount
    return {**parts, **whole}


def _need(item: FundingYear) -> Need:
    return Need(item.planned, item.allotted, item.attributed)


def _is_said(item: FundingYear) -> bool:
    return item.planned_said or item.allotted is not None or bool(item.attributed)


def _outside(known: list[FundingYear]) -> Decimal | None:
    amounts = [
        item.outside_planned if item.outside_attributed is None else item.outside_attributed
        for item in known
    ]
    said = [amount for amount in amounts if amount is not None]
    return sum(said, ZERO) if said else None


def _co_funded(actions: list[Action]) -> dict[int, tuple[Decimal | None, Decimal | None]]:
    rows = CoFunding.objects.filter(action__in=[action.pk for action in actions])
    granted = _by_year(rows.filter(granted__isnull=False).values_list("year", "granted"))
    received = _by_year(rows.filter(received__isnull=False).values_list("year", "received"))
    return {
        year: (granted.get(year), received.get(year)) for year in granted.keys() | received.keys()
    }


def _by_year(amounts: Iterable[tuple[int, Decimal | None]]) -> dict[int, Decimal]:
    """Add amounts up by year; here, as SQLite adds decimals as binary numbers."""
    found: dict[int, Decimal] = {}
    for year, amount in amounts:
        found[year] = found.get(year, ZERO) + (amount or ZERO)
    return found
