"""A session on one page: its subjects, the options of each, who decides; and all that is said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portulan.accounts.access import Role
from portulan.accounts.actors import Actor
from portulan.accounts.models import Person
from portulan.budget.funding.plan_rows import plan_rows
from portulan.budget.models import COUNTED, Attribution
from portulan.core.money import ZERO
from portulan.core.say import numbers
from portulan.core.say.text import Language
from portulan.plans.actions.reads import Row
from portulan.plans.models import Action, Deliverable
from portulan.steering.committees.choices import (
    UNKNOWN_CREDITS,
    Around,
    Credits,
    Option,
    default_day,
    options,
)
from portulan.steering.committees.holding import answer_item, close_session, note_session
from portulan.steering.committees.options import SOURCE, agenda_words, kept_choice
from portulan.steering.committees.reads import asked_body, items_of, next_of
from portulan.steering.committees.wording import (
    FollowUp,
    Point,
    follow_ups,
    named,
    point_of,
)
from portulan.steering.dates import papers_day
from portulan.steering.law import walk_back
from portulan.steering.models import AgendaItem, Body, Committee, Decision
from portulan.steering.words import NEEDS, DecisionStatus, Matter

POSTPONED = "postponed"


@dataclass(frozen=True, slots=True)
class Question:
    """A subject of a session, its options, and what is said of who decides each."""

    item: AgendaItem
    options: tuple[Option, ...]
    powers: str
    decides: bool

    @property
    def decision(self) -> Decision | None:
        return getattr(self.item, "decision", None)

    @property
    def other(self) -> bool:
        """Whether it was answered by another page than this one."""
        return self.decision is not None and not self.decision.option


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of a subject on the page of the session."""

    option: str
    in_favour: int | None = None
    against: int | None = None
    abstentions: int | None = None
    by_consensus: bool = False
    reason: str = ""
    abstained: str = ""


@dataclass(frozen=True, slots=True)
class Sitting:
    """A session as its page shows it: questions, what is only to be known, the minutes so far."""

    committee: Committee
    questions: tuple[Question, ...]
    known: tuple[AgendaItem, ...]
    points: tuple[Point, ...]
    follow_ups: tuple[FollowUp, ...] = field(default=())

    @property
    def silent(self) -> int:
        return sum(one.decision is None for one in self.questions)


def sitting_of(committee: Committee, *, today: date, lang: Language) -> Sitting:
    """Return a session with the options of its subjects, computed from the plan of that day."""
    items = list(items_of(committee))
    asked = [one for one in items if not one.informs]
    rows = plan_rows(committee.plan, today)
    actions = {one.action for one in asked if one.action is not None}
    around = _around(committee, rows.rows, [one.pk for one in actions], today, lang)
    target = asked_body(committee, Matter.ALLOT) or asked_body(committee, Matter.PILOT)
    papers = _papers(committee, target, today)
    questions = []
    for item in asked:
        row = None if item.action is None else rows.of(item.action)
        found = _options(item, committee, row, around)
        questions.append(_question(item, found, committee, target, papers, lang))
    points = points_of(committee, items, lang)
    day = None if papers is None else papers_day(papers)
    known = tuple(one for one in items if one.informs)
    return Sitting(committee, tuple(questions), known, points, tuple(follow_ups([*points], day)))


def points_of(
    committee: Committee, items: Iterable[AgendaItem], lang: Language
) -> tuple[Point, ...]:
    """Return the subjects as the minutes say them, but those that are only to be known."""
    bodies: dict[Matter, Body | None] = {}
    found = []
    for item in items:
        if item.informs:
            continue
        decision = getattr(item, "decision", None)
        asks = None
        if decision is not None and Matter(decision.matter) in NEEDS:
            matter = Matter(decision.matter)
            if matter not in bodies:
                bodies[matter] = asked_body(committee, matter)
            asks = bodies[matter]
        found.append(point_of(item, committee, asks, lang))
    return tuple(found)


def _papers(committee: Committee, target: Body | None, today: date) -> Committee | None:
    """Return the first session of who may whose papers can still leave after this one."""
    if target is None:
        return None
    after = max(today, committee.held_on)
    coming = next_of(target, committee.plan, committee.held_on)
    return next((one for one in coming if papers_day(one) >= after), None)


def _question(
    item: AgendaItem,
    found: tuple[Option, ...],
    committee: Committee,
    target: Body | None,
    papers: Committee | None,
    lang: Language,
) -> Question:
    proposes = [one for one in found if not committee.body.may(one.matter)]
    if not proposes or target is None:
        return Question(item, found, _("Décidé ici : le plan change à la clôture."), decides=True)
    if papers is None:
        later = _("Proposé, pour : %(body)s, à une séance à fixer. Rien ne change avant son vote.")
        return Question(item, found, later % {"body": named(target, lang)}, decides=False)
    words = _(
        "Proposé, pour : %(body)s, le %(day)s. Rien ne change avant son vote ; les pièces partent"
        " le %(papers)s au plus tard."
    )
    told = {
        "body": named(target, lang),
        "day": numbers.long_date(papers.held_on, lang),
        "papers": numbers.long_date(papers_day(papers), lang),
    }
    return Question(item, found, words % told, decides=False)


