"""Judging the lines of the database under a perimeter."""

from __future__ import annotations

from portulan.budget.models import BudgetLine, ITPerimeter
from portulan.budget.perimeter import Answers, LineFacts, Rule, Ruling, judge
from portulan.budget.verdicts import Verdict


class Judge:
    """A perimeter ready to judge lines: its rules read once, equal lines judged once."""

    def __init__(self, perimeter: ITPerimeter) -> None:
        self.rules = [
            Rule(
                Verdict(rule.verdict),
                rule.share,
                rule.reason,
                nature_prefix=rule.nature_prefix,
                service=rule.service,
                function=rule.function,
                supplier=rule.supplier,
                label=rule.label,
            )
            for rule in perimeter.rules.order_by("order")
        ]
        self.answers = Answers(
            frozenset(perimeter.service_codes),
            perimeter.with_school_equipment,
            perimeter.with_staff,
        )
        self._known: dict[tuple[str | None, LineFacts], Ruling] = {}

    def __call__(self, line: LineFacts, nomenclature: str | None) -> Ruling:
        ruling = self._known.get((nomenclature, line))
        if ruling is None:
            ruling = judge(line, rules=self.rules, answers=self.answers, nomenclature=nomenclature)
            self._known[nomenclature, line] = ruling
        return ruling


def facts_of(line: BudgetLine) -> LineFacts:
    """Return what the rules look at in a line."""
    return LineFacts(
        nature=line.nature,
        label=line.label,
        service=line.service,
        manager=line.manager,
        function=line.function,
        supplier=line.supplier,
    )
