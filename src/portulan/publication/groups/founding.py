"""Organisations made for the members of a group, from a list: line by line, by a task.

Who operates says which groups may (`PORTULAN_FOUNDERS`): they learn which members are here. What
opens an organisation goes by mail to the address of who will administer it: the group never has it
(docs/adr/0090). It is of the group only once its own administrator shares something. Who founds
may act in it at once, where they ask to, until a day or until it ends that (docs/adr/0198).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation, Role
from portulan.accounts.actors import Actor, command_line
from portulan.accounts.delegations import LONGEST, accept_delegation, delegate
from portulan.accounts.features import Feature
from portulan.accounts.invitations import INVITATION_LIFETIME, invite
from portulan.accounts.links import make_link_for
from portulan.accounts.models import Organisation, Person
from portulan.accounts.reads import behalf_of
from portulan.accounts.sirens import prove_siren
from portulan.accounts.trail import record
from portulan.accounts.words import RESERVED, LegalForm, SirenProof
from portulan.accounts.writes import (
    add_person,
    create_organisation,
    hold_organisation,
    set_roles,
    show_feature,
)
from portulan.core import mail
from portulan.core.errors import DeniedError, NotFoundError
from portulan.core.models import Task
from portulan.core.say import numbers
from portulan.core.say.language import spoken_language
from portulan.core.say.text import Text
from portulan.plans.starters.writes import start_ready_made
from portulan.publication.groups.at_work import forget_rows, holds, start, who_asked
from portulan.publication.groups.founding_list import Wanted
from portulan.publication.models import GroupMember
from portulan.publication.verbs import Verb
from portulan.publication.words import FOUNDING

if TYPE_CHECKING:
    from portulan.core.tasks import Beat

MOST = 200
SUBJECT = Text("{member} dans Portulan", "{member} in Portulan")
BODY = Text(
    "Bonjour,\n\n{group} a préparé la place de {member} dans Portulan, le logiciel du plan"
    " numérique responsable. Vous l’administrez\u00a0: {group} n’y voit rien tant que vous ne le"
    " partagez pas.\n\nPour entrer, dans les {days} jours\u00a0:\n{link}\n",
    "Hello,\n\n{group} has prepared the place of {member} in Portulan, the software of the"
    " responsible digital plan. You administer it: {group} sees nothing in it until you share"
    " it.\n\nTo enter, within {days} days:\n{link}\n",
)
BODY_WORKING = Text(
    "Bonjour,\n\n{group} a préparé la place de {member} dans Portulan, le logiciel du plan"
    " numérique responsable. Vous l’administrez. {function} de {group} peut y travailler jusqu’au"
    " {until}, sans rien y administrer. Vous y mettez fin quand vous voulez\u00a0: Réglages,"
    " Groupe et membres, Mettre fin.\n\nPour entrer, dans les {days} jours\u00a0:\n{link}\n",
    "Hello,\n\n{group} has prepared the place of {member} in Portulan, the software of the"
    " responsible digital plan. You administer it. {function} of {group} may work in it until"
    " {until}, and administers nothing. You end it whenever you like: Settings, Group and members,"
    " End.\n\nTo enter, within {days} days:\n{link}\n",
)


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a line of the list would do: an organisation made, one that is here, or nothing."""

    wanted: Wanted
    is_here: bool

    @property
    def is_made(self) -> bool:
        return not self.is_here and not self.wanted.why


def may_found(organisation: Organisation) -> bool:
    """Tell whether who operates lets the organisation make those of its members."""
    return organisation.slug in settings.FOUNDERS


