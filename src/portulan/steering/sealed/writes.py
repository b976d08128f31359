"""Sealing a plan: what it is today, in the chain of the organisation’s seals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from pydantic import ValidationError as PydanticError

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.accounts.writes import hold_organisation
from portulan.core.contracts import from_json
from portulan.core.storing import store
from portulan.plans.access import check_plan
from portulan.plans.models import Plan
from portulan.steering.models import SealedPlan, Stamp
from portulan.steering.sealed.content import FIRST, content_of, mark_of, naming
from portulan.steering.sealed.document import (
    ActText,
    ChainText,
    Content,
    KeptText,
    as_json,
    canonical,
)
from portulan.steering.sealed.document import seal_of as digest_of
from portulan.steering.sealed.stamping import ask, can_stamp
from portulan.steering.verbs import Verb
from portulan.steering.words import Occasion


@transaction.atomic
def seal_plan(
    actor: Actor,
    *,
    plan: Plan,
    occasion: Occasion,
    title: str,
    today: date,
    act: ActText | None = None,
    texts_read: bool = False,
    read: str | None = None,
    commitments: Sequence[KeptText] = (),
    now: datetime | None = None,
) -> SealedPlan:
    """Seal the plan as it is now, after the last seal of the organisation.

    `read` is the mark of what was shown before (`mark_of`): a plan that moved since is shown again.
    `texts_read` says that somebody read the texts that name a person, and keeps them. Raises
    DeniedError, NotFoundError, ValidationError.
    """
    hold_organisation(actor)
    check_plan(actor, plan, Operation.SEAL)
    chain = _next(plan)
    content = content_of(
        actor,
        plan=plan,
        today=today,
        occasion=occasion,
        title=title.strip(),
        act=act,
        commitments=commitments,
        chain=chain,
    )
    if read is not None and read != mark_of(content):
        raise ValidationError(
            _("Le plan a changé depuis cet aperçu : relisez-le avant de sceller.")
        )
    found = naming(content, plan.organisation_id)
    if found and not texts_read:
        asked = ngettext(
            "Un texte nomme une personne : relisez-le, puis cochez la case ou corrigez-le.",
            "%(count)s textes nomment une personne : relisez-les, puis cochez la case ou"
            " corrigez-les.",
            len(found),
        )
        raise ValidationError({"texts_read": asked % {"count": len(found)}})
    said = as_json(content)
    _read_back(said)
    sealed = SealedPlan(
        organisation_id=plan.organisation_id,
        plan=plan,
        number=chain.number,
        occasion=occasion,
        title=title.strip(),
        sealed_on=today,
        sealed_at=now or timezone.now(),
        person_id=actor.person_id,
        previous=chain.previous or "",
        seal=digest_of(said),
        content=canonical(said).decode(),
    )
    store(sealed)
    record(actor, plan, Verb.SEALED, {"title": (None, sealed.title), "seal": (None, sealed.seal)})
    return sealed


def _read_back(said: Mapping[str, Any]) -> None:
    """Refuse to keep for ever what could not be read again."""
    try:
        from_json(Content, said)
    except PydanticError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        words = _("Une fois scellé, ce plan ne pourrait plus être relu, à cause de « %(where)s ».")
        raise ValidationError(words % {"where": where}) from error


def stamp_seal(actor: Actor, *, sealed: SealedPlan, url: str) -> Stamp:
    """Ask the authority at an address to date a seal, and keep its answer.

    Nothing is held while it answers. Raises DeniedError, ValidationError, UnusableInputError.
    """
    actor.require(Operation.SEAL)
    if not url or not can_stamp():
        raise ValidationError(_("Aucune autorité d’horodatage n’est réglée sur cette machine."))
    if Stamp.objects.filter(sealed=sealed).exists():
        raise ValidationError(_("Ce sceau est déjà horodaté."))
    found = ask(url, sealed.content.encode(), sealed.seal)
    with transaction.atomic():
        stamp = Stamp(sealed=sealed, token=found.token, authority=url, stamped_at=found.at)
        store(stamp)
        record(actor, sealed.plan, Verb.STAMPED, {"seal": (None, sealed.seal)})
    return stamp


def _next(plan: Plan) -> ChainText:
    """Return the place of the next seal of the organisation (its row is held)."""
    seals = SealedPlan.objects.filter(organisation=plan.organisation_id).order_by("number")
    before = list(seals.values_list("number", "seal"))
    return ChainText(before[-1][0] + 1, before[-1][1], before[0][1]) if before else FIRST