def _options(
    item: AgendaItem, committee: Committee, row: Row | None, around: Around
) -> tuple[Option, ...]:
    found: list[Option] = []
    about = item.about
    if about is not None and about.status == DecisionStatus.PROPOSED:
        if committee.body.may(Matter(about.matter)):
            found.append(Option("adopt", _("Adopter la proposition"), "", Matter.ADOPT))
            refused = _("le motif est repris au relevé")
            found.append(Option("refuse", _("Refuser la proposition"), refused, Matter.REFUSE))
    elif item.source.startswith(SOURCE):
        found += _of_scenario(committee, around)
    elif row is not None:
        found += options(row, around)
    if not found:
        found.append(Option("noted", _("Prendre acte"), "", Matter.INFORMED))
    following = next_of(committee.body, committee.plan, committee.held_on + timedelta(days=1))
    when = ""
    if following:
        day = numbers.date(following[0].held_on, around.lang)
        when = _("à la séance du %(day)s") % {"day": day}
    found.append(Option(POSTPONED, _("Reporter"), when, Matter.POSTPONED))
    return tuple(found)


def _of_scenario(committee: Committee, around: Around) -> list[Option]:
    """Return the choice that the arbitration keeps, with its effect in its own words."""
    choice = kept_choice(committee.plan)
    if choice is None:
        return []
    title, effect = agenda_words(choice, around.lang)
    said = {"words": choice.selection.scenario.title}
    label = _("Retenir ce choix")
    return [Option("scenario", label, effect or title, Matter.SCENARIO, said)]


def _around(
    committee: Committee, rows: Iterable[Row], actions: list[int], today: date, lang: Language
) -> Around:
    place = committee.plan.organisation
    back = walk_back(place.legal_form, place.population, today, costs=True)
    awaited: dict[int, tuple[str, date]] = {}
    for action, title, day in (
        Deliverable.objects.filter(action__in=actions, delivered_on=None, due_on__gte=today)
        .order_by("-due_on")
        .values_list("action", "title", "due_on")
    ):
        if day is not None:
            awaited[action] = (title, day)
    finance = Person.objects.filter(
        organisation=place, memberships__role=Role.FINANCE, left_on=None, erased_at=None
    ).order_by("pk")
    return Around(
        lang,
        today,
        default_day(today) if back is None else back.figures,
        credits=_credits(actions),
        awaited=awaited,
        pilots=_pilots(list(rows), set(actions)),
        finance=finance.values_list("function", flat=True).first() or _("Finances"),
    )


def _credits(actions: list[int]) -> dict[tuple[int, int], Credits]:
    """Return where the credits of actions stand: their lines say a chapter, or nothing is known.

    An operation of equipment is a chapter; so are the two first figures of an account of
    investment. One query.
    """
    found: defaultdict[tuple[int, int], list[tuple[str, Any]]] = defaultdict(list)
    lines = Attribution.objects.filter(
        action__in=actions, status__in=COUNTED, outside_it=False
    ).values_list(
        "action",
        "line__fiscal_year__year",
        "share",
        "line__opened",
        "line__chapter",
        "line__operation",
        "line__nature",
        "line__section",
    )
    for action, year, share, opened, chapter, operation, nature, section in lines:
        where = chapter or operation or (nature[:2] if section == "I" else "")
        found[action, year].append((where, None if opened is None else opened * share))
    return {
        key: UNKNOWN_CREDITS
        if any(not where or opened is None for where, opened in said)
        else Credits(
            tuple(sorted({where for where, _opened in said})),
            sum((opened for _where, opened in said), ZERO),
        )
        for key, said in found.items()
    }


def _pilots(rows: list[Row], asked: set[int]) -> dict[int, tuple[str, ...]]:
    """Return who could pilot an action: who follows it, who contributes, who pilots beside it."""
    by_axis: defaultdict[int | None, list[str]] = defaultdict(list)
    for row in rows:
        if row.action.vacant_since is None:
            by_axis[row.action.axis_id].append(row.action.pilot_function)
    found = {}
    for row in rows:
        action: Action = row.action
        if action.pk in asked:
            near = by_axis[action.axis_id] if action.axis_id else []
            names = [*map(str, action.contributors), *near, action.follow_up_function]
            mine = (one.strip() for one in names)
            kept = dict.fromkeys(one for one in mine if one and one != action.pilot_function)
            found[action.pk] = tuple(kept)
    return found


@transaction.atomic
def sit(
    actor: Actor,
    *,
    committee: Committee,
    present: Iterable[str],
    observations: str = "",
    chair: str = "",
    secretary: str = "",
    answers: Mapping[int, Said],
    close: bool = False,
    today: date,
    lang: Language,
) -> Committee:
    """Note all that the page of a session says: who is there, and the option of each subject.

    All of it or nothing; then `close` the session. Raises DeniedError, NotFoundError,
    ValidationError: each subject that is refused is named by its identifier (`item-12`).
    """
    note_session(
        actor,
        committee=committee,
        present=present,
        observations=observations,
        chair=chair,
        secretary=secretary,
    )
    refused: dict[str, list[str]] = {}
    sitting = sitting_of(committee, today=today, lang=lang)
    for question in sitting.questions:
        said = answers.get(question.item.pk)
        if said is None or not said.option:
            continue
        offered = {one.key: one for one in question.options if not one.useless}
        try:
            _answer(actor, question, offered.get(said.option), said, today)
        except ValidationError as error:
            refused[f"item-{question.item.pk}"] = error.messages
    if refused:
        raise ValidationError(refused)
    return close_session(actor, committee=committee, today=today) if close else committee


def _answer(
    actor: Actor, question: Question, option: Option | None, said: Said, today: date
) -> None:
    if option is None:
        raise ValidationError(_("Cette réponse n’est plus possible : choisissez-en une autre."))
    told = dict(option.said)
    reason = said.reason.strip() or told.pop("reason", "")
    answer_item(
        actor,
        item=question.item,
        matter=option.matter,
        today=today,
        **{
            **told,
            "reason": reason,
            "option": option.key,
            "in_favour": said.in_favour,
            "against": said.against,
            "abstentions": said.abstentions,
            "by_consensus": said.by_consensus,
            "abstained": said.abstained,
        },
    )
