"""An estimate as it is kept: numbers, sentences in both languages, and the figures used.

What was said then is read back as it was said, whatever the engine becomes; and the figures kept
are enough to draw the same draws again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from typing import Any

from portulan.core.contracts import from_json, to_json
from portulan.core.say.text import Problem
from portulan.impact.engine.combining import Combined
from portulan.impact.engine.estimating import NotEstimated
from portulan.impact.engine.factors import Factor, Registry
from portulan.impact.engine.items import Indicator
from portulan.impact.engine.reckoning import Result
from portulan.impact.engine.samples import Quantiles
from portulan.impact.words import Origin

type Kept = dict[str, Any]


def result_of(found: Combined) -> Kept:
    """Return the numbers of an action and of its parts, with their sentences."""
    return {
        "indicators": _indicators(found.indicators),
        "left_out": {one.value: count for one, count in found.left_out.items() if count},
        "parts": [_part(part) for part in found.parts],
    }


def _part(part: Result) -> Kept:
    return {
        "id": part.id,
        "archetype": part.archetype,
        "quality": part.quality.value,
        "indicators": _indicators(part.indicators),
        "trace": {"fr": part.trace.formulas("fr"), "en": part.trace.formulas("en")},
        "warnings": [_said(warning) for warning in part.warnings],
    }


def _said(problem: Problem) -> Kept:
    return {
        "code": problem.kind.code,
        "fr": problem.message("fr"),
        "en": problem.message("en"),
        "values": {name: str(value) for name, value in problem.values.items()},
    }


def _indicators(found: Mapping[Indicator, Quantiles | NotEstimated]) -> Kept:
    return {
        indicator.value: {"not_estimated": _said(one.reason)}
        if isinstance(one, NotEstimated)
        else to_json(one)
        for indicator, one in found.items()
    }


def factors_of(found: Combined, own: Collection[str]) -> Kept:
    """Return the figures used, by name; `own` are the names of those of the organisation."""
    return {name: _factor(factor, own) for name, factor in sorted(found.factors.items())}


def _factor(factor: Factor, own: Collection[str]) -> Kept:
    if factor.is_of_request:
        origin = Origin.REQUEST
    else:
        origin = Origin.OWN if factor.id in own else Origin.SHIPPED
    kept: Kept = {"origin": origin.value, **to_json(factor)}
    del kept["id"]  # it is the key
    return kept


class KeptRegistry(Registry):
    """The figures that an estimate used, and no other, apart from those its request gives.

    Every device and country that the request names is known: it was checked the day it was made.
    """

    def __init__(self, request: Kept, factors: Mapping[str, Kept]) -> None:
        super().__init__(
            from_json(Factor, {"id": name, **one})
            for name, one in factors.items()
            if one["origin"] != Origin.REQUEST
        )
        inputs = (part.get("inputs", {}).values() for part in request["estimates"])
        self._named = frozenset(word for words in inputs for word in words if type(word) is str)
        self._country = frozenset([request["country"]])

    @property
    def devices(self) -> frozenset[str]:
        return super().devices | self._named

    @property
    def countries(self) -> frozenset[str]:
        return super().countries | self._named | self._country


def digest_of(*kept: object) -> str:
    """Return the SHA-256 of what an estimate rests on and says."""
    text = json.dumps(kept, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
