"""What organisations publish, by stratum: medians, how many they are, how far their figures hold.

A share is compared at one stage and one tax basis of one year; a stratum of fewer than five says
how many it has and nothing more. No list of who publishes what is made: each one's page does that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from portulan.observatory.addresses import form_of
from portulan.observatory.models import (
    Inhabitants,
    PublicAccounts,
    PublicFile,
    PublishedLevels,
    PublishedShare,
)
from portulan.observatory.ranks import FEWEST, euros, quantile
from portulan.observatory.strata import stratum_of
from portulan.observatory.words import LEVEL_NAMES, MAIN, Kind

type Stratum = tuple[str, int | None]


@dataclass(frozen=True, slots=True)
class ShareRow:
    """The shares of a stratum; percentages, None under five. `lowest` coverage says how far."""

    form: str
    stratum: int | None
    year: int
    stage: str
    basis: str
    count: int
    median: Decimal | None
    coverage: Decimal | None
    lowest: Decimal | None
    without_coverage: int


@dataclass(frozen=True, slots=True)
class LevelRow:
    """The actions of a stratum on a theme: the median part of each level, in percent."""

    form: str
    stratum: int | None
    theme: str
    count: int
    parts: tuple[Decimal | None, ...]  # in the order of LEVEL_NAMES


@dataclass(frozen=True, slots=True)
class Commons:
    """What was collected; the strata that nothing says have no number and come last."""

    shares: Sequence[ShareRow]
    levels: Sequence[LevelRow]
    files: Sequence[PublicFile]
    publishers: int


def commons() -> Commons:
    """Return the medians of each stratum, from what was collected (six queries)."""
    shares = list(PublishedShare.objects.all())
    levels = list(PublishedLevels.objects.all())
    sirens = {one.siren for one in shares} | {one.siren for one in levels}
    strata = _strata(sirens)
    files = PublicFile.objects.filter(kind__in=(Kind.SHARES, Kind.LEVELS)).order_by("-read_at")
    return Commons(
        _share_rows(shares, strata), _level_rows(levels, strata), list(files[:6]), len(sirens)
    )


def _strata(sirens: set[str]) -> dict[str, Stratum]:
    """Return the stratum of each publisher: of its last accounts, else of its last population."""
    found: dict[str, Stratum] = {siren: (form_of(siren), None) for siren in sirens}
    people = Inhabitants.objects.filter(siren__in=sirens, people__isnull=False).order_by("year")
    for siren, count in people.values_list("siren", "people"):
        found[siren] = (found[siren][0], stratum_of(count))
    rows = PublicAccounts.objects.filter(siren__in=sirens, budget=MAIN).order_by("year")
    for siren, form, stratum in rows.values_list("siren", "form", "stratum"):
        found[siren] = (form, found[siren][1] if stratum is None else stratum)
    return found


def _share_rows(shares: Iterable[PublishedShare], strata: dict[str, Stratum]) -> list[ShareRow]:
    groups: dict[tuple[Stratum, int, str, str], list[PublishedShare]] = defaultdict(list)
    for one in shares:
        groups[strata[one.siren], one.year, one.stage, one.basis].append(one)
    rows = []
    for ((form, stratum), year, stage, basis), some in groups.items():
        covered = [one.coverage for one in some if one.coverage is not None]
        rows.append(
            ShareRow(
                form, stratum, year, stage, basis, len(some),
                median=_median([one.share for one in some]),
                coverage=_median(covered),
                lowest=_percent(min(covered)) if len(some) >= FEWEST and covered else None,
                without_coverage=len(some) - len(covered),
            )
        )  # fmt: skip
    return sorted(rows, key=lambda row: (*_order(row.form, row.stratum), -row.year, row.stage))


def _level_rows(levels: Iterable[PublishedLevels], strata: dict[str, Stratum]) -> list[LevelRow]:
    counts: dict[tuple[Stratum, str], dict[str, dict[str, int]]] = defaultdict(dict)
    for one in levels:
        for theme in {"", one.theme}:
            its = counts[strata[one.siren], theme].setdefault(one.siren, {})
            its[one.level] = its.get(one.level, 0) + one.actions
    rows = []
    for ((form, stratum), theme), by_body in counts.items():
        if theme and len(by_body) < FEWEST:
            continue  # the row of all its actions says how many publish
        parts = tuple(
            _median([_part_of(its, level) for its in by_body.values()]) for level in LEVEL_NAMES
        )
        rows.append(LevelRow(form, stratum, theme, len(by_body), parts))
    return sorted(rows, key=lambda row: (*_order(row.form, row.stratum), row.theme))


def _part_of(its: dict[str, int], level: str) -> int:
    """Return the part of a level in ten-thousandths of a percent, half up."""
    return (its.get(level, 0) * 2_000_000 // sum(its.values()) + 1) // 2


def _median(values: Sequence[int]) -> Decimal | None:
    """Return the median of percentages in ten-thousandths, None under five of them."""
    if len(values) < FEWEST:
        return None
    return quantile([(one, 100) for one in sorted(values)], Fraction(1, 2))


def _percent(value: int) -> Decimal:
    return euros(Fraction(value, 100))


def _order(form: str, stratum: int | None) -> tuple[str, int]:
    return form, 99 if stratum is None else stratum
