"""What a document is asked of: an organisation, a year, a language; and how it is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from portulan.accounts.actors import Actor
from portulan.accounts.models import Organisation
from portulan.accounts.words import LegalForm
from portulan.budget.indicator.facts import YearFacts, year_facts
from portulan.budget.models import FiscalYear
from portulan.catalogue.obligations import Bound
from portulan.core.say.country import country, settled
from portulan.core.say.language import speaking
from portulan.core.say.text import (
    Language,
    Problem,
    ProblemKind,
    Text,
    UnusableInputError,
    labelled,
)
from portulan.plans.models import Action, CommitmentDecision, Plan
from portulan.plans.plan import current_plan
from portulan.plans.words import Outcome
from portulan.publication.board import Dashboard, dashboard_of
from portulan.publication.documents.authored import (
    FOREWORD,
    LINE,
    PAGE,
    PRESENTED,
    SENTENCE,
    Place,
    Slot,
    Written,
    texts_of,
)
from portulan.publication.documents.cell import Block, Cell, Document, Prose, Section, Table, text

NO_PLAN = ProblemKind(
    "no-plan",
    "error",
    fr="{name} n’a pas encore de plan d’action\u00a0: ce document n’aurait rien à dire.",
    en="{name} has no action plan yet: this document would have nothing to say.",
)
OTHER_COUNTRY = ProblemKind(
    "other-country",
    "error",
    fr="«\u00a0{title:fr}\u00a0» vient du droit français, qui n’est pas celui de {name}.",
    en="“{title:en}” comes from French law, which is not that of {name}.",
)
# What people read, write in again, or open as tables.
FORMATS: tuple[str, ...] = ("pdf", "odt", "html", "xlsx", "ods")
AT_ANY_TIME = Text("à tout moment", "at any time")
BEFORE_DEBATE = Text("avant le débat budgétaire", "before the budget debate")
NOTHING = Text("Rien n’est connu ici à ce jour.", "Nothing is known here so far.")
NOTHING_HERE = Text("rien n’est connu à ce jour.", "nothing is known so far.")
FICTIONAL = Text(
    "Organisation inventée, données fictives.", "Invented organisation, made-up figures."
)
BY_CHOICE = Text(
    "La loi ne demande pas ce document à {}\u00a0: il est fait par choix.",
    "The law does not ask {} for this document: it is made by choice.",
)


@dataclass(frozen=True)
class Asked:
    """A document asked for; `options` are those of one kind alone (`service`, `criteria`…).

    `years` is what is known of the exercices, where a page has it.
    """

    actor: Actor
    organisation: Organisation
    year: int
    today: date
    language: Language
    options: Mapping[str, str] = field(default_factory=dict)
    years: YearFacts | None = None

    def say(self, words: Text) -> str:
        return words.say(self.language)

    @cached_property
    def found_plan(self) -> Plan | None:
        """The plan whose years contain the year asked for, else the latest."""
        return current_plan(actor=self.actor, today=self.today.replace(year=self.year, day=1))

    @property
    def plan(self) -> Plan:
        """The same. Raises UnusableInputError when there is none."""
        if self.found_plan is None:
            raise UnusableInputError(NO_PLAN.at(name=self.organisation.name))
        return self.found_plan

    @cached_property
    def known(self) -> YearFacts:
        """What is known of the exercices, once for all that the document says."""
        return self.years or year_facts(self.organisation.pk)

    @cached_property
    def texts(self) -> Mapping[Place, Written]:
        """What people said in the documents of the year."""
        return texts_of(self.organisation.pk, self.year)

    @cached_property
    def stops(self) -> Mapping[int, str]:
        """The last reason that was given of an action paused or dropped, by action (one query)."""
        found = CommitmentDecision.objects.filter(action__plan=self.plan)
        said = found.exclude(outcome=Outcome.ADOPT).values_list("action_id", "reason")
        return {pk: reason for pk, reason in said if reason}

    def slot(
        self,
        kind: str,
        part: str,
        label: Text,
        *,
        action: Action | None = None,
        needed: bool = False,
        most: int = LINE,
        choices: Mapping[str, Text] | None = None,
    ) -> Slot:
        """Return a place for a text, with what stands there."""
        place = Place(kind, part, action.pk if action else None)
        written = self.texts.get(place)
        return Slot(place, self.say(label), self.language, written, needed, most, choices, action)

    def board(self, day: date | None = None) -> Dashboard:
        """Return the dashboard of the plan, today or on another day. Raises UnusableInputError."""
        return dashboard_of(self.plan, day or self.today, self.known)

    @property
    def fiscal_year(self) -> FiscalYear | None:
        return self.known.years.get(self.year)

    @property
    def is_under_way(self) -> bool:
        """Whether the year is not over: what is said of it is a draft."""
        end = self.fiscal_year.ends_on if self.fiscal_year else date(self.year, 12, 31)
        return self.today <= end

    def document(
        self,
        kind: str,
        *,
        title: Text,
        sections: Sequence[Part | Section],
        notices: tuple[str, ...] = (),
        cover: tuple[tuple[Text, Cell], ...] = (),
        draft: bool = False,
        presented: bool | None = None,
    ) -> Draft:
        """Return the draft of these sections, with what every cover says.

        A document that people write in says whether it needs who presents it (`presented`).
        """
        place = self.organisation
        fictional = (self.say(FICTIONAL),) if place.fictional else ()
        number = place.siren if place.country == "FRA" else place.body_number
        parts = [one if isinstance(one, Part) else Part.of(one) for one in sections]
        if presented is not None:
            who = self.slot(kind, "presented", PRESENTED, needed=presented)
            parts = self._with_author(kind, parts, who)
            cover = (*cover, *([(PRESENTED, who.cell)] if who.said else []))
        names = [(country().number.name.say(self.language), text(number))]
        cover_alone = Document(
            kind=kind,
            title=self.say(title),
            organisation=place.name,
            year=self.year,
            on=self.today,
            language=self.language,
            country=place.country,
            currency=place.currency,
            sections=(),
            notices=(*notices, *fictional),
            cover=(*names, *((self.say(name), cell) for name, cell in cover)),
            is_draft=draft,
        )
        return Draft(cover_alone, tuple(parts), self._without_heads_alone)

    def _with_author(self, kind: str, parts: list[Part], who: Slot) -> list[Part]:
        """Return the parts with the sentence of each before what it shows, after a foreword."""
        first = self.slot(kind, "foreword", FOREWORD, most=PAGE)
        said = [self._with_sentence(kind, one) for one in parts]
        if first.written is not None:
            said = [Part(self.say(FOREWORD), lambda: first.prose), *said]
        its = said[0]
        return [replace(its, slots=lambda: (first, who, *its.slots())), *said[1:]]

    def _with_sentence(self, kind: str, part: Part) -> Part:
        if not part.key:
            return part
        slot = self.slot(kind, f"sentence-{part.key}", SENTENCE, most=PAGE)
        return replace(
            part,
            blocks=lambda: (*slot.prose, *part.blocks()),
            slots=lambda: (slot, *part.slots()),
        )

    def _without_heads_alone(self, section: Section) -> Section:
        """Return a section that says in a sentence what a table would have no row for."""
        blocks = (
            Prose(self._nothing(block.caption, section.title))
            if isinstance(block, Table) and not block.rows
            else block
            for block in section.blocks
        )
        return replace(section, blocks=tuple(blocks))

    def _nothing(self, caption: str, title: str) -> str:
        if caption == title:
            return self.say(NOTHING)
        return labelled(caption, self.say(NOTHING_HERE), self.language)


@dataclass(frozen=True)
class Part:
    """A section to be: its title, and what builds its blocks once somebody reads it.

    One with a `key` may have a sentence of somebody; `slots` are the places for other texts.
    """

    title: str
    blocks: Callable[[], Iterable[Block]]
    key: str = ""
    slots: Callable[[], Iterable[Slot]] = tuple

    @classmethod
    def of(cls, section: Section) -> Part:
        return cls(section.title, lambda: section.blocks)


@dataclass(frozen=True)
class Draft:
    """A document whose sections are built one by one, each when it is read.

    `cover` is the document without its sections; what finishes a section is `mend`.
    """

    cover: Document
    parts: tuple[Part, ...]
    mend: Callable[[Section], Section] = lambda section: section
    _built: dict[int, Section] = field(default_factory=dict)

    @classmethod
    def of(cls, document: Document) -> Draft:
        """Return a document that is whole, as a draft."""
        return cls(replace(document, sections=()), tuple(map(Part.of, document.sections)))

    def section(self, place: int) -> Section:
        """Return the section at a place, from 0, built once. Raises UnusableInputError."""
        if place not in self._built:
            part, cover = self.parts[place], self.cover
            with speaking(cover.language), settled(cover.country, cover.currency):
                self._built[place] = self.mend(Section(part.title, tuple(part.blocks())))
        return self._built[place]

    def slots(self, place: int) -> dict[str, Slot]:
        """Return the places for texts of the section at a place, by name."""
        return {slot.name: slot for slot in self._slots(place)}

    @property
    def to_write(self) -> int:
        """How many blanks it has for texts that it needs: what its whole counts of them."""
        return sum(slot.is_blank for at in range(len(self.parts)) for slot in self._slots(at))

    def _slots(self, place: int) -> Iterable[Slot]:
        cover = self.cover
        with speaking(cover.language), settled(cover.country, cover.currency):
            return tuple(self.parts[place].slots())

    def whole(self) -> Document:
        """Build all the sections. Raises UnusableInputError."""
        return replace(self.cover, sections=tuple(map(self.section, range(len(self.parts)))))


@dataclass(frozen=True)
class Kind:
    """A document that can be asked for: its name on the command line, its title, for whom.

    `build` reads the facts and drafts the document, or raises UnusableInputError where it would not
    be honest. `bundles` are written by the command alone: they hold files that not everybody may
    read. `writers` are the renderers of its own. What is `french` comes from French law, and
    is made for no other country. `binds` says by form and population whether the law asks for it,
    `due` by when for a year; `when` is said where no day is. `options` are what may be asked of it
    besides, in an address too. `leaves_out` is what a file would lack that nobody could see in it.
    What `needs_texts` has blanks as long as a person did not write them.
    """

    name: str
    title: Text
    audience: Text
    build: Callable[[Asked], Draft]
    formats: tuple[str, ...] = FORMATS
    french: bool = False
    binds: Callable[[LegalForm, int | None], Bound] | None = None
    due: Callable[[int], date | None] | None = None
    leaves_out: Callable[[Asked], Problem | None] = lambda _asked: None
    when: Text = AT_ANY_TIME
    needs_accounts: bool = False
    needs_texts: bool = False
    options: tuple[str, ...] = ()
    writers: Mapping[str, Callable[[Document], bytes]] = field(default_factory=dict)
    bundles: Mapping[str, Callable[[Document], bytes]] = field(default_factory=dict)
