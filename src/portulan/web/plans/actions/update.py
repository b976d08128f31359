"""The pilot's update of an action: one form."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portulan.indicators.models import Indicator
from portulan.plans.models import PROGRESSES, Action
from portulan.plans.words import CommitmentLevel, Progress
from portulan.web.conflicts import shown_by
from portulan.web.fields import DayField, text_area
from portulan.web.plans.indicators.forms import confirm_beyond_whole, value_field_of


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

    # What it changes in the action: the others are said anew each time.
    CHANGED = ("progress", "blocked_by")
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
            name, field = value_field_of(self.indicator)
            self.fields[name] = field
        if action.level != CommitmentLevel.IMPLEMENTATION:
            choices = [item for item in PROGRESSES.items() if item[0] is not Progress.ONGOING]
            self.fields["progress"].choices = choices  # type: ignore[attr-defined]
        self.order_fields(self.field_order)

    @property
    def shown(self) -> list[tuple[object, ...]]:
        return list(shown_by(self, names=self.CHANGED))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        given = data.get("value") is not None or bool(data.get("text"))
        if given and data.get("unknown"):
            self.add_error("unknown", _("Donnez le chiffre, ou dites que vous ne l’avez pas."))
        if self.indicator is not None:
            confirm_beyond_whole(self, self.indicator, data.get("value"))
        return data
