"""`portulan budget import --dry-run`: what a file would change in the account that it replaces."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from portulan.cli.output import percentage
from portulan.core.money import as_text
from portulan.core.say import numbers
from portulan.core.say.text import Language, Text

if TYPE_CHECKING:
    from portulan.budget.imports.differences import Difference, Effect
    from portulan.budget.indicator.share import Figure
    from portulan.budget.models import ImportBatch
    from portulan.budget.words import Stage


def document_of(batch: ImportBatch) -> dict[str, Any] | None:
    """Return the member `differences` of docs/reference/commands.md, None for a first account."""
    from portulan.budget.imports.differences import Change, differences, replaced_by

    replaced = replaced_by(batch)
    if batch.report.get("questions") or not replaced:
        return None
    found = differences(batch, replaced)
    return {
        "replaces": [old.file_name for old in replaced],
        "counts": {change.value: found.count(change) for change in Change} | {"same": found.same},
        "lost": found.lost,
        "stages": [_effect(stage, effect) for stage, effect in found.effects.items()],
        "lines": [_line(one) for one in found.lines],
    }


def sentences(told: dict[str, Any] | None, spoken: Language) -> Iterator[str]:
    """Yield what a dry run says to a person."""
    from portulan.budget.labels import STAGES
    from portulan.budget.words import Stage

    if told is None:
        yield Text("Aucun compte à remplacer.", "No account to replace.").say(spoken)
        return
    counts, lost = told["counts"], told["lost"]
    yield Text(
        f"Lignes nouvelles\u00a0: {counts['new']}\u202f; disparues\u00a0: {counts['gone']}\u202f;"
        f" changées\u00a0: {counts['changed']}\u202f; pareilles\u00a0: {counts['same']}\u202f;"
        f" décidées et perdues\u00a0: {lost}.",
        f"New lines: {counts['new']}; gone: {counts['gone']}; changed: {counts['changed']};"
        f" same: {counts['same']}; decided and lost: {lost}.",
    ).say(spoken)
    for stage in told["stages"]:
        name = STAGES[Stage(stage["stage"])]
        amounts = " → ".join(_money(stage[when], spoken) for when in ("before", "after"))
        indicator = stage["indicator"]
        shares = " → ".join(_share(indicator[when]["value"], spoken) for when in indicator)
        yield Text(f"{name}\u00a0: {amounts}\u202f; {shares}", f"{name}: {amounts}; {shares}").say(
            spoken
        )


def _money(text: str, spoken: Language) -> str:
    return numbers.money(Decimal(text), spoken, decimals=2)


def _share(text: str | None, spoken: Language) -> str:
    return numbers.percent(None if text is None else Decimal(text), spoken, decimals=2)


def _effect(stage: Stage, effect: Effect) -> dict[str, Any]:
    before, after = effect.expenses
    return {
        "stage": stage.value,
        "before": as_text(before),
        "after": as_text(after),
        "difference": as_text(after - before),
        "indicator": {
            when: _figure(figure)
            for when, figure in zip(("before", "after"), effect.figures, strict=True)
        },
    }


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "value": percentage(figure.value),
        "unknown": figure.is_unknown,
        "numerator": as_text(figure.numerator),
        "denominator": as_text(figure.denominator.amount),
        "coverage": percentage(figure.coverage),
    }


def _line(one: Difference) -> dict[str, Any]:
    from portulan.budget.words import Stage

    amounts = [(stage, *one.at(stage)) for stage in Stage]
    return {
        "change": one.change.value,
        "row": one.line.row,
        "nature": one.line.nature,
        "function": one.line.function,
        "label": one.line.label,
        "budget": one.line.budget,
        "real_expense": one.line.counts,
        "amounts": [
            {"stage": stage.value, "before": _text(before), "after": _text(after)}
            for stage, before, after in amounts
            if before is not None or after is not None
        ],
    }


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else as_text(amount)
