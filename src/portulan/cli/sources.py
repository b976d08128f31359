"""`portulan source`: what an export of a tool says, and which figures it gives."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import typer

from portulan.cli import output
from portulan.cli.given import OrgOption, given_file
from portulan.core.say.numbers import number
from portulan.core.say.text import Language, Text

if TYPE_CHECKING:
    from portulan.sources.meanings import Meanings
    from portulan.sources.models import Source
    from portulan.sources.reads import Standing
    from portulan.sources.taking import Taken

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Sources: what an export of GLPI, a meter or an audit says.",
)


@app.callback()
def group() -> None:
    """Sources: what an export of a tool says."""


@app.command()
def inspect(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH",
            parser=given_file,
            help="Exports of one tool: several make one snapshot.",
        ),
    ],
    as_json: output.JsonOption = False,
    lang: output.LangOption = None,
    kind: Annotated[
        str | None, typer.Option("--kind", help="The tool it must be: glpi, ecoindex…")
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option("--mapping", help="Meanings of the words of the tool, as JSON."),
    ] = None,
    on: Annotated[
        str | None,
        typer.Option("--on", metavar="YYYY-MM-DD", help="Day of the reading (today)."),
    ] = None,
    flow_year: Annotated[
        int | None,
        typer.Option("--flow-year", min=1990, max=2100, help="Year of flows (the last whole one)."),
    ] = None,
    scope: Annotated[
        str | None,
        typer.Option("--scope", help="Complete name of the entity to count; empty for all."),
    ] = None,
) -> None:
    """Say what the exports of a tool hold: devices, words, indicators with their coverage.

    Exit code 1 when errors are found in the input, 2 when it is unusable.
    """
    from portulan.core.say.text import UnusableInputError
    from portulan.sources.snapshot import take

    language = output.language(lang)
    day = day_of(on)
    try:
        with output.working(_WORDS["reading"], language), ExitStack() as opened:
            taken = take(
                [(str(path), _opened(path, opened)) for path in paths],
                kind=kind,
                meanings=meanings_in(mapping),
                on=day,
                flow_year=flow_year or day.year - 1,
                scope=scope,
            )
    except UnusableInputError as error:
        output.say_problem(error.problem, language)
        raise typer.Exit(output.UNUSABLE) from None
    if as_json:
        output.print_json(taken.as_json(language))
    else:
        output.show(summary(taken.as_json(language), language))
    raise typer.Exit(output.exit_code(taken.problems))


@app.command("list")
def list_sources(
    org: OrgOption,
    lang: output.LangOption = None,
) -> None:
    """List the sources of an organisation: the day of the last snapshot, and what is late."""
    language = output.language(lang)
    for one, standing in _standings(org, language):
        last = standing.last_on.isoformat() if standing.last_on else "-"
        word = "" if standing.is_well else _WORDS["ill"].say(language)
        output.show(f"{one.name[:40]:<42}{last:<12}{word}".rstrip() + "\n")


@app.command()
def run(
    name: Annotated[str, typer.Argument(help="Name of the source, as its page says it.")],
    org: OrgOption,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="PATH",
            parser=given_file,
            help="Exports of one tool, or the folder that holds them; none: its address is read.",
        ),
    ] = None,
    on: Annotated[
        str | None,
        typer.Option("--on", metavar="YYYY-MM-DD", help="Day of the reading (today)."),
    ] = None,
    as_json: output.JsonOption = False,
    lang: output.LangOption = None,
) -> None:
    """Give files to a source, or read its address: a snapshot is kept, readings are proposed.

    Exit code 2 when nothing usable came: no snapshot is written then.
    """
    from django.core.exceptions import ValidationError
    from django.utils import timezone

    from portulan.core.say.text import UnusableInputError
    from portulan.sources.addresses import read_address
    from portulan.sources.taking import read_now

    language = output.language(lang)
    found = next((one for one, _how in _standings(org, language) if one.name == name), None)
    if found is None:
        output.say(_WORDS["no-source"].say(language))
        raise typer.Exit(output.UNUSABLE)
    from portulan.accounts.actors import command_line

    actor, now = command_line(found.organisation_id), timezone.now()
    try:
        if paths:
            taken = read_now(
                actor,
                source=found,
                files=[(path.name, path.read_bytes()) for path in _files(paths)],
                today=timezone.localdate(),
                now=now,
                on=day_of(on) if on else None,
            )
        else:
            taken = read_address(actor, source=found, now=now)
    except UnusableInputError as error:
        output.say_problem(error.problem, language)
        raise typer.Exit(output.UNUSABLE) from None
    except ValidationError as error:
        output.say(" ".join(error.messages))
        raise typer.Exit(output.UNUSABLE) from None
    _tell(taken, language, as_json=as_json)


def _tell(taken: Taken, language: Language, *, as_json: bool) -> None:
    row = taken.snapshot
    waiting = row.proposals.filter(answer="pending").count()
    document = {
        "on": row.on.isoformat(),
        "read": row.read,
        "kept": row.kept,
        "seal": row.digest,
        "new": taken.is_new,
        "proposed": waiting,
        "accepted": taken.accepted,
    }
    if as_json:
        output.print_json(document)
    else:
        word = _WORDS["taken" if taken.is_new else "known"].say(language)
        output.show(f"{word} {row.kept}/{row.read}, {row.on.isoformat()}\n")


def _standings(org: str, language: Language) -> list[tuple[Source, Standing]]:
    from portulan.cli import django_start

    django_start.start()
    django_start.prepare(language)
    _organisation, actor = django_start.organisation_and_actor(org, language)
    from django.utils import timezone

    from portulan.sources.reads import sources_of, standing_of

    today = timezone.localdate()
    return [(one, standing_of(one, today)) for one in sources_of(actor=actor)]


def _files(paths: list[Path]) -> list[Path]:
    """Return the files given, those of a folder by name. Raises UnusableInputError."""
    from portulan.core.tables.sources import open_source
    from portulan.sources.snapshot import WANTED

    found: list[Path] = []
    for path in paths:
        inside = sorted(one for one in path.iterdir() if one.is_file()) if path.is_dir() else [path]
        found += inside
    for path in found:
        with open_source(path, wanted=WANTED):
            pass  # what cannot be read is said as everywhere
    return found


def day_of(given: str | None) -> date:
    """Return the day given, today without one."""
    if given is None:
        return date.today()  # noqa: DTZ011 - the day of the person at the keyboard
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise typer.BadParameter(f"{given!r}: YYYY-MM-DD", param_hint="--on") from None


def meanings_in(path: Path | None) -> Meanings:
    """Return the meanings that a file gives, none without one. Raises UnusableInputError."""
    from portulan.core.contracts import load
    from portulan.core.tables.sources import open_source
    from portulan.sources.meanings import Meanings
    from portulan.sources.snapshot import WANTED

    if path is None:
        return Meanings()
    with open_source(path, wanted=WANTED) as source:
        return Meanings.from_json(load(source.stream.read()).document)


def _opened(path: Path, opened: ExitStack) -> BinaryIO:
    """Open a file given. Raises UnusableInputError where it cannot be read."""
    from portulan.core.tables.sources import open_source
    from portulan.sources.snapshot import WANTED

    return opened.enter_context(open_source(path, wanted=WANTED)).stream


_WORDS = {
    "reading": Text("Lecture des fichiers", "Reading files"),
    "kind": Text("Source", "Source"),
    "on": Text("Au", "On"),
    "items": Text("Lignes", "Lines"),
    "kept": Text("comptées sur", "counted of"),
    "words": Text("Mots à expliquer", "Words to explain"),
    "indicators": Text("Indicateurs", "Indicators"),
    "problems": Text("À corriger, ou à savoir", "To correct, or to know"),
    "none": Text("non proposé", "not proposed"),
    "coverage": Text("connu à", "known at"),
    "ill": Text("à regarder", "to look at"),
    "no-source": Text("Aucune source n’a ce nom.", "No source has this name."),
    "taken": Text("Photographie prise\u00a0:", "Snapshot taken:"),
    "known": Text("Déjà reçu, rien de nouveau\u00a0:", "Received already, nothing new:"),
}


def summary(document: Mapping[str, Any], lang: Language) -> str:
    """Return the page that a person reads: what was counted, each figure, what is odd."""
    word = {name: text.say(lang) for name, text in _WORDS.items()}
    items = document["items"]
    lines = [
        f"{word['kind']:<10} {document['kind']}",
        f"{word['on']:<10} {document['on']} ({document['flow_year']})",
        f"{word['items']:<10} {items['kept']} {word['kept']} {items['read']}",
    ]
    unknown = [one for one in document["words"] if one["means"] is None and one["word"]]
    if unknown:
        lines += ["", word["words"]]
        lines += [f"  {one['field']}: {one['word']} ({one['count']})" for one in unknown]
    lines += ["", word["indicators"]]
    lines += [f"  {_figure(one, word, lang)}" for one in document["indicators"]]
    if document["problems"]:
        lines += ["", word["problems"]]
        lines += [f"  - {one['message']}" for one in document["problems"]]
    return "\n".join(lines) + "\n"


def _figure(one: Mapping[str, Any], word: Mapping[str, str], lang: Language) -> str:
    from portulan.sources.formulas import FORMULAS

    formula = FORMULAS[one["id"]]
    name = f"{formula.name.say(lang)[:40]:<42}"
    if one["value"] is None:
        return f"{name}{word['none']}. {one['reason'] or ''}"
    value, unit = Decimal(one["value"]), one["unit"]
    if formula.is_share:
        value, unit = value * 100, "%"
    decimals = max(0, -int(value.as_tuple().exponent))
    shown = f"{name}{number(value, lang, decimals=decimals):>12} {unit}"
    if one["coverage"] is None:
        return shown
    known = number(Decimal(one["coverage"]) * 100, lang, decimals=0)
    return f"{shown}, {word['coverage']} {known}\u00a0%"
