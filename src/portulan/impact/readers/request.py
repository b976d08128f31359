"""The strict reader of `portulan-impact/1`: nothing is guessed, and every fault names its field.

Checking the fields of a JSON object, each problem naming the field by its path.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from portulan.core import documents
from portulan.core.folding import inert, shown
from portulan.core.say.text import Problem, ProblemKind, Problems
from portulan.core.say.values import Number, Word
from portulan.impact.engine.archetype import Archetype, Asked, Given, Input, View
from portulan.impact.engine.archetypes import ARCHETYPES
from portulan.impact.engine.draws import Triangle
from portulan.impact.engine.factors import OF_COUNTRY, OF_DEVICE, OF_SERVICE, Registry, shipped
from portulan.impact.engine.request import DEFAULT_DRAWS, DEFAULT_SEED, Estimate, Request
from portulan.impact.readers import findings

FORMAT = "portulan-impact/1"
MOST_DIGITS = 400
LARGEST_FILE = 16 * 2**20
MOST_ESTIMATES = 10_000
LARGEST = 1e15  # past this a binary number no longer tells units apart


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a number may be."""

    minimum: float = 0
    maximum: float = LARGEST
    is_whole: bool = False
    is_positive: bool = False


SEED = Bounds(minimum=-(10**15), is_whole=True)
DRAWS = Bounds(maximum=100_000, is_whole=True, is_positive=True)


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


def parse(
    content: bytes,
    registry: Registry | None = None,
    file: str | None = None,
    bounds: Mapping[Asked, Bounds] = BOUNDS,
) -> Reading:
    """Read a request from JSON in UTF-8; its inputs stay within bounds."""
    fields = Fields()
    try:
        document = _Document(fields).loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return Reading(None, (documents.NOT_TEXT.at(file=file),))
    except json.JSONDecodeError as error:
        if not error.doc.strip():
            return Reading(None, (documents.EMPTY_FILE.at(file=file),))
        fault = documents.NOT_JSON.at(line=error.lineno, file=file, column=error.colno)
        return Reading(None, (fault,))
    except RecursionError:
        return Reading(None, (documents.TOO_DEEP.at(file=file),))
    request = _RequestReader(fields, registry or shipped(), bounds).read(document)
    problems = tuple(replace(one, file=file) for one in fields.problems.told())
    return Reading(None if problems else request, problems)


