"""The sheet for members: one A4, what inhabitants gain, what is decided, who does what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from portulan.core.say import numbers
from portulan.core.say.text import Text
from portulan.core.say.values import Count
from portulan.plans.actions.reads import Row
from portulan.plans.commitments.rules import LEVEL_WORDS
from portulan.plans.models import Plan
from portulan.plans.words import OVER, Progress, Reach
from portulan.publication.documents.actions import ACTION, NUMBER, PILOT, name_of
from portulan.publication.documents.asking import Asked, Draft, Kind
from portulan.publication.documents.cell import (
    UNKNOWN,
    Cell,
    Prose,
    Quality,
    Section,
    Table,
    Unit,
    amount,
    day,
    text,
)
from portulan.publication.documents.dashboard import PLAN
from portulan.publication.documents.figures import aim_of
from portulan.steering.models import SealedPlan
from portulan.steering.sealed.document import ActText
from portulan.steering.sealed.reads import content_in
from portulan.steering.words import Occasion

TITLE = Text("La feuille des élus", "The sheet for members")
_STANDS = Text(
    "{count:action|actions}\u00a0: finies, {done}\u00a0; en cours, {going}.",
    "{count:action|actions}: done, {done}; under way, {going}.",
)
_GAIN = Text("Ce que les habitants y gagnent", "What inhabitants gain")
_NO_GAIN = Text(
    "Aucune action ne dit ce qu’elle fait pour le territoire.",
    "No action says what it does for the territory.",
)
_DECIDES = Text("Ce que l’assemblée décide", "What the assembly decides")
_ADOPT = Text(
    "Adopter le niveau de {count:action|actions}.",
    "Adopt the level of {count:action|actions}.",
)
_NOTHING = Text("Rien n’attend son vote aujourd’hui.", "Nothing waits for its vote today.")
_NAME = Text("Désigner qui pilote l’action {}.", "Name who pilots action {}.")
_WHO = Text("Qui fait quoi, pour quand", "Who does what, by when")
_VOTE = Text("Le vote", "The vote")
_VOTED = Text(
    "Délibération n°\u00a0{number} du {day}\u00a0: {votes}.",
    "Deliberation no. {number} of {day}: {votes}.",
)
_TO_VOTE = Text(
    "Pour\u00a0: [à compléter]. Contre\u00a0: [à compléter]. Abstentions\u00a0: [à compléter]."
    " Délibération n°\u00a0[à compléter].",
    "For: [to be filled]. Against: [to be filled]. Abstentions: [to be filled]. Deliberation no."
    " [to be filled].",
)
_UNSAID = Text("voix non notées", "votes not noted")


def in_force(plan: Plan) -> ActText | None:
    """Return the act that the plan was voted by, as its last seal of a vote says it."""
    sealed = SealedPlan.objects.filter(plan=plan, occasion=Occasion.VOTE).order_by("number").last()
    act = None if sealed is None else content_in(sealed).act
    return act if act is not None and act.number else None


def vote_words(asked: Asked, act: ActText | None) -> str:
    """Return how it was voted, or the blanks to be filled."""
    if act is None:
        return asked.say(_TO_VOTE)
    return asked.say(_VOTED).format(
        number=act.number,
        day=numbers.long_date(act.decided_on, asked.language),
        votes=act.votes or asked.say(_UNSAID),
    )


def build(asked: Asked) -> Draft:
    plan, board = asked.plan, asked.board()
    rows = [row for row in board.rows if row.progress is not Progress.DROPPED]
    done = sum(row.progress in OVER for row in rows)
    going = sum(row.progress is Progress.IN_PROGRESS for row in rows)
    stands = asked.say(_STANDS).format(count=Count(len(rows)), done=done, going=going)
    act = in_force(plan)
    return asked.document(
        "council",
        title=Text(plan.title, plan.title),
        cover=((PLAN, text(plan.title)),),
        sections=[
            Section(asked.say(_GAIN), (Prose(stands, "lede"), *_gains(rows, asked))),
            Section(asked.say(_DECIDES), tuple(_decisions(rows, board.voting.waiting, asked))),
            Section(asked.say(_WHO), (_table(rows, asked),)),
            Section(asked.say(_VOTE), (Prose(vote_words(asked, act)),)),
        ],
        draft=act is None,
    )


def _gains(rows: Iterable[Row], asked: Asked) -> Iterator[Prose]:
    found = [row for row in rows if row.action.reach == Reach.TERRITORY]
    for row in found:
        yield Prose(f"{row.action.called}. {name_of(row)}", "item")
    if not found:
        yield Prose(asked.say(_NO_GAIN))


def _decisions(rows: Iterable[Row], waiting: int, asked: Asked) -> Iterator[Prose]:
    vacant = [row for row in rows if row.action.is_vacant]
    if waiting:
        yield Prose(asked.say(_ADOPT).format(count=Count(waiting)), "item")
    for row in vacant:
        yield Prose(asked.say(_NAME).format(row.action.called), "item")
    if not waiting and not vacant:
        yield Prose(asked.say(_NOTHING))


def _table(rows: list[Row], asked: Asked) -> Table:
    year = asked.today.year + 1
    heads = (
        *(NUMBER, ACTION),
        Text("Niveau", "Level"),
        PILOT,
        Text("Pour le", "By"),
        Text("Ce qui dira que c’est fait", "What will say that it is done"),
        Text("Coût {year}", "Cost {year}"),
    )
    named = tuple(asked.say(head).format(year=year) for head in heads)
    title = asked.say(_WHO)
    return Table(title, named, tuple(_line(row, year, asked) for row in rows), sheet=title)


def _line(row: Row, year: int, asked: Asked) -> tuple[Cell, ...]:
    target = row.series.target if row.series is not None else None
    costed = row.funding.is_costed(year)
    value = row.funding.of(year).inside_expected.value
    cost = amount(value, Unit.THOUSANDS, quality=Quality.DECLARED) if costed else UNKNOWN
    return (
        Cell(row.action.called),
        Cell(name_of(row)),
        Cell(asked.say(LEVEL_WORDS[row.level])),
        UNKNOWN if row.action.is_vacant else Cell(row.action.pilot_function),
        day(row.action.due_on),
        UNKNOWN if row.main is None else aim_of(target, row.main, asked.language),
        cost,
    )


KIND = Kind(
    "council",
    TITLE,
    Text("les membres de l’assemblée", "members of the assembly"),
    build,
    formats=("pdf", "odt", "html"),
)
