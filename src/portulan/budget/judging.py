"""Judging the lines of the database under a perimeter."""

from __future__ import annotations

from portulan.budget.accounts_chart import reads_label
from portulan.budget.models import BudgetLine, ITPerimeter
from portulan.budget.perimeter import Answers, LineFacts, Rule, Ruling, judge
from portulan.budget.verdicts import Verdict

_MOST_KNOWN = 10_000


class Judge:
    """A perimeter ready to judge lines: its rules read once, lines it takes for equal judged once.

    Of a million lines with labels of their own, most differ only by what no rule looks at.
    """

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
        self._looks_at_service = bool(self.answers.service_codes) or self._asks("service")
        self._looks_at_label = self._asks("label")
        self._looks_at_function = self._asks("function")
        self._looks_at_supplier = self._asks("supplier")
        self._known: dict[tuple[str | None, LineFacts], Ruling] = {}

    def _asks(self, criterion: str) -> bool:
        return any(getattr(rule, criterion) for rule in self.rules)

    def __call__(self, line: LineFacts, nomenclature: str | None) -> Ruling:
        seen = self._seen(line, nomenclature)
        ruling = self._known.get((nomenclature, seen))
        if ruling is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            ruling = judge(seen, rules=self.rules, answers=self.answers, nomenclature=nomenclature)
            self._known[nomenclature, seen] = ruling
        return ruling

    def _seen(self, line: LineFacts, nomenclature: str | None) -> LineFacts:
        """Return the line with only what this perimeter looks at."""
        labelled = self._looks_at_label or reads_label(nomenclature, line.nature)
        return LineFacts(
            line.nature,
            line.label if labelled else "",
            line.service if self._looks_at_service else "",
            line.manager if self._looks_at_service else "",
            line.function if self._looks_at_function else "",
            line.supplier if self._looks_at_supplier else "",
        )


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
