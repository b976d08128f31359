"""The minutes of a committee, once its session is closed: who was there, what was decided.

They are of one session and not of a year: a committee's page hands them over, the list of documents
does not offer them.
"""

from __future__ import annotations

from collections.abc import Iterator

from portulan.core.errors import NotFoundError
from portulan.core.say import numbers
from portulan.core.say.country import settled
from portulan.core.say.language import speaking
from portulan.core.say.text import Language, Text, labelled
from portulan.publication.documents.asking import Asked
from portulan.publication.documents.cell import (
    EMPTY,
    Cell,
    Document,
    Prose,
    Section,
    Table,
    day,
    text,
)
from portulan.publication.documents.dashboard import PLAN
from portulan.steering.committees.sitting import sitting_of
from portulan.steering.committees.wording import FollowUp, Point, opening, quorum_words
from portulan.steering.models import Committee
from portulan.steering.words import CommitteeState

NAME = "minutes"
FORMATS = ("odt", "pdf", "html")
TITLE = Text("Relevé de décisions", "Minutes")
BODY = Text("Organe", "Body")
SESSION = Text("Séance du", "Session of")
NUMBER = Text("Relevé n°", "Minutes no.")
ACT = Text("Acte n°", "Act no.")
PAGE = Text("Page", "Page")
VOTES = Text("Voix", "Votes")
TRANSMITTED = Text("Transmis le", "Sent to the State on")
PUBLISHED = Text("Publié le", "Published on")
EXECUTORY = Text("Exécutoire le", "Executory on")
PRESENT = Text("Présents", "Present")
AWAY = Text("Excusés", "Excused")
PEN = Text("Secrétaire", "Secretary")
QUORUM = Text("Quorum", "Quorum")
NOT_NOTED = Text("non notés", "not noted")
SITTING = Text("Séance", "Session")
NOTHING = Text("Rien n’était à l’ordre du jour.", "Nothing was on the agenda.")
OBSERVATIONS = Text("Observations", "Remarks")
FOLLOW_UPS = Text("Suites à donner", "Follow-ups")
FOLLOW_UP_HEADS = (Text("Quoi", "What"), Text("Qui", "Who"), Text("Pour le", "By"))
CLOSED = Text("Arrêté le {day} par {name}.", "Closed on {day} by {name}.")
CLOSED_BEFORE = Text("Arrêté le {day}.", "Closed on {day}.")
OPEN = Text(
    "Ce relevé n’est pas arrêté\u00a0: il peut encore être retouché.",
    "These minutes are not closed: they may still be written again.",
)


def minutes_of(asked: Asked, committee: Committee) -> Document:
    """Return the minutes of a session, in sentences.

    Raises NotFoundError before the session is closed: nothing is decided until then.
    """
    if committee.state != CommitteeState.CLOSED:
        raise NotFoundError(committee.pk)
    place, lang = asked.organisation, asked.language
    with speaking(lang), settled(place.country, place.currency):
        sitting = sitting_of(committee, today=asked.today, lang=lang)
        sections = [Section(asked.say(SITTING), tuple(_here(asked, committee)))]
        sections += [
            Section(f"{rank}. {point.item.title}", tuple(_said(point)))
            for rank, point in enumerate(sitting.points, 1)
        ]
        if not sitting.points:
            sections.append(Section(asked.say(BODY), (Prose(asked.say(NOTHING)),)))
        if sitting.follow_ups:
            sections.append(_follow_ups(asked, sitting.follow_ups))
        last = [line for line in committee.observations.splitlines() if line.strip()]
        closed = asked.say(OPEN)
        if committee.minutes_on is not None:
            on = numbers.long_date(committee.minutes_on, lang)
            said_closed = CLOSED if committee.minutes_by else CLOSED_BEFORE
            closed = asked.say(said_closed).format(day=on, name=committee.minutes_by)
        said = tuple(Prose(line) for line in [*last, closed])
        sections.append(Section(asked.say(OBSERVATIONS), said))
        return asked.document(
            NAME, title=TITLE, cover=tuple(_cover(committee, lang)), sections=sections
        ).whole()


def _cover(committee: Committee, lang: Language) -> Iterator[tuple[Text, Cell]]:
    yield PLAN, text(committee.plan.title)
    days = (
        (TRANSMITTED, committee.transmitted_on),
        (PUBLISHED, committee.published_on),
        (EXECUTORY, committee.executory_on),
    )
    facts = [
        (BODY, committee.body.name),
        (SESSION, numbers.long_date(committee.held_on, lang)),
        (NUMBER, committee.called),
        (ACT, committee.act_number),
        (PAGE, committee.act_page),
        (VOTES, committee.votes),
        *((name, numbers.long_date(on, lang) if on else "") for name, on in days),
    ]
    yield from ((name, text(value)) for name, value in facts if value)


def _here(asked: Asked, committee: Committee) -> Iterator[Prose]:
    yield Prose(opening(committee, asked.language))
    away = [one for one in committee.body.members if one not in committee.present]
    for name, said in (
        (PRESENT, ", ".join(committee.present) or asked.say(NOT_NOTED)),
        (AWAY, ", ".join(away) if committee.present else ""),
        (PEN, committee.secretary),
        (QUORUM, quorum_words(committee)),
    ):
        if said:
            yield Prose(labelled(asked.say(name), said, asked.language))


def _said(point: Point) -> Iterator[Prose]:
    if point.item.why:
        yield Prose(point.item.why, "small")
    yield Prose(point.sentence)
    if point.vote:
        yield Prose(point.vote)


def _follow_ups(asked: Asked, found: tuple[FollowUp, ...]) -> Section:
    heads = tuple(asked.say(head) for head in FOLLOW_UP_HEADS)
    rows = tuple(
        (Cell(one.what), Cell(one.who), EMPTY if one.by is None else day(one.by)) for one in found
    )
    title = asked.say(FOLLOW_UPS)
    return Section(title, (Table(title, heads, rows, sheet=title),))
