"""`portulan budget indicator`: the share of the IT budget dedicated to NR."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import typer

from portulan.cli import house
from portulan.cli.budget_import import OrgOption, StageOption, YearOption
from portulan.cli.output import UNUSABLE, JsonOption, LangOption, language, print_json, say
from portulan.core.money import as_text

if TYPE_CHECKING:
    from portulan.budget.selectors.figures import YearFigure


def indicator(
    org: OrgOption,
    year: YearOption,
    stage: StageOption = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Compute the share of the IT budget dedicated to NR (nothing is written)."""
    spoken = language(lang)
    house.start()
    house.prepare()
    from portulan.budget.models import FiscalYear
    from portulan.budget.selectors.figures import default_stage, figure_of

    organisation, _actor = house.organisation_and_actor(org, spoken)
    fiscal_year = FiscalYear.objects.filter(organisation=organisation, year=year).first()
    chosen = stage or (default_stage(fiscal_year) if fiscal_year is not None else None)
    if fiscal_year is None or chosen is None:
        say(
            f"No accounts for {year}: import a file first."
            if spoken == "en"
            else f"Aucun compte pour {year}\u00a0: importez d’abord un fichier."
        )
        raise typer.Exit(UNUSABLE)
    document = _document(figure_of(fiscal_year, chosen))
    if as_json:
        print_json(document)
        return
    value = document["value"]
    unknown = "not computable" if spoken == "en" else "non calculable"
    typer.echo(f"{year} {chosen.value}: {unknown if value is None else value + ' %'}")
    typer.echo(f"{document['numerator']} / {document['denominator']} € {document['basis']}")
    for warning in document["warnings"]:
        say(warning)


def _document(computed: YearFigure) -> dict[str, Any]:
    """Return the contract of DESIGN section 5: percentages with four decimals, or null."""
    from portulan.budget.selectors.figures import variation_of

    figure = computed.figure
    compared = variation_of(computed)
    return {
        "year": computed.fiscal_year.year,
        "stage": computed.stage.value,
        "perimeter": computed.perimeter.edition if computed.perimeter else None,
        "basis": computed.fiscal_year.tax_basis,
        "value": _percent(figure.value),
        "lower": _percent(figure.lower),
        "upper": _percent(figure.upper),
        "numerator": as_text(figure.numerator),
        "denominator": as_text(figure.denominator.amount),
        "coverage": _percent(figure.coverage),
        "provisional": figure.provisional,
        "outside_it": as_text(figure.outside_it.amount),
        "variation": compared
        and {
            "against": compared.before.fiscal_year.year,
            "numerator_effect": _percent(compared.variation.numerator_effect),
            "denominator_effect": _percent(compared.variation.denominator_effect),
        },
        "warnings": [caution.value for caution in figure.cautions],
    }


def _percent(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:.4f}"
