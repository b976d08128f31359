"""A rule between candidates, or on a theme."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.portfolio.enums import LONGEST_REASON, RuleKind
from portulan.portfolio.models import Candidate
from portulan.web.portfolio.forms.fields import LevelField
from portulan.web.portfolio.pages import candidate_label
from portulan.web.received import SeveralField


class CandidateChoice(forms.ModelChoiceField):  # type: ignore[type-arg] # not generic at run time
    """One candidate, by its number and title."""

    def label_from_instance(self, obj: Any) -> str:
        return candidate_label(obj)


class CandidateChoices(SeveralField):
    """Several candidates."""

    def label_from_instance(self, obj: Any) -> str:
        return candidate_label(obj)


class RuleForm(forms.Form):
    """A rule of one kind: only its own fields are asked."""

    OF_KIND = {
        RuleKind.PREREQUISITE: ("waits", "level", "needs", "needs_level", "lag"),
        RuleKind.EXCLUSION: ("candidates", "level"),
        RuleKind.COVERAGE: ("theme", "level", "minimum"),
        RuleKind.OVERLAP: ("candidates", "percent"),
    }

    KEPT = ("waits", "theme", "level", "needs_level", "lag", "minimum", "percent", "reason")

    waits = CandidateChoice(
        label=gettext_lazy("L’action qui attend"), queryset=Candidate.objects.none()
    )
    needs = CandidateChoice(
        label=gettext_lazy("L’action attendue"), queryset=Candidate.objects.none()
    )
    candidates = CandidateChoices(
        label=gettext_lazy("Actions"),
        queryset=Candidate.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    theme = forms.ChoiceField(label=gettext_lazy("Thématique"))
    level = LevelField(label=gettext_lazy("Niveau"))
    needs_level = LevelField(label=gettext_lazy("Le niveau qu’elle doit avoir achevé"))
    lag = forms.TypedChoiceField(
        label=gettext_lazy("Quand"),
        coerce=int,
        choices=[("1", gettext_lazy("L’année d’avant")), ("0", gettext_lazy("La même année"))],
    )
    minimum = forms.IntegerField(
        label=gettext_lazy("Au moins"), validators=[MinValueValidator(1), MaxValueValidator(99)]
    )
    percent = forms.IntegerField(
        label=gettext_lazy("Ensemble, au plus (% de la somme)"),
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text=gettext_lazy(
            "Deux actions sur les mêmes équipements ne rapportent pas la somme de leurs effets."
        ),
    )
    reason = forms.CharField(label=gettext_lazy("Motif"), max_length=LONGEST_REASON, required=False)

    def __init__(
        self, kind: RuleKind, candidates: Any, themes: list[str], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        asked = self.OF_KIND[kind]
        for name in list(self.fields):
            if name not in asked and name != "reason":
                del self.fields[name]
        for name in ("waits", "needs", "candidates"):
            if name in self.fields:
                self.fields[name].queryset = candidates  # type: ignore[attr-defined]
        if kind is RuleKind.PREREQUISITE:
            self.fields["level"].label = _("Pour commencer le niveau")
        if "theme" in self.fields:
            self.fields["theme"].choices = [(theme, theme) for theme in themes]  # type: ignore[attr-defined]
        self.order_fields([*asked, "reason"])

    def values(self) -> Any:
        """Return what was typed, as the service takes it."""
        data = dict(self.cleaned_data)
        needed = data.pop("needs", None)
        members = data.pop("candidates", [] if needed is None else [needed])
        return data | {"candidates": members}
