"""The yearly declaration of circular purchases (AGEC, article 58), and what must be read with it.

Its CSV has the shape that the public schema wants: comma, point, columns to the letter. It goes
through the two passes that any declaration goes through, and is not written if one fails. Nothing
here says that the law is kept.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from portulan.accounts.words import LegalForm
from portulan.budget.purchases import schema
from portulan.budget.purchases.declaration import judge
from portulan.budget.purchases.reads import Year, purchases_of
from portulan.budget.purchases.rules import Bought, readings
from portulan.catalogue.obligations import BY_KEY, Bound, Key
from portulan.core.money import to_cents
from portulan.core.say import numbers
from portulan.core.say.country import tax_words
from portulan.core.say.text import Problem, ProblemKind, Text, UnusableInputError
from portulan.core.say.values import Amount, Count
from portulan.publication.documents import pdf
from portulan.publication.documents.asking import BY_CHOICE, Asked, Draft, Kind
from portulan.publication.documents.cell import (
    EMPTY,
    Cell,
    Document,
    Prose,
    Quality,
    Section,
    Table,
    Unit,
    amount,
    text,
)

INSIDE = Text(
    "La déclaration, au schéma public des achats circulaires",
    "The declaration, in the public schema of circular purchases",
)
TITLE = Text(
    "Achats issus du réemploi, de la réutilisation ou intégrant des matières recyclées",
    "Purchases from reuse (réemploi, réutilisation) or with recycled matter",
)
NOTHING = ProblemKind(
    "nothing-qualified",
    "error",
    fr="Aucun achat de {year} n’est qualifié\u00a0: {lines:ligne attend|lignes attendent}, pour"
    " {amount:fr}. Dites de chacune son type de produit et son origine.",
    en="No purchase of {year} is qualified: {lines:line waits|lines wait}, for {amount:en}. Say the"
    " type of product and the origin of each.",
)
NO_SIRET = ProblemKind(
    "no-siret",
    "error",
    fr="{name} n’a pas de SIRET\u00a0: donnez celui de l’établissement qui achète, dans la fiche de"
    " l’organisation.",
    en="{name} has no SIRET: give that of the establishment that buys, on the organisation’s page.",
)
OVER = ProblemKind(
    "parts-over-lines",
    "error",
    fr="Des parts dépassent ce qui est mandaté, pour {lines:ligne|lignes}\u00a0: corrigez-les.",
    en="Parts exceed what is realised, for {lines:line|lines}: correct them.",
)
INCOHERENT = ProblemKind(
    "incoherent-declaration",
    "error",
    fr="La déclaration ne tiendrait pas\u00a0: {reason}",
    en="The declaration would not hold: {reason}",
)
WAITS = ProblemKind(
    "left-out",
    "error",
    fr="Il reste {lines:ligne|lignes} à qualifier, soit {amount:fr}\u00a0: ce montant n’est"
    " pas dans la déclaration.",
    en="Still to be qualified: {lines:line|lines}, {amount:en}, not in it.",
)
ALL_QUALIFIED = Text(
    "Toutes les lignes de comptes de fournitures et d’équipements sont qualifiées.",
    "All lines of accounts of supplies and equipment are qualified.",
)
BY_STATUTE = Text(
    "Selon le statut de l’établissement, la loi demande ce document ou non\u00a0: vérifiez.",
    "By the body’s statute, the law asks for this document or not: check.",
)
DUE = Text(
    "À publier avant le 30 juin {} (arrêté du 13 janvier 2025), sous Licence Ouverte. Portulan ne"
    " publie rien de lui-même.",
    "To be published before 30 June {} (arrêté of 13 January 2025), under Licence Ouverte. Portulan"
    " publishes nothing by itself.",
)
DECLARED = Text("Ce qui est déclaré", "What is declared")
CAPTION = Text("Dépenses de l’année civile, en euros HT", "Spending of the civil year, euros HT")
READ = Text("Trois lectures de la part", "Three readings of the share")
READ_CAPTION = Text(
    "Informatique et téléphonie, en % des achats", "IT and telephony, in % of purchases"
)
LIMITS = Text("Ce que ce document ne dit pas", "What this document does not say")
LIMITS_SAID = (
    Text(
        "Aucun texte lu ne dit si les dons entrent dans le total\u00a0: ils n’y sont pas, et leur"
        " colonne est à part.",
        "No text that was read says whether gifts enter the total: they do not, and have a column"
        " of their own.",
    ),
    Text(
        "Un produit à la fois réemployé et à matière recyclée compte une fois, en réemploi.",
        "A product both reused and with recycled matter counts once, as reuse.",
    ),
    Text(
        "Un produit qui contient de la matière recyclée compte pour tout son prix.",
        "A product with recycled matter counts for all its price.",
    ),
    Text(
        "Les locations n’y sont que si quelqu’un l’a dit\u00a0: aucun texte lu ne les range.",
        "What is rented is in it only where somebody said so: no text that was read places it.",
    ),
    Text(
        "Le seuil de la loi pour l’informatique et la téléphonie est de {} en {year}"
        " (décret 2024-134, annexe)\u202f; dire si la loi est respectée n’est pas l’affaire de ce"
        " document.",
        "The threshold of the law for IT and telephony is {} in {year} (décret 2024-134, annex);"
        " whether the law is kept is not for this document to say.",
    ),
)
NOTE_GIFTS = "dons au forfait, non compris dans montant_total"
NOTE_LEFT_OUT = (
    "déclaration partielle\u00a0: {lines:ligne|lignes} d’achats à qualifier, soit {amount:fr}"
    " {basis}, tous types confondus, n’y sont pas"
)
NOTE_ESTIMATED = "dont {} € HT estimés par un taux de TVA"
SCHEMA = Text("Schéma, par son sceau", "Schema, by its seal")


def build(asked: Asked) -> Draft:
    found = purchases_of(asked.organisation.pk, asked.year)
    _refuse(asked, found)
    draft = asked.document(
        "agec",
        title=TITLE,
        notices=tuple(_notices(asked, found)),
        cover=(
            (Text("SIRET", "SIRET"), text(asked.organisation.siret)),
            (Text("Année civile", "Civil year"), Cell(str(asked.year))),
            (SCHEMA, Cell(schema.DIGEST)),
        ),
        sections=[
            Section(asked.say(DECLARED), (_table(asked, found),)),
            Section(asked.say(READ), (_readings(asked, found),)),
            Section(asked.say(LIMITS), tuple(_limits(asked))),
        ],
        draft=asked.today.year <= asked.year,
    )
    _hold(write_csv(draft.whole()))
    return draft


def leaves_out(asked: Asked) -> Problem | None:
    """Return what the declaration of a year leaves out, as nobody qualified it."""
    return _left_out(purchases_of(asked.organisation.pk, asked.year))


def _left_out(found: Year) -> Problem | None:
    if not found.waiting_lines:
        return None
    return WAITS.at(lines=Count(found.waiting_lines), amount=Amount(found.waiting_amount))


def _refuse(asked: Asked, found: Year) -> None:
    if not found.kinds:
        raise UnusableInputError(
            NOTHING.at(
                year=str(asked.year),
                lines=Count(found.waiting_lines),
                amount=Amount(found.waiting_amount),
            )
        )
    if not asked.organisation.siret:
        raise UnusableInputError(NO_SIRET.at(name=asked.organisation.name))
    if found.over:
        raise UnusableInputError(OVER.at(lines=Count(found.over)))


def _notices(asked: Asked, found: Year) -> list[str]:
    place, said = asked.organisation, []
    bound = BY_KEY[Key.PURCHASES].binds(LegalForm(place.legal_form), place.population)
    if bound is Bound.NO:
        said.append(asked.say(BY_CHOICE).format(place.name))
    elif bound is Bound.STATUTE:
        said.append(asked.say(BY_STATUTE))
    left = _left_out(found)
    said.append(left.message(asked.language) if left else asked.say(ALL_QUALIFIED))
    return [*said, asked.say(DUE).format(asked.year + 1)]


def _table(asked: Asked, found: Year) -> Table:
    """Return the rows of the declaration, in the order of the schema; its comments are French."""
    left = _note_left_out(asked, found)
    rows = [
        _row(category, found.kinds[category], left)
        for category in schema.categories()
        if category in found.kinds
    ]
    heads = (
        Text("Type de produit", "Type of product"),
        Text("Tout", "All"),
        Text("Réemploi, réutilisation", "Reuse"),
        Text("Dons, au forfait", "Gifts, flat value"),
        Text("Matière recyclée", "Recycled matter"),
        Text("Commentaire", "Comment"),
    )
    named = asked.say(DECLARED)
    return Table(asked.say(CAPTION), tuple(map(asked.say, heads)), tuple(rows), sheet=named)


def _note_left_out(asked: Asked, found: Year) -> list[str]:
    """Return the comment that each row has: any of them may lack what nobody qualified."""
    if not found.waiting_lines:
        return []
    year = asked.fiscal_year
    basis = tax_words(year.tax_basis, "fr") if year else ""
    lines, amount_ = Count(found.waiting_lines), Amount(found.waiting_amount)
    return [NOTE_LEFT_OUT.format(lines=lines, amount=amount_, basis=basis)]


def _row(category: str, kind: Bought, notes: Iterable[str]) -> tuple[Cell, ...]:
    quality = Quality.ESTIMATED if kind.estimated else Quality.DECLARED
    notes = [*notes]
    if kind.gifts:
        notes.append(NOTE_GIFTS)
    if kind.estimated:
        notes.append(NOTE_ESTIMATED.format(numbers.number(kind.estimated, "fr", decimals=2)))
    comment = "\u202f; ".join(notes)
    return (
        Cell(category),
        *(amount(one, quality=quality) for one in (kind.total, kind.reuse)),
        amount(kind.gifts, quality=Quality.DECLARED),
        amount(kind.recycled, quality=quality),
        Cell(comment) if comment else EMPTY,
    )


def _readings(asked: Asked, found: Year) -> Table:
    read = readings(found.kinds.get(schema.IT_CATEGORY, Bought()))
    rows = (
        (
            Text(
                "Avec les dons, au numérateur et au dénominateur",
                "With gifts, in numerator and denominator",
            ),
            read.with_gifts,
        ),
        (
            Text("Avec les dons, au numérateur seulement", "With gifts, in the numerator only"),
            read.gifts_above,
        ),
        (Text("Sans les dons", "Without gifts"), read.without_gifts),
    )
    heads = (Text("Lecture", "Reading"), Text("Part", "Share"))
    return Table(
        asked.say(READ_CAPTION),
        tuple(map(asked.say, heads)),
        tuple((Cell(asked.say(name)), amount(value, Unit.PERCENT)) for name, value in rows),
    )


def _limits(asked: Asked) -> list[Prose]:
    threshold = BY_KEY[Key.PURCHASES].threshold(asked.year)
    said = [asked.say(one) for one in LIMITS_SAID[:-1]]
    if threshold is not None:
        percent = numbers.percent(threshold.percent, asked.language, decimals=0)
        said.append(asked.say(LIMITS_SAID[-1]).format(percent, year=asked.year))
    return [Prose(one, "item") for one in said]


def write_csv(document: Document) -> bytes:
    """Return the file of the public schema: UTF-8, commas, points, its own column names."""
    siret, stream = dict(document.cover)["SIRET"].value, io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(schema.names())
    for category, total, reuse, gifts, recycled, comment in next(document.tables).rows:
        amounts = (str(to_cents(Decimal(one.value))) for one in (total, reuse, gifts, recycled))
        first = (str(document.year), siret, document.organisation, category.value)
        writer.writerow((*first, *amounts, comment.value))
    return stream.getvalue().encode()


def write_pdf(document: Document) -> bytes:
    """Return the declaration to be read, with the file of the public schema inside."""
    siret = dict(document.cover)["SIRET"].value
    name = f"{siret}-{document.year}.csv"
    words = INSIDE.say(document.language)
    return pdf.write_pdf(document, pdf.Attached(name, "text/csv", words, write_csv(document)))


def _hold(content: bytes) -> None:
    """Refuse a file that its own two passes would not let through: negative sums, for one."""
    judged = judge(content)
    for problem in (*judged.by_schema, *judged.by_sense):
        reason = Text(problem.message("fr"), problem.message("en"))
        raise UnusableInputError(INCOHERENT.at(reason=reason))


KIND = Kind(
    "agec",
    Text(
        "Déclaration des achats circulaires (AGEC, article 58)",
        "Declaration of circular purchases (AGEC, article 58)",
    ),
    Text("data.gouv.fr", "data.gouv.fr"),
    build,
    binds=BY_KEY[Key.PURCHASES].binds,
    due=lambda year: date(year + 1, 6, 30) if BY_KEY[Key.PURCHASES].threshold(year) else None,
    leaves_out=leaves_out,
    formats=("csv", "pdf", "odt", "html", "xlsx", "ods"),
    french=True,
    writers={"csv": write_csv, "pdf": write_pdf},
)
