"""The forms of the criteria of a label: one criterion, or a list pasted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.plans.models import Action, Plan
from portulan.publication.label.pasting import numbers_in
from portulan.publication.label.reads import numbers_of
from portulan.publication.models import LabelCriterion
from portulan.web.fields import field_of, text_area


class CriterionForm(forms.Form):
    """A criterion, what is answered to it, and the actions that do."""

    code = field_of(
        LabelCriterion,
        "code",
        help_text=gettext_lazy("Celui de votre contrat : 1.1, A2, 3.4.5."),
    )
    title = field_of(LabelCriterion, "title", widget=text_area(2))
    answer = field_of(
        LabelCriterion,
        "answer",
        widget=text_area(2),
        help_text=gettext_lazy("Une phrase : ce que vous faites, ou pourquoi pas encore."),
    )
    actions = forms.CharField(
        label=gettext_lazy("Actions qui y répondent"),
        max_length=5_000,
        required=False,
        help_text=gettext_lazy("Leurs numéros dans le plan : 3, 7, 12."),
    )

    def __init__(self, plan: Plan, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan

    def clean_actions(self) -> list[Action]:
        if not self.cleaned_data["actions"]:
            return []
        known = {one.called: one for one in self.plan.actions.all()}
        said = numbers_in(self.cleaned_data["actions"], known)
        unknown = [number for number in said if number not in known]
        if unknown:
            raise ValidationError(
                _("Aucune action du plan n’a le numéro « %(number)s ».") % {"number": unknown[0]}
            )
        return [known[number] for number in said]

    @staticmethod
    def initial_of(criterion: LabelCriterion) -> dict[str, Any]:
        said = {name: getattr(criterion, name) for name in ("code", "title", "answer")}
        return said | {"actions": ", ".join(numbers_of(criterion))}


class PasteForm(forms.Form):
    """Criteria, a line each."""

    lines = forms.CharField(
        label=gettext_lazy("Vos critères, un par ligne"),
        max_length=200_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=gettext_lazy(
            "Le code, une tabulation, l’intitulé : deux colonnes copiées d’un tableur conviennent."
        ),
    )
