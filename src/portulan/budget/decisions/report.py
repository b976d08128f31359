"""What a sheet of decisions would do, as one document (`budget decisions import --json`)."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

from portulan.budget.decisions.judging import Kind, Outcome
from portulan.budget.decisions.standing import ActionNames, Values
from portulan.budget.models import BudgetLine, DecisionSheet
from portulan.budget.words import Stage
from portulan.core.merge.judgement import RowFate, counts_of
from portulan.core.money import as_text
from portulan.core.say.text import Language
from portulan.core.spreadsheet import digits

type Document = dict[str, Any]


def report_of(sheet: DecisionSheet, outcomes: list[Outcome], language: Language) -> Document:
    """Return what each row that says something comes to, what is refused, and what is asked."""
    kinds = Counter(outcome.kind for outcome in outcomes)
    same = sheet.rows_same + kinds.pop(Kind.SAME, 0)
    counts = {kind.value: kinds[kind] for kind in Kind if kind is not Kind.SAME}
    fates = {RowFate.CREATED: kinds[Kind.NEW], RowFate.UPDATED: kinds[Kind.CHANGED]}
    names = ActionNames(sheet.fiscal_year.organisation_id)
    return {
        "file": sheet.file_name,
        "year": sheet.fiscal_year.year,
        "rows": {
            **counts_of(fates | {RowFate.UNCHANGED: same}),
            "read": sheet.rows_read,
            "same": same,
            **counts,
        },
        "ignored": list(sheet.ignored),
        "changes": [
            _change(outcome, names) for outcome in outcomes if outcome.line or outcome.given
        ],
        "problems": [
            problem.as_json(language) | {"file": sheet.file_name}
            for outcome in outcomes
            for problem in outcome.told()
        ],
        "conflicts": [
            {
                "key": one.key,
                "row": outcome.said.row,
                "cell": outcome.said.at(one.cell),
                "here": _cells(one.here, names),
                "there": _cells(one.there, names),
            }
            for outcome in outcomes
            for one in outcome.asks
        ],
        "questions": list(_questions(outcomes, language)),
        "written": sheet.written_at is not None,
    }


def changed(outcome: Outcome) -> Values:
    """Return what a row changes, each value before and after, by column."""
    written = outcome.line | outcome.given
    return {
        column: (outcome.before.get(column), value)
        for column, value in written.items()
        if outcome.before.get(column) != value
    }


def _change(outcome: Outcome, names: ActionNames) -> Document:
    line = outcome.standing.line if outcome.standing else None
    return {
        "row": outcome.said.row,
        "line": line and line.pk,
        "label": str(line or ""),
        "kind": outcome.kind.value,
        "cells": {
            column.value: [_plain(column.value, value, names) for value in both]  # type: ignore[attr-defined]
            for column, both in changed(outcome).items()
        },
    }


def _cells(values: Values, names: ActionNames) -> Document:
    return {column.value: _plain(column.value, value, names) for column, value in values.items()}


def _plain(name: str, value: object, names: ActionNames) -> object:
    if name == "action" and isinstance(value, int):
        return names.said(value)
    if isinstance(value, Decimal):
        return as_text(value) if name == "amount" else digits(value.normalize())
    return value


def _questions(outcomes: list[Outcome], language: Language) -> list[Document]:
    pks = {pk for outcome in outcomes for pk in outcome.candidates}
    lines = BudgetLine.objects.in_bulk(pks)
    asked = []
    for outcome in outcomes:
        told = next(outcome.told(), None)
        if told is None or outcome.kind not in {Kind.QUESTION, Kind.CONFLICT}:
            continue
        answers: list[Document] = [
            {"option": f"--line {outcome.said.row}={pk}", "totals": _totals(lines[pk])}
            for pk in outcome.candidates
        ]
        if not answers:
            option = "--again" if outcome.kind is Kind.QUESTION else "--leave-conflicts"
            answers = [{"option": option, "totals": None}]
        asked.append(
            {
                "code": told.kind.code,
                "message": told.message(language),
                "answers": answers,
            }
        )
    return asked


def _totals(line: BudgetLine) -> Document:
    amounts = {stage.value: getattr(line, stage.column) for stage in Stage}
    return {stage: as_text(amount) for stage, amount in amounts.items() if amount is not None}
