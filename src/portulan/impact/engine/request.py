"""An impact request, as `portulan-impact/1` declares it (docs/reference/impact.md).

What an estimate's inputs and a factor may be depends on their archetype and name: `readers.request`
has their shapes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Annotated, ClassVar

from annotated_types import Len
from pydantic import (
    AfterValidator,
    BeforeValidator,
    PlainValidator,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import core_schema

from portulan.core.contracts import Contract, Format, Kept, refuse
from portulan.core.folding import inert
from portulan.core.say.text import Text
from portulan.core.say.values import Number
from portulan.impact.engine.archetype import Given, View
from portulan.impact.engine.draws import Streams, Triangle
from portulan.impact.engine.factors import Registry, shipped
from portulan.impact.engine.figures import Figures

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue

DEFAULT_DRAWS = 5000
# Any would do; with this one the quantiles of the worked example stand within 1 % of their law.
DEFAULT_SEED = 1
LARGEST = 1e15  # past this a binary number no longer tells units apart
MOST_ESTIMATES, MOST_ASSETS = 10_000, 1000


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a number may be. What was once recorded is read for ever, whatever the maximum."""

    minimum: float = 0
    maximum: float = LARGEST
    is_whole: bool = False
    is_positive: bool = False

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.with_info_plain_validator_function(self._checked)

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        least = "exclusiveMinimum" if self.is_positive else "minimum"
        kind = "integer" if self.is_whole else "number"
        return {"type": kind, least: self.minimum, "maximum": self.maximum}

    def _checked(self, value: object, info: ValidationInfo[Kept | None]) -> float:
        # NaN is the one number that differs from itself.
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
            refuse("not-a-number")
        maximum = LARGEST if info.context and info.context["kept"] else self.maximum
        if value > maximum:
            refuse("too-large", value=_told(value), maximum=_told(maximum))
        if self.is_whole and not isinstance(value, int):
            written = repr(value)  # with its decimals, be they 0
            refuse("not-an-integer", value=Text(written.replace(".", ","), written))
        if self.is_positive and value <= 0:
            refuse("not-positive", value=_told(value))
        if value < self.minimum:
            refuse("too-small", value=_told(value), minimum=_told(self.minimum))
        return value


def _told(value: float) -> Number | Text:
    """Return a number for a sentence in either language; one past all bounds as infinite."""
    if abs(value) <= LARGEST:
        return Number(Decimal(repr(value)))
    return Text("∞", "∞") if value > 0 else Text("−∞", "−∞")


def _seen(text: str) -> str:
    if not text.strip():
        refuse("empty-field")
    return text if inert(text) == text else refuse("unseen-character")


def _counted(value: object, least: int, most: int) -> object:
    """Count the items of a list before any of them is looked at."""
    if not isinstance(value, list):
        refuse("not-a-list")
    if len(value) > most:
        refuse("too-many", limit=str(most))
    return value if len(value) >= least else refuse("empty-field")


def _object(value: object) -> object:
    return value if isinstance(value, dict) else refuse("dict_type")


# An object whose members have shapes of their own, by their names.
LATER = (PlainValidator(_object), WithJsonSchema({"type": "object"}))
_TEXT = {"type": "string", "pattern": r"\S"}
Seen = Annotated[str, AfterValidator(_seen), WithJsonSchema(_TEXT)]


def _words(least: int = 0) -> tuple[BeforeValidator, WithJsonSchema]:
    items = {"type": "array", "items": _TEXT, "maxItems": MOST_ASSETS}
    counted = BeforeValidator(partial(_counted, least=least, most=MOST_ASSETS))
    return counted, WithJsonSchema(items | ({"minItems": least} if least else {}))


@dataclass(frozen=True, slots=True)
class ReadFrom(Contract):
    """The source that some inputs were taken from: its name, the day it tells, the seal of it."""

    NULL_IS_ABSENCE: ClassVar[bool] = False

    source: Seen
    on: Seen
    digest: Seen
    inputs: Annotated[frozenset[Seen], *_words(1)]


@dataclass(frozen=True, slots=True)
class Estimate(Contract):
    """One action to estimate: its archetype's inputs, and the groups of assets it acts on.

    `read_from` says which inputs a source gave: no number depends on it.
    """

    NULL_IS_ABSENCE: ClassVar[bool] = False

    id: Seen
    archetype: Seen
    inputs: Annotated[Mapping[str, Given], *LATER] = field(default_factory=dict)
    assets: Annotated[frozenset[Seen], *_words()] = frozenset()
    read_from: ReadFrom | None = None


@dataclass(frozen=True, slots=True)
class Request(Contract):
    """Actions estimated together: same country, same draws, same figures."""

    NULL_IS_ABSENCE: ClassVar[bool] = False

    country: Seen
    estimates: Annotated[
        tuple[Estimate, ...],
        Len(1, MOST_ESTIMATES),
        BeforeValidator(partial(_counted, least=1, most=MOST_ESTIMATES)),
    ]
    seed: Annotated[int, Bounds(minimum=-(10**15), is_whole=True)] = DEFAULT_SEED
    draws: Annotated[int, Bounds(maximum=100_000, is_whole=True, is_positive=True)] = DEFAULT_DRAWS
    view: View = View.AMORTISED
    factors: Annotated[Mapping[str, float | Triangle], *LATER] = field(default_factory=dict)

    def figures(self, registry: Registry | None = None) -> Figures:
        """Return the figures of this request, drawn from its seed."""
        return Figures(registry or shipped(), Streams(self.seed, self.draws), self.factors)


FORMAT = Format("portulan-impact/1", Request)
