"""`portulan plan import-table`: an organisation’s own table of actions enters a plan."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from portulan.cli import django_start
from portulan.cli.given import OrgOption, given_file, plan_named
from portulan.cli.output import (
    UNUSABLE,
    WITH_ERRORS,
    JsonOption,
    LangOption,
    language,
    say,
    say_problem,
    tell_judgement,
)
from portulan.core.say.text import Language, Text, labelled

if TYPE_CHECKING:
    from portulan.accounts.actors import Actor
    from portulan.plans.models import Plan
    from portulan.plans.tables.reading import TableReading
    from portulan.plans.tables.writes import Judged


def import_table(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            parser=given_file,
            help="Excel (XLSX), ODS or CSV; a file of another tool.",
        ),
    ],
    org: OrgOption,
    plan: Annotated[
        str,
        typer.Option(
            "--plan",
            default_factory=str,
            show_default=False,
            help="Address of the plan, made if there is none; not needed where there is one.",
        ),
    ],
    column: Annotated[
        list[str] | None,
        typer.Option(
            "--column",
            metavar="FIELD=TITLE",
            help="Say which column is which (may be repeated); FIELD= leaves one unread.",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done, and write nothing.")
    ] = False,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Import a table of actions into a plan, whole or not at all.

    Exit code 1 when rows are refused: then nothing is written.
    """
    spoken = language(lang)
    columns = _columns(column or (), spoken)
    django_start.start()
    django_start.prepare(spoken)
    from django.core.exceptions import ValidationError
    from django.db import transaction

    from portulan.accounts.reads import today
    from portulan.core.say.text import UnusableInputError
    from portulan.plans.tables.opening import open_table
    from portulan.plans.tables.writes import RefusedTableError

    organisation, actor = django_start.organisation_and_actor(org, spoken)
    plan = plan_named(actor, plan, spoken)
    try:
        reading, digest = open_table(file, columns or None, organisation_id=organisation.pk)
        with transaction.atomic():
            judged = _written(actor, plan, reading, file.name, digest, today(organisation))
            if dry_run:
                transaction.set_rollback(True)
    except RefusedTableError as refused:
        _tell(refused.judged, file, spoken, as_json=as_json)
        say(_NOTHING.say(spoken))
        raise typer.Exit(WITH_ERRORS) from None
    except UnusableInputError as error:
        say_problem(error.problem, spoken)
        raise typer.Exit(UNUSABLE) from error
    except ValidationError as error:
        for message in error.messages:
            say(message)
        raise typer.Exit(UNUSABLE) from error
    said = (_WOULD if dry_run else _DONE).say(spoken).format(**judged.counts)
    _tell(judged, file, spoken, as_json=as_json, written=not dry_run, told=[said])


_NOTHING = Text("Rien n’a été écrit.", "Nothing was written.")
_DONE = Text(
    "{read} lignes lues : {created} actions créées, {updated} mises à jour, {unchanged}"
    " inchangées.",
    "{read} rows read: {created} actions created, {updated} updated, {unchanged} unchanged.",
)
_WOULD = Text(
    "{read} lignes lues : {created} actions seraient créées, {updated} mises à jour, {unchanged}"
    " inchangées. Rien n’a été écrit.",
    "{read} rows read: {created} actions would be created, {updated} updated, {unchanged}"
    " unchanged. Nothing was written.",
)
_LEFT = Text("Cellules non reprises, {}\u00a0:", "Cells left out, {}:")
_BAD_COLUMN = Text("--column attend CHAMP=TITRE : « {} ».", "--column wants FIELD=TITLE: “{}”.")


def _columns(given: Iterable[str], lang: Language) -> dict[str, str]:
    found = {}
    for text in given:
        field, equals, title = text.partition("=")
        if not equals or not field.strip():
            say(_BAD_COLUMN.say(lang).format(text))
            raise typer.Exit(UNUSABLE)
        found[field.strip()] = title.strip()
    return found


def _written(
    actor: Actor, slug: str, reading: TableReading, name: str, digest: str, today: date
) -> Judged:
    """Write the table into the plan of that address, made first if there is none."""
    from portulan.accounts.access import Operation
    from portulan.core.errors import NotFoundError
    from portulan.plans.plan import get_plan
    from portulan.plans.tables.writes import keep_table, make_plan, write_table

    made = False
    try:
        plan: Plan = get_plan(actor=actor, slug=slug, need=Operation.EDIT_PLAN)
    except NotFoundError:
        plan, made = make_plan(actor, slug=slug, reading=reading, today=today), True
    table = keep_table(actor, plan=plan, file_name=name, digest=digest, made_plan=made)
    return write_table(actor, table=table, reading=reading, today=today)


def _left(judged: Judged, lang: Language) -> Iterable[str]:
    """Yield the cells of another tool’s file that are not taken."""
    left = judged.reading.cells_left
    if left:
        yield _LEFT.say(lang).format(len(left))
    for one in left:
        place = " ".join(filter(None, (one.sheet, one.cell, one.title)))
        yield labelled(place, one.text, lang)


def _tell(
    judged: Judged,
    file: Path,
    lang: Language,
    *,
    as_json: bool,
    written: bool = False,
    told: Iterable[str] = (),
) -> None:
    asked = () if as_json else _left(judged, lang)
    report = judged.report(lang, str(file), written=written)
    tell_judgement(report, lang, as_json=as_json, asked=asked, told=told)
