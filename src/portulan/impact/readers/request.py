"""The strict reader of `portulan-impact/1`: nothing is guessed, and every fault names its field."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from portulan.core.problems import Problem
from portulan.impact.engine.archetype import Archetype, Asked, Given, Input, View
from portulan.impact.engine.archetypes import ARCHETYPES
from portulan.impact.engine.draws import Triangle
from portulan.impact.engine.factors import OF_COUNTRY, OF_DEVICE, OF_SERVICE, Registry, shipped
from portulan.impact.engine.request import DEFAULT_DRAWS, DEFAULT_SEED, Estimate, Request
from portulan.impact.readers import findings
from portulan.impact.readers.fields import AMOUNT, BOUNDS, LIFE, Bounds, Fields

FORMAT = "portulan-impact/1"
MOST_DIGITS = 400
LARGEST_FILE = 16 * 2**20
MOST_ESTIMATES = 10_000
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
            return Reading(None, (findings.TOO_BIG.at(file=str(file), limit=LARGEST_FILE),))
        content = file.read_bytes()
    except (OSError, ValueError):
        return Reading(None, (findings.UNREADABLE.at(file=str(file)),))
    return parse(content, registry, file=str(file))


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
        return Reading(None, (findings.NOT_TEXT.at(file=file),))
    except json.JSONDecodeError as error:
        if not error.doc.strip():
            return Reading(None, (findings.EMPTY_FILE.at(file=file),))
        fault = findings.NOT_JSON.at(line=error.lineno, file=file, column=error.colno)
        return Reading(None, (fault,))
    except RecursionError:
        return Reading(None, (findings.TOO_DEEP.at(file=file),))
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