def foresee(actor: Actor, *, wanted: Sequence[Wanted]) -> list[Foreseen]:
    """Return what a list would do, line by line. Raises DeniedError, ValidationError."""
    actor.require(Operation.MANAGE)
    group = Organisation.objects.get(pk=actor.organisation_id)
    if not may_found(group):
        raise ValidationError(
            _("L’exploitant de ce Portulan ne permet pas à votre organisme d’en créer d’autres."),
            code="not-a-founder",
        )
    if not mail.can_send():
        raise ValidationError(
            _("Aucun serveur de courrier n’est réglé : les invitations ne partiraient pas."),
            code="no-mail",
        )
    if not 0 < len(wanted) <= MOST:
        raise ValidationError(_("Donnez de un à 200 membres à la fois."), code="members")
    sirens = [one.siren for one in wanted if not one.why]
    here = set(Organisation.objects.filter(siren__in=sirens).values_list("siren", flat=True))
    return [Foreseen(one, one.siren in here) for one in wanted]


def found_members(
    actor: Actor,
    *,
    wanted: Sequence[Wanted],
    form: LegalForm,
    with_plan: bool = False,
    until: date | None = None,
    today: date,
) -> Task:
    """Make the organisations of a list that are not here, by a task, and write to who has each.

    All become members of the group; a line that cannot be one is left out. `form` is of the lines
    that say none, `until` the day to which who asks may act in each, None for nobody. Raises
    DeniedError, ValidationError: then nothing is made.
    """
    lines = foresee(actor, wanted=wanted)
    rows = [asdict(one.wanted) for one in lines if not one.wanted.why]
    if not rows:
        raise ValidationError(_("Aucune ligne ne peut être créée."), code="members")
    if until is not None and actor.is_bound:
        raise ValidationError(_("Cette session n’ouvre qu’une organisation."))
    if until is not None and not today <= until <= today + LONGEST:
        raise ValidationError({"until": _("Donnez un jour à venir, dans un an au plus.")})
    details = {
        "rows": rows,
        "form": form.value,
        "with_plan": with_plan,
        "until": until and until.isoformat(),
        "left": [[one.line, one.why] for one in wanted if one.why],
        "new": [one.wanted.siren for one in lines if one.is_made],
    }
    return start(actor, FOUNDING, details)


def work(beat: Beat) -> None:
    """Found what the task was told, a transaction a line; addresses go from its row at the end."""
    told = dict(beat.task.details)
    actor = who_asked(beat.task)
    until = _until(beat.task)
    rows, left = told["rows"], list(told["left"])
    for done, row in enumerate(rows):
        beat.tell(FOUNDING, done, len(rows), told)
        beat.check()
        if not holds(beat.task, Operation.MANAGE):
            raise ValidationError(
                _("Le travail s’est arrêté avant sa fin. Rien de fait n’est perdu.")
            )
        one = Wanted(**row)
        try:
            form = LegalForm(one.form or told["form"])
            found_member(actor, wanted=one, form=form, with_plan=told["with_plan"], until=until)
        except ValidationError as error:
            left.append([one.line, " ".join(error.messages)])
        except (DeniedError, NotFoundError):
            left.append([one.line, _("vous n’y agissez plus")])
    # Of a task that was resumed too: what the list was to make, and the group has founded.
    founded = GroupMember.objects.filter(organisation=actor.organisation_id, siren__in=told["new"])
    ended = {"made": founded.exclude(founded_id=None).count(), "left": left}
    Task.objects.filter(pk=beat.task.pk).update(
        done=len(rows), total=len(rows), details=ended, stage=FOUNDING
    )
    forget_rows(beat.task)


def _until(task: Task) -> date | None:
    """Return the day to which who asks may act: of whom first asked, and of a day to come."""
    told = task.details
    until = told["until"] and date.fromisoformat(told["until"])
    is_theirs = told.get("for_person", task.person_id) == task.person_id
    return until if until and is_theirs and until >= timezone.localdate() else None


