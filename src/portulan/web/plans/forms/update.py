from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portulan.indicators.enums import Kind, MeasurementRole
from portulan.indicators.models import Indicator
from portulan.indicators.selectors import series_of
from portulan.plans.enums import CommitmentLevel, Progress
from portulan.plans.models import PROGRESSES, Action
from portulan.web import formats
from portulan.web.language import page_language
from portulan.web.plans.forms.fields import DayField, NumberField, text_area
from portulan.web.plans.values import name_with_unit, with_unit

WHOLE = Decimal(100)
YES_NO = [("", _("Choisir")), ("oui", _("Oui")), ("non", _("Non"))]


class UpdateForm(forms.Form):
    """The pilot's three minutes: how far, one value, what blocks."""

    progress = forms.TypedChoiceField(label=_("Avancement"), choices=PROGRESSES, coerce=Progress)
    unknown = forms.BooleanField(label=_("Je n’ai pas ce chiffre"), required=False)
    on = DayField(label=_("Date du relevé"), required=False)
    source = forms.CharField(
        label=_("Source ou preuve"),
        max_length=250,
        required=False,
        help_text=_("D’où vient ce chiffre : facture, export, rapport, adresse."),
    )
    blocked_by = forms.CharField(
        label=_("Bloqué par"), max_length=500, required=False, widget=text_area(2)
    )
    note = forms.CharField(
        label=_("Remarque"), max_length=1000, required=False, widget=text_area(2)
    )

    field_order = ["progress", "value", "text", "unknown", "on", "source", "blocked_by", "note"]

    def __init__(
        self, action: Action, indicator: Indicator | None, today: date, data: Any = None
    ) -> None:
        initial = {"progress": action.progress, "blocked_by": action.blocked_by, "on": today}
        super().__init__(data, initial=initial, prefix="update")
        self.indicator = indicator if indicator and not indicator.computed_by else None
        if self.indicator is None:
            for name in ("unknown", "on", "source"):
                del self.fields[name]
        else:
            name, field = _value_field(self.indicator)
            self.fields[name] = field
        if action.level != CommitmentLevel.IMPLEMENTATION:
            choices = [item for item in PROGRESSES.items() if item[0] is not Progress.ONGOING]
            self.fields["progress"].choices = choices  # type: ignore[attr-defined]
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        given = data.get("value") is not None or bool(data.get("text"))
        if given and data.get("unknown"):
            self.add_error("unknown", _("Donnez le chiffre, ou dites que vous ne l’avez pas."))
        if self.indicator is not None:
            confirm_beyond_whole(self, self.indicator, data.get("value"))
        return data


def _value_field(indicator: Indicator) -> tuple[str, forms.Field]:
    label = name_with_unit(indicator)
    last = series_of(indicator).last_known
    hint = str(_("Pas encore de relevé."))
    if last is not None:
        told = {
            "value": with_unit(indicator, last),
            "day": formats.date(last.on, page_language()),
        }
        if last.role is MeasurementRole.BASELINE:
            hint = _("Référence : %(value)s au %(day)s.") % told
        else:
            hint = _("Dernier relevé : %(value)s, le %(day)s.") % told
    options: dict[str, Any] = {"label": label, "required": False, "help_text": hint}
    return value_field(Kind(indicator.kind), options)


def confirm_beyond_whole(form: forms.Form, indicator: Indicator, value: Decimal | None) -> None:
    """Have a percentage above 100 confirmed, unless the indicator was or aims above it."""
    if indicator.kind != Kind.PERCENTAGE or value is None or value <= WHOLE:
        return
    series = series_of(indicator)
    if any(item.value is not None and item.value > WHOLE for item in series.readings + series.aims):
        return
    form.fields["beyond"] = forms.BooleanField(label=_("C’est bien plus de 100 %"), required=False)
    names = list(form.fields)
    form.order_fields([*names[: names.index("value") + 1], "beyond"])
    if not form.data.get(form.add_prefix("beyond")):
        form.add_error(
            "beyond",
            _("Une part ne dépasse pas le tout. Si cet indicateur le peut, cochez cette case."),
        )


def value_field(kind: Kind, options: dict[str, Any]) -> tuple[str, forms.Field]:
    """Return the name and the field that a value of that kind is given in."""
    if kind.is_number:
        return "value", NumberField(**options)
    if kind is Kind.YES_NO:
        return "text", forms.ChoiceField(choices=YES_NO, **options)
    return "text", forms.CharField(max_length=250, **options)
