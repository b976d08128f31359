"""A provider's share: said to its members, received as a dated copy, taken by a line.

A provider never sees its members' accounts, nor a member its provider's: what is handed over is a
copy, written once, by the provider's own act. Whether a member is in the same place is told to
nobody (docs/adr/0051).
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.models import Organisation
from portulan.accounts.trail import record
from portulan.budget.attributions.euros import UNIT
from portulan.budget.attributions.writes import attribute
from portulan.budget.models import (
    Attribution,
    BudgetLine,
    FiscalYear,
    ProviderShare,
    ReceivedShare,
)
from portulan.budget.provided.document import MOST_MEMBERS, Member, ShareFile, read
from portulan.budget.provided.reads import attached, file_of, publishable
from portulan.budget.verbs import Verb
from portulan.budget.words import AttributionStatus, Method
from portulan.core import trail
from portulan.core.say.language import spoken_language
from portulan.core.say.numbers import date as day_words

_COPIED = ("year", "stage", "basis", "value", "lower", "upper", "denominator", "published_on")


@transaction.atomic
def say_to_members(
    actor: Actor, *, fiscal_year: FiscalYear, members: Iterable[Member]
) -> ProviderShare:
    """Say the figure that finance published to the members, and hand it to those that are here.

    Raises ValidationError without a SIREN, without a published share, for keys beyond the whole.
    """
    actor.require(Operation.EDIT_BUDGET)
    organisation = Organisation.objects.get(pk=actor.organisation_id)
    run, said = publishable(fiscal_year), list(members)
    if not organisation.siren:
        raise ValidationError(_("Donnez d’abord le SIREN de votre organisation."), code="siren")
    if run is None or None in run.shares or run.denominator <= 0:
        raise ValidationError(
            _("Publiez d’abord la part de l’année : c’est elle qui est dite aux membres."),
            code="unpublished",
        )
    _require_members(said, organisation.siren)
    share = ProviderShare.objects.create(
        run=run,
        members=[one.model_dump(mode="json") for one in said],
        person_id=actor.person_id,
        published_at=timezone.now(),
    )
    record(actor, share, Verb.PROVIDER_SHARE_PUBLISHED, {"members": (None, len(said))})
    _hand_over(file_of(share))
    return share


def _require_members(members: list[Member], own: str) -> None:
    sirens = [one.siren for one in members]
    if not members or len(members) > MOST_MEMBERS:
        raise ValidationError(_("Donnez au moins un membre."), code="members")
    if len(set(sirens)) < len(sirens) or own in sirens:
        raise ValidationError(_("Un membre est donné deux fois, ou c’est vous."), code="members")
    if sum(one.key for one in members) > 1:
        raise ValidationError(_("Les clés dépassent 100 % ensemble."), code="keys")


def _hand_over(file: ShareFile) -> None:
    """Give it to who proved its SIREN, or had one of that provider before: a claim reads none."""
    named = Organisation.objects.filter(siren__in=[one.siren for one in file.members])
    known = Q(proved_siren=F("siren")) | Q(received_shares__siren=file.provider.siren)
    for organisation in named.filter(known).distinct():
        _keep(Actor(organisation.pk, None, frozenset()), organisation.siren, file, by_file=False)


@transaction.atomic
def receive(actor: Actor, *, content: bytes) -> ReceivedShare:
    """Keep what a provider's file says to this organisation; the same file twice is one copy.

    Raises UnusableInputError; ValidationError where the file names another organisation.
    """
    actor.require(Operation.EDIT_BUDGET)
    file = read(content)
    siren = Organisation.objects.values_list("siren", flat=True).get(pk=actor.organisation_id)
    return _keep(actor, siren, file, by_file=True)


def _keep(actor: Actor, siren: str, file: ShareFile, *, by_file: bool) -> ReceivedShare:
    mine = next((one for one in file.members if siren and one.siren == siren), None)
    if mine is None:
        raise ValidationError(
            _("Ce fichier ne nomme pas votre organisation parmi les membres de %(name)s.")
            % {"name": file.provider.name},
            code="not-a-member",
        )
    values = {name: getattr(file, name) for name in _COPIED}
    copy, created = ReceivedShare.objects.get_or_create(
        organisation_id=actor.organisation_id,
        siren=file.provider.siren,
        name=file.provider.name,
        key=mine.key,
        **values,
        defaults={
            "by_file": by_file,
            "person_id": actor.person_id,
            "received_at": timezone.now(),
        },
    )
    if created:
        told: dict[str, trail.Change] = {"provider": (None, copy.name)}
        if not by_file:
            told["by provider"] = (None, True)
        record(actor, copy, Verb.PROVIDER_SHARE_RECEIVED, told)
    return copy


@transaction.atomic
def attach(actor: Actor, *, line: BudgetLine, received: ReceivedShare) -> Attribution:
    """Give a contribution line the share that its provider declares, of its IT part.

    Raises ValidationError for another year, a line not decided, one that takes a share already,
    and as `attribute` does.
    """
    actor.require(Operation.EDIT_BUDGET)
    if received.organisation_id != line.organisation_id or received.year != line.fiscal_year.year:
        raise ValidationError(_("Cette part est d’un autre exercice."), code="year")
    if attached(line) is not None:
        raise ValidationError(_("Cette ligne prend déjà la part d’un prestataire."), code="twice")
    if line.it_share is None:
        raise ValidationError(
            _("Décidez d’abord quelle part de cette ligne est informatique."), code="undecided"
        )
    share = (received.value / 100 * line.it_share).quantize(UNIT, ROUND_HALF_UP)
    if share <= 0:
        raise ValidationError(
            _("Ce prestataire déclare 0 % : dites que la ligne est examinée."), code="nothing"
        )
    given = attribute(
        actor,
        line=line,
        share=Decimal(share),
        method=Method.KEY,
        reason=reason_of(received),
        status=AttributionStatus.DECLARED,
    )
    Attribution.objects.filter(pk=given.pk).update(provided=received)
    given.provided = received
    changes = {"provider": (None, received.name), "published_on": (None, received.published_on)}
    record(
        actor,
        line,
        Verb.PROVIDER_SHARE_ATTACHED,
        {name: (old, str(new)) for name, (old, new) in changes.items()},
    )
    return given


def reason_of(received: ReceivedShare) -> str:
    """Return what an attribution says of where its share comes from."""
    return _("Part déclarée par %(name)s (SIREN %(siren)s), dite le %(day)s.") % {
        "name": received.name,
        "siren": received.siren,
        "day": day_words(received.published_on, spoken_language()),
    }
