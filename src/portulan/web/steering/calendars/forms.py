"""What an address of a calendar shows."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.accounts.models import Organisation
from portulan.plans.models import Plan


class CalendarForm(forms.Form):
    plan = forms.ChoiceField(label=gettext_lazy("Ce que l’agenda montre"), required=False)

    def __init__(self, organisation: Organisation, data: Any = None) -> None:
        super().__init__(data)
        plans = Plan.objects.filter(organisation=organisation).order_by("-first_year", "pk")
        field: Any = self.fields["plan"]
        field.choices = [
            ("", _("Les actions que je pilote")),
            *((one.slug, one.title) for one in plans),
        ]
