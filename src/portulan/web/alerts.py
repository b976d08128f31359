"""An item of “À faire” as pages show it: its kind, what it is about, the way to it, by when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format

from portulan.budget.indicator.facts import YearFacts
from portulan.plans.actions.reads import Row
from portulan.plans.models import Plan
from portulan.steering.alerts.rules import Alert
from portulan.steering.labels import ALERT_KINDS
from portulan.steering.todo.reads import address_of, todo_of
from portulan.steering.words import AlertKind
from portulan.web.language import page_language
from portulan.web.pages import Said
from portulan.web.requests import OrganisationRequest, years_of

_OF_THE_SHARE = frozenset({AlertKind.SHARE, AlertKind.COVERAGE, AlertKind.ACCOUNTS})


@dataclass(frozen=True, slots=True)
class Shown:
    """`one_tap` counts the actions of which one tap says that nothing changed; 0 offers none."""

    kind: Said
    title: str
    sentence: str
    url: str
    on: date | None = None
    day: str = ""
    is_late: bool = False
    one_tap: int = 0


def shown(request: OrganisationRequest, found: Iterable[Alert]) -> list[Shown]:
    """Return items in the language of the page, each with the address of what it is about."""
    return [_shown(request, one) for one in found]


def _shown(request: OrganisationRequest, one: Alert) -> Shown:
    lang, today = page_language(), request.today
    title, sentence = one.title, one.sentence(lang)
    if one.gesture is not None:
        title, sentence = one.gesture.say(lang), f"{title}. {sentence}" if title else sentence
    return Shown(
        ALERT_KINDS[one.kind],
        title,
        sentence,
        address_of(one, request.organisation.slug),
        one.on or today,
        _day(one.on or today, today),
        bool(one.days_late(today)),
        one.parts if one.kind is AlertKind.REPLY and one.pilot == request.actor.person_id else 0,
    )


def _day(on: date, today: date) -> str:
    """Return a day in few letters, with its year where it is not this one."""
    few = "d/m" if page_language() == "fr" else "j M"
    return date_format(on, few if on.year == today.year else f"{few}{few[1]}y")


def todo_on(
    request: OrganisationRequest,
    plan: Plan | None,
    known: YearFacts | None = None,
    rows: Sequence[Row] | None = None,
) -> list[Alert]:
    """Return what needs attention, as who reads the page may open it.

    `known` and `rows` are what the page has read of the exercices and of the plan. A small town has
    no page of its share: nothing of it leads there.
    """
    found = todo_of(
        actor=request.actor,
        organisation=request.organisation,
        plan=plan,
        today=request.today,
        known=known or years_of(request),
        rows=rows,
    )
    away = _OF_THE_SHARE if request.organisation.is_simple else frozenset()
    return [one for one in found if one.kind not in away]
