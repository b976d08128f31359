"""Two scenarios side by side."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portulan.plans.models import LEVELS
from portulan.portfolio.facts import CandidateFacts
from portulan.portfolio.results.spending import YearOfMoney, years_of_money
from portulan.portfolio.results.timeline import impact_of, total
from portulan.portfolio.results.trust import proof_sentence
from portulan.portfolio.scenarios.reads import scenarios
from portulan.web.portfolio.crumbs import under_all
from portulan.web.portfolio.results.page import Shown, shown_or_none, tonnes
from portulan.web.requests import OrganisationRequest

MOST_ROWS = 30


@dataclass(frozen=True, slots=True)
class Side:
    """What stands at the head of a scenario’s column."""

    shown: Shown
    proof: str
    impact: str

    @property
    def count(self) -> int:
        return len(self.shown.names.actions_of(self.shown.result.plan))


@dataclass(frozen=True, slots=True)
class Pair:
    """An action in both: how far it goes in each, “” where it is not taken."""

    heading: str
    sides: tuple[str, str]

    @property
    def differs(self) -> bool:
        return self.sides[0] != self.sides[1]


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
        differing = [pair for pair in pairs if pair.differs]
        context |= {
            "sides": [_side(one) for one in solved],
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


def _side(shown: Shown) -> Side:
    plan = shown.result.plan
    found = total(
        [impact_of(one, plan[one.id]) for one in shown.facts.candidates if one.id in plan]
    )
    return Side(
        shown=shown,
        proof=proof_sentence(shown.result, shown.language),
        impact=tonnes(found.likely, shown.language) if found else "",
    )


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


def _pairs(first: Shown, second: Shown) -> list[Pair]:
    """Every action that one of the two takes, by number."""
    found: dict[int, tuple[str, tuple[list[str], list[str]]]] = {}
    for side, shown in enumerate((first, second)):
        for one in shown.facts.candidates:
            if one.id in shown.result.plan:
                _, sides = found.setdefault(one.number, (f"{one.number}. {one.title}", ([], [])))
                sides[side].append(_steps(shown, one))
    return [
        Pair(heading, (", ".join(left), ", ".join(right)))
        for _, (heading, (left, right)) in sorted(found.items())
    ]


def _steps(shown: Shown, candidate: CandidateFacts) -> str:
    """How far a candidate goes; what is added to an action is named by its label."""
    steps = shown.result.plan[candidate.id]
    words = (candidate.label or str(LEVELS[step.level]) for step in steps)
    return ", ".join(f"{word} {step.start}" for word, step in zip(words, steps, strict=True))
