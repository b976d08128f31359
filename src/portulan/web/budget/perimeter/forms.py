"""Preparing an edition of the IT perimeter: its three questions, its rules."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portulan.budget.labels import POSTS, RUN_BUILD, VERDICTS
from portulan.budget.models import ITPerimeter, PerimeterRule
from portulan.budget.perimeter.rule_writes import CRITERIA
from portulan.budget.words import Post, RunBuild, Verdict
from portulan.web.budget.perimeter.page import criteria
from portulan.web.fields import ShareField

_DECIDING = [item for item in VERDICTS.items() if item[0] != Verdict.UNDECIDED]


def _verdict() -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=_("Verdict"), choices=_DECIDING, coerce=Verdict, widget=forms.RadioSelect
    )


class QuestionsForm(forms.Form):
    """The questions of first use."""

    met = forms.MultipleChoiceField(
        label=_("Quels codes de service ou de gestionnaire sont ceux de la DSI ?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Codes lus dans les lignes, avec leur nombre. Une ligne qui porte un code est alors"
            " jugée sur lui : c’est la meilleure source."
        ),
    )
    others = forms.CharField(
        label=_("Autres codes"),
        required=False,
        max_length=400,
        help_text=_("Séparés par des virgules."),
    )
    with_school_equipment = forms.BooleanField(
        label=_("L’équipement des écoles, collèges ou lycées en fait partie"),
        required=False,
    )
    with_staff = forms.BooleanField(
        label=_("Le personnel de la DSI en fait partie"), required=False
    )

    def __init__(self, met: list[tuple[str, int]], chosen: list[str], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        known = dict(met)
        self.fields["met"].choices = [  # type: ignore[attr-defined]
            (
                code,
                ngettext("%(code)s (%(lines)s ligne)", "%(code)s (%(lines)s lignes)", lines)
                % {"code": code, "lines": lines},
            )
            for code, lines in met
        ]
        self.fields["met"].initial = [code for code in chosen if code in known]
        self.fields["others"].initial = ", ".join(code for code in chosen if code not in known)
        if not met:
            del self.fields["met"]
            # No line carries a code yet: the question is asked of the only field left.
            self.fields["others"].label = _(
                "Quels codes de service ou de gestionnaire sont ceux de la DSI ?"
            )

    def service_values(self) -> dict[str, Any]:
        """Return what the service takes."""
        data = self.cleaned_data
        others = [code.strip() for code in re.split(r"[,;\n]", data["others"])]
        return {
            "service_codes": [*data.get("met", []), *(code for code in others if code)],
            "with_school_equipment": data["with_school_equipment"],
            "with_staff": data["with_staff"],
        }


class RuleForm(forms.Form):
    """A rule of the organisation's own: every criterion given must hold."""

    nature_prefix = forms.CharField(label=_("Compte commençant par"), max_length=10, required=False)
    service = forms.CharField(label=_("Service ou gestionnaire"), max_length=40, required=False)
    function = forms.CharField(label=_("Fonction commençant par"), max_length=12, required=False)
    operation = forms.CharField(label=_("Opération commençant par"), max_length=40, required=False)
    supplier = forms.CharField(label=_("Fournisseur contenant"), max_length=120, required=False)
    label = forms.CharField(label=_("Libellé contenant"), max_length=120, required=False)
    verdict = _verdict()
    share = ShareField(
        label=_("Part informatique (%)"),
        required=False,
        help_text=_("Pour une règle mixte ; vide, chaque ligne attend sa décision."),
    )
    post = forms.TypedChoiceField(
        label=_("Poste"),
        required=False,
        coerce=Post,
        empty_value=None,
        choices=[("", _("Celui du compte")), *POSTS.items()],
    )
    run_build = forms.TypedChoiceField(
        label=_("Exploitation ou projet"),
        required=False,
        coerce=RunBuild,
        empty_value=None,
        choices=[("", _("Non précisé")), *RUN_BUILD.items()],
    )
    reason = forms.CharField(label=_("Motif"), max_length=250)

    def criteria(self) -> list[forms.BoundField]:
        """Return the fields of what the rule looks for."""
        return [self[name] for name in CRITERIA]

    def said(self) -> list[forms.BoundField]:
        """Return the fields of what it says."""
        return [self[name] for name in self.fields if name not in CRITERIA]

    def values(self) -> dict[str, Any]:
        """Return what the services take."""
        return {name: self.cleaned_data[name] for name in RuleForm.base_fields}


class NewRuleForm(RuleForm):
    """A rule, and its place among those that are there."""

    place = forms.ChoiceField(label=_("Place"), required=False)

    def __init__(self, rules: Sequence[PerimeterRule], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        before = _("Avant la règle %(number)s : %(criteria)s")
        self.fields["place"].choices = [  # type: ignore[attr-defined]
            ("", _("En dernier")),
            *(
                (str(rule.pk), before % {"number": number, "criteria": criteria(rule)})
                for number, rule in enumerate(rules, start=1)
            ),
        ]
        if not rules:
            del self.fields["place"]

    def before(self, perimeter: ITPerimeter) -> PerimeterRule | None:
        """Return the rule that the new one stands before, None in last."""
        place = self.cleaned_data.get("place")
        return perimeter.rules.filter(pk=place).first() if place else None


def values_of(rule: PerimeterRule) -> dict[str, Any]:
    """Return a rule as its form shows it."""
    return {name: getattr(rule, name) for name in RuleForm.base_fields}


class VerdictForm(forms.Form):
    """A person's verdict on one line."""

    verdict = _verdict()
    share = ShareField(
        label=_("Part informatique (%)"),
        required=False,
        help_text=_("Pour une ligne mixte seulement."),
    )
    reason = forms.CharField(label=_("Motif"), max_length=250)

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("verdict") == Verdict.MIXED and "share" in data and data["share"] is None:
            self.add_error("share", _("Pour une ligne mixte, dites quelle part est informatique."))
        return data
