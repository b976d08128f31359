"""What a newer file changes in an account, before it is confirmed: its lines, its sums, the share.

Lines are the same as those to which decisions pass (`carry_over`): all that their file says of them
but their amounts. Of lines that look alike, those with the same amounts are the same, the others
are taken in the order of their files. The share is foreseen with the verdicts, attributions and
examinations that would pass over, and without what rules of attribution would propose anew.
"""

from __future__ import annotations

import json
from collections import OrderedDict, defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from threading import Lock
from typing import Any, NamedTuple

from django.db.models import Count, Max

from portulan.budget.attributions.reads import fates
from portulan.budget.imports.bulk import COLUMNS, Row, rows_of
from portulan.budget.imports.carry_over import decided_in, matches, passing, same_fields
from portulan.budget.imports.checks import overlapping
from portulan.budget.imports.kept_lines import reading_of
from portulan.budget.imports.pieces import are_apart
from portulan.budget.indicator.share import Figure, figure_from
from portulan.budget.lines.kept_sums import sums_of
from portulan.budget.lines.sums import PlainSums, Sums, total_of
from portulan.budget.lines.weighing import WeighedLine, WeighedShare
from portulan.budget.models import Attribution, BudgetLine, ImportBatch, ITPerimeter, LineOverride
from portulan.budget.perimeter.judged_lines import Judge
from portulan.budget.words import AttributionStatus, BatchStatus, PerimeterStatus, Stage, Verdict
from portulan.core.models import AuditEntry
from portulan.core.money import ZERO

type Amounts = tuple[Decimal | None, ...]  # at each stage, in order

MOST = 60_000  # lines of both: what a page compares while somebody waits
_STAGES = tuple(stage.column for stage in Stage)
_SHOWN = ("row", "is_expense", "is_real", "is_carried", "nature", "function", "label", "budget")
_AT = {name: place for place, name in enumerate(COLUMNS)}


class Change(StrEnum):
    """What becomes of a line."""

    NEW = "new"
    GONE = "gone"
    CHANGED = "changed"


class Line(NamedTuple):
    """A line of either file: `key` is what makes it the same, `pk` that of one in the accounts."""

    key: str
    pk: int | None
    row: int
    counts: bool
    nature: str
    function: str
    label: str
    budget: str
    amounts: Amounts


class Difference(NamedTuple):
    """A line that changes, with its amounts in euros at each stage; `line` is the newer of both.

    `former` is the identifier of the line in the accounts, None for a new one.
    """

    change: Change
    line: Line
    former: int | None
    before: Amounts
    after: Amounts

    def gap(self, stage: Stage) -> Decimal:
        """Return by how many euros a stage changes; what is unknown weighs nothing."""
        at = _STAGES.index(stage.column)
        return (self.after[at] or ZERO) - (self.before[at] or ZERO)

    def at(self, stage: Stage) -> tuple[Decimal | None, Decimal | None]:
        """Return the amounts at a stage, before and after."""
        at = _STAGES.index(stage.column)
        return self.before[at], self.after[at]


@dataclass(slots=True)
class Effect:
    """What the file makes of a year at a stage: its real expenses, in euros, and its share."""

    expenses: tuple[Decimal, Decimal]
    figures: tuple[Figure, Figure]


@dataclass(slots=True)
class Differences:
    """What a file changes in the account that it replaces; `lost` decided lines find none."""

    replaced: Sequence[ImportBatch]
    lines: list[Difference]
    same: int
    lost: int
    effects: dict[Stage, Effect] = field(default_factory=dict)

    def count(self, change: Change) -> int:
        return sum(1 for one in self.lines if one.change is change)


# The last comparisons made, by all that they depend on: pages of one preview are read one by one.
_MADE: OrderedDict[tuple[object, ...], Differences] = OrderedDict()
_MOST_MADE, _MOST_KEPT = 2, 40_000  # lines that change
_HELD = Lock()


