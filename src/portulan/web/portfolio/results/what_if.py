"""What would change the choice: more money, less, or a rule lifted."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from portulan.portfolio.engine.answers import CURVE, FRONT, price_name
from portulan.portfolio.engine.answers import answered as answered_of
from portulan.portfolio.engine.documents import Curve
from portulan.portfolio.engine.why import priced
from portulan.portfolio.results.answers import less_sentences, price_sentences, purchase_sentence
from portulan.web.portfolio.crumbs import under_result
from portulan.web.portfolio.results.drawings import front, more_money
from portulan.web.portfolio.results.page import Shown, answered, shown_or_none
from portulan.web.requests import OrganisationRequest

MOST_PRICES = 12


@require_GET
def what_if(request: OrganisationRequest, slug: str) -> HttpResponse:
    scenario, shown = shown_or_none(request, slug)
    if shown is None or shown.result.evaluation is None:
        return redirect("portfolio:result", request.organisation.slug, slug)
    context = {
        "scenario": scenario,
        "shown": shown,
        "trail": under_result(request, scenario),
    }
    explained = shown.explained
    if explained is None:
        return answered(request, "portfolio/what_if.html", shown, context, lacks=True)
    curves = explained.purchases
    asked = (request.GET.get("envelope", ""), request.GET.get("year", ""))
    chosen = next((one for one in curves if (one.resource, str(one.year)) == asked), _first(curves))
    titles = {one.id: one.title for one in shown.facts.envelopes}
    context |= {
        "envelopes": [
            (one, titles.get(one, one)) for one in dict.fromkeys(one.resource for one in curves)
        ],
        "years": list(dict.fromkeys(one.year for one in curves)),
        "chosen": chosen,
        "prices": _prices(shown)[:MOST_PRICES],
        "free": sum(freed.delta.high == 0 for freed in explained.prices),
    }
    if chosen is not None:
        context |= {
            "more": more_money(shown, chosen),
            "sentences": [
                purchase_sentence(
                    shown.unit, chosen.year, one.amount or 0, one, shown.names, shown.language
                )
                for one in chosen.steps
            ],
        }
    if len(explained.front) > 1:
        context |= {
            "front": front(shown, explained.front),
            "less": less_sentences(
                shown.unit, shown.result.evaluation, explained.front, shown.language
            ),
        }
    questions = {
        CURVE if shown.problem.targets else FRONT,
        *(price_name(rule) for rule in priced(shown.problem)),
    }
    lacks = not questions <= answered_of(shown.explanation or {})
    context["failed"] = len(explained.failed)
    return answered(request, "portfolio/what_if.html", shown, context, lacks=lacks)


def _first(curves: Sequence[Curve]) -> Curve | None:
    """The earliest year where more money changes something, else the first of all."""
    useful = [one for one in curves if any(bought.delta.low > 0 for bought in one.steps)]
    return min(useful or curves, key=lambda one: one.year, default=None)


def _prices(shown: Shown) -> list[tuple[str, str]]:
    """Each rule that costs something, the dearest first."""
    explained = shown.explained
    costly = [one for one in (explained.prices if explained else ()) if one.delta.high != 0]
    return [
        price_sentences(shown.problem, shown.scale, freed, shown.names, shown.language)
        for freed in sorted(costly, key=lambda one: -one.delta.low)
    ]
