"""Building the demonstration through the product’s own services, in one transaction.

It is also the product’s best test: what a service would refuse to a person, it refuses here. Taken
away to be built again, it touches no other organisation.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.db import transaction
from django.utils import translation

from portulan.accounts.models import Organisation, User
from portulan.accounts.words import LegalForm
from portulan.accounts.writes import create_organisation
from portulan.budget.models import Attribution, AttributionRule, IndicatorRun
from portulan.catalogue.imports.writes import install_builtin
from portulan.core import tasks
from portulan.core.say.text import Text
from portulan.demo.budget.contracts import contracts_events
from portulan.demo.budget.funding import money_events
from portulan.demo.budget.purchases import purchases_events
from portulan.demo.budget.registers import beside_events
from portulan.demo.budget.story import budget_events
from portulan.demo.campaigns import campaign_events
from portulan.demo.cast import Cast, address_of, gather, see_off
from portulan.demo.catalogue import catalogue_events
from portulan.demo.clock import Clock, Event
from portulan.demo.documents import documents_events
from portulan.demo.group import group_events, invented
from portulan.demo.label import label_events
from portulan.demo.observatory import FILES, observatory_events
from portulan.demo.organisation import NAME, OFFICER, PEOPLE, POPULATION, SIREN, SIRET, SLUG
from portulan.demo.plans.practices import CHOSEN_ON
from portulan.demo.plans.story import plan_events
from portulan.demo.portfolio import portfolio_events
from portulan.demo.services import services_events
from portulan.demo.shapes import TODAY
from portulan.demo.sources.story import sources_events, town_events
from portulan.demo.steering import steering_events
from portulan.impact.models import Estimate
from portulan.observatory.models import PublicFile
from portulan.plans.models import ActionPractice, CommitmentDecision, PracticeChoice
from portulan.publication.models import PublicFigure
from portulan.steering.models import Committee

# What the building is doing, for the person who waits.
CATALOGUE = Text("Le référentiel des 59 bonnes pratiques", "The catalogue of 59 good practices")
PEOPLE_STEP = Text(
    "L’organisation et ses vingt et une personnes", "The organisation and its people"
)
STORY = Text(
    "Vingt actions, trois grands livres et deux ans de décisions",
    "Twenty actions, three ledgers and two years of decisions",
)


def find() -> Organisation | None:
    """Return the demonstration organisation if it was built."""
    return Organisation.objects.filter(slug=SLUG, fictional=True).first()


def build(*, progress: Callable[[Text], object] = lambda _step: None) -> Organisation:
    """Build Région Armorique, or return it as it stands if it is there already."""
    found = find()
    if found is not None:
        return found
    # The data is French: so are the sentences that services write beside it.
    with transaction.atomic(), tasks.here(), translation.override("fr"):
        progress(CATALOGUE)
        edition = install_builtin()
        with Clock(CHOSEN_ON) as clock:
            progress(PEOPLE_STEP)
            cast = gather(_create())
            progress(STORY)
            clock.tell(
                [
                    *sources_events(cast),
                    *plan_events(cast, edition),
                    *catalogue_events(cast),
                    *budget_events(cast),
                    *money_events(cast),
                    *beside_events(cast),
                    *purchases_events(cast),
                    *contracts_events(cast),
                    *portfolio_events(cast),
                    *observatory_events(),
                    *steering_events(cast),
                    *campaign_events(cast),
                    *services_events(cast),
                    *label_events(cast),
                    *documents_events(cast),
                    *group_events(cast),
                    *town_events(),
                    *departures(cast),
                ]
            )
    return cast.organisation


def _create() -> Organisation:
    return create_organisation(
        slug=SLUG,
        name=NAME,
        legal_form=LegalForm.REGION,
        population=POPULATION,
        siren=SIREN,
        siret=SIRET,
        fictional=True,
        frozen_on=TODAY,
        article="la",
    )


def departures(cast: Cast) -> list[Event]:
    """Return the departures of those who left."""
    return [
        Event(someone.left_on, partial(see_off, cast, someone))
        for someone in PEOPLE
        if someone.left_on is not None
    ]


def host_of(organisation: Organisation) -> User:
    """Return the account that the demonstration opens with: the responsible digital officer's."""
    officer = next(someone for someone in PEOPLE if someone.key == OFFICER)
    return User.objects.get(
        people__organisation=organisation, email__iexact=address_of(officer.name)
    )


@transaction.atomic
def remove(organisation: Organisation) -> None:
    """Delete a fictional organisation with all it owns, but its entries in the audit trail.

    Not a service of the product: nothing deletes a real organisation. Raises ValueError for one.
    """
    if not organisation.fictional:
        raise ValueError(f"{organisation.slug} is a real organisation")
    if organisation.slug == SLUG:
        for one in invented():
            remove(one)
    others = Organisation.objects.exclude(pk=organisation.pk)
    users = User.objects.filter(people__organisation=organisation)
    alone = list(users.exclude(people__organisation__in=others).values_list("pk", flat=True))
    # What protects the objects it rests on goes first.
    Attribution.objects.filter(line__organisation=organisation).delete()
    AttributionRule.objects.filter(organisation=organisation).delete()
    PublicFigure.objects.filter(organisation=organisation).delete()
    IndicatorRun.objects.filter(fiscal_year__organisation=organisation).delete()
    Estimate.objects.filter(action__plan__organisation=organisation).delete()
    CommitmentDecision.everything.filter(action__plan__organisation=organisation).delete()
    PracticeChoice.objects.filter(plan__organisation=organisation).delete()
    ActionPractice.objects.filter(action__plan__organisation=organisation).delete()
    Committee.objects.filter(plan__organisation=organisation).delete()
    PublicFile.objects.filter(name__in=FILES).delete()
    organisation.delete()
    User.objects.filter(pk__in=alone).delete()
