"""A ledger exported again: what people decided on its lines passes to the lines that replace them.

A finance tool exports the same ledger every month. Its lines are new lines, with other amounts, but
the decisions hold: verdicts of a person, attributions (shares, so they follow the amount), and
"reviewed, 0 %". A line is the same when all that its file says of it but its amounts is the same.
Decided lines without a successor are told.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.budget.lines.kept_sums import following
from portulan.budget.models import Attribution, BudgetLine, GreenRating, ImportBatch, LineOverride
from portulan.budget.verbs import Verb
from portulan.budget.words import AttributionStatus

type Key = tuple[object, ...]
_SAME = (
    *("is_expense", "is_real", "is_carried", "section", "chapter", "nature", "function"),
    *("operation", "service", "manager", "supplier", "order_ref", "contract_ref", "label"),
)
_SAME_BUT_NAMES = tuple(name for name in _SAME if name != "label")
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Carried:
    """How many lines took decisions over, and the former lines that found no successor."""

    lines: int
    attributions: int
    lost: tuple[tuple[int, str], ...]


def carry_over(actor: Actor, *, old: ImportBatch, new: ImportBatch) -> Carried:
    """Copy the decisions of an import's lines to the same lines of the one that replaces it.

    To be called inside the transaction of the replacement. Lines that are several to look alike are
    matched in the order of the file if there are as many in both; else nobody can tell which is
    which, and they are lost, as are lines that are no longer there. A line that took over the
    decisions of another import (a budget, then its amending decision) keeps those. Shares are
    copied as they are: where the new line has less room, the figure caps it and says so.
    """
    successors, lost = _successors(old, new)
    with following(successors.values()):
        attributions = _copy_attributions(successors)
        _copy_overrides(successors)
        _copy_reviews(successors)
        _copy_ratings(successors)
    carried = Carried(len(successors), attributions, lost)
    if successors or lost:
        told = {
            "batch": old.pk,
            "file": old.file_name,
            "lines": carried.lines,
            "attributions": attributions,
            "lost": [list(line) for line in lost],
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
    decided = {line.pk: str(line) for line in _decided(old).only("pk", "label", "nature")}
    taken = set(_decided(new).values_list("pk", flat=True))
    # Two formats of one account name its lines differently: TotEM often gives bare numbers.
    fields = _SAME if old.format == new.format else _SAME_BUT_NAMES
    same = _matches(_by_key(old, fields), _by_key(new, fields))
    successors = {pk: same[pk] for pk in decided if pk in same and same[pk] not in taken}
    lost = tuple((pk, name) for pk, name in decided.items() if pk not in successors)
    return successors, lost


def _matches(before: dict[Key, list[int]], after: dict[Key, list[int]]) -> dict[int, int]:
    """Return the new line of each old one, where there are as many alike in both."""
    return {
        pk: successor
        for key, lines in before.items()
        if len(lines) == len(after.get(key, []))
        for pk, successor in zip(lines, after[key], strict=True)
    }


def _by_key(batch: ImportBatch, fields: tuple[str, ...]) -> dict[Key, list[int]]:
    found: dict[Key, list[int]] = defaultdict(list)
    rows = BudgetLine.objects.filter(batch=batch).order_by("row").values_list("pk", *fields)
    for pk, *key in rows.iterator(chunk_size=2000):
        found[tuple(key)].append(pk)
    return found


def _decisions() -> QuerySet[Attribution]:
    """Return what passes over: what stands, and the refusals of what a rule would propose again.

    What a rule proposed and nobody answered does not: the rule proposes anew, on the new amounts.
    """
    waiting = Q(rule__isnull=False, status=AttributionStatus.PROPOSED)
    return Attribution.objects.exclude(
        rule__isnull=True, status=AttributionStatus.WITHDRAWN
    ).exclude(waiting)


def _decided(batch: ImportBatch) -> QuerySet[BudgetLine]:
    given = _decisions().filter(line=OuterRef("pk"))
    return BudgetLine.objects.filter(batch=batch).filter(
        Q(Exists(given))
        | Q(Exists(GreenRating.objects.filter(line=OuterRef("pk"))))
        | Q(reviewed_on__isnull=False)
        | Q(override__isnull=False)
    )


def _copy_attributions(successors: dict[int, int]) -> int:
    count = 0
    for chunk in _chunks(list(successors)):
        copies = []
        given = _decisions().filter(line__in=chunk)
        for attribution in given.order_by("pk"):
            attribution.line_id = successors[attribution.line_id]
            attribution.pk = None
            copies.append(attribution)
        count += len(Attribution.objects.bulk_create(copies))
    return count


def _copy_overrides(successors: dict[int, int]) -> None:
    for chunk in _chunks(list(successors)):
        copies = []
        for override in LineOverride.objects.filter(line__in=chunk).order_by("pk"):
            override.line_id = successors[override.line_id]
            override.pk = None
            copies.append(override)
            BudgetLine.objects.filter(pk=override.line_id).update(
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


def _copy_reviews(successors: dict[int, int]) -> None:
    reviewed = BudgetLine.objects.filter(reviewed_on__isnull=False)
    by_review: dict[tuple[date | None, int | None], list[int]] = defaultdict(list)
    for chunk in _chunks(list(successors)):
        for pk, on, by in reviewed.filter(pk__in=chunk).values_list(
            "pk", "reviewed_on", "reviewed_by"
        ):
            by_review[on, by].append(successors[pk])
    for (on, by), lines in by_review.items():
        for chunk in _chunks(lines):
            BudgetLine.objects.filter(pk__in=chunk).update(reviewed_on=on, reviewed_by=by)


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
        BudgetLine.objects.filter(pk__in=lost)
        .select_related("batch", "override")
        .prefetch_related(Prefetch("attributions", given.select_related("action"), to_attr="given"))
        .order_by("batch", "row", "pk")
    )
