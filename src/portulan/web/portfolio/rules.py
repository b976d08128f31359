"""The rules between candidates, and on themes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from portulan.core.errors import NotFoundError
from portulan.core.say.text import quoted, semicolons
from portulan.plans.models import LEVELS
from portulan.plans.words import CommitmentLevel
from portulan.portfolio.models import Candidate, Scenario, ScenarioRule
from portulan.portfolio.models.scenarios import RULE_KINDS
from portulan.portfolio.obligations.reads import obligations_in
from portulan.portfolio.results.obligations import obligation_sentences
from portulan.portfolio.rules.writes import add_rule, edit_rule, remove_rule
from portulan.portfolio.scenarios.reads import facts_of, rules_of
from portulan.portfolio.words import LONGEST_REASON, RuleKind
from portulan.web.fields import WholeField
from portulan.web.inputs import SeveralField
from portulan.web.language import page_language
from portulan.web.pages import Confirm, Edit, Trail, screen
from portulan.web.portfolio import crumbs
from portulan.web.portfolio.per_year import LevelField
from portulan.web.requests import OrganisationRequest


@require_GET
def rules(request: OrganisationRequest, slug: str) -> HttpResponse:
    """The rules between candidates and on themes."""
    scenario = crumbs.door(request, slug, crumbs.READ)
    context = {
        "scenario": scenario,
        "tabs": crumbs.tabs(request, scenario),
        "kinds": list(RULE_KINDS.items()),
        "rules": [(one, _sentence(one), _is_simple(one)) for one in rules_of(scenario)],
        "law": obligation_sentences(
            obligations_in(scenario, facts_of(scenario).candidates), page_language()
        ),
    }
    return render(request, "portfolio/rules.html", context)


def _sentence(rule: ScenarioRule) -> str:
    """Return what a rule asks, in words."""
    language = page_language()
    names = [crumbs.candidate_label(one) for one in rule.candidates.all()]
    words = {
        "names": semicolons((quoted(name, language) for name in names), language),
        "waits": crumbs.candidate_label(rule.waits) if rule.waits else "",
        "level": _level(rule.level),
        "needed": _level(rule.needs_level),
        "theme": rule.theme,
        "minimum": rule.minimum,
        "percent": rule.percent,
        "when": _("l’année d’avant au plus tard") if rule.lag else _("la même année au plus tard"),
    }
    sentences = {
        RuleKind.PREREQUISITE: _(
            "« %(waits)s » attend, pour le niveau « %(level)s », que %(names)s ait achevé le"
            " niveau « %(needed)s », %(when)s."
        ),
        RuleKind.EXCLUSION: _("Une seule va jusqu’au niveau « %(level)s » : %(names)s."),
        RuleKind.COVERAGE: _(
            "Thématique « %(theme)s » : au moins %(minimum)s actions en %(level)s."
        ),
        RuleKind.OVERLAP: _(
            "Ensemble, %(percent)s %% au plus de la somme de leurs effets : %(names)s."
        ),
    }
    return sentences[RuleKind(rule.kind)] % words


def _level(number: int | None) -> str:
    return "" if number is None else str(LEVELS[CommitmentLevel(number)])


@screen
def rule(request: OrganisationRequest, slug: str, kind: str) -> Edit[RuleForm, object]:
    """A new rule of one kind."""
    scenario = crumbs.door(request, slug, crumbs.EDIT)
    if kind not in set(RuleKind):
        raise NotFoundError(kind)
    chosen = RuleKind(kind)
    trail = _above(request, scenario)
    return Edit(
        title=_("Nouvelle règle : %(kind)s") % {"kind": RULE_KINDS[chosen]},
        submit=_("Ajouter la règle"),
        trail=trail,
        form=_form(scenario, chosen),
        write=lambda form: add_rule(request.actor, scenario=scenario, kind=chosen, **form.values()),
        done=_("Règle ajoutée."),
    )


@screen
def edit(request: OrganisationRequest, slug: str, pk: int) -> Edit[RuleForm, object]:
    """What a rule says, changed; one that awaits several actions is taken away and typed again."""
    scenario = crumbs.door(request, slug, crumbs.EDIT)
    found = crumbs.part(scenario, ScenarioRule.objects.select_related("waits"), pk=pk)
    if not _is_simple(found):
        raise NotFoundError(pk)
    kind = RuleKind(found.kind)
    members = list(found.candidates.all())
    initial = {name: getattr(found, name) for name in RuleForm.KEPT}
    initial |= {"candidates": members, "needs": members[0] if members else None}
    trail = _above(request, scenario)
    return Edit(
        title=str(RULE_KINDS[kind]),
        submit=_("Enregistrer"),
        trail=trail,
        form=_form(scenario, kind, initial),
        edits=found,
        write=lambda form: edit_rule(request.actor, rule=found, **form.values()),
        done=_("Règle modifiée."),
    )


def _is_simple(rule: ScenarioRule) -> bool:
    """Tell whether the form can say it: a prerequisite of one action."""
    return rule.kind != RuleKind.PREREQUISITE or len(rule.candidates.all()) == 1


def _form(
    scenario: Scenario, kind: RuleKind, initial: dict[str, object] | None = None
) -> Callable[[QueryDict | None], RuleForm]:
    candidates = Candidate.objects.filter(scenario=scenario).select_related("action")
    themes = candidates.exclude(theme="").order_by("theme").values_list("theme", flat=True)
    return partial(
        RuleForm,
        kind,
        candidates.order_by("action__number", "rank"),
        list(themes.distinct()),
        initial=initial,
    )


def _above(request: OrganisationRequest, scenario: Scenario) -> Trail:
    back = crumbs.address(request, "rules", scenario)
    return [*crumbs.under_scenario(request, scenario), (back, _("Règles"))]


@screen
def drop_rule(request: OrganisationRequest, slug: str, pk: int) -> Confirm[None]:
    """Lift a rule, once confirmed."""
    scenario = crumbs.door(request, slug, crumbs.EDIT)
    found = crumbs.part(scenario, ScenarioRule.objects.select_related("waits"), pk=pk)
    trail = _above(request, scenario)
    return Confirm(
        title=_("Retirer cette règle ?"),
        submit=_("Retirer la règle"),
        intro=_sentence(found),
        trail=trail,
        about=[found],
        write=lambda: remove_rule(request.actor, rule=found),
        done=_("Règle retirée."),
    )


class CandidateChoice(forms.ModelChoiceField):  # type: ignore[type-arg] # not generic at run time
    """One candidate, by its number and title."""

    def label_from_instance(self, obj: Any) -> str:
        return crumbs.candidate_label(obj)


class CandidateChoices(SeveralField):
    """Several candidates."""

    def label_from_instance(self, obj: Any) -> str:
        return crumbs.candidate_label(obj)


class RuleForm(forms.Form):
    """A rule of one kind: only its own fields are asked."""

    OF_KIND = {
        RuleKind.PREREQUISITE: ("waits", "level", "needs", "needs_level", "lag"),
        RuleKind.EXCLUSION: ("candidates", "level"),
        RuleKind.COVERAGE: ("theme", "level", "minimum"),
        RuleKind.OVERLAP: ("candidates", "percent"),
    }

    KEPT = ("waits", "theme", "level", "needs_level", "lag", "minimum", "percent", "reason")

    waits = CandidateChoice(label=_("L’action qui attend"), queryset=Candidate.objects.none())
    needs = CandidateChoice(label=_("L’action attendue"), queryset=Candidate.objects.none())
    candidates = CandidateChoices(
        label=_("Actions"),
        queryset=Candidate.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    theme = forms.ChoiceField(label=_("Thématique"))
    level = LevelField(label=_("Niveau"))
    needs_level = LevelField(label=_("Le niveau qu’elle doit avoir achevé"))
    lag = forms.TypedChoiceField(
        label=_("Quand"),
        coerce=int,
        choices=[("1", _("L’année d’avant")), ("0", _("La même année"))],
    )
    minimum = WholeField(label=_("Au moins"), low=1, most=99)
    percent = WholeField(
        label=_("Ensemble, au plus (% de la somme)"),
        help_text=_(
            "Deux actions sur les mêmes équipements ne rapportent pas la somme de leurs effets."
        ),
        most=100,
    )
    reason = forms.CharField(label=_("Motif"), max_length=LONGEST_REASON, required=False)

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
