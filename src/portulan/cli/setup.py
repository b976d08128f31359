"""`portulan init` and `portulan link`: a first organisation, and a way in."""

from __future__ import annotations

from typing import Annotated

import typer

from portulan.cli import django_start
from portulan.cli.output import UNUSABLE, LangOption, language, say
from portulan.cli.serve import PortOption, address_of

UrlOption = Annotated[
    str, typer.Option(help="Address people will use (else this machine, at the port of `serve`).")
]


def init(
    name: Annotated[str, typer.Option(prompt="Nom de l’organisation", help="Its full name.")],
    email: Annotated[str, typer.Option(prompt="Votre adresse électronique", help="Yours.")],
    slug: Annotated[str, typer.Option(help="Its short name in addresses.")] = "",
    form: Annotated[str, typer.Option(help="Legal form (town, region, hospital…).")] = "town",
    siren: Annotated[str, typer.Option(help="Nine digits; files are checked against it.")] = "",
    population: Annotated[int | None, typer.Option(min=0, help="Inhabitants.")] = None,
    headcount: Annotated[
        int | None, typer.Option(min=0, help="Staff, in full-time equivalents.")
    ] = None,
    url: UrlOption = "",
    port: PortOption = None,
    lang: LangOption = None,
) -> None:
    """Create an organisation, its first administrator, and their sign-in link."""
    spoken, address = language(lang), address_of(url, port)
    django_start.start()
    django_start.prepare(spoken)
    django_start.speak(spoken)
    from django.core.exceptions import ValidationError
    from django.db import transaction
    from django.utils.text import slugify
    from django.utils.translation import gettext as _

    from portulan.accounts.access import Role
    from portulan.accounts.actors import command_line
    from portulan.accounts.links import make_link
    from portulan.accounts.words import LegalForm
    from portulan.accounts.writes import add_person, create_organisation
    from portulan.catalogue.imports.writes import install_builtin

    try:
        with transaction.atomic():
            organisation = create_organisation(
                slug=slug or slugify(name)[:60],
                name=name,
                legal_form=LegalForm(form),
                population=population,
                headcount=headcount,
                siren=siren,
            )
            person = add_person(
                command_line(organisation.pk),
                function=_("Administration"),
                email=email,
                roles=[Role.ADMIN],
            )
            install_builtin()
            if person.user is None:
                raise ValidationError(_("Le compte n’a pas été créé."))
            token = make_link(user=person.user)
    except (ValidationError, ValueError) as error:
        messages = error.messages if isinstance(error, ValidationError) else [str(error)]
        for message in messages:
            say(message)
        raise typer.Exit(UNUSABLE) from error
    say(
        "Organisation created. Start the server with `portulan serve`, then open, once:"
        if spoken == "en"
        else "Organisation créée. Lancez `portulan serve`, puis ouvrez, une fois\u00a0:"
    )
    typer.echo(f"{address}/sign-in/{token}/")


def link(
    email: Annotated[str, typer.Argument(help="Address of the account.")],
    url: UrlOption = "",
    port: PortOption = None,
    lang: LangOption = None,
) -> None:
    """Make a one-time sign-in link for an account: for who lost their password."""
    spoken, address = language(lang), address_of(url, port)
    django_start.start()
    from portulan.accounts.links import make_link
    from portulan.accounts.models import User

    user = User.objects.filter(email__iexact=email, is_active=True).first()
    if user is None:
        say(
            f"No account has the address {email}."
            if spoken == "en"
            else f"Aucun compte n’a l’adresse {email}."
        )
        raise typer.Exit(UNUSABLE)
    typer.echo(f"{address}/sign-in/{make_link(user=user)}/")
