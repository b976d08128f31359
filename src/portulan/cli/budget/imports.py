"""`portulan budget import`: accounts into an organisation."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Any

import typer

from portulan.budget.words import Stage
from portulan.cli import django_start
from portulan.cli.budget.differences import document_of, sentences
from portulan.cli.budget.inspect import ColumnOption, EntityOption, answers, mapping_of
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
)
from portulan.core.processes import step_aside
from portulan.core.say.text import Text, UnusableInputError

if TYPE_CHECKING:
    from portulan.accounts.actors import Actor
    from portulan.budget.models import FiscalYear, ImportBatch
    from portulan.core.say.text import Language

YearOption = Annotated[int, typer.Option("--year", min=2000, max=2100, help="Fiscal year.")]
StageOption = Annotated[
    Stage | None, typer.Option("--stage", case_sensitive=False, help="Stage of the amounts.")
]


def import_(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", parser=given_file, help="TotEM, SCDL, or the IT department’s table."
        ),
    ],
    org: OrgOption,
    year: YearOption,
    stage: Annotated[
        list[Stage] | None,
        typer.Option(
            "--stage",
            case_sensitive=False,
            help="Refuse the file unless it gives this stage (may be repeated).",
        ),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Roll back the import that gives the same stages.")
    ] = False,
    piece: Annotated[
        bool,
        typer.Option(
            "--piece",
            help="Add the file to those that give the same stages: a piece of one account.",
        ),
    ] = False,
    in_euros: Annotated[
        bool,
        typer.Option("--in-euros", help="Import amounts that look like cents or thousands."),
    ] = False,
    split: Annotated[
        bool,
        typer.Option(
            "--split", help="Each body of the file (or each --entity) in its own organisation."
        ),
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            help="Say what it would change in the account that it replaces, and write nothing.",
        ),
    ] = False,
    column: ColumnOption = None,
    entity: EntityOption = None,
    remember: Annotated[
        str,
        typer.Option(
            "--remember",
            metavar="TOOL",
            help="Keep these columns for the next file of the same titles, under this name.",
        ),
    ] = "",
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Import a file of accounts into a fiscal year, whole or not at all.

    The year is opened if it is not. Exit code 1 when lines of the file could not be read, or wait
    for an answer: then nothing is imported.
    """
    spoken = language(lang)
    if dry_run and split:
        raise typer.BadParameter("--split", param_hint="--dry-run")
    step_aside()
    django_start.start()
    django_start.prepare(spoken)
    from portulan.budget.imports.ahead import confirm_here
    from portulan.budget.imports.writes import preview
    from portulan.budget.models import FiscalYear
    from portulan.budget.readers.facts import ACCOUNTS
    from portulan.budget.years.writes import open_year
    from portulan.core.tables.sources import open_source

    organisation, actor = django_start.organisation_and_actor(org, spoken)
    columns = mapping_of(column or [], [] if split else entity or [])
    # No transaction around: reading a long file would keep everybody from writing.
    with (
        _refusals_said(spoken, as_json=as_json),
        open_source(file, wanted=ACCOUNTS) as source,
        _all_or_nothing(actor) as made,
    ):
        fiscal_year = FiscalYear.objects.filter(
            organisation=organisation, year=year
        ).first() or made.open(open_year(actor, year=year, **_year_said_by(file, columns, year)))
        batch = made.preview(
            preview(
                actor,
                fiscal_year=fiscal_year,
                stream=source.stream,
                file_name=file.name,
                mapping=columns,
                tool=remember,
                language=spoken,
            )
        )
        if split:
            _split(actor, batch, entity or [], in_euros=in_euros, spoken=spoken)
            return
        _require_stages(batch.stages, stage or [], spoken)
        _require_sound(batch.report, in_euros=in_euros)
        if dry_run:
            raise _DryRunError(
                batch.report | {"differences": None if piece else document_of(batch)}
            )
        batch = confirm_here(
            actor,
            batch=batch,
            replace=replace,
            piece=piece,
            in_euros=in_euros,
            heard=_Progress(spoken),
        )
    _say_report(batch.report)
    if as_json:
        print_json(batch.report)
    else:
        kept = batch.report["rows"]["kept"]
        typer.echo(
            Text(
                f"{kept} lignes importées dans l’exercice {year}.",
                f"{kept} lines imported into {year}.",
            ).say(spoken)
        )


