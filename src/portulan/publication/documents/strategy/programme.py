"""The work programme: who acts in the area, the footprint, what is engaged and its evaluation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from portulan.core.folding import fold
from portulan.core.say import numbers
from portulan.core.say.text import Text
from portulan.indicators.reads import IndicatorLine
from portulan.indicators.series import Series
from portulan.plans.actions.reads import Row
from portulan.plans.models import Stakeholder
from portulan.plans.stakeholders import stakeholders_of
from portulan.plans.words import ActorKind, Progress, Reach
from portulan.publication.documents.actions import judged
from portulan.publication.documents.cell import (
    NOT_GIVEN,
    Block,
    Cell,
    Prose,
    Quality,
    Table,
)
from portulan.publication.documents.figures import aim_of
from portulan.publication.documents.headings import NO_INDICATOR
from portulan.publication.documents.said import QUALITIES, printed
from portulan.publication.documents.strategy.indicators import (
    REACHES,
    judged_aim,
    known_by,
    last_of,
    source_of,
    value,
)
from portulan.publication.documents.strategy.strategy import Cells, Strategy, named

PUBLIC = Text("Acteurs publics du territoire", "Public actors of the area")
PRIVATE = Text("Acteurs privés du territoire", "Private actors of the area")
ACTOR_HEADS = (Text("Organisme", "Body"), Text("Rôle", "Role"))
FOOTPRINTS = Text("Bilans de l’impact environnemental", "Environmental footprints")
FOOTPRINT_HEADS = (
    Text("Bilan", "Footprint"),
    Text("Porte sur", "Bears on"),
    Text("Valeur", "Value"),
    Text("Unité", "Unit"),
    Text("Année", "Year"),
    Text("Méthode et périmètre", "Method and perimeter"),
    Text("Qualité", "Quality"),
    Text("Source", "Source"),
)
OF_ORGANISATION = Text("Numérique de l’organisation", "Digital technology of the organisation")
OF_AREA = Text("Usages numériques sur le territoire", "Digital uses in the area")
APART = Text(
    "Le bilan de l’organisation et celui du territoire ne s’ajoutent pas. Un bilan du territoire"
    " vient d’un indicateur en CO₂e, suivi par une action de portée «\u00a0territoire\u00a0».",
    "The footprint of the organisation and that of the area are never added. A footprint of the"
    " area comes from an indicator in CO₂e, followed by an action whose reach is the area.",
)
BEGUN = Text("Actions engagées", "Actions under way")
ENGAGED_HEADS = (
    Text("Action", "Action"),
    Text("Portée", "Reach"),
    Text("Où elle en est", "Where it stands"),
    Text("Évaluation", "Evaluation"),
)
EVALUATED = Text(
    "{name}\u00a0: {value}, pour une cible de {aim} au {day}, {held}",
    "{name}: {value}, for a target of {aim} on {day}, {held}",
)
NO_AIM = Text("{name}\u00a0: {value}, sans cible", "{name}: {value}, no target")
NOT_EVALUATED = Text("pas d’évaluation enregistrée", "no evaluation recorded")


def actors(strategy: Strategy) -> list[Table]:
    """Return the bodies of the register: public ones, then private ones; none is said."""
    known = [] if strategy.plan is None else list(stakeholders_of(strategy.plan))
    return [
        strategy.table(words, ACTOR_HEADS, _actors(known, kind))
        for kind, words in ((ActorKind.PUBLIC, PUBLIC), (ActorKind.PRIVATE, PRIVATE))
    ]


def _actors(known: Iterable[Stakeholder], kind: ActorKind) -> list[Cells]:
    found: list[Cells] = [
        (Cell(one.name), Cell(one.role) if one.role else NOT_GIVEN)
        for one in known
        if one.kind == kind
    ]
    return found or [(NOT_GIVEN, NOT_GIVEN)]


def footprint(strategy: Strategy) -> list[Block]:
    """Return the footprints that are followed: the organisation's, then those of the area."""
    found: dict[Reach, list[Cells]] = {Reach.ORGANISATION: [], Reach.TERRITORY: []}
    seen: set[int] = set()
    for row in strategy.rows:
        for line, series in strategy.series(row):
            if "co2" in fold(line.unit).replace("₂", "2") and line.pk not in seen:
                seen.add(line.pk)
                reach = _reach_of(line, strategy)
                found[reach].append(_footprint(line, series, reach, strategy))
    missing = {Reach.ORGANISATION: OF_ORGANISATION, Reach.TERRITORY: OF_AREA}
    rows = [
        cells
        for reach, its in found.items()
        for cells in its or [_no_footprint(missing[reach], reach, strategy)]
    ]
    table = strategy.table(FOOTPRINTS, FOOTPRINT_HEADS, rows)
    return [table, Prose(strategy.asked.say(APART), "small")]


def _reach_of(line: IndicatorLine, strategy: Strategy) -> Reach:
    """Return the area where all the actions that follow an indicator bear on it."""
    reaches = {
        row.action.reach
        for row in strategy.rows
        if any(one.pk == line.pk for one in strategy.followed[row.action.pk])
    }
    return Reach.TERRITORY if reaches == {Reach.TERRITORY} else Reach.ORGANISATION


def _footprint(line: IndicatorLine, series: Series, reach: Reach, strategy: Strategy) -> Cells:
    last = known_by(series, strategy)
    indicator = strategy.indicators[line.pk]
    quality = Quality.COMPUTED if indicator.computed_by else Quality.DECLARED
    return (
        Cell(line.name),
        Cell(strategy.asked.say(REACHES[reach])),
        value(last, line, strategy),
        Cell(numbers.unit(line.unit)),
        NOT_GIVEN if last is None else Cell(str(last.on.year)),
        Cell(indicator.description) if indicator.description else NOT_GIVEN,
        NOT_GIVEN if last is None else Cell(strategy.asked.say(QUALITIES[quality])),
        source_of(line, series, strategy),
    )


def _no_footprint(words: Text, reach: Reach, strategy: Strategy) -> Cells:
    say = strategy.asked.say
    return Cell(say(words)), Cell(say(REACHES[reach])), *[NOT_GIVEN] * 6


def engaged(strategy: Strategy) -> list[Table]:
    """Return the actions that were begun, each with what its last values say of its targets."""
    idle = (Progress.TODO, Progress.DROPPED)
    rows = [_engaged(row, strategy) for row in strategy.rows if row.progress not in idle]
    return [strategy.table(BEGUN, ENGAGED_HEADS, rows)]


def _engaged(row: Row, strategy: Strategy) -> Cells:
    say = strategy.asked.say
    said = "\u202f; ".join(_evaluations(row, strategy))
    return (
        Cell(named(row)),
        Cell(say(REACHES[row.action.reach])),
        Cell(say(judged(row, strategy.asked.today))),
        Cell(said or say(NO_INDICATOR if not row.followed else NOT_EVALUATED)),
    )


def _evaluations(row: Row, strategy: Strategy) -> Iterator[str]:
    """Yield each indicator that has a value, before its final target."""
    say, language = strategy.asked.say, strategy.asked.language
    for line, series in strategy.series(row):
        if known_by(series, strategy) is None:
            continue
        told = {"name": line.name, "value": printed(last_of(line, series, strategy), language)}
        aim = series.target
        if aim is None:
            yield say(NO_AIM).format(**told)
            continue
        told["aim"] = printed(aim_of(aim, line, language), language)
        told["day"] = numbers.date(aim.due_on, language)
        yield say(EVALUATED).format(**told, held=say(judged_aim(aim, series, strategy)))
