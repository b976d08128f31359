"""What an organisation shares with a group: said, made again, taken back, by its own services.

The group's reads never reach a table of the member: they read the copy that is written here, in the
transaction of the member's act. Taken back, the copy is gone when the act is.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor, command_line
from portulan.accounts.models import Organisation
from portulan.accounts.reads import today as today_of
from portulan.accounts.trail import record
from portulan.accounts.writes import hold_organisation
from portulan.core.by_organisation import try_all
from portulan.core.storing import store
from portulan.core.trail import Change
from portulan.publication.groups.copies import kept, read_back
from portulan.publication.groups.making import shared_of
from portulan.publication.models import SentPlan, SharedCopy, Sharing
from portulan.publication.public.edition import digest
from portulan.publication.verbs import Verb
from portulan.publication.words import Extent, Reception


@transaction.atomic
def share(actor: Actor, *, group: Organisation, extent: Extent, today: date) -> Sharing:
    """Let a group read a copy of the organisation, made now and again each night.

    Shared already, what is shared changes. Raises DeniedError, ValidationError.
    """
    actor.require(Operation.SHARE)
    organisation = hold_organisation(actor)
    if not organisation.siren:
        raise ValidationError(_("Donnez d’abord le SIREN de votre organisation."), code="siren")
    found = Sharing.objects.filter(organisation=organisation, receiver=group, ended_on=None).first()
    if found is None and not organisation.has_proved_siren:
        raise ValidationError(_("Prouvez d’abord le SIREN de votre organisation."), code="unproved")
    before = found.extent if found else None
    sharing = found or Sharing(organisation=organisation, receiver=group, since=today)
    sharing.extent, sharing.person_id = extent, actor.person_id
    store(sharing)
    _copy(actor, sharing, organisation, today)
    told = {"group": (None, group.name), "extent": (before, extent.value)}
    record(actor, sharing, Verb.SHARED, told)
    _tell_group(sharing, Verb.SHARED, organisation.name, extent.value)
    return sharing


@transaction.atomic
def share_again(actor: Actor, *, sharing: Sharing, today: date) -> SharedCopy:
    """Make the copy again, as things stand; the trail says it when more than its day changed.

    Raises DeniedError, ValidationError once it ended.
    """
    actor.require(Operation.SHARE)
    held = _hold(actor, sharing)
    before = SharedCopy.objects.filter(sharing=held).first()
    copy = _copy(actor, held, held.organisation, today)
    if before is None or not _says_the_same(before, copy):
        told = {"seal": (before and before.seal, copy.seal)}
        record(actor, held, Verb.SHARED_AGAIN, told)
    return copy


def _says_the_same(before: SharedCopy, copy: SharedCopy) -> bool:
    return replace(read_back(before.content), on=copy.on) == read_back(copy.content)


@transaction.atomic
def end_sharing(actor: Actor, *, sharing: Sharing, today: date) -> Sharing:
    """Take back what was shared: the copy is gone at once, with the plans that wait.

    Raises DeniedError, ValidationError once it ended.
    """
    actor.require(Operation.SHARE)
    held = _end(_hold(actor, sharing), today)
    record(actor, held, Verb.SHARING_ENDED, {"group": (held.receiver.name, None)})
    _tell_group(held, Verb.SHARING_ENDED, held.organisation.name, held.extent)
    return held


def _end(held: Sharing, today: date) -> Sharing:
    SharedCopy.objects.filter(sharing=held).delete()
    SentPlan.objects.filter(sharing=held, reception=Reception.WAITING).delete()
    held.ended_on = max(today, held.since)
    store(held)
    return held


@transaction.atomic
def accept_member(actor: Actor, *, copy: SharedCopy) -> Sharing:
    """Count among the members of the group the one that shares this copy, under its SIREN.

    Should it say another one day, it is asked again. Raises DeniedError, ValidationError.
    """
    actor.require(Operation.MANAGE)
    held = _hold_of_group(actor, copy)
    if not copy.is_proved:
        raise ValidationError(_("Le SIREN de ce membre n’est pas prouvé."), code="unproved")
    held.accepted_siren = copy.siren
    store(held)
    record(actor, held, Verb.MEMBER_ACCEPTED, {"member": (None, copy.name)})
    record(_nobody_of(held.organisation_id), held, Verb.MEMBER_ACCEPTED, _of_group(held))
    return held


@transaction.atomic
def decline_member(actor: Actor, *, copy: SharedCopy, today: date) -> Sharing:
    """Refuse what somebody shares with the group: its copy is gone. Raises as `accept_member`."""
    actor.require(Operation.MANAGE)
    held = _end(_hold_of_group(actor, copy), today)
    record(actor, held, Verb.MEMBER_DECLINED, {"member": (copy.name, None)})
    record(_nobody_of(held.organisation_id), held, Verb.MEMBER_DECLINED, _of_group(held))
    return held


def _hold_of_group(actor: Actor, copy: SharedCopy) -> Sharing:
    going = Sharing.objects.select_for_update(no_key=True, of=("self",)).select_related("receiver")
    held = going.filter(receiver=actor.organisation_id, pk=copy.sharing_id, ended_on=None).first()
    if held is None:
        raise ValidationError(_("Ce partage est déjà repris."), code="ended")
    return held


def _nobody_of(organisation_id: int) -> Actor:
    return Actor(organisation_id, None, frozenset())


def _of_group(held: Sharing) -> dict[str, Change]:
    return {"group": (None, held.receiver.name)}


def going() -> QuerySet[Sharing]:
    """Return the sharings that were not taken back (one query)."""
    return Sharing.objects.filter(ended_on=None).order_by("pk")


def share_all_again(organisation_id: int) -> Mapping[str, int]:
    """Make each copy of a member again, by its services: the work of a night.

    One that fails leaves the copy of before, and the others are made.
    """
    actor = command_line(organisation_id)

    def make(sharing: Sharing) -> None:
        with suppress(ValidationError):  # taken back meanwhile
            share_again(actor, sharing=sharing, today=today_of(sharing.organisation))

    mine = list(going().filter(organisation=organisation_id).select_related("organisation"))
    return {"made": try_all(mine, make)}


def _hold(actor: Actor, sharing: Sharing) -> Sharing:
    """Return a sharing of the organisation, held until the transaction ends."""
    held = (
        Sharing.objects.select_for_update(no_key=True, of=("self",))
        .select_related("organisation", "receiver")
        .filter(organisation=actor.organisation_id, pk=sharing.pk)
        .first()
    )
    if held is None or held.ended_on is not None:
        raise ValidationError(_("Ce partage est déjà repris."), code="ended")
    return held


def _copy(actor: Actor, sharing: Sharing, organisation: Organisation, today: date) -> SharedCopy:
    """Write what the group reads, in the place of the copy of before, at the same address."""
    shared = shared_of(actor, organisation=organisation, extent=Extent(sharing.extent), today=today)
    content = kept(shared)
    former = SharedCopy.objects.filter(sharing=sharing)
    pk = former.values_list("pk", flat=True).first()
    former.delete()
    return SharedCopy.objects.create(
        pk=pk,
        organisation_id=sharing.receiver_id,
        sharing=sharing,
        siren=organisation.siren,
        is_proved=organisation.has_proved_siren,
        name=organisation.name,
        on=today,
        made_at=timezone.now(),
        content=content,
        seal=digest(content),
    )


def _tell_group(sharing: Sharing, verb: Verb, member: str, extent: str) -> None:
    group = _nobody_of(sharing.receiver_id)
    record(group, sharing, verb, {"member": (None, member), "extent": (None, extent)})
