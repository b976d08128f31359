"""Envelopes: what there is each year."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from portulan.plans.enums import Section
from portulan.plans.models import SECTIONS
from portulan.portfolio.models import Scenario, ScenarioEnvelope
from portulan.web.grouped_forms import GroupedForm
from portulan.web.portfolio.forms.fields import WholeField, year_fields


class EnvelopeForm(GroupedForm):
    """What there is each year, in euros or in days: a box per year."""

    def __init__(
        self,
        scenario: Scenario,
        *args: Any,
        envelope: ScenarioEnvelope | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        kept = envelope or ScenarioEnvelope(scenario=scenario, capacity=[])
        self.group("", "", _what(kept))
        self.group(
            _("Ce qu’il y a, par année"),
            _("En euros ou en jours entiers. Rien une année : écrivez 0."),
            {
                **year_fields("capacity", scenario.years, kept.capacity, required=True),
                "carry_over": WholeField(
                    label=_("Report, au plus"),
                    initial=kept.carry_over or None,
                    required=False,
                    help_text=_("D’une année sur la suivante. Vide : rien."),
                ),
            },
        )

    def values(self) -> Any:
        """Return what was typed, as the service takes it."""
        data = self.cleaned_data
        is_money = data["unit"] == "money"
        nature = Section(data["nature"]) if is_money and data["nature"] else None
        return {
            "title": data["title"],
            "is_money": is_money,
            "nature": nature,
            "capacity": self.row("capacity"),
            "carry_over": data["carry_over"] or 0,
        }


def _what(kept: ScenarioEnvelope) -> dict[str, forms.Field]:
    return {
        "title": forms.CharField(label=_("Nom"), max_length=120, initial=kept.title),
        "unit": forms.ChoiceField(
            label=_("De l’argent, ou le temps d’une équipe"),
            choices=[("money", _("Euros")), ("team", _("Jours d’une équipe"))],
            widget=forms.RadioSelect,
            initial="money" if kept.is_money else "team",
        ),
        "nature": forms.ChoiceField(
            label=_("Nature"),
            choices=[("", _("Toutes natures ensemble")), *SECTIONS.items()],
            required=False,
            initial=kept.nature,
            help_text=_("Pour de l’argent seulement."),
        ),
    }
