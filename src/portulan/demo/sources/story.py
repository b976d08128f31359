"""What feeds the plan: ten sources of the Region, each made, linked, read; one of a town.

A pilot accepts each reading on the day of the news (`plans.story`): its value is that of the plan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import partial

from django.utils import timezone

from portulan.accounts.models import Organisation
from portulan.core.say.text import UnusableInputError
from portulan.demo.cast import Cast
from portulan.demo.clock import Event
from portulan.demo.group import TOWNS, admin_of
from portulan.demo.organisation import PLAN_SLUG
from portulan.demo.sources import files
from portulan.demo.sources.files import MEANINGS, Fleet
from portulan.indicators.models import Indicator
from portulan.indicators.words import Frequency
from portulan.sources.deposits import deposit, give_token
from portulan.sources.feeding import Entrance, Manner
from portulan.sources.models import Source
from portulan.sources.taking import Given, read_now
from portulan.sources.words import Tool
from portulan.sources.writes import feed, save_source, say_meanings

MADE_ON, LINKED_ON = date(2026, 6, 15), date(2026, 9, 1)
PARC, PHONES = "GLPI, inventaire du parc", "Smartphones en service"
FLEETS = (
    Fleet(date(2026, 6, 30), (250, 220, 100), 3_364, 1_760),
    Fleet(date(2026, 9, 30), (250, 220, 100), 3_364, 1_790),
    Fleet(date(2026, 11, 23), (200, 160, 120), 3_254, 1_826, impossible=46),
)
CUT_ON = date(2026, 10, 31)


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that somebody keeps: the action it feeds, by which formula, when it was given."""

    name: str
    action: int
    formula: str
    on: date
    given: Callable[[], Given]
    every: Frequency
    function: str
    kind: Tool | None = Tool.TABLE
    manner: Manner = Manner.PROPOSE


_OF_YEAR = date(2026, 9, 30)
KEPT = (
    Kept("Parcours de sensibilisation", 5, "table-ratio", date(2026, 6, 26), files.training,
         Frequency.HALF, "Responsable de la formation"),
    Kept("Formations des acheteurs", 6, "table-yes", date(2026, 6, 19), files.trained,
         Frequency.HALF, "Responsable de la formation"),
    Kept("Marchés du numérique", 13, "table-share", date(2026, 10, 31), files.contracts,
         Frequency.MONTH, "Acheteuse numérique"),
    Kept("Espace des serveurs de fichiers", 15, "storage", _OF_YEAR, files.volumes,
         Frequency.QUARTER, "Responsable de l’exploitation", None, Manner.AUTOMATIC),
    Kept("Audits RGESN", 16, "table-mean-percent", _OF_YEAR, files.audits, Frequency.QUARTER,
         "Responsable qualité des projets"),
    Kept("Retraits d’applications", 18, "table-yes", _OF_YEAR, files.applications,
         Frequency.QUARTER, "Responsable du patrimoine applicatif"),
    Kept("Énergie des deux salles", 19, "pue-rolling", _OF_YEAR, files.energy, Frequency.QUARTER,
         "Responsable des infrastructures", None),
    Kept("Registre des sorties du parc", 20, "exits-reused-so-far", _OF_YEAR, files.exits,
         Frequency.MONTH, "Cheffe du service de l’économie circulaire", None),
)  # fmt: skip
# The actions whose last reading a source gives.
FED = frozenset({7, 9, 10, 12} | {one.action for one in KEPT})


def sources_events(cast: Cast) -> Iterator[Event]:
    """Yield the days when sources are made, linked, and give something."""
    yield Event(MADE_ON, partial(_connect, cast))
    yield Event(LINKED_ON, partial(_link, cast, PARC, {7: "known-all", 9: "exit-age-mean-so-far"}))
    for fleet in FLEETS:
        yield Event(fleet.on, partial(_push, cast, PARC, fleet.files))
    yield Event(_OF_YEAR, partial(_push, cast, PHONES, partial(files.phones, _OF_YEAR)))
    cut = partial(files.phones, CUT_ON, is_cut=True)
    yield Event(CUT_ON, partial(_push, cast, PHONES, cut))
    for one in KEPT:
        yield Event(one.on, partial(_give, cast, one))


def town_events() -> Iterator[Event]:
    """Yield the one file of a town, that waits for its answer."""
    yield Event(date(2026, 11, 2), _give_of_town)


def _connect(cast: Cast) -> None:
    """The two tools that push, and the words of the first, said once."""
    officer, now = cast.officer, timezone.now()
    for name, person in ((PARC, "fleet"), (PHONES, "phones")):
        made = save_source(
            officer,
            name=name,
            entrance=Entrance.DEPOSIT,
            every=Frequency.MONTH,
            person=cast.people[person],
            now=now,
        )
        give_token(officer, source=made, now=now)
        say_meanings(officer, source=made, meanings=_meanings(name), now=now)
    _link(cast, PARC, {10: "screens-per-workstation"})
    _link(cast, PHONES, {12: "smartphones-reconditioned-so-far"})
    for one in KEPT:
        save_source(
            officer,
            name=one.name,
            entrance=Entrance.FILE,
            kind=one.kind,
            every=one.every,
            function=one.function,
            now=now,
        )
        _link(cast, one.name, {one.action: one.formula}, one.manner)


def _meanings(name: str) -> Mapping[str, object]:
    return MEANINGS if name == PARC else MEANINGS | {"phone_types": {"smartphone": ["Smartphone"]}}


def _link(
    cast: Cast, name: str, formulas: Mapping[int, str], manner: Manner = Manner.PROPOSE
) -> None:
    for number, formula in formulas.items():
        indicator = Indicator.objects.get(
            organisation=cast.organisation,
            action_links__action__number=number,
            action_links__action__plan__slug=PLAN_SLUG,
        )
        source = _source(cast.organisation, name)
        feed(cast.officer, source=source, indicator=indicator, formula=formula, manner=manner)


def _source(organisation: Organisation, name: str) -> Source:
    return organisation.sources.get(name=name)


def _push(cast: Cast, name: str, made: Callable[[], Given]) -> None:
    """A tool pushes its files; what is cut is refused, and the source says so."""
    with suppress(UnusableInputError):
        deposit(_source(cast.organisation, name), files=made(), now=timezone.now())


def _give(cast: Cast, one: Kept) -> None:
    source = _source(cast.organisation, one.name)
    read_now(cast.officer, source=source, files=one.given(), today=one.on, now=timezone.now())


def _give_of_town() -> None:
    organisation, actor = admin_of(TOWNS[0].slug)
    now, today = timezone.now(), timezone.localdate()
    source = save_source(actor, name="Liste des ordinateurs", entrance=Entrance.FILE, now=now)
    say_meanings(actor, source=source, meanings=MEANINGS, now=now)
    indicator = Indicator.objects.get(
        organisation=organisation, name="Âge des ordinateurs remplacés"
    )
    feed(actor, source=source, indicator=indicator, formula="exit-age-mean-so-far")
    read_now(actor, source=source, files=files.town_computers(), today=today, now=now)
