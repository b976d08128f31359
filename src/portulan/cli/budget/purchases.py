"""`portulan budget qualify` and `portulan budget declaration`: purchases, and files of others."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from portulan.cli.budget.decisions import year_of
from portulan.cli.budget.imports import YearOption
from portulan.cli.given import OrgOption, given_file
from portulan.cli.output import (
    UNUSABLE,
    WITH_ERRORS,
    JsonOption,
    LangOption,
    exit_code,
    language,
    print_json,
    say,
    say_problem,
    tell_judgement,
)
from portulan.core.money import as_text
from portulan.core.say.text import Language, Text, UnusableInputError

if TYPE_CHECKING:
    from portulan.accounts.actors import Actor
    from portulan.budget.models import FiscalYear

_DONE = Text(
    "{} lignes qualifiées, {} dons\u202f; {} l’étaient déjà\u202f; {} attendent encore, pour {} €.",
    "{} lines qualified, {} gifts; {} were already; {} are still waiting, for €{}.",
)
_NOTHING = Text("Rien n’a été écrit.", "Nothing was written.")


def qualify(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", parser=given_file, help="The sheet of purchases: .csv, .xlsx or .ods."
        ),
    ],
    org: OrgOption,
    year: YearOption,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it would do.")] = False,
    replace: Annotated[
        bool,
        typer.Option(
            "--replace", help="Where nothing shows which is the later, take what is in the sheet."
        ),
    ] = False,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Say what lines bought, from the sheet of purchases, all or nothing.

    A line that the sheet names has the parts that the sheet says, in place of its own. Exit code 1
    when rows are refused: then nothing is written.
    """
    spoken = language(lang)
    actor, fiscal_year = year_of(org, year, spoken)
    try:
        report = _qualified(actor, fiscal_year, file, spoken, dry_run=dry_run, replace=replace)
    except UnusableInputError as error:
        say_problem(error.problem, spoken)
        raise typer.Exit(UNUSABLE) from error
    waits = report["waiting"]
    said = (*(report[name] for name in ("lines", "gifts", "unchanged")), *waits.values())
    tell_judgement(report, spoken, as_json=as_json, told=[_DONE.say(spoken).format(*said)])
    if not report["written"]:
        say(_NOTHING.say(spoken))
    if report["problems"]:
        raise typer.Exit(WITH_ERRORS)


def _qualified(
    actor: Actor,
    fiscal_year: FiscalYear,
    file: Path,
    spoken: Language,
    *,
    dry_run: bool,
    replace: bool,
) -> dict[str, Any]:
    from portulan.budget.purchases.coming_back import foresee, take_sheet
    from portulan.core.merge.judgement import RowFate, counts_of
    from portulan.core.tables.sources import open_source

    with open_source(file) as source:
        found = foresee(actor, fiscal_year=fiscal_year, source=source, replace=replace)
    written = not dry_run and not found.problems and found.changes > 0
    if written:
        sheet = found.read
        take_sheet(actor, fiscal_year=fiscal_year, said=sheet.said, gifts=sheet.gifts)
    refused = len({problem.line for problem in found.problems})
    fates = {
        RowFate.UPDATED: found.changes - (len(found.problems) - len(found.read.problems)),
        RowFate.UNCHANGED: found.read.same,
        RowFate.REFUSED: refused,
    }
    return {
        "file": str(file),
        "year": fiscal_year.year,
        "rows": counts_of(fates),
        "lines": len(found.read.said),
        "gifts": len(found.read.gifts),
        "unchanged": found.read.same,
        "refused": refused,
        "waiting": {
            "lines": found.waiting.waiting_lines,
            "amount": as_text(found.waiting.waiting_amount),
        },
        "written": written,
        "problems": [one.as_json(spoken) | {"file": str(file)} for one in found.problems],
    }


def declaration(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", parser=given_file, help="A declaration of purchases, in CSV."
        ),
    ],
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Say what is wrong with a declaration: by its public schema, then by good sense.

    No database is needed. Exit code 1 when errors are found, 2 when the file is no CSV.
    """
    spoken = language(lang)
    from portulan.budget.purchases.declaration import judge
    from portulan.budget.purchases.schema import DIGEST
    from portulan.core.tables.sources import open_source

    try:
        with open_source(file) as source:
            found = judge(source.stream.read())
    except UnusableInputError as error:
        say_problem(error.problem, spoken)
        raise typer.Exit(UNUSABLE) from error
    problems = (*found.by_schema, *found.by_sense, *found.remarks)
    if as_json:
        passes = {"schema": found.by_schema, "coherence": found.by_sense, "remarks": found.remarks}
        print_json(
            {
                "schema_digest": DIGEST,
                "rows": len(found.rows),
                "totals": {
                    name: as_text(value) if value.is_finite() else None
                    for name, value in found.sums().items()
                },
                **{name: [one.as_json(spoken) for one in its] for name, its in passes.items()},
            }
        )
    else:
        for problem in problems:
            say_problem(problem, spoken)
        typer.echo(_said(found.fits, bool(found.by_sense), spoken))
    raise typer.Exit(exit_code(problems))


def _said(fits: bool, is_odd: bool, spoken: Language) -> str:
    if not fits:
        words = Text(
            "Ce fichier n’a pas la forme du schéma.", "This file has not the schema’s shape."
        )
    elif is_odd:
        words = Text(
            "Ce fichier a la forme du schéma, et ce qu’il dit ne tient pas.",
            "This file has the schema’s shape, and what it says does not hold.",
        )
    else:
        words = Text(
            "Ce fichier a la forme du schéma\u202f; rien d’incohérent n’y a été trouvé.",
            "This file has the schema’s shape; nothing incoherent was found in it.",
        )
    return words.say(spoken)
