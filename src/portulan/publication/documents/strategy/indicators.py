"""The indicators of a heading: what they are, what was read of them, what they aim at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from portulan.core.say import numbers
from portulan.core.say.text import Text
from portulan.indicators.reads import IndicatorLine
from portulan.indicators.series import Aim, Reading, Series, reaches
from portulan.indicators.words import TargetKind
from portulan.plans.actions.reads import Row
from portulan.publication.documents.cell import (
    EMPTY,
    NOT_APPLICABLE,
    NOT_GIVEN,
    UNKNOWN,
    Cell,
    Table,
    day,
)
from portulan.publication.documents.figures import aim_of, bare, last_in, stage_read, value_cell
from portulan.publication.documents.headings import NO_INDICATOR
from portulan.publication.documents.said import printed
from portulan.publication.documents.strategy.strategy import Cells, Strategy, named

NUMBER, INDICATOR = Text("Action", "Action"), Text("Indicateur", "Indicator")
DEFINED = Text("Indicateurs\u00a0: ce qu’ils mesurent", "Indicators: what they measure")
DEFINED_HEADS = (
    NUMBER,
    INDICATOR,
    Text("Unité", "Unit"),
    Text("Définition", "Definition"),
    Text("Source du dernier relevé", "Source of the last reading"),
    Text("Portée", "Reach"),
)
READ = Text("Indicateurs\u00a0: valeurs relevées", "Indicators: values read")
READ_HEADS = (
    INDICATOR,
    Text("Valeur de base", "Base value"),
    Text("Base au", "Base on"),
    Text("{before}", "{before}"),
    Text("{year}", "{year}"),
    Text("Dernière valeur connue, et sa date", "Last known value, and its day"),
    Text("Rupture de série", "Break of series"),
)
AIMED = Text("Indicateurs\u00a0: cibles", "Indicators: targets")
AIMED_HEADS = (
    INDICATOR,
    Text("Cible", "Target"),
    Text("Échéance", "Due date"),
    Text("Nature", "Kind"),
    Text("Au dernier relevé", "At the last reading"),
)
WITHOUT_UNIT = Text("sans unité", "no unit")
COMPUTED = Text("calculé par Portulan", "computed by Portulan")
OWN, LEGAL = Text("propre à l’organisation", "its own"), Text("légale\u00a0: {}", "legal: {}")
NO_BREAK = Text("aucune", "none")
BREAK = Text(
    "le {}\u00a0: ce qui précède ne se compare pas", "on {}: what comes before does not compare"
)
ON = Text("{} au {}", "{} on {}")
ALSO = Text("suivi aussi par\u00a0: {}", "followed by {} too")
REACHED = {
    True: Text("atteinte", "reached"),
    False: Text("non atteinte", "not reached"),
    None: Text("ne se juge pas encore", "cannot be judged yet"),
}
NOT_YET = Text("pas encore atteinte", "not reached yet")
REACHES = {
    "organisation": Text("organisation", "organisation"),
    "territory": Text("territoire", "area"),
}


def indicators_of(rows: Iterable[Row], strategy: Strategy) -> list[Table]:
    """Return three tables: definitions (an action without indicator says so), values, targets."""
    rows = list(rows)
    known = [(row, *one) for row in rows for one in strategy.series(row)]
    defined = [cells for row in rows for cells in _defined(row, strategy)]
    read = [_read(row, line, series, strategy) for row, line, series in known]
    aimed = [c for row, line, series in known for c in _aims(row, line, series, strategy)]
    return [
        strategy.table(DEFINED, DEFINED_HEADS, defined),
        *([strategy.table(READ, READ_HEADS, read)] if read else []),
        *([strategy.table(AIMED, AIMED_HEADS, aimed)] if aimed else []),
    ]


def _defined(row: Row, strategy: Strategy) -> Iterator[Cells]:
    say, reach = strategy.asked.say, Cell(strategy.asked.say(REACHES[row.action.reach]))
    first = Cell(named(row))
    if not strategy.followed.get(row.action.pk):
        yield first, Cell(say(NO_INDICATOR)), EMPTY, EMPTY, EMPTY, reach
    for line, series in strategy.series(row):
        words = strategy.indicators[line.pk].description
        unit = numbers.unit(line.unit) or say(WITHOUT_UNIT)
        yield (
            *(first, Cell(f"{line.name}{_shared(row, line, strategy)}"), Cell(unit)),
            *(Cell(words) if words else NOT_GIVEN, source_of(line, series, strategy), reach),
        )


def _shared(row: Row, line: IndicatorLine, strategy: Strategy) -> str:
    """Return the other actions that follow the same indicator: it is told twice, never added."""
    others = [
        one.action.called
        for one in strategy.rows
        if one is not row and any(line.pk == its.pk for its in strategy.followed[one.action.pk])
    ]
    return f" ({strategy.asked.say(ALSO).format(', '.join(others))})" if others else ""


def source_of(line: IndicatorLine, series: Series, strategy: Strategy) -> Cell:
    """Return where the last known value comes from, as it was typed."""
    last = known_by(series, strategy)
    told = strategy.told(line, last).source if last else ""
    if not told and strategy.indicators[line.pk].computed_by:
        told = strategy.asked.say(COMPUTED)
    return Cell(told) if told else NOT_GIVEN


def known_by(series: Series, strategy: Strategy) -> Reading | None:
    """Return the last reading that says something, on the last day told or before."""
    seen = tuple(one for one in series.readings if one.on <= strategy.day)
    return Series(seen).last_known


def _read(row: Row, line: IndicatorLine, series: Series, strategy: Strategy) -> Cells:
    base = series.baseline
    return (
        Cell(f"{row.action.called}. {line.name}"),
        value(base, line, strategy),
        NOT_GIVEN if base is None else day(base.on),
        *(value(_in(series, back, strategy), line, strategy) for back in (1, 0)),
        last_of(line, series, strategy),
        _break(series, strategy),
    )


def _in(series: Series, back: int, strategy: Strategy) -> Reading | None:
    seen = tuple(one for one in series.readings if one.on <= strategy.day)
    return last_in(Series(seen), strategy.asked.year - back)


def value(reading: Reading | None, line: IndicatorLine, strategy: Strategy) -> Cell:
    """Return a reading: nobody gave one, it is not known, it has no object, or its value."""
    if reading is None:
        return NOT_GIVEN
    if not reading.is_known and strategy.told(line, reading).no_object:
        return NOT_APPLICABLE
    cell = bare(value_cell(reading, line.unit, strategy.asked.language, kind=line.kind))
    stage = stage_read(line.pk, reading, strategy.asked)
    return replace(cell, suffix=stage) if stage else cell


def last_of(line: IndicatorLine, series: Series, strategy: Strategy) -> Cell:
    """Return the last known value with its day, however old it is."""
    last, language = known_by(series, strategy), strategy.asked.language
    if last is None:
        return UNKNOWN if series.readings else NOT_GIVEN
    said = printed(value_cell(last, line.unit, language, kind=line.kind), language)
    on = strategy.asked.say(ON).format(said, numbers.date(last.on, language))
    return Cell(", ".join(filter(None, (on, stage_read(line.pk, last, strategy.asked)))))


def _break(series: Series, strategy: Strategy) -> Cell:
    found = series.last_break
    if found is None or found.on > strategy.day:
        return Cell(strategy.asked.say(NO_BREAK))
    on = numbers.date(found.on, strategy.asked.language)
    return Cell(strategy.asked.say(BREAK).format(on))


def _aims(row: Row, line: IndicatorLine, series: Series, strategy: Strategy) -> Iterator[Cells]:
    """Yield the targets by their day; one of its own that nobody set is said to be missing."""
    first, say = Cell(f"{row.action.called}. {line.name}"), strategy.asked.say
    for aim in series.aims:
        said = judged_aim(aim, series, strategy)
        words = OWN if aim.kind is TargetKind.TARGET else LEGAL
        yield (
            first,
            bare(aim_of(aim, line, strategy.asked.language)),
            day(aim.due_on),
            Cell(say(words).format(aim.reference)),
            Cell(say(said)),
        )
    if not series.targets:
        yield first, NOT_GIVEN, NOT_GIVEN, Cell(say(OWN)), NOT_APPLICABLE


def judged_aim(aim: Aim, series: Series, strategy: Strategy) -> Text:
    held = reached(aim, series, strategy)
    return NOT_YET if held is False and aim.due_on > strategy.day else REACHED[held]


def reached(aim: Aim, series: Series, strategy: Strategy) -> bool | None:
    """Tell whether the last known value is at an aim; None where that cannot be said."""
    last = known_by(series, strategy)
    return None if last is None else reaches(last, aim, series.direction, series.scale)
