"""What there is to spend each year, and the rules between candidates."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portulan.core.errors import NotFoundError
from portulan.plans.enums import CommitmentLevel
from portulan.plans.models import LEVELS
from portulan.portfolio.enums import RuleKind
from portulan.portfolio.models import Candidate, Scenario, ScenarioEnvelope, ScenarioRule
from portulan.portfolio.models.scenarios import RULE_KINDS
from portulan.portfolio.selectors.facts import envelopes_of, rules_of
from portulan.portfolio.services.envelopes import remove_envelope, save_envelope
from portulan.portfolio.services.rules import add_rule, remove_rule
from portulan.web.form_pages import FormPage, attempt, form_page
from portulan.web.portfolio.forms.envelopes import EnvelopeForm, RuleForm, candidate_label
from portulan.web.portfolio.pages import EDIT, READ, address, door, tabs, under_scenario
from portulan.web.portfolio.words import origin_label
from portulan.web.requests import OrganisationRequest
from portulan.web.saving import posted

WRITE = require_http_methods(["GET", "POST"])


@require_GET
def envelopes(request: OrganisationRequest, slug: str) -> HttpResponse:
    """The envelopes of a scenario, by year."""
    scenario = door(request, slug, READ)
    context = {
        "scenario": scenario,
        "tabs": tabs(request, scenario),
        "years": scenario.years,
        "envelopes": [
            {"envelope": one, "origin": origin_label(one.origin)} for one in envelopes_of(scenario)
        ],
    }
    return render(request, "portfolio/envelopes.html", context)


@WRITE
def envelope(request: OrganisationRequest, slug: str, name: str = "") -> HttpResponse:
    """One envelope, new without a name."""
    scenario = door(request, slug, EDIT)
    kept = _envelope(scenario, name) if name else None
    form = EnvelopeForm(scenario, posted(request), envelope=kept)
    page = FormPage(
        title=_("Enveloppe « %(title)s »") % {"title": kept.title}
        if kept
        else _("Nouvelle enveloppe"),
        trail=[
            *under_scenario(request, scenario),
            (address(request, "envelopes", scenario), _("Enveloppes")),
        ],
        back=address(request, "envelopes", scenario),
        submit=_("Enregistrer"),
    )
    return form_page(
        request,
        form,
        page,
        save=lambda: save_envelope(
            request.actor, scenario=scenario, envelope=kept, **form.values()
        ),
        done=lambda: (page.back, _("Enveloppe enregistrée.")),
    )


@require_POST
def drop_envelope(request: OrganisationRequest, slug: str, name: str) -> HttpResponse:
    """Take an envelope away: it can be typed again."""
    scenario = door(request, slug, EDIT)
    kept = _envelope(scenario, name)
    attempt(
        request,
        lambda: remove_envelope(request.actor, envelope=kept),
        _("Enveloppe « %(title)s » retirée.") % {"title": kept.title},
    )
    return redirect(address(request, "envelopes", scenario))


def _envelope(scenario: Scenario, name: str) -> ScenarioEnvelope:
    found = ScenarioEnvelope.objects.filter(scenario=scenario, slug=name).first()
    if found is None:
        raise NotFoundError(name)
    found.scenario = scenario
    return found


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
            "« %(waits)s » ne commence pas sa %(level)s avant que %(names)s ait achevé sa"
            " %(needed)s."
        ),
        RuleKind.EXCLUSION: _("Une seule va jusqu’à la %(level)s : %(names)s."),
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


@WRITE
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


@require_POST
def drop_rule(request: OrganisationRequest, slug: str, pk: int) -> HttpResponse:
    """Lift a rule."""
    scenario = door(request, slug, EDIT)
    found = ScenarioRule.objects.filter(scenario=scenario, pk=pk).first()
    if found is None:
        raise NotFoundError(pk)
    found.scenario = scenario
    attempt(request, lambda: remove_rule(request.actor, rule=found), _("Règle retirée."))
    return redirect(address(request, "rules", scenario))
