"""Rows of the green budget annex for IT lines (law of finances for 2024, article 191).

The maquette of the annex was not readable: these are rows that it can take, and not the annex. A
line that nobody rated is "not rated", counted in euros on the first page; the responsible digital
share says nothing of a rating.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from portulan.budget.green.rules import RatedAmount, rating_of
from portulan.budget.labels import AXES, RATINGS, STAGES
from portulan.budget.lines.reads import lines_in_force
from portulan.budget.models import BudgetLine, FiscalYear, GreenRating
from portulan.budget.words import Axis, Rating, Stage, Verdict
from portulan.core.say import numbers
from portulan.core.say.country import tax_words
from portulan.core.say.text import ProblemKind, Text, UnusableInputError
from portulan.plans.words import Section as BudgetSection
from portulan.publication.documents.asking import Asked, Kind
from portulan.publication.documents.cells import (
    Cell,
    Document,
    Prose,
    Quality,
    Section,
    Table,
    Unit,
    amount,
)

TITLE = Text(
    "Impact du budget pour la transition écologique {}\u00a0: lignes du numérique",
    "Green budget annex (impact du budget pour la transition écologique) {}: IT lines",
)
NO_LINES = ProblemKind(
    "no-investment",
    "error",
    fr="{year} n’a aucune ligne d’investissement informatique mandatée ni ouverte.",
    en="{year} has no IT investment line that is realised or opened.",
)
UNRATED = Text(
    "{lines} lignes, soit {amount}, ne sont pas cotées sur l’axe {axis}\u00a0: non coté n’est pas"
    " neutre.",
    "{lines} lines, {amount}, are not rated on the axis {axis}: not rated is not neutral.",
)
WHOM = Text(
    "L’annexe est due par les entités de plus de 3\u202f500 habitants en M57, au compte"
    " administratif ou au CFU. Sa maquette n’a pas pu être lue\u00a0: ces lignes peuvent y entrer,"
    " elles ne sont pas l’annexe.",
    "The annex is due by entities of more than 3,500 inhabitants under M57, with the accounts of"
    " the year. Its model could not be read: these rows may enter it, they are not the annex.",
)
INDEPENDENT = Text(
    "La part NR ne dit rien d’une cotation, et une cotation ne dit rien d’elle.",
    "The responsible digital share says nothing of a rating, nor a rating of it.",
)
NOT_RATED = Text("non coté", "not rated")
NOT_RATED_TITLE = Text("Ce qui n’est pas coté", "What is not rated")
LINES = Text("Lignes d’investissement", "Investment lines")
FIRST_YEARS = {2024: (Axis.MITIGATION,), 2025: (Axis.MITIGATION, Axis.BIODIVERSITY)}


def build(asked: Asked) -> Document:
    year = asked.fiscal_year
    stage, lines = _lines(year) if year is not None else (Stage.REALISED, [])
    if year is None or not lines:
        raise UnusableInputError(NO_LINES.at(year=str(asked.year)))
    axes = FIRST_YEARS.get(asked.year, tuple(Axis))
    own, accounts = _ratings(year)
    rated = [
        (
            line,
            [
                rating_of(RatedAmount(line.nature, Decimal(), own[line.pk]), axis, accounts)
                for axis in axes
            ],
        )
        for line in lines
    ]
    named = asked.say(LINES)
    return asked.document(
        "green",
        title=Text(TITLE.fr.format(asked.year), TITLE.en.format(asked.year)),
        notices=(asked.say(WHOM), asked.say(INDEPENDENT)),
        sections=[
            Section(asked.say(NOT_RATED_TITLE), tuple(_unrated(rated, axes, stage, asked))),
            Section(named, (_table(rated, axes, stage, year, asked),)),
        ],
        draft=asked.is_under_way,
    )


def _unrated(rated: Rated, axes: tuple[Axis, ...], stage: Stage, asked: Asked) -> list[Prose]:
    said = []
    for place, axis in enumerate(axes):
        left = [getattr(line, stage.column) for line, its in rated if its[place] is None]
        told = {
            "lines": numbers.number(len(left), asked.language),
            "amount": numbers.money(sum(left, Decimal()), asked.language),
            "axis": f"{axis.value}, {str(AXES[axis]).lower()}",
        }
        said.append(Prose(asked.say(UNRATED).format(**told), "item"))
    return said


def _lines(year: FiscalYear) -> tuple[Stage, list[BudgetLine]]:
    """Return the IT investment lines at the surest stage that they have."""
    its = lines_in_force(year).filter(
        section=BudgetSection.INVESTMENT, verdict__in=[Verdict.IN, Verdict.MIXED]
    )
    for stage in (Stage.REALISED, Stage.OPENED):
        lines = list(
            its.exclude(**{f"{stage.column}__isnull": True})
            .exclude(**{stage.column: 0})
            .order_by("nature", "row", "pk")
        )
        if lines:
            return stage, lines
    return Stage.REALISED, []


type Rated = list[tuple[BudgetLine, list[Rating | None]]]
type Own = defaultdict[int, dict[Axis, Rating]]


def _ratings(year: FiscalYear) -> tuple[Own, dict[tuple[str, Axis], Rating]]:
    own: Own = defaultdict(dict)
    accounts = {}
    for item in GreenRating.objects.filter(fiscal_year=year):
        axis, rating = Axis(item.axis), Rating(item.rating)
        if item.line_id is None:
            accounts[item.nature, axis] = rating
        else:
            own[item.line_id][axis] = rating
    return own, accounts


def _table(
    rated: Rated, axes: tuple[Axis, ...], stage: Stage, year: FiscalYear, asked: Asked
) -> Table:
    basis = tax_words(year.tax_basis, asked.language)
    heads = (
        Text("Compte", "Account").say(asked.language),
        Text("Libellé", "Label").say(asked.language),
        f"{STAGES[stage]} ({basis})",
        *(f"{axis.value}. {AXES[axis]}" for axis in axes),
    )
    rows = tuple(
        (
            Cell(line.nature),
            Cell(line.label),
            amount(getattr(line, stage.column), Unit.MONEY, quality=Quality.DECLARED),
            *(
                Cell(str(RATINGS[one]).lower() if one else NOT_RATED.say(asked.language))
                for one in its
            ),
        )
        for line, its in rated
    )
    return Table(asked.say(LINES), heads, rows, sheet=asked.say(LINES))


KIND = Kind(
    "green",
    Text("Budget vert\u00a0: lignes du numérique", "Green budget: IT lines"),
    Text("finances, avec le compte de l’exercice", "finance, with the accounts of the year"),
    build,
    french=True,
)
