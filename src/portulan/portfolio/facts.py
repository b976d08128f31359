"""What a scenario says, frozen when it is solved: what its problem is made from (pure).

Kept as JSON beside the result, so that a page read later says what was true then. Money in whole
euros, time in whole days, impact in kgCO2e a year; None is unknown, never 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from portulan.core.contracts import from_json
from portulan.plans.words import CommitmentLevel
from portulan.portfolio.engine.problem import Step
from portulan.portfolio.words import EFFECTS, Least, Measure


@dataclass(frozen=True, slots=True)
class Impact:
    """An expected impact in kgCO2e a year, with its ends; less impact is positive."""

    low: int
    likely: int
    high: int


@dataclass(frozen=True, slots=True)
class LevelFacts:
    """What a candidate takes and brings at a level.

    `cost` by nature ("F", "I", or "" when it is not said) and `days` by team: one number per year
    of work; `running` and `running_days`: each year after. `cost` None: not costed. `scores` are
    out of 100, by criterion. `value` is in points a year, None when nothing is known to weigh.
    `origins` says where each group of figures comes from (`enums.Origin`).
    """

    level: CommitmentLevel
    duration: int = 1
    cost: Mapping[str, tuple[int, ...]] | None = None
    running: Mapping[str, int] = field(default_factory=dict)
    days: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    running_days: Mapping[str, int] = field(default_factory=dict)
    impact: Impact | None = None
    scores: Mapping[str, int | None] = field(default_factory=dict)
    value: int | None = None
    origins: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MustFacts:
    """A level at least, ended by the end of that year, and the law or commitment that says so."""

    level: CommitmentLevel
    by: int
    reason: str


@dataclass(frozen=True, slots=True)
class CandidateFacts:
    """An action, or an addition to one (`label`). `id` is its name in the problem.

    `present` is its level in the plan, `ongoing` that work goes on there, and `asked` what the plan
    asks for the action in the first year (None: not known, or the accounts say it). Before `after`,
    only a study may start: `after_reason` names its contract. `step` is a
    decided step; `out_reason` says why it is refused.
    """

    id: str
    number: int
    title: str
    label: str = ""
    theme: str = ""
    unit: str = ""
    present: CommitmentLevel | None = None
    gate: CommitmentLevel | None = None
    after: int | None = None
    after_reason: str = ""
    must: MustFacts | None = None
    step: Step | None = None
    step_reason: str = ""
    out_reason: str = ""
    levels: tuple[LevelFacts, ...] = ()
    ongoing: bool = False
    asked: int | None = None


@dataclass(frozen=True, slots=True)
class EnvelopeFacts:
    """Money of a nature ("" is both) or the days of a team, one capacity per year."""

    id: str
    title: str
    is_money: bool
    nature: str
    capacity: tuple[int, ...]
    carry_over: int = 0
    origin: str = ""


@dataclass(frozen=True, slots=True)
class AmbitionFacts:
    """What a year wants, in percent of the IT budget as text, and in euros what is known of it.

    `envelope` is the percent in euros, and `voted` what was voted as an envelope. `asked` is what
    the accounts dedicate at `stage`; without accounts (`stage` empty), what the actions of the plan
    ask in the IT budget, those not costed apart.
    """

    year: int
    percent: str | None = None
    it_budget: int | None = None
    envelope: int | None = None
    asked: int | None = None
    stage: str = ""
    voted: int | None = None


@dataclass(frozen=True, slots=True)
class ExcludedFacts:
    """A candidate or a level that is not in the problem.

    `reason`: `not_costed`, `unweighed` (nothing is known that would weigh it), `closed` (a
    commitment kept, without follow-up) or `dropped`.
    """

    id: str
    number: int
    title: str
    reason: str
    level: CommitmentLevel | None = None


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """A rule between candidates or on a theme, as `models.ScenarioRule` says."""

    kind: str
    candidates: tuple[str, ...] = ()
    waits: str = ""
    level: CommitmentLevel | None = None
    needs_level: CommitmentLevel | None = None
    lag: int = 1
    theme: str = ""
    minimum: int = 0
    percent: int = 100
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ObligationFacts:
    """An obligation of the organisation: `key` is one of `catalogue.obligations`.

    `standing` is one of `enums.Standing`; `action` the number of the one that carries it, or would;
    `by` the year it binds to and `percent` what it asks then, as text.
    """

    key: str
    standing: str
    by: int | None = None
    percent: str | None = None
    action: int | None = None


@dataclass(frozen=True, slots=True)
class UnknownFacts:
    """What is done with unknown impacts: `bounded` between two impacts a year, or `coverage`."""

    way: str = "bounded"
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class TargetFacts:
    """What is to be reached in a year, at least: in the unit that `Measure` says.

    Of the actions of a theme or of a unit alone, where one is said.
    """

    measure: Measure
    year: int
    at_least: int
    theme: str = ""
    unit: str = ""

    @property
    def among(self) -> str:
        """Whose actions count, "" for all of them."""
        return self.theme or self.unit

    @property
    def is_effect(self) -> bool:
        """Whether it is an effect, which is chosen; a floor of means is arithmetic."""
        return self.measure in EFFECTS


@dataclass(frozen=True, slots=True)
class FairnessFacts:
    """What each unit or theme has of money or days, over all years, beside its people.

    `way` "share_at_least": this percent at least of the share that its people are of all;
    "at_most": per head, this percent at most of the mean. `heads` are the people of each group; a
    unit without any is left out, a theme counts as one.
    """

    by: Literal["theme", "unit"]
    of: Literal["money", "days"]
    way: Literal["share_at_least", "at_most"]
    percent: int
    heads: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ScenarioFacts:
    """All that a scenario says. `weights` by criterion: impact, cost, law, readiness, social."""

    title: str
    years: tuple[int, ...]
    residual_years: int
    weights: Mapping[str, int]
    unknown: UnknownFacts = UnknownFacts()
    candidates: tuple[CandidateFacts, ...] = ()
    envelopes: tuple[EnvelopeFacts, ...] = ()
    rules: tuple[RuleFacts, ...] = ()
    ambitions: tuple[AmbitionFacts, ...] = ()
    excluded: tuple[ExcludedFacts, ...] = ()
    obligations: tuple[ObligationFacts, ...] = ()
    basis: str = "TTC"
    targets: tuple[TargetFacts, ...] = ()
    minimise: Least = Least.MONEY
    fairness: FairnessFacts | None = None

    def floor(self, target: TargetFacts) -> int | None:
        """Return the euros that a floor of means asks for in its year.

        A share s of a budget D: N ≥ s·D when money is redeployed; when it comes on top of the A
        asked already, D moves with it and N ≥ s·(D + N − A). None where D or A is not known.
        """
        if target.measure is Measure.MONEY:
            return target.at_least
        year = next((one for one in self.ambitions if one.year == target.year), None)
        if year is None or not year.it_budget:
            return None
        if target.measure is Measure.SHARE:
            return -(-target.at_least * year.it_budget // WHOLE)
        if year.asked is None:
            return None
        return max(
            0, -(-target.at_least * (year.it_budget - year.asked) // (WHOLE - target.at_least))
        )

    def candidate(self, candidate_id: str) -> CandidateFacts:
        """Return the candidate of that id. Raises KeyError."""
        for candidate in self.candidates:
            if candidate.id == candidate_id:
                return candidate
        raise KeyError(candidate_id)


WHOLE = 10_000  # hundredths of a percent in the whole


# --- to JSON and back -----------------------------------------------------------------------


def to_document(facts: ScenarioFacts) -> dict[str, Any]:
    """Return the facts as JSON keeps them: levels by number."""
    return asdict(facts)


def from_document(document: Mapping[str, Any]) -> ScenarioFacts:
    """Return the facts that `to_document` wrote, or an earlier version of this package."""
    return from_json(ScenarioFacts, document)
