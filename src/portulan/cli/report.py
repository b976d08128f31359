"""`portulan report`: a document of an organisation, in a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from portulan.cli import django_start
from portulan.cli.given import OrgOption
from portulan.cli.output import (
    UNUSABLE,
    WITH_ERRORS,
    JsonOption,
    LangOption,
    language,
    print_json,
    say,
    say_problem,
    whole,
    working,
)
from portulan.core.documents import NOT_TEXT
from portulan.core.say.text import Language, Text, UnusableInputError
from portulan.core.say.values import Count

_NO_KIND = Text(
    "«\u00a0{}\u00a0» n’est pas un document\u00a0: donnez l’un de {}.",
    "“{}” is not a document: give one of {}.",
)
_NO_FORMAT = Text(
    "Ce document ne s’écrit pas en «\u00a0{}\u00a0»\u00a0: donnez un nom en {}.",
    "This document is not written as “{}”: give a name in {}.",
)
_PARTIAL = Text(
    "Rien n’a été écrit\u00a0: qualifiez-les, ou demandez un document partiel, qui le dit"
    " (--partial).",
    "Nothing was written: qualify them, or ask for a partial document, which says so (--partial).",
)
_TO_WRITE = Text(
    "{:texte reste à compléter|textes restent à compléter}\u00a0: écrivez-les dans l’aperçu du"
    " document.",
    "{:text is|texts are} left to complete: write them in the preview of the document.",
)
_UNMET = Text(
    "La loi demande ce document, et il n’est pas complet\u00a0: ce qu’elle demande n’est pas fait.",
    "The law asks for this document, and it is not complete: what it asks is not done.",
)
_WRITING = Text("Écriture du document", "Writing the document")
_WRITTEN = Text("{} ({}), sceau {}", "{} ({}), seal {}")


def report(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="Which document.")],
    file: Annotated[
        Path,
        typer.Option(
            "--output", "-o", metavar="FILE", help="The file; its name ends as its format."
        ),
    ],
    org: OrgOption,
    year: Annotated[
        int | None, typer.Option("--year", min=2000, max=2100, help="Its year; else this one.")
    ] = None,
    criteria: Annotated[
        Path | None,
        typer.Option("--criteria", help="Of a label: your own list of criteria, as CSV."),
    ] = None,
    service: Annotated[
        str | None,
        typer.Option(
            "--service", help="Of rgesn: the short name of one digital service; else all of them."
        ),
    ] = None,
    action: Annotated[
        str | None,
        typer.Option(
            "--action", help="Of lesson: the number of one action; else all that taught something."
        ),
    ] = None,
    plan: Annotated[
        str | None,
        typer.Option(
            "--plan", help="Of lesson: the short name of its plan; else that of the year."
        ),
    ] = None,
    partial: Annotated[
        bool,
        typer.Option("--partial", help="Write it even where it leaves out something, and say so."),
    ] = False,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Write a document: the same facts on the same day give the same bytes.

    Exit code 1 when its file would leave out something that nobody could see, unless it may be
    partial; 2 when it could not be honest, with what it lacks. Then nothing is written. Exit code 1
    too where texts are left to complete, unless it may be partial: it is written, with its blanks.
    """
    spoken = language(lang)
    django_start.start()
    from portulan.publication.documents.registry import KINDS

    if kind not in KINDS:
        say(_NO_KIND.say(spoken).format(kind, ", ".join(KINDS)))
        raise typer.Exit(UNUSABLE)
    found, suffix = KINDS[kind], file.suffix.lower().removeprefix(".")
    formats = (*found.formats, *found.bundles)
    if suffix not in formats:
        say(_NO_FORMAT.say(spoken).format(suffix, ", ".join(f".{one}" for one in formats)))
        raise typer.Exit(UNUSABLE)
    django_start.prepare(spoken)
    organisation, actor = django_start.organisation_and_actor(org, spoken)
    from portulan.accounts.reads import today
    from portulan.publication.documents.asking import Asked
    from portulan.publication.documents.making import draft, is_unmet, keep, written

    on = today(organisation)
    said = {"service": service, "action": action, "plan": plan}
    options = {name: value for name, value in said.items() if value and name in found.options}
    options |= _criteria(criteria, spoken)
    asked = Asked(actor, organisation, year or on.year, on, spoken, options)
    try:
        with working(_WRITING, spoken):
            made = draft(found, asked)
            document = made.whole()
    except UnusableInputError as error:
        say_problem(error.problem, spoken)
        raise typer.Exit(UNUSABLE) from error
    left_out = found.leaves_out(asked)
    if left_out:
        say_problem(left_out, spoken)
    if left_out and not partial:
        say(_PARTIAL.say(spoken))
        raise typer.Exit(WITH_ERRORS)
    bundle = found.bundles.get(suffix)
    with whole(file) as stream:
        stream.write(bundle(document) if bundle else written(found, document, suffix))
    kept, counted = keep(actor, document), document.counted
    unmet = is_unmet(found, asked, made)
    if as_json:
        left = left_out.as_json(spoken) if left_out else None
        told = {"file": str(file), "kind": kind, "year": kept.year, "seal": kept.digest}
        print_json(
            {
                **told,
                "leaves_out": left,
                "to_complete": counted.to_write,
                "to_confirm": counted.carried,
                "unmet": unmet,
            }
        )
    else:
        typer.echo(_WRITTEN.say(spoken).format(file, document.title, kept.digest))
    if counted.to_write:
        say(_TO_WRITE.say(spoken).format(Count(counted.to_write)))
        if unmet:
            say(_UNMET.say(spoken))
        if not partial:
            raise typer.Exit(WITH_ERRORS)


def _criteria(criteria: Path | None, lang: Language) -> dict[str, str]:
    """Return the criteria of a label as they are written; exit 2 for a file that is no text."""
    if criteria is None:
        return {}
    try:
        return {"criteria": criteria.read_text("utf-8-sig")}
    except UnicodeDecodeError as error:
        say_problem(NOT_TEXT.at(file=str(criteria)), lang)
        raise typer.Exit(UNUSABLE) from error
