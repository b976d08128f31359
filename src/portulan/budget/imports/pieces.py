"""Pieces of one account: files that hold different lines of it, added and not replaced.

Operating in one file and investment in another, a file a service: two files are pieces of one
account when a section, a budget, a service or a manager of the one is none of the other’s, on every
line; else when no line of the one is a line of the other. What stands beside others is marked so:
a newer file takes the place of the piece that it says again, and leaves the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portulan.budget.imports.bulk import written
from portulan.budget.imports.kept_lines import reading_of
from portulan.budget.models import BudgetLine, ImportBatch
from portulan.budget.readers.lines import Reading, SourceLine
from portulan.budget.words import BatchStatus
from portulan.core.folding import fold

type Parts = dict[str, set[str]]

AXES = ("section", "budget", "service", "manager")
_MOST = 500  # values of one axis: more are no parts
_LINE = (
    *("section", "budget", "chapter", "nature", "function", "operation", "service", "manager"),
    *("supplier", "order_ref", "contract_ref", "label"),
)
_SHOWN = 3


def noting_parts(reading: Reading, parts: Parts) -> Reading:
    """Return the reading of a file, whose sections, budgets, services, managers are noted."""

    def note(line: SourceLine) -> SourceLine:
        if line.flow == "expense" and line.counts:
            for axis in AXES:
                said = parts.setdefault(axis, set())
                if len(said) <= _MOST:
                    said.add(fold(getattr(line, axis) or ""))
        return line

    return reading.changed_by(note)


def parts_told(parts: Parts) -> dict[str, list[str]]:
    """Return the axes on which every line of a file says where it is, for its report."""
    return {
        axis: sorted(said) for axis, said in parts.items() if "" not in said and len(said) <= _MOST
    }


def are_apart(one: ImportBatch, other: ImportBatch) -> bool:
    """Return whether two files hold different lines for sure: of other sections, services."""
    if one.delta or other.delta or one.is_order_book or other.is_order_book:
        return False
    mine, its = _parts_of(one), _parts_of(other)
    return any(not set(mine[axis]) & set(its[axis]) for axis in mine.keys() & its.keys())


def are_pieces(one: ImportBatch, other: ImportBatch) -> bool:
    """Return whether two files stand beside each other in one account, as somebody said."""
    if not (one.piece or other.piece):
        return False
    return are_apart(one, other) or not _shared(one, [other])


def add_piece(batch: ImportBatch, others: Sequence[ImportBatch]) -> None:
    """Mark an import whose lines were just written, and those beside it, as pieces of one account.

    Raises ValidationError when some of its lines stand in the account already, and for what is no
    account: a change, orders.
    """
    if batch.is_order_book or any(one.delta for one in (batch, *others)):
        raise ValidationError(_("Seul un compte vient en plusieurs morceaux."), code="no-piece")
    beside = [other for other in others if not are_apart(batch, other)]
    if beside and (shared := _shared(batch, beside)):
        raise ValidationError(
            _("Ce n’est pas un autre morceau : %(count)s lignes y sont déjà (%(names)s).")
            % {"count": len(shared), "names": ", ".join(sorted(shared)[:_SHOWN])},
            code="overlap",
        )
    for one in (batch, *others):
        one.piece = True
        one.save(update_fields=["piece"])


def _parts_of(batch: ImportBatch) -> dict[str, list[str]]:
    told: dict[str, list[str]] | None = batch.report.get("parts")
    if told is not None:
        return told
    lines = BudgetLine.everything.filter(
        batch=batch, is_expense=True, is_real=True, is_carried=False
    )
    parts = {
        axis: {fold(said) for said in lines.values_list(axis, flat=True).distinct()[: _MOST + 2]}
        for axis in AXES
    }
    return parts_told({axis: said for axis, said in parts.items() if said})


def _shared(batch: ImportBatch, others: Iterable[ImportBatch]) -> set[str]:
    """Return the names of the lines of an import that are lines of others too."""
    known = {line for other in others for line in _lines(other)}
    return {line[-1] or line[3] for line in _lines(batch) if line in known}


def _lines(batch: ImportBatch) -> Iterable[tuple[str, ...]]:
    if batch.status == BatchStatus.PREVIEWED:
        with reading_of(batch) as reading:
            for said in reading:
                if said.flow == "expense" and said.counts:
                    line = written(said, batch)
                    yield tuple(getattr(line, name) for name in _LINE)
        return
    lines = BudgetLine.everything.filter(
        batch=batch, is_expense=True, is_real=True, is_carried=False
    )
    yield from lines.values_list(*_LINE).iterator(chunk_size=2000)
