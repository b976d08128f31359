"""The integer programme of a problem: one 0/1 column per pathway, one row per rule and year (pure).

The numbers beside the functions are those of the families of rows in docs/reference/truths.md,
Portfolios. Columns and rows are in canonical order, so that one problem always gives one model.

Pathways that no best plan needs: another of the same action does as well everywhere (pure).

Replacing a dominated pathway by the one that dominates it keeps every rule, and gives a plan that
is not worse in value, then in money, then in years of start: the answer of the whole search,
tie-breaks included, is the same without it.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import ge

from portulan.plans.words import CommitmentLevel
from portulan.portfolio.engine.pathways import NEVER, Pathway, enumerate_pathways
from portulan.portfolio.engine.problem import (
    MONEY,
    Action,
    Coverage,
    Exclusion,
    Fairness,
    Goal,
    Must,
    Plan,
    PortfolioProblem,
    Prerequisite,
    Step,
    Target,
    Wish,
)
from portulan.portfolio.engine.rules import Capacity, Rule, Smoothing, rules_of

type Terms = dict[int, int]
type Holds = Callable[[Pathway], bool]


@dataclass(frozen=True, slots=True)
class Row:
    """`low` ≤ Σ coefficient × column ≤ `high`; a bound may be absent.

    Without a rule it is part of what a plan is, and no conflict can name it.
    """

    terms: Terms
    low: int | None = None
    high: int | None = None
    rule: Rule | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A variable from `low` to `high`, whole or not."""

    low: int | None = 0
    high: int | None = 1
    whole: bool = True


@dataclass(slots=True)
class Model:
    """Columns (those of pathways first, in their order), rows, and the value to maximise."""

    pathways: list[Pathway]
    columns: list[Column]
    rows: list[Row] = field(default_factory=list)
    value: Terms = field(default_factory=dict)
    goals: list[Terms] = field(default_factory=list)

    @property
    def goal(self) -> Terms:
        """What is to be the greatest first: the negative of what is to be least."""
        return self.goals[0]

    @property
    def money(self) -> Terms:
        """What each pathway costs."""
        return {at: pathway.money for at, pathway in enumerate(self.pathways) if pathway.money}

    @property
    def lateness(self) -> Terms:
        """How late each pathway starts its steps."""
        return {at: pathway.lateness for at, pathway in enumerate(self.pathways)}

    @property
    def marks(self) -> Terms:
        """A number for each pathway that depends on nothing but its words: the last tie-break.

        Sums of numbers drawn at random are least for one plan only, almost always (Mulmuley,
        Vazirani, Vazirani, Combinatorica 7, 1987). Marks of 16 bits: with more, what a solver in
        floats takes for whole (to 1e-6) would outweigh the half unit under which it stops.
        """
        return {at: _mark(pathway) for at, pathway in enumerate(self.pathways)}

    def add(self, low: int | None, high: int | None, *, whole: bool = True) -> int:
        """Add a column and return its number."""
        self.columns.append(Column(low, high, whole))
        return len(self.columns) - 1

    def plan(self, chosen: set[int]) -> Plan:
        """Return the plan of the pathways whose columns are at 1."""
        return {self.pathways[at].action: self.pathways[at].steps for at in sorted(chosen)}

    def chosen(self, plan: Plan) -> set[int]:
        """Return the columns of a plan; a pathway that was pruned is not there."""
        return {
            at
            for at, pathway in enumerate(self.pathways)
            if plan.get(pathway.action) == pathway.steps
        }


def build(problem: PortfolioProblem, *, pruned: bool = True) -> Model:
    """Return the model of a problem in canonical order."""
    pruner = Pruner(problem)
    pathways: list[Pathway] = []
    columns_of: dict[str, list[int]] = {}
    for action in problem.actions:
        found = enumerate_pathways(problem, action)
        kept = pruner.keep(action, found) if pruned else found
        columns_of[action.id] = list(range(len(pathways), len(pathways) + len(kept)))
        pathways += kept
    model = Model(pathways, [Column() for _ in pathways])
    builder = _Builder(problem, model, columns_of)
    builder.choices()
    for rule in rules_of(problem):
        model.rows.extend(builder.rows(rule))
    builder.values()
    model.goals = [builder.goal(name) for name in problem.objective]
    if problem.spending is not None:
        model.rows.append(Row(model.money, high=problem.spending))
    return model


