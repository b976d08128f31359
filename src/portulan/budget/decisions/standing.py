"""What stands in a year: its lines with their decisions, as a sheet of decisions says them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils import translation

from portulan.budget.decisions.columns import (
    KEYED,
    OF_ATTRIBUTION,
    OF_LINE,
    Column,
    line_key,
    state_of,
)
from portulan.budget.labels import METHODS, STAGES, STATUSES, VERDICTS
from portulan.budget.lines.reads import lines_in_force
from portulan.budget.models import COUNTED, Attribution, BudgetLine, FiscalYear
from portulan.budget.words import AttributionStatus, Verdict
from portulan.core.folding import fold
from portulan.core.secret import key_for
from portulan.core.spreadsheet import digits
from portulan.plans.models import Action

_CHUNK = 500
CHOICES: dict[Column, Mapping[Any, Any]] = {
    Column.VERDICT: VERDICTS,
    Column.STATUS: STATUSES,
    Column.METHOD: METHODS,
    Column.STAGE: STAGES,
}
# What stands of a decision, by column: a word of code, a Decimal, a text, an action, yes or no.
type Values = dict[Column, object]
NO_ATTRIBUTION: Values = {}


@dataclass
class Standing:
    """A line as it stands, and its attributions that are not withdrawn."""

    line: BudgetLine
    given: list[Attribution] = field(default_factory=list)

    @cached_property
    def key(self) -> str:
        return line_key(getattr(self.line, name) for name in KEYED)

    def of_line(self) -> Values:
        """Return what is decided of the line; the reason is a person's, "" where a rule judged."""
        override = getattr(self.line, "override", None)
        return {
            Column.VERDICT: str(Verdict(self.line.verdict)),
            Column.IT_SHARE: self.line.it_share,
            Column.VERDICT_REASON: override.reason if override else "",
            Column.REVIEWED: self.line.reviewed_on is not None,
        }

    def state(self, given: Attribution | None) -> str:
        """Return what tells that a row says what stood when it was sent, in two parts."""
        said = of_attribution(given) if given else NO_ATTRIBUTION
        return f"{self.state_of_line(self.of_line())}-{self.state_of_attribution(said)}"

    def state_of_line(self, values: Values) -> str:
        """Return what tells a decision on the line from another."""
        return self._state(values, OF_LINE)

    def state_of_attribution(self, values: Values) -> str:
        """Return what tells an attribution from another, or from none."""
        return self._state(values, OF_ATTRIBUTION)

    def _state(self, values: Values, columns: Iterable[Column]) -> str:
        said = [_plain(values.get(column)) for column in columns] if values else []
        return state_of(self.key, said, key=key_for("decisions"))


def of_attribution(given: Attribution) -> Values:
    """Return what an attribution says."""
    return {
        Column.ACTION: given.action_id,
        Column.SHARE: given.share,
        Column.AMOUNT: given.amount,
        Column.STAGE: given.stage or None,
        Column.STATUS: str(AttributionStatus(given.status)),
        Column.METHOD: str(given.method),
        Column.REASON: given.reason,
        Column.EVIDENCE: given.evidence,
        Column.OUTSIDE: given.outside_it,
    }


def _plain(value: object) -> object:
    return digits(value.normalize()) if isinstance(value, Decimal) else value


def decided_lines(fiscal_year: FiscalYear, *, waiting: bool = False) -> QuerySet[BudgetLine]:
    """Return the lines of which there is something to decide, or that are decided.

    All that make the figure, and those that wait: what a rule leaves out is left out, unless
    somebody attributed a share of it. `waiting` keeps those of the queue alone.
    """
    lines = lines_in_force(fiscal_year)
    candidates = Q(verdict__in=(Verdict.IN, Verdict.MIXED, Verdict.UNDECIDED))
    if waiting:
        unseen = Q(reviewed_on__isnull=True) & Q(nr_share__isnull=True) | Q(nr_share=0)
        return lines.filter(candidates, Q(it_share__isnull=True) | unseen)
    return lines.filter(candidates | Q(overridden=True) | Q(claimed_share__isnull=False))


def standings(lines: QuerySet[BudgetLine]) -> Iterator[Standing]:
    """Yield lines with their decisions, in their order (two queries by 500 lines)."""
    given = Attribution.objects.exclude(status=AttributionStatus.WITHDRAWN).order_by("pk")
    wanted = lines.select_related("batch", "fiscal_year", "override").prefetch_related(
        Prefetch("attributions", given.select_related("action__plan"), to_attr="standing"),
    )
    for line in wanted.iterator(chunk_size=_CHUNK):
        yield Standing(line, list(getattr(line, "standing", ())))


def keys_of(fiscal_year: FiscalYear) -> dict[str, list[int]]:
    """Return the lines in force of a year by their key (one query)."""
    found: dict[str, list[int]] = defaultdict(list)
    rows = lines_in_force(fiscal_year).order_by("pk").values_list("pk", *KEYED)
    for pk, *said in rows.iterator(chunk_size=2000):
        found[line_key(said)].append(pk)
    return found


def choices() -> dict[Column, dict[str, str]]:
    """Return, by column, what an answer may be written, folded, in both languages and in code."""
    found: dict[Column, dict[str, str]] = {}
    for column, labels in CHOICES.items():
        known = found[column] = {}
        for language in ("fr", "en"):
            with translation.override(language):
                known |= {fold(str(label)): str(value) for value, label in labels.items()}
        known |= {fold(str(value)): str(value) for value in labels}
    return found


def answers_of(column: Column) -> list[str]:
    """Return the answers of a column in the language at work."""
    return [str(label) for label in CHOICES[column].values()]


def said_choice(column: Column, value: object) -> str:
    """Return how an answer is written in the language at work."""
    labels = {str(key): str(label) for key, label in CHOICES[column].items()}
    return labels.get(str(value), "")


class ActionNames:
    """The actions of an organisation, by what a sheet calls them (one query)."""

    def __init__(self, organisation_id: int) -> None:
        actions = Action.objects.filter(plan__organisation_id=organisation_id)
        self.by_pk = {action.pk: action for action in actions.select_related("plan")}
        self._by_name: dict[str, list[int]] = defaultdict(list)
        for pk, action in self.by_pk.items():
            number = str(action.number)
            for name in (number, f"action {number}", f"{action.plan.slug}/{number}"):
                self._by_name[fold(name)].append(pk)

    def said(self, pk: int | None) -> str:
        """Return how an action is written: its number, with its plan where two have it."""
        if pk is None:
            return ""
        action = self.by_pk[pk]
        number = str(action.number)
        return number if len(self._by_name[number]) == 1 else f"{action.plan.slug}/{number}"

    def named(self, text: str) -> list[int]:
        """Return the actions that a text may mean; a title may follow its number."""
        name = fold(text)
        return self._by_name.get(name) or self._by_name.get(name.partition(".")[0], [])


def counts(given: Attribution) -> bool:
    """Tell whether an attribution is in the numerator."""
    return given.status in COUNTED and not given.outside_it
