"""The share of a year as a document of JSON: what the command line prints, and the API answers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from portulan.budget.indicator.comparing import compare, whole_at
from portulan.budget.indicator.reads import YearFigure, counted_otherwise
from portulan.core.amounts import Amount, identified
from portulan.core.money import as_text


def percentage(value: Decimal | None) -> str | None:
    """Return a percentage as documents of JSON write it: four decimals, or null."""
    return None if value is None else f"{value:.4f}"


def amount_document(of: Amount) -> dict[str, Any]:
    """Return an amount as the API writes it: never without its scope; null is unknown."""
    return {
        "year": of.year,
        "value": None if of.value is None else as_text(identified(of.value, of.of)),
        "at_least": of.is_partial,
        "stage": of.stage,
        "basis": of.scope.basis,
        "in_it_budget": of.scope.in_it_budget,
    }


def as_document(computed: YearFigure, *, with_variation: bool = True) -> dict[str, Any]:
    """Return what docs/reference/commands.md says: percentages with four decimals, or null."""
    figure, share = computed.figure, computed.share
    comparison = compare(computed) if with_variation else None
    compared = comparison and comparison.compared
    alone = ["counted-otherwise"] if with_variation and counted_otherwise(computed) else []
    refunds = ["internal-refunds"] if figure.internal.lines else []
    return {
        "year": share.year,
        "stage": share.stage,
        "perimeter": share.perimeter,
        "basis": share.basis,
        "whole": whole_at(computed) if with_variation else None,
        "value": percentage(share.value),
        "unknown": share.is_unknown,
        "lower": percentage(figure.lower),
        "upper": percentage(figure.upper),
        "numerator": as_text(figure.numerator),
        "denominator": as_text(figure.denominator.amount),
        "coverage": percentage(figure.coverage),
        "provisional": share.is_provisional,
        "outside_it": as_text(figure.outside_it.amount),
        "variation": compared
        and {
            "against": compared.before.fiscal_year.year,
            "numerator_effect": f"{compared.variation.numerator_effect:.4f}",
            "denominator_effect": f"{compared.variation.denominator_effect:.4f}",
            "until": compared.until and compared.until[0].isoformat(),
        },
        "not_compared": [one.value for one in comparison.obstacles] if comparison else [],
        "warnings": [*(caution.value for caution in figure.cautions), *alone, *refunds],
    }
