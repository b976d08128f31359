"""The dated values and the aims of an indicator, as its page lists them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from portulan.charts.canvas import Drawing
from portulan.charts.indicator_series import indicator_series
from portulan.core.say import numbers
from portulan.indicators.models import KNOWLEDGES, Indicator, Measurement, Target
from portulan.indicators.reads import series_of
from portulan.indicators.series import Aim, Reading, Series, Standing, stand
from portulan.indicators.words import Kind, Knowledge, MeasurementRole, TargetKind
from portulan.web.indicators.values import decimals_for, said, with_unit
from portulan.web.language import page_language


def reading_rows(
    indicator: Indicator, measurements: Iterable[Measurement], labels: Mapping[int, str]
) -> Iterator[tuple[Measurement, str, str, str, str]]:
    """Yield each dated value: in words, its marks, its source, its author. The latest first."""
    for item in measurements:
        known = item.knowledge == Knowledge.KNOWN
        value = with_unit(indicator, Reading(item.on, item.value, item.text)) if known else ""
        yield (
            item,
            value or str(KNOWLEDGES[Knowledge(item.knowledge)]).lower(),
            ", ".join(_marks(item)),
            " · ".join(text for text in (_terms(item), item.source, item.note) if text),
            labels.get(item.person_id or 0, ""),
        )


def _marks(item: Measurement) -> Iterator[str]:
    if item.role == MeasurementRole.BASELINE:
        yield _("référence")
    if item.breaks_series:
        yield _("rupture de périmètre")
    if item.computed:
        yield _("calculé")
    if item.withdrawn_at is not None:
        yield _("retiré")


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


def aim_rows(indicator: Indicator) -> Iterator[tuple[Target, str, str]]:
    """Yield the targets and legal thresholds by date: their value, and what they are."""
    for item in indicator.targets.all():
        kind = TargetKind(item.kind)
        aim = Aim(item.due_on, item.value, item.text, kind, item.reference)
        law = _("Seuil légal : %(law)s") % {"law": item.reference}
        yield item, with_unit(indicator, aim), law if kind is TargetKind.LEGAL else _("Cible")


def standing_of(indicator: Indicator, today: date) -> dict[str, Any]:
    """Return where an indicator stands on a day, in words and in a chart."""
    series = series_of(indicator)
    return {
        "indicator": indicator,
        "series": series,
        "drawing": series_chart(indicator, series),
        "sentence": standing_words(indicator, series, today),
        "rows": list(_series_rows(indicator, series)),
    }


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
        yield _("La série est rompue : la trajectoire attendue ne s’y compare plus.")


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


def _series_rows(indicator: Indicator, series: Series) -> Iterator[tuple[date, str, str]]:
    """Yield the readings then the aims: a day, a value, what it is."""
    for item in series.readings:
        is_baseline = item.role is MeasurementRole.BASELINE
        yield item.on, said(indicator, item), _("référence") if is_baseline else ""
    for aim in series.aims:
        is_legal = aim.kind is TargetKind.LEGAL
        yield aim.due_on, said(indicator, aim), _("seuil légal") if is_legal else _("cible")


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
        breaks={item.on.year for item in series.readings if item.breaks},
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
