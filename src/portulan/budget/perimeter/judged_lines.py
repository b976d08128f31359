"""Judging the lines of the database under a perimeter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from portulan.budget.accounts_chart import LABELLED, reads_label
from portulan.budget.lines.facts import LineFacts, criteria_in
from portulan.budget.models import ITPerimeter, PerimeterRule
from portulan.budget.perimeter.rules import MIXED_WITH_SCHOOLS, Answers, Rule, Ruling, judge
from portulan.budget.words import Post, RunBuild, Verdict

_MOST_KNOWN = 10_000
_EVERYWHERE = ("",)


class Judge:
    """A perimeter ready to judge lines: its rules read once, lines it takes for equal judged once.

    Of a million lines with labels of their own, most differ only by what no rule looks at. `rules`
    tries others than those of the perimeter.
    """

    def __init__(self, perimeter: ITPerimeter, rules: Sequence[Rule] | None = None) -> None:
        self.rules = rules_of(perimeter) if rules is None else list(rules)
        self.answers = Answers(
            frozenset(perimeter.service_codes),
            perimeter.with_school_equipment,
            perimeter.with_staff,
        )
        by_service = _EVERYWHERE if self.answers.service_codes else self._asking("service")
        # On which accounts each fact is looked at; the account itself always is.
        self.looks_at = {
            "label": (*self._asking("label"), *LABELLED),
            "service": by_service,
            "manager": by_service,
            "function": self._functions(),
            "supplier": self._asking("supplier"),
            "operation": self._asking("operation"),
        }
        self._asks_label = self._asking("label")
        self._known: dict[tuple[str | None, LineFacts], Ruling] = {}

    def _functions(self) -> tuple[str, ...]:
        asked = self._asking("function")
        if self.answers.with_school_equipment or asked == _EVERYWHERE:
            return asked
        return (*asked, *MIXED_WITH_SCHOOLS)

    def _asking(self, criterion: str) -> tuple[str, ...]:
        prefixes = {rule.nature_prefix for rule in self.rules if getattr(rule, criterion)}
        return _EVERYWHERE if "" in prefixes else tuple(sorted(prefixes))

    def __call__(self, line: LineFacts, nomenclature: str | None) -> Ruling:
        seen = self._seen(line, nomenclature)
        key = (nomenclature, seen)
        ruling = self._known.get(key)
        if ruling is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            ruling = judge(seen, rules=self.rules, answers=self.answers, nomenclature=nomenclature)
            self._known[key] = ruling
        return ruling

    def _seen(self, line: LineFacts, nomenclature: str | None) -> LineFacts:
        """Return the line with only what this perimeter looks at."""
        asked, at = line.nature.startswith, self.looks_at
        labelled = asked(self._asks_label) or reads_label(nomenclature, line.nature)
        return LineFacts(
            line.nature,
            line.label if labelled else "",
            line.service if asked(at["service"]) else "",
            line.manager if asked(at["manager"]) else "",
            line.function if asked(at["function"]) else "",
            line.supplier if asked(at["supplier"]) else "",
            line.operation if asked(at["operation"]) else "",
        )


def rules_of(perimeter: ITPerimeter) -> list[Rule]:
    """Return the rules of a perimeter in the order they are asked (one query)."""
    return [rule_of(rule) for rule in perimeter.rules.order_by("order")]


def rule_of(rule: PerimeterRule) -> Rule:
    """Return a rule of the database, or one that is not written yet, as the judge asks it."""
    return Rule(
        Verdict(rule.verdict),
        rule.share,
        rule.reason,
        post=Post(rule.post) if rule.post else None,
        run_build=RunBuild(rule.run_build) if rule.run_build else None,
        **criteria_in(rule),
    )


def columns_of(ruling: Ruling) -> dict[str, Any]:
    """Return what a line keeps of a ruling, by column."""
    return {
        "verdict": ruling.verdict,
        "it_share": ruling.share,
        "verdict_reason": ruling.reason.fr,
        "post": ruling.post or "",
        "run_build": ruling.run_build,
    }
