"""A command that is asked for wrongly, said in the user's language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import typer
from typer._click.exceptions import MissingParameter, NoSuchOption, UsageError
from typer.core import TyperGroup

from portulan.cli.output import UNUSABLE, Lang, language, say
from portulan.core.problems import Language, Words

# What the library says of a value, and what we say: the groups are put in their places.
_VALUES: Sequence[tuple[str, Words]] = (
    (r"greater than or equal to (\S+)", Words("il faut au moins {}.", "at least {} is needed.")),
    (r"less than or equal to (\S+)", Words("il faut au plus {}.", "at most {} is allowed.")),
    (r"valid integer", Words("il faut un nombre entier.", "a whole number is needed.")),
    (r"valid number", Words("il faut un nombre.", "a number is needed.")),
    (r"is not one of (.+?)\.?$", Words("il faut l’un de {}.", "one of {} is needed.")),
)
_COLON = Words("\u00a0: ", ": ")


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