def known_differences(batch: ImportBatch, replaced: Sequence[ImportBatch]) -> Differences:
    """Return `differences`, made once for what it depends on (one query when it is known).

    That is the file as it was previewed, the imports that it replaces, and all that was written in
    the organisation since: each act leaves an entry in its trail. They are counted too: one may be
    committed after another of a later number. Raises UnusableInputError.
    """
    organisation = batch.fiscal_year.organisation_id
    trail = AuditEntry.objects.filter(organisation_id=organisation)
    written = trail.aggregate(last=Max("pk"), count=Count("pk"))
    said = json.dumps(batch.mapping, sort_keys=True)
    read = batch.pk, batch.sha256, said, batch.created_at
    made = (*read, written["last"], written["count"], *(one.pk for one in replaced))
    with _HELD:
        known = _MADE.get(made)
    if known is None:
        known = differences(batch, replaced)
        if len(known.lines) <= _MOST_KEPT:
            with _HELD:
                _MADE[made] = known
                while len(_MADE) > _MOST_MADE:
                    _MADE.popitem(last=False)
    return known


def replaced_by(batch: ImportBatch) -> list[ImportBatch]:
    """Return the imports with which a preview compares: those in force whose place it takes."""
    if batch.status != BatchStatus.PREVIEWED or batch.is_order_book:
        return []
    others = overlapping(batch)
    if others and all(are_apart(batch, other) for other in others):
        return []  # another piece of the account, which is added
    return others


def is_long(batch: ImportBatch, replaced: Iterable[ImportBatch]) -> bool:
    """Tell whether comparing them takes longer than somebody waits for a page."""
    kept: list[int] = [one.report.get("rows", {}).get("kept", 0) for one in (batch, *replaced)]
    return sum(kept) > MOST


def differences(batch: ImportBatch, replaced: Sequence[ImportBatch]) -> Differences:
    """Compare a previewed file with the imports that it replaces; nothing is written.

    Five queries for each import replaced, and four more, whatever the number of lines. Raises
    UnusableInputError when the file is no longer readable.
    """
    fields = {old.pk: same_fields(old, batch) for old in replaced}
    decided = {old.pk: set(decided_in(old).values_list("pk", flat=True)) for old in replaced}
    before = {old.pk: list(_standing(old, fields[old.pk])) for old in replaced}
    wanted = {
        (pk, line.key) for pk, lines in before.items() for line in lines if line.pk in decided[pk]
    }
    after, own, foreseen = _read(batch, fields, wanted)
    lines, same = _compared(_added_up(batch, replaced, before), after)
    lost, taken = 0, set[int]()  # a line takes over the decisions of one former line
    for old in sorted(replaced, key=lambda old: old.delta):
        successors = _successors(old, decided[old.pk], before[old.pk], own)
        kept = {pk: row for pk, row in successors.items() if id(row) not in taken}
        taken |= {id(row) for row in kept.values()}
        lost += len(decided[old.pk] - kept.keys())
        _weigh_decided(old, kept, foreseen)
    return Differences(replaced, lines, same, lost, _effects(batch, replaced, foreseen))


def _read(
    batch: ImportBatch, fields: Mapping[int, tuple[str, ...]], wanted: set[tuple[int, str]]
) -> tuple[list[Line], dict[tuple[int, str], list[Row]], dict[Stage, Sums]]:
    """Return the lines of a file, its rows with these keys, and what all of it adds up to.

    Keys are those of each import that it replaces, by its id; lines bear that of the first.
    """
    judge = Judge(
        ITPerimeter.objects.get(
            organisation=batch.fiscal_year.organisation_id, status=PerimeterStatus.IN_FORCE
        )
    )
    first, plain, lines = next(iter(fields)), PlainSums(), []
    own: dict[tuple[int, str], list[Row]] = defaultdict(list)
    with reading_of(batch) as reading:
        for row in rows_of(batch, reading, judge, plain, set()):
            keys = {its: _key(row[_AT[name]] for name in its) for its in set(fields.values())}
            for pk, its in fields.items():
                if (pk, keys[its]) in wanted:
                    own[pk, keys[its]].append(row)
            lines.append(_coming(row, keys[fields[first]]))
    return lines, own, plain.by_stage()


