"""Policy, training, budget, label (row 22): what makes other actions possible has no number."""

from __future__ import annotations

from portulan.impact.engine.archetype import Archetype, View

NAME = "enabling"
ARCHETYPE = Archetype(name=NAME, flows=lambda _case: [], views=(View.AMORTISED, View.PURCHASE))
