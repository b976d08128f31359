"""What stands in a year: its lines with their decisions, as a sheet of decisions says them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from portulan.budget.decisions.columns import (
    CELLS_OF_ATTRIBUTION,
    CELLS_OF_LINE,
    KEYED,
    Column,
    Left,
    left_as,
    line_key,
)
from portulan.budget.labels import METHODS, STAGES, STATUSES, VERDICTS
from portulan.budget.lines.reads import lines_in_force
from portulan.budget.models import COUNTED, Attribution, BudgetLine, FiscalYear, ImportBatch
from portulan.budget.words import AttributionStatus, Verdict
from portulan.core.folding import fold
from portulan.core.say.language import speaking
from portulan.core.secret import key_for
from portulan.core.spreadsheet import digits
from portulan.plans.models import Action

_CHUNK = 2_000
CHOICES: dict[Column, Mapping[Any, Any]] = {
    Column.VERDICT: VERDICTS,
    Column.STATUS: STATUSES,
    Column.METHOD: METHODS,
    Column.STAGE: STAGES,
}
# What stands of a decision, by column: a word of code, a Decimal, a text, an action, yes or no.
type Values = dict[Column, object]
type Groups = Mapping[Column, tuple[Column, ...]]


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

    def is_first(self, given: Attribution | None) -> bool:
        """Tell whether the row of an attribution is the first of its line."""
        return given is None or given is self.given[0]

    def left(self, given: Attribution | None) -> Left:
        """Return what a row leaves as: a digest of each cell of the line and of an attribution."""
        said = {} if given is None else self.digests(CELLS_OF_ATTRIBUTION, of_attribution(given))
        return Left(self.digests(CELLS_OF_LINE, self.of_line()), said)

    def digests(self, cells: Groups, values: Values) -> dict[Column, str]:
        """Return the digest of each cell of what is said."""
        return {
            cell: self.digest(cell, [values[column] for column in columns])
            for cell, columns in cells.items()
        }

    def digest(self, cell: Column, said: Iterable[object]) -> str:
        """Return what tells what a cell says from another thing."""
        return left_as(self.key, cell, map(_plain, said), key=key_for("decisions"))


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
    """Return the lines of which there is something to decide, or that are decided, as filed.

    All that make the figure, and those that wait: what a rule leaves out is left out, unless
    somebody attributed a share of it. `waiting` keeps those of the queue alone.
    """
    lines = lines_in_force(fiscal_year).order_by("batch", "row", "pk")
    candidates = Q(verdict__in=(Verdict.IN, Verdict.MIXED, Verdict.UNDECIDED))
    if waiting:
        unseen = Q(reviewed_on__isnull=True) & Q(nr_share__isnull=True) | Q(nr_share=0)
        return lines.filter(candidates, Q(it_share__isnull=True) | unseen)
    return lines.filter(candidates | Q(overridden=True) | Q(claimed_share__isnull=False))


def standings(lines: QuerySet[BudgetLine]) -> Iterator[Standing]:
    """Yield lines with their decisions, in their order.

    One query, one for each file that they come from, and one by 2,000 lines.
    """
    given = Attribution.objects.exclude(status=AttributionStatus.WITHDRAWN).order_by("pk")
    wanted = lines.prefetch_related(None).select_related(None).select_related("override")
    wanted = wanted.defer("words", "supplier_words")
    wanted = wanted.prefetch_related(Prefetch("attributions", given, to_attr="standing"))
    batches = _Batches()
    for line in wanted.iterator(chunk_size=_CHUNK):
        line.batch = batches[line.batch_id]
        yield Standing(line, list(getattr(line, "standing", ())))


class _Batches(dict[int, ImportBatch]):
    """The files of lines, each asked for once."""

    def __missing__(self, pk: int) -> ImportBatch:
        found = self[pk] = ImportBatch.objects.defer("report", "mapping").get(pk=pk)
        return found


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
            with speaking(language):
                known |= {fold(str(label)): str(value) for value, label in labels.items()}
        known |= {fold(str(value)): str(value) for value in labels}
    return found


def answers_of(column: Column) -> list[str]:
    """Return the answers of a column in the language at work."""
    return [*said_choices(column).values()]


def said_choices(column: Column) -> dict[str, str]:
    """Return how each answer is written in the language at work."""
    return {str(key): str(label) for key, label in CHOICES[column].items()}


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
