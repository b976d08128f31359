from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portulan.indicators.enums import (
    Direction,
    Kind,
    Knowledge,
    Level,
    MeasurementRole,
    TargetKind,
)
from portulan.indicators.models import DIRECTIONS, KINDS, KNOWLEDGES, LEVELS, Indicator
from portulan.web.plans.forms.fields import DayField, NumberField, text_area
from portulan.web.plans.forms.update import confirm_beyond_whole, value_field
from portulan.web.plans.values import name_with_unit


class IndicatorForm(forms.Form):
    name = forms.CharField(
        label=_("Nom"), max_length=250, help_text=_("Ce qui se compte, en peu de mots.")
    )
    kind = forms.TypedChoiceField(label=_("Genre"), choices=KINDS, coerce=Kind)
    unit = forms.CharField(
        label=_("Unité"), max_length=40, required=False, help_text=_("%, années, kWh, To…")
    )
    direction = forms.TypedChoiceField(
        label=_("Sens voulu"), choices=DIRECTIONS, coerce=Direction, initial=Direction.UP
    )
    level = forms.TypedChoiceField(
        label=_("Niveau"), choices=LEVELS, coerce=Level, initial=Level.OPERATIONAL
    )
    description = forms.CharField(
        label=_("Précisions"),
        required=False,
        widget=text_area(2),
        help_text=_("Ce qui est compté, et d’où vient le chiffre."),
    )


class TargetForm(forms.Form):
    """What is to be reached by a day: a target, or what the law asks for."""

    kind = forms.TypedChoiceField(
        label=_("Genre"),
        choices={TargetKind.TARGET: _("Cible"), TargetKind.LEGAL: _("Seuil légal")},
        coerce=TargetKind,
    )
    due_on = DayField(
        label=_("Échéance"), help_text=_("Un seuil légal s’applique à partir de ce jour.")
    )
    reference = forms.CharField(
        label=_("Texte de loi"), max_length=250, required=False, help_text=_("Pour un seuil légal.")
    )

    def __init__(self, indicator: Indicator, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name, field = value_field(Kind(indicator.kind), {"label": _("À atteindre")})
        self.fields[name] = field
        self.order_fields(["kind", "due_on", name, "reference"])


class MeasurementForm(forms.Form):
    """A dated value, or the statement that it is not known."""

    on = DayField(label=_("Date"))
    knowledge = forms.TypedChoiceField(
        label=_("Ce chiffre est"),
        choices=KNOWLEDGES,
        coerce=Knowledge,
        initial=Knowledge.KNOWN,
        widget=forms.RadioSelect,
    )
    numerator = NumberField(label=_("Numérateur"), required=False)
    denominator = NumberField(
        label=_("Dénominateur"),
        required=False,
        help_text=_("Les deux termes remplacent le pourcentage : il est calculé."),
    )
    role = forms.TypedChoiceField(
        label=_("Sert de"),
        choices={
            MeasurementRole.READING: _("Relevé"),
            MeasurementRole.BASELINE: _("Référence, d’où part la trajectoire"),
        },
        coerce=MeasurementRole,
    )
    source = forms.CharField(label=_("Source"), max_length=250, required=False)
    note = forms.CharField(label=_("Remarque"), max_length=500, required=False)
    breaks_series = forms.BooleanField(
        label=_("Le périmètre a changé : ne pas comparer avec les relevés d’avant"), required=False
    )

    def __init__(
        self,
        indicator: Indicator,
        today: date,
        data: Any = None,
        *,
        role: MeasurementRole = MeasurementRole.READING,
    ) -> None:
        super().__init__(data, initial={"on": today, "role": role})
        self.indicator = indicator
        options = {"label": name_with_unit(indicator), "required": False}
        name, field = value_field(Kind(indicator.kind), options)
        self.fields[name] = field
        if indicator.kind != Kind.PERCENTAGE:
            del self.fields["numerator"]
            del self.fields["denominator"]
        if indicator.computed_by:
            roles: Any = self.fields["role"]
            roles.choices = list(roles.choices)[1:]
        self.order_fields(["on", name])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        value, top, bottom = (data.get(name) for name in ("value", "numerator", "denominator"))
        if value is None and top is not None and bottom:
            value = 100 * top / bottom
        confirm_beyond_whole(self, self.indicator, value)
        return data
