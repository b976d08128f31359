"""The plan for the vote: ambition, each action with its level, its pilot, its aim and its means."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from portulan.budget.funding.reads import ambitions_of
from portulan.core.say.text import Text, semicolons
from portulan.core.say.values import Count
from portulan.plans.actions.reads import Row
from portulan.plans.commitments.rules import LEVEL_WORDS
from portulan.plans.models import Axis, Goal, Plan
from portulan.plans.money.funding import Funding
from portulan.plans.states.words import LABELS
from portulan.plans.words import Progress, State
from portulan.publication.board import Dashboard
from portulan.publication.documents.actions import ACTION, NUMBER, PILOT, name_of
from portulan.publication.documents.asking import Asked, Draft, Kind, Part
from portulan.publication.documents.cell import (
    NOT_APPLICABLE,
    Cell,
    Prose,
    Quality,
    Table,
    Unit,
    amount,
    cost_of,
    day,
    text,
)
from portulan.publication.documents.dashboard import ADOPTED, ADOPTED_BY
from portulan.publication.documents.figures import aim_of

TITLE = Text("Plan d’action, pour le vote", "Action plan, for the vote")
GOALS = Text("Objectifs communs", "Common goals")
NO_GOAL = Text("Aucun objectif commun n’est écrit.", "No common goal is written.")
MEANS = Text("Ambition et moyens", "Ambition and means")
MEANS_CAPTION = Text(
    "Par exercice\u00a0: part visée du budget informatique, et ce que les actions demandent",
    "By year: the share of the IT budget aimed at, and what actions ask for",
)
BY_AXIS = Text("Les actions, par axe", "Actions, by axis")
UNSAID = Text("Ce que le plan ne dit pas encore", "What the plan does not say yet")
OUTSIDE = Text("Sans axe", "Without an axis")
VOTED = Text(
    "Ce plan est voté depuis le vote cité en tête\u00a0: le tableau dit ce qu’il est aujourd’hui.",
    "This plan has been voted since the vote cited above: the table says what it is today.",
)
TO_VOTE = Text(
    "{:action attend|actions attendent} le vote.",
    "{:action waits|actions wait} for the vote.",
)
LEVELS_MEAN = Text(
    "Réflexion\u00a0: s’engager à étudier et à rendre un livrable. Expérimentation\u00a0: s’engager"
    " à essayer dans un champ dit. Réalisation\u00a0: s’engager à faire, et à en rendre compte par"
    " un indicateur.",
    "Study: committing to study and to hand over a deliverable. Experiment: committing to try"
    " within a scope that is said. Implementation: committing to do, and to account for it by an"
    " indicator.",
)


def build(asked: Asked) -> Draft:
    plan, board = asked.plan, asked.board()
    waiting = board.voting.waiting
    notices = (asked.say(TO_VOTE).format(Count(waiting)) if waiting else asked.say(VOTED),)
    return asked.document(
        "plan",
        title=Text(f"{plan.title}\u00a0: plan pour le vote", f"{plan.title}: plan for the vote"),
        notices=notices,
        cover=((ADOPTED, day(plan.adopted_on)), (ADOPTED_BY, text(plan.adopted_by))),
        sections=[
            Part(asked.say(GOALS), lambda: _goals(plan, asked), "goals"),
            Part(asked.say(MEANS), lambda: (_means(plan, board.rows, asked),), "means"),
            Part(asked.say(BY_AXIS), lambda: _axes(plan, board.rows, asked), "actions"),
            Part(asked.say(UNSAID), lambda: (_lacks(board, asked),)),
        ],
        draft=bool(waiting),
        presented=False,
    )


def _goals(plan: Plan, asked: Asked) -> list[Prose]:
    found = Goal.objects.filter(plan=plan).order_by("order", "pk").values_list("title", flat=True)
    said = [Prose(title, "item") for title in found] or [Prose(asked.say(NO_GOAL))]
    return [*said, Prose(asked.say(LEVELS_MEAN), "small")]


def _means(plan: Plan, rows: tuple[Row, ...], asked: Asked) -> Table:
    ambitions = {year: one.percent for year, one in ambitions_of(asked.known).items()}
    years = range(plan.first_year, plan.last_year + 1)
    heads = (
        Text("Exercice", "Year"),
        Text("Ambition", "Ambition"),
        Text("Budget informatique\u00a0: demandé ou doté", "IT budget: asked or allotted"),
        Text("À côté de ce budget\u00a0: demandé", "Beside this budget: asked"),
        Text("Coût, des deux côtés", "Cost, on both sides"),
        Text("Actions non chiffrées", "Actions not costed"),
    )
    going_on = [row.funding for row in _going_on(rows)]
    lines = tuple(
        (
            Cell(str(year)),
            amount(ambitions.get(year), Unit.PERCENT, quality=Quality.DECLARED),
            *_both_sides(going_on, [year]),
            amount(sum(not one.is_costed(year) for one in going_on), Unit.NUMBER),
        )
        for year in years
    )
    return Table(asked.say(MEANS_CAPTION), tuple(map(asked.say, heads)), lines)


def _both_sides(fundings: Iterable[Funding], years: Sequence[int]) -> tuple[Cell, Cell, Cell]:
    """Return what is expected in the IT budget, beside it, and on both sides: a cost, no share."""
    found = list(fundings)
    sides = [one.expected(years) for one in found], [one.beside(years) for one in found]
    return cost_of(sides[0]), cost_of(sides[1]), cost_of([*sides[0], *sides[1]])


def _axes(plan: Plan, rows: tuple[Row, ...], asked: Asked) -> list[Table]:
    axes: list[tuple[int | None, str]] = list(
        Axis.objects.filter(plan=plan).order_by("order", "pk").values_list("pk", "title")
    )
    tables = []
    for pk, title in [*axes, (None, asked.say(OUTSIDE))]:
        its = [row for row in rows if row.action.axis_id == pk]
        if its:
            tables.append(_actions(plan, its, title, asked))
    return tables


def _actions(plan: Plan, rows: list[Row], title: str, asked: Asked) -> Table:
    heads = (
        *(NUMBER, ACTION),
        Text("Pratiques", "Practices"),
        Text("Niveau", "Level"),
        PILOT,
        Text("Fin", "End"),
        Text("Indicateur", "Indicator"),
        Text("Cible", "Target"),
        Text("{first}–{last}, budget informatique", "{first}–{last}, IT budget"),
        Text("{first}–{last}, à côté", "{first}–{last}, beside it"),
    )
    named = [asked.say(head).format(first=plan.first_year, last=plan.last_year) for head in heads]
    return Table(title, tuple(named), tuple(_line(plan, row, asked) for row in rows), sheet=title)


def _line(plan: Plan, row: Row, asked: Asked) -> tuple[Cell, ...]:
    years = range(plan.first_year, plan.last_year + 1)
    target = row.series.target if row.series else None
    return (
        Cell(row.action.called),
        text(name_of(row)),
        text(", ".join(practice.code for practice in row.practices)),
        text(LEVEL_WORDS[row.level].say(asked.language)),
        text(row.action.pilot_function),
        day(row.action.due_on),
        text(row.main.name if row.main else ""),
        NOT_APPLICABLE if row.main is None else aim_of(target, row.main, asked.language),
        *_both_sides([row.funding], years)[:2],
    )


def _lacks(board: Dashboard, asked: Asked) -> Prose:
    lacks = board.lacks | {State.NOT_COSTED: len(_uncosted(board))}
    counted = [
        f"{LABELS[state].say(asked.language)} ({count})" for state, count in lacks.items() if count
    ]
    nothing = Text("Rien", "Nothing").say(asked.language)
    return Prose(f"{semicolons(counted, asked.language) or nothing}.")


def _uncosted(board: Dashboard) -> list[Row]:
    """Return the actions whose cost is not known in full in one year of the plan or more."""
    years = range(board.plan.first_year, board.plan.last_year + 1)
    return [row for row in _going_on(board.rows) if not all(map(row.funding.is_costed, years))]


def _going_on(rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if row.progress is not Progress.DROPPED]


KIND = Kind(
    "plan",
    TITLE,
    Text("assemblée délibérante", "the deciding assembly"),
    build,
)
