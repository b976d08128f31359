"""A ledger exported again: what people decided on its lines passes to the lines that replace them.

A finance tool exports the same ledger every month. Its lines are new lines, with other amounts, but
the decisions hold: verdicts of a person, attributions (shares, which follow the amount, and euros,
which stay: `EuroChange`), and "reviewed, 0 %". A line is the same when all that its file says of it
but its amounts is the same. Decided lines without a successor are told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.budget.attributions.euros import Fate
from portulan.budget.attributions.evidence import copy_evidence
from portulan.budget.attributions.reads import fates
from portulan.budget.imports.bulk import written
from portulan.budget.imports.checks import overlapping
from portulan.budget.imports.kept_lines import reading_of
from portulan.budget.lines.kept_sums import following
from portulan.budget.models import (
    Attribution,
    BudgetLine,
    GreenRating,
    ImportBatch,
    LineOverride,
    PurchasePart,
)
from portulan.budget.verbs import Verb
from portulan.budget.words import AttributionStatus, BatchStatus

type Key = tuple[object, ...]
_SAME = (
    *("is_expense", "is_real", "is_carried", "section", "chapter", "nature", "function"),
    *("operation", "service", "manager", "supplier", "order_ref", "contract_ref", "label"),
    "budget",
)
_SAME_BUT_NAMES = tuple(name for name in _SAME if name not in ("label", "budget"))
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Carried:
    """How many lines took decisions over, and the former lines that found no successor."""

    lines: int
    attributions: int
    lost: tuple[tuple[int, str], ...]


class EuroChange(NamedTuple):
    """What a newer file does to euros typed on a line (`attributions.euros.Fate`), as JSON has it.

    `line` is the one that holds them now, None before the import is confirmed or where none does.
    """

    line: int | None
    name: str
    stage: str
    amount: str
    before: str
    after: str
    fate: str

    @classmethod
    def of(
        cls, given: Attribution, name: str, share: Decimal, fate: Fate, line: int | None = None
    ) -> EuroChange:
        """Return what becomes of an attribution typed in euros."""
        shares = (str(given.share), str(share))
        return cls(line, name, given.stage or "", str(given.amount), *shares, fate.value)


def carry_over(actor: Actor, *, old: ImportBatch, new: ImportBatch) -> Carried:
    """Copy the decisions of an import's lines to the same lines of the one that replaces it.

    To be called inside the transaction of the replacement. Lines that are several to look alike are
    matched in the order of the file if there are as many in both; else nobody can tell which is
    which, and they are lost, as are lines that are no longer there. A line that took over the
    decisions of another import (a budget, then its amending decision) keeps those. Shares are
    copied as they are: where the new line has less room, the figure caps it and says so. Euros are
    kept, and their share follows.
    """
    successors, lost = _successors(old, new)
    with following(successors.values()):
        attributions, euros = _copy_attributions(successors)
        _copy_overrides(successors)
        _copy_reviews(successors)
        _copy_ratings(successors)
        _copy_purchases(successors)
    carried = Carried(len(successors), attributions, lost)
    if successors or lost:
        told = {
            "batch": old.pk,
            "file": old.file_name,
            "lines": carried.lines,
            "attributions": attributions,
            "lost": [list(line) for line in lost],
            "euros": [*euros, *_euros_lost(lost)],
        }
        new.report = new.report | {"carried": [*new.report.get("carried", []), told]}
        new.save(update_fields=["report"])
    changes = {"lines": (None, carried.lines), "attributions": (None, attributions)}
    record(actor, new, Verb.CARRIED_OVER, changes | {"lost": (None, [name for _, name in lost])})
    return carried


def _successors(
    old: ImportBatch, new: ImportBatch
) -> tuple[dict[int, int], tuple[tuple[int, str], ...]]:
    """Return the new line of each old one that bears a decision, and those that have none."""
    decided = {line.pk: str(line) for line in decided_in(old).only("pk", "label", "nature")}
    taken = set(decided_in(new).values_list("pk", flat=True))
    fields = same_fields(old, new)
    same = matches(_by_key(old, fields), _by_key(new, fields))
    successors = {pk: same[pk] for pk in decided if pk in same and same[pk] not in taken}
    lost = tuple((pk, name) for pk, name in decided.items() if pk not in successors)
    return successors, lost


def same_fields(old: ImportBatch, new: ImportBatch) -> tuple[str, ...]:
    """Return what two lines have in common when they are the same in two imports."""
    # Two formats of one account name its lines differently: TotEM often gives bare numbers.
    same = _SAME if old.format == new.format else _SAME_BUT_NAMES
    if old.report.get("suppliers") == "erased":
        return tuple(name for name in same if name != "supplier")
    return same


def matches[T](before: dict[Key, list[int]], after: dict[Key, list[T]]) -> dict[int, T]:
    """Return the new line of each old one, where there are as many alike in both."""
    return {
        pk: successor
        for key, lines in before.items()
        if len(lines) == len(after.get(key, []))
        for pk, successor in zip(lines, after[key], strict=True)
    }


def _by_key(batch: ImportBatch, fields: tuple[str, ...]) -> dict[Key, list[int]]:
    found: dict[Key, list[int]] = defaultdict(list)
    rows = BudgetLine.everything.filter(batch=batch).order_by("row").values_list("pk", *fields)
    for pk, *key in rows.iterator(chunk_size=2000):
        found[tuple(key)].append(pk)
    return found


def passing() -> QuerySet[Attribution]:
    """Return what passes over: what stands, and the refusals of what a rule would propose again.

    What a rule proposed and nobody answered does not: the rule proposes anew, on the new amounts.
    """
    waiting = Q(rule__isnull=False, status=AttributionStatus.PROPOSED)
    return Attribution.objects.exclude(
        rule__isnull=True, status=AttributionStatus.WITHDRAWN
    ).exclude(waiting)


def decided_in(batch: ImportBatch) -> QuerySet[BudgetLine]:
    """Return the lines of an import on which somebody decided something."""
    given = passing().filter(line=OuterRef("pk"))
    return BudgetLine.everything.filter(batch=batch).filter(
        Q(Exists(given))
        | Q(Exists(GreenRating.objects.filter(line=OuterRef("pk"))))
        | Q(Exists(PurchasePart.objects.filter(line=OuterRef("pk"))))
        | Q(reviewed_on__isnull=False)
        | Q(override__isnull=False)
    )


def _copy_attributions(successors: dict[int, int]) -> tuple[int, list[EuroChange]]:
    count, euros = 0, []
    for chunk in _chunks(list(successors)):
        given = list(passing().filter(line__in=chunk).order_by("pk"))
        euros += _follow_euros(given, successors)
        copies = {attribution.pk: attribution for attribution in given}
        for attribution in given:
            attribution.line_id = successors[attribution.line_id]
            attribution.pk = None
        count += len(Attribution.objects.bulk_create(given))
        copy_evidence(copies)
    return count, euros


def _follow_euros(given: list[Attribution], successors: dict[int, int]) -> list[EuroChange]:
    """Give euros typed on lines the share that they are of the new ones; return what changed."""
    by_line: dict[int, list[Attribution]] = defaultdict(list)
    for item in given:
        by_line[item.line_id].append(item)
    typed = {pk for pk, its in by_line.items() if any(item.amount is not None for item in its)}
    lines = BudgetLine.everything.in_bulk([successors[pk] for pk in typed])
    decided = _decided_shares(typed)
    changes = []
    for pk in sorted(typed):
        line, its = lines[successors[pk]], {item.pk: item for item in by_line[pk]}
        for key, (share, fate) in fates(its.values(), line, decided.get(pk)).items():
            if fate is not Fate.SAME:
                changes.append(EuroChange.of(its[key], str(line), share, fate, line.pk))
            its[key].share = share
    return changes


def _decided_shares(lines: Iterable[int]) -> dict[int, Decimal]:
    """Return the IT share of lines of which a person decided it: it passes over with the rest."""
    given = LineOverride.objects.filter(line__in=list(lines)).values_list("line_id", "share")
    return dict(given)


def _euros_lost(lost: tuple[tuple[int, str], ...]) -> list[EuroChange]:
    names = dict(lost)
    typed = Attribution.objects.filter(line__in=names, amount__isnull=False)
    return [
        EuroChange.of(given, names[given.line_id], given.share, Fate.LOST)
        for given in typed.exclude(status=AttributionStatus.WITHDRAWN).order_by("pk")
    ]


def euro_changes(batch: ImportBatch) -> list[EuroChange]:
    """Return what an import does, or did, to the euros typed on the lines that it replaces.

    Of a preview, its file is read once more, if there are such euros: five queries, else two.
    """
    if batch.status != BatchStatus.PREVIEWED:
        told = batch.report.get("carried", ())
        return [EuroChange(*change) for one in told for change in one.get("euros", ())]
    replaced = [] if batch.is_order_book else overlapping(batch)
    typed = list(
        Attribution.objects.filter(line__batch__in=replaced, amount__isnull=False)
        .exclude(status=AttributionStatus.WITHDRAWN)
        .select_related("line__batch")
        .order_by("pk")
    )
    if not typed:
        return []
    changes = []
    for old in replaced:
        its = [given for given in typed if given.line.batch_id == old.pk]
        changes += _foreseen(old, batch, its)
    return changes


def _foreseen(old: ImportBatch, new: ImportBatch, typed: list[Attribution]) -> list[EuroChange]:
    fields = same_fields(old, new)
    wanted = {_key(given.line, fields) for given in typed}
    before = {key: its for key, its in _by_key(old, fields).items() if key in wanted}
    after: dict[Key, list[BudgetLine]] = defaultdict(list)
    with reading_of(new) as reading:
        for source in reading:
            line = written(source, new)
            if (key := _key(line, fields)) in wanted:
                after[key].append(line)
    same = matches(before, after)
    names = {given.line_id: str(given.line) for given in typed}
    of_lines: dict[int, list[Attribution]] = defaultdict(list)
    for given in passing().filter(line__in=names).order_by("pk"):
        of_lines[given.line_id].append(given)
    changes, decided = [], _decided_shares(names)
    for pk, name in names.items():
        its = {given.pk: given for given in of_lines[pk]}
        if pk in same:
            found = fates(its.values(), same[pk], decided.get(pk))
        else:
            found = {given.pk: (given.share, Fate.LOST) for given in typed if given.line_id == pk}
        changes += [
            EuroChange.of(its[key], name, share, fate)
            for key, (share, fate) in found.items()
            if fate is not Fate.SAME
        ]
    return changes


def _key(line: object, fields: tuple[str, ...]) -> Key:
    return tuple(getattr(line, name) for name in fields)


def _copy_overrides(successors: dict[int, int]) -> None:
    for chunk in _chunks(list(successors)):
        copies = []
        for override in LineOverride.objects.filter(line__in=chunk).order_by("pk"):
            override.line_id = successors[override.line_id]
            override.pk = None
            copies.append(override)
            BudgetLine.everything.filter(pk=override.line_id).update(
                verdict=override.verdict,
                it_share=override.share,
                verdict_reason=override.reason,
                overridden=True,
            )
        LineOverride.objects.bulk_create(copies)


def _copy_ratings(successors: dict[int, int]) -> None:
    for chunk in _chunks(list(successors)):
        ratings = list(GreenRating.objects.filter(line__in=chunk).order_by("pk"))
        for rating in ratings:
            rating.pk, rating.line_id = None, successors[rating.line_id or 0]
        GreenRating.objects.bulk_create(ratings)


def _copy_purchases(successors: dict[int, int]) -> None:
    """Copy what lines bought, in euros: where a line is less now, the declaration says so."""
    for chunk in _chunks(list(successors)):
        parts = list(PurchasePart.objects.filter(line__in=chunk).order_by("pk"))
        for part in parts:
            part.pk, part.line_id = None, successors[part.line_id]
        PurchasePart.objects.bulk_create(parts)


def _copy_reviews(successors: dict[int, int]) -> None:
    reviewed = BudgetLine.everything.filter(reviewed_on__isnull=False)
    by_review: dict[tuple[date | None, int | None], list[int]] = defaultdict(list)
    for chunk in _chunks(list(successors)):
        for pk, on, by in reviewed.filter(pk__in=chunk).values_list(
            "pk", "reviewed_on", "reviewed_by"
        ):
            by_review[on, by].append(successors[pk])
    for (on, by), lines in by_review.items():
        for chunk in _chunks(lines):
            BudgetLine.everything.filter(pk__in=chunk).update(reviewed_on=on, reviewed_by=by)


def _chunks(ids: list[int]) -> list[list[int]]:
    return [ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK)]


def not_carried(batch: ImportBatch) -> QuerySet[BudgetLine]:
    """Return the old lines whose decisions an import could not take over (three queries).

    Each with its own import, its override, and in `given` its attributions that are not withdrawn.
    They stay as they were in the import they are of.
    """
    lost = [pk for told in batch.report.get("carried", ()) for pk, _name in told["lost"]]
    given = Attribution.objects.exclude(status=AttributionStatus.WITHDRAWN).order_by("pk")
    return (
        BudgetLine.everything.filter(pk__in=lost)
        .select_related("batch", "override")
        .prefetch_related(Prefetch("attributions", given.select_related("action"), to_attr="given"))
        .order_by("batch", "row", "pk")
    )
