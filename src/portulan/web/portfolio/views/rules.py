"""The rules between candidates, and on themes."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portulan.core.errors import NotFoundError
from portulan.plans.enums import CommitmentLevel
from portulan.plans.models import LEVELS
from portulan.portfolio.enums import RuleKind
from portulan.portfolio.models import Candidate, Scenario, ScenarioRule
from portulan.portfolio.models.scenarios import RULE_KINDS
from portulan.portfolio.reading.obligations import obligation_sentences
from portulan.portfolio.selectors.facts import facts_of, rules_of
from portulan.portfolio.selectors.obligations import obligations_in
from portulan.portfolio.services.rules import add_rule, edit_rule, remove_rule
from portulan.web.form_pages import FormPage, confirm_page, form_page
from portulan.web.language import page_language
from portulan.web.portfolio.forms.rules import RuleForm
from portulan.web.portfolio.pages import (
    EDIT,
    READ,
    address,
    candidate_label,
    door,
    tabs,
    under_scenario,
)
from portulan.web.requests import OrganisationRequest
from portulan.web.saving import posted


@require_GET
def rules(request: OrganisationRequest, slug: str) -> HttpResponse:
    """The rules between candidates and on themes."""
    scenario = door(request, slug, READ)
    context = {
        "scenario": scenario,
        "tabs": tabs(request, scenario),
        "kinds": list(RULE_KINDS.items()),
        "rules": [
            {
                "pk": one.pk,
                "sentence": _sentence(one),
                "reason": one.reason,
                "is_simple": _is_simple(one),
            }
            for one in rules_of(scenario)
        ],
        "law": obligation_sentences(
            obligations_in(scenario, facts_of(scenario).candidates), page_language()
        ),
    }
    return render(request, "portfolio/rules.html", context)


def _sentence(rule: ScenarioRule) -> str:
    """Return what a rule asks, in words."""
    names = [candidate_label(one) for one in rule.candidates.all()]
    words = {
        "names": " ; ".join(f"«\u00a0{name}\u00a0»" for name in names),
        "waits": candidate_label(rule.waits) if rule.waits else "",
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


@require_http_methods(["GET", "POST"])
def rule(request: OrganisationRequest, slug: str, kind: str) -> HttpResponse:
    """A new rule of one kind."""
    scenario = door(request, slug, EDIT)
    if kind not in set(RuleKind):
        raise NotFoundError(kind)
    chosen = RuleKind(kind)
    page = _rule_page(
        request,
        scenario,
        _("Nouvelle règle : %(kind)s") % {"kind": RULE_KINDS[chosen]},
        _("Ajouter la règle"),
    )
    form = _form(request, scenario, chosen)
    return form_page(
        request,
        form,
        page,
        save=lambda: add_rule(request.actor, scenario=scenario, kind=chosen, **form.values()),
        done=lambda: (page.back, _("Règle ajoutée.")),
    )


@require_http_methods(["GET", "POST"])
def edit(request: OrganisationRequest, slug: str, pk: int) -> HttpResponse:
    """What a rule says, changed; one that awaits several actions is taken away and typed again."""
    scenario = door(request, slug, EDIT)
    found = _found(scenario, pk)
    if not _is_simple(found):
        raise NotFoundError(pk)
    kind = RuleKind(found.kind)
    page = _rule_page(request, scenario, str(RULE_KINDS[kind]), _("Enregistrer"))
    members = list(found.candidates.all())
    initial = {name: getattr(found, name) for name in RuleForm.KEPT}
    initial |= {"candidates": members, "needs": members[0] if members else None}
    form = _form(request, scenario, kind, initial)
    return form_page(
        request,
        form,
        page,
        save=lambda: edit_rule(request.actor, rule=found, **form.values()),
        done=lambda: (page.back, _("Règle modifiée.")),
    )


def _is_simple(rule: ScenarioRule) -> bool:
    """Tell whether the form can say it: a prerequisite of one action."""
    return rule.kind != RuleKind.PREREQUISITE or len(rule.candidates.all()) == 1


def _found(scenario: Scenario, pk: int) -> ScenarioRule:
    found = ScenarioRule.objects.filter(scenario=scenario, pk=pk).select_related("waits").first()
    if found is None:
        raise NotFoundError(pk)
    found.scenario = scenario
    return found


def _form(
    request: OrganisationRequest,
    scenario: Scenario,
    kind: RuleKind,
    initial: dict[str, object] | None = None,
) -> RuleForm:
    candidates = Candidate.objects.filter(scenario=scenario).select_related("action")
    themes = candidates.exclude(theme="").order_by("theme").values_list("theme", flat=True)
    return RuleForm(
        kind,
        candidates.order_by("action__number", "rank"),
        list(themes.distinct()),
        posted(request),
        initial=initial,
    )


def _rule_page(
    request: OrganisationRequest, scenario: Scenario, title: str, submit: str
) -> FormPage:
    back = address(request, "rules", scenario)
    trail = [*under_scenario(request, scenario), (back, _("Règles"))]
    return FormPage(title=title, trail=trail, back=back, submit=submit)


@require_http_methods(["GET", "POST"])
def drop_rule(request: OrganisationRequest, slug: str, pk: int) -> HttpResponse:
    """Lift a rule, once confirmed."""
    scenario = door(request, slug, EDIT)
    found = _found(scenario, pk)
    page = replace(
        _rule_page(request, scenario, _("Retirer cette règle ?"), _("Retirer la règle")),
        intro=_sentence(found),
    )
    return confirm_page(
        request, page, lambda: remove_rule(request.actor, rule=found), _("Règle retirée.")
    )