@transaction.atomic
def found_member(
    actor: Actor,
    *,
    wanted: Wanted,
    form: LegalForm,
    with_plan: bool = False,
    until: date | None = None,
    now: datetime | None = None,
) -> Organisation | None:
    """Make the organisation of one member, None for one that is here; both become members.

    Raises DeniedError, ValidationError.
    """
    group = hold_organisation(actor)
    [foreseen] = foresee(actor, wanted=[wanted])
    if wanted.why or wanted.siren == group.siren:
        raise ValidationError(wanted.why or _("c’est vous"), code="members")
    member, _new = GroupMember.objects.get_or_create(
        organisation=group, siren=wanted.siren, defaults={"name": wanted.name}
    )
    if foreseen.is_here:
        return None
    now = now or timezone.now()
    organisation, themselves = _found(group, wanted, form)
    agent = _let_work(actor, group, organisation, until) if until else None
    if with_plan and form is LegalForm.TOWN:
        today = timezone.localdate(now)
        start_ready_made(agent or command_line(organisation.pk), key="town", today=today)
    _write_to(group, organisation, themselves, agent, now)
    GroupMember.objects.filter(pk=member.pk).update(founded_id=organisation.pk)
    told = {"member": (None, organisation.name), "siren": (None, organisation.siren)}
    record(actor, member, Verb.FOUNDED, told)
    return organisation


def _found(group: Organisation, wanted: Wanted, form: LegalForm) -> tuple[Organisation, Actor]:
    organisation = create_organisation(
        slug=_free_slug(wanted.name),
        name=wanted.name,
        legal_form=form,
        population=wanted.population,
        siren=wanted.siren,
    )
    operator = command_line(organisation.pk)
    prove_siren(operator, how=SirenProof.GROUP)
    record(operator, organisation, Verb.FOUNDED, {"group": (None, group.name)})
    person = add_person(operator, function=_("Administration"), email=wanted.email)
    # They act for themselves: an address that has an account is not taken by whoever adds it.
    themselves = Actor(organisation.pk, person.pk, frozenset({Role.ADMIN}))
    set_roles(themselves, person=person, roles=[Role.ADMIN])
    return organisation, themselves


def _let_work(
    actor: Actor, group: Organisation, organisation: Organisation, until: date
) -> Actor | None:
    """Let who founds act in what is founded, by a delegation as any other: the member ends it."""
    founder = Person.objects.select_related("user").filter(pk=actor.person_id or 0).first()
    if founder is None or founder.user is None:
        return None
    operator, today = command_line(organisation.pk), timezone.localdate()
    offered = delegate(
        operator,
        group=group,
        email=founder.user.email,
        function=founder.function or _("Agent du groupe"),
        roles=[Role.EDITOR],
        until=until,
        today=today,
    )
    held = accept_delegation(actor, user=founder.user, pk=offered.pk, today=today, bound_to=None)
    # Where it is ended is shown at first, even to a small town.
    show_feature(operator, feature=Feature.GROUPS, shown=True)
    person = held.person
    return Actor(organisation.pk, person.pk, frozenset({Role.EDITOR}), behalf=behalf_of(person))


def _write_to(
    group: Organisation, organisation: Organisation, own: Actor, agent: Actor | None, now: datetime
) -> None:
    language, person = spoken_language(), Person.objects.get(pk=own.person_id or 0)
    if person.user is None:
        link = reverse("invitation", args=[invite(own, person=person, now=now)])
    else:
        token = make_link_for(own, person=person, now=now, lifetime=INVITATION_LIFETIME)
        link = reverse("sign-in-link", args=[token])
    said = {"group": group.name, "member": organisation.name}
    body = BODY
    if agent is not None and agent.behalf is not None:
        body = BODY_WORKING
        said["until"] = numbers.date(agent.behalf.until, language)
        said["function"] = Person.objects.get(pk=agent.person_id or 0).function
    mail.put(
        organisation_id=organisation.pk,
        person_id=person.pk,
        address=person.email,
        key="founded",
        language=language,
        subject=SUBJECT.say(language).format(**said),
        body=body.say(language).format(
            **said, days=INVITATION_LIFETIME.days, link=settings.ADDRESS + link
        ),
        due_at=now,
        now=now,
    )


def _free_slug(name: str) -> str:
    base = slugify(name)[:50].strip("-") or "commune"
    taken = set(
        Organisation.objects.filter(slug__startswith=base).values_list("slug", flat=True)
    ) | set(RESERVED)
    numbered = (base if not rank else f"{base}-{rank + 1}" for rank in range(len(taken) + 2))
    return next(slug for slug in numbered if slug not in taken)
