"""Lines as the rows of a sheet that can come back: those of a page, the register, the queue.

With the register alone, anybody finds the share again: a line has its amount once, on the first of
its rows, and its IT share; each of its attributions has its share and its status. Added up,
`Σ amount × IT share` is the denominator, and the amounts retained by status the numerator.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import cache, partial
from itertools import chain

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.reads import labels_of
from portulan.budget.accounts_chart import account_label
from portulan.budget.decisions.columns import TITLES, Column
from portulan.budget.decisions.standing import (
    CHOICES,
    ActionNames,
    Standing,
    answers_of,
    decided_lines,
    said_choices,
    standings,
)
from portulan.budget.labels import POSTS, RUN_BUILD, STAGES
from portulan.budget.lines.weighing import WeighedShare, kept_of
from portulan.budget.models import Attribution, BudgetLine, FiscalYear
from portulan.budget.perimeter.rules import reason_words
from portulan.budget.words import AttributionStatus, Stage
from portulan.core.folding import natural_key
from portulan.core.money import exact
from portulan.core.say.country import currency, tax_words
from portulan.core.say.language import spoken_language
from portulan.core.sheet_layout import LISTS, Choices, Layout
from portulan.core.spreadsheet import Cell, Share
from portulan.core.workbooks import Sheet

type _Cells = Callable[[Standing, Attribution | None], Cell]


_WIDTHS = {
    **dict.fromkeys((Column.LABEL, Column.VERDICT_REASON, Column.REASON), 36),
    **dict.fromkeys((Column.KEY, Column.STATE, Column.LINE, Column.ROW, Column.SECTION), 10),
}
_WIDTH = 16  # characters


def sheet_of(
    fiscal_year: FiscalYear,
    stage: Stage,
    lines: QuerySet[BudgetLine] | None = None,
    *,
    title: str,
    suppliers: bool,
) -> Sheet:
    """Return lines as a sheet that a person fills in, as `rows_of_sheet` has its rows."""
    columns = [*_columns(fiscal_year, stage, suppliers=suppliers)]
    names = ActionNames(fiscal_year.organisation_id)
    lists = {column: Choices(answers_of(column), closed=True) for column in CHOICES}
    lists |= dict.fromkeys((Column.REVIEWED, Column.OUTSIDE), Choices([_("oui"), _("non")]))
    lists[Column.ACTION] = Choices(sorted(map(names.said, names.by_pk), key=natural_key))
    layout = Layout(
        [_WIDTHS.get(column, _WIDTH) for column in columns],
        {at: lists[column] for at, column in enumerate(columns) if column in lists},
        lists=LISTS.say(spoken_language()),
    )
    return Sheet(title, rows_of_sheet(fiscal_year, stage, lines, suppliers=suppliers), layout)


def rows_of_sheet(
    fiscal_year: FiscalYear,
    stage: Stage,
    lines: QuerySet[BudgetLine] | None = None,
    *,
    suppliers: bool,
) -> Iterator[list[Cell]]:
    """Return the heads, then a row by attribution or by line without one, in their order.

    `lines` are those of which there is something to decide, in the order of their files, unless
    given. The heads are said at once: a file that is streamed is written after the answer, when
    nobody speaks for the country of the organisation any more. Suppliers' names leave only when
    asked for (docs/reference/truths.md, truth 21).
    """
    columns = _columns(fiscal_year, stage, suppliers=suppliers)
    heads: list[Cell] = [_title(column, fiscal_year, stage) for column in columns]
    if lines is None:
        lines = decided_lines(fiscal_year)
    return chain([heads], _rows(lines, [*columns.values()]))


def _rows(lines: QuerySet[BudgetLine], columns: Sequence[_Cells]) -> Iterator[list[Cell]]:
    for standing in standings(lines):
        shown: list[Attribution | None] = [*standing.given] or [None]
        for given in shown:
            yield [cell(standing, given) for cell in columns]


def _title(column: Column, fiscal_year: FiscalYear, stage: Stage) -> str:
    title = TITLES[column].say(spoken_language())
    if column is Column.LINE_AMOUNT:
        tax = tax_words(fiscal_year.tax_basis, spoken_language())
        unit = f"{STAGES[stage]}, {currency().symbol} {tax}"
    elif column in {Column.AMOUNT, Column.KEPT_AMOUNT, Column.PROPOSED_AMOUNT}:
        unit = currency().symbol
    else:
        return title
    return f"{title} ({unit})"


def _columns(fiscal_year: FiscalYear, stage: Stage, *, suppliers: bool) -> dict[Column, _Cells]:
    people = _people(fiscal_year)
    names = ActionNames(fiscal_year.organisation_id)
    return {
        Column.KEY: lambda standing, _given: standing.key,
        Column.LINE: lambda standing, _given: standing.line.pk,
        Column.STATE: lambda standing, given: standing.left(given).state(),
        **_of_file(suppliers=suppliers),
        Column.LINE_AMOUNT: lambda standing, given: (
            getattr(standing.line, stage.column) if standing.is_first(given) else None
        ),
        **_of_line(people),
        **_of_attribution(stage, names),
        **_kept(stage),
        Column.RECORDED_ON: lambda _standing, given: (
            timezone.localdate(given.recorded_at) if given else None
        ),
        Column.AUTHOR: lambda _standing, given: (
            people.get(given.person_id or 0, "") if given else ""
        ),
    }


def _people(fiscal_year: FiscalYear) -> dict[int, str]:
    """Return how to call those who decided something: two queries, whatever their number."""
    lines = fiscal_year.lines.order_by()
    given = lines.filter(attributions__person_id__isnull=False)
    said = lines.filter(override__person_id__isnull=False)
    return labels_of(
        {
            *given.values_list("attributions__person_id", flat=True).distinct(),
            *said.values_list("override__person_id", flat=True).distinct(),
            *lines.values_list("reviewed_by", flat=True).distinct(),
        }
    )


def _of_file(*, suppliers: bool) -> dict[Column, _Cells]:
    named = {
        Column.ROW: "row",
        Column.NATURE: "nature",
        Column.SECTION: "section",
        Column.CHAPTER: "chapter",
        Column.FUNCTION: "function",
        Column.OPERATION: "operation",
        Column.SERVICE: "service",
        Column.MANAGER: "manager",
        **({Column.SUPPLIER: "supplier"} if suppliers else {}),
        Column.CONTRACT: "contract_ref",
        Column.ORDER: "order_ref",
    }
    order = list(Column)
    cells: dict[Column, _Cells] = {
        Column.FILE: lambda standing, _given: standing.line.batch.file_name,
        Column.BUDGET: lambda standing, _given: standing.line.budget or standing.line.batch.entity,
        Column.LABEL: lambda standing, _given: standing.line.label or _account(standing.line),
        **{
            column: lambda standing, _given, name=name: getattr(standing.line, name)  # type: ignore[misc]
            for column, name in named.items()
        },
    }
    return dict(sorted(cells.items(), key=lambda item: order.index(item[0])))


def _account(line: BudgetLine) -> str:
    """Return the account of a line that its file does not name, named where our table knows it."""
    known = account_label(line.batch.nomenclature or None, line.nature)
    return f"{line.nature}, {known.say(spoken_language())}" if known else line.nature


def _of_line(people: dict[int, str]) -> dict[Column, _Cells]:
    posts = {str(key): str(words) for key, words in POSTS.items()}
    uses = {str(key): str(words) for key, words in RUN_BUILD.items()}

    verdicts, yes, language = said_choices(Column.VERDICT), _("oui"), spoken_language()
    reason = cache(lambda said: reason_words(said).say(language))

    def rule(standing: Standing, _given: Attribution | None) -> str:
        return "" if standing.line.overridden else reason(standing.line.verdict_reason)

    def decided_on(standing: Standing, _given: Attribution | None) -> Cell:
        override = getattr(standing.line, "override", None)
        return timezone.localdate(override.decided_at) if override else standing.line.reviewed_on

    def decided_by(standing: Standing, _given: Attribution | None) -> str:
        override = getattr(standing.line, "override", None)
        who = override.person_id if override else standing.line.reviewed_by
        return people.get(who or 0, "")

    return {
        Column.POST: lambda standing, _given: posts.get(standing.line.post, ""),
        Column.USE: lambda standing, _given: uses.get(standing.line.run_build or "", ""),
        Column.RULE: rule,
        Column.VERDICT: lambda standing, _given: verdicts.get(standing.line.verdict, ""),
        Column.IT_SHARE: lambda standing, _given: _share(standing.line.it_share),
        Column.VERDICT_REASON: lambda standing, _given: str(
            standing.of_line()[Column.VERDICT_REASON]
        ),
        Column.REVIEWED: lambda standing, _given: yes if standing.line.reviewed_on else "",
        Column.DECIDED_ON: decided_on,
        Column.DECIDED_BY: decided_by,
    }


def _of_attribution(stage: Stage, names: ActionNames) -> dict[Column, _Cells]:
    def of(read: Callable[[Attribution], Cell]) -> _Cells:
        return lambda _standing, given: None if given is None else read(given)

    stages, statuses, methods = map(said_choices, (Column.STAGE, Column.STATUS, Column.METHOD))
    yes = _("oui")
    return {
        Column.ATTRIBUTION: of(lambda given: given.pk),
        Column.ACTION: of(lambda given: names.said(given.action_id)),
        Column.SHARE: of(lambda given: _share(given.share)),
        Column.AMOUNT: of(lambda given: given.amount),
        Column.STAGE: lambda _standing, given: stages[(given and given.stage) or stage],
        Column.STATUS: of(lambda given: statuses.get(given.status, "")),
        Column.METHOD: of(lambda given: methods.get(given.method, "")),
        Column.REASON: of(lambda given: given.reason),
        Column.EVIDENCE: of(lambda given: given.evidence),
        Column.OUTSIDE: of(lambda given: yes if given.outside_it else ""),
    }


def _kept(stage: Stage) -> dict[Column, _Cells]:
    """What the figure retains of each attribution, within the IT share, the firmest first."""

    def kept(standing: Standing, given: Attribution | None) -> Decimal | None:
        if given is None or given.outside_it:
            return None
        shares = [
            WeighedShare(one.share, AttributionStatus(one.status), one.action_id, one.outside_it)
            for one in standing.given
        ]
        taken = kept_of(standing.line.it_share, shares).taken
        return taken[standing.given.index(given)]

    def amount(standing: Standing, given: Attribution | None, *, proposed: bool) -> Decimal | None:
        of: Decimal | None = getattr(standing.line, stage.column)
        share = kept(standing, given)
        is_one = given is not None and proposed == (given.status == AttributionStatus.PROPOSED)
        return None if of is None or share is None or not is_one else exact(of * share)

    return {
        Column.KEPT: lambda standing, given: _share(kept(standing, given)),
        Column.KEPT_AMOUNT: partial(amount, proposed=False),
        Column.PROPOSED_AMOUNT: partial(amount, proposed=True),
    }


def _share(share: Decimal | None) -> Share | None:
    return None if share is None else Share(share.normalize())
