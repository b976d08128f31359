"""The dated values and the aims of an indicator, as its page lists them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.charts.canvas import Drawing
from portulan.charts.indicator_series import indicator_series
from portulan.core.say import numbers
from portulan.indicators.fields import INDICATOR
from portulan.indicators.models import KNOWLEDGES, Indicator, Measurement, Target
from portulan.indicators.reads import rule_of, series_of
from portulan.indicators.series import Aim, Reading, Series, Standing, due_next, stand
from portulan.indicators.words import Kind, Knowledge, MeasurementRole, OverTime, TargetKind
from portulan.web.indicators.values import decimals_for, said, with_unit
from portulan.web.language import page_language
from portulan.web.plans.sheet import fact_of


def reading_rows(
    indicator: Indicator,
    shown: Iterable[Measurement],
    labels: Mapping[int, str],
    told: Iterable[Measurement],
) -> Iterator[tuple[Measurement, str, str, str, str, bool]]:
    """Yield each dated value: in words, its marks, its source, its author, and whether another of
    its day says otherwise, among all that was told. The latest first.
    """
    disputed = _disputed(told)
    for item in shown:
        known = item.knowledge == Knowledge.KNOWN
        value = with_unit(indicator, Reading(item.on, item.value, item.text)) if known else ""
        yield (
            item,
            value or str(KNOWLEDGES[Knowledge(item.knowledge)]).lower(),
            ", ".join(_marks(item, indicator, disputed=item.pk in disputed)),
            " · ".join(text for text in (terms_of(item), item.source, item.note) if text),
            labels.get(item.person_id or 0, ""),
            item.pk in disputed,
        )


def _marks(item: Measurement, indicator: Indicator, *, disputed: bool = False) -> Iterator[str]:
    if item.unit is not None:
        yield item.unit.name
    if item.role == MeasurementRole.BASELINE:
        yield _("référence")
    if item.breaks_series:
        yield _("rupture de périmètre")
    if item.restated_for is not None:
        day = numbers.date(item.restated_for, page_language())
        yield _("redit pour la rupture du %(day)s") % {"day": day}
    if item.computed:
        yield _("calculé") if indicator.computed_by else _("d’une source")
    if item.withdrawn_at is not None:
        yield _("retiré")
    if item.refused_why:
        yield _("écarté : %(why)s") % {"why": item.refused_why}
    elif disputed:
        yield _("deux sources, à trancher")


def _disputed(measurements: Iterable[Measurement]) -> set[int]:
    """Return the values of one day that do not agree and of which none is refused yet."""
    places: dict[tuple[object, ...], list[Measurement]] = {}
    for item in measurements:
        counts = item.withdrawn_at is None and not item.refused_why
        if counts and item.knowledge == Knowledge.KNOWN:
            place = (item.on, item.role, item.unit_id, item.restated_for)
            places.setdefault(place, []).append(item)
    return {
        item.pk
        for items in places.values()
        if len({(one.value, one.text) for one in items}) > 1
        for item in items
    }


def terms_of(item: Measurement) -> str:
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
        parts = [_("%(value)s au %(day)s.") % told, *_of_units(standing.last)]
        if others := series.same_day(standing.last):
            said = ", ".join(with_unit(indicator, one) for one in others)
            parts.append(_("Autre relevé du même jour : %(values)s.") % {"values": said})
        parts += _against_the_line(standing, series)
    legal = series.legal_threshold(today)
    if legal is not None:
        law = {"value": with_unit(indicator, legal), "law": legal.reference}
        parts.append(_("La loi demande %(value)s (%(law)s).") % law)
    return " ".join((*parts, *_floor(indicator, series, today), *_waited(indicator, series, today)))


def _of_units(last: Reading) -> Iterator[str]:
    told: dict[str, object] = {"parts": last.parts, "expected": last.expected}
    if last.weighed is not None and all(last.weighed):
        share = last.weighed[0] * 100 / last.weighed[1]
        told |= {"share": numbers.percent(share, page_language(), decimals=0)}
        yield (
            ngettext(
                "Fait de %(parts)s entité sur %(expected)s, %(share)s des poids.",
                "Fait de %(parts)s entités sur %(expected)s, %(share)s des poids.",
                last.parts,
            )
            % told
        )
    elif last.expected:
        yield (
            ngettext(
                "Fait de %(parts)s entité sur %(expected)s.",
                "Fait de %(parts)s entités sur %(expected)s.",
                last.parts,
            )
            % told
        )


def _floor(indicator: Indicator, series: Series, today: date) -> Iterator[str]:
    """Say what is known of a sum that is not whole yet, when it comes after the last value."""
    last = next((item for item in reversed(series.readings) if item.on <= today), None)
    if last is None or last.at_least is None:
        return
    language = page_language()
    known = Reading(last.on, last.at_least)
    told = {"value": with_unit(indicator, known), "day": numbers.date(last.on, language)}
    if last.expected and last.parts < last.expected:
        told |= {"parts": str(last.parts), "expected": str(last.expected)}
        yield _("Au moins %(value)s au %(day)s, de %(parts)s entités sur %(expected)s.") % told
    else:
        yield _("Au moins %(value)s depuis le 1er janvier, au %(day)s.") % told


def facts_of(indicator: Indicator, *, by_units: bool) -> Iterator[tuple[str, str]]:
    """Yield what an indicator says of itself, a word and a value; `by_units` if units tell it."""
    useless = {
        "over_time": indicator.over_time != OverTime.FLOW,
        "over_units": not by_units,
    }
    for field in INDICATOR:
        if field.word and not useless.get(field.name):
            yield from fact_of(indicator, field, field.word)


def _waited(indicator: Indicator, series: Series, today: date) -> Iterator[str]:
    """Say since when a value is expected, and since when a yes is to be asked again."""
    language = page_language()
    due = due_next(series, rule_of(indicator).frequency)
    if due is not None and due <= today:
        day = numbers.date(due, language)
        yield _("Un relevé est attendu depuis le %(day)s.") % {"day": day}
    review = indicator.review_on
    if review is not None and review <= today:
        yield _("À revoir depuis le %(day)s.") % {"day": numbers.date(review, language)}


def _against_the_line(standing: Standing, series: Series) -> Iterator[str]:
    if standing.reached:
        yield _("Cible atteinte.")
    elif standing.gap is not None and standing.expected is not None:
        yield _gap_words(standing.gap, standing.expected, page_language())
        if standing.days_behind:
            yield from _late_words(standing, series)
    elif standing.broken:
        yield _("La série est rompue : la trajectoire attendue ne s’y compare plus.")


_DAYS_OF_MONTH = 30.44


def _late_words(standing: Standing, series: Series) -> Iterator[str]:
    """Say by how much it is late, and when the target would come at this pace."""
    days = standing.days_behind or 0
    months = round(days / _DAYS_OF_MONTH)
    if months >= 2:
        yield _("En retard de %(count)s mois sur cette droite.") % {"count": months}
    else:
        late = ngettext("En retard d’un jour.", "En retard de %(count)s jours.", days)
        yield late % {"count": days}
    if standing.last is None or standing.last == series.baseline:
        return
    if standing.arrives_on is None:
        yield _("À ce rythme, la cible ne serait pas atteinte.")
    else:
        day = numbers.date(standing.arrives_on, page_language())
        yield _("À ce rythme, la cible serait atteinte le %(day)s.") % {"day": day}


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


def series_chart(indicator: Indicator, series: Series) -> Drawing | None:
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
        unit=numbers.unit(indicator.unit),
        language=page_language(),
        prefix="series",
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
