"""The request as screens receive it, once the organisation's door has opened."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django.http import HttpRequest
from django.urls import reverse

from portulan.accounts.actors import Actor
from portulan.accounts.levels import Level, levels_asked
from portulan.accounts.models import Organisation, User
from portulan.accounts.reads import enter
from portulan.accounts.sessions import SessionStore
from portulan.budget.indicator.facts import YearFacts, year_facts
from portulan.plans.plan import plans_of


class SignedInRequest(HttpRequest):
    """A request of somebody signed in (LoginRequiredMiddleware sees to it)."""

    user: User
    session: SessionStore


class OrganisationRequest(SignedInRequest):
    """A request inside an organisation: who acts, where, and what day it is there."""

    organisation: Organisation
    actor: Actor
    today: date
    years: YearFacts


def years_of(request: OrganisationRequest) -> YearFacts:
    """Return what is known of the exercices: asked once by a page, anew by who may have written."""
    known: YearFacts | None = getattr(request, "years", None)
    writes = request.method not in ("GET", "HEAD")
    if known is None or writes:
        last = None if writes else request.actor.trail
        known = request.years = year_facts(request.organisation.pk, last)
    return known


def years_beside(request: OrganisationRequest, year: int) -> list[int]:
    """Return the year before and the one after, where something may be said of them (one query).

    These are the years that somebody opened, those of a plan, and those next to today: from one
    to the next, a page never leads to years that nobody spoke of.
    """
    spoken_of = {*years_of(request).years, *(request.today.year + one for one in (-1, 0, 1))}
    for first, last in plans_of(actor=request.actor).values_list("first_year", "last_year"):
        spoken_of.update(range(first, last + 1))
    return sorted(spoken_of & {year - 1, year + 1})


def url_in(request: OrganisationRequest, name: str, *args: object) -> str:
    """Return the address of a page of the organisation."""
    return reverse(name, args=[request.organisation.slug, *args])


class FactorNeededError(Exception):
    """The organisation asks for a second factor, which was not given in this session."""


def entered(request: SignedInRequest, slug: str) -> tuple[Organisation, Actor]:
    """Return an organisation and who acts in it. Raises NotFoundError, FactorNeededError."""
    session = request.session
    organisation, actor = enter(user=request.user, slug=slug, bound_to=session.bound_to)
    level = session.level(organisation.pk)
    if organisation.asks_factor(actor.roles) and level < Level.FACTOR:
        raise FactorNeededError
    asked = levels_asked(organisation.levels, asks_factors=bool(organisation.factor_roles))
    return organisation, replace(actor, level=level, asked=asked)
