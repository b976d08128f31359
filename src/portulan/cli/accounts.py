"""`portulan link`, `address`, `siren`, `security`: what who operates does for accounts."""

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
    from portulan.accounts.models import Organisation, User

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
_PROVED = Text("{}\u00a0: SIREN {} prouvé.", "{}: SIREN {} proved.")
_CLAIMED = Text("{}\u00a0: SIREN {} dit, non prouvé.", "{}: SIREN {} claimed, not proved.")
_TWICE = Text(
    "{}\u00a0: SIREN {} dit aussi par {}. À vous de juger\u00a0: "
    "`portulan siren --org NOM --prove`.",
    "{}: SIREN {} claimed by {} too. Yours to judge: `portulan siren --org NAME --prove`.",
)
_NO_MAIL = Text(
    "Aucun serveur de courrier n’est réglé (PORTULAN_SMTP)\u00a0: prouvez par --prove.",
    "No mail server is set (PORTULAN_SMTP): prove with --prove.",
)
_NO_SIREN = Text("Cette organisation ne dit aucun SIREN.", "This organisation claims no SIREN.")
_WRITTEN = Text(
    "Un code part à {}\u00a0: qui administre le donne à la page SIREN.",
    "A code leaves to {}: who administers gives it to the page SIREN.",
)
_NAME_IT = Text("Dites laquelle, par --org, ou --all.", "Say which, with --org, or --all.")
_MOVED = Text("Le compte {} a maintenant l’adresse {}.", "The account {} now has the address {}.")


def link(
    email: EmailArgument, url: UrlOption = "", port: PortOption = None, lang: LangOption = None
) -> None:
    """Make a one-time sign-in link that opens all of an account: for who lost their password."""
    spoken = language(lang)
    address = address_of(url, port, spoken)
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


def siren(
    org: Annotated[str, typer.Option(help="Short name of one organisation.")] = "",
    prove: Annotated[
        bool, typer.Option("--prove", help="Prove it, once you know that it is theirs.")
    ] = False,
    every: Annotated[
        bool, typer.Option("--all", help="Prove each one that a single organisation says.")
    ] = False,
    write: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Write there the code that proves it.")
    ] = "",
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Make it a claim again.")] = False,
    lang: LangOption = None,
) -> None:
    """Say which organisations proved their SIREN, and prove those that you know."""
    spoken = language(lang)
    django_start.start()
    django_start.speak(spoken)
    from django.core.exceptions import ValidationError

    from portulan.accounts import sirens
    from portulan.accounts.words import SirenProof

    if (prove or withdraw or write) and not org:
        say(_NAME_IT.say(spoken))
        raise typer.Exit(UNUSABLE)
    if every:
        sirens.prove_those_alone()
    elif org:
        organisation, actor = django_start.organisation_and_actor(org, spoken)
        try:
            if write:
                _write_code(organisation, write, spoken)
            elif withdraw:
                sirens.unprove_siren(organisation)
            elif prove:
                sirens.prove_siren(actor, how=SirenProof.OPERATOR)
        except ValidationError as error:
            for message in error.messages:
                say(message)
            raise typer.Exit(UNUSABLE) from error
    _say_sirens(org, spoken)


def _write_code(organisation: Organisation, address: str, spoken: Language) -> None:
    from portulan.accounts.writing import send_siren_code
    from portulan.core.mail import can_send

    if not can_send() or not organisation.siren:
        say((_NO_MAIL if organisation.siren else _NO_SIREN).say(spoken))
        raise typer.Exit(UNUSABLE)
    send_siren_code(organisation, address=address, language=spoken)
    say(_WRITTEN.say(spoken).format(address))


def _say_sirens(org: str, spoken: Language) -> None:
    from portulan.accounts.models import Organisation
    from portulan.accounts.sirens import said_twice

    twice = said_twice()
    for one in Organisation.objects.exclude(siren="").order_by("slug"):
        if org not in {"", one.slug}:
            continue
        others = ", ".join(other.slug for other in twice.get(one.siren, ()) if other != one)
        words = _PROVED if one.has_proved_siren else _TWICE if others else _CLAIMED
        typer.echo(words.say(spoken).format(one.slug, one.siren, others))


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
