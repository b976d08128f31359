"""`portulan link`, `address` and `security`: what who operates does for accounts, and reads."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from portulan.cli import django_start
from portulan.cli.address import PortOption, address_of
from portulan.cli.output import UNUSABLE, LangOption, language, say
from portulan.cli.setup import UrlOption
from portulan.core.say.text import Language, Text

if TYPE_CHECKING:
    from portulan.accounts.models import User

EmailArgument = Annotated[str, typer.Argument(help="Address of the account.")]
_NO_ACCOUNT = Text("Aucun compte n’a l’adresse {}.", "No account has the address {}.")
_GONE = Text(
    "Le compte {} n’ouvre rien\u00a0: la personne est partie.",
    "The account {} opens nothing: its owner has left.",
)
_COUNTED = Text("Seconds facteurs du compte {}\u00a0: {}.", "Second factors of the account {}: {}.")
_REMOVED = Text(
    "Seconds facteurs ôtés au compte {}\u00a0: {}.",
    "Second factors taken away from the account {}: {}.",
)
_MOVED = Text("Le compte {} a maintenant l’adresse {}.", "The account {} now has the address {}.")


def link(
    email: EmailArgument, url: UrlOption = "", port: PortOption = None, lang: LangOption = None
) -> None:
    """Make a one-time sign-in link that opens all of an account: for who lost their password."""
    spoken, address = language(lang), address_of(url, port)
    django_start.start()
    from portulan.accounts.links import make_link
    from portulan.accounts.reads import still_opens

    user = _account(email, spoken)
    if still_opens(user.pk) is None:
        say(_GONE.say(spoken).format(email))
        raise typer.Exit(UNUSABLE)
    typer.echo(f"{address}/sign-in/{make_link(user=user)}/")


def address(
    email: EmailArgument,
    new: Annotated[str, typer.Argument(help="Its address from now on.")],
    lang: LangOption = None,
) -> None:
    """Give an account another address, once you know that it is its owner's."""
    spoken = language(lang)
    django_start.start()
    django_start.speak(spoken)
    from django.core.exceptions import ValidationError

    from portulan.accounts.moving import move_account

    try:
        move_account(_account(email, spoken), email=new)
    except ValidationError as error:
        for message in error.messages:
            say(message)
        raise typer.Exit(UNUSABLE) from error
    say(_MOVED.say(spoken).format(email, new))


def factors(
    email: EmailArgument,
    remove: Annotated[
        bool, typer.Option("--remove", help="Take them away, once you know who asks.")
    ] = False,
    lang: LangOption = None,
) -> None:
    """Say how many second factors an account has, or take them all away."""
    spoken = language(lang)
    django_start.start()
    from portulan.accounts.factors import factors_of, remove_all

    user = _account(email, spoken)
    count = remove_all(user) if remove else factors_of(user).count()
    say((_REMOVED if remove else _COUNTED).say(spoken).format(email, count))


def security(
    org: Annotated[str, typer.Option(help="Short name of one organisation.")] = "",
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="From that day on.")
    ] = None,
    lang: LangOption = None,
) -> None:
    """Print the security journal, one line of JSON for each entry, from the oldest."""
    spoken = language(lang)
    django_start.start()
    from portulan.accounts.models import SecurityEntry
    from portulan.accounts.security import lines_of

    entries = SecurityEntry.objects.order_by("id")
    if org:
        organisation, _actor = django_start.organisation_and_actor(org, spoken)
        entries = entries.filter(organisation_id=organisation.pk)
    if since is not None:
        entries = entries.filter(at__date__gte=since.date())
    for line in lines_of(entries.iterator(1000)):
        typer.echo(line, nl=False)


def _account(email: str, spoken: Language) -> User:
    from portulan.accounts.reads import find_account

    user = find_account(email)
    if user is None or not user.is_active:
        say(_NO_ACCOUNT.say(spoken).format(email))
        raise typer.Exit(UNUSABLE)
    return user
