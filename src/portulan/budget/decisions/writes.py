"""A sheet of decisions comes back: previewed, confirmed whole or not at all, undone in one step.

Eight hundred lines are one transaction: they are compared, written and recorded together. Guards of
the database hold what no writer may break; what would break them is refused before, with its cell.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.budget.access import hold_year, require_open
from portulan.budget.attributions.rule_writes import propose_by_rules
from portulan.budget.decisions.applying import apply, restore
from portulan.budget.decisions.columns import Column
from portulan.budget.decisions.comparing import compare
from portulan.budget.decisions.judging import Kind, Outcome
from portulan.budget.decisions.reading import read_sheet
from portulan.budget.decisions.standing import choices
from portulan.budget.decisions.stored import restored, stored
from portulan.budget.models import DecisionSheet, FiscalYear
from portulan.budget.verbs import Verb
from portulan.budget.words import BatchStatus
from portulan.core.folding import inert
from portulan.core.merge.threeway import Choose, Side, nobody
from portulan.core.proposals import require_seen
from portulan.core.say.language import spoken_language
from portulan.core.tables.sources import open_source

_MOST_TOLD = 3  # sentences of a refusal
BLOCKING = frozenset({Kind.REFUSED, Kind.CONFLICT, Kind.QUESTION})


def preview(
    actor: Actor, *, fiscal_year: FiscalYear, stream: BinaryIO, file_name: str
) -> DecisionSheet:
    """Read a sheet of decisions and keep what it says beside what stands; nothing is decided.

    Raises DeniedError, ValidationError for a closed year; UnusableInputError when it is no sheet
    of decisions.
    """
    actor.require(Operation.EDIT_BUDGET)
    require_open(fiscal_year)
    file_name = inert(Path(file_name).name)[:255]
    with open_source(stream, name=file_name) as source:
        sheet = read_sheet(source, choices())
    outcomes = compare(fiscal_year, sheet.rows, sheet.columns, answers={})
    told = [outcome for outcome in outcomes if outcome.kind is not Kind.SAME]
    now = timezone.now()
    with transaction.atomic():
        kept = DecisionSheet.objects.create(
            fiscal_year=fiscal_year,
            file_name=file_name,
            rows_read=len(outcomes),
            rows_same=len(outcomes) - len(told),
            ignored=list(sheet.ignored),
            columns=sorted(sheet.columns),
            said=[stored(outcome.said) for outcome in told],
            person_id=actor.person_id,
            read_at=now,
        )
        record(actor, kept, Verb.PREVIEWED, {"file": (None, file_name)})
    return kept


def outcomes_of(sheet: DecisionSheet, choose: Choose = nobody) -> list[Outcome]:
    """Return what the rows of a sheet come to now, with the answers given (`compare`)."""
    return compare(
        sheet.fiscal_year,
        [restored(kept) for kept in sheet.said],
        [Column(name) for name in sheet.columns],
        answers={int(row): pk for row, pk in sheet.answers.items()},
        again=sheet.again,
        choose=choose,
    )


def shown(outcomes: list[Outcome]) -> list[object]:
    """Return what a page shows of a sheet, so that what is confirmed was shown."""
    return [
        [
            *(one.said.row, one.kind, one.line, one.given, one.before),
            one.standing and one.standing.line.pk,
            one.attribution and one.attribution.pk,
            [[two.key, two.here] for two in one.conflicts],
        ]
        for one in outcomes
    ]


@transaction.atomic
def answer(
    actor: Actor,
    *,
    sheet: DecisionSheet,
    lines: Mapping[int, int],
    again: bool = False,
    leaves_conflicts: bool = False,
) -> DecisionSheet:
    """Answer what a preview asks: which line a row is about, whether twins are meant.

    `leaves_conflicts` leaves as they stand the rows that both sides changed, unless settled.
    """
    sheet = _held(actor, sheet)
    known = {str(outcome.said.row): outcome.candidates for outcome in outcomes_of(sheet)}
    for row, pk in lines.items():
        if pk not in known.get(str(row), ()):
            raise ValidationError(_("Cette ligne n’est pas de celles qui se ressemblent."))
    sheet.answers |= {str(row): pk for row, pk in lines.items()}
    sheet.again, sheet.leaves_conflicts = again, leaves_conflicts
    sheet.save(update_fields=["answers", "again", "leaves_conflicts"])
    return sheet


@transaction.atomic
def confirm(
    actor: Actor,
    *,
    sheet: DecisionSheet,
    on: date,
    seen: str | None = None,
    sides: Mapping[str, Side] | None = None,
    rest: Side | None = None,
) -> DecisionSheet:
    """Write all that a sheet decides, or nothing.

    `seen` is the digest of what was shown of it, None for who confirms in one breath; `sides` says
    which value stands of what both sides changed, by the key of each, and `rest` of the others.
    Raises ValidationError when it would decide another thing by now, when a row is refused or asks,
    and when it changes nothing.
    """
    sheet = _held(actor, sheet)
    if seen is not None:
        require_seen(seen, shown(outcomes_of(sheet)))
    outcomes = outcomes_of(sheet, lambda key: (sides or {}).get(key, rest))
    for one in outcomes:
        if sheet.leaves_conflicts and one.kind is Kind.CONFLICT:
            one.stop(Kind.SAME)
    stopped = [one for one in outcomes if one.kind in BLOCKING]
    if stopped:
        first = _("Cette feuille attend des réponses ou des corrections : rien n’est importé.")
        told = (problem.message(spoken_language()) for one in stopped for problem in one.told())
        raise ValidationError([first, *islice(told, _MOST_TOLD)], code="blocked")
    deeds = [one for one in outcomes if one.line or one.given]
    if not deeds:
        raise ValidationError(_("Cette feuille ne change rien : tout y est déjà dit."), code="same")
    sheet.before = apply(actor, deeds, on=on)
    sheet.status, sheet.written_at = BatchStatus.CONFIRMED, timezone.now()
    sheet.save(update_fields=["before", "status", "written_at"])
    record(actor, sheet, Verb.DECISIONS_IMPORTED, {"lines": (None, len(sheet.before["lines"]))})
    changed = [int(pk) for pk in sheet.before["lines"]]
    propose_by_rules(actor, fiscal_year=sheet.fiscal_year, among=changed)
    return sheet


@transaction.atomic
def take_back(actor: Actor, *, sheet: DecisionSheet) -> DecisionSheet:
    """Give back what stood before a sheet, in one step.

    Raises ValidationError when somebody changed since what it wrote: nobody undoes another
    unknowingly.
    """
    sheet = _held(actor, sheet, waiting=False)
    restore(actor, sheet.fiscal_year, sheet.before)
    sheet.status, sheet.undone_at = BatchStatus.ROLLED_BACK, timezone.now()
    sheet.save(update_fields=["status", "undone_at"])
    record(actor, sheet, Verb.DECISIONS_TAKEN_BACK, {"lines": (len(sheet.before["lines"]), None)})
    return sheet


@transaction.atomic
def discard(actor: Actor, *, sheet: DecisionSheet) -> None:
    """Forget a preview that nobody confirmed."""
    sheet = _held(actor, sheet)
    record(actor, sheet, Verb.DISCARDED, {"file": (sheet.file_name, None)})
    sheet.delete()


def _held(actor: Actor, sheet: DecisionSheet, *, waiting: bool = True) -> DecisionSheet:
    actor.require(Operation.EDIT_BUDGET)
    fiscal_year = hold_year(sheet.fiscal_year_id)
    require_open(fiscal_year)
    sheet = DecisionSheet.objects.select_for_update().get(pk=sheet.pk)
    sheet.fiscal_year = fiscal_year
    if waiting:
        sheet.require_waiting()
    else:
        sheet.require_standing()
    return sheet
