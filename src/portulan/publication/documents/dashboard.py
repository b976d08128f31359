"""The dashboard on one page: five figures, commitments, what to decide, what to look at."""

from __future__ import annotations

from collections.abc import Iterable

from portulan.core.say import numbers
from portulan.core.say.text import Text
from portulan.core.say.values import Count
from portulan.plans.actions.reads import Row
from portulan.plans.labels import LEVELS, PROGRESSES
from portulan.plans.states.words import LABELS
from portulan.publication.board import (
    Dashboard,
    DecisionKind,
    NextDecision,
    board_floor,
)
from portulan.publication.documents.asking import Asked, Draft, Kind, Part
from portulan.publication.documents.cell import (
    Prose,
    Table,
    Unit,
    amount,
    day,
    text,
)
from portulan.publication.documents.figures import five_figures, lede

TITLE = Text("Tableau de bord sur une page", "Dashboard on one page")
MOST_WATCHED = 5

FIVE = Text("L’année en cinq chiffres", "The year in five figures")
LEVELS_TITLE = Text("Les engagements", "The commitments")
LEVELS_CAPTION = Text("Actions par niveau d’engagement", "Actions by commitment level")
DECIDE = Text("Ce qu’il y a à décider", "What there is to decide")
NOTHING_TO_DECIDE = Text("Aucune décision n’attend.", "No decision is waiting.")
WATCH = Text("Ce qu’il faut regarder", "What to look at")
NOTHING_TO_WATCH = Text("Rien ne se signale de soi-même.", "Nothing calls for attention by itself.")
LACKS = Text("Ce que le plan ne dit pas encore\u00a0: {}.", "What the plan does not say yet: {}.")
MORE = Text("Et {:autre|autres}, dans Portulan.", "And {:more|more}, in Portulan.")
ADOPTED = Text("Vote du plan", "Vote of the plan")
ADOPTED_BY = Text("Voté par", "Voted by")
PLAN = Text("Plan d’action", "Action plan")
GAP = Text(
    "Il manque {amount} en {year} pour tenir l’ambition votée\u00a0: les voter, ou voter {share}.",
    "{amount} is missing in {year} to hold the ambition voted: vote it, or vote {share}.",
)
ENVELOPE = Text(
    "Action {n}\u00a0: {amount} sont fléchés en {year} pour une dotation de {allotted}.",
    "Action {n}: {amount} is attributed in {year} for an allotment of {allotted}.",
)
PILOT = Text("Action {n}\u00a0: nommer un pilote.", "Action {n}: name a pilot.")
COST = Text("Action {n}\u00a0: la chiffrer pour {year}.", "Action {n}: cost it for {year}.")


def build(asked: Asked) -> Draft:
    board = asked.board()
    return asked.document(
        KIND.name,
        title=TITLE,
        cover=(
            (PLAN, text(board.plan.title)),
            (ADOPTED, day(board.plan.adopted_on)),
            (ADOPTED_BY, text(board.plan.adopted_by)),
        ),
        sections=[
            Part(
                asked.say(FIVE),
                lambda: (
                    Prose(lede(board, asked.language), "lede"),
                    *_floor(asked),
                    five_figures(board, asked.language, asked.say(FIVE)),
                ),
            ),
            Part(asked.say(LEVELS_TITLE), lambda: (levels(board, asked),)),
            Part(asked.say(DECIDE), lambda: decisions(board, asked)),
            Part(asked.say(WATCH), lambda: _watched(board, asked)),
        ],
    )


def _floor(asked: Asked) -> tuple[Prose, ...]:
    said = board_floor(asked.plan.organisation, asked.language)
    return (Prose(said),) if said else ()


def levels(board: Dashboard, asked: Asked) -> Table:
    """Return how many actions stand at each level, by progress, today and at the vote."""
    steps = [progress for progress, _count in board.levels[0].by_progress]
    heads = [
        Text("Niveau", "Level").say(asked.language),
        *(str(PROGRESSES[step]) for step in steps),
        Text("Total", "Total").say(asked.language),
        Text("Au vote", "At the vote").say(asked.language),
    ]
    rows = tuple(
        (
            text(str(LEVELS[line.level])),
            *(amount(count, Unit.NUMBER) for _step, count in line.by_progress),
            amount(line.total, Unit.NUMBER),
            amount(line.at_vote, Unit.NUMBER),
        )
        for line in board.levels
    )
    return Table(asked.say(LEVELS_CAPTION), tuple(heads), rows)


def decisions(board: Dashboard, asked: Asked) -> tuple[Prose, ...]:
    """Return what the facts call to decide, one sentence each."""
    found = tuple(Prose(_sentence(one, asked), "item") for one in board.decisions)
    return found or (Prose(asked.say(NOTHING_TO_DECIDE)),)


def _sentence(one: NextDecision, asked: Asked) -> str:
    words = {
        DecisionKind.GAP: GAP,
        DecisionKind.ENVELOPE: ENVELOPE,
        DecisionKind.PILOT: PILOT,
        DecisionKind.COST: COST,
    }[one.kind]
    language = asked.language
    return words.say(language).format(
        n=f"{one.row.action.called} ({one.row.action.short_title or one.row.action.title})"
        if one.row
        else "",
        year=one.year,
        amount=numbers.money(one.amount, language, unit="k€"),
        allotted=numbers.money(one.allotted, language, unit="k€"),
        share=numbers.percent(one.share, language),
    )


def _watched(board: Dashboard, asked: Asked) -> tuple[Table | Prose, ...]:
    language = asked.language
    said: list[Table | Prose] = []
    if lacks := board.lacks:
        counted = (f"{LABELS[state].say(language)} ({count})" for state, count in lacks.items())
        said.append(Prose(asked.say(LACKS).format(", ".join(counted))))
    if not board.watched:
        return (*said, Prose(asked.say(NOTHING_TO_WATCH)))
    said.append(watched(board.watched[:MOST_WATCHED], asked.say(WATCH), asked))
    if more := len(board.watched) - MOST_WATCHED:
        said.extend([Prose(asked.say(MORE).format(Count(more)), "small")] if more > 0 else [])
    return tuple(said)


def watched(found: Iterable[Row], caption: str, asked: Asked) -> Table:
    """Return each action with the first of its states that call for attention, in facts."""
    language = asked.language
    rows = tuple(
        (
            text(f"{row.action.called}. {row.action.short_title or row.action.title}"),
            text(row.states[0].label(language)),
            text(row.states[0].sentence(language)),
            text(row.action.pilot_function),
        )
        for row in found
    )
    heads = (
        Text("Action", "Action").say(language),
        Text("État", "State").say(language),
        Text("Faits", "Facts").say(language),
        Text("Pilote (fonction)", "Pilot (function)").say(language),
    )
    return Table(caption, heads, rows)


KIND = Kind(
    "board",
    TITLE,
    Text("élus, direction", "elected members, management"),
    build,
    needs_accounts=True,
)
