"""The strict reader of `portulan-impact/1`: nothing is guessed, and every fault names its field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Annotated, Any, NotRequired, TypedDict

from pydantic import AfterValidator, Strict, with_config

from portulan.core import documents
from portulan.core.contracts import UNKNOWN_KEY, ByShape, Fault, Shape, beneath, load, refuse
from portulan.core.folding import shown
from portulan.core.say.text import Problem, ProblemKind, Problems, UnusableInputError
from portulan.impact.engine.archetype import Archetype, Asked, View
from portulan.impact.engine.archetypes import ARCHETYPES
from portulan.impact.engine.draws import Triangle
from portulan.impact.engine.factors import OF_COUNTRY, OF_DEVICE, OF_SERVICE, Registry, shipped
from portulan.impact.engine.request import FORMAT, Bounds, Estimate, Request, Seen
from portulan.impact.readers import findings

LARGEST_FILE = 16 * 2**20
_QUOTED = 500

LIFE = Bounds(is_positive=True, maximum=50)
# Far above what any organisation has: past them it is a slip of the keyboard or of a unit. France
# has some 100 million computers and screens, and uses 450 TWh a year.
BOUNDS: Mapping[Asked, Bounds] = {
    Asked.COUNT: Bounds(is_whole=True, maximum=10e6),
    Asked.CAPACITY: Bounds(is_whole=True, is_positive=True, maximum=10e6),
    Asked.TALLY: Bounds(is_whole=True, maximum=100e9),
    Asked.AMOUNT: Bounds(maximum=100e9),
    Asked.EACH: Bounds(maximum=1e6),
    Asked.LIFE: LIFE,
    Asked.SHARE: Bounds(maximum=1),
    Asked.CHANGE: Bounds(minimum=-1, maximum=10),
    Asked.PUE: Bounds(minimum=1, maximum=5),
    Asked.HOURS: Bounds(maximum=24),
    Asked.DAYS: Bounds(maximum=366),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """A request, or None and what is wrong: a request with a fault is not computed by halves."""

    request: Request | None
    problems: tuple[Problem, ...]


def read_request(file: Path, registry: Registry | None = None) -> Reading:
    """Read a request from a file."""
    try:
        if file.stat().st_size > LARGEST_FILE:
            return Reading(None, (documents.TOO_BIG.at(file=str(file), limit=LARGEST_FILE),))
        content = file.read_bytes()
    except (OSError, ValueError):
        return Reading(None, (documents.UNREADABLE.at(file=str(file)),))
    return parse(content, registry, file=str(file))


def parse(
    content: bytes,
    registry: Registry | None = None,
    file: str | None = None,
    *,
    kept: bool = False,
) -> Reading:
    """Read a request from JSON in UTF-8; one that was `kept` is not held to today's bounds."""
    try:
        document, twice, _ = load(content)
    except UnusableInputError as error:
        return Reading(None, (replace(error.problem, file=file),))
    faults = [Fault((name,), findings.DUPLICATE_FIELD.code) for name in twice]
    request = None
    if isinstance(document, dict):
        if document.get("format") != FORMAT.name:
            expected = {"expected": FORMAT.name}
            faults.append(Fault(("format",), findings.UNKNOWN_FORMAT.code, values=expected))
        request, wrong = FORMAT.checked(FORMAT.body(document), kept=kept)
        request, found = _Between(request, registry or shipped(), wrong, kept=kept).read()
        faults += wrong + found
    else:
        faults.append(Fault(("{}",), findings.NOT_AN_OBJECT.code))
    problems = Problems()
    problems.extend(_said(fault) for fault in faults)
    told = tuple(replace(one, file=file) for one in problems.told())
    return Reading(None if told else request, told)


# --- shapes that depend on a name -----------------------------------------------------------


@cache
def _number(name: str, bounds: Bounds) -> Any:
    """Return the type of a number, or of a range of such numbers, whose name is in the schema."""
    one = Annotated[float, bounds]
    ends = _object(name, {"min": one, "mode": one, "max": one})
    return Annotated[Annotated[ends, AfterValidator(_triangle)] | one, ByShape()]


