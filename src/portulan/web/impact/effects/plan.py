"""The effects of the whole plan: each action, two columns that are never added, and the sums."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.core.say import numbers
from portulan.impact.effects import ActionImpact, PlanImpact, impact_of
from portulan.impact.engine.archetype import Reach, View
from portulan.impact.engine.items import Indicator
from portulan.impact.engine.samples import Quantiles
from portulan.impact.engine.together import Group, Joint
from portulan.impact.engine.wording import in_words
from portulan.impact.estimates.reads import Latest
from portulan.impact.models import VIEWS
from portulan.plans.models import Action
from portulan.plans.plan import get_plan
from portulan.web.crumbs import under_plan
from portulan.web.impact.sentences import carbon_words, column_of
from portulan.web.impact.words import ASIDES, INDICATORS
from portulan.web.language import page_language
from portulan.web.requests import OrganisationRequest

PER_PAGE = 20
# Below half a percent, an overlap is not worth a word.
_LEAST_OVERLAP = 0.005
MAIN = (View.AMORTISED, Reach.REDUCTION)


@dataclass(frozen=True, slots=True)
class Row:
    """An action of the table; `overlap` says what of it others spare already."""

    action: Action
    level: int
    reduction: str
    avoided: str
    overlap: str
    lead: str
    aside: str


@dataclass(frozen=True, slots=True)
class SumLine:
    """A sum in one indicator, with what must be known of it."""

    name: str
    words: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum that has a meaning, by indicator."""

    title: str
    actions: int
    lines: tuple[SumLine, ...]


@require_GET
def impact(request: OrganisationRequest, plan: str) -> HttpResponse:
    found = get_plan(actor=request.actor, slug=plan, need=Operation.READ_PLAN)
    impacts = impact_of(found.actions.order_by("number"))
    counted = [row for row in impacts.rows if row.aside is None]
    others = [row for row in impacts.rows if row.aside is not None]
    group = impacts.sums.groups.get(MAIN)
    page = Paginator(sorted(counted, key=_rank), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "plan": found,
        "trail": under_plan(request, found),
        "page": page,
        "rows": [_row(row, impacts) for row in page.object_list],
        "others": [_row(row, impacts) for row in others[:PER_PAGE]],
        "others_count": len(others),
        "others_left": max(len(others) - PER_PAGE, 0),
        "lede": _lede(group),
        "sums": list(_sums(impacts)),
        "shared": list(_shared(impacts)),
    }
    return render(request, "impact/plan.html", context)


def _rank(row: ActionImpact) -> tuple[int, float]:
    """Return where an action stands: reductions per year first, the largest first."""
    latest = row.known.reduction or row.known.avoided
    if latest is None or not isinstance(latest.carbon, Quantiles):
        return 2, 0.0
    return (0 if (latest.view, latest.reach) == MAIN else 1), -latest.carbon.p50


def _row(row: ActionImpact, impacts: PlanImpact) -> Row:
    key = str(row.action.pk)
    group = impacts.sums.groups.get(MAIN)
    joint = group.joints.get(Indicator.GWP) if group else None
    return Row(
        action=row.action,
        level=row.action.level,
        reduction=_words(row.known.reduction),
        avoided=_words(row.known.avoided),
        overlap=_overlap(joint, key) if joint else "",
        lead=_lead(group, key),
        aside="" if row.aside is None else str(ASIDES[row.aside]),
    )


def _words(latest: Latest | None) -> str:
    words = carbon_words(latest)
    if latest is not None and words and latest.view is View.PURCHASE:
        return f"{words} ({VIEWS[View.PURCHASE]})"
    return words


def _overlap(joint: Joint, key: str) -> str:
    """Return the share of an action's own effect that earlier ones on its assets spare already."""
    alone = joint.alone.get(key, 0.0)
    if alone <= 0 or (taken := 1 - joint.in_sequence[key] / alone) < _LEAST_OVERLAP:
        return ""
    share = numbers.share(Decimal(f"{taken:.2g}"), page_language())
    return _("dont %(share)s déjà épargnés par d’autres") % {"share": share}


def _lead(group: Group | None, key: str) -> str:
    if group is None or key not in group.leads:
        return ""
    return numbers.percent(Decimal(group.leads[key] * 100), page_language(), decimals=0)


def _lede(group: Group | None) -> str:
    """Return the sentence of the page: what the plan spares, once in place."""
    if group is None or Indicator.GWP not in group.joints:
        return _("Aucune action n’a encore d’effet chiffré en réduction par an.")
    words = in_words(
        group.joints[Indicator.GWP].quantiles, Indicator.GWP, View.AMORTISED, page_language()
    )
    told = {"words": words}
    return _("Le plan épargne %(words)s une fois en place, sans rien compter deux fois.") % told


def _sums(impacts: PlanImpact) -> Iterator[Sum]:
    for (view, reach), group in sorted(impacts.sums.groups.items()):
        actions = {name for joint in group.joints.values() for name in joint.in_sequence}
        lines = [
            _line(indicator, joint, view, len(actions)) for indicator, joint in group.joints.items()
        ]
        yield Sum(column_of(reach, view), len(actions), tuple(lines))


def _line(indicator: Indicator, joint: Joint, view: View, actions: int) -> SumLine:
    language = page_language()
    notes = []
    if (counted := len(joint.in_sequence)) < actions:
        notes.append(
            _("%(counted)s actions sur %(actions)s") % {"counted": counted, "actions": actions}
        )
    if joint.twice > _LEAST_OVERLAP * sum(joint.alone.values()):
        twice = Quantiles(*[joint.twice] * 4)
        amount = in_words(twice, indicator, view, language)
        notes.append(_("ôté, car compté deux fois : %(amount)s") % {"amount": amount})
    words = in_words(joint.quantiles, indicator, view, language)
    return SumLine(str(INDICATORS[indicator]), words, tuple(notes))


def _shared(impacts: PlanImpact) -> Iterator[tuple[str, list[Any]]]:
    actions = {str(row.action.pk): row.action for row in impacts.rows}
    for asset, names in impacts.sums.shared.items():
        yield asset, [actions[name] for name in names]
