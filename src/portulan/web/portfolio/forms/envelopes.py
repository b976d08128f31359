"""Envelopes: what there is each year."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.plans.enums import Section
from portulan.plans.models import SECTIONS
from portulan.portfolio.models import Scenario, ScenarioEnvelope
from portulan.web.portfolio.forms.fields import WholeField, YearsField

ALL = gettext_lazy("Toutes natures ensemble")


class EnvelopeForm(forms.Form):
    """What there is each year, in euros or in days."""

    title = forms.CharField(label=gettext_lazy("Nom"), max_length=120)
    unit = forms.ChoiceField(
        label=gettext_lazy("De l’argent, ou le temps d’une équipe"),
        choices=[("money", gettext_lazy("Euros")), ("team", gettext_lazy("Jours d’une équipe"))],
        widget=forms.RadioSelect,
        initial="money",
    )
    nature = forms.ChoiceField(
        label=gettext_lazy("Nature"),
        choices=[("", ALL), *SECTIONS.items()],
        required=False,
        help_text=gettext_lazy("Pour de l’argent seulement."),
    )
    capacity = YearsField(label="")
    carry_over = WholeField(
        label=gettext_lazy("Report au plus d’une année sur l’autre"),
        required=False,
        help_text=gettext_lazy("Vide : rien ne se reporte."),
    )

    def __init__(
        self,
        scenario: Scenario,
        *args: Any,
        envelope: ScenarioEnvelope | None = None,
        **kwargs: Any,
    ) -> None:
        if envelope is not None:
            kwargs["initial"] = {
                "title": envelope.title,
                "unit": "money" if envelope.is_money else "team",
                "nature": envelope.nature,
                "capacity": envelope.capacity,
                "carry_over": envelope.carry_over or None,
            }
        super().__init__(*args, **kwargs)
        capacity = self.fields["capacity"]
        years = " ; ".join(map(str, scenario.years))
        capacity.label = _("Ce qu’il y a, par année (%(years)s)") % {"years": years}
        capacity.count = len(scenario.years)  # type: ignore[attr-defined]
        capacity.help_text = _("Un nombre entier par année, séparés par « ; ».")

    def values(self) -> Any:
        """Return what was typed, as the service takes it."""
        data = self.cleaned_data
        is_money = data["unit"] == "money"
        nature = Section(data["nature"]) if is_money and data["nature"] else None
        return {
            "title": data["title"],
            "is_money": is_money,
            "nature": nature,
            "capacity": data["capacity"],
            "carry_over": data["carry_over"] or 0,
        }
