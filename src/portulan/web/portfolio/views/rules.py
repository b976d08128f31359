"""The rules between candidates, and on themes."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portulan.core.errors import NotFoundError
from portulan.plans.enums import CommitmentLevel
from portulan.plans.models import LEVELS
from portulan.portfolio.enums import RuleKind
from portulan.portfolio.models import Candidate, ScenarioRule
from portulan.portfolio.models.scenarios import RULE_KINDS
from portulan.portfolio.reading.obligations import obligation_sentences
from portulan.portfolio.selectors.facts import facts_of, rules_of
from portulan.portfolio.selectors.obligations import obligations_in
from portulan.portfolio.services.rules import add_rule, remove_rule
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
            {"pk": one.pk, "sentence": _sentence(one), "reason": one.reason}
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
    }
    sentences = {
        RuleKind.PREREQUISITE: _(
            "« %(waits)s » attend, pour le niveau « %(level)s », que %(names)s ait achevé le"
            " niveau « %(needed)s »."
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
    candidates = Candidate.objects.filter(scenario=scenario).select_related("action")
    themes = candidates.exclude(theme="").order_by("theme").values_list("theme", flat=True)
    form = RuleForm(
        chosen,
        candidates.order_by("action__number", "rank"),
        list(themes.distinct()),
        posted(request),
    )
    page = FormPage(
        title=_("Nouvelle règle : %(kind)s") % {"kind": RULE_KINDS[chosen]},
        trail=[
            *under_scenario(request, scenario),
            (address(request, "rules", scenario), _("Règles")),
        ],
        back=address(request, "rules", scenario),
        submit=_("Ajouter la règle"),
    )
    return form_page(
        request,
        form,
        page,
        save=lambda: add_rule(request.actor, scenario=scenario, kind=chosen, **form.values()),
        done=lambda: (page.back, _("Règle ajoutée.")),
    )


@require_http_methods(["GET", "POST"])
def drop_rule(request: OrganisationRequest, slug: str, pk: int) -> HttpResponse:
    """Lift a rule, once confirmed."""
    scenario = door(request, slug, EDIT)
    found = ScenarioRule.objects.filter(scenario=scenario, pk=pk).first()
    if found is None:
        raise NotFoundError(pk)
    found.scenario = scenario
    back = address(request, "rules", scenario)
    page = FormPage(
        title=_("Retirer cette règle ?"),
        trail=[*under_scenario(request, scenario), (back, _("Règles"))],
        back=back,
        submit=_("Retirer la règle"),
        intro=_sentence(found),
    )
    return confirm_page(
        request, page, lambda: remove_rule(request.actor, rule=found), _("Règle retirée.")
    )
