"""What an edition of the public page holds: the format `portulan-public/1`, declared once (pure).

It is frozen when it is published and never read from the plan again. Numbers are exact texts,
words that judge are codes, sentences are in both languages: the page is said from it in either. It
has functions and no name, accounts and no supplier, no amount that was only planned.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portulan.core.contracts import Contract, Format, from_json, to_json
from portulan.core.say.text import Text
from portulan.plans.fields import ACTION
from portulan.plans.files.document import with_declared
from portulan.publication.documents.judging import Standing
from portulan.publication.words import Licence, Part
from portulan.steering.sealed.document import Exact, canonical

NAME = "portulan-public/1"


@dataclass(frozen=True, slots=True)
class HouseLine(Contract):
    """Whose page it is; `said` is its name with the article that French gives it."""

    name: str
    said: str
    number: str = ""
    country: str = "FRA"
    currency: str = "EUR"
    fictional: bool = False


@dataclass(frozen=True, slots=True)
class PlanLine(Contract):
    title: str
    first_year: int
    last_year: int
    adopted_on: date | None = None
    adopted_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareLine(Contract):
    """The share of a year that finance published: percent and euros, its ambition if one stood.

    `figure` is the seal of what it is made of, at an address of its own.
    """

    year: int
    stage: str
    numerator: Exact
    denominator: Exact
    value: Exact
    lower: Exact | None = None
    upper: Exact | None = None
    coverage: Exact | None = None
    ambition: Exact | None = None
    basis: str
    perimeter: int
    published_on: date
    figure: str
    joined: bool = False


@dataclass(frozen=True, slots=True)
class AmbitionLine(Contract):
    year: int
    percent: Exact


@dataclass(frozen=True, slots=True)
class AccountLine(Contract):
    """What an account dedicates, and its part in the IT budget where all its lines are known.

    Accounts of one line alone are together, with no code: an amount would be a supplier’s.
    """

    year: int
    account: str
    label_fr: str
    label_en: str
    dedicated: Exact
    whole: Exact | None = None

    @property
    def label(self) -> Text:
        return Text(self.label_fr, self.label_en)


@dataclass(frozen=True, slots=True)
class ThemeLine(Contract):
    """What the actions of a theme receive of a year; no title for what no action receives."""

    year: int
    title: str
    dedicated: Exact


@dataclass(frozen=True, slots=True)
class ReadingLine(Contract):
    """The main indicator of an action: its last value and its aim, as numbers or words."""

    name: str
    unit: str
    kind: str
    value: Exact | None = None
    text: str = ""
    read_on: date | None = None
    target: Exact | None = None
    target_text: str = ""
    target_on: date | None = None


# Fields of actions that are said to be public: an edition has those of its day.
PUBLIC = tuple(one for one in ACTION if one.public)


@dataclass(frozen=True, slots=True)
@with_declared(PUBLIC, {}, before="indicator")
class ActionLine(Contract):
    """An action as it stands; `reason` is that of its last decision, or what stops it."""

    number: int
    called: str
    title: str
    level: int
    progress: str
    standing: Standing
    axis: str = ""
    pilot: str = ""
    starts_on: date | None = None
    due_on: date | None = None
    voted_level: int | None = None
    decided_on: date | None = None
    decided_by: str = ""
    reason: str = ""
    indicator: ReadingLine | None = None


@dataclass(frozen=True, slots=True)
class EffectLine(Contract):
    """What an action spares in a year, in kgCO2e: 5th percentile, median, 95th.

    `avoided` is spared by others, and never added to what the organisation reduces. `moment` says
    whether it is expected or measured (`impact.words.Moment`).
    """

    number: int
    called: str
    title: str
    avoided: bool
    moment: str
    low: Exact
    median: Exact
    high: Exact
    made_on: date


@dataclass(frozen=True, slots=True)
class SpanLine(Contract):
    """What reductions come to together, once what two actions would count twice is taken out."""

    low: Exact
    median: Exact
    high: Exact


@dataclass(frozen=True, slots=True)
class SentenceLine(Contract):
    """A fact that calls for attention, in both languages."""

    action: int
    state: str
    fr: str
    en: str

    @property
    def words(self) -> Text:
        return Text(self.fr, self.en)


@dataclass(frozen=True, slots=True)
class DroppedLine(Contract):
    """A good practice that was not taken up, and why."""

    code: str
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class ChangeLine(Contract):
    """A figure that says otherwise than in the edition before."""

    year: int
    stage: str
    before: Exact | None = None
    after: Exact | None = None


@dataclass(frozen=True, slots=True)
class Edition(Contract):
    """What is public, on a day. What an organisation does not show is not here at all."""

    organisation: HouseLine
    number: int
    published_on: date
    parts: tuple[Part, ...]
    licence: Licence
    plan: PlanLine
    contact: str = ""
    note: str = ""
    answer_days: int = 10
    shares: tuple[ShareLine, ...] = ()
    ambitions: tuple[AmbitionLine, ...] = ()
    accounts: tuple[AccountLine, ...] = ()
    themes: tuple[ThemeLine, ...] = ()
    actions: tuple[ActionLine, ...] = ()
    trouble: tuple[SentenceLine, ...] = ()
    dropped: tuple[DroppedLine, ...] = ()
    changes: tuple[ChangeLine, ...] = ()
    effects: tuple[EffectLine, ...] = ()
    together: SpanLine | None = None
    unestimated: int = 0

    @property
    def latest(self) -> ShareLine | None:
        """The share that the page says first: that of the latest year."""
        return self.shares[-1] if self.shares else None

    def shows(self, part: Part) -> bool:
        return part in self.parts

    def of(self, *standings: Standing) -> tuple[ActionLine, ...]:
        return tuple(one for one in self.actions if one.standing in standings)


EDITION = Format(NAME, Edition)


def kept(edition: Edition) -> str:
    """Return an edition as it is kept: canonical JSON (RFC 8785), the same bytes for ever.

    Raises ValueError for what could not be read again.
    """
    said = to_json(edition)
    from_json(Edition, said)
    return canonical(said).decode()


def digest(kept_text: str) -> str:
    return hashlib.sha256(kept_text.encode()).hexdigest()


def read_back(kept_text: str) -> Edition:
    return from_json(Edition, json.loads(kept_text))


def number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
