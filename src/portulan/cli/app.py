"""The root of the command line: the commands, and the groups of commands.

A command that is asked for wrongly, said in the user's language.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from typer._click.exceptions import MissingParameter, NoSuchOption, UsageError
from typer.core import TyperGroup

from portulan import __version__
from portulan.cli import catalogue, demo, doctor, impact, serve, setup
from portulan.cli.backups import backup
from portulan.cli.budget import imports, indicator, inspect
from portulan.cli.output import UNUSABLE, Lang, language, say
from portulan.cli.portfolio import command as portfolio_command
from portulan.core.say.text import Language, Words


class Root(TyperGroup):
    """The root of the commands: it says in a sentence what was asked for wrongly below it."""

    def invoke(self, ctx: Any) -> Any:
        given = [*ctx._protected_args, *ctx.args]
        try:
            return super().invoke(ctx)
        except UsageError as error:
            told = _asked_for(given)
            say(sentence(error, told))
            if error.ctx is not None:
                see = Words("Voyez {} --help.", "See {} --help.").say(told)
                say(see.format(error.ctx.command_path))
            raise typer.Exit(UNUSABLE) from None


app = typer.Typer(
    name="portulan",
    cls=Root,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    # Help in plain words: the library that would frame it takes longer to load than all the rest.
    rich_markup_mode=None,
    help="Build, fund and steer a responsible digital action plan.",
)
app.command()(demo.demo)
app.command()(setup.init)
app.command()(serve.serve)
app.command()(setup.link)
app.command()(doctor.doctor)
app.command()(backup.backup)
app.command()(backup.restore)
inspect.app.command("import")(imports.import_)
inspect.app.command()(indicator.indicator)
app.add_typer(inspect.app, name="budget")
app.add_typer(catalogue.app, name="catalogue")
app.add_typer(impact.app, name="impact")
app.add_typer(portfolio_command.app, name="portfolio")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Print it."),
    ] = False,
) -> None:
    """Build, fund and steer a responsible digital action plan."""


def main() -> None:
    """Run the command; what no command can help is said in a sentence, and exits with 2."""
    try:
        app()
    except Exception as error:
        from django.db import Error, IntegrityError

        if isinstance(error, IntegrityError):
            say(_refused_by_the_database(str(error).strip()))
        elif isinstance(error, Error):
            say(_database_failed(str(error).strip()))
        elif isinstance(error, OSError):
            say(": ".join(str(part) for part in (error.filename, error.strerror) if part))
        else:
            raise
        raise SystemExit(UNUSABLE) from None
    finally:
        _let_the_reader_go()


def _let_the_reader_go() -> None:
    """Say nothing when who reads the output (`| head`) left before its end."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _refused_by_the_database(reason: str) -> str:
    if language(None) == "en":
        return f"This contradicts what the database holds ({reason}): nothing was written."
    return f"Cela contredit ce que la base contient ({reason})\u00a0: rien n’a été écrit."


def _database_failed(reason: str) -> str:
    if language(None) == "en":
        return f"The database does not answer ({reason}). See what `portulan doctor` says."
    return f"La base de données ne répond pas ({reason}). Voyez ce qu’en dit `portulan doctor`."


# What the library says of a value, and what we say: the groups are put in their places.
_VALUES: Sequence[tuple[str, Words]] = (
    (r"greater than or equal to (\S+)", Words("il faut au moins {}.", "at least {} is needed.")),
    (r"less than or equal to (\S+)", Words("il faut au plus {}.", "at most {} is allowed.")),
    (r"valid integer", Words("il faut un nombre entier.", "a whole number is needed.")),
    (r"valid number", Words("il faut un nombre.", "a number is needed.")),
    (r"is not one of (.+?)\.?$", Words("il faut l’un de {}.", "one of {} is needed.")),
)
_COLON = Words("\u00a0: ", ": ")


def sentence(error: UsageError, lang: Language) -> str:
    """Return what is wrong with a command."""
    if isinstance(error, NoSuchOption):
        there_is_none = Words("L’option {} n’existe pas.", "There is no option {}.")
        return there_is_none.say(lang).format(error.option_name)
    if isinstance(error, MissingParameter):
        return Words("Il manque {}.", "{} is missing.").say(lang).format(_name(error))
    command = re.match(r"No such command '(.*?)'", error.message)
    if command:
        there_is_none = Words("La commande {} n’existe pas.", "There is no command {}.")
        return there_is_none.say(lang).format(command[1])
    name = _name(error)
    return f"{name}{_COLON.say(lang)}{_value(error.message, lang)}" if name else error.message


def _value(message: str, lang: Language) -> str:
    for pattern, words in _VALUES:
        found = re.search(pattern, message)
        if found:
            return words.say(lang).format(*found.groups())
    return message


def _name(error: UsageError) -> str:
    """Return the option or the argument that is wrong, as it is written in the command."""
    hint = getattr(error, "param_hint", None)
    param = getattr(error, "param", None)
    if hint is None and param is not None:
        return str(param.opts[0] if param.param_type_name == "option" else param.name)
    return str(hint or "")


def _asked_for(given: Sequence[str]) -> Language:
    """Return the language that the command asked for, were it wrong elsewhere."""
    after = given[given.index("--lang") + 1 :][:1] if "--lang" in given else []
    return language(Lang(after[0]) if after and after[0] in set(Lang) else None)
