"""Writing the lines of a file beneath the ORM: the only place that does.

A ledger has a hundred thousand lines and may have a million. They are read, judged, added up and
written as they pass; memory does not grow with their number, and the database is given rows, not
objects. What the ORM would do on the way is done here: texts are cut to their columns, amounts are
rounded to the cent, and an amount too large for its column is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from itertools import batched

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from portulan.budget.lines.facts import LineFacts
from portulan.budget.lines.sums import PlainSums, Sums
from portulan.budget.models import BudgetLine, ImportBatch
from portulan.budget.models.lines import SUPPLIER, WORDS
from portulan.budget.models.words import words_of
from portulan.budget.perimeter.judged_lines import Judge
from portulan.budget.readers.lines import Reading, SourceLine
from portulan.budget.words import Stage
from portulan.core.money import CENT

type Row = tuple[str | int | bool | None, ...]

_AT_ONCE = 1000
_STAGES = tuple(stage.column for stage in Stage)
COLUMNS = (
    *("organisation_id", "fiscal_year_id", "batch_id", "row", "section"),
    *("is_expense", "is_real", "is_carried", "chapter", "nature", "function", "operation"),
    *("service", "manager", "supplier", "order_ref", "contract_ref", "label", "budget"),
    *("words", "supplier_words"),
    *("voted", "opened", "committed", "realised", "carried_over"),
    *("verdict", "it_share", "verdict_reason", "post", "run_build", "overridden"),
    "dated_on",
)
_INSERT = "INSERT INTO {table} ({columns}) VALUES ({marks})".format(  # noqa: S608 - our own names
    table=BudgetLine._meta.db_table,
    columns=", ".join(f'"{column}"' for column in COLUMNS),
    marks=", ".join(["%s"] * len(COLUMNS)),
)
_CENTS = Context(prec=BudgetLine._meta.get_field("voted").max_digits, rounding=ROUND_HALF_UP)


type Piece = Callable[[int], AbstractContextManager[None]]


def whole(_rows: int) -> AbstractContextManager[None]:
    """Write a piece inside the transaction under way."""
    return nullcontext()


def write_lines(
    batch: ImportBatch, reading: Reading, judge: Judge, *, piece: Piece = whole
) -> dict[Stage, Sums]:
    """Write every line of a reading under an import, judged, and return their sums, to be kept.

    Each thousand of lines is written inside a `piece`: the transaction of the import, or its own.
    Raises ValidationError for an amount that no column can hold.
    """
    sums, budgets = PlainSums(), set[str]()
    with connection.cursor() as cursor:
        for rows in batched(rows_of(batch, reading, judge, sums, budgets), _AT_ONCE):
            with piece(len(rows)):
                cursor.executemany(_INSERT, rows)
    batch.budgets = sorted(filter(None, budgets))
    batch.save(update_fields=["budgets"])
    return sums.by_stage()


def rows_of(
    batch: ImportBatch, reading: Reading, judge: Judge, sums: PlainSums, budgets: set[str]
) -> Iterator[Row]:
    """Yield what is written of each line (`COLUMNS`), judged; `sums` and `budgets` are filled."""
    organisation, year = batch.fiscal_year.organisation_id, batch.fiscal_year_id
    pk, is_delta, nomenclature = batch.pk, batch.delta, batch.nomenclature or None
    for line in reading:
        facts = LineFacts(
            nature=(line.nature or "")[:12],
            label=(line.label or "")[:300],
            service=(line.service or "")[:40],
            manager=(line.manager or "")[:80],
            function=(line.function or "")[:12],
            supplier=(line.supplier or "")[:160],
            operation=(line.operation or "")[:40],
        )
        ruling = judge(facts, nomenclature)
        verdict, share, section = ruling.verdict.value, ruling.share, line.section or "F"
        post, run_build = ruling.post or "", ruling.run_build
        is_expense = line.flow == "expense"
        amounts = _amounts(line, is_delta=is_delta)
        budget = budget_of(line, batch)
        order, contract = (line.order or "")[:60], (line.contract or "")[:60]
        if is_expense and line.real and not line.carried:
            budgets.add(budget)
            sums.add((section, verdict, share, post, run_build or ""), amounts)
        yield (
            *(organisation, year, pk, line.row, section),
            *(is_expense, line.real, line.carried, (line.chapter or "")[:12]),
            *(facts.nature, facts.function, facts.operation),
            *(facts.service, facts.manager, facts.supplier),
            *(order, contract, facts.label, budget),
            words_of(facts.label, facts.service, contract, order, most=WORDS),
            words_of(facts.supplier, most=SUPPLIER),
            *(None if amount is None else str(amount) for amount in amounts),
            *(verdict, None if share is None else str(share)),
            *(ruling.reason.fr, str(post), run_build and str(run_build), False),
            line.dated_on,
        )


def budget_of(line: SourceLine, batch: ImportBatch) -> str:
    """Return the budget or the body that a line is of: its own, else that of its document."""
    return (line.budget or batch.entity)[: BudgetLine._meta.get_field("budget").max_length]


def written(line: SourceLine, batch: ImportBatch) -> BudgetLine:
    """Return a line of a file as `write_lines` writes it, but its verdict and its import."""
    return BudgetLine(
        budget=budget_of(line, batch),
        section=line.section or "F",
        is_expense=line.flow == "expense",
        is_real=line.real,
        is_carried=line.carried,
        chapter=(line.chapter or "")[:12],
        nature=(line.nature or "")[:12],
        function=(line.function or "")[:12],
        operation=(line.operation or "")[:40],
        service=(line.service or "")[:40],
        manager=(line.manager or "")[:80],
        supplier=(line.supplier or "")[:160],
        order_ref=(line.order or "")[:60],
        contract_ref=(line.contract or "")[:60],
        label=(line.label or "")[:300],
        dated_on=line.dated_on and date.fromisoformat(line.dated_on),
        **dict(zip(_STAGES, _amounts(line, is_delta=batch.delta), strict=True)),
    )


def _amounts(line: SourceLine, *, is_delta: bool) -> list[Decimal | None]:
    """Return the amounts of a line by stage, to the cent."""
    opened = line.opened
    # An amending decision changes the opened credits by what it votes; its file says it once.
    if is_delta and not opened:
        opened = line.voted
    try:
        return [
            amount if amount is None else amount.quantize(CENT, context=_CENTS)
            for amount in (line.voted, opened, line.committed, line.realised, line.carried_over)
        ]
    except InvalidOperation:
        raise ValidationError(
            _("Un montant de la ligne %(row)s est trop grand pour être celui d’un budget.")
            % {"row": line.row},
            code="too-large",
        ) from None