def _mark(pathway: Pathway) -> int:
    words = f"{pathway.action} {[(step.level.name, step.start) for step in pathway.steps]}"
    return 1 + int.from_bytes(hashlib.sha256(words.encode()).digest()[:2])


class _Builder:
    def __init__(
        self, problem: PortfolioProblem, model: Model, columns_of: dict[str, list[int]]
    ) -> None:
        self._problem, self._model, self._columns_of = problem, model, columns_of
        self._uses: dict[tuple[str, int], Terms] = defaultdict(dict)
        for at, pathway in enumerate(model.pathways):
            for key, amount in pathway.use.items():
                self._uses[key][at] = amount
        self._carried: dict[tuple[str, int], int] = {}

    def choices(self) -> None:
        """(1) An action follows one pathway at most."""
        for columns in self._columns_of.values():
            if columns:
                self._model.rows.append(Row(dict.fromkeys(columns, 1), high=1))

    def rows(self, rule: Rule) -> Iterator[Row]:
        """Yield the rows of one rule."""
        match rule.content:
            case Wish(action, taken):
                yield Row(self._all_of(action), low=int(taken), high=int(taken), rule=rule)
            case Step() as step:  # (9) a step decided
                decided = self._where(rule.action, lambda pathway: step in pathway.steps)
                yield Row(decided, low=1, high=1, rule=rule)
            case "out":  # (9) an action refused
                yield Row(self._all_of(rule.action), high=0, rule=rule)
            case Must(level, by):  # (2)
                met = self._ended(rule.action, level, self._index(by))
                yield Row(met, low=1, high=1, rule=rule)
            case Prerequisite() as arc:
                yield from self._prerequisite(rule, arc)
            case Exclusion(level, actions):  # (6) one clique
                terms: Terms = {}
                for action in actions:
                    terms |= self._ended(action, level, NEVER - 1)
                yield Row(terms, high=1, rule=rule)
            case Capacity(resource, year):
                yield from self._capacity(rule, resource, self._index(year))
            case _:
                yield from self._sums(rule)

    def _prerequisite(self, rule: Rule, arc: Prerequisite) -> Iterator[Row]:
        """(5) Cumulative: started by year t only if the needed one has ended by t − lag."""
        before: Terms = {}
        for year in range(len(self._problem.years)):
            started = self._started(arc.action, arc.level, year)
            if started == before:
                continue  # the row of the year before says as much
            before = started
            ended = self._ended(arc.needs, arc.needs_level, year - arc.lag)
            # An action may need an earlier level of its own: then a column is on both sides.
            terms = {at: (at in started) - (at in ended) for at in started | ended}
            yield Row({at: side for at, side in terms.items() if side}, high=0, rule=rule)

    def _coverage(self, rule: Rule, coverage: Coverage) -> Row:
        """(7)"""
        terms: Terms = {}
        for action in self._problem.actions:
            if action.theme == coverage.theme:
                terms |= self._where(action.id, lambda p: p.last >= coverage.level)
        return Row(terms, low=coverage.minimum, rule=rule)

    def _capacity(self, rule: Rule, resource_id: str, year: int) -> Iterator[Row]:
        """(3) and (4) What is not used passes to the next year, up to a cap."""
        resource = self._problem.resource(resource_id)
        terms = dict(self._uses[resource_id, year])
        if resource.carry_over:
            if year:
                terms[self._carried[resource_id, year - 1]] = -1
            if year + 1 < len(self._problem.years):
                column = self._model.add(0, resource.carry_over, whole=False)
                self._carried[resource_id, year] = column
                terms[column] = 1
        if terms:
            yield Row(terms, high=resource.capacity[year], rule=rule)

    def _sums(self, rule: Rule) -> Iterator[Row]:
        """Yield the rows of a rule on what many actions have together."""
        match rule.content:
            case Coverage() as coverage:
                yield self._coverage(rule, coverage)
            case Target() as target:  # (10)
                terms = self._sum(lambda action, pathway: self._counts(target, action, pathway))
                yield Row(terms, low=target.at_least, rule=rule)
            case Fairness() as fairness:
                yield from self._fairness(rule, fairness)
            case Smoothing(resource):  # (12)
                most = self._problem.resource(resource).smoothing or 0
                for year in range(1, len(self._problem.years)):
                    terms = dict(self._uses[resource, year])
                    for at, amount in self._uses[resource, year - 1].items():
                        terms[at] = terms.get(at, 0) - amount
                    yield Row(terms, low=-most, high=most, rule=rule)

    def _fairness(self, rule: Rule, fairness: Fairness) -> Iterator[Row]:
        """(11) In hundredths of heads × amount: own against what its heads are of all."""
        groups = self._problem.units if fairness.by == "unit" else self._problem.themes
        heads = {group.id: group.heads for group in groups if group.heads}
        people = sum(heads.values())
        share = fairness.share_at_least if fairness.at_most is None else fairness.at_most
        for group, count in heads.items():
            terms: Terms = {}
            for action in self._problem.actions:
                of = action.unit if fairness.by == "unit" else action.theme
                factor = (100 * people if of == group else 0) - (share or 0) * count
                for at in self._columns_of[action.id] if of in heads else ():
                    amount = factor * self._had(self._model.pathways[at], fairness.of)
                    if amount:
                        terms[at] = amount
            if fairness.at_most is None:
                yield Row(terms, low=0, rule=rule)
            else:
                yield Row(terms, high=0, rule=rule)

    def _had(self, pathway: Pathway, name: str, year: int | None = None) -> int:
        """Return what a pathway has of a measure, of money or of days, in a year or in all."""
        return had(self._problem, pathway, name, year)

    def _counts(self, target: Target, action: Action, pathway: Pathway) -> int:
        if target.theme not in ("", action.theme) or target.unit not in ("", action.unit):
            return 0
        return self._had(pathway, target.measure, self._index(target.year))

    def _sum(self, term: Callable[[Action, Pathway], int]) -> Terms:
        found: Terms = {}
        for action in self._problem.actions:
            for at in self._columns_of[action.id]:
                if amount := term(action, self._model.pathways[at]):
                    found[at] = amount
        return found

    def goal(self, name: Goal) -> Terms:
        """Return what is to be the greatest of a goal of the objective."""
        if name == "value":
            return self._model.value
        if name == "actions":
            return dict.fromkeys(range(len(self._model.pathways)), -1)
        if name != "peak":
            return self._sum(lambda _action, pathway: -self._had(pathway, name))
        yearly = [self._money_in(year) for year in range(len(self._problem.years))]
        column = self._model.add(0, max(sum(one.values()) for one in yearly), whole=False)
        self._model.rows += [Row(one | {column: -1}, high=0) for one in yearly if one]
        return {column: -1}

    def _money_in(self, year: int) -> Terms:
        return self._sum(lambda _action, pathway: self._had(pathway, MONEY, year))

    def values(self) -> None:
        """(8) The objective: values of pathways, those of an overlap under its ceiling."""
        model = self._model
        capped = {action for one in self._problem.overlaps for action in one.actions}
        for at, pathway in enumerate(model.pathways):
            if pathway.action not in capped and pathway.value:
                model.value[at] = pathway.value
        for overlap in self._problem.overlaps:
            own = [self._columns_of[action] for action in overlap.actions]
            worth = {at: -model.pathways[at].value for columns in own for at in columns}
            # One pathway of each at most: they bring no less in all than the worst of each.
            least = -sum(max((0, *(worth[at] for at in columns))) for columns in own)
            column = model.add(min(least, overlap.ceiling), overlap.ceiling, whole=False)
            model.value[column] = 1
            model.rows.append(Row({column: 1} | worth, high=0))

    def _all_of(self, action: str) -> Terms:
        return dict.fromkeys(self._columns_of[action], 1)

    def _started(self, action: str, level: CommitmentLevel, year: int) -> Terms:
        return self._where(action, lambda pathway: pathway.started(level) <= year)

    def _ended(self, action: str, level: CommitmentLevel, year: int) -> Terms:
        return self._where(action, lambda pathway: pathway.reached(level) <= year)

    def _where(self, action: str, holds: Holds) -> Terms:
        pathways = self._model.pathways
        return {at: 1 for at in self._columns_of[action] if holds(pathways[at])}

    def _index(self, year: int) -> int:
        return year - self._problem.years[0]


