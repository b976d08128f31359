"""Starting Django for the commands that need the database."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import typer

from portulan.cli.given import only
from portulan.cli.output import UNUSABLE, say, say_problem
from portulan.core.say.text import Language, Text, UnusableInputError

if TYPE_CHECKING:
    from portulan.accounts.actors import Actor
    from portulan.accounts.models import Organisation

_WHICH = Text(
    "Dites de quelle organisation il s’agit, par --org\u00a0: {}.",
    "Say which organisation, with --org: {}.",
)
_NONE_YET = Text(
    "Il n’y a encore aucune organisation\u00a0: `portulan init` en crée une.",
    "There is no organisation yet: `portulan init` creates one.",
)

type Step = Callable[[int, int], None]


def start(*, data: str | None = None) -> None:
    """Set Django up on the data folder (`--data`, else PORTULAN_DATA, else the user's own).

    Raises MisconfiguredError when a setting cannot be.
    """
    if data is not None:
        os.environ["PORTULAN_DATA"] = data
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portulan.config.settings")
    import django

    django.setup()


def prepare(lang: Language, told: Step = lambda _done, _total: None) -> None:
    """Bring the database and the static files up to date; instant when they are.

    `told` hears how many steps of an upgrade are done, and of how many.

    Exit 2 when the database is not one that this program opens, or goes with another folder.
    """
    from django.conf import settings
    from django.core.management import call_command

    settings.DATA.mkdir(mode=0o700, parents=True, exist_ok=True)
    from portulan.core import shared_folder

    def step(done: int, total: int) -> None:
        told(done, total)
        if done == total or done % 10 == 0 or sys.stderr.isatty():
            words = Text(
                f"Mise à niveau\u00a0: {done} sur {total}.", f"Upgrade: {done} of {total}."
            )
            say(words.say(lang))

    try:
        bring_up_to_date(step)
        shared_folder.agree()
    except UnusableInputError as error:
        say_problem(error.problem, lang)
        raise typer.Exit(UNUSABLE) from error
    call_command("collectstatic", verbosity=0, interactive=False)


def apart(work: Callable[[], None]) -> None:
    """Do the work in a process that ends, where there are such: who serves keeps none of it.

    Migrations and what they load stay in memory: ninety megabytes after a first start. What fails
    says so there, and its exit code is this one's.
    """
    if not hasattr(os, "fork"):
        work()
        return
    from django.db import connections

    connections.close_all()  # a process has its own
    sys.stdout.flush()
    child = os.fork()
    if not child:
        work()
        connections.close_all()
        sys.stdout.flush()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if code := os.waitstatus_to_exitcode(status):
        raise typer.Exit(code if code > 0 else 1)


def bring_up_to_date(told: Step = lambda _done, _total: None) -> None:
    """Give an older database the tables, the guards and the sums of this program.

    `told` hears how many steps are done, and of how many. Raises UnusableInputError when the
    database was made by a newer one.
    """
    from django.core.management import call_command

    from portulan.core import schema
    from portulan.core.management.commands.migrate import Command

    schema.require_database()
    schema.require_known()
    command = Command()
    command.told = told
    call_command(command, verbosity=0, interactive=False)
    from portulan.budget.imports.ahead import sweep
    from portulan.budget.lines.kept_sums import count_missing

    sweep()
    count_missing()


def speak(lang: Language) -> None:
    """Make Django's sentences follow the language of the command."""
    from django.utils import translation

    translation.activate(lang)


def organisation_and_actor(slug: str, lang: Language) -> tuple[Organisation, Actor]:
    """Return the organisation and the command line's actor in it; exit 2 when there is none.

    Where none is named, it is the only one there is.
    """
    from portulan.accounts.actors import command_line
    from portulan.accounts.models import Organisation
    from portulan.core.say.country import settle

    speak(lang)
    if not slug:
        known = Organisation.objects.order_by("slug").values_list("slug", flat=True)
        slug = only(list(known), _WHICH, _NONE_YET, lang)
    organisation = Organisation.objects.filter(slug=slug).first()
    if organisation is None:
        say(
            Text(
                f"Aucune organisation ne s’appelle «\u00a0{slug}\u00a0».",
                f"No organisation is called “{slug}”.",
            ).say(lang)
        )
        raise typer.Exit(UNUSABLE)
    settle(organisation.country, organisation.currency)
    return organisation, command_line(organisation.pk)
