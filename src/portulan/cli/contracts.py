"""`portulan contract`: which IT contracts end, and when their next consultation begins."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from portulan.cli import output
from portulan.cli.given import given_file
from portulan.cli.sources import day_of
from portulan.core.say import numbers
from portulan.core.say.text import Language, Text

if TYPE_CHECKING:
    from portulan.budget.contracts.contract import Ending

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Contracts: those that end, and what they say of the environment.",
)


@app.callback()
def group() -> None:
    """Contracts: those that end, and what they say of the environment."""


@app.command()
def inspect(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH", parser=given_file, help="Public data (DECP), GLPI, or a table."
        ),
    ],
    as_json: output.JsonOption = False,
    lang: output.LangOption = None,
    on: Annotated[
        str | None, typer.Option("--on", metavar="YYYY-MM-DD", help="Day looked at (today).")
    ] = None,
    months: Annotated[
        int, typer.Option("--months", min=1, max=240, help="Months looked at (24).")
    ] = 24,
) -> None:
    """Say which IT contracts are in force and end, and when to begin the next consultation.

    Exit code 2 when a file is unusable.
    """
    from portulan.budget.contracts.readers import read
    from portulan.core.say.text import UnusableInputError

    language = output.language(lang)
    try:
        register = read(paths, on=day_of(on), months=months)
    except UnusableInputError as error:
        output.say_problem(error.problem, language)
        raise typer.Exit(output.UNUSABLE) from None
    if as_json:
        output.print_json(register.as_json(language))
        return
    for problem in register.problems:
        output.say_problem(problem, language)
    counts = Text(
        "{read} marchés lus, {it} du numérique, {force} en cours ; {unsaid} ne disent rien de"
        " l’environnement.",
        "{read} contracts read, {it} of IT, {force} in force; {unsaid} say nothing of the"
        " environment.",
    )
    said = counts.say(language).format(
        read=len(register.contracts),
        it=len(register.of_it),
        force=len(register.in_force),
        unsaid=register.unsaid,
    )
    ends = [_line(one, language) for one in register.ending]
    output.show("\n".join([said, *ends]) + "\n")


def _line(one: Ending, lang: Language) -> str:
    sentence = Text(
        "  {id} {subject} : finit le {end} ; consultation à ouvrir avant le {before}.",
        "  {id} {subject}: ends on {end}; begin the consultation before {before}.",
    )
    return sentence.say(lang).format(
        id=one.contract.id,
        subject=one.contract.subject,
        end=numbers.date(one.end, lang),
        before=numbers.date(one.act_before, lang),
    )
