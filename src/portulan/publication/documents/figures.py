"""The five figures that a board reads first, each with its definition and how far it holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from portulan.budget.indicator.comparing import compare
from portulan.budget.indicator.facts import YearFacts
from portulan.budget.indicator.published import NR_SHARE, published_stages
from portulan.budget.indicator.trajectory import TrajectoryYear
from portulan.budget.labels import STAGES, stage_word
from portulan.budget.words import Stage
from portulan.core.amounts import Share, identified
from portulan.core.folding import fold
from portulan.core.say import numbers
from portulan.core.say.country import tax_words
from portulan.core.say.text import Language, Text, semicolons
from portulan.core.say.values import Count
from portulan.impact.effects import Aside, PlanImpact, impact_of
from portulan.impact.engine.archetype import Reach, View
from portulan.impact.engine.items import Indicator as Effect
from portulan.indicators.models import Indicator
from portulan.indicators.reads import IndicatorLine, line_of, series_by_indicator
from portulan.indicators.series import Aim, Reading, Series
from portulan.indicators.words import Kind, Level
from portulan.plans.actions.reads import Row
from portulan.plans.words import CommitmentLevel, Progress
from portulan.publication.board import Dashboard
from portulan.publication.documents import judging
from portulan.publication.documents.asking import Asked
from portulan.publication.documents.cell import (
    EMPTY,
    NOT_APPLICABLE,
    UNKNOWN,
    Cell,
    Quality,
    Table,
    Unit,
    amount,
    cost,
    text,
)

HEADS = (
    Text("Chiffre, et ce qu’il dit", "Figure, and what it says"),
    Text("Valeur", "Value"),
    Text("Un an avant", "A year before"),
    Text("Cible", "Target"),
    Text("Stade, ou date", "Stage, or date"),
    Text("Fiabilité", "Reliability"),
)
SHARE = Text(
    "Part NR du budget informatique\u00a0: ce que ses lignes consacrent au numérique responsable",
    "Responsible digital share of the IT budget: what its lines dedicate to it",
)
LEVEL = Text(
    "Actions en Réalisation, sur {:action non abandonnée|actions non abandonnées}",
    "Actions in Implementation, of {:action|actions} not dropped",
)
AT_VOTE = Text("{} au vote du plan", "{} when the plan was voted")
CARBON = Text(
    "CO₂e en moins par an, attendu en régime établi (vue amortie)",
    "CO₂e less per year, expected once all is in place (amortised view)",
)
OF_CARBON = Text(
    "du 5e au 95e centile\u00a0: {} à {}",
    "5th to 95th percentile: {} to {}",
)
NOT_ESTIMATED = Text(
    "{:action non estimée|actions non estimées}", "{:action not estimated|actions not estimated}"
)
COVERED = Text("couverture {}", "coverage {}")
BETWEEN = Text("entre {} et {}", "between {} and {}")
NOT_COMPARED = Text("ne se compare pas", "does not compare")
READ_ON = Text("relevé du {}", "reading of {}")
TYPED = Text("saisi dans Portulan", "typed in Portulan")
ESTIMATED_FROM = Text("facteurs publiés, tirages", "published factors, draws")
YES, NO = Text("oui", "yes"), Text("non", "no")
MADE_OF = Text("lignes budgétaires", "budget lines")


def five_figures(board: Dashboard, language: Language, caption: str) -> Table:
    """Return the five figures of a dashboard: share, commitments, carbon, and two indicators.

    The indicators are strategic ones that have readings, else those of actions; a figure that
    nobody knows stays on the page, unknown.
    """
    rows = [_share(board, language), _levels(board, language), _carbon(board, language)]
    rows += [indicator_row(*one, board.year, language) for one in _indicators(board)[:2]]
    heads = tuple(head.say(language) for head in HEADS)
    return Table(caption, heads, tuple(rows), sheet=caption)


SAYS = Text(
    "En {year}, {value} du budget informatique vont au numérique responsable ({stage}).",
    "In {year}, {value} of the IT budget goes to responsible digital ({stage}).",
)
AIM = Text("L’ambition est de {ambition}\u00a0: {judged}.", "The ambition is {ambition}: {judged}.")
NEXT = Text(
    "Pour {year}, il manque {amount} pour tenir {ambition}.",
    "For {year}, {amount} is missing to hold {ambition}.",
)
NOT_KNOWN = Text(
    "La part du budget informatique dédiée au numérique responsable n’est pas encore connue.",
    "The share of the IT budget dedicated to responsible digital is not known yet.",
)


def lede(board: Dashboard, language: Language) -> str:
    """Return the first sentences: the share, the ambition judged, what the next year lacks."""
    year, following = board.current, board.following
    if year is None or year.value is None:
        said = [NOT_KNOWN.say(language)]
    else:
        told = {
            "year": year.year,
            "value": numbers.percent(year.value, language),
            "stage": stage_words(year, language),
        }
        said = [SAYS.say(language).format(**told)]
        if (judged := _judged(year)) is not None:
            ambition = numbers.percent(year.ambition, language)
            said.append(AIM.say(language).format(ambition=ambition, judged=judged.say(language)))
    if following is not None and following.gap is not None and following.gap > 0:
        told = {
            "year": following.year,
            "amount": numbers.money(following.gap, language, unit="k€"),
            "ambition": numbers.percent(following.ambition, language),
        }
        said.append(NEXT.say(language).format(**told))
    return " ".join(said)


def _judged(year: TrajectoryYear) -> Text | None:
    return judging.of_share(year.stage, value=year.value, lower=year.lower, ambition=year.ambition)


def stage_words(year: TrajectoryYear, language: Language) -> str:
    if year.stage is None:
        return Text("doté ou demandé", "allotted or asked").say(language)
    basis = year.computed.fiscal_year.tax_basis if year.computed else "TTC"
    return f"{STAGES[year.stage]}, {year.year}, {tax_words(basis, language)}"


def reliability(year: TrajectoryYear, language: Language) -> str:
    """Return the interval and the coverage of a share, as far as they are known."""
    said = []
    if year.lower is not None and year.upper is not None:
        bounds = (numbers.percent(one, language) for one in (year.lower, year.upper))
        said.append(BETWEEN.say(language).format(*bounds))
    if year.computed is not None and year.computed.figure.coverage is not None:
        coverage = numbers.percent(year.computed.figure.coverage, language, decimals=0)
        said.append(COVERED.say(language).format(coverage))
    return ", ".join(said)


def _share(board: Dashboard, language: Language) -> tuple[Cell, ...]:
    year = board.current
    if year is None:
        return (text(SHARE.say(language)), UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN)
    judged = _judged(year)
    said = reliability(year, language)
    if judged is not None:
        said = f"{said}{Text(chr(0x202F) + '; ', '; ').say(language)}{judged.say(language)}"
    return (
        text(SHARE.say(language)),
        amount(year.value, Unit.PERCENT, source=MADE_OF.say(language)),
        before_of(year, board.known, language),
        amount(year.ambition, Unit.PERCENT, quality=Quality.DECLARED),
        text(stage_words(year, language)),
        text(said),
    )


def before_of(year: TrajectoryYear, known: YearFacts, language: Language) -> Cell:
    """Return the share of the year before where the two compare, or that they do not."""
    if year.computed is None:
        return NOT_APPLICABLE
    found = compare(year.computed, known).compared
    if found is None or found.until is not None:  # the year before, until the same day: no share
        return Cell(NOT_COMPARED.say(language))
    return share_cell(found.before.share)  # of another stage than the one shown first, maybe


def share_cell(of: Share) -> Cell:
    """Return a cell of a share, which says the stage of its accounts."""
    return amount(identified(of.value, of.of), Unit.PERCENT, suffix=stage_word(of.stage))


def _levels(board: Dashboard, language: Language) -> tuple[Cell, ...]:
    going = [row for row in board.rows if row.progress is not Progress.DROPPED]
    firm = [row for row in going if row.level is CommitmentLevel.IMPLEMENTATION]
    voted = next(one.at_vote for one in board.levels if one.level is CommitmentLevel.IMPLEMENTATION)
    return (
        text(LEVEL.say(language).format(Count(len(going)))),
        amount(len(firm), Unit.NUMBER),
        EMPTY,
        EMPTY,
        text(Text("décisions datées", "dated decisions").say(language)),
        EMPTY if voted is None else text(AT_VOTE.say(language).format(voted)),
    )


def impact_on(board: Dashboard) -> PlanImpact:
    """Return the effects of the actions of a plan, once for all that says them."""
    name = "impact", board.plan.pk
    return board.known.once(name, lambda: impact_of([row.action for row in board.rows]))


def _carbon(board: Dashboard, language: Language) -> tuple[Cell, ...]:
    impact = impact_on(board)
    group = impact.sums.groups.get((View.AMORTISED, Reach.REDUCTION))
    joint = group.joints.get(Effect.GWP) if group else None
    name = text(CARBON.say(language))
    missing = unestimated(impact)
    left = NOT_ESTIMATED.say(language).format(Count(missing)) if missing else ""
    if joint is None:
        return (name, UNKNOWN, EMPTY, EMPTY, EMPTY, Cell(left))
    low, high = (_tonnes(value) for value in (joint.quantiles.p5, joint.quantiles.p95))
    bounds = [f"{numbers.number(one, language)}{numbers.NO_BREAK}t" for one in (low, high)]
    return (
        name,
        amount(
            _tonnes(joint.quantiles.p50),
            Unit.NUMBER,
            quality=Quality.ESTIMATED,
            suffix="t",
            source=ESTIMATED_FROM.say(language),
        ),
        EMPTY,
        EMPTY,
        text(Text("estimé, pas mesuré", "estimated, not measured").say(language)),
        text(semicolons(filter(None, (OF_CARBON.say(language).format(*bounds), left)), language)),
    )


def unestimated(impact: PlanImpact) -> int:
    """Return how many actions nobody estimated, or somebody did without a number."""
    return len(impact.aside(Aside.NOT_ASKED)) + len(impact.aside(Aside.NOT_ESTIMATED))


def _tonnes(kilograms: float) -> Decimal:
    return numbers.rounded(Decimal(str(kilograms)).scaleb(-3), 0 if abs(kilograms) >= 10_000 else 1)


def _indicators(board: Dashboard) -> list[tuple[IndicatorLine, Series]]:
    """Return the indicators of a plan that have readings, strategic ones first."""
    name = "indicators", board.plan.pk, board.year
    return board.known.once(name, lambda: _read_indicators(board))


def _read_indicators(board: Dashboard) -> list[tuple[IndicatorLine, Series]]:
    found = Indicator.objects.filter(
        action_links__action__plan=board.plan, computed_by=""
    ).distinct()
    lines = {
        one.pk: (
            one.level != Level.STRATEGIC,
            line_of(one),
        )
        for one in found.order_by("pk")
    }
    series = series_by_indicator(
        [line for _order, line in lines.values()], among=found.values("pk")
    )
    known = [
        ((last_in(series[pk], board.year) is None, order), line, series[pk])
        for pk, (order, line) in lines.items()
        if series[pk].target is not None and line.kind in (Kind.PERCENTAGE, Kind.QUANTITY)
    ]
    return [(line, one) for _order, line, one in sorted(known, key=lambda item: item[0])]


def indicator_row(
    line: IndicatorLine, series: Series, year: int, language: Language
) -> tuple[Cell, ...]:
    """Return an indicator as a figure: its last value of the year, of the year before, its aim."""
    now, before = last_in(series, year), last_in(series, year - 1)
    target = series.target
    return (
        text(line.name),
        value_cell(now, line.unit, language),
        value_cell(before, line.unit, language),
        UNKNOWN if target is None else aim_cell(target.value, target.text, line.unit),
        text(READ_ON.say(language).format(numbers.date(now.on, language)) if now else ""),
        text(Text("déclaré, relevé saisi", "declared, typed reading").say(language)),
    )


def last_in(series: Series, year: int) -> Reading | None:
    """Return the last reading of a year, known or not; None when there was none."""
    found = [item for item in series.readings if item.on.year == year]
    return found[-1] if found else None


def value_cell(reading: Reading | None, unit: str, language: Language, *, kind: str = "") -> Cell:
    """Return a reading; what is yes or no is said in words."""
    if reading is None or not reading.is_known:
        return UNKNOWN
    if kind == Kind.YES_NO and reading.value is not None:
        return Cell((YES if reading.value else NO).say(language))
    source = TYPED.say(language)
    if reading.value is None:
        return text(reading.text, source=source)
    return measure(reading.value, unit, Quality.DECLARED, source)


def reading_cell(row: Row, reading: Reading | None, asked: Asked, *, is_bare: bool = False) -> Cell:
    """Return a reading of what follows an action, with its unit unless it is said beside.

    A share of the IT budget that Portulan computed says the stage of its accounts: two years of it
    may not be at one.
    """
    unit, kind = (row.main.unit, row.main.kind) if row.main else ("", "")
    cell = value_cell(reading, unit, asked.language, kind=kind)
    cell = bare(cell) if is_bare else cell
    stage = stage_read(row.main.pk, reading, asked) if row.main and reading else ""
    return replace(cell, suffix=stage) if stage else cell


def stage_read(indicator: int, reading: Reading, asked: Asked) -> str:
    """Return the stage of a share of the IT budget that Portulan computed, else ""."""
    shares, stages = asked.known.once("stages of shares", lambda: _stages_of_shares(asked))
    is_share = indicator in shares and reading.on in stages
    return str(STAGES[stages[reading.on]]) if is_share else ""


def means_of(row: Row, asked: Asked) -> Cell:
    """Return what an action costs in a year, at its stage: a column may hold several."""
    paid = row.cost(asked.year)
    stage = stage_word(paid.stage) if paid.value and paid.stage else ""
    return replace(cost(paid), suffix=stage)


def _stages_of_shares(asked: Asked) -> tuple[set[int], dict[date, Stage]]:
    place = asked.organisation.pk
    computed = Indicator.objects.filter(organisation=place, computed_by=NR_SHARE)
    return set(computed.values_list("pk", flat=True)), published_stages(place)


def aim_cell(value: Decimal | None, words: str, unit: str) -> Cell:
    return text(words) if value is None else measure(value, unit, Quality.DECLARED, "")


def aim_of(target: Aim | None, line: IndicatorLine, language: Language) -> Cell:
    """Return what an indicator aims at, as its readings are said."""
    if target is None:
        return UNKNOWN
    reading = Reading(target.due_on, target.value, target.text)
    return value_cell(reading, line.unit, language, kind=line.kind)


def measure(value: Decimal, unit: str, quality: Quality, source: str) -> Cell:
    """Return a value with its unit of measure."""
    if unit == "%":
        return amount(value, Unit.RATE, quality=quality, source=source)
    return amount(value, Unit.NUMBER, quality=quality, suffix=numbers.unit(unit), source=source)


def bare(cell: Cell, *, rate: bool = False) -> Cell:
    """Return a measure without its unit, that is said beside it; with `rate`, its “%” too."""
    if not rate or cell.unit is not Unit.RATE or not cell.value:
        return replace(cell, suffix="")
    value = numbers.rounded(Decimal(cell.value), 1)
    return amount(value, Unit.NUMBER, quality=cell.quality, source=cell.source)


def named_unit(line: IndicatorLine) -> str:
    """Return the name of an indicator with its unit, where the name does not say it."""
    unit = numbers.unit(line.unit)
    if unit in ("", "%") or fold(unit) in fold(line.name):
        return line.name
    return f"{line.name} ({unit})"
