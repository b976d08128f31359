"""The bodies of an organisation, and what each may do."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.core import trail
from portulan.core.errors import NotFoundError
from portulan.core.storing import get_one, store
from portulan.steering.models import Body
from portulan.steering.verbs import Verb
from portulan.steering.words import Power


def bodies_of(actor: Actor) -> QuerySet[Body]:
    """Return the bodies of the organisation, those that may most first (one query)."""
    return Body.objects.filter(organisation=actor.organisation_id).order_by("-power", "name")


def get_body(*, actor: Actor, pk: int, need: Operation) -> Body:
    """Return a body of the organisation. Raises NotFoundError, DeniedError."""
    found = get_one(bodies_of(actor), pk=pk)
    actor.require(need)
    return found


@transaction.atomic
def save_body(
    actor: Actor,
    *,
    name: str,
    power: Power,
    members: Iterable[str] = (),
    quorum: int = 0,
    founded_by: str = "",
    names_abstentions: bool = False,
    body: Body | None = None,
) -> Body:
    """Make a body, or change one. Raises DeniedError, NotFoundError, ValidationError."""
    actor.require(Operation.HOLD_COMMITTEE)
    if body is not None and body.organisation_id != actor.organisation_id:
        raise NotFoundError(body.pk)
    functions = list(dict.fromkeys(one.strip() for one in members if one.strip()))
    if functions and quorum > len(functions):
        raise ValidationError(
            {"quorum": _("Le quorum dépasse le nombre de membres : il ne serait jamais atteint.")}
        )
    body = body or Body(organisation_id=actor.organisation_id)
    told = {"name": name.strip(), "power": power, "members": functions, "quorum": quorum}
    told |= {"founded_by": founded_by.strip(), "names_abstentions": names_abstentions}
    changes = trail.set_fields(body, told)
    store(body)
    record(actor, body, Verb.BODY_EDITED, changes)
    return body


def default_body(actor: Actor) -> Body:
    """Return the one body that may do all, made if the organisation has none."""
    found = bodies_of(actor).first()
    return found or save_body(actor, name=_("Comité de pilotage"), power=Power.VOTE)
