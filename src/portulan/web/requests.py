"""The request as screens receive it, once the organisation's door has opened."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest

from portulan.accounts.actors import Actor
from portulan.accounts.models import Organisation, User
from portulan.accounts.sessions import SessionStore


class SignedInRequest(HttpRequest):
    """A request of somebody signed in (LoginRequiredMiddleware sees to it)."""

    user: User
    session: SessionStore


class OrganisationRequest(SignedInRequest):
    """A request inside an organisation: who acts, where, and what day it is there."""

    organisation: Organisation
    actor: Actor
    today: date