def _key(values: Iterable[object]) -> str:
    return "\x1f".join(map(str, values))  # one text weighs less than its parts


def _standing(old: ImportBatch, fields: Sequence[str]) -> Iterable[Line]:
    rows = BudgetLine.everything.filter(batch=old).order_by("row", "pk")
    columns = ("pk", *_SHOWN, *_STAGES, *fields)
    first = 1 + len(_SHOWN)
    for cells in rows.values_list(*columns).iterator(chunk_size=2000):
        pk, row, expense, real, carried, nature, function, label, budget = cells[:first]
        amounts = cells[first : first + len(_STAGES)]
        key = _key(cells[first + len(_STAGES) :])
        counts = expense and real and not carried
        yield Line(key, pk, row, counts, nature, function, label, budget, amounts)


def _coming(row: Row, key: str) -> Line:
    said: list[Any] = [row[_AT[name]] for name in _SHOWN]
    number, expense, real, carried, nature, function, label, budget = said
    counts = expense and real and not carried
    return Line(key, None, number, counts, nature, function, label, budget, _amounts(row))


def _amounts(row: Row) -> Amounts:
    told = (row[_AT[name]] for name in _STAGES)
    return tuple(None if amount is None else Decimal(str(amount)) for amount in told)


def _added_up(
    batch: ImportBatch, replaced: Sequence[ImportBatch], before: Mapping[int, list[Line]]
) -> list[Line]:
    """Return the lines of what is replaced, an amending decision added to what it amends."""
    changes = {old.pk for old in replaced if old.delta and not batch.delta}
    found = [line for pk, lines in before.items() if pk not in changes for line in lines]
    places = {line.key: place for place, line in reversed(list(enumerate(found)))}
    for line in (line for pk in changes for line in before[pk]):
        if (place := places.get(line.key)) is None:
            found.append(line)
        else:
            found[place] = found[place]._replace(amounts=_sum(found[place].amounts, line.amounts))
    return found


def _sum(one: Amounts, other: Amounts) -> Amounts:
    pairs = zip(one, other, strict=True)
    return tuple(a if b is None else b if a is None else a + b for a, b in pairs)


def _compared(before: list[Line], after: list[Line]) -> tuple[list[Difference], int]:
    """Return the lines that change, the largest change first, and how many are the same."""
    exact: dict[tuple[str, Amounts], list[Line]] = defaultdict(list)
    for line in reversed(before):
        exact[line.key, line.amounts].append(line)
    left = []
    for line in after:
        if twins := exact.get((line.key, line.amounts)):
            twins.pop()
        else:
            left.append(line)
    remaining = {line.pk for twins in exact.values() for line in twins}
    standing: dict[str, deque[Line]] = defaultdict(deque)
    for line in before:
        if line.pk in remaining:
            standing[line.key].append(line)
    nothing: Amounts = (None,) * len(_STAGES)
    found = []
    for line in left:
        if alike := standing.get(line.key):
            old = alike.popleft()
            found.append(Difference(Change.CHANGED, line, old.pk, old.amounts, line.amounts))
        else:
            found.append(Difference(Change.NEW, line, None, nothing, line.amounts))
    gone = (old for alike in standing.values() for old in alike)
    found += [Difference(Change.GONE, old, old.pk, old.amounts, nothing) for old in gone]
    found.sort(key=lambda one: (-max(abs(one.gap(stage)) for stage in Stage), one.line.row))
    return found, len(after) - len(left)


def _successors(
    old: ImportBatch,
    decided: set[int],
    before: list[Line],
    own: Mapping[tuple[int, str], list[Row]],
) -> dict[int, Row]:
    """Return the new row of each decided line, as `carry_over` tells them."""
    keys = {line.key for line in before if line.pk in decided}
    olds: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for line in before:
        if line.key in keys and line.pk is not None:
            olds[line.key,].append(line.pk)
    news: dict[tuple[object, ...], list[Row]] = {(key,): own.get((old.pk, key), []) for key in keys}
    return {pk: row for pk, row in matches(olds, news).items() if pk in decided}


