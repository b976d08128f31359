"""Candidates and their levels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portulan.plans.models import Action
from portulan.plans.words import CommitmentLevel
from portulan.portfolio.models import Candidate, CandidateLevel, ScenarioEnvelope
from portulan.portfolio.words import LONGEST_REASON
from portulan.web.fields import ActionChoice, WholeField
from portulan.web.grouped_forms import GroupedForm
from portulan.web.portfolio.per_year import LevelField, of_year, year_fields
from portulan.web.portfolio.words import NATURES

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


class CandidateForm(GroupedForm):
    """What binds a candidate: an obligation, a decision already made, a refusal, a gate.

    `said` gives, by group, where it comes from; `contracts` is a sentence on those of the action.
    """

    def __init__(
        self,
        candidate: Candidate,
        said: Mapping[str, str],
        contracts: str,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._kept = candidate
        if candidate.rank:
            self.group("", "", {"label": self._words("label", _("Complément"), 200, needed=True)})
        self.group(
            _("Obligatoire"),
            _origin(said, "must"),
            {
                "must_level": self._level("must_level", _("Niveau, au moins")),
                "must_by": self._year("must_by", _("Achevé fin")),
                "must_reason": self._words("must_reason", _("Loi ou engagement qui l’impose")),
            },
        )
        self.group(
            _("Déjà décidé"),
            _origin(said, "step"),
            {
                "step_level": self._level("step_level", _("Niveau décidé")),
                "step_start": self._year("step_start", _("Commencé en")),
                "step_reason": self._words("step_reason", _("Motif de la décision")),
            },
        )
        self.group(
            _("Attend son marché"),
            _origin(said, "after") or contracts,
            {
                "after": self._year("after", _("Pas avant")),
                "after_reason": self._words("after_reason", _("Marché attendu")),
            },
        )
        self.group(
            _("Écartée"),
            _origin(said, "out") or _("Vide : elle peut être retenue."),
            {"out_reason": self._words("out_reason", _("Pour ce motif"))},
        )
        self.group(
            _("Passage et thématique"),
            _("Les règles de couverture comptent par thématique."),
            {
                "gate": self._level(
                    "gate", _("Passage obligé avant la Réalisation"), STUDY, EXPERIMENT
                ),
                "theme": self._words("theme", _("Thématique"), 200),
            },
        )

    def _level(self, name: str, label: str, *levels: CommitmentLevel) -> forms.Field:
        return LevelField(*levels, none=_NONE, label=label, initial=getattr(self._kept, name))

    def _year(self, name: str, label: str) -> forms.Field:
        """Return a choice among the years of the scenario, and the one that was kept."""
        kept = getattr(self._kept, name)
        years = sorted({*self._kept.scenario.years, *([] if kept is None else [kept])})
        return forms.TypedChoiceField(
            label=label,
            choices=[("", _("Aucune année")), *((str(year), str(year)) for year in years)],
            coerce=int,
            empty_value=None,
            required=False,
            initial=kept,
        )

    def _words(
        self, name: str, label: str, most: int = LONGEST_REASON, *, needed: bool = False
    ) -> forms.Field:
        field = forms.CharField(
            label=label, max_length=most, required=needed, initial=getattr(self._kept, name)
        )
        if most == LONGEST_REASON:  # a reason: it is read whole
            field.widget = forms.Textarea(attrs={"rows": 2, "maxlength": most})
        return field


def _origin(said: Mapping[str, str], group: str) -> str:
    """Return where a group of figures comes from, as a sentence of its own."""
    word = said.get(group, "")
    return f"{word[:1].upper()}{word[1:]}." if word else ""


class LevelForm(GroupedForm):
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
        count = max(len(level.candidate.scenario.years), level.duration)
        self._years = [_nth(rank) for rank in range(1, count + 1)]
        duration = WholeField(label=_("Durée (années)"), initial=level.duration, low=1, most=15)
        self.group(_("Travaux"), "", {"duration": duration})
        self._money(level.cost, level.running)
        self._days(level.days, level.running_days)
        self._numbers(
            _("Impact, en kgCO₂e évités par an"),
            _("Vides tous les trois : inconnu, et non zéro."),
            {
                "impact_low": _("Au moins"),
                "impact_likely": _("Probable"),
                "impact_high": _("Au plus"),
            },
            level,
            low=-(10**9),
        )
        self._numbers(
            _("Notes, de 0 à 100"),
            _("Vide : pas jugé, son poids va aux autres critères."),
            {
                "score_law": _("Loi"),
                "score_readiness": _("Facilité"),
                "score_social": _("Valeur sociale"),
            },
            level,
            most=100,
        )

    def _money(self, cost: Mapping[str, list[int]] | None, running: Mapping[str, int]) -> None:
        hint = _("Tout vide : coût inconnu. Rien à payer : écrivez 0.")
        for nature, label in NATURES.items():
            legend = _("%(nature)s, en euros par année de travaux") % {"nature": label}
            self._row(legend, hint, nature, "cost", "running", cost or {}, running)
            hint = ""

    def _days(self, days: Mapping[str, list[int]], running: Mapping[str, int]) -> None:
        for team in self._teams:
            legend = _("%(team)s, en jours par année de travaux") % {"team": team.title}
            self._row(legend, "", team.slug, "days", "running_days", days, running)

    def _row(
        self,
        legend: str,
        hint: str,
        what: str,
        name: str,
        then: str,
        amounts: Mapping[str, list[int]],
        running: Mapping[str, int],
    ) -> None:
        """Put the boxes of the years of work, then the one for each year after."""
        after = WholeField(
            label=_("Chaque année ensuite"), initial=running.get(what), required=False
        )
        boxes = year_fields(f"{name}_{what}", self._years, amounts.get(what), required=False)
        self.group(legend, hint, {**boxes, f"{then}_{what}": after})

    def _numbers(
        self, legend: str, hint: str, labels: Mapping[str, str], level: CandidateLevel, **ends: int
    ) -> None:
        """Put the boxes of numbers of the level, that may stay empty."""
        self.group(
            legend,
            hint,
            {
                name: WholeField(label=label, initial=getattr(level, name), required=False, **ends)
                for name, label in labels.items()
            },
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        duration = data.get("duration")
        if duration:
            for name in self._rows():
                self._check_row(name, duration)
        return data

    def _rows(self) -> list[str]:
        return [
            *(f"cost_{nature}" for nature in NATURES),
            *(f"days_{team.slug}" for team in self._teams),
        ]

    def _check_row(self, name: str, duration: int) -> None:
        """Say which year lacks its number, or has one after the work has ended."""
        boxes = [(box, self.cleaned_data.get(box)) for box in self.boxes(name)]
        if all(number is None for _box, number in boxes):
            return
        for rank, (box, number) in enumerate(boxes, start=1):
            if box in self.errors:
                continue
            if rank <= duration and number is None:
                self.add_error(box, of_year(_nth(rank), _("Donnez un nombre, ou 0.")))
            elif rank > duration and number is not None:
                told = ngettext(
                    "Les travaux durent %(count)s an.",
                    "Les travaux durent %(count)s ans.",
                    duration,
                )
                self.add_error(box, of_year(_nth(rank), told % {"count": duration}))

    def values(self) -> Any:
        """Return what was typed, as the service takes it."""
        data = self.cleaned_data
        slugs = [team.slug for team in self._teams]
        running = {nature: data[f"running_{nature}"] for nature in NATURES}
        running_days = {slug: data[f"running_days_{slug}"] for slug in slugs}
        same = ("duration", *(name for name in data if name.startswith(("impact_", "score_"))))
        return {
            **{name: data[name] for name in same},
            "cost": self._typed("cost", NATURES) or None,
            "running": {name: amount for name, amount in running.items() if amount},
            "days": self._typed("days", slugs),
            "running_days": {name: count for name, count in running_days.items() if count},
        }

    def _typed(self, name: str, keys: Iterable[str]) -> dict[str, list[int]]:
        """Return the rows that have a number, by nature or team."""
        rows = {
            key: [number for number in self.row(f"{name}_{key}") if number is not None]
            for key in keys
        }
        return {key: numbers for key, numbers in rows.items() if numbers}


def _nth(rank: int) -> str:
    """Return the name of a year of work: “1re année”, “2e année”."""
    return _("1re année") if rank == 1 else _("%(rank)se année") % {"rank": rank}
