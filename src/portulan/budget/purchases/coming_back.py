"""A sheet of purchases that comes back: what it would change, then written whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.budget.models import BudgetLine, FiscalYear
from portulan.budget.purchases.filled_in import REFUSED, SheetRead, read
from portulan.budget.purchases.reads import Year, gifts_of, purchases_of
from portulan.budget.purchases.sheet import as_given, gift_key, parts_of
from portulan.budget.purchases.writes import Given, Said, qualify, set_gift
from portulan.core.proposals import require_seen
from portulan.core.say.text import Problem
from portulan.core.tables.sources import Source


@dataclass(frozen=True, slots=True)
class ComingBack:
    """A sheet as it would be written: what it changes, what would still wait, what is wrong."""

    read: SheetRead
    waiting: Year
    problems: tuple[Problem, ...]

    @property
    def changes(self) -> int:
        return len(self.read.said) + len(self.read.gifts)


def foresee(
    actor: Actor, *, fiscal_year: FiscalYear, source: Source, replace: bool = False
) -> ComingBack:
    """Return what a sheet would do; nothing is written. Raises DeniedError, UnusableInputError."""
    actor.require(Operation.EDIT_BUDGET)
    with transaction.atomic():
        found = read(source, fiscal_year, replace=replace)
        problems = [*found.problems, *_refusals(actor, fiscal_year, found)]
        waiting = purchases_of(actor.organisation_id, fiscal_year.year)
        transaction.set_rollback(True)
    return ComingBack(found, waiting, tuple(problems))


def _refusals(actor: Actor, fiscal_year: FiscalYear, found: SheetRead) -> list[Problem]:
    """Write what can be, and return why the rest cannot; to be rolled back.

    All lines are tried together; each alone only once something among them is refused.
    """
    problems = []
    together = _refusal(partial(qualify, actor, fiscal_year=fiscal_year, said=found.said))
    for pk, parts in found.said.items() if together else ():
        alone = partial(qualify, actor, fiscal_year=fiscal_year, said={pk: parts})
        if error := _refusal(alone):
            name = str(fiscal_year.lines.get(pk=pk))
            problems.append(_refused(found.rows[pk], name, error))
    for gift in found.gifts:
        if error := _refusal(partial(set_gift, actor, year=fiscal_year.year, **gift._asdict())):
            row = found.rows[gift_key(gift.category, gift.label)]
            problems.append(_refused(row, gift.label, error))
    return problems


def _refusal(act: Callable[[], object]) -> ValidationError | None:
    try:
        with transaction.atomic():
            act()
    except ValidationError as error:
        return error
    return None


def _refused(row: int, name: str, error: ValidationError) -> Problem:
    return REFUSED.at(line=row, name=name, reason=" ".join(error.messages))


def standing(fiscal_year: FiscalYear, said: Iterable[int]) -> list[object]:
    """Return what stands where a sheet writes: its lines, and the gifts of the year."""
    lines = (
        BudgetLine.objects.filter(pk__in=[*said]).prefetch_related("purchase_parts").order_by("pk")
    )
    gifts = gifts_of(fiscal_year.organisation_id, fiscal_year.year)
    here = [[gift_key(one.category, one.label), as_given(one)] for one in gifts]
    return [[[line.pk, parts_of(line)] for line in lines], here]


@transaction.atomic
def take_sheet(
    actor: Actor,
    *,
    fiscal_year: FiscalYear,
    said: Mapping[int, list[Said]],
    gifts: list[Given],
    seen: str | None = None,
) -> int:
    """Write what a sheet changes, all or nothing; return how many lines and gifts changed.

    `seen` is the digest of what stood when it was shown (`standing`). Raises DeniedError,
    ValidationError.
    """
    actor.require(Operation.EDIT_BUDGET)
    require_seen(seen, standing(fiscal_year, said))
    changed, _same = qualify(actor, fiscal_year=fiscal_year, said=said) if said else (0, 0)
    for gift in gifts:
        set_gift(actor, year=fiscal_year.year, **gift._asdict())
    return changed + len(gifts)
