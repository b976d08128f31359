"""Typed figures, for those who have nothing else: "IT budget 180 000 €, six NR lines"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.budget.access import require_open
from portulan.budget.attributions.writes import Given, attribute_lines, review
from portulan.budget.imports.writes import confirm
from portulan.budget.lines.kept_sums import count_again
from portulan.budget.models import COUNTED, BudgetLine, FiscalYear, ImportBatch
from portulan.budget.verbs import Verb
from portulan.budget.words import BatchStatus, Method, SourceQuality, Stage, Verdict
from portulan.core.money import known_sum, to_cents
from portulan.core.storing import store
from portulan.plans.models import Action

FORMAT = "typed"


@dataclass(frozen=True, slots=True)
class TypedLine:
    """An expense dedicated to NR, typed by a person; amount in euros, in the year's tax basis."""

    label: str
    amount: Decimal
    reason: str
    action: Action | None = None


@transaction.atomic
def type_figures(
    actor: Actor,
    *,
    fiscal_year: FiscalYear,
    stage: Stage,
    it_budget: Decimal,
    lines: Sequence[TypedLine],
    on: date,
    replace: bool = False,
    amended_on: date | None = None,
    rest_is_known: bool = True,
    free: Iterable[int] = (),
) -> ImportBatch:
    """Write an IT budget and its NR lines as an import that says it was typed.

    `amended_on` is the day of the decision that makes of a voted budget what is opened. The rest is
    not looked at where it is not `rest_is_known`: a part of it may be dedicated. `free` are the
    actions, by identifier, that are said to cost nothing.

    The rest of the budget is one more line, so that lines add up to the total and the indicator
    is computed as from any accounts. Who lists what is dedicated says that the rest is not: it is
    reviewed on that day. Raises ValidationError when NR lines exceed the budget.
    """
    actor.require(Operation.EDIT_BUDGET)
    require_open(fiscal_year)
    dedicated = sum((line.amount for line in lines), Decimal(0))
    if it_budget <= 0 or any(line.amount <= 0 for line in lines):
        raise ValidationError(_("Les montants saisis sont supérieurs à zéro."))
    if dedicated > it_budget:
        raise ValidationError(_("Les lignes dépassent le budget de la DSI saisi."))
    batch = ImportBatch.objects.create(
        fiscal_year=fiscal_year,
        format=FORMAT,
        quality=SourceQuality.TYPED,
        file_name=_("Décision modificative, saisie") if amended_on else _("Chiffres saisis"),
        stages=[stage.value],
        report={"it_budget": str(it_budget), "lines": len(lines), "free": sorted(free)},
        voted_on=amended_on,
        person_id=actor.person_id,
        created_at=timezone.now(),
    )
    written = [
        _line(batch, fiscal_year, stage, row, line.label, line.amount)
        for row, line in enumerate(lines, start=1)
    ]
    rest = None
    if left := it_budget - dedicated:
        label = _("Reste du budget de la DSI")
        rest = _line(batch, fiscal_year, stage, len(lines) + 1, label, left)
    count_again(batch)
    record(actor, batch, Verb.PREVIEWED, {"it_budget": (None, it_budget)})
    batch = confirm(actor, batch=batch, replace=replace)
    given = [
        Given(
            line,
            Method.WHOLE,
            typed.reason,
            amount=typed.amount,
            stage=stage,
            action=typed.action,
        )
        for line, typed in zip(written, lines, strict=True)
    ]
    attribute_lines(actor, given=given)
    if rest is not None and lines and rest_is_known:
        review(actor, line=rest, reviewed=True, on=on)
    return batch


def _line(
    batch: ImportBatch, fiscal_year: FiscalYear, stage: Stage, row: int, label: str, amount: Decimal
) -> BudgetLine:
    line = BudgetLine(
        organisation_id=fiscal_year.organisation_id,
        fiscal_year=fiscal_year,
        batch=batch,
        row=row,
        section="F",
        is_expense=True,
        is_real=True,
        label=label,
        verdict=Verdict.IN,
        it_share=Decimal(1),
        verdict_reason=_("Saisi comme budget de la DSI."),
        # Typed as IT spending by a person: no rule changes it.
        overridden=True,
    )
    setattr(line, stage.column, amount)
    store(line)
    return line


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed of a year at a stage: the whole, what is for each action, and for none.

    `at_large` is what is dedicated without an action, and what it is; `amended_on` the day of the
    decision that opened it. An amount of 0 was said: the action costs nothing.
    """

    it_budget: Decimal
    by_action: Mapping[int, Decimal]
    at_large: Decimal | None
    reason: str
    on: date | None
    amended_on: date | None = None

    @property
    def dedicated(self) -> Decimal | None:
        """What is dedicated in all, None where nothing was ever said of it."""
        return known_sum([*self.by_action.values(), self.at_large])


def typed_figures(fiscal_year: FiscalYear) -> dict[Stage, Typed | None]:
    """Return what a year has at each stage; None where it came from a file (two queries)."""
    batches = ImportBatch.objects.filter(fiscal_year=fiscal_year, status=BatchStatus.CONFIRMED)
    found: dict[Stage, Typed | None] = {}
    for batch in batches.order_by("pk"):
        for stage in map(Stage, batch.stages):
            found[stage] = _typed(batch, stage) if batch.format == FORMAT else None
    return found


def _typed(batch: ImportBatch, stage: Stage) -> Typed:
    lines = BudgetLine.objects.filter(batch=batch).prefetch_related("attributions")
    by_action = dict.fromkeys(batch.report.get("free", ()), Decimal(0))
    whole, at_large, reason = Decimal(0), None, ""
    for line in lines.order_by("row"):
        amount = getattr(line, stage.column)
        whole += amount
        for one in line.attributions.all():
            if one.status not in COUNTED or one.outside_it:
                continue
            part = to_cents(amount * one.share)
            if one.action_id is None:
                at_large, reason = (at_large or Decimal(0)) + part, one.reason
            else:
                by_action[one.action_id] = by_action.get(one.action_id, Decimal(0)) + part
    confirmed = timezone.localtime(batch.confirmed_at or batch.created_at).date()
    return Typed(whole, by_action, at_large, reason, confirmed, batch.voted_on)
