"""`portulan init`: a first organisation, and a way in."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated

import typer

from portulan.accounts.words import LegalForm
from portulan.cli import django_start
from portulan.cli.address import PortOption, address_of
from portulan.cli.output import UNUSABLE, LangOption, language, say
from portulan.core import own_address
from portulan.core.folders import data_folder
from portulan.core.say.text import Language, Text, colon

UrlOption = Annotated[
    str, typer.Option(help="Address people will use (else this machine, at the port of `serve`).")
]
_NAME = Text("Nom de l’organisation", "Name of the organisation")
_EMAIL = Text("Votre adresse électronique", "Your email address")
_FORM = Text("Forme juridique (town)", "Legal form (town)")
_NO_FORM = Text("Il faut l’un des mots de cette liste.", "One of the words of that list is needed.")
_TAKEN = Text(
    "Une organisation a déjà le nom court «\u00a0{}\u00a0»\u00a0: donnez-en un autre par --slug.",
    "An organisation has the short name “{}” already: give another, with --slug.",
)
_NO_SLUG = Text(
    "«\u00a0{}\u00a0» ne donne pas de nom court en lettres latines\u00a0: donnez-le par --slug.",
    "“{}” gives no short name in Latin letters: give one, with --slug.",
)
_MISSING = Text("Donnez {}.", "Give {}.")
_CREATED = Text(
    "Organisation créée, de nom court «\u00a0{}\u00a0» (c’est ce que demande --org).",
    "Organisation created, of short name “{}” (what --org asks for).",
)
_START = Text(
    "Lancez `portulan serve`, puis ouvrez, une fois\u00a0:",
    "Start the server with `portulan serve`, then open, once:",
)
_OPEN = Text("Pour entrer, ouvrez, une fois\u00a0:", "To come in, open, once:")
_DEMONSTRATION = Text(
    "La démonstration est ici ({})\u00a0: donnez à votre organisation un autre dossier, par "
    "PORTULAN_DATA, ou une autre base.",
    "The demonstration is here ({}): give your organisation another folder, by PORTULAN_DATA, or "
    "another database.",
)
_NOBODY = Text(
    "Il n’y a pas encore d’organisation ici\u00a0: `portulan init` la crée.",
    "There is no organisation here yet: `portulan init` makes it.",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person said of their organisation; None and "" are what is still to be asked for."""

    name: str = ""
    email: str = ""
    slug: str = ""
    form: LegalForm | None = None
    siren: str = ""
    population: int | None = None
    headcount: int | None = None


