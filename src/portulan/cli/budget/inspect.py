"""`portulan budget inspect`: what a file of accounts holds, as JSON or as a page a person reads."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer

from portulan.cli import output
from portulan.cli.given import given_file
from portulan.core.say.numbers import number
from portulan.core.say.text import Language, Text

Files = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE", parser=given_file, help="TotEM, SCDL, or the IT department’s table."
    ),
]
ColumnOption = Annotated[
    list[str] | None,
    typer.Option(
        "--column",
        metavar="FIELD=COLUMN",
        help="Column of a ledger, by title or by index from 0, as realised=Mandaté or sheet=DSI;"
        " unit=1000 for k€; the answer to a question, as it shows it.",
    ),
]
EntityOption = Annotated[
    list[str] | None,
    typer.Option(
        "--entity",
        metavar="SIREN[:BUDGET]",
        help="Whose lines to read, in a file of several bodies or budgets (may be repeated).",
    ),
]


def inspect(
    files: Files,
    as_json: output.JsonOption = False,
    lang: output.LangOption = None,
    column: ColumnOption = None,
    entity: EntityOption = None,
    year: Annotated[
        int | None,
        typer.Option("--year", min=2000, max=2100, help="Fiscal year to read, of several."),
    ] = None,
) -> None:
    """Say what files of accounts hold: entity, year, totals, certain IT accounts, problems.

    Exit code 1 when errors are found in the input, 2 when a file is unusable: alone, it prints
    nothing on standard output; among several, it has a document with nothing but its problem.
    """
    from portulan.budget.imports import inspection
    from portulan.core.say.text import UnusableInputError

    language = output.language(lang)
    mapping = mapping_of(column or [], entity or [])
    documents: list[inspection.Document] = []
    code = output.DONE
    for file in files:
        try:
            with output.working(Text(f"Lecture de {file}", f"Reading {file}"), language):
                document = inspection.inspect(file, language, mapping=mapping, year=year)
            code = max(code, output.WITH_ERRORS if inspection.is_flawed(document) else output.DONE)
        except UnusableInputError as error:
            output.say_problem(error.problem, language)
            code = output.UNUSABLE
            document = inspection.unusable(error.problem, language)
        documents.append(document)
    if len(files) == 1 and code == output.UNUSABLE:
        raise typer.Exit(code)
    if as_json:
        output.print_documents(documents)
    else:
        from portulan.cli.budget.inspect import summary

        for file, document in zip(files, documents, strict=True):
            output.show(summary(str(file), document, language))
    raise typer.Exit(code)


def mapping_of(
    columns: list[str], entities: list[str] | None = None
) -> dict[str, int | str] | None:
    """Return the columns asked for by field; a number is an index, where a column is expected."""
    from portulan.budget.readers.ledger_mapping import TOGETHER, said

    mapping: dict[str, int | str] = {}
    for given in columns:
        pair = said(given)
        if pair is None:
            raise typer.BadParameter(f"{given!r}: FIELD=COLUMN", param_hint="--column")
        field, column = pair
        if field in TOGETHER and field in mapping:
            column = f"{mapping[field]}{TOGETHER[field]}{column}"
        mapping[field] = column
    if entities:
        mapping["entity"] = TOGETHER["entity"].join(entities)
    return mapping or None


_WORDS: dict[str, Text] = {
    "format": Text("Format", "Format"),
    "entity": Text("Organisme", "Body"),
    "year": Text("Exercice", "Year"),
    "delta": Text("décision modificative : variations", "amending decision: changes"),
    "nomenclature": Text("Nomenclature", "Nomenclature"),
    "rows": Text("Lignes", "Lines"),
    "kept": Text("lues", "kept"),
    "unknown": Text("inconnu", "unknown"),
    "totals": Text("Opérations réelles, hors résultats reportés", "Real movements of the year"),
    "strict": Text("Comptes informatiques certains, en dépense", "Certain IT accounts, expenses"),
    "total": Text("Total", "Total"),
    "calculated": Text("sous-totaux calculés", "computed subtotals"),
    "blank": Text("vides", "blank"),
    "header": Text("titres", "titles"),
    "heading": Text("titres de chapitre", "chapter headings"),
    "preamble": Text("introduction", "preamble"),
    "criteria": Text("critères", "criteria"),
    "opening": Text("à-nouveaux", "opening entries"),
    "closing": Text("écritures de clôture", "closing entries"),
    "balance-sheet": Text("comptes de bilan", "balance sheet accounts"),
    "disposal": Text("sorties d’immobilisations", "assets disposed of"),
    "no-amount": Text("sans montant", "without amount"),
    "not-an-account": Text("sans compte valable", "not an account"),
    "other-budget": Text("d’un autre budget", "of another budget"),
    "other-document": Text("d’un autre document", "of another document"),
    "other-entity": Text("d’un autre organisme", "of another body"),
    "other-kind": Text("d’une autre sorte", "of another kind"),
    "short": Text("auxquelles il manque des cellules", "that lack cells"),
    "after-total": Text("après le total", "after the total"),
    "other-year": Text("d’un autre exercice", "of another year"),
    "twin": Text("écrites deux fois", "written twice"),
    "controls": Text("Totaux de contrôle", "Control totals"),
    "no-control": Text(
        "le fichier n’imprime aucun total : rien ne prouve que ses lignes y sont toutes",
        "the file prints no total: nothing proves that its lines are all there",
    ),
    "held": Text(
        "montants imprimés sont les sommes de leurs lignes",
        "amounts printed are the sums of their lines",
    ),
    "printed": Text(
        "ligne {line}, {stage} : le fichier imprime {printed}, nous lisons {read}",
        "line {line}, {stage}: the file prints {printed}, we read {read}",
    ),
    "else": Text(
        "si aucune réponse ne convient, donnez les colonnes, --column account=… --column"
        " realised=…",
        "if no answer is right, give the columns, --column account=… --column realised=…",
    ),
    "proof": Text("Preuve", "Proof"),
    "proved": Text("prouvé par les totaux du fichier", "proved by the totals of the file"),
    "consistent": Text("cohérent, sans total de toutes les lignes", "consistent, without a"
                                                                    " total of all lines"),
    "unproved": Text("rien ne le prouve", "nothing proves it"),
    "contradicted": Text("contredit par un total du fichier", "contradicted by a total of"
                                                              " the file"),
    "cells": Text("Cellules", "Cells"),
    "lines": Text("de lignes", "of lines"),
    "control": Text("totaux de contrôle", "control totals"),
    "identifier": Text("codes et numéros", "codes and numbers"),
    "rate": Text("taux", "rates"),
    "derived": Text("tirées d’autres", "derived from others"),
    "other": Text("autres nombres", "other numbers"),
    "odd": Text("inexpliquées", "unexplained"),
    "questions": Text("Pour répondre", "To answer"),
    "problems": Text("Problèmes", "Problems"),
    "error": Text("erreur", "error"),
    "warning": Text("avertissement", "warning"),
    "line": Text("ligne", "line"),
    "F": Text("Fonctionnement", "Operations"),
    "I": Text("Investissement", "Investment"),
    "expense": Text("dépenses", "expenses"),
    "revenue": Text("recettes", "revenue"),
    "VOTED": Text("Voté", "Voted"),
    "OPENED": Text("Ouvert", "Opened"),
    "COMMITTED": Text("Engagé", "Committed"),
    "REALISED": Text("Mandaté", "Realised"),
    "CARRIED_OVER": Text("Restes à réaliser", "Carried over"),
}  # fmt: skip
_PROVEN = frozenset({"ledger", "orders"})  # whose printed totals are looked for


def summary(file: str, document: Mapping[str, Any], lang: Language) -> str:
    """Return the page of one file: who, when, the totals by stage, and what is wrong."""

    def word(key: str | None) -> str:
        return _WORDS[key or "unknown"].say(lang)

    entity = document["entity"]
    facts = [
        (word("format"), f"{document['format'] or '—'} ({document['encoding'] or '—'})"),
        (word("entity"), " · ".join(part for part in entity.values() if part) or word("unknown")),
        (word("year"), str(document["year"] or word("unknown"))),
        (word("nomenclature"), document["nomenclature"] or word("unknown")),
        (word("rows"), _rows(document["rows"], lang)),
    ]
    if cells := document.get("cells"):
        facts.append((word("proof"), word(document["proof"])))
        counted = (f"{n} {word('lines' if name == 'line' else name)}" for name, n in cells.items())
        facts.append((word("cells"), ", ".join(counted)))
    if document["delta"]:
        facts[2] = (facts[2][0], f"{facts[2][1]} ({word('delta')})")
    stages = document["stages"]
    head = ["", *(word(stage) for stage in stages)]
    totals: dict[str, list[str]] = {}
    for total in document["totals"]:
        title = f"{word(total['section'])}, {word(total['flow'])}"
        totals.setdefault(title, []).append(money(total["amount"], lang))
    strict: dict[str, dict[str, str]] = {}
    for item in document["it"]["strict"]:
        strict.setdefault(item["nature"], {})[item["stage"]] = money(item["amount"], lang)
    rows = [[nature, *(by[stage] for stage in stages)] for nature, by in strict.items()]
    total_row = [money(document["it"]["strict_total"][stage], lang) for stage in stages]
    blocks = [file, *(f"  {name:<14} {value}" for name, value in facts)]
    if stages:
        blocks += [
            "",
            f"  {word('totals')}",
            *_table([head, *([k, *v] for k, v in totals.items())]),
        ]
    if rows:
        blocks += ["", f"  {word('strict')}", *_table([head, *rows, [word("total"), *total_row]])]
    if document["problems"]:
        blocks += ["", f"  {word('problems')}"]
    for problem in document["problems"]:
        place = f", {word('line')} {problem['line']}" if problem["line"] else ""
        blocks.append(f"  - {word(problem['severity'])}{place} — {problem['message']}")
    return "\n".join([*blocks, *_proof(document, lang)]) + "\n\n"


def _proof(document: Mapping[str, Any], lang: Language) -> list[str]:
    """Return what the file proves of itself, then how to answer what it does not say."""
    blocks = []
    if document["format"] in _PROVEN and document["stages"]:
        controls = _controls(document.get("controls", []), lang)
        blocks += ["", f"  {_WORDS['controls'].say(lang)}", *controls]
    if asked := answers(document, lang):
        blocks += ["", f"  {_WORDS['questions'].say(lang)}", *(f"  {one}" for one in asked)]
        blocks.append(f"  {_WORDS['else'].say(lang)}")
    return blocks


def answers(document: Mapping[str, Any], lang: Language) -> list[str]:
    """Return the options that answer the questions of a file, with what each would give."""
    lines = []
    for question in document.get("questions", ()):
        for answer in question["answers"]:
            totals = answer["totals"]
            gives = ", ".join(
                f"{_WORDS[stage].say(lang).lower()} {money(amount, lang)}"
                for stage, amount in (totals or {}).items()
            )
            lines.append(f"{answer['option']}{' → ' if gives else ''}{gives}")
    return lines


def _controls(controls: list[Mapping[str, Any]], lang: Language) -> list[str]:
    """Return what the totals printed say of the lines, or that there are none."""
    if not controls:
        return [f"  {_WORDS['no-control'].say(lang)}"]
    held = sum(control["holds"] for control in controls)
    found = [f"  {held}/{len(controls)} {_WORDS['held'].say(lang)}"]
    for control in controls:
        if not control["holds"]:
            said = (
                _WORDS["printed"]
                .say(lang)
                .format(
                    line=control["line"],
                    stage=_WORDS[control["stage"]].say(lang).lower(),
                    printed=money(control["printed"], lang),
                    read=money(control["read"], lang),
                )
            )
            found.append(f"  - {said}")
    return found


def money(amount: str, lang: Language) -> str:
    """Return an amount of the JSON as people of the language read it."""
    return number(Decimal(amount), lang, decimals=2)


def _rows(rows: Mapping[str, Any], lang: Language) -> str:
    parts = [f"{rows['kept']} {_WORDS['kept'].say(lang)}"]
    for reason, count in rows["dropped"].items():
        parts.append(f"{count} {_WORDS.get(reason, Text(reason, reason)).say(lang).lower()}")
    return ", ".join(parts)


def _table(rows: list[list[str]]) -> list[str]:
    """Return the lines of a table, amounts to the right."""
    widths = [max(len(row[index]) for row in rows) for index in range(len(rows[0]))]
    return [
        "  "
        + row[0].ljust(widths[0])
        + "".join(f"  {cell.rjust(width)}" for cell, width in zip(row[1:], widths[1:], strict=True))
        for row in rows
    ]
