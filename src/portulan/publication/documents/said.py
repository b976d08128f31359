"""How a cell is said: for people in the language of its document, for a sheet as a value (pure)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from portulan.core import spreadsheet
from portulan.core.say import numbers
from portulan.core.say.country import settled
from portulan.core.say.text import Language, Text
from portulan.core.say.values import Count
from portulan.publication.documents.cell import Cell, Counted, Document, Quality, Table, Unit

NARROWEST, WIDEST = 8, 48  # characters of a column
UNKNOWN = Text("inconnu", "unknown")
NOT_GIVEN = Text("non renseigné", "not given")
NOT_APPLICABLE = Text("sans objet", "not applicable")
SEAL = Text("Sceau", "Seal")
AS_OF = Text("Données au {}", "Data as of {}")
UNKNOWN_CELLS = Text(
    "{} cellules de ce document disent «\u00a0inconnu\u00a0» ou «\u00a0non renseigné\u00a0»\u00a0:"
    " ce n’est ni zéro, ni vide.",
    "{} cells of this document say “unknown” or “not given”: that is neither zero nor empty.",
)
ONE_UNKNOWN = Text(
    "Une cellule de ce document dit «\u00a0inconnu\u00a0» ou «\u00a0non renseigné\u00a0»\u00a0:"
    " ce n’est ni zéro, ni vide.",
    "One cell of this document says “unknown” or “not given”: that is neither zero nor empty.",
)
TO_WRITE = Text(
    "{:texte reste à écrire, marqué|textes restent à écrire, marqués} «\u00a0[à compléter]\u00a0».",
    "{:text is|texts are} still to be written: marked “[to be completed]”.",
)
CARRIED = Text(
    "{:texte repris d’une année passée attend|textes repris d’une année passée attendent} la"
    " confirmation d’une personne.",
    "{:text waits|texts wait}, carried from a past year, for a person to confirm.",
)
DRAFT = Text("Projet, année en cours", "Draft, year under way")
QUALITIES = {
    Quality.MEASURED: Text("mesuré", "measured"),
    Quality.COMPUTED: Text("calculé", "computed"),
    Quality.JUSTIFIED: Text("justifié", "justified"),
    Quality.DECLARED: Text("déclaré", "declared"),
    Quality.ESTIMATED: Text("estimé", "estimated"),
    Quality.AT_LEAST: Text("au moins, une part est inconnue", "at least, a part is unknown"),
}


def printed(cell: Cell, language: Language) -> str:
    """Return what people read in a cell, in the currency at work (`speaking`)."""
    if cell.quality is Quality.UNKNOWN:
        return UNKNOWN.say(language)
    if cell.quality is Quality.NOT_GIVEN:
        return cell.value or NOT_GIVEN.say(language)
    if cell.quality in (Quality.TO_WRITE, Quality.CARRIED):
        return cell.value
    if cell.quality is Quality.NOT_APPLICABLE:
        return NOT_APPLICABLE.say(language)
    if cell.unit is Unit.TEXT or not cell.value:
        return cell.value
    if cell.unit is Unit.DAY:
        return numbers.date(date.fromisoformat(cell.value), language)
    said = _number(Decimal(cell.value), cell.unit, language)
    if cell.quality is Quality.AT_LEAST:
        said = f"≥{numbers.NO_BREAK}{said}"
    return f"{said}{numbers.NO_BREAK}{cell.suffix}" if cell.suffix else said


def _number(value: Decimal, unit: Unit, language: Language) -> str:
    if unit is Unit.MONEY:
        return numbers.money(value, language)
    if unit is Unit.THOUSANDS:
        return numbers.money(value, language, unit="k€")
    if unit is Unit.PERCENT:
        return numbers.percent(value, language)
    if unit is Unit.RATE:
        return numbers.share(numbers.rounded(value, 1).scaleb(-2), language)
    return numbers.number(value, language)


def typed(cell: Cell, language: Language) -> spreadsheet.Cell:
    """Return a cell as a sheet holds it: a number, a day, or the word for what has none."""
    if cell.is_unknown or cell.quality in (Quality.NOT_APPLICABLE, Quality.AT_LEAST):
        return printed(cell, language)
    if cell.unit is Unit.DAY and cell.value:
        return date.fromisoformat(cell.value)
    if cell.unit in (Unit.PERCENT, Unit.RATE) and cell.value:
        return spreadsheet.Share(Decimal(cell.value).scaleb(-2))
    return Decimal(cell.value) if cell.unit is not Unit.TEXT and cell.value else cell.value


def widths_of(document: Document, table: Table) -> list[int]:
    """Return the width of each column of a table, in characters, by what it holds.

    A head may go over several lines, a word never; a long text is cut into lines, not into words.
    """
    found = []
    with settled(document.country, document.currency):
        rows = [[printed(cell, document.language) for cell in row] for row in table.rows]
    for at, head in enumerate(table.heads):
        longest = max((len(row[at]) for row in rows), default=0)
        word = max(map(len, head.split(" "))) + 2
        found.append(max(NARROWEST, min(WIDEST, max(longest, word))))
    return found


def first_page(document: Document, counted: Counted | None = None) -> Iterator[str]:
    """Yield what must be read before the rest.

    `counted` is what is counted of it, where the document given has not all its sections.
    """
    unknown, to_write, carried = document.counted if counted is None else counted
    if document.is_draft:
        yield f"{DRAFT.say(document.language)}."
    yield from document.notices
    if unknown:
        said = (ONE_UNKNOWN if unknown == 1 else UNKNOWN_CELLS).say(document.language)
        yield said.format(unknown)
    if to_write:
        yield TO_WRITE.say(document.language).format(Count(to_write))
    if carried:
        yield CARRIED.say(document.language).format(Count(carried))


def cover_of(document: Document) -> list[tuple[str, str]]:
    """Return the facts of the cover, said."""
    with settled(document.country, document.currency):
        return [(name, printed(cell, document.language)) for name, cell in document.cover]


def as_of(document: Document) -> str:
    return AS_OF.say(document.language).format(numbers.long_date(document.on, document.language))
