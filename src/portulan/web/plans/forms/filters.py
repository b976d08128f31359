"""What a list keeps, held by its address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from portulan.catalogue.models import Theme
from portulan.plans.enums import CommitmentLevel, Progress, State
from portulan.plans.models import LEVELS, PROGRESSES
from portulan.plans.selectors import Filters
from portulan.plans.state_words import LABELS, ORDER
from portulan.web.language import page_language


class FilterForm(forms.Form):
    q = forms.CharField(
        label=_("Chercher"), required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    theme = forms.TypedChoiceField(
        label=_("Thématique"), required=False, coerce=int, empty_value=None
    )
    level = forms.TypedChoiceField(
        label=_("Niveau d’engagement"),
        required=False,
        choices=[("", _("Tous")), *sorted(LEVELS.items(), reverse=True)],
        coerce=lambda value: CommitmentLevel(int(value)),
        empty_value=None,
    )
    progress = forms.TypedChoiceField(
        label=_("Avancement"),
        required=False,
        choices=[("", _("Tous")), *PROGRESSES.items()],
        coerce=Progress,
        empty_value=None,
    )
    state = forms.TypedChoiceField(label=_("État"), required=False, coerce=State, empty_value=None)
    pilot = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, themes: list[Theme], data: QueryDict) -> None:
        super().__init__(data, auto_id="f_%s")
        fields: dict[str, Any] = self.fields
        language = page_language()
        fields["theme"].choices = [
            ("", _("Toutes")),
            *((theme.pk, f"{theme.code}. {theme.say('title')}") for theme in themes),
        ]
        fields["state"].choices = [
            ("", _("Tous")),
            *((state, format(LABELS[state], language)) for state in ORDER),
        ]

    def filters(self) -> Filters:
        """Return what is asked; what makes no sense is left out rather than refused."""
        self.is_valid()
        data = self.cleaned_data
        self.errors.clear()
        return Filters(
            q=data.get("q", ""),
            theme=data.get("theme"),
            level=data.get("level"),
            progress=data.get("progress"),
            state=data.get("state"),
            pilot=data.get("pilot", ""),
        )
