"""What is asked of the plan: late, to decide, moved, silent, its effects, its documents."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from math import floor, log10
from typing import Any

from django.utils import timezone

from portulan.accounts.access import Operation
from portulan.api.questions.asking import MOST, PLAN, YEAR, Inquiry, NoAnswerError, Question, some
from portulan.budget.indicator.contract import percentage
from portulan.budget.indicator.sentences import share_words
from portulan.core.folding import sought
from portulan.core.say.text import Problem, Text
from portulan.core.say.values import Count, Day
from portulan.impact.effects import Aside, impact_of
from portulan.impact.engine.items import UNITS, Indicator
from portulan.indicators.series import Aim, Reading, stand
from portulan.plans.actions.reads import Row
from portulan.plans.states.rules import Followed
from portulan.plans.states.words import LABELS
from portulan.plans.words import Progress, State
from portulan.publication.documents.dashboard import decisions as decisions_called_for
from portulan.publication.documents.waiting import expected
from portulan.publication.finding import find as things
from portulan.steering.campaigns.reads import campaigns_of, rate_of
from portulan.steering.committees.reads import last_held
from portulan.steering.models import Campaign, Committee
from portulan.steering.overview import moved_since
from portulan.steering.words import CampaignState, CommitteeState

READ = Operation.READ_PLAN
LATE = (State.LATE, State.MILESTONE_LATE, State.DELIVERABLE_LATE)
_NO_COMMITTEE = Text(
    "Aucun comité de ce plan n’a encore été clos\u00a0: donnez un jour (since).",
    "No committee of this plan was closed yet: give a day (since).",
)
_NO_CAMPAIGN = Text(
    "Ce plan n’a encore interrogé personne\u00a0: il n’y a pas de campagne ouverte.",
    "This plan asked nobody yet: there is no open campaign.",
)
_NO_WORD = Text("Donnez un mot à chercher (words).", "Give a word to look for (words).")


def late(inquiry: Inquiry) -> dict[str, Any]:
    """Answer which actions, milestones and deliverables are late, the latest by most days first."""
    found = []
    for row in inquiry.rows:
        for one in row.states:
            if one.state in LATE:
                days, due = _days_of(one.facts)
                said = {"state": one.state.value, "days": days, "due": due.isoformat()}
                words = {"says": one.sentence(inquiry.language)}
                found.append(inquiry.of_action(row.action) | said | words)
    found.sort(key=lambda one: -one["days"])
    actions = len({one["number"] for one in found})
    return {"plan": inquiry.plan.title, "actions": actions, "unit": "days", **some(found)}


def _days_of(facts: Problem) -> tuple[int, date]:
    """Return by how many days, and since which one: what the sentence says too."""
    days, due = facts.values["days"], facts.values["due"]
    assert isinstance(days, Count)  # noqa: S101 - the rules of states say so
    assert isinstance(due, Day)  # noqa: S101
    return days.number, due.day


def attention(inquiry: Inquiry) -> dict[str, Any]:
    """Answer which actions are in a state, or in any: the facts of each, and how many there are."""
    wanted = inquiry.asked.get("state")
    found, counts = [], dict.fromkeys(State, 0)
    for row in inquiry.rows:
        for one in (*row.states, *row.lacks):
            counts[one.state] += 1
            if wanted in (None, one.state.value):
                said = {"state": one.state.value, "says": one.sentence(inquiry.language)}
                found.append(inquiry.of_action(row.action) | said)
    told = {
        state.value: {"label": LABELS[state].say(inquiry.language), "count": count}
        for state, count in counts.items()
        if count or state.value == wanted
    }
    return {"plan": inquiry.plan.title, "states": told, **some(found)}


def indicators(inquiry: Inquiry) -> dict[str, Any]:
    """Answer where each indicator stands: its reference, its last value, its target, its line."""
    found = []
    for row in inquiry.rows:
        action = inquiry.of_action(row.action)
        found += [action | _indicator(one, inquiry.today) for one in row.followed]
    counts = {name: sum(one["stands"] == name for one in found) for name in _STANDS}
    wanted = inquiry.asked.get("stands")
    kept = [one for one in found if wanted in (None, one["stands"])]
    return {
        "plan": inquiry.plan.title,
        "stand": counts,
        "actions_without_indicator": sum(not row.followed for row in inquiry.rows),
        **some(kept),
    }


_STANDS = ("reached", "behind", "on_track", "not_judged", "no_target", "no_value")


def _indicator(one: Followed, today: date) -> dict[str, Any]:
    series, standing = one.series, stand(one.series, today)
    target, start, last = series.target, series.baseline, standing.last
    if last is None:
        stands = "no_value"
    elif target is None:
        stands = "no_target"
    elif standing.reached:
        stands = "reached"
    else:
        stands = {True: "behind", False: "on_track", None: "not_judged"}[standing.behind]
    return {
        "indicator": one.name,
        "unit": one.unit,
        "stands": stands,
        "baseline": start and {"on": start.on.isoformat(), "value": _value(start)},
        "last": last and {"on": last.on.isoformat(), "value": _value(last)},
        "target": target and {"due": target.due_on.isoformat(), "value": _value(target)},
        "expected": None if standing.expected is None else str(round(standing.expected, 4)),
        "days_behind": standing.days_behind,
        "arrives_on": standing.arrives_on and standing.arrives_on.isoformat(),
        "under_legal_threshold": standing.under_legal,
    }


def _value(one: Reading | Aim) -> str:
    return one.text if one.value is None else str(one.value)


def pilots(inquiry: Inquiry) -> dict[str, Any]:
    """Answer which function carries which actions, how many are done, late or without a person."""
    held: dict[str, list[Row]] = {}
    for row in inquiry.rows:
        held.setdefault(row.action.pilot_function, []).append(row)
    found = [
        {
            "pilot": function,
            "actions": [row.action.number for row in rows],
            "done": sum(row.progress is Progress.DONE for row in rows),
            "late": sum(any(one.state in LATE for one in row.states) for row in rows),
            "vacant": sum(any(one.state is State.VACANT for one in row.states) for row in rows),
        }
        for function, rows in sorted(held.items(), key=lambda one: (-len(one[1]), one[0]))
    ]
    return {
        "plan": inquiry.plan.title,
        "without_pilot": [row.action.number for row in held.get("", ())],
        "source": inquiry.at("plans", inquiry.plan.slug, "actions"),
        **some(one for one in found if one["pilot"]),
    }


def decisions(inquiry: Inquiry) -> dict[str, Any]:
    """Answer what the facts call to decide, and what waits on the agenda of the next committee."""
    today, plan = inquiry.today, inquiry.plan
    asked = inquiry.asked_of(inquiry.known.at(today))
    coming = (
        Committee.objects.filter(plan=plan, held_on__gte=today)
        .exclude(state=CommitteeState.CLOSED)
        .select_related("body")
        .order_by("held_on", "pk")
        .first()
    )
    at = inquiry.at("plans", plan.slug, "committees")
    agenda = None
    if coming is not None:
        items = coming.items.filter(kept=True).order_by("order", "pk")
        agenda = {
            "body": coming.body.name,
            "held_on": coming.held_on.isoformat(),
            "source": f"{at}/{coming.pk}/items",
            **some({"title": one.title, "why": one.why} for one in items),
        }
    called = [{"says": one.text} for one in decisions_called_for(asked.board(), asked)]
    return {"plan": plan.title, "called_for": some(called), "next_committee": agenda}


def since(inquiry: Inquiry) -> dict[str, Any]:
    """Answer what changed since a day, else since the last committee, thing by thing."""
    plan = inquiry.plan
    day: date | None = inquiry.asked.get("since")
    if day is None:
        held = last_held(plan, inquiry.today)
        if held is None:
            raise NoAnswerError(_NO_COMMITTEE)
        day = held.held_on
    begins = timezone.make_aware(datetime.combine(day, time()))
    total, moved = moved_since(plan, begins)
    found = [
        {
            "kind": one.kind,
            "name": one.name or plan.title,
            "deeds": dict(one.deeds),
            "last": one.at.isoformat(timespec="seconds"),
            "source": inquiry.at("plans", plan.slug, "actions", one.number, "history")
            if one.number
            else inquiry.at("plans", plan.slug),
        }
        for one in moved
    ]
    return {"plan": plan.title, "since": day.isoformat(), "deeds": total, **some(found)}


def silent(inquiry: Inquiry) -> dict[str, Any]:
    """Answer which functions did not answer the open campaigns, until when, with which actions."""
    found = [
        _campaign(inquiry, one)
        for one in campaigns_of(inquiry.plan).filter(state=CampaignState.OPEN)
    ]
    if not found:
        raise NoAnswerError(_NO_CAMPAIGN)
    return {"plan": inquiry.plan.title, "unit": "functions", **some(found)}


def _campaign(inquiry: Inquiry, one: Campaign) -> dict[str, Any]:
    rate, waiting = rate_of(one), []
    replies = one.replies.filter(answered_at=None).prefetch_related("parts__action")
    for reply in replies.order_by("function", "pk"):
        numbers = sorted(
            part.action.number for part in reply.parts.all() if part.answered_at is None
        )
        waiting.append({"function": reply.function, "actions": numbers})
    return {
        "campaign": one.title,
        "closes_on": one.closes_on.isoformat(),
        "days_left": (one.closes_on - inquiry.today).days,
        "asked": rate.asked,
        "answered": rate.answered,
        "source": inquiry.at("plans", inquiry.plan.slug, "campaigns", one.pk),
        "silent": some(waiting),
    }


def documents(inquiry: Inquiry) -> dict[str, Any]:
    """Answer which documents the law or the label awaits, when, and what each still lacks."""
    asked = inquiry.asked_of(inquiry.year)
    language = inquiry.language
    found = [
        {
            "document": one.kind.name,
            "title": one.kind.title.say(language),
            "year": one.year,
            "awaited_by_law": one.is_awaited,
            "due_on": one.due_on and one.due_on.isoformat(),
            "days_late": one.days_late,
            "lacks": [lack.words for lack in one.lacks],
            "last_made_on": one.last and one.last.on.isoformat(),
            "source": inquiry.at("documents"),
        }
        for one in expected(asked)
    ]
    awaited = [one for one in found if one["awaited_by_law"]]
    return {
        "awaited": len(awaited),
        "late": sum(1 for one in awaited if one["days_late"]),
        "lacking": sum(1 for one in awaited if one["lacks"]),
        **some(found),
    }


def effects(inquiry: Inquiry) -> dict[str, Any]:
    """Answer what the plan spares, overlaps taken out; reductions and avoided are never added."""
    found = impact_of([row.action for row in inquiry.rows])
    groups = []
    for (view, reach), group in found.sums.groups.items():
        for indicator, joint in group.joints.items():
            spread = joint.quantiles
            groups.append(
                {
                    "indicator": indicator.value,
                    "unit": UNITS[indicator],
                    "view": view.value,
                    "reach": reach.value,
                    "central": _told(spread.central),
                    "p5": _told(spread.p5),
                    "p95": _told(spread.p95),
                    "plain_sum_would_count_twice": _told(joint.twice),
                    "actions": len(joint.in_sequence),
                }
            )
    groups.sort(key=lambda one: one["indicator"] != Indicator.GWP.value)
    aside = {
        reason.value: [row.action.number for row in found.aside(reason)]
        for reason in Aside
        if found.aside(reason)
    }
    shared = {name: len(actions) for name, actions in list(found.sums.shared.items())[:MOST]}
    return {
        "plan": inquiry.plan.title,
        "totals": groups,
        "never_added": "view and reach",
        "not_counted_actions": aside,
        "assets_of_several_actions": shared,
        "source": inquiry.at("plans", inquiry.plan.slug, "actions"),
    }


def _told(value: float) -> float:
    """Return a figure of an estimate with the three digits that its uncertainty leaves it."""
    return round(value, 2 - floor(log10(abs(value)))) if value else 0.0


def find(inquiry: Inquiry) -> dict[str, Any]:
    """Answer where words are: actions, indicators, notes, evidence, lines, by what one may read."""
    words = [(sought(one),) for one in str(inquiry.asked.get("words", "")).split() if sought(one)]
    if not words:
        raise NoAnswerError(_NO_WORD)
    found = things(inquiry.actor, inquiry.organisation, inquiry.known, words, inquiry.year)
    return {
        "kinds": {
            one.kind.value: {
                "count": one.count,
                "first": [
                    {"title": each.title, "note": each.note, "place": list(each.where)}
                    for each in one.first
                ],
            }
            for one in found
        },
        "source": inquiry.at("plans"),
    }


def overview(inquiry: Inquiry) -> dict[str, Any]:
    """Answer where the plan stands: progress, levels, states, money, share of each year."""
    rows = inquiry.rows
    counted = {one.name.lower(): sum(row.progress is one for row in rows) for one in Progress}
    figures = inquiry.known.figures if inquiry.actor.may(Operation.READ_BUDGET) else {}
    return {
        "plan": inquiry.plan.title,
        "years": [inquiry.plan.first_year, inquiry.plan.last_year],
        "actions": len(rows),
        "by_progress": counted,
        "by_level": dict(_levels(inquiry)),
        "to_watch": sum(1 for row in rows if row.states),
        "share_by_year": {
            str(year): {
                "percent": percentage(one.share.value),
                "says": share_words(one.share),
                "stage": one.stage.value,
            }
            for year, one in figures.items()
        },
        "source": inquiry.at("plans", inquiry.plan.slug),
    }


def _levels(inquiry: Inquiry) -> Iterator[tuple[str, int]]:
    for level in sorted({row.level for row in inquiry.rows}):
        yield level.name.lower(), sum(row.level is level for row in inquiry.rows)


QUESTIONS = (
    Question(
        "overview",
        "Where does the plan stand?",
        "Counts of actions by progress and level, how many need attention, the share by year.",
        READ,
        overview,
        {"plan": PLAN},
    ),
    Question(
        "late",
        "What is late, and by how many days?",
        "Late actions, milestones and deliverables, with days and due date, the latest first.",
        READ,
        late,
        {"plan": PLAN},
    ),
    Question(
        "attention",
        "What needs attention: vacant pilots, targets missed, stale, unfunded…?",
        "Actions by derived state, with the facts; `state` keeps one: vacant, target_missed…",
        READ,
        attention,
        {
            "plan": PLAN,
            "state": {
                "type": "string",
                "enum": [one.value for one in State],
                "description": "The state to keep.",
            },
        },
    ),
    Question(
        "indicators",
        "Which targets are reached, and which indicators are behind?",
        "Each indicator with its baseline, last value, target, expected value and days behind.",
        READ,
        indicators,
        {
            "plan": PLAN,
            "stands": {"type": "string", "enum": [*_STANDS], "description": "Those to keep."},
        },
    ),
    Question(
        "pilots",
        "Who carries what?",
        "Functions with their actions, those done, late, or whose person left; actions of nobody.",
        READ,
        pilots,
        {"plan": PLAN},
    ),
    Question(
        "decisions",
        "Which decisions are to be taken?",
        "What the facts call to decide, and the agenda of the next committee.",
        READ,
        decisions,
        {"plan": PLAN},
    ),
    Question(
        "since",
        "What changed since the last committee?",
        "What was done to the plan, its actions and indicators since a day.",
        READ,
        since,
        {
            "plan": PLAN,
            "since": {
                "type": "string",
                "format": "date",
                "description": "From that day on; else from the last closed committee.",
            },
        },
    ),
    Question(
        "silent",
        "Who has not answered?",
        "Functions that did not answer the open campaigns, and about which actions.",
        READ,
        silent,
        {"plan": PLAN},
    ),
    Question(
        "documents",
        "Which documents are due, and what do they lack?",
        "Documents of a year: due date, days late, what is missing, the last one made.",
        READ,
        documents,
        {"year": YEAR},
    ),
    Question(
        "effects",
        "What does the plan spare in all (CO2, electricity…), overlaps taken out?",
        "Totals by view and reach with their uncertainty, and the actions that are in no sum.",
        READ,
        effects,
        {"plan": PLAN},
    ),
    Question(
        "find",
        "Where is that?",
        "Actions, indicators, practices, notes, evidence and lines that hold all the words.",
        READ,
        find,
        {
            "words": {"type": "string", "description": "The words, all of which must be there."},
            "year": YEAR,
        },
    ),
)
