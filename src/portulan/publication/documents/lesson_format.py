"""What a trial or a study taught, as a file that others read: `portulan-lesson/1` (pure).

Functions and not people; amounts are not there. A practice is named by its catalogue, its edition
and its code, so that lessons of several bodies meet under one practice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from portulan.core.contracts import Contract, Format
from portulan.publication.public.edition import HouseLine

NAME = "portulan-lesson/1"


@dataclass(frozen=True, slots=True)
class PracticeLine(Contract):
    """A practice that the action follows; `key` is its catalogue, edition and code."""

    key: str
    title: str


@dataclass(frozen=True, slots=True)
class MeasureLine(Contract):
    """An indicator before and after; null is unknown, never 0."""

    name: str
    unit: str = ""
    first: str | None = None
    first_on: date | None = None
    last: str | None = None
    last_on: date | None = None
    target: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonText(Contract):
    """One deliverable of an action at study or trial: the question, how, with whom, the result."""

    organisation: HouseLine
    plan: str
    action: int
    title: str
    level: Literal["study", "experiment", "implementation"]
    pilot: str = ""
    practices: tuple[PracticeLine, ...] = ()
    question: str
    protocol: str = ""
    compared_with: str = ""
    starts_on: date | None = None
    delivered_on: date
    approach: str = ""
    consulted: str = ""
    result: str = ""
    reference: str = ""
    measures: tuple[MeasureLine, ...] = ()


FORMAT = Format(NAME, LessonText)
