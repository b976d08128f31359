"""Why an action is in the choice, or out of it."""

from __future__ import annotations

from decimal import Decimal

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portulan.portfolio.engine.sentences import steps_sentence
from portulan.portfolio.facts import CandidateFacts
from portulan.portfolio.results.answers import share_sentence, why_sentences
from portulan.portfolio.results.left_out import failed_sentence, left_out
from portulan.web.portfolio.crumbs import under_result
from portulan.web.portfolio.results.page import Shown, answered, shown_or_none
from portulan.web.requests import OrganisationRequest


@require_GET
def why(request: OrganisationRequest, slug: str, candidate: str) -> HttpResponse:
    scenario, shown = shown_or_none(request, slug)
    if shown is None or shown.result.evaluation is None:
        return redirect("portfolio:result", request.organisation.slug, slug)
    found = next((one for one in shown.facts.candidates if one.id == candidate), None)
    if found is None:
        raise Http404(candidate)
    steps = shown.result.plan.get(candidate, ())
    answer = shown.explained.why(candidate) if shown.explained else None
    context = {
        "scenario": scenario,
        "trail": under_result(request, scenario),
        "shown": shown,
        "candidate": found,
        "heading": shown.names.heading(candidate),
        "steps": steps_sentence(steps, shown.language) if steps else "",
        "sentences": _sentences(shown, found),
        "facts": _facts(shown, found),
        "delta": share_sentence(answer.delta, shown.scale, shown.language)
        if answer and answer.delta
        else "",
        "place": _place(shown, candidate),
        "siblings": _siblings(shown, found),
    }
    told = shown.explained is not None and shown.explained.tells(candidate)
    lacks = not told and _is_weighed(shown, candidate)
    return answered(request, "portfolio/why.html", shown, context, lacks=lacks)


def _sentences(shown: Shown, candidate: CandidateFacts) -> list[str]:
    explained = shown.explained
    if not _is_weighed(shown, candidate.id):
        return [
            sentence
            for one in left_out(
                shown.facts, shown.problem, shown.result, explained, shown.names, shown.language
            )
            if not one.id and one.number == candidate.number
            for sentence in one.why
        ]
    if explained is None or not explained.tells(candidate.id):
        return [_("Le pourquoi n’est pas encore calculé.")]
    answer = explained.why(candidate.id)
    if answer is None:
        return [failed_sentence(shown.language)]
    found = why_sentences(shown.problem, shown.scale, answer, shown.names, shown.language)
    reasons = [candidate.out_reason, candidate.step_reason]
    if candidate.after is not None:
        named = {"contract": candidate.after_reason, "year": candidate.after}
        reasons.append(_("attend son marché, %(contract)s (%(year)s)") % named)
    if candidate.must is not None:
        reasons.append(candidate.must.reason)
    if answer.ruled_out_by is None:
        found = found[1:]  # whether it is taken is said above
    return [*found, *(_("Motif : %(reason)s") % {"reason": one} for one in reasons if one)]


def _is_weighed(shown: Shown, candidate: str) -> bool:
    """Tell whether something of a candidate could be compared: a cost, a weight."""
    return any(action.id == candidate for action in shown.problem.actions)


def _siblings(shown: Shown, candidate: CandidateFacts) -> list[dict[str, str]]:
    """The other candidates of the same action: the action itself, or what may be added to it."""
    plan = shown.result.plan
    return [
        {
            "id": one.id,
            "label": one.label or one.title,
            "steps": steps_sentence(plan[one.id], shown.language) if one.id in plan else "",
        }
        for one in shown.facts.candidates
        if one.number == candidate.number and one.id != candidate.id
    ]


def _facts(shown: Shown, candidate: CandidateFacts) -> list[dict[str, object]]:
    """What each level takes and brings; None where it is unknown."""
    return [
        {
            "level": one.level,
            "duration": one.duration,
            "cost": None
            if one.cost is None
            else Decimal(sum(sum(amounts) for amounts in one.cost.values())),
            "running": Decimal(sum(one.running.values())),
            "days": sum(sum(amounts) for amounts in one.days.values()),
            "impact": one.impact,
        }
        for one in candidate.levels
    ]


def _place(shown: Shown, candidate: str) -> str:
    stability = shown.explained.stability if shown.explained else None
    if stability is None or not _is_weighed(shown, candidate):
        return ""
    found = stability.of(candidate)
    chosen = {"times": found.chosen, "draws": stability.draws}
    return {
        "core": _("Retenue dans chacun des %(draws)s tirages des estimations."),
        "borderline": _("Retenue dans %(times)s tirages des estimations sur %(draws)s."),
        "exterior": _("Retenue dans aucun des %(draws)s tirages des estimations."),
    }[found.place] % chosen
