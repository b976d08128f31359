"""The steering of the story: the plan sealed at its vote, then at the end of its first year.

Its two bodies, the committee of June with its minutes, and that of December, which is being
prepared. The officer reads the days of the plan in a calendar; what the intranet is to be told
waits until it opens: nobody is called.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

from django.utils import timezone

from portulan.demo.cast import Cast
from portulan.demo.clock import Event
from portulan.demo.organisation import PLAN_SLUG
from portulan.demo.shapes import COUNCIL, TODAY, VOTED_ON
from portulan.plans.models import Plan
from portulan.steering.calendars.addresses import make_address
from portulan.steering.committees.bodies import save_body
from portulan.steering.committees.holding import mark_done, open_session
from portulan.steering.committees.minutes import close_minutes
from portulan.steering.committees.preparing import Place, arrange_agenda, prepare_committee
from portulan.steering.committees.reads import past_decisions
from portulan.steering.committees.sitting import POSTPONED, Said, sit, sitting_of
from portulan.steering.models import Body
from portulan.steering.sealed.document import ActText
from portulan.steering.sealed.writes import seal_plan
from portulan.steering.webhooks.writes import save_webhook, stop_webhook
from portulan.steering.words import DecisionStatus, Matter, Occasion, Power, Subject

VOTE = ActText(COUNCIL, VOTED_ON, "24-DSI-117", "12", "41 pour, 3 contre, 2 abstentions")
HELD_ON, MEETS_ON, VOTES_ON = date(2026, 6, 11), date(2026, 12, 3), date(2026, 12, 17)
DONE_ON = date(2026, 11, 10)
SUBSCRIBED_ON = date(2026, 9, 8)
# A name that nothing will ever have (RFC 2606), and stopped: the demonstration calls nobody.
INTRANET = ("Intranet\u00a0: le fil des décisions", "https://intranet.armorique.example/portulan")
TOLD_OF = (Subject.SHARE, Subject.SEAL, Subject.COMMITTEE)
MEMBERS = (
    "Vice-président chargé du numérique",
    "Vice-présidente chargée des finances",
    "Conseiller de l’opposition",
    "Directrice générale des services",
    "Directeur du numérique",
    "Directrice des finances",
    "Directrice de la commande publique",
    "Représentant du personnel",
)
PRESENT = (*MEMBERS[:5], MEMBERS[7])
CHAIR = "Vice-président chargé du numérique"
PEN = "Déléguée au numérique responsable, sans voix"
SEALS = (
    (VOTED_ON, Occasion.VOTE, "Vote du 13 décembre 2024", VOTE),
    (date(2025, 12, 31), Occasion.BALANCE, "Bilan 2025", None),
)


def steering_events(cast: Cast) -> Iterator[Event]:
    """Yield the seals, after all that was done on their day."""
    for day, occasion, title, act in SEALS:
        yield Event(day, partial(_seal, cast, day, occasion, title, act))
    yield Event(SUBSCRIBED_ON, partial(_tell_others, cast))
    yield Event(HELD_ON, partial(_hold, cast))
    yield Event(DONE_ON, partial(_do, cast))
    yield Event(TODAY, partial(_prepare, cast))


def _seal(cast: Cast, day: date, occasion: Occasion, title: str, act: ActText | None) -> None:
    plan = Plan.objects.get(organisation=cast.organisation, slug=PLAN_SLUG)
    seal_plan(cast.officer, plan=plan, occasion=occasion, title=title, today=day, act=act)


def _tell_others(cast: Cast) -> None:
    """Two calendars of the officer, and a webhook that is ready and stopped."""
    plan = Plan.objects.get(organisation=cast.organisation, slug=PLAN_SLUG)
    now = timezone.now()
    make_address(cast.officer, now=now)
    make_address(cast.officer, plan=plan, now=now)
    name, url = INTRANET
    webhook = save_webhook(cast.officer, name=name, url=url, subjects=TOLD_OF, now=now)
    stop_webhook(cast.officer, webhook=webhook)


def _hold(cast: Cast) -> None:
    """Two bodies: one decides, the other votes; the first met in June, its minutes are closed."""
    plan = Plan.objects.get(organisation=cast.organisation, slug=PLAN_SLUG)
    save_body(cast.officer, name=COUNCIL, power=Power.VOTE)
    body = save_body(
        cast.officer,
        name="Comité du numérique responsable",
        power=Power.DECIDE,
        members=MEMBERS,
        quorum=5,
        founded_by=f"délibération n°\u00a0{VOTE.number} du 13 décembre 2024",
    )
    held = prepare_committee(
        cast.officer, plan=plan, body=body, held_on=HELD_ON, place="Salle du conseil", today=HELD_ON
    )
    open_session(cast.officer, committee=held, today=HELD_ON)
    answers = {}
    for question in sitting_of(held, today=HELD_ON, lang="fr").questions:
        tasks = [one for one in question.options if one.matter == Matter.TASK and not one.useless]
        key = tasks[0].key if tasks else POSTPONED
        answers[question.item.pk] = Said(key, in_favour=5, against=0, abstentions=1)
    sit(
        cast.officer,
        committee=held,
        present=PRESENT,
        chair=CHAIR,
        secretary=PEN,
        answers=answers,
        close=True,
        today=HELD_ON,
        lang="fr",
    )
    close_minutes(cast.officer, committee=held, name=CHAIR, on=HELD_ON + timedelta(days=1))


def _do(cast: Cast) -> None:
    """What the committee of June asked for is done."""
    plan = Plan.objects.get(organisation=cast.organisation, slug=PLAN_SLUG)
    for one in past_decisions(plan).filter(status=DecisionStatus.TO_DO):
        mark_done(cast.officer, decision=one, today=DONE_ON)


def _prepare(cast: Cast) -> None:
    """The committee meets in December, then the assembly, which votes what it proposes."""
    plan = Plan.objects.get(organisation=cast.organisation, slug=PLAN_SLUG)
    council = Body.objects.get(organisation=cast.organisation, name=COUNCIL)
    voting = prepare_committee(cast.officer, plan=plan, body=council, held_on=VOTES_ON, today=TODAY)
    asked = [one for one in voting.items.all() if not one.informs]
    places = {one.pk: Place(kept=False, order=one.order) for one in asked}
    arrange_agenda(cast.officer, committee=voting, places=places)
    body = Body.objects.exclude(pk=council.pk).get(organisation=cast.organisation)
    prepare_committee(
        cast.officer,
        plan=plan,
        body=body,
        held_on=MEETS_ON,
        place="Salle du conseil",
        today=TODAY,
    )
