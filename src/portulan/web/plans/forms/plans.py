from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from portulan.web.plans.forms.fields import DayField


class PlanForm(forms.Form):
    title = forms.CharField(label=_("Titre"), max_length=200)
    first_year = forms.IntegerField(label=_("Première année"), min_value=2000, max_value=2100)
    last_year = forms.IntegerField(label=_("Dernière année"), min_value=2000, max_value=2100)
    adopted_on = DayField(
        label=_("Voté le"), required=False, help_text=_("Laissez vide tant qu’il ne l’est pas.")
    )
    adopted_by = forms.CharField(
        label=_("Voté par"),
        max_length=160,
        required=False,
        help_text=_("L’organe : conseil municipal, assemblée, conseil d’administration…"),
    )
    stale_after_days = forms.IntegerField(
        label=_("Sans nouvelle après (jours)"),
        min_value=7,
        max_value=1000,
        initial=120,
        help_text=_("Au-delà, une action en cours est signalée « sans nouvelle »."),
    )


class PartForm(forms.Form):
    """A common goal or an axis."""

    title = forms.CharField(label=_("Titre"), max_length=250)
