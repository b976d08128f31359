"""`portulan catalogue`: read and import catalogues of practices."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from portulan.cli import house, output

if TYPE_CHECKING:
    from portulan.catalogue.inspection import Inspection
    from portulan.core.problems import Language

app = typer.Typer(no_args_is_help=True, help="Catalogues of practices: inspect, import.")

Source = Annotated[Path, typer.Argument(help="The guide's folder, or a file of a catalogue.")]


@app.callback()
def group() -> None:
    """Catalogues of practices: inspect, import."""


@app.command()
def inspect(
    path: Source, as_json: output.JsonOption = False, lang: output.LangOption = None
) -> None:
    """Say what a catalogue holds: themes, practices, indicators with their likely kind, problems.

    Exit code 1 when errors are found in the input, 2 when nothing can be read there: then
    nothing is printed on standard output.
    """
    from portulan.catalogue import inspection
    from portulan.core.problems import UnusableInputError

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
    org: Annotated[str, typer.Option("--org", help="Short name of the organisation.")],
    replace: Annotated[
        bool, typer.Option(help="Put it in place of the same edition, if nothing uses that yet.")
    ] = False,
    lang: output.LangOption = None,
) -> None:
    """Import a catalogue as a new edition of the organisation's own.

    Exit code 1 when files with errors were left out, 2 when nothing could be imported: then
    nothing is written.
    """
    from portulan.catalogue import inspection
    from portulan.core.problems import UnusableInputError

    language = output.language(lang)
    try:
        found = inspection.inspect(path)
    except UnusableInputError as error:
        output.say_problem(error.problem, language)
        raise typer.Exit(output.UNUSABLE) from None
    for problem in found.problems:
        output.say_problem(problem, language)
    if not found.is_whole:
        raise typer.Exit(output.UNUSABLE)
    house.start()
    house.prepare()
    _write(found, org, language, replace=replace)
    output.show(found.summary(language))
    raise typer.Exit(output.exit_code(found.problems))


def _write(found: Inspection, org: str, language: Language, *, replace: bool) -> None:
    """Write the edition; exit 2 with the reason when it is refused."""
    from django.core.exceptions import ValidationError

    from portulan.catalogue.services import import_catalogue

    organisation, actor = house.organisation_and_actor(org, language)
    try:
        version = import_catalogue(
            actor, content=found.content, problems=found.problems, in_place=replace
        )
    except ValidationError as error:
        for message in error.messages:
            output.say(message)
        raise typer.Exit(output.UNUSABLE) from None
    output.say(
        f"Edition “{version.version}” is in the catalogues of {organisation.name}."
        if language == "en"
        else f"L’édition «\u00a0{version.version}\u00a0» est au référentiel de {organisation.name}."
    )