@contextmanager
def _refusals_said(spoken: Language, *, as_json: bool) -> Iterator[None]:
    """Say what keeps a file out, or what it would do, and leave with the code of it."""
    from django.core.exceptions import ValidationError

    try:
        yield
    except _DryRunError as foreseen:
        _say_report(foreseen.report)
        if as_json:
            print_json(foreseen.report)
        else:
            typer.echo("\n".join(sentences(foreseen.report["differences"], spoken)))
        raise typer.Exit from None
    except _DoubtfulFileError as doubtful:
        _say_report(doubtful.report)
        say(
            Text(
                "Rien n’a été importé. Si les montants sont bien en euros, dites-le avec"
                " --in-euros.",
                "Nothing was imported. If the amounts are in euros, say so with --in-euros.",
            ).say(spoken)
        )
        raise typer.Exit(UNUSABLE) from None
    except _FlawedFileError as refused:
        _say_report(refused.report)
        say("\n".join(answers(refused.report, spoken)))
        if as_json:
            print_json(refused.report)
        raise typer.Exit(WITH_ERRORS) from None
    except UnusableInputError as error:
        say_problem(error.problem, spoken)
        raise typer.Exit(UNUSABLE) from error
    except ValidationError as error:
        for message in error.messages:
            say(message)
        raise typer.Exit(UNUSABLE) from error


def _split(
    actor: Actor, batch: ImportBatch, entities: list[str], *, in_euros: bool, spoken: Language
) -> None:
    from portulan.budget.imports.split import bodies_of, split

    bodies = entities or list(bodies_of(batch))
    done = split(actor, batch=batch, bodies=bodies, in_euros=in_euros, language=spoken)
    for one in done:
        name, lines = one.fiscal_year.organisation.name, one.report["rows"]["kept"]
        typer.echo(Text(f"{name} : {lines} lignes.", f"{name}: {lines} lines.").say(spoken))


def _year_said_by(file: Path, columns: dict[str, int | str] | None, year: int) -> dict[str, Any]:
    """Return what the file says of a year that is not open yet: its tax basis and its dates."""
    from portulan.budget.readers import open_reading
    from portulan.budget.readers.lines import AskedError

    try:
        with open_reading(file, mapping=columns, year=year) as reading:
            header = reading.header
    except AskedError as error:
        header = error.header
    basis, period = header.tax_basis, header.period
    said: dict[str, Any] = {} if basis is None else {"tax_basis": basis}
    # Entries of a calendar year rarely start on its first day.
    if period is not None and period[0].year != period[1].year:
        first, last = period
        last_day = monthrange(last.year, last.month)[1]
        said |= {"starts_on": first.replace(day=1), "ends_on": last.replace(day=last_day)}
    return said


class _Made:
    """What a command has made for a file, to be taken back if the file does not enter."""

    def __init__(self) -> None:
        from django.utils import timezone

        self.since = timezone.now()
        self.year: FiscalYear | None = None
        self.batch: ImportBatch | None = None

    def open(self, year: FiscalYear) -> FiscalYear:
        self.year = year
        return year

    def preview(self, batch: ImportBatch) -> ImportBatch:
        if batch.created_at >= self.since:  # else it waited already, for somebody
            self.batch = batch
        return batch


@contextmanager
def _all_or_nothing(actor: Actor) -> Iterator[_Made]:
    from django.core.exceptions import ValidationError

    from portulan.budget.imports.writes import discard
    from portulan.budget.years.writes import forget_year
    from portulan.core.errors import NotFoundError

    made = _Made()
    try:
        yield made
    except BaseException:
        with suppress(ValidationError, NotFoundError):
            if made.batch is not None:
                discard(actor, batch=made.batch)
        if made.year is not None:
            forget_year(actor, fiscal_year=made.year)
        raise


class _Progress:
    """How far a long import is, on standard error, once a second."""

    def __init__(self, lang: Language) -> None:
        self.lang: Language = lang
        self.said = monotonic()

    def __call__(self, done: int, total: int) -> None:
        if (now := monotonic()) - self.said >= 1:
            self.said = now
            say(Text(f"{done} lignes sur {total}…", f"{done} lines of {total}…").say(self.lang))


class _FlawedFileError(Exception):
    def __init__(self, report: dict[str, Any]) -> None:
        super().__init__()
        self.report = report


class _DryRunError(_FlawedFileError):
    """Nothing is wrong: what was opened and read is taken back."""


class _DoubtfulFileError(_FlawedFileError):
    pass


def _require_sound(report: dict[str, Any], *, in_euros: bool) -> None:
    """Raise what rolls back the year opened and the preview too."""
    from portulan.budget.imports.inspection import is_doubtful, is_flawed

    if is_flawed(report):
        raise _FlawedFileError(report)
    if is_doubtful(report) and not in_euros:
        raise _DoubtfulFileError(report)


def _require_stages(given: list[str], wanted: list[Stage], language: Language) -> None:
    from django.core.exceptions import ValidationError

    for stage in wanted:
        if stage.value not in given:
            raise ValidationError(
                Text(
                    f"Le fichier ne donne aucun montant au stade {stage.value}.",
                    f"The file gives no amount at the stage {stage.value}.",
                ).say(language)
            )


def _say_report(report: dict[str, Any]) -> None:
    for problem in report["problems"]:
        place = "" if problem["line"] is None else f"{problem['line']}: "
        say(f"{place}{problem['message']}")
