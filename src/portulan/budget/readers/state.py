"""State credits: a table of programmes and actions with commitment authorisations (AE) and payment
credits (CP), as budget documents publish them and as Chorus exports them.

AE and CP are two measures of one expense and are never added (organic law on budget acts, article
8): AE consumed is what was committed, CP consumed what was paid. CP voted and opened are the
credits of the year. AE voted or opened is a right to commit over several years, which is no stage
of the year: it is told and left out. Where titles say only AE and CP, the document says which they
are, else they are read as consumed, with a warning.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from portulan.budget.readers.facts import Facts
from portulan.budget.readers.ledger import table_reading
from portulan.budget.readers.ledger_columns import Field, phrase_of
from portulan.budget.readers.ledger_titles import Titles, title_blocks
from portulan.budget.readers.ledger_words import Sections
from portulan.budget.readers.lines import Header, Reading, Section
from portulan.core.folding import fold
from portulan.core.say.text import Problem, ProblemKind, Text, UnusableInputError
from portulan.core.tables.cells import text_of
from portulan.core.tables.sources import Source
from portulan.core.tables.tabular import Table, tables_of

NAME = "state"
FACTS = Facts(label=Text(fr="Crédits de l’État (AE, CP)", en="State credits (AE, CP)"))

type Credit = Literal["ae", "cp"]
type State = Literal["voted", "opened", "consumed"]

RIGHT_TO_COMMIT = ProblemKind(
    "right-to-commit",
    "warning",
    fr="« {title} » autorise à engager sur plusieurs années : ce n’est pas un crédit de l’année, la"
    " colonne n’est pas lue.",
    en="“{title}” allows commitments over several years: it is no credit of the year, the column is"
    " not read.",
)
CONSUMED_ASSUMED = ProblemKind(
    "consumed-assumed",
    "warning",
    fr="Rien ne dit si les AE et les CP sont votés, ouverts ou consommés : lus comme consommés (AE"
    " engagées, CP payés). Sinon, dites-le en choisissant les colonnes.",
    en="Nothing tells whether AE and CP are voted, opened or consumed: read as consumed (AE"
    " committed, CP paid). If not, say it by choosing the columns.",
)
TWO_COLUMNS = ProblemKind(
    "two-columns",
    "error",
    fr="« {first} » et « {second} » donnent le même montant. Dites laquelle lire en choisissant les"
    " colonnes.",
    en="“{first}” and “{second}” give the same amount. Say which to read by choosing the columns.",
)

_CREDITS: tuple[tuple[re.Pattern[str], Credit], ...] = (
    (re.compile(r"\bae\b|\bautorisations? (?:d')?engagement"), "ae"),
    (re.compile(r"\bcp\b|\bcredits? de paiement"), "cp"),
)
_STATES: tuple[tuple[re.Pattern[str], State], ...] = (
    (re.compile(r"\b(?:consomm|engage[er]|engages|execut|realis|paye|depens|mandat)"), "consumed"),
    (re.compile(r"\b(?:ouvert|lfr)"), "opened"),
    (re.compile(r"\b(?:vote|lfi|plf|pap|initial|loi de finances)"), "voted"),
)
# Neither voted, opened nor consumed: what is left, foreseen from others, a percentage.
_OTHER = re.compile(r"\b(?:disponible|reste|restant|affect|fdc|adp|fonds de concours|prev)|%|taux")
_STAGES: dict[tuple[Credit, State], Field | None] = {
    ("cp", "voted"): "voted",
    ("cp", "opened"): "opened",
    ("cp", "consumed"): "realised",
    ("ae", "consumed"): "committed",
    ("ae", "voted"): None,
    ("ae", "opened"): None,
}
# A catégorie of expenses or a titre is no account: they say the section and no more.
_KEYS: dict[Field, tuple[str, ...]] = {
    "chapter": ("code programme", "no programme", "programme"),
    "function": (
        *("domaine fonctionnel", "code sous action", "sous action", "sousaction"),
        *("code action", "no action", "action"),
    ),
    "operation": ("activite", "code activite", "code mission", "mission"),
    "service": ("centre financier", "centre de couts", "centre de cout", "uo", "bop"),
    "account": ("compte general", "compte pce", "compte"),
    "label": (
        *("libelle", "designation", "texte", "libelle activite", "libelle sous action"),
        *("libelle sousaction", "libelle action", "libelle programme", "programme libelle"),
    ),
    "supplier": ("fournisseur", "tiers", "nom fournisseur", "titulaire"),
    "order": ("ej", "no ej", "engagement juridique", "no piece de reference", "no engagement"),
    "contract": ("marche", "no marche", "contrat"),
    "section": ("titre", "code titre", "categorie", "code categorie"),
}
_LOLF = frozenset({"chapter", "function", "service", "operation"})


def recognises(source: Source) -> bool:
    """Return whether a table has AE, CP, and a programme or what stands below one."""
    return _found(source) is not None


def open_reading(source: Source, *, mapping: Mapping[str, int | str] | None = None) -> Reading:
    """Open the table. Raises UnusableInputError when two columns give one stage."""
    found = _found(source)
    assert found is not None, "open_reading comes after recognises"  # noqa: S101
    table, titles = found
    problems: list[Problem] = []
    amounts = _amounts(titles, _said(source.name, table, titles), problems)
    header = Header(format=NAME, nomenclature="LOLF")
    fields = {**_keys(titles), **amounts}
    sections = Sections(_section_said, otherwise="F")
    return table_reading(source, table, titles, fields, problems, header=header, sections=sections)


def _found(source: Source) -> tuple[Table, Titles] | None:
    for table in tables_of(source).by_name.values():
        for titles in title_blocks(table):
            measures = {_credit(title) for title in titles.titles}
            if {"ae", "cp"} <= measures and _LOLF & set(_keys(titles)):
                return table, titles
    return None


def _credit(title: str) -> Credit | None:
    words = fold(title)
    return next((credit for pattern, credit in _CREDITS if pattern.search(words)), None)


def _state(text: str) -> State | None:
    words = fold(text).replace("_", " ")
    return next((state for pattern, state in _STATES if pattern.search(words)), None)


def _keys(titles: Titles) -> dict[Field, int]:
    """Return the columns that say what a row is of, the preferred name of each first."""
    phrases = {phrase_of(title): at for at, title in reversed(list(enumerate(titles.titles)))}
    found = {
        field: next((phrases[name] for name in names if name in phrases), None)
        for field, names in _KEYS.items()
    }
    return {field: at for field, at in found.items() if at is not None}


def _said(name: str, table: Table, titles: Titles) -> State | None:
    """Return what the document says its credits are: above its titles, or by its name."""
    above = [text_of(cell) for row, cells in table.head if row < titles.last_row for cell in cells]
    base = re.split(r"[/\\]", name)[-1]
    states = (_state(text) for text in (*above, table.name, base))
    return next((state for state in states if state is not None), None)


def _amounts(titles: Titles, said: State | None, problems: list[Problem]) -> dict[Field, int]:
    """Return the column of each stage. Raises UnusableInputError when two give the same one."""
    fields: dict[Field, int] = {}
    assumed = False
    spent = {_credit(title) for title in titles.titles if _state(title) == "consumed"}
    for at, title in enumerate(titles.titles):
        credit = _credit(title)
        if credit is None or _OTHER.search(fold(title)):
            continue
        state = _state(title) or said
        # Beside a column of what is consumed, one of the same credit is what it is consumed from.
        if credit in spent and _state(title) is None and state != "voted":
            state = "opened"
        assumed = assumed or state is None
        stage = _STAGES[credit, state or "consumed"]
        if stage is None:
            problems.append(RIGHT_TO_COMMIT.at(title=title))
        elif stage in fields:
            first = titles.titles[fields[stage]]
            raise UnusableInputError(TWO_COLUMNS.at(first=first, second=title))
        else:
            fields[stage] = at
    if assumed:
        problems.append(CONSUMED_ASSUMED.at())
    return fields


def _section_said(text: str) -> Section | None:
    """Return the section of a titre (5) or a catégorie (51, 52): investment, or operating."""
    code = re.search(r"[0-9]", text)
    return None if code is None else "I" if code[0] == "5" else "F"
