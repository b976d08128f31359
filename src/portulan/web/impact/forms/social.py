"""Stating what an action changes for people."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from portulan.impact.models import SENSES, SOCIALS


class SocialForm(forms.Form):
    kind = forms.ChoiceField(label=_("Genre"), choices=SOCIALS)
    sense = forms.ChoiceField(label=_("Sens"), choices=SENSES)
    statement = forms.CharField(
        label=_("Ce qui change, et pour qui"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    evidence = forms.CharField(
        label=_("Preuve"),
        max_length=500,
        required=False,
        help_text=_("Une référence ou une adresse : enquête, test, témoignages."),
    )
