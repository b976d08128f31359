"""The group of the demonstration: three towns that the Region follows, and who follows them all.

The home page of the syndicate is its members. One town shares figures and levels, one texts too,
one nothing. All are invented, and go with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial

from portulan.accounts.access import Role
from portulan.accounts.actors import Actor, command_line
from portulan.accounts.features import Feature
from portulan.accounts.models import Organisation
from portulan.accounts.sirens import prove_siren
from portulan.accounts.words import LegalForm, SirenProof
from portulan.accounts.writes import add_person, create_organisation, show_feature
from portulan.demo.cast import Cast
from portulan.demo.clock import Event
from portulan.demo.shapes import TODAY
from portulan.plans.starters.town import TOWN
from portulan.plans.starters.writes import Taken, start_plan
from portulan.publication.groups.members import Named, say_members
from portulan.publication.groups.sharing import accept_member, share, share_again
from portulan.publication.models import Sharing
from portulan.publication.words import Extent

NAMED_ON, STARTED_ON, SHARED_ON = date(2026, 9, 1), date(2026, 9, 15), date(2026, 11, 3)


@dataclass(frozen=True, slots=True)
class Body:
    """An invented organisation: how many actions of the ready-made plan it took, what it shares."""

    slug: str
    name: str
    siren: str
    form: LegalForm
    population: int | None
    function: str
    actions: int = 0
    extent: Extent | None = None


TOWNS = (
    Body(
        *("lanhoarn", "Lanhoarn", "219900024", LegalForm.TOWN, 3_400, "Secrétaire de mairie"),
        *(8, Extent.TEXTS),
    ),
    Body(
        *("kerveur-sur-mer", "Kerveur-sur-Mer", "219900032", LegalForm.TOWN, 6_100),
        *("Directrice générale des services", 5, Extent.FIGURES),
    ),
    Body(
        *("saint-gwenn-des-landes", "Saint-Gwenn-des-Landes", "219900040", LegalForm.TOWN, 900),
        "Secrétaire de mairie",
    ),
)
SYNDICATE = Body(
    *("armorique-numerique", "Syndicat mixte Armorique Numérique", "259900017"),
    *(LegalForm.PUBLIC_BODY, None, "Directrice du syndicat"),
)
SLUGS = tuple(body.slug for body in (*TOWNS, SYNDICATE))


def group_events(cast: Cast) -> Iterator[Event]:
    """Yield who names whom, what the towns take up, what each shares."""
    region = cast.organisation
    yield Event(NAMED_ON, partial(_name, cast))
    for body in TOWNS:
        yield Event(STARTED_ON, partial(_start, body))
        if body.extent is not None:
            for group in (region, SYNDICATE):
                yield Event(SHARED_ON, partial(_share, body.slug, group, body.extent, SHARED_ON))
    yield Event(TODAY, partial(_share, region.slug, SYNDICATE, Extent.FIGURES, TODAY))
    yield Event(TODAY, _share_again)


def invented() -> list[Organisation]:
    """Return the invented organisations that go with the demonstration."""
    return list(Organisation.objects.filter(slug__in=SLUGS, fictional=True))


def _name(cast: Cast) -> None:
    for body in (*TOWNS, SYNDICATE):
        _make(body)
    region = cast.organisation
    prove_siren(command_line(region.pk), how=SirenProof.OPERATOR)
    say_members(command_line(region.pk), members=[Named(body.siren, body.name) for body in TOWNS])
    syndicate = Organisation.objects.get(slug=SYNDICATE.slug)
    followed = [Named(region.siren, region.name)]
    followed += [Named(body.siren, body.name) for body in TOWNS]
    say_members(command_line(syndicate.pk), members=followed)


def _make(body: Body) -> None:
    organisation = create_organisation(
        slug=body.slug,
        name=body.name,
        legal_form=body.form,
        population=body.population,
        siren=body.siren,
        fictional=True,
        frozen_on=TODAY,
    )
    operator = command_line(organisation.pk)
    prove_siren(operator, how=SirenProof.OPERATOR)
    email = f"direction@{body.slug}.example"
    add_person(operator, function=body.function, email=email, roles=[Role.ADMIN])
    if body.form is LegalForm.TOWN:
        show_feature(operator, feature=Feature.GROUPS, shown=True)


def _start(body: Body) -> None:
    if not body.actions:
        return
    start_plan(
        admin_of(body.slug)[1],
        title=TOWN.title.fr,
        first_year=2026,
        last_year=2028,
        taken=[
            Taken(one, one.title.fr, one.pilot.fr, date(2027, 3 + rank, 1), one.why.fr)
            for rank, one in enumerate(TOWN.actions[: body.actions])
        ],
        today=STARTED_ON,
    )


def _share(slug: str, group: Organisation | Body, extent: Extent, on: date) -> None:
    _organisation, actor = admin_of(slug)
    receiver = Organisation.objects.get(slug=group.slug)
    sharing = share(actor, group=receiver, extent=extent, today=on)
    accept_member(command_line(receiver.pk), copy=sharing.copy)


def _share_again() -> None:
    """What the last night made."""
    for sharing in Sharing.objects.filter(organisation__slug__in=SLUGS).order_by("pk"):
        share_again(admin_of(sharing.organisation.slug)[1], sharing=sharing, today=TODAY)


def admin_of(slug: str) -> tuple[Organisation, Actor]:
    organisation = Organisation.objects.get(slug=slug, fictional=True)
    person = organisation.people.filter(memberships__role=Role.ADMIN).order_by("pk")[0]
    return organisation, Actor(organisation.pk, person.pk, frozenset({Role.ADMIN}))
