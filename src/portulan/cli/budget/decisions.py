"""`portulan budget decisions`: the register of attributions and the queue, out and back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from portulan.cli import django_start
from portulan.cli.budget.imports import StageOption, YearOption
from portulan.cli.given import OrgOption, given_file
from portulan.cli.output import (
    UNUSABLE,
    WITH_ERRORS,
    JsonOption,
    LangOption,
    language,
    print_json,
    say,
    say_problem,
    tell_judgement,
    whole,
)
from portulan.core.say.text import Language, Text, UnusableInputError

if TYPE_CHECKING:
    from portulan.accounts.actors import Actor
    from portulan.budget.models import FiscalYear
    from portulan.core.spreadsheet import Cell
    from portulan.core.workbooks import Sheet

app = typer.Typer(no_args_is_help=True, help="Decisions on lines: a sheet leaves and comes back.")
FileArgument = Annotated[Path, typer.Argument(help="The sheet: .xlsx, .ods or .csv.")]
GivenArgument = Annotated[
    Path,
    typer.Argument(
        metavar="FILE",
        parser=given_file,
        help="The sheet: .xlsx, .ods or .csv.",
    ),
]


@app.command()
def export(
    file: FileArgument,
    org: OrgOption,
    year: YearOption,
    stage: StageOption = None,
    waiting: Annotated[
        bool, typer.Option("--waiting", help="Only the lines that wait for somebody.")
    ] = False,
    suppliers: Annotated[
        bool, typer.Option("--suppliers", help="With the names of suppliers.")
    ] = False,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Write the register of attributions, and what waits, as a sheet to fill in."""
    spoken = language(lang)
    _actor, fiscal_year = year_of(org, year, spoken)
    from portulan.budget.decisions.sheet import sheet_of
    from portulan.budget.decisions.standing import decided_lines
    from portulan.budget.indicator.reads import default_stage
    from portulan.core.workbooks import WRITERS

    chosen = stage or default_stage(fiscal_year)
    kind = file.suffix.lower().removeprefix(".")
    if chosen is None or kind not in {*WRITERS, "csv"}:
        nothing = Text(
            f"Aucun compte pour {year}\u00a0: importez d’abord un fichier.",
            f"No accounts for {year}: import a file first.",
        )
        kinds = Text(
            f"«\u00a0{file.name}\u00a0»\u00a0: donnez un nom en .xlsx, .ods ou .csv.",
            f"“{file.name}”: give a name in .xlsx, .ods or .csv.",
        )
        say((nothing if chosen is None else kinds).say(spoken))
        raise typer.Exit(UNUSABLE)
    title = Text("Décisions", "Decisions").say(spoken)
    lines = decided_lines(fiscal_year, waiting=waiting)
    sheet = sheet_of(fiscal_year, chosen, lines, title=title, suppliers=suppliers)
    count = _write(file, kind, sheet, spoken)
    if as_json:
        print_json({"file": str(file), "year": year, "stage": chosen.value, "rows": count})
    else:
        typer.echo(Text(f"{count} rangs écrits.", f"{count} rows written.").say(spoken))


def _write(file: Path, kind: str, sheet: Sheet, spoken: Language) -> int:
    """Write the file whole or not at all, and return how many rows it has under its titles."""
    from portulan.core.spreadsheet import csv_lines
    from portulan.core.workbooks import MOST_ROWS, SHEETS, WRITERS

    count = -1

    def counted() -> Iterable[Sequence[Cell]]:
        nonlocal count
        for row in sheet.rows:
            count += 1
            yield row

    with whole(file) as made:
        counting = sheet._replace(rows=counted())
        if kind in SHEETS:
            SHEETS[kind](made, [counting])
        else:
            made.writelines(line.encode() for line in csv_lines(counting.rows))
        if kind in WRITERS and count >= MOST_ROWS:
            say(
                Text(
                    f"{count} rangs ne tiennent pas dans une feuille : exportez en .csv.",
                    f"{count} rows do not fit in one sheet: export as .csv.",
                ).say(spoken)
            )
            raise typer.Exit(UNUSABLE)
    return count


