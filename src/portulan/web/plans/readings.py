"""The dated values and the aims of an indicator, as its page lists them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from portulan.indicators.enums import Knowledge, MeasurementRole, TargetKind
from portulan.indicators.models import KNOWLEDGES, Indicator, Measurement
from portulan.indicators.series import Aim, Reading
from portulan.web import formats
from portulan.web.language import page_language
from portulan.web.plans.values import with_unit


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
        "top": formats.number(item.numerator, language),
        "bottom": formats.number(item.denominator, language),
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
