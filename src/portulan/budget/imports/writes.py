"""Importing accounts: a file is previewed, confirmed whole, and may be rolled back and put back.

Nothing of a file stands in the accounts before it is confirmed, and a confirmation is one
transaction: a process killed in the middle leaves no line. A rolled-back import keeps its lines
aside, so that rolling back can itself be undone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.models import Organisation
from portulan.accounts.trail import record
from portulan.budget.access import hold_year, require_open
from portulan.budget.attributions.rule_writes import propose_by_rules
from portulan.budget.imports.amending import why_not_amending, why_not_removed
from portulan.budget.imports.bulk import write_lines
from portulan.budget.imports.carry_over import carry_over
from portulan.budget.imports.checks import (
    check_header,
    overlapping,
    refuse_doubtful,
    refuse_flawed,
    refuse_known_file,
    refuse_several_bodies,
    why_not_detailing,
)
from portulan.budget.imports.columns import mapping_for, remember_columns
from portulan.budget.imports.kept_lines import forget_lines, reading_of
from portulan.budget.imports.orders import write_orders
from portulan.budget.imports.pieces import add_piece
from portulan.budget.imports.previews import Received, read, said_by
from portulan.budget.imports.reads import waiting_preview
from portulan.budget.imports.uploads import clear_leftovers, keep_upload
from portulan.budget.lines.kept_sums import keep_sums
from portulan.budget.lines.sums import Sums
from portulan.budget.models import FiscalYear, ImportBatch
from portulan.budget.perimeter.judged_lines import Judge
from portulan.budget.perimeter.writes import perimeter_in_force
from portulan.budget.verbs import Verb
from portulan.budget.words import BatchStatus, Stage
from portulan.budget.years.costing import require_agreeing
from portulan.core.errors import NotFoundError
from portulan.core.folding import inert
from portulan.core.say.text import Language
from portulan.core.trail import Change
from portulan.core.uploads import upload_path


def preview(
    actor: Actor,
    *,
    fiscal_year: FiscalYear,
    stream: BinaryIO,
    file_name: str,
    mapping: Mapping[str, int | str] | None = None,
    tool: str = "",
    recalled: bool = False,
    language: Language = "fr",
) -> ImportBatch:
    """Read a file whole and keep what it says for a person to look at; no line is written.

    `mapping` gives the columns of a ledger and the answers to its questions
    (`readers.open_reading`), remembered for `tool` if one is named; without it, a file that waits
    already is given back as it stands, and the columns remembered for a file of the same titles
    are proposed (`recalled`). What is asked waits in the preview (`answers`). The problems of the
    report are said in `language`. Raises UnusableInputError when nothing can be read of it,
    ValidationError when it is of another year or another body, or already imported in this year.
    """
    actor.require(Operation.EDIT_BUDGET)
    require_open(fiscal_year)
    clear_leftovers(timezone.now())
    sha256, size = keep_upload(stream)
    refuse_known_file(fiscal_year, sha256)
    waiting = waiting_preview(fiscal_year, sha256)
    if mapping is None and waiting is not None:
        return waiting
    remembered = None
    if mapping is None and (remembered := mapping_for(actor.organisation_id, upload_path(sha256))):
        mapping, tool, recalled = remembered.columns, remembered.tool, True
    refuse_several_bodies(mapping or {})
    received = Received(sha256, inert(Path(file_name).name)[:255], mapping or {}, recalled)
    header, report = read(received, fiscal_year, language)
    if tool:
        report["tool"] = tool
    check_header(header, fiscal_year, Organisation.objects.get(pk=actor.organisation_id))
    with transaction.atomic():
        if tool and mapping and not recalled:
            remember_columns(actor, tool=tool, columns=mapping)
        batch, _created = ImportBatch.objects.update_or_create(
            fiscal_year=fiscal_year,
            sha256=sha256,
            status=BatchStatus.PREVIEWED,
            defaults=said_by(header, report)
            | {
                "file_name": received.name,
                "size": size,
                "mapping": dict(received.mapping),
                "person_id": actor.person_id,
                "created_at": timezone.now(),
            },
        )
        told: dict[str, Change] = {"file": (None, batch.file_name)}
        if waiting is not None and waiting.mapping != batch.mapping:
            told["answers"] = (waiting.mapping, batch.mapping)
        record(actor, batch, Verb.PREVIEWED, told)
    return batch


@dataclass(frozen=True, slots=True)
class Written:
    """What was written ahead of a confirmation (`ahead`): under which perimeter, and its sums."""

    perimeter: int
    sums: Mapping[Stage, Sums]


class PerimeterMovedError(Exception):
    """The lines written ahead were judged under a perimeter that is in force no more."""


@transaction.atomic
def confirm(
    actor: Actor,
    *,
    batch: ImportBatch,
    replace: bool = False,
    piece: bool = False,
    in_euros: bool = False,
    written: Written | None = None,
) -> ImportBatch:
    """Write all the lines of a previewed file, or none.

    A year holds one full account per body and stage: when the file gives a stage that another
    confirmed file already gives, `replace` rolls that one back in the same transaction and passes
    its decisions on to the same lines (`reimport`), `piece` adds this one to it, as other lines of
    one account (`pieces`), else ValidationError names it. Amending
    decisions (deltas) add to a budget that does not hold them yet, and stay on a primary budget
    that is read again (`overlaps`). A file with lines
    that could not be read is refused: an account that lacks lines is no account; so is one whose
    amounts are unlikely in euros (`plausibility`), until somebody says they are (`in_euros`).
    What was `written` ahead only has to be put in force. Raises PerimeterMovedError.
    """
    # Of two imports at once, the second sees the first.
    fiscal_year = hold_year(batch.fiscal_year_id)
    batch = held(batch)
    batch.fiscal_year = fiscal_year
    if written is not None and batch.status == BatchStatus.WRITING:
        if written.perimeter != perimeter_in_force(actor).pk:
            raise PerimeterMovedError
        batch.status = BatchStatus.PREVIEWED
    others = refuse_unfit(actor, batch=batch, replace=replace, piece=piece, in_euros=in_euros)
    replaced = [] if piece else _made_room(actor, batch, others)
    if _write(actor, batch, written) and not batch.is_order_book:
        # The decisions taken on a budget come before those on what amends it.
        for other in sorted(replaced, key=lambda other: other.delta):
            carry_over(actor, old=other, new=batch)
    if piece:
        add_piece(batch, others)
    transaction.on_commit(partial(forget_lines, batch), robust=True)
    _set_status(actor, batch, BatchStatus.CONFIRMED)
    require_agreeing(fiscal_year)  # what was set aside may have been said under another policy
    propose_by_rules(actor, fiscal_year=fiscal_year)
    return batch


def refuse_unfit(
    actor: Actor, *, batch: ImportBatch, replace: bool, piece: bool, in_euros: bool
) -> list[ImportBatch]:
    """Return the imports whose place this one takes or shares. Raises ValidationError."""
    actor.require(Operation.EDIT_BUDGET)
    fiscal_year = batch.fiscal_year
    require_open(fiscal_year)
    if batch.status == BatchStatus.CONFIRMED:
        raise ValidationError(_("Ce fichier est déjà importé."))
    if batch.status == BatchStatus.WRITING:
        raise ValidationError(_("Ce fichier est en train d’être importé."))
    if batch.sha256:
        refuse_known_file(fiscal_year, batch.sha256)
        refuse_flawed(batch)
        refuse_doubtful(batch, in_euros=in_euros)
    if refusal := why_not_amending(batch) or why_not_detailing(batch):
        raise refusal
    others = overlapping(batch)
    if others and not (replace or piece):
        raise ValidationError(
            _("« %(file)s » donne déjà ces montants pour %(year)s : remplacez-le.")
            % {"file": others[0].file_name, "year": fiscal_year.year},
            code="overlap",
        )
    return others


def _write(actor: Actor, batch: ImportBatch, written: Written | None) -> bool:
    """Write what a file gives, unless it is there; tell whether it is new."""
    if written is not None:
        keep_sums(batch, written.sums)
        return True
    if batch.written.exists():
        return False
    if batch.is_order_book:
        write_orders(batch)
        keep_sums(batch, {})
        return True
    judge = Judge(perimeter_in_force(actor))
    with reading_of(batch) as reading:
        keep_sums(batch, write_lines(batch, reading, judge))
    return True


def _made_room(actor: Actor, batch: ImportBatch, others: list[ImportBatch]) -> list[ImportBatch]:
    """Roll back what gives the same stages, and return it."""
    for other in others:
        _set_status(actor, other, BatchStatus.ROLLED_BACK, replaced_by=batch)
    if any(other.piece for other in others):  # what takes the place of a piece is one
        batch.piece = True
        batch.save(update_fields=["piece"])
    return others


@transaction.atomic
def roll_back(actor: Actor, *, batch: ImportBatch, put_back: bool = False) -> ImportBatch:
    """Take an import out of the accounts; its lines and their attributions are kept aside.

    With `put_back`, what it had replaced comes back in the same transaction, with the decisions it
    had. Raises ValidationError for a budget that an amending decision in force changes.
    """
    actor.require(Operation.EDIT_BUDGET)
    require_open(hold_year(batch.fiscal_year_id))
    batch = held(batch)
    if batch.status != BatchStatus.CONFIRMED:
        raise ValidationError(_("Cet import n’est pas en vigueur."))
    # A budget comes back before what amends it.
    before = list(batch.replaced.order_by("delta", "pk")) if put_back else []
    if not before and (refusal := why_not_removed(batch)):
        raise refusal
    _set_status(actor, batch, BatchStatus.ROLLED_BACK)
    for other in before:
        confirm(actor, batch=other)
    return batch


@transaction.atomic
def hand_over(actor: Actor, *, batch: ImportBatch) -> Path:
    """Return where the file of an import is kept, as it was received, for who may have it back.

    Raises DeniedError; NotFoundError when there was no file, or it is kept no more.
    """
    actor.require(Operation.READ_ORIGINALS)
    path = upload_path(batch.sha256)
    if not batch.sha256 or not path.is_file():
        raise NotFoundError(batch.file_name)
    record(actor, batch, Verb.HANDED_OVER)
    return path


@transaction.atomic
def discard(actor: Actor, *, batch: ImportBatch) -> None:
    """Forget a preview that nobody confirmed."""
    actor.require(Operation.EDIT_BUDGET)
    hold_year(batch.fiscal_year_id)
    batch = held(batch)
    if batch.status != BatchStatus.PREVIEWED:
        raise ValidationError(_("Seul un aperçu s’abandonne ; un import s’annule."))
    record(actor, batch, Verb.DISCARDED, {"file": (batch.file_name, None)})
    batch.delete()


def held(batch: ImportBatch) -> ImportBatch:
    """Return an import as it is now, held until the transaction ends. Raises NotFoundError."""
    rows = ImportBatch.objects.select_for_update(of=("self",)).select_related("fiscal_year")
    try:
        return rows.get(pk=batch.pk)
    except ImportBatch.DoesNotExist as error:  # a preview that somebody forgot meanwhile
        raise NotFoundError(batch.pk) from error


def _set_status(
    actor: Actor, batch: ImportBatch, status: BatchStatus, replaced_by: ImportBatch | None = None
) -> ImportBatch:
    before, now = batch.status, timezone.now()
    batch.status, batch.replaced_by = status, replaced_by
    if status is BatchStatus.CONFIRMED:
        batch.confirmed_at, batch.rolled_back_at = now, None
    else:
        batch.rolled_back_at = now
    batch.save(update_fields=["status", "confirmed_at", "rolled_back_at", "replaced_by"])
    record(actor, batch, Verb(status.value), {"status": (before, status.value)})
    return batch
