"""The minutes of a committee, once they are closed: who was there by function, what was decided.

They are of one session and not of a year: a committee's page hands them over, the list of documents
does not offer them.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import translation

from portulan.core.errors import NotFoundError
from portulan.core.say import numbers
from portulan.core.say.country import settled
from portulan.core.say.text import Text, labelled
from portulan.publication.documents.asking import Asked
from portulan.publication.documents.cell import Cell, Document, Prose, Section, Table, text
from portulan.publication.documents.dashboard import PLAN
from portulan.steering.committees.decided import decision_words
from portulan.steering.committees.reads import items_of
from portulan.steering.models import AgendaItem, Committee
from portulan.steering.words import CommitteeState

NAME = "minutes"
FORMATS = ("odt", "pdf", "html")
TITLE = Text("Relevé de décisions", "Minutes")
BODY = Text("Organe", "Body")
SESSION = Text("Séance du", "Session of")
PLACE = Text("Lieu", "Place")
ACT = Text("Acte n°", "Act no.")
PAGE = Text("Page", "Page")
VOTES = Text("Voix", "Votes")
PRESENT = Text("Présents", "Present")
NOT_NOTED = Text("non notés", "not noted")
HEADS = (
    Text("Sujet", "Subject"),
    Text("Décision", "Decision"),
    Text("Motif", "Reason"),
    Text("Suite", "Outcome"),
)
DECISIONS = Text("Décisions", "Decisions")
NOTHING = Text("Rien n’était à l’ordre du jour.", "Nothing was on the agenda.")
UNANSWERED = Text("sans réponse", "unanswered")
OBSERVATIONS = Text("Observations", "Remarks")


def minutes_of(asked: Asked, committee: Committee) -> Document:
    """Return the minutes of a committee (two queries).

    Raises NotFoundError before they are closed: nothing is decided until then.
    """
    if committee.state != CommitteeState.CLOSED:
        raise NotFoundError(committee.pk)
    place, lang = asked.organisation, asked.language
    with translation.override(lang), settled(place.country, place.currency):
        day = numbers.long_date(committee.held_on, lang)
        facts = (
            (BODY, committee.body.name),
            (SESSION, day),
            (PLACE, committee.place),
            (ACT, committee.act_number),
            (PAGE, committee.act_page),
            (VOTES, committee.votes),
        )
        sections = [Section(asked.say(DECISIONS), tuple(_decided(asked, committee)))]
        if committee.observations:
            said = tuple(Prose(line) for line in committee.observations.splitlines() if line)
            sections.append(Section(asked.say(OBSERVATIONS), said))
        return asked.document(
            NAME,
            title=TITLE,
            cover=(
                (PLAN, text(committee.plan.title)),
                *((name, text(value)) for name, value in facts if value),
            ),
            sections=sections,
        ).whole()


def _decided(asked: Asked, committee: Committee) -> Iterator[Prose | Table]:
    here = ", ".join(committee.present) or asked.say(NOT_NOTED)
    yield Prose(labelled(asked.say(PRESENT), here, asked.language))
    rows = tuple(_row(asked, item) for item in items_of(committee) if item.kept)
    if not rows:
        yield Prose(asked.say(NOTHING))
        return
    heads = tuple(asked.say(head) for head in HEADS)
    yield Table(asked.say(DECISIONS), heads, rows, sheet=asked.say(DECISIONS))


def _row(asked: Asked, item: AgendaItem) -> tuple[Cell, ...]:
    decision = getattr(item, "decision", None)
    if decision is None:
        return Cell(item.title), Cell(asked.say(UNANSWERED)), Cell(), Cell()
    return (
        Cell(item.title),
        Cell(decision_words(decision, asked.language)),
        Cell(decision.reason),
        Cell(str(decision.get_status_display())),
    )
