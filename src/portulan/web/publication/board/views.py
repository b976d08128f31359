"""The dashboard and its charts; printed, it is the board's one page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.budget.alerts.rules import AlertKind as BudgetAlert
from portulan.budget.funding.by_action import CoFunded
from portulan.budget.indicator.reads import YearFigure
from portulan.budget.indicator.trajectory import TrajectoryYear
from portulan.budget.words import Stage
from portulan.charts.canvas import Drawing
from portulan.charts.scale_bar import scale_bar
from portulan.charts.stages import stage_shape
from portulan.core.say import numbers
from portulan.core.say.text import Language
from portulan.observatory.reads import first_estimate
from portulan.plans.access import owns
from portulan.plans.plan import current_plan
from portulan.plans.starters.reads import starters_for
from portulan.plans.states.words import LABELS
from portulan.publication.board import Dashboard, board_floor, dashboard_of
from portulan.publication.documents import judging
from portulan.publication.documents.charts import share_trajectory
from portulan.publication.groups.members import leads
from portulan.steering.alerts.rules import Alert
from portulan.steering.handover.reads import waiting_for
from portulan.steering.todo.reads import mine
from portulan.steering.words import RAISED, AlertKind
from portulan.web.alerts import Shown, shown, todo_on
from portulan.web.budget.alerts import sentence
from portulan.web.language import page_language, said_here
from portulan.web.publication.board.small import SmallHome
from portulan.web.publication.groups.members import table
from portulan.web.requests import OrganisationRequest, url_in

# More than this and the dashboard would not print on one page.
MOST_WATCHED = 7
MOST_TO_DO, MOST_BESIDE = 7, 5
# What passes a threshold leaves room for the actions: all of it is on the page of who steers.
MOST_STANDING = 3


@dataclass(frozen=True, slots=True)
class Lede:
    """What the dashboard says first; `link` ends its sentence for who may give the accounts."""

    sentence: str
    link: str = ""
    reserve: str = ""
    warning: str = ""


def lede_of(
    *,
    name: str,
    current: TrajectoryYear | None,
    following: TrajectoryYear | None,
    latest: YearFigure | None,
    may_give_accounts: bool,
) -> Lede:
    """Say the share of the year, or the last one known, and what is missing for the next year.

    Pure but for the language, which is that of the page.
    """
    warning = _missing(current, following)
    if current is not None and current.value is not None:
        return Lede(_share(name, current), reserve=_reserve(current), warning=warning)
    if current is not None and current.is_unknown:
        return Lede(_unknown(current), warning=warning)
    if latest is not None and latest.figure.value is not None:
        sentence = _(
            "Les années du plan n’ont pas encore de comptes. En %(year)s, %(name)s a consacré"
            " %(value)s du budget de la DSI au numérique responsable."
        )
        value = numbers.percent(latest.figure.value, page_language())
        words = {"year": latest.fiscal_year.year, "name": name, "value": value}
        return Lede(sentence % words, warning=warning)
    if may_give_accounts:
        sentence = _(
            "La part du budget de la DSI dédiée au numérique responsable n’est pas encore"
            " calculable : "
        )
        return Lede(sentence, link=_("donnez les comptes"), warning=warning)
    sentence = _(
        "La part du budget de la DSI dédiée au numérique responsable n’est pas encore calculable"
        " : ses comptes ne sont pas donnés."
    )
    return Lede(sentence, warning=warning)


def _share(name: str, current: TrajectoryYear) -> str:
    """Say the share, then its ambition by the table of words that judge.

    What is not paid yet is foreseen; only what is paid and proved is held.
    """
    sentence = (
        _("En %(year)s, %(name)s a consacré %(value)s du budget de la DSI au numérique responsable")
        if current.stage is Stage.REALISED
        else _(
            "En %(year)s, %(name)s prévoit de consacrer %(value)s du budget de la DSI au numérique"
            " responsable"
        )
    )
    judged = judging.of_share(
        current.stage, value=current.value, lower=current.lower, ambition=current.ambition
    )
    if judged is None:
        ambition = "."
    else:
        ambition = {
            judging.HELD: _(" : l’ambition votée, %(ambition)s, est tenue."),
            judging.UNPROVED: _(" : l’ambition votée, %(ambition)s, n’est pas encore démontrée."),
            judging.NOT_HELD: _(" : l’ambition votée, %(ambition)s, n’est pas tenue."),
            judging.FORESEEN: _(
                " : l’ambition votée, %(ambition)s, est prévue, pas encore démontrée."
            ),
            judging.BELOW: _(" : c’est moins que l’ambition votée, %(ambition)s."),
        }[judged]
    return (sentence + ambition) % {
        "year": current.year,
        "name": name,
        "value": numbers.percent(current.value, page_language()),
        "ambition": numbers.percent(current.ambition, page_language()),
    }


def _unknown(current: TrajectoryYear) -> str:
    sentence = _(
        "La part du budget %(year)s de la DSI dédiée au numérique responsable n’est pas encore"
        " connue : rien n’y est fléché ni examiné."
    )
    return sentence % {"year": current.year}


def _reserve(current: TrajectoryYear) -> str:
    """Return that the share is provisional, if it is."""
    computed = current.computed
    if computed is None or computed.figure.is_unknown or not computed.figure.provisional:
        return ""
    coverage = numbers.percent(computed.figure.coverage, page_language(), decimals=0)
    sentence = _("Part provisoire : %(coverage)s des montants sont qualifiés.")
    return sentence % {"coverage": coverage}


def _missing(current: TrajectoryYear | None, following: TrajectoryYear | None) -> str:
    """Return what the year to come lacks to hold its ambition, if it does."""
    if following is None or following.gap is None or following.gap <= 0:
        return ""
    now, then = current.value if current else None, following.value
    if now is not None and then is not None and then < now:
        sentence = _(
            "Sans nouvelle décision, la part retombe à %(value)s en %(year)s : il manque %(amount)s"
            " pour tenir %(ambition)s."
        )
    else:
        sentence = _("En %(year)s, il manque %(amount)s pour tenir %(ambition)s.")
    return sentence % {
        "year": following.year,
        "value": numbers.percent(then, page_language()),
        "amount": numbers.money(following.gap, page_language(), unit="k€"),
        "ambition": numbers.percent(following.ambition, page_language()),
    }


@require_GET
def home(request: OrganisationRequest) -> HttpResponse:
    """The home page: of a syndicate, its members; of others, their own plan."""
    return table(request) if leads(request.organisation) else page(request)


@require_GET
def page(request: OrganisationRequest) -> HttpResponse:
    request.actor.require(Operation.READ_PLAN)
    plan = current_plan(actor=request.actor, today=request.today)
    if plan is None:
        siren = request.organisation.siren
        return render(
            request,
            "dashboard/empty.html",
            {"starters": starters_for(request.organisation), "first": first_estimate(siren)},
        )
    board, language = dashboard_of(plan, request.today), page_language()
    found = todo_on(request, plan, board.known, board.rows)
    own = [row.action for row in board.rows if owns(request.actor, row.action)]
    if request.organisation.is_simple:
        return render(
            request,
            "dashboard/small.html",
            {
                "plan": plan,
                "board": board,
                "small": SmallHome(board),
                "mine": own,
                "handed": waiting_for(request.actor),
                "todo": shown(request, found[:MOST_TO_DO]),
                "others": len(found[MOST_TO_DO:]),
            },
        )
    waits = mine(found, request.actor)
    listed = waits[:MOST_TO_DO]
    told = {one.key for one in waits}
    alerts = _alerts(request, board, [one for one in found if one.key not in told])[:MOST_BESIDE]
    actions = {one.action for one in listed if one.kind is AlertKind.STATE}
    watched = [row for row in board.watched if row.action.number not in actions]
    room = max(0, (MOST_BESIDE if listed else MOST_WATCHED) - len(alerts))
    context = {
        "plan": plan,
        "board": board,
        "lede": lede_of(
            name=request.organisation.in_a_sentence,
            current=board.current,
            following=board.following,
            latest=board.latest,
            may_give_accounts=request.actor.holds(Operation.EDIT_BUDGET),
        ),
        "scale": share_scale(board.current, language) if board.current else None,
        "trajectory": share_trajectory(board.trajectory, language),
        "mine": own,
        "todo": shown(request, listed),
        "others": len(waits[MOST_TO_DO:]),
        "handed": waiting_for(request.actor),
        "co_funded": _co_funded(board.co_funded),
        "alerts": alerts,
        "lacks": [(state, said_here(LABELS[state]), count) for state, count in board.lacks.items()],
        "watching": len(watched),
        "watched": watched[:room],
        "left": len(watched[room:]),
        "floor": board_floor(request.organisation, language),
    }
    return render(request, "dashboard/page.html", context)


def _alerts(
    request: OrganisationRequest, board: Dashboard, standing: Iterable[Alert]
) -> list[Shown]:
    """Return what the figure of the year calls for, then what passes a threshold: each once.

    The threshold of coverage is the organisation's own; a share that crossed its ambition since it
    was published says more than that it is under.
    """
    url = url_in(request, "budget:year", board.year)
    told = {one.kind for one in board.alerts}
    found = [
        Shown(_("Budget"), _("Exercice %(year)s") % {"year": board.year}, sentence(one), url)
        for one in board.alerts
        if one.kind is not BudgetAlert.LOW_COVERAGE
    ]
    said = AlertKind.SHARE if BudgetAlert.BELOW_AMBITION in told else None
    kept = [one for one in standing if one.kind in RAISED and one.kind is not said]
    return [*found, *shown(request, kept[:MOST_STANDING])]


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


def share_scale(year: TrajectoryYear, language: Language) -> Drawing:
    """Return the share of a year with its interval and the ambition, over a scale."""
    return scale_bar(
        year.value,
        title=_("Part dédiée au numérique responsable et son intervalle, %(year)s")
        % {"year": year.year},
        shape=stage_shape(year.stage),
        lower=year.lower,
        upper=year.upper,
        aim=year.ambition,
        value_word=_("retenu"),
        lower_word=_("justifié"),
        upper_word=_("proposé"),
        aim_word=_("ambition"),
        language=language,
        prefix="part",
    )
