"""The one question that a campaign adds: what the plan misses, and the pilot alone knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from portulan.indicators.models import Indicator
from portulan.indicators.reads import series_of
from portulan.indicators.words import Kind
from portulan.plans.words import OVER, Progress
from portulan.steering.campaigns.answering import main_indicator
from portulan.steering.models import ActionReply
from portulan.steering.words import About


@dataclass(frozen=True, slots=True)
class Missing:
    """What is asked of an action: its end, or the target or the baseline of its indicator."""

    part: ActionReply
    about: About
    indicator: Indicator | None = None


def missing_of(parts: Sequence[ActionReply], *, today: date) -> Missing | None:
    """Return what a reply is asked beside the rest: an end first, then a target, then a baseline.

    One at most, whatever the number of actions, from what `parts_of` fetched (no query).
    """
    open_ = [one for one in parts if Progress(one.action.progress) not in OVER]
    for part in open_:
        if part.action.due_on is None:
            return Missing(part, About.DUE_ON)
    led = [(part, one) for part in open_ if (one := main_indicator(part)) and not one.computed_by]
    for part, indicator in led:
        if series_of(indicator).target is None:
            return Missing(part, About.TARGET, indicator)
    for part, indicator in led:
        began = date(part.action.plan.first_year, 1, 1) <= today
        if began and Kind(indicator.kind).is_number and series_of(indicator).baseline is None:
            return Missing(part, About.BASELINE, indicator)
    return None
