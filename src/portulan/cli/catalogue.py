"""`portulan catalogue`: read, compare, import and export catalogues of practices."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from portulan.cli import django_start, output
from portulan.cli.given import OrgOption, given_file

if TYPE_CHECKING:
    from portulan.catalogue.imports.inspection import Inspection

from portulan.core.os_errors import reason_of
from portulan.core.say.text import Language, Text

app = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Catalogues of practices: inspect, compare, import, export.",
)

Source = Annotated[
    Path,
    typer.Argument(
        metavar="PATH", parser=given_file, help="The guide's folder, or a file of a catalogue."
    ),
]


@app.callback()
def group() -> None:
    """Catalogues of practices: inspect, compare, import, export."""


@app.command()
def inspect(
    path: Source, as_json: output.JsonOption = False, lang: output.LangOption = None
) -> None:
    """Say what a catalogue holds: themes, practices, indicators with their likely kind, problems.

    Exit code 1 when errors are found in the input, 2 when nothing can be read there: then
    nothing is printed on standard output.
    """
    from portulan.catalogue.imports import inspection
    from portulan.core.say.text import UnusableInputError

    language = output.language(lang)
    try:
        found = inspection.inspect(path)
    except UnusableInputError as error:
        output.say_problem(error.problem, language)
        raise typer.Exit(output.UNUSABLE) from None
    if as_json:
        output.print_json(found.document(language))
    else:
        output.show(found.summary(language))
        for problem in found.problems:
            output.say_problem(problem, language)
    raise typer.Exit(output.exit_code(found.problems))


@app.command("import")
def import_(
    path: Source,
    org: OrgOption,
    replace: Annotated[
        bool, typer.Option(help="Put it in place of the same edition, if nothing uses that yet.")
    ] = False,
    lang: output.LangOption = None,
) -> None:
    """Import a catalogue as a new edition of the organisation's own.

    Exit code 1 when files with errors were left out, 2 when nothing could be imported: then
    nothing is written.
    """
    language = output.language(lang)
    found = _inspected(path, language)
    if not found.is_whole:
        raise typer.Exit(output.UNUSABLE)
    django_start.start()
    django_start.prepare(language)
    _write(found, org, language, replace=replace)
    output.show(found.summary(language))
    raise typer.Exit(output.exit_code(found.problems))


def _write(found: Inspection, org: str, language: Language, *, replace: bool) -> None:
    """Write the edition; exit 2 with the reason when it is refused."""
    from django.core.exceptions import ValidationError

    from portulan.catalogue.imports.writes import import_catalogue

    organisation, actor = django_start.organisation_and_actor(org, language)
    try:
        version = import_catalogue(
            actor, content=found.content, problems=found.problems, in_place=replace
        )
    except ValidationError as error:
        for message in error.messages:
            output.say(message)
        raise typer.Exit(output.UNUSABLE) from None
    output.say(
        Text(
            f"L’édition «\u00a0{version.version}\u00a0» est au référentiel de {organisation.name}.",
            f"Edition “{version.version}” is in the catalogues of {organisation.name}.",
        ).say(language)
    )


@app.command()
def compare(
    old: Source, new: Source, as_json: output.JsonOption = False, lang: output.LangOption = None
) -> None:
    """Say what a newer edition adds, removes, renames, rates again or moves; no database needed.

    The successors that the newer file gives are followed, and codes where it gives none.
    """
    from portulan.catalogue.comparison.rules import compare as compare_contents
    from portulan.catalogue.comparison.rules import document_of, steps_of

    language = output.language(lang)
    before, after = (_inspected(path, language) for path in (old, new))
    steps = steps_of(after.content, before.content)
    found = compare_contents(before.content, after.content, steps)
    if as_json:
        output.print_json(document_of(found))
    else:
        marks = [
            *(("-", one.practice.code, one.practice.title) for one in found.removed),
            *((f"~ {one.old.code}", one.new.code, one.new.title) for one in found.changed),
            *(("+", one.code, one.title) for one in found.added),
        ]
        output.show("".join(f"{mark} {code} {title}\n" for mark, code, title in marks))
    raise typer.Exit(output.exit_code([*before.problems, *after.problems]))


def _inspected(path: Path, language: Language) -> Inspection:
    """Read a catalogue and tell its problems; exit 2 when nothing can be read there."""
    from portulan.catalogue.imports import inspection
    from portulan.core.say.text import UnusableInputError

    try:
        found = inspection.inspect(path)
    except UnusableInputError as error:
        output.say_problem(error.problem, language)
        raise typer.Exit(output.UNUSABLE) from None
    for problem in found.problems:
        output.say_problem(problem, language)
    return found


@app.command()
def export(
    slug: Annotated[str, typer.Argument(help="Short name of the catalogue.")],
    org: OrgOption,
    edition: Annotated[
        str | None, typer.Option("--edition", help="The edition; else the one imported last.")
    ] = None,
    to: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file; else standard output.")
    ] = None,
    lang: output.LangOption = None,
) -> None:
    """Write an edition in our own YAML, with its links and successors.

    Exit code 2 when there is no such edition, or the file cannot be written.
    """
    language = output.language(lang)
    django_start.start()
    django_start.prepare(language)
    text = _exported(slug, org, edition, language)
    if to is None:
        sys.stdout.write(text)  # as it is: another program reads it
        return
    try:
        to.write_text(text, "utf-8")
    except OSError as error:
        reason = reason_of(error).say(language)
        output.say(
            Text(
                f"«\u00a0{to}\u00a0» ne peut pas être écrit\u00a0: {reason}.",
                f"“{to}” cannot be written: {reason}.",
            ).say(language)
        )
        raise typer.Exit(output.UNUSABLE) from None


def _exported(slug: str, org: str, edition: str | None, language: Language) -> str:
    """Return the YAML of an edition; exit 2 with those there are when there is no such one."""
    from portulan.catalogue.editions.reads import versions_for
    from portulan.catalogue.links.reads import said_of
    from portulan.catalogue.readers.edition_writer import write_edition

    _organisation, actor = django_start.organisation_and_actor(org, language)
    found = versions_for(actor).filter(catalogue__slug=slug).order_by("-imported_at", "-id")
    version = found.filter(version=edition).first() if edition else found.first()
    if version is None:
        known = ", ".join(f"{one.catalogue.slug} {one.version}" for one in versions_for(actor))
        output.say(
            Text(
                f"Cette édition n’existe pas. Il y a\u00a0: {known}.",
                f"There is no such edition. There are: {known}.",
            ).say(language)
        )
        raise typer.Exit(output.UNUSABLE)
    return write_edition(said_of(actor, version))
