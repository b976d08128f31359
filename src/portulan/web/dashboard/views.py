"""The dashboard; printed, it is the board's one page."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.budget.selectors.funding import CoFunded
from portulan.plans.selectors import current_plan, owns
from portulan.reports.dashboard import ThemeLine, dashboard_of
from portulan.web.budget.alerts import sentence
from portulan.web.charts.canvas import Svg
from portulan.web.charts.level_dots import Level, level_dots
from portulan.web.dashboard.drawings import share_scale, share_trajectory
from portulan.web.language import page_language
from portulan.web.requests import OrganisationRequest

# More than this and the dashboard would not print on one page.
MOST_WATCHED = 7


@dataclass(frozen=True, slots=True)
class DrawnTheme:
    line: ThemeLine
    dots: Svg


@require_GET
def page(request: OrganisationRequest) -> HttpResponse:
    request.actor.require(Operation.READ_PLAN)
    plan = current_plan(actor=request.actor, today=request.today)
    if plan is None:
        return render(request, "dashboard/empty.html")
    board, language = dashboard_of(plan, request.today), page_language()
    alerts = [sentence(alert) for alert in board.alerts[:MOST_WATCHED]]
    room = MOST_WATCHED - len(alerts)
    context = {
        "plan": plan,
        "board": board,
        "scale": share_scale(board.current, language) if board.current else None,
        "trajectory": share_trajectory(board.trajectory, language),
        "mine": [row.action for row in board.rows if owns(request.actor, row.action)],
        "co_funded": _co_funded(board.beside.co_funded),
        "alerts": alerts,
        "watched": board.watched[:room],
        "left": len(board.watched[room:]),
        "themes": [
            DrawnTheme(line, level_dots(cast("tuple[Level, ...]", line.levels)))
            for line in board.themes
        ],
    }
    return render(request, "dashboard/page.html", context)


def _co_funded(sums: CoFunded | None) -> list[tuple[Decimal, str]]:
    """Return the sums that are known, the surest first."""
    if sums is None:
        return []
    named = [
        (sums.received, _("reçus")),
        (sums.granted, _("accordés")),
        (sums.asked, _("demandés")),
    ]
    return [(amount, word) for amount, word in named if amount is not None]
