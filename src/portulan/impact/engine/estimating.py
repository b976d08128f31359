"""From one estimate to its outcome: what each flow spares, or why no number is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from portulan.core.say.text import Problem
from portulan.impact.engine import remarks
from portulan.impact.engine.archetype import Archetype, Case, View
from portulan.impact.engine.archetypes import ARCHETYPES, enabling
from portulan.impact.engine.factors import Factor, Quality
from portulan.impact.engine.figures import Consultation, Figures, MissingFigureError
from portulan.impact.engine.items import UNITS, Flow, Indicator, Kind, rate
from portulan.impact.engine.names import INDICATORS
from portulan.impact.engine.request import Estimate
from portulan.impact.engine.samples import ONE, ZERO, Sample

# Their spread is unknown and counts for little: no need to say it each time.
_MINOR = (".distribution", ".end_of_life")


@dataclass(frozen=True)
class Part:
    """What one flow weighs in one indicator; `rate` is 1 where the flow spares nothing."""

    flow: Flow
    rate: Sample

    @property
    def before(self) -> Sample:
        return self.flow.before * self.rate

    @cached_property
    def spared(self) -> Sample:
        return self.flow.spared * self.rate


@dataclass(frozen=True, slots=True)
class NotEstimated:
    """No number, and why: never to be read as 0."""

    reason: Problem


@dataclass(frozen=True, slots=True)
class Outcome:
    """An estimate with its draws: heavy, so kept only while it is needed."""

    estimate: Estimate
    archetype: Archetype
    view: View
    parts: Mapping[Indicator, tuple[Part, ...] | NotEstimated]
    factors: Mapping[str, Factor]
    terms: Mapping[str, float]
    assumed: Mapping[str, float | bool]
    warnings: tuple[Problem, ...]

    def spared(self, indicator: Indicator) -> Sample | NotEstimated:
        """Return what the action spares; positive = less impact."""
        parts = self.parts[indicator]
        if isinstance(parts, NotEstimated):
            return parts
        total = ZERO
        for part in parts:
            total += part.spared
        return total

    @property
    def quality(self) -> Quality:
        """The weakest figure used; what was assumed is an assumption."""
        found = {factor.quality for factor in self.factors.values()}
        if self.assumed:
            found.add(Quality.ASSUMED)
        worst_first = reversed(Quality)
        return next((quality for quality in worst_first if quality in found), Quality.ASSUMED)


def estimate_one(estimate: Estimate, country: str, view: View, figures: Figures) -> Outcome:
    """Return what an action spares, in each indicator or not at all.

    The view asked for is kept if the archetype has it, else it is the archetype's own.
    """
    archetype = ARCHETYPES[estimate.archetype]
    kept = archetype.kept_view(view)
    ask = Consultation(figures)
    case = Case(estimate.id, archetype, estimate.inputs, country, kept, figures.streams, ask)
    if kept is not view:
        case.warn(remarks.OTHER_VIEW, view=kept)
    parts: dict[Indicator, tuple[Part, ...] | NotEstimated]
    try:
        flows = archetype.flows(case)
        if kept is View.PURCHASE:
            flows = [flow for flow in flows if flow.item.kind is not Kind.ELECTRICITY]
        parts = {one: _weigh(one, flows, case, ask) for one in Indicator}
    except MissingFigureError as missing:
        reason = NotEstimated(remarks.NO_FACTOR.at(factor=missing.factor_id))
        parts = dict.fromkeys(Indicator, reason)
    _remark_increase(case, parts)
    _remark(case, ask)
    return Outcome(
        estimate=estimate,
        archetype=archetype,
        view=kept,
        parts=parts,
        factors=ask.used,
        terms={name: sample.central for name, sample in case.terms.items()},
        assumed=case.assumed,
        warnings=tuple(case.warnings),
    )


def _weigh(
    indicator: Indicator, flows: list[Flow], case: Case, ask: Consultation
) -> tuple[Part, ...] | NotEstimated:
    """Weigh the flows that an indicator knows; one without a factor leaves it all unknown."""
    parts = []
    for flow in flows:
        look_up = rate(flow.item, indicator)
        if look_up is None:
            continue
        if flow.spared.is_nil:
            parts.append(Part(flow, ONE if flow.before.is_nil else ZERO))
            continue
        try:
            parts.append(Part(flow, look_up(ask, flow.item.of)))
        except MissingFigureError as missing:
            return NotEstimated(remarks.NO_FACTOR.at(factor=missing.factor_id))
    if parts:
        return tuple(parts)
    if case.archetype.name == enabling.NAME:
        return NotEstimated(remarks.ENABLING.at())
    if case.view is View.PURCHASE and indicator is Indicator.ELECTRICITY:
        return NotEstimated(remarks.PER_YEAR.at())
    return NotEstimated(remarks.NOT_CONCERNED.at(unit=UNITS[indicator]))


def _remark_increase(
    case: Case, parts: Mapping[Indicator, tuple[Part, ...] | NotEstimated]
) -> None:
    """Say which indicators the likeliest values make worse: a minus sign is easily overlooked."""
    worse = [
        INDICATORS[one]
        for one, found in parts.items()
        if not isinstance(found, NotEstimated) and sum(part.spared.central for part in found) < 0
    ]
    if worse:
        fr, en = (", ".join(names) for names in zip(*worse, strict=True))
        case.warn(remarks.INCREASE, fr=fr, en=en)


def _remark(case: Case, ask: Consultation) -> None:
    """Say what the number hides: what was assumed, what has no known spread, how sure it is."""
    if case.assumed:
        told = ", ".join(
            f"{name} = {str(value).lower() if isinstance(value, bool) else value}"
            for name, value in case.assumed.items()
        )
        case.warn(remarks.ASSUMED, inputs=told)
    unknown = [
        factor.id
        for factor in ask.used.values()
        if ".gwp" in factor.id
        and factor.spread is None
        and not factor.is_of_request
        and not factor.id.endswith(_MINOR)
    ]
    if unknown:
        case.warn(remarks.UNKNOWN_SPREAD, factors=", ".join(unknown))
    if case.assumed or any(one.quality is Quality.ASSUMED for one in ask.used.values()):
        case.warn(remarks.SCREENING)
