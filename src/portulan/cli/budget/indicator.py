"""`portulan budget indicator`: the share of the IT budget dedicated to NR."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import typer

from portulan.cli import django_start
from portulan.cli.budget.imports import StageOption, YearOption
from portulan.cli.given import OrgOption
from portulan.cli.output import (
    UNUSABLE,
    JsonOption,
    LangOption,
    language,
    percentage,
    print_json,
    say,
)
from portulan.core.money import as_text
from portulan.core.say import numbers
from portulan.core.say.text import Text

if TYPE_CHECKING:
    from portulan.budget.indicator.reads import YearFigure
    from portulan.budget.indicator.share import Figure
    from portulan.budget.models import FiscalYear, IndicatorRun
    from portulan.budget.words import Stage
    from portulan.core.say.text import Language


OnOption = Annotated[
    str | None,
    typer.Option(
        "--on", metavar="DATE", help="As it was known at the end of that day (YYYY-MM-DD)."
    ),
]


BudgetOption = Annotated[
    str | None,
    typer.Option(
        "--budget", metavar="NAME", help="Of one budget, main or annex, as its lines name it."
    ),
]


def indicator(
    org: OrgOption,
    year: YearOption,
    stage: StageOption = None,
    on: OnOption = None,
    budget: BudgetOption = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Compute the share of the IT budget dedicated to NR (nothing is written)."""
    spoken = language(lang)
    django_start.start()
    django_start.prepare(spoken)
    from portulan.budget.indicator.reads import default_stage, figure_of
    from portulan.budget.models import FiscalYear

    organisation, _actor = django_start.organisation_and_actor(org, spoken)
    fiscal_year = FiscalYear.objects.filter(organisation=organisation, year=year).first()
    document = None
    if budget is not None and on is not None:
        raise typer.BadParameter("--on", param_hint="--budget")
    if fiscal_year is not None and on is not None:
        document = _known(fiscal_year, _day(on), stage)
    elif fiscal_year is not None and (chosen := stage or default_stage(fiscal_year)):
        document = (
            _document(figure_of(fiscal_year, chosen))
            if budget is None
            else _of_budget(fiscal_year, chosen, budget, spoken)
        )
    if document is None:
        say(_nothing(year, on, spoken))
        raise typer.Exit(UNUSABLE)
    if as_json:
        print_json(document)
        return
    for told in figure_told(document, spoken):
        typer.echo(told)
    for warning in document["warnings"]:
        say(warning)


def _of_budget(
    fiscal_year: FiscalYear, stage: Stage, budget: str, spoken: Language
) -> dict[str, Any]:
    from portulan.budget.indicator.reads import figure_of

    computed = figure_of(fiscal_year, stage)
    its = replace(computed, figure=_named(fiscal_year, stage, budget, spoken))
    # Two years of one budget are not compared: only whole years are.
    return _document(its, with_variation=False) | {"budget": budget}


def _named(fiscal_year: FiscalYear, stage: Stage, budget: str, spoken: Language) -> Figure:
    """Return the figure of a budget by its name. Leaves with 2 where the year has none of it."""
    from portulan.budget.indicator.by_budget import figures_by_budget
    from portulan.core.folding import fold

    figures = figures_by_budget(fiscal_year, stage)
    for name, figure in figures:
        if fold(name) == fold(budget):
            return figure
    known = ", ".join(name for name, _ in figures) or "–"
    say(
        Text(
            f"Aucun budget «\u00a0{budget}\u00a0» dans {fiscal_year.year}\u00a0: {known}.",
            f"No budget “{budget}” in {fiscal_year.year}: {known}.",
        ).say(spoken)
    )
    raise typer.Exit(UNUSABLE)


def figure_told(document: dict[str, Any], spoken: Language) -> tuple[str, str]:
    """Return the figure as people read it."""
    from portulan.budget.labels import STAGES
    from portulan.budget.words import Stage

    head = f"{document['year']}, {STAGES[Stage(document['stage'])]}"
    share = _share(document, spoken)
    numerator, denominator = (
        numbers.money(None if amount is None else Decimal(amount), spoken, decimals=2)
        for amount in (document["numerator"], document["denominator"])
    )
    return (
        Text(f"{head}\u00a0: {share}", f"{head}: {share}").say(spoken),
        f"{numerator} / {denominator} {document['basis']}",
    )


def _share(document: dict[str, Any], spoken: Language) -> str:
    if document.get("unknown"):
        return Text("pas encore connu", "not known yet").say(spoken)
    if document["value"] is None:
        return Text("non calculable", "not computable").say(spoken)
    return numbers.percent(Decimal(document["value"]), spoken, decimals=2)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r}: YYYY-MM-DD", param_hint="--on") from None


def _nothing(year: int, on: str | None, spoken: Language) -> str:
    if on is None:
        return Text(
            f"Aucun compte pour {year}\u00a0: importez d’abord un fichier.",
            f"No accounts for {year}: import a file first.",
        ).say(spoken)
    return Text(
        f"Ce que disaient les comptes de {year} le {on} n’est pas connu\u00a0: aucun n’était"
        " en vigueur, ou leurs sommes n’étaient pas encore gardées.",
        f"What the accounts of {year} said on {on} is not known: none was in force, or their sums"
        " were not kept yet.",
    ).say(spoken)


def _known(fiscal_year: FiscalYear, day: date, stage: Stage | None) -> dict[str, Any] | None:
    """Return the document of a past day, with what was published then."""
    from portulan.budget.indicator.past import known_on

    known = known_on(fiscal_year, day, stage)
    if known.computed is not None:
        document = _document(known.computed, with_variation=False)
    elif known.published is not None:
        document = _published(known.published)
    else:
        return None
    run = known.published
    said = run and {
        "value": percentage(run.shares[0]),
        "numerator": as_text(run.numerator),
        "denominator": as_text(run.denominator),
        "published_at": run.published_at and run.published_at.isoformat(),
    }
    return document | {"on": day.isoformat(), "published": said}


def _published(run: IndicatorRun) -> dict[str, Any]:
    """Return what a published figure says, where what the lines said that day was not kept."""
    value, lower, upper = run.shares
    return {
        "year": run.fiscal_year.year,
        "stage": run.stage,
        "perimeter": run.perimeter.edition,
        "basis": run.basis,
        "whole": None,
        "value": percentage(value),
        "unknown": run.is_unknown,
        "lower": percentage(lower),
        "upper": percentage(upper),
        "numerator": as_text(run.numerator),
        "denominator": as_text(run.denominator),
        "coverage": percentage(run.coverage),
        "provisional": "provisional" in run.document.get("cautions", ()),
        "outside_it": as_text(run.outside_it),
        "variation": None,
        "not_compared": [],
        "warnings": [*run.document.get("cautions", ()), "published-only"],
    }


def _document(computed: YearFigure, *, with_variation: bool = True) -> dict[str, Any]:
    from portulan.budget.indicator.contract import as_document

    return as_document(computed, with_variation=with_variation)
