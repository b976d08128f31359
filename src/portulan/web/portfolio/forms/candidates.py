"""Candidates and their levels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.plans.enums import CommitmentLevel
from portulan.plans.models import Action
from portulan.portfolio.models import Candidate, CandidateLevel, ScenarioEnvelope
from portulan.web.budget.forms.attributions import ActionChoice
from portulan.web.portfolio.forms.fields import LevelField, WholeField, YearsField

NATURES = {
    "F": gettext_lazy("Fonctionnement"),
    "I": gettext_lazy("Investissement"),
    "": gettext_lazy("Nature non dite"),
}
STUDY, EXPERIMENT = CommitmentLevel.STUDY, CommitmentLevel.EXPERIMENT
_NONE = gettext_lazy("Aucun")


class AddCandidateForm(forms.Form):
    """An action of the plan, or something that would be added to one."""

    action = ActionChoice(
        label=gettext_lazy("Action"),
        queryset=Action.objects.none(),
        empty_label=gettext_lazy("Choisir une action"),
    )
    label = forms.CharField(
        label=gettext_lazy("Ce qui s’y ajouterait"),
        max_length=200,
        required=False,
        help_text=gettext_lazy(
            "Vide : l’action elle-même. Sinon un complément, comme « avec un atelier »."
        ),
    )

    def __init__(self, actions: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["action"].queryset = actions  # type: ignore[attr-defined]


class CandidateForm(forms.Form):
    """What binds a candidate: an obligation, a decision already made, a refusal, a gate."""

    label = forms.CharField(label=gettext_lazy("Complément"), max_length=200)
    theme = forms.CharField(
        label=gettext_lazy("Thématique"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Les règles de couverture comptent par thématique."),
    )
    must_level = LevelField(none=_NONE, label=gettext_lazy("Niveau obligatoire, au moins"))
    must_by = forms.IntegerField(label=gettext_lazy("achevé fin"), required=False)
    must_reason = forms.CharField(
        label=gettext_lazy("Loi ou engagement qui l’impose"), max_length=250, required=False
    )
    step_level = LevelField(none=_NONE, label=gettext_lazy("Niveau déjà décidé"))
    step_start = forms.IntegerField(label=gettext_lazy("commencé en"), required=False)
    step_reason = forms.CharField(
        label=gettext_lazy("Motif de la décision"), max_length=250, required=False
    )
    out_reason = forms.CharField(
        label=gettext_lazy("Écartée, pour ce motif"),
        max_length=250,
        required=False,
        help_text=gettext_lazy("Vide : elle peut être retenue."),
    )
    gate = LevelField(
        STUDY, EXPERIMENT, none=_NONE, label=gettext_lazy("Passage obligé avant la Réalisation")
    )

    def __init__(self, candidate: Candidate, *args: Any, **kwargs: Any) -> None:
        names = list(self.base_fields)
        kwargs["initial"] = {name: getattr(candidate, name) for name in names}
        super().__init__(*args, **kwargs)
        if not candidate.rank:
            del self.fields["label"]


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that stand together under one legend."""

    legend: str
    hint: str
    fields: list[BoundField]


