"""The JSON document of `portulan impact estimate`, as docs/reference/impact.md has it."""

from __future__ import annotations

from portulan.core.say.text import Language
from portulan.impact.engine.estimating import NotEstimated
from portulan.impact.engine.items import UNITS, Indicator
from portulan.impact.engine.overlaps import Overlap
from portulan.impact.engine.reckoning import Reckoning, Result
from portulan.impact.engine.samples import Quantiles, clean
from portulan.impact.engine.tracing import said_by


def document(reckoning: Reckoning, language: Language) -> dict[str, object]:
    """Return the results and the overlaps; sentences follow the language, numbers are whole."""
    return {
        "results": [_result(result, language) for result in reckoning.results],
        "overlaps": [_overlap(overlap) for overlap in reckoning.overlaps],
    }


def _result(result: Result, language: Language) -> dict[str, object]:
    return {
        "id": result.id,
        "archetype": result.archetype,
        "indicators": {
            indicator.value: _indicator(indicator, found, language)
            for indicator, found in result.indicators.items()
        },
        "view": result.view.value,
        "reach": result.reach.value,
        "quality": result.quality.value,
        "trace": result.trace.sentences(language),
        "factors": [
            {
                "id": factor.id,
                "value": factor.value,
                "unit": factor.unit,
                "source": said_by(factor, language) if factor.is_of_request else factor.source,
                "year": factor.year,
            }
            for factor in result.factors
        ],
        "warnings": [warning.message(language) for warning in result.warnings],
    }


def _indicator(
    indicator: Indicator, found: Quantiles | NotEstimated, language: Language
) -> dict[str, object]:
    if isinstance(found, NotEstimated):
        return {"not_estimated": found.reason.message(language)}
    return {"unit": UNITS[indicator], **found.as_json()}


def _overlap(overlap: Overlap) -> dict[str, object]:
    return {
        "assets": list(overlap.assets),
        "view": overlap.view.value,
        "reach": overlap.reach.value,
        "estimates": list(overlap.estimates),
        "indicators": {
            indicator.value: {
                "unit": UNITS[indicator],
                "separate": clean(joint.separate),
                **joint.quantiles.as_json(),
                "in_sequence": {name: clean(part) for name, part in joint.in_sequence.items()},
            }
            for indicator, joint in overlap.indicators.items()
        },
    }