def had(problem: PortfolioProblem, pathway: Pathway, name: str, year: int | None = None) -> int:
    """Return what a pathway has of a measure, else of money or of days, in a year or in all."""
    if any(measure.id == name for measure in problem.measures):
        amounts = {key: one for key, one in pathway.brings.items() if key[0] == name}
    else:
        kept = {one.id for one in problem.resources if one.money == (name == MONEY)}
        amounts = {key: one for key, one in pathway.use.items() if key[0] in kept}
    return sum(one for (_, at), one in amounts.items() if year in (None, at))


# What a rule sees of a pathway: a number that is better when greater.
type Sight = Callable[[Pathway], int]


class Pruner:
    """Knows, for each action, which rules look at it; rules are gone through once."""

    def __init__(self, problem: PortfolioProblem) -> None:
        self._problem = problem
        self._rules: dict[str, list[Sight]] = defaultdict(list)
        for arc in problem.prerequisites:
            self._rules[arc.needs].append(_soon(arc.needs_level))
            self._rules[arc.action].append(_late(arc.level))
        for exclusion in problem.exclusions:
            for action_id in exclusion.actions:
                self._rules[action_id].append(_short_of(exclusion.level))
        self._capped = {action_id for one in problem.overlaps for action_id in one.actions}

    def keep(self, action: Action, pathways: Sequence[Pathway]) -> list[Pathway]:
        """Return the pathways that none dominates, in the order given."""
        sights = [*self._rules[action.id], *self._own_sights(action)]
        keys = sorted({key for pathway in pathways for key in pathway.use})
        capped = action.id in self._capped
        objective = self._problem.objective
        is_valued = "value" in objective

        def merits(pathway: Pathway) -> tuple[int, ...]:
            uses = (-pathway.use.get(key, 0) for key in keys)
            value = pathway.value if is_valued else 0
            return (value, *uses, *(sight(pathway) for sight in sights))

        def rank(pathway: Pathway) -> tuple[object, ...]:
            value = -pathway.value
            # Under a ceiling, more value may be worth nothing: it excuses no later start; nor does
            # what is not the first goal.
            first = not capped and objective[0] == "value"
            head = (value, pathway.money) if first else (pathway.money, pathway.lateness, value)
            return (*head, pathway.lateness, pathway.steps)

        kept: list[tuple[int, ...]] = []
        if not self._is_wished(action):
            kept.append(merits(Pathway(action.id, (), 0, 0, 0, {}, {}, {}, {})))
        alive: set[tuple[Step, ...]] = set()
        for pathway in sorted(pathways, key=rank):
            own = merits(pathway)
            if not any(all(map(ge, other, own)) for other in kept):
                kept.append(own)
                alive.add(pathway.steps)
        return [pathway for pathway in pathways if pathway.steps in alive]

    def _own_sights(self, action: Action) -> Iterator[Sight]:
        for coverage in self._problem.coverage:
            if coverage.theme == action.theme:
                yield _counting(coverage.level)
        yield from self._sights_of_targets(action)
        if must := action.must:
            last_year = must.by - self._problem.years[0]
            yield lambda p: p.reached(must.level) <= last_year
        if isinstance(lock := action.lock, Step):
            yield lambda p: lock in p.steps

    def _sights_of_targets(self, action: Action) -> Iterator[Sight]:
        """Yield what targets and balances see; where more and less both count, both are kept."""
        problem = self._problem
        for target in problem.targets:
            if target.theme in ("", action.theme) and target.unit in ("", action.unit):
                yield _having(problem, target.measure, target.year - problem.years[0])
        for rule in problem.fairness:
            yield _having(problem, rule.of)
            yield _having(problem, rule.of, sign=-1)
        for resource in problem.resources:
            if resource.smoothing is not None:
                for year in range(len(problem.years)):
                    yield _using((resource.id, year))

    def _is_wished(self, action: Action) -> bool:
        wish = self._problem.wish
        return wish is not None and wish.taken and wish.action == action.id


def _soon(level: CommitmentLevel) -> Sight:
    return lambda pathway: -pathway.reached(level)


def _late(level: CommitmentLevel) -> Sight:
    return lambda pathway: pathway.started(level)


def _short_of(level: CommitmentLevel) -> Sight:
    return lambda pathway: pathway.reached(level) == NEVER


def _counting(level: CommitmentLevel) -> Sight:
    return lambda pathway: bool(pathway.steps) and pathway.last >= level


def _having(
    problem: PortfolioProblem, name: str, year: int | None = None, *, sign: int = 1
) -> Sight:
    return lambda pathway: sign * had(problem, pathway, name, year)


def _using(key: tuple[str, int]) -> Sight:
    return lambda pathway: pathway.use.get(key, 0)
