"""What is public as open data: tables with their schema, in a data package (pure).

CSV as machines read it: commas, UTF-8, points, ISO days, empty where nothing is known. A text that
a spreadsheet would compute is made inert. Each field is described in French and in English.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from portulan.core.contracts import to_json
from portulan.core.fields import Field as Declared
from portulan.core.fields import Kind
from portulan.core.say.text import Language, Text, semicolons
from portulan.core.spreadsheet import plain
from portulan.impact.words import Moment
from portulan.publication.documents.judging import SAID, of_effect
from portulan.publication.public.edition import NAME, PUBLIC, ActionLine, Edition
from portulan.publication.words import LICENCES

type Value = str | int | date | None
VERSION = "1.0.0"
PACKAGE, WHOLE, CATALOGUE = "datapackage.json", "public.json", "catalogue.jsonld"
TITLE = Text("Numérique responsable\u00a0: {}", "Responsible digital: {}")
ABOUT = Text(
    "Ce que {} promet, prévoit, essaie et fait pour un numérique responsable, et ce que cela coûte,"
    " tel que publié le {} (édition {}).",
    "What {} promises, foresees, tries and does for a responsible digital technology, and what it"
    " costs, as published on {} (edition {}).",
)


@dataclass(frozen=True, slots=True)
class Field:
    """A column: its name, its type in Table Schema, what it means."""

    name: str
    type: str
    means: Text
    required: bool = False

    def schema(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "name": self.name,
            "type": self.type,
            "description": self.means.fr,
            "description_en": self.means.en,
        }
        if self.required:
            found["constraints"] = {"required": True}
        return found


@dataclass(frozen=True, slots=True)
class Resource:
    """A table of what is public."""

    name: str
    title: Text
    fields: tuple[Field, ...]
    rows: Callable[[Edition], Iterable[Sequence[Value]]]
    key: tuple[str, ...] = ()

    def schema(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "$schema": "https://specs.frictionlessdata.io/schemas/table-schema.json",
            "name": self.name,
            "title": self.title.fr,
            "title_en": self.title.en,
            "version": VERSION,
            "fields": [one.schema() for one in self.fields],
        }
        if self.key:
            found["primaryKey"] = list(self.key)
        return found

    def dicts(self, edition: Edition) -> list[dict[str, Any]]:
        return [
            {one.name: _plain(value, one.type) for one, value in zip(self.fields, row, strict=True)}
            for row in self.rows(edition)
        ]


def _plain(value: Value, kind: str) -> Any:
    if value is None or value == "":
        return None
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if kind == "number" else value


YEAR = Field("year", "year", Text("Exercice", "Fiscal year"), True)
ORGANISATION = Field(
    "organisation", "string", Text("SIREN ou numéro du pays, sinon nom", "Number, else name"), True
)


def _who(edition: Edition) -> str:
    return edition.organisation.number or edition.organisation.name


def _shares(edition: Edition) -> Iterator[Sequence[Value]]:
    for one in edition.shares:
        yield (
            *(_who(edition), one.year, one.stage, one.value, one.lower, one.upper, one.coverage),
            *(one.ambition, one.numerator, one.denominator, edition.organisation.currency),
            *(one.basis, one.perimeter, one.published_on, one.figure),
        )


def _accounts(edition: Edition) -> Iterator[Sequence[Value]]:
    for one in edition.accounts:
        label = one.label.fr
        yield (_who(edition), one.year, one.account, label, one.dedicated, one.whole)


def _themes(edition: Edition) -> Iterator[Sequence[Value]]:
    return ((_who(edition), one.year, one.title, one.dedicated) for one in edition.themes)


def _actions(edition: Edition) -> Iterator[Sequence[Value]]:
    for one in edition.actions:
        read = one.indicator
        yield (
            *(_who(edition), one.number, one.title, one.axis, one.pilot, one.level),
            *(one.voted_level, one.progress, one.standing.value, SAID[one.standing].fr),
            *(one.starts_on, one.due_on, one.decided_on, one.decided_by, one.reason),
            *((read.name, read.unit, read.value, read.text, read.read_on) if read else [None] * 5),
            *((read.target, read.target_text, read.target_on) if read else [None] * 3),
            *(words_of(one, field, "fr") for field in PUBLIC),
        )


_TYPES = {Kind.DAY: "date", Kind.NUMBER: "number"}


def words_of(line: ActionLine, field: Declared, language: Language) -> Value:
    """Return what a public field says: its words, its day, its number as a text."""
    value = getattr(line, field.name)
    match field.kind:
        case _ if value is None:
            return None
        case Kind.STEP:
            return field.steps[value].say(language)
        case Kind.LINES:
            return semicolons(value, language)
        case Kind.NUMBER:
            return str(value)
    found: Value = value
    return found


def _dropped(edition: Edition) -> Iterator[Sequence[Value]]:
    return ((_who(edition), one.code, one.title, one.reason) for one in edition.dropped)


def _effects(edition: Edition) -> Iterator[Sequence[Value]]:
    for one in edition.effects:
        said = of_effect(Moment(one.moment)).fr
        yield (
            *(_who(edition), one.number, one.title, "avoided" if one.avoided else "reduction"),
            *(said, one.low, one.median, one.high, one.made_on),
        )


RESOURCES = (
    Resource(
        "shares",
        Text("Part du budget informatique", "Share of the IT budget"),
        (
            ORGANISATION,
            YEAR,
            Field(
                "stage",
                "string",
                Text(
                    "Stade\u00a0: voted (voté), opened (ouvert), committed (engagé), realised"
                    " (mandaté)",
                    "Stage: voted, opened, committed or realised",
                ),
                True,
            ),
            Field("value", "number", Text("Part, en %", "Share, in %"), True),
            Field("lower", "number", Text("Part justifiée seule, en %", "Justified alone, in %")),
            Field(
                "upper",
                "number",
                Text("Part avec ce qui est proposé, en %", "With what is proposed, in %"),
            ),
            Field(
                "coverage",
                "number",
                Text("Montants qualifiés, en %", "Amounts that were qualified, in %"),
            ),
            Field("ambition", "number", Text("Ambition votée, en %", "Ambition voted, in %")),
            Field("numerator", "number", Text("Montant dédié", "Amount dedicated"), True),
            Field("denominator", "number", Text("Budget informatique", "IT budget"), True),
            Field("currency", "string", Text("Monnaie (ISO 4217)", "Currency (ISO 4217)"), True),
            Field("tax_basis", "string", Text("TTC ou HT", "TTC with tax, HT without"), True),
            Field("perimeter", "integer", Text("Édition du périmètre", "Perimeter edition"), True),
            Field("published_on", "date", Text("Publiée le", "Published on"), True),
            Field(
                "figure",
                "string",
                Text("Sceau de ce qui la compose", "Seal of what it is made of"),
            ),
        ),
        _shares,
        ("organisation", "year"),
    ),
    Resource(
        "accounts",
        Text("Montants dédiés par compte", "Amounts dedicated by account"),
        (
            ORGANISATION,
            YEAR,
            Field(
                "account",
                "string",
                Text(
                    "Compte\u00a0; vide pour les comptes d’une seule ligne, ensemble",
                    "Account; empty for accounts of one line, together",
                ),
            ),
            Field("label", "string", Text("Libellé du compte", "Label of the account, in French")),
            Field("dedicated", "number", Text("Montant dédié", "Amount dedicated"), True),
            Field("it_budget", "number", Text("Part dans le budget informatique", "In IT budget")),
        ),
        _accounts,
    ),
    Resource(
        "themes",
        Text("Montants dédiés par thématique", "Amounts dedicated by theme"),
        (
            ORGANISATION,
            YEAR,
            Field("theme", "string", Text("Thématique\u00a0; vide hors action", "Theme, or none")),
            Field("dedicated", "number", Text("Montant dédié", "Amount dedicated"), True),
        ),
        _themes,
    ),
    Resource(
        "actions",
        Text("Actions et indicateurs", "Actions and indicators"),
        (
            ORGANISATION,
            Field("number", "integer", Text("Numéro", "Number"), True),
            Field("title", "string", Text("Titre", "Title"), True),
            Field("axis", "string", Text("Axe", "Axis")),
            Field("pilot", "string", Text("Fonction du pilote", "Function of the pilot")),
            Field(
                "level",
                "integer",
                Text(
                    "Niveau d’engagement\u00a0: 1 réflexion, 2 expérimentation, 3 réalisation",
                    "Level of commitment: 1 study, 2 experiment, 3 implementation",
                ),
                True,
            ),
            Field("voted_level", "integer", Text("Niveau au vote", "Level at the vote")),
            Field("progress", "string", Text("Avancement (code)", "Progress (code)"), True),
            Field("standing", "string", Text("Où elle en est (code)", "Where it stands (code)")),
            Field("standing_said", "string", Text("Où elle en est", "The same, in French")),
            Field("starts_on", "date", Text("Début", "Start")),
            Field("due_on", "date", Text("Fin prévue", "Planned end")),
            Field("decided_on", "date", Text("Dernière décision", "Last decision")),
            Field("decided_by", "string", Text("Organe qui décide", "Deciding body")),
            Field("reason", "string", Text("Motif, ou ce qui bloque", "Reason, or what blocks")),
            Field("indicator", "string", Text("Indicateur principal", "Main indicator")),
            Field("unit", "string", Text("Unité", "Unit")),
            Field("value", "number", Text("Dernière valeur", "Last value")),
            Field("value_said", "string", Text("La même, en mots", "The same, in words")),
            Field("read_on", "date", Text("Relevée le", "Read on")),
            Field("target", "number", Text("Cible", "Target")),
            Field("target_said", "string", Text("La même, en mots", "The same, in words")),
            Field("target_on", "date", Text("Échéance de la cible", "When the target is due")),
            *(Field(one.name, _TYPES.get(one.kind, "string"), one.label) for one in PUBLIC),
        ),
        _actions,
        ("organisation", "number"),
    ),
    Resource(
        "dropped",
        Text("Bonnes pratiques écartées", "Good practices not taken up"),
        (
            ORGANISATION,
            Field("code", "string", Text("Code de la pratique", "Code of the practice"), True),
            Field("title", "string", Text("Titre", "Title"), True),
            Field("reason", "string", Text("Motif", "Reason"), True),
        ),
        _dropped,
    ),
    Resource(
        "effects",
        Text("Ce que les actions épargnent", "What actions spare"),
        (
            ORGANISATION,
            Field("number", "integer", Text("Numéro de l’action", "Number of the action"), True),
            Field("title", "string", Text("Action", "Action"), True),
            Field(
                "reach",
                "string",
                Text(
                    "reduction : chez l’organisation ; avoided : chez d’autres, jamais ajouté",
                    "reduction: in the organisation; avoided: elsewhere, never added",
                ),
                True,
            ),
            Field(
                "said",
                "string",
                Text("attendu (estimé) ou mesuré", "attendu: expected; mesuré: measured"),
                True,
            ),
            Field("low", "number", Text("5e centile, kgCO₂e par an", "5th percentile"), True),
            Field("median", "number", Text("Médiane, kgCO₂e par an", "Median"), True),
            Field("high", "number", Text("95e centile, kgCO₂e par an", "95th percentile"), True),
            Field("made_on", "date", Text("Estimé ou mesuré le", "Estimated or measured on")),
        ),
        _effects,
        ("organisation", "number", "reach"),
    ),
)


def shown(edition: Edition) -> list[Resource]:
    """Return the tables that have something to say of what is public."""
    return [one for one in RESOURCES if any(True for _row in one.rows(edition))]


def write_csv(resource: Resource, edition: Edition) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([one.name for one in resource.fields])
    for row in resource.rows(edition):
        writer.writerow(
            [_written(value, one) for one, value in zip(resource.fields, row, strict=True)]
        )
    return stream.getvalue().encode()


def _written(value: Value, field: Field) -> str:
    if value is None:
        return ""
    if field.type == "string":
        return plain(str(value))
    return value.isoformat() if isinstance(value, date) else str(value)


def write_json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def whole(edition: Edition) -> dict[str, Any]:
    """Return all that is public as one document, in the format that seals it."""
    return {"format": NAME, **to_json(edition)}


def files_of(edition: Edition) -> dict[str, bytes]:
    """Return the files of open data by name: tables, their schemas, the package, the whole."""
    found: dict[str, bytes] = {}
    for one in shown(edition):
        found[f"{one.name}.csv"] = write_csv(one, edition)
        found[f"{one.name}.json"] = write_json(one.dicts(edition))
        found[f"{one.name}.schema.json"] = write_json(one.schema())
    found[WHOLE] = write_json(whole(edition))
    found[PACKAGE] = write_json(package(edition, found))
    return found


def sha256_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def package(edition: Edition, files: Mapping[str, bytes]) -> dict[str, Any]:
    """Return the `datapackage.json` of what is public (Data Package, version 1)."""
    terms, house = LICENCES[edition.licence], edition.organisation
    day = edition.published_on.isoformat()
    return {
        "profile": "tabular-data-package",
        "name": "numerique-responsable",
        "title": TITLE.fr.format(house.name),
        "title_en": TITLE.en.format(house.name),
        "description": ABOUT.fr.format(house.name, day, edition.number),
        "description_en": ABOUT.en.format(house.name, day, edition.number),
        "version": f"{edition.number}.0.0",
        "created": f"{day}T00:00:00Z",
        "licenses": [{"name": terms.name, "path": terms.url, "title": terms.title.fr}],
        "contributors": [{"title": house.name, "role": "publisher"}],
        "sources": [{"title": edition.plan.title}],
        "resources": [
            {
                "profile": "tabular-data-resource",
                "name": one.name,
                "title": one.title.fr,
                "title_en": one.title.en,
                "path": f"{one.name}.csv",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "bytes": len(files[f"{one.name}.csv"]),
                "hash": "sha256:" + sha256_of(files[f"{one.name}.csv"]),
                "schema": one.schema(),
            }
            for one in shown(edition)
        ],
    }
