"""`portulan budget provider`: the file of a provider's share, out and in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from portulan.cli import django_start
from portulan.cli.budget.imports import YearOption
from portulan.cli.given import OrgOption, given_file
from portulan.cli.output import (
    UNUSABLE,
    JsonOption,
    LangOption,
    language,
    percentage,
    print_json,
    say,
    say_problem,
)
from portulan.core.say.text import Text, UnusableInputError

app = typer.Typer(no_args_is_help=True, help="A provider’s share: its file, out and in.")
FileArgument = Annotated[Path, typer.Argument(help="The file, in .json.")]
GivenArgument = Annotated[
    Path,
    typer.Argument(
        metavar="FILE",
        parser=given_file,
        help="The file, in .json.",
    ),
]


@app.command()
def export(
    file: FileArgument,
    org: OrgOption,
    year: YearOption,
    lang: LangOption = None,
) -> None:
    """Write what was last said to the members, as the file that those elsewhere drop."""
    spoken = language(lang)
    django_start.start()
    django_start.prepare(spoken)
    from portulan.budget.models import FiscalYear
    from portulan.budget.provided.document import plain
    from portulan.budget.provided.reads import file_of, last_said
    from portulan.core.folders import put_in_place

    organisation, _actor = django_start.organisation_and_actor(org, spoken)
    fiscal_year = FiscalYear.objects.filter(organisation=organisation, year=year).first()
    said = last_said(fiscal_year) if fiscal_year else None
    if said is None:
        say(
            Text(
                f"Aucune part n’est dite aux membres pour {year}\u00a0: dites-la à l’écran.",
                f"No share is stated to members for {year}: state it on screen.",
            ).say(spoken)
        )
        raise typer.Exit(UNUSABLE)
    text = json.dumps(plain(file_of(said)), ensure_ascii=False, indent=2)
    aside = file.with_name(f".{file.name}.part")
    aside.write_text(text + "\n", encoding="utf-8")
    put_in_place(aside, file)


@app.command()
def receive(
    file: GivenArgument,
    org: OrgOption,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Keep the copy of a provider's share, for the organisation that the file names."""
    spoken = language(lang)
    django_start.start()
    django_start.prepare(spoken)
    from django.core.exceptions import ValidationError

    from portulan.budget.provided.writes import receive as keep
    from portulan.core.documents import UNREADABLE

    _organisation, actor = django_start.organisation_and_actor(org, spoken)
    try:
        copy = keep(actor, content=file.read_bytes())
    except OSError:
        say_problem(UNREADABLE.at(file=str(file)), spoken)
        raise typer.Exit(UNUSABLE) from None
    except UnusableInputError as error:
        say_problem(error.problem, spoken)
        raise typer.Exit(UNUSABLE) from error
    except ValidationError as error:
        say(" ".join(error.messages))
        raise typer.Exit(UNUSABLE) from error
    if as_json:
        print_json({"provider": copy.siren, "year": copy.year, "value": percentage(copy.value)})
    else:
        typer.echo(f"{copy.name} {copy.year}")