class _Document:
    """Parses JSON without losing a field written twice.

    NaN, Infinity and numbers of thousands of digits are left to the check of their field.
    """

    def __init__(self, fields: Fields) -> None:
        self._fields = fields

    def loads(self, text: str) -> object:
        return json.loads(text, object_pairs_hook=self._pairs, parse_int=_whole)

    def _pairs(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        for name, times in Counter(name for name, _ in pairs).items():
            if times > 1:
                self._fields.report(findings.DUPLICATE_FIELD, name)
        return dict(pairs)


def _whole(digits: str) -> int | float:
    """Return a whole number; Python reads none past some thousands of digits."""
    return int(digits) if len(digits) <= MOST_DIGITS else float(digits)


class _RequestReader:
    def __init__(self, fields: Fields, registry: Registry, bounds: Mapping[Asked, Bounds]) -> None:
        self._fields = fields
        self._bounds = bounds
        self._registry = registry
        self._devices = registry.devices
        self._countries = registry.countries
        self._used: set[str] = set()

    def read(self, document: object) -> Request | None:
        body = self._fields.mapping(document, "{}")
        if body is None:
            return None
        if body.get("format") != FORMAT:
            self._fields.report(findings.UNKNOWN_FORMAT, "format", expected=FORMAT)
        optional = ("seed", "draws", "view", "factors")
        self._fields.keys(body, "", ("country", "estimates"), ("format", *optional))
        factors = self._factors(body.get("factors", {}))
        self._devices |= {name.partition(".")[0] for name in factors if _of_device(name)}
        self._countries |= {
            name.removeprefix("electricity.gwp.")
            for name in factors
            if name.startswith("electricity.gwp.")
        }
        country = self._country(body["country"], "country") if "country" in body else None
        request = Request(
            country=country or "",
            estimates=self._estimates(body.get("estimates", [])),
            seed=self._whole(body.get("seed", DEFAULT_SEED), "seed", SEED),
            draws=self._whole(body.get("draws", DEFAULT_DRAWS), "draws", DRAWS),
            view=self._view(body.get("view", View.AMORTISED.value)),
            factors=factors,
        )
        self._no_stray_factor(factors)
        return request

    def _whole(self, value: object, field: str, bounds: Bounds) -> int:
        return int(self._fields.plain(value, field, bounds) or 0)

    def _view(self, value: object) -> View:
        if value not in tuple(View):
            known = ", ".join(View)
            self._fields.report(findings.UNKNOWN_VIEW, "view", value=str(value), known=known)
            return View.AMORTISED
        return View(str(value))

    def _country(self, value: object, field: str) -> str | None:
        country = self._fields.words(value, field)
        if country is not None and country not in self._countries:
            self._fields.report(findings.UNKNOWN_COUNTRY, field, value=country)
        return country

    def _device(self, value: object, field: str) -> str | None:
        device = self._fields.words(value, field)
        if device is None:
            return None
        if device not in self._devices:
            known = ", ".join(sorted(self._devices))
            self._fields.report(findings.UNKNOWN_DEVICE, field, value=device, known=known)
        self._used.add(device)
        return device

    # Factors

    def _factors(self, value: object) -> dict[str, float | Triangle]:
        given = self._fields.mapping(value, "factors")
        factors: dict[str, float | Triangle] = {}
        for name, number in (given or {}).items():
            field = f"factors.{name}"
            if not self._is_factor(name):
                self._fields.report(findings.UNKNOWN_FACTOR, field)
                continue
            bounds = LIFE if name.endswith(".life") else AMOUNT
            read = self._fields.number(number, field, bounds)
            if read is not None:
                factors[name] = read
        return factors

    def _is_factor(self, name: str) -> bool:
        head, _, tail = name.rpartition(".")
        is_country = len(tail) == 3 and tail.isascii() and tail.isalpha() and tail.isupper()
        return name in OF_SERVICE or (head in OF_COUNTRY and is_country) or _of_device(name)

    def _no_stray_factor(self, factors: Mapping[str, object]) -> None:
        """Refuse the factor of a device that is neither ours nor in the request: a slip."""
        for name in factors:
            device = name.partition(".")[0]
            if _of_device(name) and device not in self._registry.devices | self._used:
                self._fields.report(findings.UNKNOWN_FACTOR, f"factors.{name}")

    # Estimates

    def _estimates(self, value: object) -> tuple[Estimate, ...]:
        items = self._fields.items(value, "estimates", MOST_ESTIMATES)
        if items == []:
            self._fields.report(findings.EMPTY, "estimates")
        found: dict[str, Estimate] = {}
        for index, item in enumerate(items or []):
            field = f"estimates[{index}]"
            estimate = self._estimate(item, field)
            if estimate is None:
                continue
            if estimate.id in found:
                self._fields.report(findings.DUPLICATE_ID, f"{field}.id", value=estimate.id)
            found[estimate.id] = estimate
        return tuple(found.values())

    def _estimate(self, item: object, field: str) -> Estimate | None:
        body = self._fields.mapping(item, field)
        if body is None:
            return None
        self._fields.keys(body, field, ("id", "archetype"), ("assets", "inputs"))
        name = self._fields.words(body["id"], f"{field}.id") if "id" in body else None
        archetype = self._archetype(body["archetype"], field) if "archetype" in body else None
        assets = self._assets(body.get("assets", []), f"{field}.assets")
        inputs = self._fields.mapping(body.get("inputs", {}), f"{field}.inputs")
        if name is None or archetype is None or inputs is None:
            return None
        given = self._inputs(archetype, inputs, f"{field}.inputs")
        return Estimate(name, archetype.name, given, assets)

    def _archetype(self, value: object, field: str) -> Archetype | None:
        name = self._fields.words(value, f"{field}.archetype")
        if name is not None and name not in ARCHETYPES:
            known = ", ".join(ARCHETYPES)
            self._fields.report(
                findings.UNKNOWN_ARCHETYPE, f"{field}.archetype", value=name, known=known
            )
        return ARCHETYPES.get(name or "")

    def _assets(self, value: object, field: str) -> frozenset[str]:
        items = self._fields.items(value, field, 1000) or []
        names = [self._fields.words(item, f"{field}[{at}]") for at, item in enumerate(items)]
        return frozenset(name for name in names if name is not None)

    def _inputs(
        self, archetype: Archetype, inputs: Mapping[str, object], field: str
    ) -> dict[str, Given]:
        required = [one.name for one in archetype.inputs if one.is_required]
        others = [one.name for one in archetype.inputs if not one.is_required]
        self._fields.keys(inputs, field, required, others)
        if archetype.one_of and sum(name in inputs for name in archetype.one_of) != 1:
            names = ", ".join(archetype.one_of)
            self._fields.report(findings.EXACTLY_ONE, field, names=names)
        given: dict[str, Given] = {}
        for wanted in archetype.inputs:
            if wanted.name in inputs:
                read = self._input(wanted, inputs[wanted.name], f"{field}.{wanted.name}")
                if read is not None:
                    given[wanted.name] = read
        return given

    def _input(self, wanted: Input, value: object, field: str) -> Given | None:
        if wanted.asked is Asked.DEVICE:
            return self._device(value, field)
        if wanted.asked is Asked.COUNTRY:
            return self._country(value, field)
        if wanted.asked is Asked.FLAG:
            return self._fields.flag(value, field)
        return self._fields.number(value, field, self._bounds[wanted.asked])


def _of_device(name: str) -> bool:
    device, _, rest = name.partition(".")
    return bool(device) and rest in OF_DEVICE


_QUOTED = 500
AMOUNT = Bounds()


# What was once recorded is read for ever, whatever the bounds of today.
KEPT_BOUNDS = {asked: replace(bounds, maximum=LARGEST) for asked, bounds in BOUNDS.items()}


class Fields:
    """Reads values and keeps what is wrong with them; a wrong value is read as None."""

    def __init__(self) -> None:
        self.problems = Problems()

    def report(self, kind: ProblemKind, field: str, **values: str | Number | Word) -> None:
        """Keep a problem of a field; what the request says is quoted short and inert."""
        quoted = {
            name: shown(value, _QUOTED) if isinstance(value, str) else value
            for name, value in values.items()
        }
        self.problems.append(Problem(kind, values={"field": shown(field, _QUOTED), **quoted}))

    def mapping(self, value: object, field: str) -> dict[str, object] | None:
        """Return an object."""
        if isinstance(value, dict):
            return value
        self.report(findings.NOT_AN_OBJECT, field)
        return None

    def items(self, value: object, field: str, limit: int) -> list[object] | None:
        """Return a list of at most `limit` items."""
        if not isinstance(value, list):
            self.report(findings.NOT_A_LIST, field)
            return None
        if len(value) > limit:
            self.report(findings.TOO_MANY, field, limit=str(limit))
            return None
        return value

    def words(self, value: object, field: str) -> str | None:
        """Return a text that is not blank."""
        if not isinstance(value, str):
            self.report(findings.NOT_WORDS, field)
            return None
        if not value.strip():
            self.report(findings.EMPTY, field)
            return None
        if inert(value) != value:
            self.report(findings.UNSEEN, field)
            return None
        return value

    def flag(self, value: object, field: str) -> bool | None:
        """Return a yes or a no."""
        if isinstance(value, bool):
            return value
        self.report(findings.NOT_A_FLAG, field)
        return None

    def number(self, value: object, field: str, bounds: Bounds) -> float | Triangle | None:
        """Return a number within bounds, or a range of such numbers."""
        if not isinstance(value, dict):
            return self.plain(value, field, bounds)
        if not self.keys(value, field, ("min", "mode", "max")):
            return None
        low, mode, high = (
            self.plain(value[name], f"{field}.{name}", bounds) for name in ("min", "mode", "max")
        )
        if low is None or mode is None or high is None:
            return None
        if not low <= mode <= high:
            self.report(findings.DISORDERED, field)
            return None
        return Triangle(low, mode, high)

    def plain(self, value: object, field: str, bounds: Bounds) -> float | None:
        """Return one number within bounds; a whole one stays exact."""
        # NaN is the one number that differs from itself.
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
            self.report(findings.NOT_A_NUMBER, field)
            return None
        told = _told(value)
        if value > bounds.maximum:
            self.report(findings.TOO_LARGE, field, value=told, maximum=_told(bounds.maximum))
        elif bounds.is_whole and not isinstance(value, int):
            written = repr(value)  # with its decimals, be they 0
            self.report(findings.NOT_WHOLE, field, value=Word(written.replace(".", ","), written))
        elif bounds.is_positive and value <= 0:
            self.report(findings.NOT_POSITIVE, field, value=told)
        elif value < bounds.minimum:
            self.report(findings.TOO_SMALL, field, value=told, minimum=_told(bounds.minimum))
        else:
            return value
        return None

    def keys(
        self,
        value: Mapping[str, object],
        field: str,
        required: Collection[str],
        others: Collection[str] = (),
    ) -> bool:
        """Check that an object has the required fields, and none that is not known."""
        before = len(self.problems)
        known = [*required, *others]
        for name in value:
            if name not in known:
                told = ", ".join(known) or "∅"
                self.report(findings.UNKNOWN_FIELD, path(field, name), known=told)
        for name in required:
            if name not in value:
                self.report(findings.MISSING, path(field, name))
        return len(self.problems) == before


def _told(value: float) -> Number | Word:
    """Return a number for a sentence in either language; one past all bounds as infinite."""
    if abs(value) <= LARGEST:
        return Number(Decimal(repr(value)))
    return Word("∞", "∞") if value > 0 else Word("−∞", "−∞")


def path(field: str, name: str) -> str:
    """Return the path of a field inside another; the document itself has none."""
    return f"{field}.{name}" if field else name
