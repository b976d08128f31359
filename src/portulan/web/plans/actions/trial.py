"""How the page of a trial opens: what it found so far, against what, and what is to be decided.

What does not work is told as loudly as what does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from django.utils.translation import gettext as _

from portulan.core.say import numbers
from portulan.indicators.models import Indicator
from portulan.indicators.reads import series_of, told_of
from portulan.indicators.series import Aim, Reading, Series, reaches, stand
from portulan.indicators.words import Direction, MeasurementRole
from portulan.plans.models import Action
from portulan.web.indicators.values import name_with_unit, said, with_unit
from portulan.web.language import page_language

# Days that a table has room for beside the baseline: the last ones.
_DAYS = 3


class Finding(StrEnum):
    """What an indicator says of a trial, and the mark it is drawn with."""

    WORKS = "full"
    FAILS = "none"
    OPEN = "half"


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table: an indicator, or one of its units; a value for each day, or a dash.

    `indicator` is the identifier of what the row is the whole of.
    """

    name: str
    values: tuple[str, ...]
    target: str
    compared: str = ""
    indicator: int | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """The result to this day: a title, a table, and what each indicator says."""

    title: str
    days: tuple[date, ...]
    lines: tuple[Line, ...]
    findings: tuple[tuple[Finding, str, str], ...]
    lede: str
    awaited: str
    succeeds_if: str

    @property
    def has_units(self) -> bool:
        return any(line.compared for line in self.lines)


def trial_of(action: Action, today: date, awaited: date | None) -> Trial:
    """Return what a trial found, from what `load_details` fetched."""
    indicators = [link.indicator for link in action.indicator_links.all()]
    both = [(one, series_of(one)) for one in indicators]
    told = {one.pk: tuple(told_of(one)) for one in indicators}
    days = _days([item for items in told.values() for item in items], today)
    return Trial(
        title=_title(both, today),
        days=days,
        lines=tuple(
            line for one, series in both for line in _lines(one, series, told[one.pk], days)
        ),
        findings=tuple(_finding(one, series, today) for one, series in both),
        lede=_lede(both, today),
        awaited=_awaited(action, awaited),
        succeeds_if=", ".join(_aims(both)),
    )


def _days(readings: Iterable[Reading], today: date) -> tuple[date, ...]:
    known = [item for item in readings if item.is_known and item.on <= today]
    starts = {item.on for item in known if item.role is MeasurementRole.BASELINE}
    later = sorted({item.on for item in known} - starts)[-_DAYS:]
    return tuple(sorted({*sorted(starts)[-1:], *later}))


def _lines(
    indicator: Indicator, series: Series, told: Sequence[Reading], days: Sequence[date]
) -> Iterator[Line]:
    """Yield the units of an indicator, each compared with itself, then the indicator."""
    target = said(indicator, series.target) if series.target else ""
    units = {item.unit_id: item.unit.name for item in indicator.measurements.all() if item.unit}
    for pk, name in sorted(units.items(), key=lambda pair: pair[1]):
        own = [item for item in told if item.unit == pk]
        compared = _("lui-même, avant") if len({item.on for item in own}) > 1 else _("témoin seul")
        yield Line(name, _values(indicator, own, days), target, compared)
    whole = name_with_unit(indicator)
    yield Line(whole, _values(indicator, series.readings, days), target, indicator=indicator.pk)


def _values(
    indicator: Indicator, readings: Iterable[Reading], days: Sequence[date]
) -> tuple[str, ...]:
    by_day = {item.on: item for item in readings}
    return tuple(said(indicator, by_day[day]) if day in by_day else "–" for day in days)


