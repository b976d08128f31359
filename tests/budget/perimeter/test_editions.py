"""Editions of the perimeter: open years follow, closed years keep theirs and are restated."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from portulan.budget.attributions.writes import attribute
from portulan.budget.imports.writes import confirm
from portulan.budget.indicator.comparing import compare
from portulan.budget.indicator.edition_effects import edition_effects, rule_effects
from portulan.budget.indicator.reads import figure_of
from portulan.budget.indicator.restating import restate
from portulan.budget.lines.facts import facts_of
from portulan.budget.lines.kept_sums import shares_by_line
from portulan.budget.lines.reads import lines_in_force
from portulan.budget.lines.sums import Sums
from portulan.budget.lines.weighing import WeighedLine
from portulan.budget.models import (
    Attribution,
    BudgetLine,
    FiscalYear,
    ITPerimeter,
    PerimeterRule,
    StageSums,
)
from portulan.budget.perimeter.judged_lines import Judge
from portulan.budget.perimeter.reads import schools_are_told
from portulan.budget.perimeter.rule_writes import add_rule, drafted_rule, move_rule
from portulan.budget.perimeter.verdicts import clear_override, override_line
from portulan.budget.perimeter.writes import (
    answer_questions,
    bring_into_force,
    draft_perimeter,
    perimeter_in_force,
)
from portulan.budget.words import Method, Post, RunBuild, Stage, Verdict, YearStatus
from portulan.budget.years.writes import edit_year, open_year
from portulan.core.money import TaxBasis
from tests.budget.imports.test_imports import show
from tests.people import Town
from tests.qualified import qualify

D = Decimal
TODAY = date(2026, 11, 24)


def ledger(year: int) -> bytes:
    return (
        "Exercice;Gestionnaire;Compte;Libellé;Mandaté\n"
        f"{year};DSI;2051;Licences;100\n"
        f"{year};DSI;611;Infogérance;60\n"
        f"{year};DRH;611;Formation;40\n"
        f"{year};DSI;6811;Amortissements;999\n"
    ).encode()


def year_of(town: Town, year: int) -> FiscalYear:
    fiscal_year = open_year(town.finance, year=year)
    batch = show(town.finance, fiscal_year, ledger(year), name=f"{year}.csv")
    confirm(town.finance, batch=batch)
    return fiscal_year


def status(town: Town, fiscal_year: FiscalYear, wanted: YearStatus) -> FiscalYear:
    fiscal_year.refresh_from_db()
    return edit_year(
        town.finance,
        fiscal_year=fiscal_year,
        starts_on=fiscal_year.starts_on,
        ends_on=fiscal_year.ends_on,
        status=wanted,
        tax_basis=TaxBasis(fiscal_year.tax_basis),
    )


def by_service(town: Town) -> ITPerimeter:
    draft = draft_perimeter(town.finance)
    answer_questions(
        town.finance,
        perimeter=draft,
        service_codes=["DSI"],
        with_school_equipment=False,
        with_staff=False,
    )
    bring_into_force(town.finance, perimeter=draft, on=TODAY)
    return draft


def denominator(fiscal_year: FiscalYear) -> Decimal:
    fresh = FiscalYear.objects.get(pk=fiscal_year.pk)
    return figure_of(fresh, Stage.REALISED).figure.denominator.amount


def test_open_years_follow_a_new_edition_and_closed_ones_keep_theirs(town: Town) -> None:
    closed, going = year_of(town, 2024), year_of(town, 2025)
    status(town, closed, YearStatus.CLOSED)
    assert (denominator(closed), denominator(going)) == (100, 100)
    second = by_service(town)
    assert (denominator(closed), denominator(going)) == (100, 160)
    closed.refresh_from_db()
    assert closed.judged_under is not None
    assert (closed.judged_under.edition, second.edition) == (1, 2)

    # Compared on equal perimeters: the closed year is weighed again, and nothing is written.
    status(town, closed, YearStatus.EXECUTING)
    qualify(town, closed, going, stage=Stage.REALISED)
    status(town, closed, YearStatus.CLOSED)
    third = draft_perimeter(town.finance)
    add_rule(town.finance, perimeter=third, verdict=Verdict.OUT, reason="x", nature_prefix="9")
    bring_into_force(town.finance, perimeter=third, on=TODAY)
    FiscalYear.objects.filter(pk=going.pk).update(whole_on=TODAY)
    after = figure_of(FiscalYear.objects.get(pk=going.pk), Stage.REALISED)
    compared = compare(after).compared
    assert compared is not None
    assert compared.before.figure.denominator.amount == 160
    assert compared.as_judged is not None
    assert compared.as_judged.perimeter == second
    assert denominator(closed) == 160


def test_a_persons_verdict_survives_editions_until_it_is_cleared(town: Town) -> None:
    year = year_of(town, 2025)
    line = BudgetLine.objects.get(service="", label="Formation", nature="611")
    override_line(
        town.finance, line=line, verdict=Verdict.MIXED, share=D("0.25"), reason="module NR"
    )
    by_service(town)
    assert denominator(year) == 170
    line.refresh_from_db()
    clear_override(town.finance, line=line)
    assert denominator(year) == 160


def test_rules_are_asked_in_order_and_only_a_draft_changes(town: Town) -> None:
    year = year_of(town, 2025)
    draft = draft_perimeter(town.finance)
    assert draft_perimeter(town.finance) == draft
    add_rule(town.finance, perimeter=draft, verdict=Verdict.IN, label="info", reason="tout dedans")
    half = add_rule(
        town.finance,
        perimeter=draft,
        verdict=Verdict.MIXED,
        share=D("0.5"),
        nature_prefix="611",
        reason="moitié",
    )
    move_rule(town.finance, rule=half, up=True)
    bring_into_force(town.finance, perimeter=draft, on=TODAY)
    assert denominator(year) == 100 + 30 + 20
    assert perimeter_in_force(town.finance) == draft
    with pytest.raises(ValidationError, match="arrêtée"):
        add_rule(town.finance, perimeter=draft, verdict=Verdict.OUT, label="x", reason="y")
    with pytest.raises(ValidationError, match="sur quoi"):
        add_rule(
            town.finance,
            perimeter=draft_perimeter(town.finance),
            verdict=Verdict.OUT,
            reason="rien",
        )


def test_a_draft_says_what_it_would_change_and_then_changes_it(town: Town) -> None:
    closed, year = year_of(town, 2024), year_of(town, 2025)
    status(town, closed, YearStatus.CLOSED)
    line = BudgetLine.objects.get(fiscal_year=year, label="Licences")
    attribute(town.finance, line=line, share=D("0.8"), method=Method.KEY, reason="clé")
    draft = draft_perimeter(town.finance)
    (effect,) = edition_effects(draft)
    assert (effect.before.fiscal_year, effect.lines, effect.newly_over) == (year, 0, 0)
    same = replace(effect.before.figure, of=effect.after.figure.of)  # under another edition
    assert same == effect.after.figure
    for prefix, share in (("2051", "0.5"), ("611", "0.25")):
        add_rule(
            town.finance,
            perimeter=draft,
            verdict=Verdict.MIXED,
            share=D(share),
            reason="clé",
            nature_prefix=prefix,
        )
    (effect,) = edition_effects(draft)
    assert (effect.lines, effect.amount, effect.newly_over) == (3, 200, 1)
    assert effect.after.figure.denominator.amount == 75
    assert effect.after.figure.numerator == 50
    bring_into_force(town.finance, perimeter=draft, on=TODAY)
    year.refresh_from_db()
    assert figure_of(year, Stage.REALISED).figure == effect.after.figure


def weighed_one_by_one(draft: ITPerimeter, year: FiscalYear, stage: Stage) -> Sums:
    """The sums of a year as a draft judges each of its lines, read in Python."""
    judge = Judge(draft)
    shares = shares_by_line(Attribution.objects.filter(line__fiscal_year=year))
    sums = Sums()
    for line in lines_in_force(year).select_related("batch"):
        ruling = judge(facts_of(line), line.batch.nomenclature or None)
        sums.add(
            [
                WeighedLine(
                    *(line.pk, line.section, getattr(line, stage.column)),
                    verdict=ruling.verdict if not line.overridden else Verdict(line.verdict),
                    it_share=ruling.share if not line.overridden else line.it_share,
                    reviewed=line.reviewed_on is not None,
                    shares=shares.get(line.pk, ()),
                    post=(ruling.post or "") if not line.overridden else line.post,
                    run_build=(ruling.run_build or "") if not line.overridden else "",
                )
            ]
        )
    return sums


RULES = (
    {"verdict": Verdict.OUT, "label": "LOT", "nature_prefix": "61"},
    {"verdict": Verdict.MIXED, "share": D("0.3333333333"), "supplier": "société"},
    {"verdict": Verdict.IN, "operation": "2026", "post": Post.CLOUD, "run_build": RunBuild.BUILD},
    {"verdict": Verdict.MIXED, "service": "dsi", "function": "02"},
)


@pytest.mark.parametrize("count", [60, 400])
def test_a_restated_year_is_what_its_lines_say_one_by_one(
    town: Town, django_assert_num_queries: Callable[..., Any], count: int
) -> None:
    rng = random.Random(count)
    head = "Gestionnaire;Compte;Fonction;Opération;Libellé;Fournisseur;Ouvert\n"
    rows = "".join(
        ";".join(
            (
                rng.choice(("DSI", "DRH", "")),
                rng.choice(("2051", "611", "6156", "64111", "21831", "2185", "9999")),
                rng.choice(("020", "311", "")),
                rng.choice(("2026-1", "2025-9", "")),
                f"Lot {row}" if row % 3 else f"Étude {row}",
                rng.choice(("SOCIETE A", "Société B", "Autre")),
                f"{rng.randint(-99999, 9999999)},{rng.randint(10, 99)}",
            )
        )
        + "\n"
        for row in range(count)
    )
    year = open_year(town.finance, year=2026)
    batch = show(town.finance, year, (head + rows).encode(), name="alea.csv")
    confirm(town.finance, batch=batch, in_euros=True)
    lines = list(BudgetLine.objects.order_by("pk"))
    for line in lines[:4]:
        override_line(
            town.finance, line=line, verdict=Verdict.MIXED, share=D("0.9"), reason="décidé"
        )
        attribute(town.finance, line=line, share=D("0.7"), method=Method.KEY, reason="clé")
    draft = draft_perimeter(town.finance)
    for values in RULES:
        add_rule(town.finance, perimeter=draft, reason="essai", **values)
    found = restate(year.pk, Stage.OPENED, Judge(draft))
    assert found.sums == weighed_one_by_one(draft, year, Stage.OPENED)
    with django_assert_num_queries(9):
        (effect,) = edition_effects(draft)
    assert sum(tally.lines for tally in effect.decided.values()) > 0
    moved = bring_into_force(town.finance, perimeter=draft, on=TODAY)
    assert (effect.lines, found.moved.lines) == (moved, moved)
    year.refresh_from_db()
    assert figure_of(year, Stage.OPENED).figure == effect.after.figure
    assert StageSums.objects.get(stage=Stage.OPENED).document == found.sums.document()


def test_a_rule_moves_what_it_takes_from_those_after_it(town: Town) -> None:
    year_of(town, 2025)
    draft = draft_perimeter(town.finance)
    half = {"verdict": Verdict.MIXED, "share": D("0.5"), "reason": "moitié"}
    all_of_it = add_rule(
        town.finance, perimeter=draft, verdict=Verdict.IN, nature_prefix="611", reason="tout"
    )
    tried = drafted_rule(draft, label="infogérance", **half)
    ((last,), (first,)) = (rule_effects(draft, tried, before=at) for at in (None, all_of_it))
    assert (last.lines, last.decided) == (0, {1: (100, 2)})
    assert (first.lines, first.amount, first.decided) == (1, 60, {1: (60, 1), 2: (40, 1)})
    assert first.before.figure.denominator.amount - first.after.figure.denominator.amount == 30
    assert PerimeterRule.objects.filter(perimeter=draft).count() == 1


def test_schools_are_told_by_the_function_or_the_page_does_not_claim_it(town: Town) -> None:
    year = open_year(town.finance, year=2025)
    rows = "Exercice;Compte;Fonction;Libellé;Mandaté\n2025;2183;212;Postes des écoles;40\n"
    rows += "2025;2183;{};Postes;60\n2025;21838;;Serveurs;10\n"
    confirm(town.finance, batch=show(town.finance, year, rows.format("020").encode(), name="a.csv"))
    assert denominator(year) == 70
    assert schools_are_told(year)
    batch = show(town.finance, year, rows.format("").encode(), name="b.csv")
    confirm(town.finance, batch=batch, replace=True)
    assert denominator(year) == 70
    assert not schools_are_told(year)
