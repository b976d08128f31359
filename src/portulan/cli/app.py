"""The root of the command line: the commands, and the groups of commands.

A command that is asked for wrongly, or stopped, said in the user's language.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any, NoReturn, cast

import typer
from typer._click.exceptions import MissingParameter, NoArgsIsHelpError, NoSuchOption, UsageError
from typer.core import TyperGroup

from portulan import __version__
from portulan.cli import django_start
from portulan.cli.commands import PLACES, Commands
from portulan.cli.help import first_sentence_in, say_alone, say_in
from portulan.cli.output import UNUSABLE, Lang, LangOption, language, say, speak
from portulan.core.say.text import Language, Text


class Root(TyperGroup):
    """The root of the commands: whatever stops one of them is a sentence, and exits with 2."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = cast(Any, Commands())

    def make_context(
        self, info_name: Any, args: list[str], parent: Any = None, **extra: Any
    ) -> Any:
        """Read the options of the root itself; alone, it shows its help."""
        speak(None)
        args, given = _language_first(args), list(args)
        lang = _asked_for(given)
        say_alone(lang, self)
        self._said = partial(first_sentence_in, lang)
        self.commands = cast(Any, Commands(partial(say_in, lang)))
        try:
            return super().make_context(info_name, args, parent, **extra)
        except NoArgsIsHelpError:
            raise
        except UsageError as error:
            _refuse(error, lang)

    def list_commands(self, ctx: Any) -> list[str]:
        """Name the commands, and load none."""
        return list(PLACES)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Show what each command does, and load none."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, self._said(first)) for name, (_, first) in PLACES.items()])

    def invoke(self, ctx: Any) -> Any:
        before = ctx.params.get("lang")
        lang = _asked_for(["--lang", before] if before else [*ctx._protected_args, *ctx.args])
        try:
            return super().invoke(ctx)
        except NoArgsIsHelpError:
            raise
        except UsageError as error:
            _refuse(error, lang)
        except (typer.Abort, EOFError):
            say(Text("Interrompu.", "Interrupted.").say(lang))
        except (typer.Exit, BrokenPipeError):
            raise
        except Exception as error:
            from portulan.cli.failures import sentence_of

            told = sentence_of(error, lang)
            if told is None:
                raise
            say(told)
        raise typer.Exit(UNUSABLE)


app = typer.Typer(
    name="portulan",
    cls=Root,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    # Help in plain words: the library that would frame it takes longer to load than all the rest.
    rich_markup_mode=None,
    help="Build, fund and steer a responsible digital action plan.",
)


def _declare_backups() -> None:
    from portulan.cli.backups import backup

    backup.declare_backups()


django_start.STARTED.append(_declare_backups)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def root(
    lang: LangOption = None,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Print it."),
    ] = False,
) -> None:
    """Build, fund and steer a responsible digital action plan."""
    speak(lang)


def main() -> None:
    """Run the command."""
    try:
        app()
    finally:
        _let_the_reader_go()


def _let_the_reader_go() -> None:
    """Say nothing when who reads the output (`| head`) left before its end."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


# What the library says of a value, and what we say: the groups are put in their places.
_VALUES: Sequence[tuple[str, Text]] = (
    (r"greater than or equal to (\S+)", Text("il faut au moins {}.", "at least {} is needed.")),
    (r"less than or equal to (\S+)", Text("il faut au plus {}.", "at most {} is allowed.")),
    (r"valid integer", Text("il faut un nombre entier.", "a whole number is needed.")),
    (r"valid number", Text("il faut un nombre.", "a number is needed.")),
    (r"is not one of (.+?)\.?$", Text("il faut l’un de {}.", "one of {} is needed.")),
)
_COLON = Text("\u00a0: ", ": ")


# The same, of a whole sentence.
_SENTENCES: Sequence[tuple[str, Text]] = (
    (r"No such command '(.*?)'", Text("La commande {} n’existe pas.", "There is no command {}.")),
    (
        r"Option '(.*?)' requires an argument",
        Text("Il manque la valeur de {}.", "The value of {} is missing."),
    ),
    (
        r"Option '(.*?)' does not take a value",
        Text("{} ne prend pas de valeur.", "{} takes no value."),
    ),
    (
        r"Got unexpected extra argument\(s\) \((.*)\)",
        Text("Il y a des mots de trop\u00a0: {}.", "There are words too many: {}."),
    ),
)


def _refuse(error: UsageError, lang: Language) -> NoReturn:
    say(sentence(error, lang))
    if error.ctx is not None:
        see = Text("Voyez {} --help.", "See {} --help.").say(lang)
        say(see.format(error.ctx.command_path))
    raise typer.Exit(UNUSABLE) from None


def sentence(error: UsageError, lang: Language) -> str:
    """Return what is wrong with a command."""
    if isinstance(error, NoSuchOption):
        there_is_none = Text("L’option {} n’existe pas.", "There is no option {}.")
        return there_is_none.say(lang).format(error.option_name)
    if isinstance(error, MissingParameter):
        return Text("Il manque {}.", "{} is missing.").say(lang).format(_name(error))
    whole = _in_words(error.message, lang, _SENTENCES)
    if whole is not None:
        return whole
    name, value = _name(error), _in_words(error.message, lang, _VALUES) or error.message
    return f"{name}{_COLON.say(lang)}{value}" if name else value


def _in_words(message: str, lang: Language, known: Sequence[tuple[str, Text]]) -> str | None:
    for pattern, words in known:
        found = re.search(pattern, message)
        if found:
            return words.say(lang).format(*found.groups())
    return None


def _name(error: UsageError) -> str:
    """Return the option or the argument that is wrong, as it is written in the command."""
    hint = getattr(error, "param_hint", None)
    param = getattr(error, "param", None)
    if hint is None and param is not None:
        return str(param.opts[0] if param.param_type_name == "option" else param.name)
    return str(hint or "")


def _language_first(given: Sequence[str]) -> list[str]:
    """Return the words with the language before all others: it may be said anywhere."""
    for index, word in enumerate(given):
        if word == "--":
            break
        name, _equals, value = word.partition("=")
        if name == "--lang" and value in set(Lang):
            return [word, *given[:index], *given[index + 1 :]]
        if word == "--lang" and set(given[index + 1 : index + 2]) & set(Lang):
            return [*given[index : index + 2], *given[:index], *given[index + 2 :]]
    return list(given)


def _asked_for(given: Sequence[str]) -> Language:
    """Return the language that the command asked for, were it wrong elsewhere."""
    after = given[given.index("--lang") + 1 :][:1] if "--lang" in given else []
    return language(Lang(after[0]) if after and after[0] in set(Lang) else None)
