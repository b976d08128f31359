"""What a previewed file changes in the account that it replaces: in total, then line by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.budget.imports.differences import (
    Change,
    Difference,
    Differences,
    Effect,
    is_long,
    known_differences,
    replaced_by,
)
from portulan.budget.imports.reads import get_batch
from portulan.budget.indicator.share import Figure
from portulan.budget.labels import STAGES
from portulan.budget.models import ImportBatch
from portulan.budget.words import Stage
from portulan.core.say import numbers
from portulan.core.say.text import UnusableInputError
from portulan.web.form_tokens import apart
from portulan.web.language import page_language
from portulan.web.pages import Said
from portulan.web.paging import page_of
from portulan.web.requests import OrganisationRequest

PER_PAGE = 20
_CHANGES = {
    Change.NEW: (_("nouvelle"), "full"),
    Change.GONE: (_("disparue"), "none"),
    Change.CHANGED: (_("changée"), "half"),
}
_TABS = {
    "": _("Toutes"),
    Change.NEW: _("Nouvelles"),
    Change.GONE: _("Disparues"),
    Change.CHANGED: _("Changées"),
}


@dataclass(frozen=True, slots=True)
class StageEffect:
    """What a file makes of a year at one stage: euros, and the share in words."""

    stage: Said
    before: Decimal
    after: Decimal
    share_before: Said
    share_after: Said

    @property
    def gap(self) -> Decimal:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Told:
    """The differences as a preview tells them; without `found`, too long for a page."""

    replaced: Sequence[ImportBatch]
    found: Differences | None = None

    @property
    def counts(self) -> dict[str, int]:
        return {change.value: self.found.count(change) if self.found else 0 for change in Change}

    @property
    def effects(self) -> list[StageEffect]:
        effects = self.found.effects if self.found else {}
        return [_effect(stage, effect) for stage, effect in effects.items()]


def _effect(stage: Stage, effect: Effect) -> StageEffect:
    before, after = (_share(figure) for figure in effect.figures)
    return StageEffect(STAGES[stage], *effect.expenses, before, after)


def _share(figure: Figure) -> Said:
    if figure.is_unknown:
        return _("pas encore connu")
    if figure.value is None:
        return _("non calculable")
    return numbers.percent(figure.value, page_language(), decimals=2)


def told_of(batch: ImportBatch) -> Told | None:
    """Return what a preview changes, None when it takes the place of nothing or is not whole."""
    if batch.report.get("questions") or not (replaced := replaced_by(batch)):
        return None
    if is_long(batch, replaced):
        return Told(replaced)
    try:
        return Told(replaced, known_differences(batch, replaced))
    except UnusableInputError:  # its kept file is gone: confirming says so
        return None


@require_GET
@apart
def differing_lines(request: OrganisationRequest, year: int, pk: int) -> HttpResponse:
    """List the lines that a previewed file changes, at one stage."""
    batch = get_batch(actor=request.actor, year=year, pk=pk, need=Operation.READ_BUDGET)
    told = told_of(batch)
    if told is None or told.found is None:
        return redirect("budget:batch", request.organisation.slug, year, pk)
    stages = list(told.found.effects)
    stage = _chosen(stages, request.GET.get("stage"))
    at_stage = [one for one in told.found.lines if one.before != one.after and _weighs(one, stage)]
    wanted = request.GET.get("change", "")
    kept = [one for one in at_stage if wanted not in set(Change) or one.change == wanted]
    kept.sort(key=lambda one: (-abs(one.gap(stage)), one.line.row))
    context = {
        "batch": batch,
        "fiscal_year": batch.fiscal_year,
        "told": told,
        "stage": STAGES[stage],
        "page": page_of(request, [_row(one, stage) for one in kept], PER_PAGE),
        "stages": [
            _tab(str(STAGES[one]).capitalize(), f"?stage={one.value}", one is stage)
            for one in stages
        ],
        "changes": [
            _tab(label, f"?stage={stage.value}&change={change}", wanted == change)
            for change, label in _TABS.items()
        ],
    }
    return render(request, "budget/differences.html", context)


def _tab(label: Said, url: str, current: bool) -> dict[str, object]:
    return {"label": label, "url": url, "current": current}


def _chosen(stages: Sequence[Stage], wanted: str | None) -> Stage:
    return next((stage for stage in stages if stage == wanted), stages[0])


def _weighs(one: Difference, stage: Stage) -> bool:
    before, after = one.at(stage)
    return before != after


@dataclass(frozen=True, slots=True)
class Row:
    """A line that changes, at the stage shown."""

    line: Difference
    said: Said
    mark: str
    before: Decimal | None
    after: Decimal | None
    gap: Decimal


def _row(one: Difference, stage: Stage) -> Row:
    return Row(one, *_CHANGES[one.change], *one.at(stage), one.gap(stage))
