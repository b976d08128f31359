"""The dated values and the aims of an indicator, as its page lists them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from portulan.core.say import numbers
from portulan.indicators.models import DIRECTIONS, KNOWLEDGES, Indicator, Measurement
from portulan.indicators.reads import series_of
from portulan.indicators.series import Aim, Reading, Series, Standing, stand
from portulan.indicators.words import Direction, Kind, Knowledge, MeasurementRole, TargetKind
from portulan.web.charts.canvas import Drawing
from portulan.web.charts.indicator_series import indicator_series
from portulan.web.indicators.values import decimals_for, said, with_unit
from portulan.web.language import page_language


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """A dated value; one that was withdrawn stays, struck through."""

    pk: int
    on: date
    value: str
    marks: str
    source: str
    author: str
    withdrawn: bool
    removable: bool


@dataclass(frozen=True, slots=True)
class AimRow:
    pk: int
    due_on: date
    value: str
    what: str


def reading_rows(
    indicator: Indicator, measurements: Iterable[Measurement], labels: Mapping[int, str]
) -> list[ReadingRow]:
    """Return the values of an indicator, the latest first."""
    return [_row(indicator, item, labels) for item in measurements]


def _row(indicator: Indicator, item: Measurement, labels: Mapping[int, str]) -> ReadingRow:
    known = item.knowledge == Knowledge.KNOWN
    value = with_unit(indicator, Reading(item.on, item.value, item.text)) if known else ""
    return ReadingRow(
        pk=item.pk,
        on=item.on,
        value=value or str(KNOWLEDGES[Knowledge(item.knowledge)]).lower(),
        marks=", ".join(_marks(item)),
        source=" · ".join(text for text in (_terms(item), item.source, item.note) if text),
        author=labels.get(item.person_id or 0, ""),
        withdrawn=item.withdrawn_at is not None,
        removable=item.withdrawn_at is None and not item.computed,
    )


def _marks(item: Measurement) -> list[str]:
    marks = []
    if item.role == MeasurementRole.BASELINE:
        marks.append(_("référence"))
    if item.breaks_series:
        marks.append(_("rupture de périmètre"))
    if item.computed:
        marks.append(_("calculé"))
    if item.withdrawn_at is not None:
        marks.append(_("retiré"))
    return marks


def _terms(item: Measurement) -> str:
    """Return « 28 sur 49 »: a ratio shows what it is made of."""
    if item.numerator is None or item.denominator is None:
        return ""
    language = page_language()
    terms = {
        "top": numbers.number(item.numerator, language),
        "bottom": numbers.number(item.denominator, language),
    }
    return _("%(top)s sur %(bottom)s") % terms


def aim_rows(indicator: Indicator) -> list[AimRow]:
    """Return the targets and legal thresholds of an indicator, by date."""
    rows = []
    for item in indicator.targets.all():
        kind = TargetKind(item.kind)
        aim = Aim(item.due_on, item.value, item.text, kind, item.reference)
        what = _("Cible")
        if kind is TargetKind.LEGAL:
            what = _("Seuil légal : %(law)s") % {"law": item.reference}
        rows.append(AimRow(item.pk, item.due_on, with_unit(indicator, aim), what))
    return rows


@dataclass(frozen=True, slots=True)
class IndicatorView:
    """An indicator of the action: where it stands, in words and in a chart."""

    indicator: Indicator
    name: str
    drawing: Drawing | None
    sentence: str
    rows: tuple[tuple[str, str, str], ...]
    direction: str
    has_baseline: bool
    has_target: bool


def indicator_view(indicator: Indicator, today: date, *, prefix: str = "series") -> IndicatorView:
    """Return where an indicator stands on a day."""
    series = series_of(indicator)
    return IndicatorView(
        indicator=indicator,
        name=indicator.name,
        drawing=series_chart(indicator, series, prefix=prefix),
        sentence=standing_words(indicator, series, today),
        rows=tuple(_series_rows(indicator, series)),
        direction=str(DIRECTIONS[Direction(indicator.direction)]),
        has_baseline=bool(series.readings),
        has_target=series.target is not None,
    )


def standing_words(indicator: Indicator, series: Series, today: date) -> str:
    """Return in a sentence where the series stands against its line, its target and the law."""
    language = page_language()
    standing = stand(series, today)
    if standing.last is None:
        return _("Pas encore de relevé connu.")
    day = numbers.date(standing.last.on, language)
    value = with_unit(indicator, standing.last)
    if standing.last.role is MeasurementRole.BASELINE:
        told = {"value": value, "day": day}
        # The line starts here: being on it says nothing.
        parts = [_("Référence : %(value)s au %(day)s.") % told, _("Pas encore de relevé connu.")]
    else:
        told = {"value": value[:1].upper() + value[1:], "day": day}
        parts = [_("%(value)s au %(day)s.") % told, *_against_the_line(standing)]
    legal = series.legal_threshold(today)
    if legal is not None:
        law = {"value": with_unit(indicator, legal), "law": legal.reference}
        parts.append(_("La loi demande %(value)s (%(law)s).") % law)
    return " ".join(parts)


def _against_the_line(standing: Standing) -> Iterator[str]:
    if standing.reached:
        yield _("Cible atteinte.")
    elif standing.gap is not None and standing.expected is not None:
        yield _gap_words(standing.gap, standing.expected, page_language())
    elif standing.broken:
        yield _("Le périmètre a changé : la trajectoire attendue ne s’y compare plus.")


def _gap_words(gap: Any, expected: Any, language: Any) -> str:
    values = {
        "gap": numbers.number(numbers.rounded(abs(gap), 2), language),
        "expected": numbers.number(numbers.rounded(expected, 2), language),
    }
    if gap > 0:
        return _("%(gap)s au-dessus de la droite attendue (%(expected)s).") % values
    if gap < 0:
        return _("%(gap)s au-dessous de la droite attendue (%(expected)s).") % values
    return _("Sur la droite attendue.")


def _series_rows(indicator: Indicator, series: Series) -> list[tuple[str, str, str]]:
    """Return the readings then the aims: a day, a value, what it is."""
    language = page_language()
    rows = [
        (
            numbers.date(item.on, language),
            said(indicator, item),
            _("référence") if item.role == "baseline" else "",
        )
        for item in series.readings
    ]
    rows += [
        (
            numbers.date(aim.due_on, language),
            said(indicator, aim),
            _("seuil légal") if aim.kind == "legal" else _("cible"),
        )
        for aim in series.aims
    ]
    return rows


def series_chart(indicator: Indicator, series: Series, *, prefix: str = "series") -> Drawing | None:
    """Return the chart of an indicator in numbers, None when it is in words or by yes and no."""
    if indicator.kind == Kind.YES_NO or all(item.value is None for item in series.readings):
        return None
    baseline, target = series.baseline, series.target
    start = baseline if baseline is not None and baseline.value is not None else None
    return indicator_series(
        _by_year(series.readings, start),
        title=indicator.name,
        baseline=(start.on.year, start.value) if start and start.value is not None else None,
        target=(target.due_on.year, target.value)
        if target is not None and target.value is not None
        else None,
        decimals=decimals_for(indicator, (*series.readings, *series.targets)),
        unit=indicator.unit,
        language=page_language(),
        prefix=prefix,
    )


def _by_year(readings: Iterable[Reading], baseline: Reading | None) -> dict[int, Decimal | None]:
    """Return the last value of each year; an unknown one stands only if nothing is known."""
    found: dict[int, Decimal | None] = {}
    for item in readings:
        if item is baseline:
            continue
        if item.value is not None or item.on.year not in found:
            found[item.on.year] = item.value
    return found
