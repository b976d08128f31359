from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portulan.catalogue.models import Practice
from portulan.plans.enums import CommitmentLevel, Reach
from portulan.plans.models import GUESSES, LEVELS, REACHES, Action, Axis, Goal, Plan
from portulan.plans.selectors.practices import practices_for
from portulan.web.plans.forms.fields import (
    DayField,
    LinesField,
    NumberField,
    PersonChoiceField,
    text_area,
)
from portulan.web.received import SeveralField

UNKNOWN = [("", _("Inconnu"))]


class ActionForm(forms.Form):
    """The sheet of an action: three fields are needed, the others can wait."""

    title = forms.CharField(label=_("Titre"), max_length=250)
    pilot_function = forms.CharField(
        label=_("Fonction du pilote"),
        max_length=160,
        help_text=_("Une seule fonction répond de l’action."),
    )
    pilot = PersonChoiceField(0, label=_("Personne qui pilote"))
    level = forms.TypedChoiceField(
        label=_("Niveau d’engagement proposé"),
        choices=LEVELS,
        coerce=lambda value: CommitmentLevel(int(value)),
        help_text=_("Il sera celui de l’action une fois voté."),
    )
    description = forms.CharField(label=_("Description"), required=False, widget=text_area(4))
    practices = SeveralField(
        label=_("Bonnes pratiques suivies"),
        queryset=Practice.objects.none(),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}),
        help_text=_("Maintenez Ctrl (ou Cmd) pour en choisir plusieurs."),
    )
    starts_on = DayField(label=_("Début"), required=False)
    due_on = DayField(label=_("Fin prévue"), required=False)
    follow_up_function = forms.CharField(
        label=_("Suivi par"),
        max_length=160,
        required=False,
        help_text=_("La fonction qui suit les relevés ; nécessaire à une réalisation."),
    )
    sponsor_function = forms.CharField(
        label=_("Élu ou directeur référent"), max_length=160, required=False
    )
    contributors = LinesField(
        label=_("Contributeurs"), required=False, help_text=_("Un par ligne.")
    )
    scope = forms.CharField(
        label=_("Champ d’expérimentation"),
        max_length=300,
        required=False,
        help_text=_("Où, sur qui, jusqu’à quand ; nécessaire à une expérimentation."),
    )
    reach = forms.TypedChoiceField(label=_("Portée"), choices=REACHES, coerce=Reach)
    axis = forms.ModelChoiceField(
        label=_("Axe"), queryset=Axis.objects.none(), required=False, empty_label=_("Aucun")
    )
    goals = SeveralField(
        label=_("Objectifs communs servis"),
        queryset=Goal.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    impact_guess = forms.TypedChoiceField(
        label=_("Impact pressenti"),
        choices=[*UNKNOWN, *GUESSES.items()],
        coerce=int,
        empty_value=None,
        required=False,
    )
    effort_guess = forms.TypedChoiceField(
        label=_("Effort pressenti"),
        choices=[*UNKNOWN, *GUESSES.items()],
        coerce=int,
        empty_value=None,
        required=False,
    )
    days_per_year = NumberField(
        label=_("Temps d’agents (jours par an)"),
        required=False,
        help_text=_("Jamais converti en euros. Vide : inconnu."),
    )

    def __init__(self, plan: Plan, *args: Any, action: Action | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["pilot"] = PersonChoiceField(plan.organisation_id, label=_("Personne qui pilote"))
        fields["axis"].queryset = plan.axes.order_by("order", "id")
        fields["goals"].queryset = plan.goals.order_by("order", "id")
        fields["practices"].queryset = practices_for(plan)
        fields["practices"].label_from_instance = lambda item: f"{item.code} {item.say('title')}"
        for name in ("axis", "goals"):
            if not fields[name].queryset.exists():
                del self.fields[name]
        if action is not None and action.decisions.exists():
            del self.fields["level"]


SHEET = (
    "title", "description", "axis", "level", "reach", "scope", "starts_on", "due_on",
    "pilot_function", "pilot", "follow_up_function", "contributors", "sponsor_function",
    "impact_guess", "effort_guess", "days_per_year",
)  # fmt: skip


def sheet_of(action: Action) -> dict[str, Any]:
    """Return what the form of an action shows at first."""
    initial = {name: getattr(action, name) for name in SHEET}
    initial["goals"] = list(action.goals.all())
    initial["practices"] = [link.practice for link in action.practice_links.all()]
    return initial


class PilotForm(forms.Form):
    """Who answers for the action; or nobody, since a day."""

    pilot_function = forms.CharField(label=_("Fonction du pilote"), max_length=160)
    pilot = PersonChoiceField(0, label=_("Personne qui pilote"))
    since = DayField(
        label=_("Poste vacant depuis"),
        required=False,
        help_text=_("À remplir seulement si plus personne ne tient la fonction."),
    )

    def __init__(self, organisation_id: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label = _("Personne qui pilote")
        self.fields["pilot"] = PersonChoiceField(organisation_id, label=label)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("pilot") and data.get("since"):
            self.add_error("since", _("Choisissez : une personne, ou un poste vacant."))
        return data


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Motif"),
        max_length=1000,
        widget=text_area(3),
        help_text=_("Il restera dans le journal de l’action, et dans le bilan."),
    )
