"""Which units owe a part of an indicator: designated, weighed, answered or silent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
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
from portulan.indicators.unit_parts.rules import PastWeight, binding
from portulan.indicators.unit_parts.writes import designate_units
from portulan.indicators.words import Knowledge, OverUnits
from portulan.plans.plan import get_action_indicator
from portulan.web.crumbs import under_action
from portulan.web.fields import DayField, NumberField
from portulan.web.indicators.values import with_unit
from portulan.web.language import page_language
from portulan.web.pages import Edit, Typed, screen
from portulan.web.plans.indicators.page import terms_of
from portulan.web.requests import OrganisationRequest
from portulan.web.units import Sought, sought_units


class UnitsForm(forms.Form):
    """A page of units, ticked, each with its weight where something is weighed; or all, pasted."""

    def __init__(self, indicator: Indicator, today: date, sought: Sought, data: Any = None) -> None:
        super().__init__(data)
        self.sought = sought
        self.is_weighed = rule_of(indicator).between is OverUnits.WEIGHTED
        self.first = not indicator.unit_parts.exists()
        owed = binding(owed_of(indicator), today)
        told = set() if owed else told_units(indicator)
        for unit in sought.page.object_list:
            part = owed.get(unit.pk)
            self.fields[f"u{unit.pk}"] = forms.BooleanField(
                label=unit.name, required=False, initial=part is not None or unit.pk in told
            )
            if self.is_weighed:
                self.fields[f"w{unit.pk}"] = NumberField(
                    label=_("Poids de %(unit)s") % {"unit": unit.name},
                    required=False,
                    initial=part.weight if part else None,
                )
        self.fields["since"] = DayField(
            label=_("À partir du"),
            required=not self.first,
            initial=None if self.first else today,
            help_text=_("Vide : depuis toujours.")
            if self.first
            else _("Les groupes faits avant ce jour gardent leurs entités et leurs poids."),
        )
        self.fields["pasted"] = forms.CharField(
            label=_("Ou coller des entités"),
            required=False,
            max_length=100_000,
            widget=forms.Textarea(attrs={"rows": 4}),
            help_text=_("Une par ligne, puis son poids s’il y en a un, copiés d’un tableur."),
        )

    @property
    def rows(self) -> Iterator[tuple[Unit, BoundField, BoundField | None]]:
        for unit in self.sought.page.object_list:
            yield unit, self[f"u{unit.pk}"], self[f"w{unit.pk}"] if self.is_weighed else None

    @property
    def others(self) -> list[BoundField]:
        return [self["since"], self["pasted"]]

    def clean_pasted(self) -> dict[int, Decimal | None]:
        return pasted_parts(self.cleaned_data["pasted"], self.sought.units)

    @property
    def among(self) -> frozenset[int]:
        """The units that are spoken of."""
        return frozenset(
            {unit.pk for unit in self.sought.page.object_list} | self.cleaned_data["pasted"].keys()
        )

    def parts(self) -> dict[int, Decimal | None]:
        """Return what is said of the units that are ticked, pasted, or that a weight is given.

        One that was ticked and is no more is let go, though its weight is still there.
        """
        data = self.cleaned_data
        found: dict[int, Decimal | None] = {}
        for unit in self.sought.page.object_list:
            weight = data.get(f"w{unit.pk}")
            joins = weight is not None and not self.fields[f"u{unit.pk}"].initial
            if data[f"u{unit.pk}"] or joins:
                found[unit.pk] = weight
        found.update(data["pasted"])
        return found


def pasted_parts(text: str, units: Iterable[Unit]) -> dict[int, Decimal | None]:
    """Return what is copied of a spreadsheet: names of units, each with its weight or none.

    Raises ValidationError, with the first lines that are not understood.
    """
    named = {fold(unit.name): unit.pk for unit in units}
    found: dict[int, Decimal | None] = {}
    refused = []
    weight = NumberField(required=False)
    for line in text.splitlines():
        name, _tab, number = line.partition("\t") if "\t" in line else line.rpartition(";")
        if not _tab:
            name, number = line, ""
        pk = named.get(fold(name.strip()))
        if not line.strip():
            continue
        try:
            value = weight.clean(number.strip())
        except ValidationError:
            pk = None
        if pk is None or pk in found:
            refused.append(line.strip()[:80])
        else:
            found[pk] = value
    if refused:
        raise ValidationError(
            _("Lignes non comprises, ou dites deux fois : %(lines)s")
            % {"lines": " ; ".join(refused[:MOST_REFUSED])}
        )
    return found


MOST_REFUSED = 5


def told_units(indicator: Indicator) -> set[int]:
    """Return the units that told something of an indicator (one query)."""
    told = indicator.measurements.exclude(unit=None).order_by()
    return set(told.values_list("unit_id", flat=True).distinct())


@screen
def units(request: OrganisationRequest, plan: str, number: int, pk: int) -> Edit[UnitsForm, None]:
    """Designate the units that owe a part of an indicator."""
    action, indicator = get_action_indicator(
        actor=request.actor, plan_slug=plan, number=number, pk=pk, need=Operation.EDIT_PLAN
    )
    where = [request.organisation.slug, plan, number, pk]
    back = reverse("plans:indicator", args=where)
    first = binding(owed_of(indicator), request.today).keys() | told_units(indicator)
    sought = sought_units(request, first)
    return Edit(
        title=_("Les entités qui ont une part à dire"),
        submit=_("Désigner ces entités"),
        intro=_("Chacune sera attendue à chaque période, et l’ensemble dira combien ont répondu."),
        trail=[*under_action(request, action), (back, Typed(indicator.name))],
        form=lambda data: UnitsForm(indicator, request.today, sought, data),
        edits=indicator,
        write=lambda form: designate_units(
            request.actor,
            indicator=indicator,
            parts=form.parts(),
            today=request.today,
            since=form.cleaned_data["since"],
            among=form.among,
        ),
        done=_("Entités désignées."),
        then=lambda _none: request.get_full_path() if sought.page.has_other_pages() else back,
        template="plans/indicator_units.html",
        context={"sought": sought, "page": sought.page},
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
    before: PastWeight | None
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
                part.past[-1] if part and part.past else None,
                missing.get(pk),
            )
        )
    rows.sort(key=lambda one: one.due_on is None)  # who is silent comes first
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
