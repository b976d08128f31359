"""The figures of one request: the registry under the request's own, drawn once for everybody."""

from __future__ import annotations

from collections.abc import Mapping

from portulan.impact.engine.draws import LogNormal, Streams, Triangle
from portulan.impact.engine.factors import STAGES, Factor, Registry, given
from portulan.impact.engine.samples import Sample


class MissingFigureError(Exception):
    """No sound factor exists for this: what depends on it is not estimated, and is never 0."""

    def __init__(self, factor_id: str) -> None:
        super().__init__(factor_id)
        self.factor_id = factor_id


class Figures:
    """Factors as samples; each is drawn once, so all estimates of a request share its draws."""

    def __init__(
        self, registry: Registry, streams: Streams, own: Mapping[str, float | Triangle]
    ) -> None:
        self.streams = streams
        self._registry = registry
        self._own = {factor_id: given(factor_id, value) for factor_id, value in own.items()}
        self._samples: dict[str, Sample] = {}
        self._embedded: dict[str, Sample] = {}

    def find(self, factor_id: str) -> Factor | None:
        """Return the request's factor, else the shipped one, else None."""
        return self._own.get(factor_id) or self._registry.latest(factor_id)

    def sample(self, factor: Factor) -> Sample:
        """Return the draws of a factor, the same each time."""
        if factor.id not in self._samples:
            spread = factor.spread
            if isinstance(spread, LogNormal):
                drawn = self.streams.lognormal(factor.id, factor.value, spread)
            elif isinstance(spread, Triangle):
                drawn = self.streams.triangular(factor.id, spread)
            else:
                drawn = Sample(factor.value)
            self._samples[factor.id] = drawn
        return self._samples[factor.id]

    def embedded(self, device: str, stages: list[Factor]) -> Sample:
        """Return the sum of the stages of a device's embedded impact, manufacturing first.

        Our spreads were measured on manufacturing, nine tenths of the whole; the other stages,
        of which nothing is known, follow it: taking them as certain would narrow the interval.
        """
        if device not in self._embedded:
            made = self.sample(stages[0])
            whole = made
            for stage in stages[1:]:
                other = self.sample(stage)
                follows = isinstance(stages[0].spread, LogNormal) and other.draws is None
                whole += made / made.central * other if follows else other
            self._embedded[device] = whole
        return self._embedded[device]


class Consultation:
    """What one estimate looks up, and keeps to say where its figures come from."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures
        self.used: dict[str, Factor] = {}

    def figure(self, factor_id: str) -> Sample:
        """Return a factor's draws. Raises MissingFigureError."""
        return self._figures.sample(self._use(factor_id))

    def source_of(self, factor_id: str) -> str:
        """Return who says it. Raises MissingFigureError."""
        return self._use(factor_id).source

    def embedded(self, device: str) -> Sample:
        """Return a device's embedded kgCO2e: given whole, else the sum of the known stages.

        Raises MissingFigureError when not even manufacturing is known.
        """
        whole = f"{device}.gwp.embedded"
        if self._figures.find(whole) is not None:
            return self.figure(whole)
        if self._figures.find(f"{device}.gwp.manufacturing") is None:
            raise MissingFigureError(whole)
        stages = [f"{device}.gwp.{stage}" for stage in STAGES]
        known = [self._use(stage) for stage in stages if self._figures.find(stage) is not None]
        return self._figures.embedded(device, known)

    def _use(self, factor_id: str) -> Factor:
        factor = self._figures.find(factor_id)
        if factor is None:
            raise MissingFigureError(factor_id)
        self.used[factor_id] = factor
        return factor