class LevelForm(forms.Form):
    """What a candidate takes and brings at a level; an empty cost is unknown, and not 0."""

    def __init__(
        self,
        level: CandidateLevel,
        teams: Iterable[ScenarioEnvelope],
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._teams = list(teams)
        self._groups: list[tuple[str, str, list[str]]] = []
        self._group(_("Travaux"), "", {"duration": _duration(level)})
        self._money(level.cost, level.running)
        self._days(level.days, level.running_days)
        self._impact(level)
        self._scores(level)

    @property
    def groups(self) -> list[Group]:
        """The fields by what they are about."""
        return [
            Group(legend, hint, [self[name] for name in names])
            for legend, hint, names in self._groups
        ]

    def _group(self, legend: str, hint: str, fields: Mapping[str, forms.Field]) -> None:
        for name, field in fields.items():
            # Empty says something here: it is not “optional”.
            field.conditional = True  # type: ignore[attr-defined]
            self.fields[name] = field
        self._groups.append((legend, hint, list(fields)))

    def _money(self, cost: Mapping[str, list[int]] | None, running: Mapping[str, int]) -> None:
        self._group(
            _("Coût, en euros par année de travaux"),
            _(
                "Un montant par année, séparés par « ; ». Tout vide : coût inconnu. Rien à payer :"
                " écrivez 0."
            ),
            {
                f"cost_{nature}": YearsField(
                    label=label, initial=(cost or {}).get(nature), required=False
                )
                for nature, label in NATURES.items()
            },
        )
        self._group(
            _("Puis, en euros chaque année ensuite"),
            "",
            {
                f"running_{nature}": WholeField(
                    label=label, initial=running.get(nature), required=False
                )
                for nature, label in NATURES.items()
            },
        )

    def _days(self, days: Mapping[str, list[int]], running: Mapping[str, int]) -> None:
        for team in self._teams:
            slug = team.slug
            fields = {
                f"days_{slug}": YearsField(
                    label=_("Par année de travaux"), initial=days.get(slug), required=False
                ),
                f"running_days_{slug}": WholeField(
                    label=_("Chaque année ensuite"), initial=running.get(slug), required=False
                ),
            }
            self._group(_("%(team)s, en jours") % {"team": team.title}, "", fields)

    def _impact(self, level: CandidateLevel) -> None:
        labels = {
            "impact_low": _("Au moins"),
            "impact_likely": _("Probable"),
            "impact_high": _("Au plus"),
        }
        self._group(
            _("Impact, en kgCO₂e évités par an"),
            _("Vides tous les trois : inconnu, et non zéro."),
            {
                name: WholeField(
                    label=label, low=-(10**9), initial=getattr(level, name), required=False
                )
                for name, label in labels.items()
            },
        )

    def _scores(self, level: CandidateLevel) -> None:
        labels = {
            "score_law": _("Loi"),
            "score_readiness": _("Facilité"),
            "score_social": _("Valeur sociale"),
        }
        self._group(
            _("Notes, de 0 à 100"),
            _("Vide : pas jugé, son poids va aux autres critères."),
            {
                name: forms.IntegerField(
                    label=label,
                    initial=getattr(level, name),
                    required=False,
                    validators=[MinValueValidator(0), MaxValueValidator(100)],
                )
                for name, label in labels.items()
            },
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        duration = data.get("duration")
        for name in self.fields:
            found = data.get(name)
            is_years = isinstance(self.fields[name], YearsField)
            if is_years and found and duration and len(found) != duration:
                message = _("Donnez un nombre par année de travaux : %(count)s.")
                self.add_error(name, ValidationError(message, params={"count": duration}))
        return data

    def values(self) -> Any:
        """Return what was typed, as the service takes it."""
        data = self.cleaned_data
        cost = {nature: data[f"cost_{nature}"] for nature in NATURES if data[f"cost_{nature}"]}
        running = {nature: data[f"running_{nature}"] for nature in NATURES}
        slugs = [team.slug for team in self._teams]
        days = {slug: data[f"days_{slug}"] for slug in slugs if data[f"days_{slug}"]}
        running_days = {slug: data[f"running_days_{slug}"] for slug in slugs}
        same = ("duration", "impact_low", "impact_likely", "impact_high")
        return {
            **{name: data[name] for name in same},
            **{name: data[name] for name in ("score_law", "score_readiness", "score_social")},
            "cost": cost or None,
            "running": {name: amount for name, amount in running.items() if amount},
            "days": days,
            "running_days": {name: count for name, count in running_days.items() if count},
        }


def _duration(level: CandidateLevel) -> forms.IntegerField:
    return forms.IntegerField(
        label=_("Durée (années)"),
        initial=level.duration,
        validators=[MinValueValidator(1), MaxValueValidator(15)],
    )
