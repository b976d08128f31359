"""What a person says in a document: its texts, those of a past year that come back, its blanks.

A document is data plus an author. Each place for a text is a `Slot`, which the preview offers and
every format prints by the same read: the text of the year, else the last one of a past year, marked
until somebody confirms it, else a blank where the document needs it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from portulan.core.say.text import Language, Text, labelled
from portulan.plans.models import Action
from portulan.publication.documents.cell import EMPTY, Cell, Prose, Quality
from portulan.publication.models import AuthoredText

# Letters of each: a foreword is a page, a reason is a cell.
PAGE, LINE = 4_000, 300
FOREWORD, PRESENTED = (
    Text("Avant-propos", "Foreword"),
    Text("Présenté par, et quand", "Presented by, and when"),
)
SENTENCE, REASON = Text("Phrase de la partie", "Sentence of this part"), Text("motif", "reason")
FINALITIES = Text("finalités", "finalities")
TO_WRITE = Text("[à compléter\u00a0: {}]", "[to be completed: {}]")
CARRIED = Text("[repris de {}, à confirmer]", "[carried from {}, to be confirmed]")
# The five finalities of sustainable development (code de l’environnement, L. 110-1 III).
FIVE: Mapping[str, Text] = {
    "climate": Text("climat", "climate"),
    "nature": Text("biodiversité et ressources", "biodiversity and resources"),
    "cohesion": Text("cohésion et solidarité", "cohesion and solidarity"),
    "fulfilment": Text("épanouissement de tous", "fulfilment of all"),
    "circular": Text("économie circulaire", "circular economy"),
    # Judged too, and told apart from what nobody judged.
    "none": Text("aucune des cinq", "none of the five"),
}


class Place(NamedTuple):
    """Where a text stands in the documents of a year; `kind` "" is for every kind of them."""

    kind: str
    part: str
    action: int | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A text that stands for a year; `since` is the past year that it comes from, if it does."""

    text: str
    since: int | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for a text in a document, and what stands there.

    `label` says what it is; `needed` that the document has a blank without it. `most` are its
    letters; `choices` what is ticked there instead.
    """

    place: Place
    label: str
    language: Language
    written: Written | None
    needed: bool = False
    most: int = LINE
    choices: Mapping[str, Text] | None = None
    action: Action | None = None

    @property
    def name(self) -> str:
        """Its name in a form and on the API: the part, and the identifier of the action."""
        return f"{self.place.part}.{self.action.pk}" if self.action else self.place.part

    @property
    def is_blank(self) -> bool:
        return self.needed and self.written is None

    @property
    def called(self) -> str:
        """What a list calls it: what it is, and of which action."""
        if self.action is None:
            return self.label
        name = self.action.short_title or self.action.title
        return labelled(f"{self.action.called}. {name}", self.label, self.language)

    @property
    def said(self) -> str:
        """The text as it is printed: with the mark of a past year, or the mark of a blank."""
        if self.written is None:
            return TO_WRITE.say(self.language).format(self.label.lower()) if self.needed else ""
        text = self.written.text
        if self.choices is not None:
            ticked = text.split(",")
            known = [words for code, words in self.choices.items() if code in ticked]
            text = ", ".join(words.say(self.language) for words in known)
        if self.written.since is None:
            return text
        return f"{text} {CARRIED.say(self.language).format(self.written.since)}"

    @property
    def cell(self) -> Cell:
        if self.written is None:
            return Cell(self.said, quality=Quality.TO_WRITE) if self.needed else EMPTY
        carried = self.written.since is not None
        return Cell(self.said, quality=Quality.CARRIED if carried else Quality.DECLARED)

    @property
    def prose(self) -> tuple[Prose, ...]:
        """The text as paragraphs, one a line; the last one has the mark, and is counted."""
        if self.written is None:
            return (Prose(self.said, "blank"),) if self.needed else ()
        lines = [Prose(line, "author") for line in self.said.split("\n") if line.strip()]
        if self.written.since is not None:
            lines[-1] = replace(lines[-1], style="carried")
        return tuple(lines)


def texts_of(organisation_id: int, year: int) -> Mapping[Place, Written]:
    """Return what stands in the documents of a year (one query).

    A text of the year stands as it is, and an empty one stops what would come back.
    """
    found = AuthoredText.objects.filter(organisation=organisation_id, year__lte=year)
    columns = ("kind", "part", "action_id", "year", "text")
    stands: dict[Place, Written] = {}
    for kind, part, action, of_year, text in found.order_by("year").values_list(*columns):
        since = None if of_year == year else of_year
        stands[Place(kind, part, action)] = Written(text, since)
    return {place: one for place, one in stands.items() if one.text}
