"""Which units owe a part of an indicator: designated, weighed, answered or silent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.urls import reverse
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.models import Unit
from portulan.core.folding import fold
from portulan.core.say import numbers
from portulan.indicators.models import Indicator, Measurement
from portulan.indicators.reads import owed_of, rule_of, series_of
from portulan.indicators.series import Reading
from portulan.indicators.unit_parts.rules import binding
from portulan.indicators.unit_parts.writes import designate_units
from portulan.indicators.words import Knowledge, OverUnits
from portulan.plans.plan import get_action_indicator
from portulan.web.crumbs import under_action
from portulan.web.fields import NumberField
from portulan.web.indicators.values import with_unit
from portulan.web.language import page_language
from portulan.web.pages import Edit, Typed, screen
from portulan.web.plans.indicators.page import terms_of
from portulan.web.requests import OrganisationRequest

MOST = 60


class UnitsForm(forms.Form):
    """The units of an indicator, ticked, each with its weight where something is weighed."""

    def __init__(self, indicator: Indicator, today: date, data: Any = None) -> None:
        super().__init__(data)
        owed = binding(owed_of(indicator), today)
        told = {one.unit_id for one in indicator.measurements.all()}
        units = indicator.organisation.units.order_by("name")
        # Those that owe or told something are always there; the others as far as the page holds.
        first = sorted(units, key=lambda unit: unit.pk not in owed.keys() | told)[:MOST]
        self.units = sorted(first, key=lambda unit: fold(unit.name))
        self.left = max(0, len(units) - MOST)
        self.is_weighed = rule_of(indicator).between is OverUnits.WEIGHTED
        for unit in self.units:
            part = owed.get(unit.pk)
            ticked = part is not None or (not owed and unit.pk in told)
            self.fields[f"u{unit.pk}"] = forms.BooleanField(
                label=unit.name, required=False, initial=ticked
            )
            if self.is_weighed:
                label = _("Poids de %(unit)s") % {"unit": unit.name}
                self.fields[f"w{unit.pk}"] = NumberField(
                    label=label,
                    required=False,
                    initial=part.weight if part else None,
                )

    @property
    def rows(self) -> Iterator[tuple[Unit, BoundField, BoundField | None]]:
        for unit in self.units:
            yield unit, self[f"u{unit.pk}"], self[f"w{unit.pk}"] if self.is_weighed else None

    def parts(self) -> dict[int, Decimal | None]:
        """Return what is said of the units that are ticked, or that a weight is given.

        One that was ticked and is no more is let go, though its weight is still there.
        """
        data, found = self.cleaned_data, {}
        for unit in self.units:
            weight = data.get(f"w{unit.pk}")
            joins = weight is not None and not self.fields[f"u{unit.pk}"].initial
            if data[f"u{unit.pk}"] or joins:
                found[unit.pk] = weight
        return found


@screen
def units(request: OrganisationRequest, plan: str, number: int, pk: int) -> Edit[UnitsForm, None]:
    """Designate the units that owe a part of an indicator."""
    action, indicator = get_action_indicator(
        actor=request.actor, plan_slug=plan, number=number, pk=pk, need=Operation.EDIT_PLAN
    )
    where = [request.organisation.slug, plan, number, pk]
    back = reverse("plans:indicator", args=where)
    return Edit(
        title=_("Les entités qui ont une part à dire"),
        submit=_("Désigner ces entités"),
        intro=_("Chacune sera attendue à chaque période, et l’ensemble dira combien ont répondu."),
        trail=[*under_action(request, action), (back, Typed(indicator.name))],
        back=back,
        form=lambda data: UnitsForm(indicator, request.today, data),
        edits=indicator,
        write=lambda form: designate_units(
            request.actor,
            indicator=indicator,
            parts=form.parts(),
            today=request.today,
            among=frozenset(unit.pk for unit in form.units),
        ),
        done=_("Entités désignées."),
        template="plans/indicator_units.html",
    )


@dataclass(frozen=True, slots=True)
class Share:
    """What the page of an indicator says of a unit."""

    pk: int
    name: str
    value: str
    terms: str
    on: date | None
    weight: str
    due_on: date | None


def unit_rows(
    indicator: Indicator, measurements: list[Measurement], today: date
) -> tuple[list[Share], str]:
    """Return the units that told or owe something, and in a sentence how many of them answered."""
    owed = binding(owed_of(indicator), today)
    missing = {one.owed.unit: one.due_on for one in series_of(indicator).missing(today)}
    last: dict[int, Measurement] = {}
    names = {pk: part.name for pk, part in owed.items()}
    for item in measurements:  # the latest first
        counts = item.withdrawn_at is None and not item.refused_why
        if item.unit is not None and counts and item.knowledge == Knowledge.KNOWN:
            last.setdefault(item.unit.pk, item)
            if not owed:
                names[item.unit.pk] = item.unit.name
    language = page_language()
    rows = []
    for pk, name in sorted(names.items(), key=lambda one: fold(one[1])):
        found, part = last.get(pk), owed.get(pk)
        weight = part.weight if part else None
        rows.append(
            Share(
                pk,
                name,
                "" if found is None else with_unit(indicator, _reading(found)),
                "" if found is None else terms_of(found),
                None if found is None else found.on,
                "" if weight is None else numbers.number(weight, language),
                missing.get(pk),
            )
        )
    return rows, _coverage(owed, missing)


def _reading(item: Measurement) -> Reading:
    return Reading(item.on, item.value, item.text)


def _coverage(owed: Mapping[int, Any], missing: Mapping[int, date]) -> str:
    """Return « 3 entités sur 5 ont dit leur part, 80 % des poids »."""
    if not owed:
        return ""
    told = {pk: part for pk, part in owed.items() if pk not in missing}
    said: dict[str, object] = {"told": len(told), "owed": len(owed)}
    weights = [part.weight for part in owed.values()]
    if None in weights or not sum(weights):
        return _("Parts dites : %(told)s sur %(owed)s.") % said
    share = sum((part.weight for part in told.values()), Decimal(0)) * 100 / sum(weights)
    said |= {"share": numbers.percent(share, page_language(), decimals=0)}
    return _("Parts dites : %(told)s sur %(owed)s, %(share)s des poids.") % said
