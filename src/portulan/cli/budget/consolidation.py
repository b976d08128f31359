"""`portulan budget consolidation`: several organisations as one, each euro once."""

from __future__ import annotations

from typing import Annotated

import typer

from portulan.budget.words import Stage
from portulan.cli import django_start
from portulan.cli.budget.imports import YearOption
from portulan.cli.budget.indicator import figure_told
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
from portulan.core.say.text import Text

_TWICE = Text(
    "Deux de ces organisations disent le même SIREN\u00a0: `portulan siren` les nomme.",
    "Two of these organisations claim the same SIREN: `portulan siren` names them.",
)


def consolidation(
    year: YearOption,
    org: Annotated[
        list[str],
        typer.Option(
            "--org",
            default_factory=list,
            show_default=False,
            help="Short name of an organisation; may be repeated.",
        ),
    ],
    stage: Annotated[
        Stage, typer.Option("--stage", case_sensitive=False, help="Stage of the amounts.")
    ],
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Add several organisations up, what a member pays to a provider among them counted once."""
    spoken = language(lang)
    django_start.start()
    django_start.prepare(spoken)
    from portulan.budget.models import FiscalYear
    from portulan.budget.provided.consolidation import consolidated

    years = []
    for slug in dict.fromkeys(org or [""]):
        organisation, _actor = django_start.organisation_and_actor(slug, spoken)
        found = FiscalYear.objects.filter(organisation=organisation, year=year)
        years += list(found.select_related("organisation"))
    if len(years) < len(set(org or [""])) or len({one.tax_basis for one in years}) > 1:
        say(
            Text(
                f"Il faut à chacune l’exercice {year}, tous dans la même base de taxe.",
                f"Each needs the fiscal year {year}, all in the same tax basis.",
            ).say(spoken)
        )
        raise typer.Exit(UNUSABLE)
    sirens = [one.organisation.siren for one in years if one.organisation.siren]
    if len(set(sirens)) < len(sirens):
        say(_TWICE.say(spoken))
        raise typer.Exit(UNUSABLE)
    both = consolidated(years, stage)
    document = {
        "year": year,
        "stage": stage.value,
        "organisations": [one.organisation.slug for one in years],
        "basis": years[0].tax_basis,
        "value": percentage(both.value),
        "numerator": as_text(both.numerator),
        "denominator": as_text(both.denominator),
        "eliminated": [
            {
                "org": one.member,
                "provider": one.provider,
                "amount": as_text(one.amount),
                "nr": as_text(one.nr),
            }
            for one in both.eliminated
        ],
    }
    if as_json:
        print_json(document)
        return
    for told in figure_told(document, spoken):
        typer.echo(told)
