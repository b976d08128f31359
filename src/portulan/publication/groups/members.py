"""The members of a group, as the group says them; and what each lets it read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.models import Organisation
from portulan.accounts.trail import record
from portulan.accounts.words import LegalForm
from portulan.accounts.writes import hold_organisation
from portulan.core.errors import NotFoundError
from portulan.core.folding import natural_key
from portulan.core.say.country import is_siren
from portulan.core.storing import get_one
from portulan.publication.groups.copies import Shared, read_back
from portulan.publication.models import GroupMember, SharedCopy, Sharing
from portulan.publication.verbs import Verb

MOST = 2_000


@dataclass(frozen=True, slots=True)
class Named:
    """A member as it is written in a list."""

    siren: str
    name: str


@dataclass(frozen=True, slots=True)
class Line:
    """A member in the table: `shared` is what it lets the group read, None when nothing."""

    siren: str
    name: str
    shared: Shared | None
    copy: int | None = None  # its identifier, in the group
    is_claimed: bool = False  # its SIREN is not proved
    is_twice: bool = False  # another says the same: neither is summed
    is_founded: bool = False  # the group had it made


@transaction.atomic
def say_members(actor: Actor, *, members: Iterable[Named]) -> int:
    """Say who the members of the group are, in the place of what was said; return how many.

    Each may then see, where it is, that the group asks. A member that leaves the list and still
    shares stays in the table until it takes its copy back. Raises DeniedError, ValidationError.
    """
    actor.require(Operation.MANAGE)
    own, said = hold_organisation(actor).siren, list(members)
    require_members(said, own)
    mine = GroupMember.objects.filter(organisation=actor.organisation_id)
    before, wanted = {one.siren: one for one in mine}, {one.siren: one for one in said}
    mine.filter(siren__in=before.keys() - wanted.keys()).delete()
    renamed = [one for siren, one in before.items() if siren in wanted]
    for one in renamed:
        one.name = wanted[one.siren].name
    GroupMember.objects.bulk_update(renamed, ["name"])
    GroupMember.objects.bulk_create(
        GroupMember(organisation_id=actor.organisation_id, siren=one.siren, name=one.name)
        for one in said
        if one.siren not in before
    )
    if before.keys() != wanted.keys():
        group = Organisation(pk=actor.organisation_id)
        record(actor, group, Verb.MEMBERS_SAID, {"count": (len(before), len(wanted))})
    return len(said)


def require_members(members: list[Named], own: str) -> None:
    """Raise ValidationError for a SIREN that cannot be one, or that is there twice, or one's own.

    `own` is the SIREN of the group.
    """
    if len(members) > MOST:
        raise ValidationError(_("Donnez au plus 2 000 membres."), code="members")
    seen: set[str] = set()
    for number, one in enumerate(members, 1):
        if not is_siren(one.siren):
            why = _("ce SIREN n’existe pas")
        elif one.siren in seen or one.siren == own:
            why = _("ce membre est donné deux fois, ou c’est vous")
        elif not one.name:
            why = _("il manque un nom")
        else:
            seen.add(one.siren)
            continue
        raise ValidationError(
            _("Ligne %(number)s (%(siren)s) : %(why)s."),
            params={"number": number, "siren": one.siren, "why": why},
        )


def leads(organisation: Organisation) -> bool:
    """Tell whether the home page of an organisation is its members: a syndicate that says some."""
    return (
        organisation.legal_form == LegalForm.PUBLIC_BODY
        and GroupMember.objects.filter(organisation=organisation).exists()
    )


def members_of(actor: Actor) -> QuerySet[GroupMember]:
    """Return the members that the group says it has, by name. Raises DeniedError."""
    actor.require(Operation.READ_PLAN)
    return GroupMember.objects.filter(organisation=actor.organisation_id).order_by("name", "siren")


def table_of(actor: Actor) -> list[Line]:
    """Return the members by name, each with its copy (two queries, whatever their number).

    Raises DeniedError.
    """
    said = {one.siren: one for one in members_of(actor)}
    copies: dict[str, list[SharedCopy]] = {}
    for copy in copies_of(actor):
        copies.setdefault(copy.siren, []).append(copy)
    return sorted(_lines(said, copies), key=lambda line: natural_key(line.name))


def _lines(said: dict[str, GroupMember], copies: dict[str, list[SharedCopy]]) -> Iterator[Line]:
    for siren in said.keys() | copies.keys():
        # Two that say the same SIREN are two: each is shown under the name that it has.
        several = copies.get(siren, [])
        for copy in several:
            shared, twice = read_back(copy.content), len(several) > 1
            yield Line(siren, copy.name, shared, copy.pk, not copy.is_proved, twice)
        if siren not in copies:
            one = said[siren]
            yield Line(siren, one.name, None, is_founded=one.founded_id is not None)


def copies_of(actor: Actor) -> QuerySet[SharedCopy]:
    """Return the copies of the members that the group accepted, by name. Raises DeniedError."""
    actor.require(Operation.READ_PLAN)
    return _copies(actor).filter(sharing__accepted_siren=F("siren"))


def waiting_of(actor: Actor) -> QuerySet[SharedCopy]:
    """Return the copies of who waits to be counted among the members. Raises DeniedError."""
    actor.require(Operation.MANAGE)
    return _copies(actor).exclude(sharing__accepted_siren=F("siren"))


def _copies(actor: Actor) -> QuerySet[SharedCopy]:
    found = SharedCopy.objects.filter(organisation=actor.organisation_id, sharing__ended_on=None)
    return found.order_by("name", "pk")


def get_waiting(*, actor: Actor, pk: int) -> SharedCopy:
    """Return a copy that waits. Raises NotFoundError, DeniedError."""
    return get_one(waiting_of(actor), pk=pk)


def get_copy(*, actor: Actor, pk: int) -> SharedCopy:
    """Return a copy of the group. Raises NotFoundError, DeniedError."""
    return get_one(copies_of(actor).select_related("sharing"), pk=pk)


@dataclass(frozen=True, slots=True)
class Asking:
    """A group that says the organisation is of it, or with which it shares."""

    group: Organisation
    sharing: Sharing | None
    on: date | None  # of the copy


def asking(actor: Actor) -> list[Asking]:
    """Return the groups that name the organisation, or read a copy of it (three queries).

    To who only says that a SIREN is theirs, no group is shown, nor that there is one.
    """
    actor.require(Operation.READ_PLAN)
    own = Organisation.objects.get(pk=actor.organisation_id)
    shared = Sharing.objects.filter(organisation=own, ended_on=None).select_related("receiver")
    found = {one.receiver_id: one for one in shared.select_related("copy")}
    named = Q(group_members__siren=own.siren) if own.has_proved_siren else Q(pk__in=[])
    groups = Organisation.objects.filter(named | Q(pk__in=found)).exclude(pk=own.pk)
    return [
        Asking(group, sharing, sharing.copy.on if sharing else None)
        for group in groups.distinct().order_by("name", "pk")
        for sharing in [found.get(group.pk)]
    ]


def get_asking(*, actor: Actor, group: int, need: Operation) -> Asking:
    """Return a group that asks, by its identifier. Raises NotFoundError, DeniedError."""
    found = next((one for one in asking(actor) if one.group.pk == group), None)
    if found is None:
        raise NotFoundError(str(group))
    actor.require(need)
    return found
