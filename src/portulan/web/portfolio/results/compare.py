"""Two scenarios side by side."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portulan.plans.models import LEVELS
from portulan.portfolio.facts import CandidateFacts
from portulan.portfolio.results.spending import YearOfMoney, years_of_money
from portulan.portfolio.scenarios.reads import scenarios
from portulan.web.portfolio.crumbs import under_all
from portulan.web.portfolio.results.page import Shown, shown_or_none
from portulan.web.requests import OrganisationRequest

MOST_ROWS = 30


@require_GET
def compare(request: OrganisationRequest) -> HttpResponse:
    every = list(scenarios(actor=request.actor))
    slugs = [one.slug for one in every]
    asked = [request.GET.get(name, "") for name in ("a", "b")]
    chosen = _chosen(slugs, asked)
    context: dict[str, object] = {
        "every": every,
        "chosen": chosen,
        "trail": under_all(request),
    }
    found = [shown for slug in chosen if (shown := shown_or_none(request, slug)[1]) is not None]
    solved = [shown for shown in found if shown.result.evaluation is not None]
    if len(solved) == 2 and len(chosen) == 2:
        pairs = _pairs(solved[0], solved[1])
        differing = [(heading, both) for heading, both in pairs if both[0] != both[1]]
        context |= {
            "sides": solved,
            "pairs": differing[:MOST_ROWS],
            "pairs_left": len(differing[MOST_ROWS:]),
            "same": len(pairs) - len(differing),
            "money": _money(solved),
        }
    return render(request, "portfolio/compare.html", context)


def _chosen(slugs: list[str], asked: list[str]) -> list[str]:
    """The two asked for; what is not said, or is unknown, is the next one there is."""
    first = asked[0] if asked[0] in slugs else next(iter(slugs), "")
    others = [slug for slug in slugs if slug != first]
    second = asked[1] if asked[1] in others else next(iter(others), "")
    return [slug for slug in (first, second) if slug]


def _money(both: list[Shown]) -> list[tuple[int, list[YearOfMoney | None]]]:
    """What each year of either spends in both, None outside the years of one."""
    years = [
        {
            one.year: one
            for one in years_of_money(shown.facts, shown.problem, shown.result.evaluation)
        }
        for shown in both
        if shown.result.evaluation is not None
    ]
    every = sorted({year for one in years for year in one})
    return [(year, [one.get(year) for one in years]) for year in every]


def _pairs(first: Shown, second: Shown) -> list[tuple[str, list[str]]]:
    """Every action that one of the two takes, by number: how far in each, “” where it is not."""
    found: dict[int, tuple[str, tuple[list[str], list[str]]]] = {}
    for side, shown in enumerate((first, second)):
        for one in shown.facts.candidates:
            if one.id in shown.result.plan:
                _, sides = found.setdefault(one.number, (f"{one.number}. {one.title}", ([], [])))
                sides[side].append(_steps(shown, one))
    return [
        (heading, [", ".join(steps) for steps in sides])
        for _, (heading, sides) in sorted(found.items())
    ]


def _steps(shown: Shown, candidate: CandidateFacts) -> str:
    """How far a candidate goes; what is added to an action is named by its label."""
    steps = shown.result.plan[candidate.id]
    words = (candidate.label or str(LEVELS[step.level]) for step in steps)
    return ", ".join(f"{word} {step.start}" for word, step in zip(words, steps, strict=True))
