"""What Portulan computes of the plans themselves: actions by level, domains covered.

Dated at each day that something was decided: a decision keeps its day, so that the series is the
same whenever it is computed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import groupby

from portulan.catalogue.models import Theme
from portulan.core.say.text import Text
from portulan.indicators.computed import Compute, ComputedValue, register
from portulan.plans.models import ActionPractice, CommitmentDecision, Plan
from portulan.plans.words import CommitmentLevel, Progress

BY_LEVEL = {
    CommitmentLevel.IMPLEMENTATION: "plans.implementation_share",
    CommitmentLevel.EXPERIMENT: "plans.experiment_share",
    CommitmentLevel.STUDY: "plans.study_share",
}
COVERAGE = "plans.theme_coverage"
NAMES = (*BY_LEVEL.values(), COVERAGE)
_WORDS = {
    CommitmentLevel.IMPLEMENTATION: Text(
        "Part des actions décidées en Réalisation", "Share of decided actions at Implementation"
    ),
    CommitmentLevel.EXPERIMENT: Text(
        "Part des actions décidées en Expérimentation", "Share of decided actions at Experiment"
    ),
    CommitmentLevel.STUDY: Text(
        "Part des actions décidées en Réflexion", "Share of decided actions at Study"
    ),
}
_HUNDRED = Decimal(100)


def declare() -> None:
    """Declare the indicators that this domain computes."""
    for level, name in BY_LEVEL.items():
        register(name, _OF_LEVEL[level], words=_WORDS[level])
    register(
        COVERAGE,
        theme_coverage,
        words=Text(
            "Part des thématiques où une action est décidée",
            "Share of themes with a decided action",
        ),
    )


def level_shares(organisation_id: int, *, level: CommitmentLevel) -> Iterator[ComputedValue]:
    """Yield, day by day of decision, the share of decided actions that stand at a level."""
    standing: dict[int, dict[int, CommitmentLevel]] = defaultdict(dict)
    for day, current in _days(organisation_id, standing):
        counts = Counter(one for plan in current for one in standing[plan].values())
        yield _share(day, counts[level], counts.total())


def theme_coverage(organisation_id: int) -> Iterator[ComputedValue]:
    """Yield, day by day of decision, the share of themes that a decided action works on."""
    practices = ActionPractice.objects.filter(action__plan__organisation_id=organisation_id)
    themes: dict[int, set[int]] = defaultdict(set)
    editions: dict[int, set[int]] = defaultdict(set)
    for plan, action, theme, edition in practices.values_list(
        "action__plan_id", "action_id", "practice__theme_id", "practice__version_id"
    ):
        themes[action].add(theme)
        editions[plan].add(edition)
    used = {edition for some in editions.values() for edition in some}
    whole = Counter(Theme.objects.filter(version__in=used).values_list("version_id", flat=True))
    standing: dict[int, dict[int, CommitmentLevel]] = defaultdict(dict)
    for day, current in _days(organisation_id, standing):
        decided = [action for plan in current for action in standing[plan]]
        covered = {theme for action in decided for theme in themes[action]}
        of = {edition for plan in current for edition in editions[plan]}
        yield _share(day, len(covered), sum(whole[edition] for edition in of))


def _share(day: date, part: int, whole: int) -> ComputedValue:
    if not whole:
        return ComputedValue(day, None)
    top, bottom = Decimal(part), Decimal(whole)
    return ComputedValue(day, _HUNDRED * top / bottom, top, bottom)


def _days(
    organisation_id: int, standing: dict[int, dict[int, CommitmentLevel]]
) -> Iterator[tuple[date, list[int]]]:
    """Yield each day of decision with the plans of its year; `standing` is brought up to it.

    A dropped action stands nowhere: nothing says since when, and it is no commitment.
    """
    years = {
        pk: range(first, last + 1)
        for pk, first, last in Plan.objects.filter(organisation_id=organisation_id).values_list(
            "pk", "first_year", "last_year"
        )
    }
    decisions = (
        CommitmentDecision.objects.filter(action__plan__organisation_id=organisation_id)
        .exclude(action__progress=Progress.DROPPED)
        .order_by("decided_on", "id")
        .values_list("decided_on", "action__plan_id", "action_id", "level")
    )
    for day, some in groupby(decisions, key=lambda row: row[0]):
        for _day, plan, action, level in some:
            standing[plan][action] = CommitmentLevel(level)
        current = [pk for pk, covered in years.items() if day.year in covered]
        if current:
            yield day, current


_OF_LEVEL: dict[CommitmentLevel, Compute] = {
    level: partial(level_shares, level=level) for level in BY_LEVEL
}
