"""How the JSON of `portulan impact estimate` has what an estimate is made of.

As docs/reference/impact.md has it; the context says the language of sentences.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import PlainSerializer, SerializationInfo, WithJsonSchema

from portulan.core.contracts import to_json
from portulan.core.say.text import Problem
from portulan.impact.engine.estimating import NotEstimated
from portulan.impact.engine.factors import Factor
from portulan.impact.engine.items import UNITS, Indicator
from portulan.impact.engine.overlaps import Overlap
from portulan.impact.engine.samples import Quantiles, clean
from portulan.impact.engine.tracing import Trace, said_by

type Info = SerializationInfo[Any]
type Document = dict[str, Any]


def _sentence(problem: Problem, info: Info) -> str:
    return problem.message(info.context["lang"])


def _explained(trace: Trace, info: Info) -> list[str]:
    return trace.sentences(info.context["lang"])


def _factor(factor: Factor, info: Info) -> Document:
    return {
        "id": factor.id,
        "value": factor.value,
        "unit": factor.unit,
        "source": said_by(factor, info.context["lang"]) if factor.is_of_request else factor.source,
        "year": factor.year,
    }


def _spared(found: Mapping[Indicator, Quantiles | NotEstimated], info: Info) -> Document:
    return {
        indicator.value: {"not_estimated": _sentence(one.reason, info)}
        if isinstance(one, NotEstimated)
        else {"unit": UNITS[indicator], **to_json(one)}
        for indicator, one in found.items()
    }


def _overlap(overlap: Overlap) -> Document:
    return {
        "assets": list(overlap.assets),
        "view": overlap.view.value,
        "reach": overlap.reach.value,
        "estimates": list(overlap.estimates),
        "indicators": {
            indicator.value: {
                "unit": UNITS[indicator],
                "separate": clean(joint.separate),
                **to_json(joint.quantiles),
                "in_sequence": {name: clean(part) for name, part in joint.in_sequence.items()},
            }
            for indicator, joint in overlap.indicators.items()
        },
    }


def _object(**members: Document) -> Document:
    return {"type": "object", "properties": members, "required": list(members)}


def _by_indicator(one: Document) -> Document:
    return {"type": "object", "properties": dict.fromkeys(Indicator, one), "required": []}


_WORDS, _NUMBER = {"type": "string"}, {"type": "number"}
_LIST = {"type": "array", "items": _WORDS}
_YEAR = {"anyOf": [{"type": "integer"}, {"type": "null"}]}
_NUMBERS = dict.fromkeys(("central", "p5", "p50", "p95"), _NUMBER)
_FACTOR = _object(id=_WORDS, value=_NUMBER, unit=_WORDS, source=_WORDS, year=_YEAR)
_MEASURED = {"anyOf": [_object(unit=_WORDS, **_NUMBERS), _object(not_estimated=_WORDS)]}
_SHARES = {"type": "object", "additionalProperties": _NUMBER}
_TOGETHER = _object(unit=_WORDS, separate=_NUMBER, **_NUMBERS, in_sequence=_SHARES)
_OVERLAP = _object(
    assets=_LIST,
    view=_WORDS,
    reach=_WORDS,
    estimates=_LIST,
    indicators=_by_indicator(_TOGETHER),
)

Said = Annotated[Problem, PlainSerializer(_sentence)]
Explained = Annotated[Trace, PlainSerializer(_explained)]
Used = Annotated[Factor, PlainSerializer(_factor), WithJsonSchema(_FACTOR)]
Spared = Annotated[
    Mapping[Indicator, Quantiles | NotEstimated],
    PlainSerializer(_spared),
    WithJsonSchema(_by_indicator(_MEASURED)),
]
Shared = Annotated[Overlap, PlainSerializer(_overlap), WithJsonSchema(_OVERLAP)]