def _weigh_decided(
    old: ImportBatch, successors: Mapping[int, Row], foreseen: dict[Stage, Sums]
) -> None:
    """Weigh the new lines that take decisions over with them, instead of without."""
    given: dict[int, list[Attribution]] = defaultdict(list)
    for one in passing().filter(line__batch=old).order_by("pk"):
        given[one.line_id].append(one)
    verdicts = {its.line_id: its for its in LineOverride.objects.filter(line__batch=old)}
    examined = BudgetLine.everything.filter(batch=old, reviewed_on__isnull=False)
    reviewed = set(examined.values_list("pk", flat=True))
    plain: dict[Stage, list[WeighedLine]] = defaultdict(list)
    bearing: dict[Stage, list[WeighedLine]] = defaultdict(list)
    for pk, row in successors.items():
        said: dict[str, Any] = dict(zip(COLUMNS, row, strict=True))
        if not (said["is_expense"] and said["is_real"]) or said["is_carried"]:
            continue
        share = None if said["it_share"] is None else Decimal(said["it_share"])
        verdict, decided = Verdict(said["verdict"]), verdicts.get(pk)
        ruled = (verdict, share) if decided is None else (Verdict(decided.verdict), decided.share)
        line = BudgetLine(**dict(zip(_STAGES, _amounts(row), strict=True)))
        shares = _shares(given.get(pk, ()), line, None if decided is None else decided.share)
        for stage in Stage:
            bare = WeighedLine(
                *(pk, said["section"], getattr(line, stage.column), verdict, share),
                post=said["post"],
                run_build=said["run_build"] or "",
            )
            plain[stage].append(bare)
            bearing[stage].append(
                WeighedLine(
                    *(pk, bare.section, bare.amount, *ruled, pk in reviewed, shares),
                    post=bare.post,
                    run_build=bare.run_build,
                )
            )
    for stage in Stage:
        without = foreseen.get(stage, Sums()).plus(Sums.of(plain[stage]), -1)
        foreseen[stage] = without.plus(Sums.of(bearing[stage]))


def _shares(
    given: Iterable[Attribution], line: BudgetLine, decided: Decimal | None
) -> tuple[WeighedShare, ...]:
    its = list(given)
    refitted = fates(its, line, decided)
    return tuple(
        WeighedShare(
            refitted[one.pk][0] if one.pk in refitted else one.share,
            AttributionStatus(one.status),
            one.action_id,
            one.outside_it,
        )
        for one in its
        if one.status != AttributionStatus.WITHDRAWN
    )


def _effects(
    batch: ImportBatch, replaced: Sequence[ImportBatch], foreseen: Mapping[Stage, Sums]
) -> dict[Stage, Effect]:
    """Return the year before and after at each stage that one of the files gives (two queries)."""
    standing = list(
        ImportBatch.objects.filter(
            fiscal_year=batch.fiscal_year_id, status=BatchStatus.CONFIRMED
        ).values_list("pk", flat=True)
    )
    told = {stage for one in (batch, *replaced) for stage in one.stages}
    stages = [stage for stage in Stage if stage in told]
    kept = sums_of([(pk, stage) for pk in standing for stage in stages])
    leaving = {old.pk for old in replaced}
    found = {}
    for stage in stages:
        before = total_of(kept[pk, stage] for pk in standing)
        staying = [kept[pk, stage] for pk in standing if pk not in leaving]
        after = total_of([*staying, foreseen.get(stage, Sums())])
        found[stage] = Effect(
            (_spent(before), _spent(after)), (figure_from(before), figure_from(after))
        )
    return found


def _spent(sums: Sums) -> Decimal:
    return sum((heap.amount for heap in sums.heaps.values()), ZERO)