def init(
    name: Annotated[str, typer.Option(help="Its full name (asked for).")] = "",
    email: Annotated[str, typer.Option(help="Your address (asked for).")] = "",
    slug: Annotated[str, typer.Option(help="Its short name in addresses.")] = "",
    form: Annotated[LegalForm | None, typer.Option(help="Legal form: laws depend on it.")] = None,
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
    spoken = language(lang)
    address = address_of(url, port, spoken)
    django_start.start()
    asked = Asked(name, email, slug, form, siren, population, headcount)
    made = settle(asked, spoken)
    if url:
        own_address.keep(data_folder(), address)
    _say_created(made, address, _START, spoken)


def settle(asked: Asked, spoken: Language) -> tuple[str, str]:
    """Create an organisation, asking for what is missing; return its slug and a one-time token.

    Whatever is typed is judged at once, and asked for again while somebody is there to answer; what
    an option gives and cannot be exits with 2, and nothing is written.
    """
    from django.utils.text import slugify

    django_start.speak(spoken)
    _check_given(asked)
    django_start.prepare(spoken)
    _refuse_demonstration(spoken)
    _refuse_taken(asked.slug, spoken)
    wanting = not (asked.name and asked.email)
    name = asked.name or _ask("--name", _NAME, _wrong_name, spoken)
    email = asked.email or _ask("--email", _EMAIL, _wrong_email, spoken)
    form = asked.form
    if form is None:
        form = _ask_form(spoken) if wanting else LegalForm.TOWN
    slug = asked.slug or slugify(name)[:60]
    if not slug:
        say(_NO_SLUG.say(spoken).format(name))
        raise typer.Exit(UNUSABLE)
    _refuse_taken(slug, spoken)
    return _create(replace(asked, name=name, email=email, slug=slug, form=form))


def _check_given(asked: Asked) -> None:
    """Exit 2 when an option says what cannot be, before anything is asked for or written."""
    given = {"name": asked.name, "slug": asked.slug, "siren": asked.siren}
    wrong = [
        _wrong_of_organisation(**{field: value for field, value in given.items() if value}),
        asked.email and _wrong_email(asked.email),
    ]
    for message in filter(None, wrong):
        say(message)
    if any(wrong):
        raise typer.Exit(UNUSABLE)


def _ask(option: str, question: Text, wrong: Callable[[str], str], spoken: Language) -> str:
    """Ask until the answer can be; exit 2 where nobody is there to answer."""
    while True:
        # On standard error: standard output belongs to the link.
        sys.stderr.write(question.say(spoken) + (colon(spoken)))
        sys.stderr.flush()
        answer = sys.stdin.readline()
        if not sys.stdin.isatty() or not answer:
            say("")
        if not (said := wrong(answer.strip())):
            return answer.strip()
        say(said)
        if not sys.stdin.isatty() or not answer:
            say(_MISSING.say(spoken).format(option))
            raise typer.Exit(UNUSABLE)


def _ask_form(spoken: Language) -> LegalForm:
    from portulan.accounts.models import LEGAL_FORMS

    for form, label in LEGAL_FORMS.items():
        say(Text(f"  {form.value}\u00a0: {label}", f"  {form.value}: {label}").say(spoken))
    unknown = _NO_FORM.say(spoken)
    answer = _ask("--form", _FORM, lambda said: "" if said in {"", *LegalForm} else unknown, spoken)
    return LegalForm(answer or LegalForm.TOWN)


def _wrong_name(name: str) -> str:
    return _wrong_of_organisation(name=name)


def _wrong_of_organisation(**values: str) -> str:
    """Return what is wrong with fields of an organisation that is not made yet, "" if nothing."""
    from portulan.accounts.models import Organisation

    fields = {field.name for field in Organisation._meta.fields}

    def check() -> None:
        made = Organisation(**values)
        made.clean_fields(exclude=fields - set(values))
        made.clean()

    return _wrong(check)


def _wrong_email(email: str) -> str:
    from django.core.validators import validate_email

    return _wrong(lambda: validate_email(email))


def _wrong(check: Callable[[], object]) -> str:
    from django.core.exceptions import ValidationError

    try:
        check()
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def _refuse_demonstration(spoken: Language) -> None:
    """Exit 2 where the demonstration is: it never mixes with somebody’s data."""
    from django.conf import settings

    from portulan.accounts.models import Organisation

    if Organisation.objects.filter(fictional=True).exists():
        say(_DEMONSTRATION.say(spoken).format(settings.DATA))
        raise typer.Exit(UNUSABLE)


def _refuse_taken(slug: str, spoken: Language) -> None:
    from portulan.accounts.models import Organisation

    if slug and Organisation.objects.filter(slug=slug).exists():
        say(_TAKEN.say(spoken).format(slug))
        raise typer.Exit(UNUSABLE)


def _create(asked: Asked) -> tuple[str, str]:
    from django.core.exceptions import ValidationError
    from django.db import transaction
    from django.utils.translation import gettext as _

    from portulan.accounts.access import Role
    from portulan.accounts.actors import command_line
    from portulan.accounts.links import make_link
    from portulan.accounts.sirens import prove_siren, said_twice
    from portulan.accounts.words import SirenProof
    from portulan.accounts.writes import add_person, create_organisation
    from portulan.catalogue.imports.writes import install_builtin

    try:
        with transaction.atomic():
            organisation = create_organisation(
                slug=asked.slug,
                name=asked.name,
                legal_form=asked.form or LegalForm.TOWN,
                population=asked.population,
                headcount=asked.headcount,
                siren=asked.siren,
            )
            if asked.siren and asked.siren not in said_twice():
                prove_siren(command_line(organisation.pk), how=SirenProof.OPERATOR)
            person = add_person(
                command_line(organisation.pk),
                function=_("Administration"),
                email=asked.email,
                roles=[Role.ADMIN],
            )
            install_builtin()
            if person.user is None:
                raise ValidationError(_("Le compte n’a pas été créé."))
            return organisation.slug, make_link(user=person.user)
    except ValidationError as error:
        for message in error.messages:
            say(message)
        raise typer.Exit(UNUSABLE) from error


def _say_created(made: tuple[str, str], address: str, what_next: Text, spoken: Language) -> None:
    slug, token = made
    say(_CREATED.say(spoken).format(slug))
    say(what_next.say(spoken))
    typer.echo(f"{address}/sign-in/{token}/")


def found(address: str, spoken: Language) -> None:
    """Make the first organisation of a place before it is served, with who is at the keyboard.

    Exit 2 where there is nobody: the sentence says what to do.
    """
    from portulan.accounts.models import Organisation

    if Organisation.objects.exists():
        return
    say(_NOBODY.say(spoken))
    if not sys.stdin.isatty():
        raise typer.Exit(UNUSABLE)
    _say_created(settle(Asked(), spoken), address, _OPEN, spoken)
