"""Rows of the green budget annex for IT lines (law of finances for 2024, article 191).

The maquette of the annex was not readable: these are rows that it can take, and not the annex. A
line that nobody rated is "not rated", counted in euros on the first page; the responsible digital
share says nothing of a rating.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.utils.text import capfirst

from portulan.accounts.words import LegalForm
from portulan.budget.green.ratings import ratings_of, said_of
from portulan.budget.green.rules import RatedAmount, parts_of
from portulan.budget.labels import AXES, RATINGS, STAGES
from portulan.budget.lines.reads import lines_in_force
from portulan.budget.models import BudgetLine, FiscalYear
from portulan.budget.words import Axis, Rating, Stage, Verdict
from portulan.catalogue.obligations import Bound
from portulan.core.say.country import tax_words
from portulan.core.say.text import ProblemKind, Text, UnusableInputError
from portulan.plans.words import Section as BudgetSection
from portulan.publication.documents.asking import Asked, Draft, Kind, Part
from portulan.publication.documents.cell import (
    Cell,
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
UNRATED = Text("Non coté n’est pas neutre.", "Not rated is not neutral.")
ALL_RATED = Text("Toutes les lignes sont cotées.", "All the lines are rated.")
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
AXIS, AMOUNT = Text("Axe", "Axis"), Text("Montant", "Amount")
MIXED = Text("mixte", "mixed")
PARTS = Text("Ce qui est coté, part par part", "What is rated, part by part")
NOT_RATED = Text("non coté", "not rated")
NOT_RATED_TITLE = Text("Ce qui n’est pas coté", "What is not rated")
LINES = Text("Lignes d’investissement", "Investment lines")
ABOVE = 3500
BOUND_FORMS = {
    *(LegalForm.TOWN, LegalForm.INTERCOMMUNAL, LegalForm.DEPARTMENT, LegalForm.REGION),
    LegalForm.PUBLIC_BODY,
}
FIRST_YEARS = {2024: (Axis.MITIGATION,), 2025: (Axis.MITIGATION, Axis.BIODIVERSITY)}


def build(asked: Asked) -> Draft:
    year = asked.fiscal_year
    stage, lines = _lines(year) if year is not None else (Stage.REALISED, [])
    if year is None or not lines:
        raise UnusableInputError(NO_LINES.at(year=str(asked.year)))
    axes = FIRST_YEARS.get(asked.year, tuple(Axis))
    own, accounts = said_of(year)
    amounts = [RatedAmount(one.nature, _euros(one, stage), own.get(one.pk, {})) for one in lines]
    rated = [
        (line, [parts_of(weighed, axis, accounts) for axis in axes])
        for line, weighed in zip(lines, amounts, strict=True)
    ]
    named = asked.say(LINES)
    return asked.document(
        "green",
        title=Text(TITLE.fr.format(asked.year), TITLE.en.format(asked.year)),
        notices=(asked.say(WHOM), asked.say(INDEPENDENT)),
        sections=[
            Part(asked.say(NOT_RATED_TITLE), lambda: _unrated(rated, axes, year, asked)),
            Part(named, lambda: (_table(rated, axes, stage, year, asked),)),
            *_parts(rated, axes, year, asked),
        ],
        draft=asked.is_under_way,
    )


def _unrated(
    rated: Rated, axes: tuple[Axis, ...], year: FiscalYear, asked: Asked
) -> list[Table | Prose]:
    rows = []
    for place, axis in enumerate(axes):
        left = [its[place][None] for _line, its in rated if None in its[place]]
        if left:
            count, euros = amount(len(left), Unit.NUMBER), amount(sum(left, Decimal()), Unit.MONEY)
            rows.append((Cell(f"{axis.value}. {AXES[axis]}"), count, euros))
    if not rows:
        return [Prose(asked.say(ALL_RATED))]
    basis = tax_words(year.tax_basis, asked.language)
    heads = (
        asked.say(AXIS),
        Text("Lignes non cotées", "Lines that are not rated").say(asked.language),
        f"{asked.say(AMOUNT)} ({basis})",
    )
    table = Table(asked.say(NOT_RATED_TITLE), heads, tuple(rows))
    return [Prose(asked.say(UNRATED)), table]


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


# Each line, and on each axis what it is by rating, in euros.
type Rated = list[tuple[BudgetLine, list[dict[Rating | None, Decimal]]]]


def _euros(line: BudgetLine, stage: Stage) -> Decimal:
    euros: Decimal = getattr(line, stage.column)
    return euros


def _word(parts: dict[Rating | None, Decimal], asked: Asked) -> str:
    """Return the rating of a line on an axis; split, it is mixed and its parts stand apart."""
    if len(parts) > 1:
        return MIXED.say(asked.language)
    return _named(next(iter(parts)), asked)


def _named(rating: Rating | None, asked: Asked) -> str:
    return str(RATINGS[rating]).lower() if rating else NOT_RATED.say(asked.language)


def _parts(rated: Rated, axes: tuple[Axis, ...], year: FiscalYear, asked: Asked) -> list[Section]:
    """Return the rows of what is rated: a line that is split has one for each part."""
    reasons = {
        (one.line_id, one.nature, one.axis, one.rating): one.reason for one in ratings_of(year)
    }
    rows = tuple(
        (
            Cell(line.nature),
            Cell(line.label),
            Cell(f"{axis.value}. {AXES[axis]}"),
            Cell(_named(rating, asked)),
            amount(euros, Unit.MONEY, quality=Quality.DECLARED),
            Cell(_reason(line, axis, rating, reasons)),
        )
        for line, its in rated
        for axis, parts in zip(axes, its, strict=True)
        if any(rating is not None for rating in parts)
        for rating, euros in sorted(parts.items(), key=lambda item: item[0] or "~")
    )
    if not rows:
        return []
    heads = (
        Text("Compte", "Account"),
        Text("Libellé", "Label"),
        AXIS,
        Text("Cotation", "Rating"),
        AMOUNT,
        Text("Motif", "Reason"),
    )
    title = asked.say(PARTS)
    return [Section(title, (Table(title, tuple(map(asked.say, heads)), rows, sheet=title),))]


def _reason(
    line: BudgetLine,
    axis: Axis,
    rating: Rating | None,
    reasons: Mapping[tuple[int | None, str, int, str], str],
) -> str:
    """Return why a part is rated so: what was said of the line, else of its account."""
    if rating is None:
        return ""
    own = reasons.get((line.pk, "", axis.value, rating.value))
    accounts = (line.nature[:end] for end in range(len(line.nature), 0, -1))
    said = (reasons.get((None, one, axis.value, rating.value)) for one in accounts)
    return own or next((one for one in said if one), "")


def _table(
    rated: Rated, axes: tuple[Axis, ...], stage: Stage, year: FiscalYear, asked: Asked
) -> Table:
    basis = tax_words(year.tax_basis, asked.language)
    heads = (
        Text("Compte", "Account").say(asked.language),
        Text("Libellé", "Label").say(asked.language),
        capfirst(f"{STAGES[stage]} ({basis})"),
        *(f"{axis.value}. {AXES[axis]}" for axis in axes),
    )
    rows = tuple(
        (
            Cell(line.nature),
            Cell(line.label),
            amount(_euros(line, stage), Unit.MONEY, quality=Quality.DECLARED),
            *(Cell(_word(parts, asked)) for parts in its),
        )
        for line, its in rated
    )
    return Table(asked.say(LINES), heads, rows, sheet=asked.say(LINES))


def binds(form: LegalForm, population: int | None) -> Bound:
    """Return whether the annex is due: over 3,500 inhabitants, by the nomenclature of accounts."""
    if form not in BOUND_FORMS:
        return Bound.NO
    if population is None:
        return Bound.POPULATION
    return Bound.STATUTE if population > ABOVE else Bound.NO


KIND = Kind(
    "green",
    Text("Budget vert\u00a0: lignes du numérique", "Green budget: IT lines"),
    Text("finances, avec le compte de l’exercice", "finance, with the accounts of the year"),
    build,
    french=True,
    binds=binds,
    needs_accounts=True,
)
