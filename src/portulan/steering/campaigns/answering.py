"""What a function answers of its actions, whatever the way: kept as proposals, nothing moves.

“Nothing changed” is an answer, and the one thing that counts at once: it dates the last news.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Prefetch, QuerySet, prefetch_related_objects
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor, command_line
from portulan.accounts.models import Unit
from portulan.accounts.trail import record
from portulan.budget.years.reads import year_on
from portulan.core import trail
from portulan.core.errors import DeniedError, NotFoundError
from portulan.core.folding import fold
from portulan.core.say import numbers
from portulan.core.say.language import spoken_language
from portulan.core.spreadsheet import digits
from portulan.core.storing import store
from portulan.evidence.models import Piece, links, rows_of
from portulan.evidence.reception import Received
from portulan.evidence.writes import give, remove
from portulan.indicators.models import Indicator
from portulan.indicators.reads import rule_of, series_of, series_of_unit
from portulan.indicators.series import Series
from portulan.indicators.values import read
from portulan.indicators.words import Kind, OverUnits
from portulan.plans.access import note_news
from portulan.plans.models import Action
from portulan.plans.plan import INDICATORS
from portulan.plans.states.rules import is_late
from portulan.plans.words import Progress
from portulan.steering.campaigns.acceptance import answer as keep_consent
from portulan.steering.campaigns.letters import stop_waiting
from portulan.steering.models import ActionReply, Campaign, Change, Reply
from portulan.steering.verbs import Verb
from portulan.steering.words import (
    About,
    CampaignKind,
    CampaignState,
    ChangeStatus,
    Consent,
    Question,
    Way,
)

_FORGOTTEN = timedelta(days=30)
_LONGEST = 3600  # beyond an hour, somebody went elsewhere meanwhile
_TRAIL = {About.PILOT: "pilot_function", About.BLOCKED: "blocked_by"}
_OPEN = (ChangeStatus.PROPOSED, ChangeStatus.ASKED_AGAIN)


@dataclass(frozen=True, slots=True)
class ValueSaid:
    """A value of an indicator: a number, words, or that it is not known."""

    value: Decimal | None = None
    text: str = ""
    unknown: bool = False


type ValueKey = int | tuple[int, int]


@dataclass(frozen=True, slots=True)
class Asked:
    """A value that is asked: of an indicator, or of the part that a unit owes of it."""

    indicator: Indicator
    unit: Unit | None = None

    @property
    def key(self) -> ValueKey:
        """Return the identifier of the indicator, with that of the unit if it is one’s."""
        return self.indicator.pk if self.unit is None else (self.indicator.pk, self.unit.pk)

    @property
    def tag(self) -> str:
        """Return the key as a form and a sheet have it."""
        return str(self.key) if self.unit is None else f"{self.indicator.pk}-{self.unit.pk}"

    @property
    def series(self) -> Series:
        return series_of_unit(self.indicator, None if self.unit is None else self.unit.pk)


@dataclass(frozen=True, slots=True)
class Said:
    """What is answered of an action; what is not given is not said. `spent` is in euros."""

    progress: Progress | None = None
    values: Mapping[ValueKey, ValueSaid] = field(default_factory=dict)
    on: date | None = None
    spent: Decimal | None = None
    blocked_by: str | None = None
    due_on: date | None = None
    target: str = ""
    baseline: Decimal | None = None
    note: str = ""
    file: Received | None = None


@dataclass(frozen=True, slots=True)
class ConsentSaid:
    """What a function answers when it is asked to pilot: the date and the target it corrects."""

    consent: Consent
    other: str = ""
    due_on: date | None = None
    target: str = ""


def parts_of(reply: Reply) -> list[ActionReply]:
    """Return what is asked of each action, in order, with what was answered (seven queries)."""
    parts = list(
        reply.parts.select_related("action__plan", "piece")
        .order_by("order", "pk")
        .prefetch_related(
            Prefetch("changes", Change.objects.select_related("indicator", "unit").order_by("pk"))
        )
    )
    for part in parts:
        part.reply = reply
    prefetch_related_objects([part.action for part in parts], *INDICATORS)
    return parts


def asked_values(part: ActionReply) -> list[Asked]:
    """Return the values that a person gives, those of designated units one by one.

    A share of each that nothing weighs would count for nothing: that of the whole is asked.
    """
    found = []
    for indicator in asked_indicators(part):
        parts = [one for one in indicator.unit_parts.all() if one.until is None]
        weighed = all(one.weight is not None for one in parts)
        if rule_of(indicator).between is OverUnits.WEIGHTED and not weighed:
            parts = []
        units = sorted((one.unit for one in parts), key=lambda unit: fold(unit.name))
        found += [Asked(indicator, unit) for unit in units] or [Asked(indicator)]
    return found


def asked_indicators(part: ActionReply) -> list[Indicator]:
    """Return the indicators whose value a person gives, from what `parts_of` fetched."""
    if Question.VALUES not in part.reply.campaign.questions:
        return []
    links = part.action.indicator_links.all()
    return [link.indicator for link in links if not link.indicator.computed_by]


@transaction.atomic
def nothing_changed(
    actor: Actor, *, parts: Sequence[ActionReply], way: Way, today: date, now: datetime
) -> None:
    """Keep that nothing changed of these actions: it is news, and it is told as such.

    Raises DeniedError, NotFoundError, ValidationError.
    """
    for part in parts:
        held = _hold(actor, part, way)
        action = part.action
        _let_go(actor, held)
        held.unchanged = True
        held.was_late = is_late(action.due_on, Progress(action.progress), today)
        _answered(held, way, now)
        _heard(action, today)
        _tell(actor, held, {"unchanged": (None, True)})
    _finish(parts[0].reply, now)


@transaction.atomic
def save_answer(
    actor: Actor,
    *,
    part: ActionReply,
    said: Said,
    way: Way,
    today: date,
    now: datetime,
    seen: int | None = None,
) -> ActionReply:
    """Keep what is said of an action, in place of what was said before and nobody decided.

    `seen` is the version of the part that was read: another since is refused. Said without a
    difference, it is “nothing changed”. Raises DeniedError, NotFoundError, ValidationError.
    """
    held = _hold(actor, part, way, seen=seen)
    changes = list(_changes(part, said, today=today))
    if not changes and said.file is None:
        if held.piece is None or not held.changes.filter(status__in=_OPEN).exists():
            nothing_changed(actor, parts=[part], way=way, today=today, now=now)
            held.refresh_from_db()
            return held
        changes = list(held.changes.filter(status=ChangeStatus.PROPOSED, about=About.EVIDENCE))
    _replace(actor, held, changes, said.file)
    held.unchanged = held.was_late = False
    _answered(held, way, now)
    _tell(actor, held, trail_of(changes, was=False))
    _finish(part.reply, now)
    return held


@transaction.atomic
def save_consents(
    actor: Actor,
    *,
    said: Sequence[tuple[ActionReply, ConsentSaid]],
    way: Way,
    today: date,
    now: datetime,
) -> None:
    """Keep what a function answers to piloting, with the dates and targets that it corrects.

    Its consent is its own and counts; what it corrects is proposed. Raises as `save_answer`.
    """
    for part, given in said:
        held = _hold(actor, part, way)
        action = part.action
        held.consent = given.consent
        changes = list(_corrections(part, given))
        _replace(actor, held, changes, None)
        _answered(held, way, now)
        keep_consent(
            action=action, function=part.reply.function, consent=given.consent, today=today
        )
        _tell(actor, held, {"consent": (None, given.consent), **trail_of(changes)})
    _finish(said[0][0].reply, now)


@transaction.atomic
def take_back(actor: Actor, *, part: ActionReply, way: Way, today: date) -> None:
    """Put an action that was set aside among those that wait. Raises as `save_answer`."""
    held = _hold(actor, part, way)
    if held.consent != Consent.NOT_ME:
        return
    _let_go(actor, held)
    held.consent, held.answered_at = "", None
    store(held)
    keep_consent(action=part.action, function=part.reply.function, consent=None, today=today)
    _tell(actor, held, {"consent": (Consent.NOT_ME, None)})


@transaction.atomic
def not_mine(
    actor: Actor,
    *,
    parts: Sequence[ActionReply],
    other: str = "",
    word: str = "",
    until: date | None = None,
    way: Way,
    today: date,
    now: datetime,
) -> None:
    """Keep that a function pilots these actions no more, or is away `until` a day, and who does.

    It is proposed to who follows the plan, and nothing changes before. Raises as `save_answer`.
    """
    if until is not None and until < today:
        raise ValidationError({"until": _("Ce jour est passé.")})
    if until is not None and not other.strip():
        raise ValidationError({"other": _("Dites qui répond à votre place jusque-là.")})
    for part in parts:
        held = _hold(actor, part, way)
        changes = list(_gone(part.action, other.strip(), word.strip(), until))
        _replace(actor, held, changes, None)
        _answered(held, way, now)
        if until is None:
            keep_consent(
                action=part.action,
                function=part.reply.function,
                consent=Consent.NOT_ME,
                today=today,
            )
        # A name that somebody gives of another is in no journal: it is erased if nobody confirms.
        _tell(actor, held, {"pilot_function": (part.action.pilot_function, "…")})
    if parts:
        _finish(parts[0].reply, now)


def _gone(action: Action, other: str, word: str, until: date | None) -> Iterator[Change]:
    """Yield what is proposed of who pilots: somebody, nobody yet, or somebody until a day."""
    if until is None:
        yield Change(
            about=About.PILOT, before=action.pilot_function, after=other, unknown=not other
        )
    else:
        away = _("Absence jusqu’au %(day)s ; répond à la place : %(who)s.")
        day = numbers.date(until, spoken_language())
        word = f"{away % {'day': day, 'who': other}} {word}".strip()
    if word:
        yield Change(about=About.NOTE, after=word[:1000])


def named_for_long(now: datetime) -> QuerySet[Change]:
    """Return the names that pilots gave of others, and that nobody confirmed in a month."""
    return Change.objects.filter(
        about=About.PILOT, status__in=_OPEN, part__answered_at__lt=now - _FORGOTTEN
    ).exclude(after="")


def forget_names(organisation_id: int, now: datetime) -> int:
    """Erase those names; that the pilot is another stays, and who is to be said."""
    ours = named_for_long(now).filter(part__reply__campaign__plan__organisation=organisation_id)
    pks = list(ours.values_list("pk", flat=True))
    erased = Change.objects.filter(pk__in=pks)
    return erased.update(after="", unknown=True, version=F("version") + 1)


def note_duration(campaign: Campaign, seconds: int) -> None:
    """Keep how long an answer took, among the others, in order: of nobody."""
    if not 0 < seconds <= _LONGEST:
        return
    with transaction.atomic():
        held = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
        held.durations = sorted([*held.durations, seconds])
        held.save(update_fields=["durations"])


def _hold(actor: Actor, part: ActionReply, way: Way, *, seen: int | None = None) -> ActionReply:
    """Return the part, held, if who answers may. Raises as services do."""
    reply = part.reply
    campaign = reply.campaign
    actor.require_ours(campaign.plan)
    _check(actor, part, way)
    if campaign.state != CampaignState.OPEN:
        raise ValidationError(_("Cette campagne est fermée : rien n’est enregistré."))
    rows = ActionReply.objects.select_for_update(no_key=True, of=("self",))
    held = rows.select_related("action__plan", "reply__campaign__plan", "piece").get(pk=part.pk)
    if seen is not None and held.version != seen:
        raise ValidationError(
            _("Quelqu’un vient de répondre de cette action : relisez avant d’envoyer."),
            code="moved",
        )
    return held


def _check(actor: Actor, part: ActionReply, way: Way) -> None:
    """Raise DeniedError: a link may answer, so may who pilots; a sheet is dropped by a referent."""
    if way is Way.SHEET:
        actor.require(Operation.RUN_CAMPAIGN)
        return
    by_link = way is Way.LINK and actor.person_id is None
    if not by_link and not may_answer(actor, part.reply, [part.action]):
        raise DeniedError(Operation.UPDATE_ACTION.value)


def may_answer(actor: Actor, reply: Reply, actions: Sequence[Action]) -> bool:
    """Tell whether somebody signed in may answer for that function: its actions are theirs."""
    if actor.person_id is None:
        return False
    return reply.person_id == actor.person_id or any(
        one.pilot_id == actor.person_id for one in actions
    )


def _changes(part: ActionReply, said: Said, *, today: date) -> Iterator[Change]:
    """Yield what differs from what stands, or was not known. Raises ValidationError."""
    action, questions = part.action, part.reply.campaign.questions
    if said.on is not None and said.on > today:
        raise ValidationError({"on": _("Un relevé n’est pas daté dans l’avenir.")})
    if said.progress is not None and said.progress != action.progress:
        yield Change(about=About.PROGRESS, before=action.progress, after=said.progress)
    known = {one.key: one for one in asked_values(part)}
    for key, one in said.values.items():
        if key not in known:
            raise NotFoundError(key)
        if change := _value(known[key], one):
            change.on = said.on or today
            yield change
    if said.spent is not None and Question.SPENDING in questions:
        after = digits(said.spent)
        year = year_on(action.plan.organisation_id, today)
        yield Change(about=About.SPENT, year=year, after=after, on=today)
    if said.blocked_by is not None and said.blocked_by.strip() != action.blocked_by:
        after = said.blocked_by.strip()
        yield Change(about=About.BLOCKED, before=action.blocked_by, after=after)
    if said.due_on is not None and said.due_on != action.due_on:
        yield _due(action, said.due_on)
    yield from _aims(part, said)
    if said.note.strip():
        yield Change(about=About.NOTE, after=said.note.strip())


def _aims(part: ActionReply, said: Said) -> Iterator[Change]:
    """Yield the target of an action, and where its indicator stood as the plan began."""
    if change := _target(part, said.target):
        yield change
    indicator = main_indicator(part)
    if said.baseline is not None and indicator is not None:
        after, began = digits(said.baseline.normalize()), date(part.action.plan.first_year, 1, 1)
        yield Change(about=About.BASELINE, indicator=indicator, after=after, on=began)


def _value(asked: Asked, said: ValueSaid) -> Change | None:
    indicator, last = asked.indicator, asked.series.last_known
    before = ""
    if last is not None:
        before = last.text if last.value is None else digits(last.value.normalize())
    change = Change(about=About.VALUE, indicator=indicator, unit=asked.unit, before=before)
    if said.unknown:
        change.unknown = True
        return change
    if said.value is None and not said.text.strip():
        return None
    value, text = read(Kind(indicator.kind), said.value, said.text)
    change.after = text if value is None else digits(value.normalize())
    return change


def _due(action: Action, due_on: date) -> Change:
    before = action.due_on.isoformat() if action.due_on else ""
    return Change(about=About.DUE_ON, before=before, after=due_on.isoformat())


def _corrections(part: ActionReply, said: ConsentSaid) -> Iterator[Change]:
    action = part.action
    if said.consent is Consent.NOT_ME and said.other.strip():
        yield Change(about=About.PILOT, before=action.pilot_function, after=said.other.strip())
    if said.consent is Consent.NOT_ME:
        return
    if said.due_on is not None and said.due_on != action.due_on:
        yield _due(action, said.due_on)
    if change := _target(part, said.target):
        yield change


def _target(part: ActionReply, said: str) -> Change | None:
    """Return the target that is aimed at, if it differs from the one that stands, at its day.

    A target that had none is for the end of its action, else for that of the plan.
    """
    indicator, action, said = main_indicator(part), part.action, said.strip()
    if indicator is None or not said:
        return None
    target = series_of(indicator).target
    stands = ""
    if target is not None:
        stands = target.text if target.value is None else digits(target.value.normalize())
    if said == stands:
        return None
    on = target.due_on if target else action.due_on or date(action.plan.last_year, 12, 31)
    return Change(about=About.TARGET, indicator=indicator, before=stands, after=said, on=on)


def main_indicator(part: ActionReply) -> Indicator | None:
    """Return the indicator whose target a pilot may correct, from what `parts_of` fetched."""
    links = list(part.action.indicator_links.all())
    return links[0].indicator if links else None


def _replace(
    actor: Actor, held: ActionReply, changes: Sequence[Change], file: Received | None
) -> None:
    """Put what is said now in place of what waited; a photo given again takes the place of one."""
    kept = [one.pk for one in changes if one.pk]
    held.changes.filter(status__in=_OPEN).exclude(pk__in=kept).delete()
    fresh = [one for one in changes if not one.pk]
    if file is not None:
        _give(actor, held, file)
    if (
        held.piece is not None
        and not any(one.about == About.VALUE for one in changes)
        and (not kept)
    ):
        fresh.append(Change(about=About.EVIDENCE, after=held.piece.title))
    for one in fresh:
        one.part = held
        store(one)


def _give(actor: Actor, held: ActionReply, file: Received) -> None:
    before = held.piece
    if before is not None and before.revisions.filter(sha256=file.sha256).exists():
        return
    giver = replace(actor, only=frozenset({Operation.GIVE_EVIDENCE}))
    title = _("Réponse de « %(function)s »") % {"function": held.reply.function}
    held.piece = give(giver, title=f"{title} ({file.file_name})"[:250], file=file)
    store(held)
    if before is not None:
        _drop(held, before)


def _let_go(actor: Actor, held: ActionReply) -> None:
    """Take back what waited and the piece that came with it."""
    held.changes.filter(status__in=_OPEN).delete()
    if held.piece is not None and not held.changes.exists():
        before, held.piece = held.piece, None
        store(held)
        _drop(held, before)


def _drop(held: ActionReply, piece: Piece) -> None:
    """Delete a piece that a later answer replaces, unless somebody accepted what it proves."""
    if not any(rows_of(model).filter(piece=piece).exists() for model in links()):
        remove(command_line(held.reply.campaign.plan.organisation_id), piece=piece)


def _answered(held: ActionReply, way: Way, now: datetime) -> None:
    held.way, held.answered_at = way, now
    store(held)


def _heard(action: Action, today: date) -> None:
    held = Action.objects.select_for_update(no_key=True).get(pk=action.pk)
    note_news(held, today)


def said_of(change: Change) -> str:
    """Return what the trail keeps of a change: that a figure is not known is an answer."""
    return "unknown" if change.unknown else change.after


def trail_of(changes: Sequence[Change], *, was: bool = True) -> dict[str, trail.Change]:
    """Return changes as the trail of an action has them; of several values, whose each is."""
    several = sum(one.about == About.VALUE for one in changes) > 1
    found: dict[str, trail.Change] = {}
    for one in changes:
        name = _TRAIL.get(About(one.about), str(one.about))
        if several and one.about == About.VALUE:
            name = f"{name}:{value_label(one)}"
        # A name that somebody gives of another waits to be confirmed: it is in no journal.
        said = "…" if one.about == About.PILOT and one.status in _OPEN else said_of(one)
        found[name] = ((one.before or None) if was else None, said)
    return found


def value_label(change: Change) -> str:
    """Return whose value it is: its indicator, and the unit if it is one’s."""
    unit = f", {change.unit.name}" if change.unit is not None else ""
    return f"{change.indicator.name if change.indicator else ''}{unit}"


def _tell(actor: Actor, held: ActionReply, told: Mapping[str, tuple[object, object]]) -> None:
    """Write in the trail that it was received, by which way, of which function: no signature."""
    came = {"function": (None, held.reply.function), "way": (None, held.way)}
    record(actor, held.action, Verb.PILOT_ANSWERED, {**came, **told})


def _finish(reply: Reply, now: datetime) -> None:
    """Keep that a function answered all of it; nobody reminds it any more."""
    if reply.parts.filter(answered_at=None).exists():
        return
    held = Reply.objects.select_for_update(no_key=True, of=("self",)).get(pk=reply.pk)
    if held.answered_at is None:
        held.answered_at = now
        store(held)
        reply.answered_at = now
        waiting = Reply.objects.filter(
            campaign=reply.campaign_id, person=reply.person_id, answered_at=None
        )
        if reply.person_id is not None and not waiting.exists():
            stop_waiting(reply.campaign, reply.person_id)


def is_consent(campaign: Campaign) -> bool:
    return campaign.kind == CampaignKind.ACCEPTANCE