def _object(name: str, fields: dict[str, Any]) -> Any:
    """Return the type of an object that has these fields and no other."""
    declared: Any = TypedDict(name, fields)  # type: ignore[misc]
    return with_config(extra="forbid")(declared)


def _triangle(ends: Mapping[str, float]) -> Triangle:
    if not ends["min"] <= ends["mode"] <= ends["max"]:
        refuse("disordered-range")
    return Triangle(ends["min"], ends["mode"], ends["max"])


@cache
def inputs_of(archetype: str) -> Shape[dict[str, Any]]:
    """Return the shape of the inputs of an archetype, by its name."""
    fields: dict[str, Any] = {}
    required_first = sorted(ARCHETYPES[archetype].inputs, key=lambda one: not one.is_required)
    for wanted in required_first:
        match wanted.asked:
            case Asked.DEVICE | Asked.COUNTRY:
                kind: Any = Seen
            case Asked.FLAG:
                kind = Annotated[bool, Strict()]
            case asked:
                kind = _number(asked.value, BOUNDS[asked])
        fields[wanted.name] = kind if wanted.is_required else NotRequired[kind]
    return Shape(_object("inputs", fields))


# What is in a unit of its own, and what is in years.
FACTOR: Shape[Any] = Shape(_number("factor", Bounds()))
LIFE_FACTOR: Shape[Any] = Shape(_number("life", LIFE))


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a request: the inputs of each archetype, and factors by name."""
    whole = deepcopy(FORMAT.schema)
    estimate = whole["$defs"]["Estimate"]
    estimate["properties"]["archetype"] = {"enum": list(ARCHETYPES)}
    estimate["allOf"] = [_if(archetype) for archetype in ARCHETYPES.values()]
    whole["properties"]["factors"] = {
        "type": "object",
        "patternProperties": {r"\.life$": {"$id": "life"} | LIFE_FACTOR.schema},
        "additionalProperties": {"$id": "factor"} | FACTOR.schema,
    }
    return whole


def _if(archetype: Archetype) -> dict[str, Any]:
    """Return what an estimate of an archetype has, with definitions of its own."""
    inputs: dict[str, Any] = {"$id": archetype.name} | inputs_of(archetype.name).schema
    if archetype.one_of:
        inputs["oneOf"] = [{"required": [name]} for name in archetype.one_of]
    then: dict[str, Any] = {"properties": {"inputs": inputs}}
    if archetype.one_of or any(one.is_required for one in archetype.inputs):
        then["required"] = ["inputs"]
    return {"if": {"properties": {"archetype": {"const": archetype.name}}}, "then": then}


# --- what is wrong, in words ----------------------------------------------------------------

_KINDS = {kind.code: kind for kind in vars(findings).values() if isinstance(kind, ProblemKind)} | {
    "missing": findings.MISSING,
    UNKNOWN_KEY: findings.UNKNOWN_FIELD,
    "dataclass_type": findings.NOT_AN_OBJECT,
    "dict_type": findings.NOT_AN_OBJECT,
    "string_type": findings.NOT_WORDS,
    "string_unicode": findings.UNSEEN,
    "bool_type": findings.NOT_A_FLAG,
    "enum": findings.UNKNOWN_VIEW,
}


def _said(fault: Fault) -> Problem:
    """Return the sentence of a fault; what the request says is quoted short and inert."""
    values = dict(fault.values) | {"field": fault.path}
    if fault.code == "enum":
        values |= {"value": str(fault.found), "known": ", ".join(View)}
    quoted = {
        name: shown(value, _QUOTED) if isinstance(value, str) else value
        for name, value in values.items()
    }
    return Problem(_KINDS[fault.code], values=quoted)


# --- what a shape cannot say ----------------------------------------------------------------


class _Between:
    """Names that must be known, and what depends on them, in a request whose shape was mended."""

    def __init__(
        self, request: Request, registry: Registry, wrong: Sequence[Fault], *, kept: bool
    ) -> None:
        self._request, self._registry, self._kept = request, registry, kept
        self._wrong = {fault.loc for fault in wrong}
        self._devices, self._countries = registry.devices, registry.countries
        self._used: set[str] = set()
        self._faults: list[Fault] = []

    def read(self) -> tuple[Request, list[Fault]]:
        """Return the request with its factors and inputs read, and what is wrong with them."""
        request = self._request
        factors = self._factors()
        self._devices |= {name.partition(".")[0] for name in factors if _of_device(name)}
        self._countries |= {name.rpartition(".")[2] for name in factors if _of_mix(name)}
        self._country(request.country, "country")
        estimates = [self._estimate(at, one) for at, one in enumerate(request.estimates)]
        self._names([one.id for one in request.estimates])
        for name in factors:  # of a device that is neither ours nor in the request: a slip
            if _of_device(name) and name.partition(".")[0] not in self._known_devices():
                self._note(findings.UNKNOWN_FACTOR, "factors", name)
        return replace(request, factors=factors, estimates=tuple(estimates)), self._faults

    def _note(self, kind: ProblemKind, *loc: str | int, **values: str) -> None:
        """Keep a fault, where nothing is wrong already."""
        if not beneath(loc, self._wrong):
            self._faults.append(Fault(loc, kind.code, values=values))

    def _known_devices(self) -> frozenset[str]:
        return self._registry.devices | self._used

    def _factors(self) -> dict[str, float | Triangle]:
        factors: dict[str, float | Triangle] = {}
        for name, value in self._request.factors.items():
            if not _is_factor(name):
                self._note(findings.UNKNOWN_FACTOR, "factors", name)
                continue
            shape = LIFE_FACTOR if name.endswith(".life") else FACTOR
            read, faults = shape.tried(value, kept=self._kept, at=("factors", name))
            self._faults += faults
            if read is not None:
                factors[name] = read
        return factors

    def _country(self, country: str, *loc: str | int) -> None:
        if country not in self._countries:
            self._note(findings.UNKNOWN_COUNTRY, *loc, value=country)

    def _device(self, device: str, *loc: str | int) -> None:
        self._used.add(device)
        if device not in self._devices:
            known = ", ".join(sorted(self._devices))
            self._note(findings.UNKNOWN_DEVICE, *loc, value=device, known=known)

    def _names(self, names: Sequence[str]) -> None:
        for at, name in enumerate(names):
            if names.index(name) < at:
                self._note(findings.DUPLICATE_ID, "estimates", at, "id", value=name)

    def _estimate(self, at: int, estimate: Estimate) -> Estimate:
        archetype = ARCHETYPES.get(estimate.archetype)
        if archetype is None:
            loc = ("estimates", at, "archetype")
            known = ", ".join(ARCHETYPES)
            self._note(findings.UNKNOWN_ARCHETYPE, *loc, value=estimate.archetype, known=known)
            return estimate
        loc = ("estimates", at, "inputs")
        if beneath(loc, self._wrong):
            return estimate
        written = dict(estimate.inputs)
        if archetype.one_of and sum(name in written for name in archetype.one_of) != 1:
            self._note(findings.EXACTLY_ONE, *loc, names=", ".join(archetype.one_of))
        inputs, faults = inputs_of(archetype.name).checked(written, kept=self._kept, at=loc)
        self._faults += faults
        self._wrong |= {fault.loc for fault in faults}
        for one in archetype.inputs:
            if one.name in inputs and not beneath((*loc, one.name), self._wrong):
                if one.asked is Asked.DEVICE:
                    self._device(inputs[one.name], *loc, one.name)
                elif one.asked is Asked.COUNTRY:
                    self._country(inputs[one.name], *loc, one.name)
        ordered = {one.name: inputs[one.name] for one in archetype.inputs if one.name in inputs}
        return replace(estimate, inputs=ordered)


def _is_factor(name: str) -> bool:
    head, _, tail = name.rpartition(".")
    is_country = len(tail) == 3 and tail.isascii() and tail.isalpha() and tail.isupper()
    return name in OF_SERVICE or (head in OF_COUNTRY and is_country) or _of_device(name)


def _of_device(name: str) -> bool:
    device, _, rest = name.partition(".")
    return bool(device) and rest in OF_DEVICE


def _of_mix(name: str) -> bool:
    return name.startswith("electricity.gwp.")
