"""The means of the actions of a year: euros by stage and section, days, what others bring."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from portulan.budget.labels import stage_word
from portulan.budget.words import Stage
from portulan.core.money import known_sum, to_cents
from portulan.core.say.text import Text
from portulan.plans.actions.reads import Row
from portulan.plans.money.funding import ALLOTTED, ASKED
from portulan.plans.words import Section
from portulan.publication.documents.cell import (
    EMPTY,
    NOT_APPLICABLE,
    NOT_GIVEN,
    Block,
    Cell,
    Prose,
    Quality,
    Table,
    Unit,
    amount,
)
from portulan.publication.documents.headings import HEADINGS, OUTSIDE
from portulan.publication.documents.strategy.strategy import Cells, Strategy, named, total_of

ACTION = Text("Action", "Action")
MONEY = Text("Moyens {year}, en euros {basis}", "Means {year}, in euros {basis}")
MONEY_HEADS = (
    ACTION,
    Text("Exercice et stade", "Year and stage"),
    Text("Fonctionnement", "Operating"),
    Text("Investissement", "Investment"),
    Text("Ensemble", "Together"),
)
BESIDE = Text("{}, hors budget informatique", "{}, outside the IT budget")
DAYS = Text("Jours d’agents et cofinancements {year}", "Staff days and co-funding {year}")
DAYS_HEADS = (
    ACTION,
    Text("Jours prévus", "Days planned"),
    Text("Jours faits", "Days done"),
    Text("Cofinanceur", "Co-funder"),
    Text("Demandé (€)", "Asked (€)"),
    Text("Accordé (€)", "Granted (€)"),
    Text("Reçu (€)", "Received (€)"),
)
NO_FUNDER = Text("aucun enregistré", "none recorded")
TOTALS = Text(
    "Dédié au numérique responsable en {year}, dans le budget informatique, en euros {basis}",
    "Dedicated to responsible digital in {year}, in the IT budget, in euros {basis}",
)
OUTSIDE_IT = Text(
    "Hors budget informatique en {year}, jamais ajouté, en euros {basis}",
    "Outside the IT budget in {year}, never added, in euros {basis}",
)
WHERE, WHOLE = Text("Rubrique", "Heading"), Text("Ensemble", "Together")
AT_LARGE = Text("Sans action", "Without an action")
ELSEWHERE = Text("Actions d’un autre plan", "Actions of another plan")
STAGES_APART = Text(
    "Chaque colonne est un stade\u00a0: deux stades ne s’ajoutent pas et ne font pas une série."
    " L’ensemble est celui de la page du budget, au même stade. Une action compte une seule fois,"
    " sous sa première rubrique. Source\u00a0: lignes budgétaires fléchées.",
    "Each column is a stage: two stages are never added and make no series. The whole is that of"
    " the page of the budget, at the same stage. An action counts once, under its first heading."
    " Source: attributed budget lines.",
)
ASKED_BY_TEXT = (Stage.VOTED, Stage.REALISED)


def means_of(rows: Iterable[Row], strategy: Strategy) -> list[Table]:
    """Return the euros of actions, a row a stage, then their days and what others bring."""
    rows = list(rows)
    money = [cells for row in rows for cells in _money(row, strategy)]
    days = [cells for row in rows for cells in _days(row, strategy)]
    return [
        strategy.table(MONEY, MONEY_HEADS, money),
        strategy.table(DAYS, DAYS_HEADS, days),
    ]


type BySection = Mapping[str, Decimal | None]


def _money(row: Row, strategy: Strategy) -> Iterator[Cells]:
    """Yield what is voted and realised, be it not known; then what else is known of its money."""
    for inside in (True, False):
        for stage in Stage:
            held = held_of(row, stage, strategy, inside=inside)
            if held or (inside and stage in ASKED_BY_TEXT):
                yield _row(row, stage, held, strategy, inside=inside)
        planned = [one for one in strategy.planned[row.action.pk] if one.in_it_budget is inside]
        if planned:
            asked = {one.section: one.amount for one in planned}
            yield _row(row, ASKED, asked, strategy, inside=inside)
    allotted = row.funding.of(strategy.asked.year).allotted
    if allotted is not None:
        yield _row(row, ALLOTTED, {"": allotted}, strategy)


def held_of(row: Row, stage: Stage, strategy: Strategy, *, inside: bool = True) -> BySection:
    """Return what lines give to an action at a stage, by section; nothing without a line."""
    return {
        part.section: value
        for part, value in strategy.held.get(stage, {}).items()
        if part.action == row.action.pk and part.in_it_budget is inside
    }


def _row(
    row: Row, stage: str, held: BySection, strategy: Strategy, *, inside: bool = True
) -> Cells:
    at = f"{strategy.asked.year}, {stage_word(stage)}"
    said = at if inside else strategy.asked.say(BESIDE).format(at)
    sections = (held.get(section, ...) for section in (Section.OPERATING, Section.INVESTMENT))
    missing = EMPTY if held else NOT_GIVEN
    parts = (missing if one is ... else euros(one) for one in sections)
    return Cell(named(row)), Cell(said), *parts, _together(held)


def _together(held: BySection) -> Cell:
    if not held:
        return NOT_GIVEN
    whole = known_sum(held.values())
    is_partial = whole is not None and None in held.values()
    return euros(whole, Quality.AT_LEAST if is_partial else Quality.DECLARED)


def euros(value: Decimal | None, quality: Quality = Quality.DECLARED) -> Cell:
    return amount(None if value is None else to_cents(value), Unit.MONEY, quality=quality)


def _days(row: Row, strategy: Strategy) -> Iterator[Cells]:
    """Yield the days of an action, then a row for each of those who bring money to it."""
    times = strategy.days.get(row.action.pk, [])
    planned = known_sum(one.planned for one in times)
    planned = row.action.days_per_year if planned is None else planned
    done = [one.done for one in times]
    days = (_number(planned), _number(known_sum(done), is_whole=None not in done))
    funders = strategy.funders.get(row.action.pk, [])
    if not funders:
        yield (
            *(Cell(named(row)), *days, Cell(strategy.asked.say(NO_FUNDER))),
            *(EMPTY, EMPTY, EMPTY),
        )
    for place, one in enumerate(funders):
        brought = (_given(value) for value in (one.asked, one.granted, one.received))
        its = days if place == 0 else (EMPTY, EMPTY)
        yield Cell(named(row)), *its, Cell(one.funder), *brought


def _number(value: Decimal | None, *, is_whole: bool = True) -> Cell:
    quality = Quality.DECLARED if is_whole else Quality.AT_LEAST
    return NOT_GIVEN if value is None else amount(value, Unit.NUMBER, quality=quality)


def _given(value: Decimal | None) -> Cell:
    return NOT_GIVEN if value is None else euros(value)


def totals(strategy: Strategy) -> list[Block]:
    """Return what each heading has at each stage: it adds up to what the budget says of NR."""
    stages = _stages(strategy)
    inside = _by_place(strategy, stages, inside=True)
    heads = (WHERE, *(Text(stage_word(one), stage_word(one)) for one in stages))
    said: list[Block] = [
        strategy.table(TOTALS, heads, [*inside, _whole(inside, strategy)], total=True),
        Prose(strategy.asked.say(STAGES_APART), "small"),
    ]
    beside = [row for row in _by_place(strategy, stages, inside=False) if any(map(_known, row[1:]))]
    return [*said, strategy.table(OUTSIDE_IT, heads, beside)] if beside else said


def _stages(strategy: Strategy) -> list[Stage]:
    return [one for one in Stage if one in strategy.held or one in ASKED_BY_TEXT]


def _known(cell: Cell) -> bool:
    return bool(cell.value) and Decimal(cell.value) != 0


def _by_place(strategy: Strategy, stages: list[Stage], *, inside: bool) -> list[Cells]:
    places: dict[Text, set[int | None]] = {
        OUTSIDE if place is None else HEADINGS[place]: {row.action.pk for row in rows}
        for place, rows in strategy.by_heading.items()
    }
    ours = {None, *(row.action.pk for row in strategy.rows)}
    found = {part.action for held in strategy.held.values() for part in held}
    places[AT_LARGE], places[ELSEWHERE] = found & {None}, found - ours
    return [
        (
            Cell(strategy.asked.say(words)),
            *(_at(strategy, stage, actions, inside=inside) for stage in stages),
        )
        for words, actions in places.items()
        if words not in (AT_LARGE, ELSEWHERE) or actions
    ]


def _at(strategy: Strategy, stage: Stage, actions: set[int | None], *, inside: bool) -> Cell:
    """Return what actions have at a stage, each rounded to the cent as the budget shows it.

    What no line is flagged for is not 0 (docs/adr/0124).
    """
    if not actions:
        return NOT_APPLICABLE
    by_action: dict[int | None, Decimal] = {}
    for part, value in strategy.held.get(stage, {}).items():
        if part.in_it_budget is inside and part.action in actions:
            by_action[part.action] = by_action.get(part.action, Decimal(0)) + value
    return euros(total_of(map(to_cents, by_action.values()))) if by_action else NOT_GIVEN


def _whole(rows: list[Cells], strategy: Strategy) -> Cells:
    columns = list(zip(*rows, strict=True))[1:]
    known = (known_sum(Decimal(one.value) for one in column if one.value) for column in columns)
    said = (NOT_GIVEN if one is None else euros(one, Quality.COMPUTED) for one in known)
    return Cell(strategy.asked.say(WHOLE)), *said
