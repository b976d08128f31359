"""Keeping the figure: immutable runs, and their publication."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.budget.access import hold_year
from portulan.budget.indicator.comparing import compare
from portulan.budget.indicator.frozen import freeze_lines
from portulan.budget.indicator.published import NR_SHARE
from portulan.budget.indicator.reads import YearFigure, figure_of, run_of
from portulan.budget.indicator.share import Figure
from portulan.budget.models import FiscalYear, IndicatorRun
from portulan.budget.perimeter.writes import perimeter_in_force
from portulan.budget.verbs import Verb
from portulan.budget.words import Stage
from portulan.core.money import as_text, to_cents
from portulan.indicators.measurements import refresh_computed

_EXACT = Decimal("0.000001")


@transaction.atomic
def compute_run(actor: Actor, *, fiscal_year: FiscalYear, stage: Stage) -> IndicatorRun:
    """Compute the figure and keep it; the same inputs give the run already made.

    Raises DeniedError without the right to edit the budget.
    """
    actor.require(Operation.EDIT_BUDGET)
    hold_year(fiscal_year.pk)
    perimeter = perimeter_in_force(actor)
    computed = figure_of(fiscal_year, stage)
    run = run_of(computed)
    if run is not None:
        return run
    figure = computed.figure
    run = IndicatorRun.objects.create(
        fiscal_year=fiscal_year,
        stage=stage,
        perimeter=perimeter,
        basis=fiscal_year.tax_basis,
        numerator=to_cents(figure.numerator),
        denominator=to_cents(figure.denominator.amount),
        justified=to_cents(figure.justified.amount),
        proposed=to_cents(figure.proposed.amount),
        outside_it=to_cents(figure.outside_it.amount),
        value=_rounded(figure.value),
        lower=_rounded(figure.lower),
        upper=_rounded(figure.upper),
        coverage=_rounded(figure.coverage),
        document=document_of(figure) | _policy(fiscal_year) | _compared(computed),
        inputs_hash=computed.inputs_hash,
        person_id=actor.person_id,
        computed_at=timezone.now(),
    )
    freeze_lines(run, computed)
    record(actor, run, Verb.COMPUTED, {"value": (None, run.value)})
    return run


@transaction.atomic
def publish_run(actor: Actor, *, run: IndicatorRun) -> IndicatorRun:
    """Publish a figure: until then it is a draft. Computed indicators of actions receive it.

    Raises DeniedError, and ValidationError when the figure is not what the lines say now.
    """
    actor.require(Operation.PUBLISH)
    run = IndicatorRun.objects.select_for_update().get(pk=run.pk)
    if run.fiscal_year.organisation_id != actor.organisation_id:
        raise ValidationError(_("Cette figure est d’une autre organisation."))
    current: YearFigure = figure_of(run.fiscal_year, Stage(run.stage))
    if current.inputs_hash != run.inputs_hash:
        raise ValidationError(_("Les lignes ont changé depuis ce calcul : calculez de nouveau."))
    if run.is_unknown:
        raise ValidationError(
            _(
                "Rien du budget de la DSI n’est encore fléché ni examiné : la part n’est pas connue"
                " et ne se publie pas."
            ),
            code="unknown",
        )
    if run.value is None:
        raise ValidationError(_("Une part non calculable ne se publie pas."))
    if run.published_at is None:
        now = timezone.now()
        IndicatorRun.objects.filter(pk=run.pk).update(
            published_at=now, published_by=actor.person_id
        )
        run.refresh_from_db()
        record(actor, run, Verb.PUBLISHED, {"published_at": (None, now)})
    refresh_computed(actor, name=NR_SHARE)
    return run


def document_of(figure: Figure) -> dict[str, Any]:
    """Return the whole computed figure as plain values, amounts as text with two decimals."""
    tallies = {
        name: {"amount": as_text(tally.amount), "lines": tally.lines}
        for name, tally in (
            ("denominator", figure.denominator),
            ("justified", figure.justified),
            ("declared", figure.declared),
            ("proposed", figure.proposed),
            ("outside_it", figure.outside_it),
            ("internal", figure.internal),
            ("candidates", figure.candidates),
            ("qualified", figure.qualified),
            ("undecided", figure.undecided),
        )
    }
    return tallies | {
        "lines": figure.lines,
        "without_amount": figure.without_amount,
        "sections": {
            section: as_text(tally.amount) for section, tally in sorted(figure.by_section.items())
        },
        "posts": [
            {"post": post, "run_build": run_build, "amount": as_text(sums.amount)}
            for (post, run_build), sums in sorted(figure.by_post.items())
        ],
        "actions": {
            str(action or ""): as_text(amount) for action, amount in figure.by_action.items()
        },
        "over_attributed": figure.over_attributed,
        "cautions": [caution.value for caution in figure.cautions],
    }


def _policy(fiscal_year: FiscalYear) -> dict[str, str]:
    """Return what the year says counts of an ordinary purchase, for a figure to keep."""
    return {} if fiscal_year.costing is None else {"costing": fiscal_year.costing}


def _compared(computed: YearFigure) -> dict[str, Any]:
    """Return how the share compares with the year before, as it stood that day."""
    found = compare(computed)
    variation = found.compared and {
        "numerator_effect": str(_rounded(found.compared.variation.numerator_effect)),
        "denominator_effect": str(_rounded(found.compared.variation.denominator_effect)),
        "until": found.compared.until and [day.isoformat() for day in found.compared.until],
    }
    return {"variation": variation, "not_compared": [one.value for one in found.obstacles]}


def _rounded(percent: Decimal | None) -> Decimal | None:
    return None if percent is None else percent.quantize(_EXACT)
