"""Keeping the register of digital services, and answering the criteria of one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.accounts.writes import hold_organisation
from portulan.core import trail
from portulan.core.storing import store
from portulan.publication.models import AssessedCriterion, DigitalService
from portulan.publication.services.criteria import CRITERIA, Answer
from portulan.publication.verbs import Verb

MOST = 500  # services of an organisation
# Words that screens have at the place of a service in the address.
_TAKEN = {"new"}


@dataclass(frozen=True, slots=True)
class Answered:
    """How a service stands to a criterion, and why: what does not apply always says it."""

    criterion: str
    answer: Answer
    comment: str = ""


@transaction.atomic
def save_service(
    actor: Actor,
    *,
    today: date,
    name: str,
    url: str = "",
    owner_function: str = "",
    units: str = "",
    assessed_on: date | None = None,
    assessed_by: str = "",
    review_on: date | None = None,
    service: DigitalService | None = None,
) -> DigitalService:
    """Enter a service, or change one: its address stays. Raises DeniedError, ValidationError."""
    actor.require(Operation.EDIT_PLAN)
    hold_organisation(actor)
    if assessed_on is not None and assessed_on > today:
        raise ValidationError({"assessed_on": _("Cette date n’est pas encore passée.")})
    if assessed_on is not None and review_on is not None and review_on <= assessed_on:
        raise ValidationError({"review_on": _("La prochaine évaluation vient après la dernière.")})
    found = service or DigitalService(organisation_id=actor.organisation_id)
    if service is None:
        found.slug = _free_slug(actor.organisation_id, name)
    changes = trail.set_fields(
        found,
        {
            "name": name.strip(),
            "url": url.strip(),
            "owner_function": owner_function.strip(),
            "units": units.strip(),
            "assessed_on": assessed_on,
            "assessed_by": assessed_by.strip(),
            "review_on": review_on,
        },
    )
    store(found)
    if changes:
        record(actor, found, Verb.SERVICE_SAVED, changes)
    return found


def _free_slug(organisation_id: int, name: str) -> str:
    """Return an address that no service of the organisation has. Raises ValidationError."""
    its = DigitalService.objects.filter(organisation_id=organisation_id)
    taken = set(its.values_list("slug", flat=True))
    if len(taken) >= MOST:
        raise ValidationError(_("Le registre est plein : retirez d’abord un service."))
    base = slugify(name)[:50].strip("-") or "service"
    numbered = (f"{base}-{rank}" if rank > 1 else base for rank in range(1, len(taken) + 3))
    return next(slug for slug in numbered if slug not in taken | _TAKEN)


@transaction.atomic
def remove_service(actor: Actor, *, service: DigitalService) -> None:
    """Take a service out of the register, with its answers. Raises DeniedError."""
    actor.require(Operation.EDIT_PLAN)
    hold_organisation(actor)
    record(actor, service, Verb.SERVICE_REMOVED, {"name": (service.name, None)})
    service.delete()


@transaction.atomic
def assess_service(
    actor: Actor, *, service: DigitalService, answers: Iterable[Answered]
) -> DigitalService:
    """Answer some criteria of a service; the others stay as they are.

    Raises DeniedError; ValidationError for a number that is no criterion, and for what would not
    apply without a reason, by criterion.
    """
    actor.require(Operation.EDIT_PLAN)
    hold_organisation(actor)
    before = {row.criterion: row for row in service.criteria.all()}
    changes: dict[str, trail.Change] = {}
    for said in answers:
        _check(said)
        row = before.get(said.criterion)
        now = (said.answer.value, said.comment.strip())
        was = (row.answer, row.comment) if row else (Answer.OPEN.value, "")
        if now == was:
            continue
        changes[said.criterion] = (was[0], now[0])
        if now == (Answer.OPEN.value, "") and row is not None:
            row.delete()
            continue
        row = row or AssessedCriterion(service=service, criterion=said.criterion)
        row.answer, row.comment = now
        store(row)
    if changes:
        store(service)
        record(actor, service, Verb.SERVICE_ASSESSED, changes)
    return service


def _check(said: Answered) -> None:
    if said.criterion not in CRITERIA:
        raise ValidationError(
            _("« %(number)s » n’est pas un critère du RGESN 2024.") % {"number": said.criterion}
        )
    if said.answer is Answer.ABSENT and not said.comment.strip():
        raise ValidationError(
            {
                f"comment-{said.criterion}": _(
                    "Dites pourquoi le critère %(number)s ne s’applique pas."
                )
                % {"number": said.criterion}
            }
        )
