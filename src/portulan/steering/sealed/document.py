"""A sealed plan as a document: the format `portulan-sealed/1`, declared once (pure).

`content` is what was voted, as the files of a plan say it, with the figures and the digests that it
rests on; `seal` is the SHA-256 of its canonical form (RFC 8785). Amounts and other numbers with
decimals are strings: no reader may round them. `chain` ties it to the seals of the organisation
before it. `marks` only locate: a short digest of each member, so that one byte broken is told by
its name.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import rfc8785
from annotated_types import Ge, MaxLen
from pydantic import StringConstraints

from portulan.core.contracts import Contract, Format, to_json
from portulan.plans.files.document import ActionText, IndicatorText, PlanText, Step
from portulan.steering.words import Occasion, Promise

NAME = "portulan-sealed/1"
MARK = 8  # hexadecimal digits: a mark locates, the seal proves
_DEPTH = 3  # content.actions[11].title has a mark of its own, what is below is marked with it

Digest = Annotated[str, MaxLen(64)]
Exact = Annotated[str, StringConstraints(pattern=r"^-?[0-9]{1,30}(\.[0-9]{1,30})?$")]


@dataclass(frozen=True, slots=True)
class ChainText(Contract):
    """The place of a seal in those of its organisation: the one before, and the first of all."""

    number: Annotated[int, Ge(1)]
    previous: Digest | None = None
    first: Digest | None = None


@dataclass(frozen=True, slots=True)
class HouseText(Contract):
    """Whose plan it is."""

    name: str
    siren: str = ""
    body_number: str = ""


@dataclass(frozen=True, slots=True)
class ActText(Contract):
    """The act that the plan was voted by; what is not known of it is empty."""

    body: str = ""
    decided_on: date | None = None
    number: str = ""
    page: str = ""
    votes: str = ""


@dataclass(frozen=True, slots=True)
class FigureText(Contract):
    """A published share of the IT budget: percentages and euros, as published."""

    year: int
    stage: str
    value: Exact | None
    lower: Exact | None
    upper: Exact | None
    numerator: Exact
    denominator: Exact
    coverage: Exact | None
    basis: str
    perimeter: int
    published_on: date
    inputs: Digest


@dataclass(frozen=True, slots=True)
class AmbitionText(Contract):
    year: int
    percent: Exact


@dataclass(frozen=True, slots=True)
class EnvelopeText(Contract):
    year: int
    section: str
    amount: Exact
    decided_on: date
    reference: str = ""


@dataclass(frozen=True, slots=True)
class AllotmentText(Contract):
    action: int
    year: int
    amount: Exact
    decided_on: date
    reference: str = ""


@dataclass(frozen=True, slots=True)
class ProofText(Contract):
    """A file that a figure rests on, by its digest: it is not in the document."""

    of: str
    sha256: Digest


@dataclass(frozen=True, slots=True)
class KeptText(Contract):
    """What was said of a commitment when the plan was closed."""

    action: int
    level: Step
    verdict: Promise
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Content(Contract):
    """What is sealed. Absent is unknown or empty, as in the files of a plan."""

    organisation: HouseText
    chain: ChainText
    sealed_on: date
    occasion: Occasion
    title: str
    plan: PlanText
    act: ActText | None = None
    indicators: dict[str, IndicatorText] = field(default_factory=dict)
    actions: tuple[ActionText, ...] = ()
    budget: tuple[FigureText, ...] = ()
    ambitions: tuple[AmbitionText, ...] = ()
    envelopes: tuple[EnvelopeText, ...] = ()
    allotments: tuple[AllotmentText, ...] = ()
    evidence: tuple[ProofText, ...] = ()
    commitments: tuple[KeptText, ...] = ()


# A mark stands for a member, or for those inside it.
type Marks = str | dict[str, Any] | list[Any]


@dataclass(frozen=True, slots=True)
class Sealed(Contract):
    """The whole file. `timestamp` is an RFC 3161 answer on the seal, in base64."""

    content: Content
    marks: dict[str, Any]
    seal: Digest
    timestamp: str | None = None


SEALED = Format(NAME, Sealed)


def exact(number: Decimal) -> str:
    """Return a number with all its digits, without needless zeros nor exponent."""
    return format(number.normalize(), "f")


def as_json(content: Content) -> dict[str, Any]:
    """Return what is sealed as JSON has it."""
    found: dict[str, Any] = to_json(content)
    return found


def canonical(value: Any) -> bytes:
    """Return the one way to write a JSON value (RFC 8785). Raises ValueError for what has none."""
    return rfc8785.dumps(value)


def seal_of(content: Any) -> str:
    """Return the SHA-256 of a content in its canonical form, in hexadecimal."""
    return hashlib.sha256(canonical(content)).hexdigest()


def digest_of(kept: str) -> str:
    """Return the seal of a content that is kept in its canonical form already, in hexadecimal."""
    return hashlib.sha256(kept.encode()).hexdigest()


def marks_of(value: Any, depth: int = _DEPTH) -> Marks:
    """Return a short digest of each member, three levels deep."""
    if depth and isinstance(value, dict):
        return {key: marks_of(one, depth - 1) for key, one in value.items()}
    if depth and isinstance(value, list):
        return [marks_of(one, depth - 1) for one in value]
    return seal_of(value)[:MARK]


def written(content: str, seal: str, timestamp: str | None = None) -> bytes:
    """Return the file of a content that is kept as canonical JSON."""
    said = json.loads(content)
    document = {"format": NAME, "content": said, "marks": marks_of(said), "seal": seal}
    return canonical(document | ({"timestamp": timestamp} if timestamp else {}))


def texts_in(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text of a JSON value, with its place as `actions[11].title`."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from texts_in(one, f"{path}.{key}".removeprefix("."))
    elif isinstance(value, list):
        for at, one in enumerate(value):
            yield from texts_in(one, f"{path}[{at}]")
