"""The root of the command line: the commands, and the groups of commands.

A command that is asked for wrongly, or stopped, said in the user's language.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from typing import Annotated, Any, NoReturn

import typer
from typer._click.exceptions import MissingParameter, NoArgsIsHelpError, NoSuchOption, UsageError
from typer.core import TyperGroup

from portulan import __version__
from portulan.cli import (
    accounts,
    catalogue,
    contracts,
    demo,
    directory,
    django_start,
    doctor,
    drill,
    duties,
    export,
    mail,
    observatory,
    organisations,
    programs,
    report,
    serve,
    setup,
    site,
    sources,
    upgrade,
)
from portulan.cli.backups import backup
from portulan.cli.budget import (
    consolidation,
    decisions,
    imports,
    indicator,
    inspect,
    provided,
    purchases,
)
from portulan.cli.failures import sentence_of
from portulan.cli.impact import command as impact
from portulan.cli.moving import move
from portulan.cli.output import UNUSABLE, Lang, LangOption, language, say, speak
from portulan.cli.papers import command as papers
from portulan.cli.plan import files, leaving, merging, sealed, tables
from portulan.cli.portfolio import command
from portulan.core.say.text import Language, Text


class Root(TyperGroup):
    """The root of the commands: whatever stops one of them is a sentence, and exits with 2."""

    def make_context(
        self, info_name: Any, args: list[str], parent: Any = None, **extra: Any
    ) -> Any:
        """Read the options of the root itself; alone, it shows its help."""
        speak(None)
        args, given = _language_first(args), list(args)
        if not given or "--help" in given or _is_group(self, given):
            from portulan.cli.help import say_whole, speak_french

            if _asked_for(given) == "fr":
                speak_french(self)
            say_whole(self)
        try:
            return super().make_context(info_name, args, parent, **extra)
        except NoArgsIsHelpError:
            raise
        except UsageError as error:
            _refuse(error, _asked_for(given))

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
app.command()(demo.demo)
app.command()(setup.init)
app.command()(serve.serve)
app.command()(accounts.link)
app.command()(accounts.address)
app.command()(accounts.factors)
app.command()(accounts.siren)
app.command()(accounts.security)
app.command()(organisations.organisations)
app.command()(doctor.doctor)
app.command()(duties.duties)
django_start.STARTED.append(backup.declare_backups)
app.command()(backup.backup)
app.command()(backup.restore)
app.command()(drill.drill)
app.command()(papers.papers)
app.command()(upgrade.upgrade)
app.command()(report.report)
app.command()(site.site)
app.command()(directory.directory)
app.command()(export.export)
app.command()(move.move)
app.command()(programs.openapi)
app.command()(programs.mcp)
inspect.app.command("import")(imports.import_)
inspect.app.command()(indicator.indicator)
inspect.app.command()(purchases.qualify)
inspect.app.command()(purchases.declaration)
inspect.app.command()(consolidation.consolidation)
inspect.app.add_typer(decisions.app, name="decisions")
inspect.app.add_typer(provided.app, name="provider")
app.add_typer(inspect.app, name="budget")
app.add_typer(catalogue.app, name="catalogue")
app.add_typer(impact.app, name="impact")
tables.app.command("export-table")(leaving.export_table)
tables.app.command("export")(files.export)
tables.app.command("check")(files.check)
tables.app.command("import")(files.import_)
tables.app.command("unmerge")(merging.unmerge)
tables.app.command()(sealed.sealed)
app.command()(sealed.verify)
app.add_typer(mail.app, name="mail")
app.add_typer(tables.app, name="plan")
app.add_typer(command.app, name="portfolio")
app.add_typer(sources.app, name="source")
app.add_typer(contracts.app, name="contract")
app.add_typer(observatory.app, name="observatory")


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


def _is_group(root: Any, given: Sequence[str]) -> bool:
    """Tell whether the words name a group of commands alone: it shows its help then."""
    words = [one for one in given if not one.startswith("-") and one not in set(Lang)]
    below = root
    for word in words:
        below = getattr(below, "commands", {}).get(word)
    return bool(words) and hasattr(below, "commands")


def _asked_for(given: Sequence[str]) -> Language:
    """Return the language that the command asked for, were it wrong elsewhere."""
    after = given[given.index("--lang") + 1 :][:1] if "--lang" in given else []
    return language(Lang(after[0]) if after and after[0] in set(Lang) else None)
