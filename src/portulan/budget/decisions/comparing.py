"""What a sheet of decisions would change, row by row, beside what stands now.

Nothing is written here. Each row finds its line, and what the rows of a line decide of it is judged
cell by cell (`judging`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from itertools import batched

from portulan.budget.decisions import findings
from portulan.budget.decisions.cells import Cells, has_percents
from portulan.budget.decisions.columns import Column
from portulan.budget.decisions.judging import Kind, LineJudge, Outcome
from portulan.budget.decisions.reading import Said
from portulan.budget.decisions.standing import ActionNames, keys_of, standings
from portulan.budget.lines.reads import lines_in_force
from portulan.budget.models import BudgetLine, FiscalYear
from portulan.core.merge.threeway import Choose, nobody

_CHUNK = 500


def compare(
    fiscal_year: FiscalYear,
    rows: list[Said],
    columns: Collection[Column],
    *,
    answers: Mapping[int, int],
    again: bool = False,
    choose: Choose = nobody,
) -> list[Outcome]:
    """Return what each row comes to (six queries, and three by 500 lines).

    `answers` says which line a row of the sheet is about, by their numbers, where its key fits
    several; `again` that an attribution just like another is meant; `choose` whose value stands of
    a conflict, by its key.
    """
    outcomes = [Outcome(said) for said in rows]
    for outcome in outcomes:
        if outcome.said.problems:
            outcome.stop(Kind.REFUSED, outcome.said.problems[0])
    _find_lines(fiscal_year, outcomes, answers)
    by_line: dict[int, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        if outcome.standing is not None and outcome.problem is None:
            by_line[outcome.standing.line.pk].append(outcome)
    percents = {column: has_percents(rows, column) for column in (Column.SHARE, Column.IT_SHARE)}
    reader = Cells(columns, ActionNames(fiscal_year.organisation_id), percents)
    for some in by_line.values():
        LineJudge(some, reader, again=again, choose=choose).judge()
    return outcomes


def _find_lines(
    fiscal_year: FiscalYear, outcomes: list[Outcome], answers: Mapping[int, int]
) -> None:
    """Find the line of each row by its key, or say that there is none, or several."""
    keys = keys_of(fiscal_year)
    wanted: dict[int, list[Outcome]] = defaultdict(list)
    doubtful = []
    for outcome in outcomes:
        if outcome.problem is not None:
            continue
        said = outcome.said
        found = keys.get(said.text(Column.KEY), [])
        asked = answers.get(said.row) or said.number(Column.LINE)
        if len(found) == 1 or asked in found:
            wanted[found[0] if len(found) == 1 else found[found.index(asked or 0)]].append(outcome)
        elif found:
            outcome.candidates = tuple(found)
            doubtful.append(outcome)
        else:
            told = {"cell": said.at(Column.KEY), "text": said.text(Column.KEY)}
            outcome.stop(Kind.REFUSED, findings.NO_LINE.at(line=said.row, **told))
    _by_row_of_file(doubtful, wanted)
    for chunk in batched(wanted, _CHUNK):
        for standing in standings(lines_in_force(fiscal_year).filter(pk__in=chunk)):
            standing.line.fiscal_year = fiscal_year
            for outcome in wanted[standing.line.pk]:
                outcome.standing = standing


def _by_row_of_file(doubtful: list[Outcome], wanted: dict[int, list[Outcome]]) -> None:
    """Tell lines that look alike by their row of the file, else ask."""
    pks = {pk for outcome in doubtful for pk in outcome.candidates}
    rows = {
        pk: (name, row)
        for pk, name, row in BudgetLine.objects.filter(pk__in=pks).values_list(
            "pk", "batch__file_name", "row"
        )
    }
    for outcome in doubtful:
        said = outcome.said
        here = (said.text(Column.FILE), said.number(Column.ROW))
        same = [pk for pk in outcome.candidates if rows[pk] == here]
        if len(same) == 1:
            wanted[same[0]].append(outcome)
            continue
        count = len(outcome.candidates)
        problem = findings.WHICH_LINE.at(line=said.row, cell=said.at(Column.KEY), count=count)
        outcome.stop(Kind.QUESTION, problem)