@app.command("import")
def import_(
    file: GivenArgument,
    org: OrgOption,
    year: YearOption,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it would do.")] = False,
    line: Annotated[
        list[str] | None,
        typer.Option(
            "--line",
            metavar="ROW=LINE",
            help="Which line a row is about, where its key fits several (may be repeated).",
        ),
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Twin attributions are meant.")] = False,
    leave_conflicts: Annotated[
        bool,
        typer.Option("--leave-conflicts", help="Leave as they stand the lines changed since."),
    ] = False,
    theirs: Annotated[
        bool, typer.Option("--theirs", help="Of a conflict, the value of the sheet is taken.")
    ] = False,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Take back the decisions of a sheet, all or none.

    Exit code 1 when rows are refused, ask or are in conflict: then nothing is written.
    """
    spoken = language(lang)
    actor, fiscal_year = year_of(org, year, spoken)
    from django.core.exceptions import ValidationError

    options = {"lines": _lines(line or []), "again": again, "leaves_conflicts": leave_conflicts}
    try:
        report = _read(actor, fiscal_year, file, options, theirs, dry_run=dry_run, spoken=spoken)
    except UnusableInputError as error:
        say_problem(error.problem, spoken)
        raise typer.Exit(UNUSABLE) from error
    except ValidationError as error:
        for message in error.messages:
            say(message)
        raise typer.Exit(UNUSABLE) from error
    asked = (one["option"] for question in report["questions"] for one in question["answers"])
    told = [_summary(report, spoken)]
    tell_judgement(report, spoken, as_json=as_json, asked=asked, told=told)
    settled = {"changed-since", "question"} if leave_conflicts or theirs else set()
    if any(problem["code"] not in settled for problem in report["problems"]):
        raise typer.Exit(WITH_ERRORS)


def _read(
    actor: Actor,
    fiscal_year: FiscalYear,
    file: Path,
    options: dict[str, Any],
    theirs: bool,
    *,
    dry_run: bool,
    spoken: Language,
) -> dict[str, Any]:
    from django.db import transaction

    from portulan.budget.decisions.judging import Kind
    from portulan.budget.decisions.report import report_of
    from portulan.budget.decisions.writes import BLOCKING, answer, confirm, outcomes_of, preview
    from portulan.core.merge.threeway import Side
    from portulan.core.tables.sources import open_source

    with open_source(file) as source, transaction.atomic():
        sheet = preview(actor, fiscal_year=fiscal_year, stream=source.stream, file_name=file.name)
        sheet = answer(actor, sheet=sheet, **options)
        rest = Side.THEIRS if theirs else None
        outcomes = outcomes_of(sheet, lambda _key: rest)
        report = report_of(sheet, outcomes, spoken)
        left = {Kind.CONFLICT} if options["leaves_conflicts"] else set()
        blocked = any(outcome.kind in BLOCKING - left for outcome in outcomes)
        if dry_run or blocked or not report["changes"]:
            transaction.set_rollback(True)
            return report
        today = date.today()  # noqa: DTZ011 - the day of the person at work
        confirm(actor, sheet=sheet, on=today, rest=rest)
        return report | {"written": True}


def _lines(given: list[str]) -> dict[int, int]:
    found = {}
    for text in given:
        row, _equals, pk = text.partition("=")
        if not (row.isdecimal() and pk.isdecimal()):
            raise typer.BadParameter(f"{text!r}: ROW=LINE", param_hint="--line")
        found[int(row)] = int(pk)
    return found


def _summary(report: dict[str, Any], spoken: Language) -> str:
    rows = report["rows"]
    told = Text(
        f"{rows['read']} rangs lus\u00a0: {rows['new']} nouveaux, {rows['changed']} changés,"
        f" {rows['refused']} refusés, {rows['conflict']} en conflit.",
        f"{rows['read']} rows read: {rows['new']} new, {rows['changed']} changed,"
        f" {rows['refused']} refused, {rows['conflict']} in conflict.",
    ).say(spoken)
    written = Text("Les décisions sont écrites.", "The decisions are written.")
    nothing = Text("Rien n’a été écrit.", "Nothing was written.")
    return f"{told} {(written if report['written'] else nothing).say(spoken)}"


def year_of(org: str, year: int, spoken: Language) -> tuple[Actor, FiscalYear]:
    """Return who acts and the year; exit 2 when there is none."""
    django_start.start()
    django_start.prepare(spoken)
    from portulan.budget.models import FiscalYear

    organisation, actor = django_start.organisation_and_actor(org, spoken)
    found = FiscalYear.objects.filter(organisation=organisation, year=year).first()
    if found is None:
        none = Text(f"L’exercice {year} n’est pas ouvert.", f"The year {year} is not open.")
        say(none.say(spoken))
        raise typer.Exit(UNUSABLE)
    return actor, found
