"""A large file is written by pieces before it counts: nobody waits, and nobody sees half of it.

Each piece is a transaction of its own, of a fraction of a second. The import is "being written"
meanwhile, and nothing reads the lines of an import that is not in force; putting it in force is one
short transaction, with all the checks. What stops in between leaves a preview, once swept
(docs/adr/0047).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import batched

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation, Role
from portulan.accounts.actors import Actor
from portulan.accounts.reads import behalf_in
from portulan.budget.access import hold_year
from portulan.budget.imports.bulk import write_lines
from portulan.budget.imports.kept_lines import reading_of
from portulan.budget.imports.orders import write_orders
from portulan.budget.imports.words import KIND, LARGE, WRITING
from portulan.budget.imports.writes import (
    PerimeterMovedError,
    Written,
    confirm,
    held,
    refuse_unfit,
)
from portulan.budget.models import BudgetLine, DaySums, ImportBatch, Order, StageSums
from portulan.budget.perimeter.judged_lines import Judge
from portulan.budget.perimeter.writes import perimeter_in_force
from portulan.budget.words import BatchStatus
from portulan.core import tasks

_WAIT = 2.0  # seconds that a page waits for what is soon done
_TRIES = 3
_PIECE = 2000  # rows taken away at once


def is_large(batch: ImportBatch) -> bool:
    """Tell whether writing it would keep others waiting."""
    kept: int = batch.report.get("rows", {}).get("kept", 0)
    return batch.status == BatchStatus.WRITING or (
        batch.status == BatchStatus.PREVIEWED and kept > LARGE
    )


def start(
    actor: Actor,
    *,
    batch: ImportBatch,
    replace: bool = False,
    piece: bool = False,
    in_euros: bool = False,
) -> ImportBatch:
    """Confirm an import, in a process of its own if it is large: then it may not be done yet.

    Raises as `confirm` does; what only the end can tell is the failure of the task.
    """
    if not is_large(batch):
        return confirm(actor, batch=batch, replace=replace, piece=piece, in_euros=in_euros)
    with transaction.atomic():
        fresh = held(batch)
        if fresh.status == BatchStatus.WRITING and not _is_under_way(batch):
            fresh.status = BatchStatus.PREVIEWED  # the task takes away what is left of it first
        refuse_unfit(actor, batch=fresh, replace=replace, piece=piece, in_euros=in_euros)
    told = {"replace": replace, "piece": piece, "in_euros": in_euros, "roles": sorted(actor.roles)}
    tasks.start(
        organisation_id=actor.organisation_id,
        person_id=actor.person_id,
        kind=KIND,
        subject_id=batch.pk,
        details=told,
        wait=_WAIT,
    )
    batch.refresh_from_db()
    return batch


def confirm_here(
    actor: Actor,
    *,
    batch: ImportBatch,
    replace: bool = False,
    piece: bool = False,
    in_euros: bool = False,
    heard: Callable[[int, int], object],
) -> ImportBatch:
    """Confirm an import in this process, which says how far it is. Raises as `confirm` does."""
    if not is_large(batch):
        return confirm(actor, batch=batch, replace=replace, piece=piece, in_euros=in_euros)

    def write(beat: tasks.Beat) -> None:
        confirm_by_pieces(
            actor,
            batch=batch,
            beat=beat,
            replace=replace,
            piece=piece,
            in_euros=in_euros,
            heard=heard,
        )

    if not tasks.run_here(
        write,
        organisation_id=actor.organisation_id,
        person_id=actor.person_id,
        kind=KIND,
        subject_id=batch.pk,
    ):
        raise ValidationError(_("Ce fichier est en train d’être importé."))
    batch.refresh_from_db()
    return batch


def work(beat: tasks.Beat) -> None:
    """Do what a task of this kind does, in its own process."""
    told = beat.task.details
    roles = frozenset(Role(role) for role in told["roles"])
    person = beat.task.person_id
    actor = Actor(beat.task.organisation_id, person, roles, behalf=behalf_in(person))
    batch = ImportBatch.objects.select_related("fiscal_year").get(pk=beat.task.subject_id)
    confirm_by_pieces(
        actor,
        batch=batch,
        beat=beat,
        replace=told["replace"],
        piece=told["piece"],
        in_euros=told["in_euros"],
    )


def confirm_by_pieces(
    actor: Actor,
    *,
    batch: ImportBatch,
    beat: tasks.Beat,
    replace: bool,
    piece: bool,
    in_euros: bool,
    heard: Callable[[int, int], object] = lambda _done, _total: None,
) -> ImportBatch:
    """Write a previewed file by pieces, then put it in force, or leave the preview as it was.

    To be called outside any transaction, by the one task at work on this import. Raises as
    `confirm` does, and CancelledError.
    """
    for _attempt in range(_TRIES):
        _begin(actor, batch, replace=replace, piece=piece, in_euros=in_euros)
        try:
            written = _write(actor, batch, beat, heard)
            return confirm(
                actor, batch=batch, replace=replace, piece=piece, in_euros=in_euros, written=written
            )
        except PerimeterMovedError:
            take_away(batch)
        except BaseException:
            take_away(batch)
            raise
    raise ValidationError(_("Le périmètre change pendant l’import : recommencez plus tard."))


def _begin(actor: Actor, batch: ImportBatch, *, replace: bool, piece: bool, in_euros: bool) -> None:
    if batch.status == BatchStatus.WRITING:
        take_away(batch)  # what a task that is gone left
    with transaction.atomic():
        hold_year(batch.fiscal_year_id)
        fresh = held(batch)
        refuse_unfit(actor, batch=fresh, replace=replace, piece=piece, in_euros=in_euros)
        ImportBatch.objects.filter(pk=batch.pk).update(status=BatchStatus.WRITING)


def _write(
    actor: Actor, batch: ImportBatch, beat: tasks.Beat, heard: Callable[[int, int], object]
) -> Written:
    actor.require(Operation.EDIT_BUDGET)
    with transaction.atomic():
        perimeter = perimeter_in_force(actor)
    done, total = 0, batch.report["rows"]["kept"]

    @contextmanager
    def piece(rows: int) -> Iterator[None]:
        nonlocal done
        beat.check()
        with transaction.atomic():
            yield
        done += rows
        heard(done, total)
        beat.tell(WRITING, done, total, beat.task.details)

    if batch.is_order_book:
        write_orders(batch, piece=piece)
        return Written(perimeter.pk, {})
    with reading_of(batch) as reading:
        return Written(perimeter.pk, write_lines(batch, reading, Judge(perimeter), piece=piece))


def take_away(batch: ImportBatch) -> None:
    """Make an import whose writing stopped a preview again, by pieces too."""
    for rows in (model.everything.filter(batch=batch) for model in (BudgetLine, Order)):
        for pks in batched(list(rows.order_by().values_list("pk", flat=True)), _PIECE):
            with transaction.atomic():
                # No decision is on a line that was never in force: nothing else goes with it.
                rows.filter(pk__in=pks)._raw_delete(rows.db)
    with transaction.atomic():
        hold_year(batch.fiscal_year_id)
        for sums in (StageSums, DaySums):
            sums.objects.filter(batch=batch).delete()
        ImportBatch.objects.filter(pk=batch.pk, status=BatchStatus.WRITING).update(
            status=BatchStatus.PREVIEWED
        )
    batch.status = BatchStatus.PREVIEWED


def sweep() -> int:
    """Take away what imports killed in the middle left, and return how many there were."""
    count = 0
    for batch in ImportBatch.objects.filter(status=BatchStatus.WRITING).order_by("pk"):
        if not _is_under_way(batch):
            take_away(batch)
            count += 1
    return count


def _is_under_way(batch: ImportBatch) -> bool:
    task = tasks.latest(KIND, batch.pk)
    return task is not None and task.at_work