def _title(both: Sequence[tuple[Indicator, Series]], today: date) -> str:
    """Return the finding of the main indicator: how much was gained, or lost."""
    for indicator, series in both[:1]:
        change = _change(series, today)
        if change is None:
            break
        first, last = change
        if first.value is None or last.value is None:
            break
        gap = last.value - first.value
        amount = with_unit(indicator, Reading(last.on, abs(gap)))
        if indicator.unit == "%":
            points = numbers.number(numbers.rounded(abs(gap), 1), page_language())
            amount = _("%(count)s points") % {"count": points}
        if not gap:
            return _("Résultat à ce jour : rien n’a bougé")
        if indicator.direction == Direction.NONE:
            words = _("%(amount)s de plus") if gap > 0 else _("%(amount)s de moins")
        elif (gap > 0) == (indicator.direction == Direction.UP):
            words = _("un gain de %(amount)s")
        else:
            words = _("un recul de %(amount)s")
        return _("Résultat à ce jour : %(words)s") % {"words": words % {"amount": amount}}
    return _("Résultat à ce jour : pas encore de chiffre à comparer")


def _change(series: Series, today: date) -> tuple[Reading, Reading] | None:
    """Return the baseline and the last value that compare, None where they do not."""
    standing = stand(series, today)
    start, last = series.baseline, standing.last
    if start is None or last is None or standing.broken or last.on <= start.on:
        return None
    return start, last


def _finding(indicator: Indicator, series: Series, today: date) -> tuple[Finding, str, str]:
    """Return what an indicator says: it works, it does not, it is not known; in words, and when."""
    change = _change(series, today)
    name, language = indicator.name, page_language()
    if change is None:
        return Finding.OPEN, _("%(name)s : rien à comparer encore") % {"name": name}, ""
    first, last = change
    told = {"name": name, "first": with_unit(indicator, first), "last": with_unit(indicator, last)}
    words = _("%(name)s : de %(first)s à %(last)s") % told
    if series.target is not None:
        words = _("%(words)s, %(aim)s visé") % {
            "words": words,
            "aim": with_unit(indicator, series.target),
        }
    day = numbers.date(last.on, language)
    return _sense(indicator, series, first, last, today), words, day


def _sense(
    indicator: Indicator, series: Series, first: Reading, last: Reading, today: date
) -> Finding:
    standing = stand(series, today)
    if standing.reached or standing.behind is False:
        return Finding.WORKS
    gap = (last.value or Decimal(0)) - (first.value or Decimal(0))
    wrong = gap < 0 if indicator.direction == Direction.UP else gap > 0
    if indicator.direction != Direction.NONE and (wrong or not gap or _missed(series, last, today)):
        return Finding.FAILS
    return Finding.OPEN


def _missed(series: Series, last: Reading, today: date) -> bool:
    aim = series.target
    return (
        aim is not None
        and aim.due_on <= today
        and reaches(last, aim, series.direction, series.scale) is False
    )


def _lede(both: Sequence[tuple[Indicator, Series]], today: date) -> str:
    for indicator, series in both[:1]:
        if change := _change(series, today):
            first, last = (with_unit(indicator, item) for item in change)
            told = {"name": indicator.name, "first": first, "last": last}
            return _("%(name)s : l’essai passe de %(first)s à %(last)s.") % told
    return _("L’essai n’a pas encore de résultat chiffré.")


def _awaited(action: Action, awaited: date | None) -> str:
    """Return what it would cost to do it everywhere, and who decides it by when."""
    who = action.decided_by or _("l’organe qui décide")
    told = {"cost": action.cost_to_extend, "who": who}
    if awaited is not None:
        told["day"] = numbers.date(awaited, page_language())
        if action.cost_to_extend:
            return _("Généraliser coûterait %(cost)s ; tranche : %(who)s, d’ici le %(day)s.") % told
        return _("Généraliser n’est pas chiffré ; tranche : %(who)s, d’ici le %(day)s.") % told
    if action.cost_to_extend:
        return _("Généraliser coûterait %(cost)s ; la décision n’a pas de date.") % told
    return _("Ni le coût de généraliser ni la date de la décision ne sont dits.")


def _aims(both: Iterable[tuple[Indicator, Series]]) -> Iterator[str]:
    for indicator, series in both:
        aim: Aim | None = series.target
        if aim is not None:
            yield f"{indicator.name}{_(' : ')}{with_unit(indicator, aim)}"
