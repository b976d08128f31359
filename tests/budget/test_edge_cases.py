"""The cases of the indicator (docs/reference/truths.md) that are about several services at once.

Cases 1, 2, 3, 7, 8, 11 and 14 are about the figure alone: `test_indicator.py`.
"""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from portulan.budget.attributions.writes import attribute, withdraw
from portulan.budget.funding.programmes import revise_programme, set_programme
from portulan.budget.funding.writes import set_co_funding
from portulan.budget.imports.writes import confirm, preview, roll_back
from portulan.budget.indicator.comparing import compare
from portulan.budget.indicator.facts import year_facts
from portulan.budget.indicator.published import published_shares
from portulan.budget.indicator.reads import (
    counted_otherwise,
    figure_of,
)
from portulan.budget.indicator.writes import compute_run, publish_run
from portulan.budget.models import BudgetLine, FiscalYear, ImportBatch
from portulan.budget.perimeter.rule_writes import add_rule
from portulan.budget.perimeter.verdicts import override_line
from portulan.budget.perimeter.writes import bring_into_force, draft_perimeter
from portulan.budget.savings import set_saving
from portulan.budget.words import (
    AttributionStatus,
    Costing,
    Method,
    Obstacle,
    ProgrammeKind,
    SavingKind,
    Stage,
    Verdict,
    YearStatus,
)
from portulan.budget.years.writes import edit_year, open_year
from portulan.core.money import TaxBasis
from portulan.core.say.text import UnusableInputError
from portulan.plans.models import Action
from tests.people import Town
from tests.plans.plan_of_town import make_action, make_plan
from tests.qualified import qualify
from tests.totem import totem

D = Decimal
HEAD = "Compte;Libellé;Marché;Ouvert;Mandaté\n"
ROWS = "2051;Licences;M-1;1000,00;800,00\n6262;Télécom;M-2;3000,00;2000,00\n"


@pytest.fixture
def year(town: Town) -> FiscalYear:
    return open_year(town.finance, year=2026)


def load(
    town: Town, year: FiscalYear, content: bytes | str = HEAD + ROWS, **options: bool
) -> ImportBatch:
    data = content.encode() if isinstance(content, str) else content
    name = "gl.csv" if isinstance(content, str) else "budget.xml"
    batch = preview(town.finance, fiscal_year=year, stream=io.BytesIO(data), file_name=name)
    return confirm(town.finance, batch=batch, **options)


def give(town: Town, label: str, share: str, action: Action | None = None) -> None:
    line = BudgetLine.objects.get(label=label, batch__status="confirmed")
    attribute(
        town.finance, line=line, share=D(share), method=Method.KEY, reason="clé", action=action
    )


def test_case_4_one_purchase_for_several_actions_counts_once(town: Town, year: FiscalYear) -> None:
    plan = make_plan(town)
    first, second = make_action(town, plan), make_action(town, plan, "Autre")
    load(town, year)
    give(town, "Licences", "0.3", first)
    give(town, "Licences", "0.2", second)
    figure = figure_of(year, Stage.OPENED).figure
    assert figure.by_action == {first.pk: D("300.00"), second.pk: D("200.00")}
    assert figure.numerator == sum(figure.by_action.values()) == D("500.00")


def decide(town: Town, year: FiscalYear, costing: Costing, on: date | None) -> FiscalYear:
    return edit_year(
        town.finance,
        fiscal_year=year,
        starts_on=year.starts_on,
        ends_on=year.ends_on,
        status=YearStatus(year.status),
        tax_basis=TaxBasis(year.tax_basis),
        costing=costing,
        costing_on=on,
    )


def test_case_5_two_years_that_count_a_purchase_otherwise_are_not_compared(
    town: Town, year: FiscalYear
) -> None:
    earlier = open_year(
        town.finance, year=2025, costing=Costing.ADDITIONAL, costing_on=date(2025, 1, 6)
    )
    load(town, earlier)
    load(town, year)
    qualify(town, earlier, year)
    # One that says nothing may count otherwise: they do not compare either.
    assert compare(figure_of(year, Stage.OPENED)).obstacles == (Obstacle.COSTING,)
    before = compute_run(town.finance, fiscal_year=year, stage=Stage.OPENED)
    year = decide(town, year, Costing.WHOLE, date(2026, 1, 5))
    figure = figure_of(year, Stage.OPENED)
    assert compare(figure).obstacles == (Obstacle.COSTING,)
    assert counted_otherwise(figure)
    # A figure keeps the policy it was made under: another policy is another figure.
    after = compute_run(town.finance, fiscal_year=year, stage=Stage.OPENED)
    assert (before.value, "costing" in before.document) == (after.value, False)
    assert (before.pk == after.pk, after.document["costing"]) == (False, "whole")
    with pytest.raises(ValidationError, match="changé"):
        publish_run(town.finance, run=before)
    # The series is restated by counting the year before alike.
    decide(town, earlier, Costing.WHOLE, date(2026, 1, 5))
    assert compare(figure_of(year, Stage.OPENED)).compared is not None


def test_case_5_a_policy_is_dated_and_its_attributions_agree_with_it(
    town: Town, year: FiscalYear
) -> None:
    with pytest.raises(ValidationError, match="quel jour"):
        decide(town, year, Costing.WHOLE, None)
    load(town, year)
    line = BudgetLine.objects.get(label="Licences")

    def additional(share: str) -> None:
        attribute(
            town.finance, line=line, share=D(share), method=Method.ADDITIONAL_COST, reason="écart"
        )

    additional("0.1")
    with pytest.raises(ValidationError, match="1 fléchage"):
        decide(town, year, Costing.WHOLE, date(2026, 1, 5))
    year.refresh_from_db()
    assert (year.costing, year.costing_on) == (None, None)
    decide(town, year, Costing.ADDITIONAL, date(2026, 1, 5))
    additional("0.2")
    withdraw_all(town, line)
    decide(town, year, Costing.WHOLE, date(2026, 2, 5))
    with pytest.raises(ValidationError, match="prix entier"):
        additional("0.1")


def test_case_5_what_was_set_aside_under_another_policy_does_not_come_back(
    town: Town, year: FiscalYear
) -> None:
    batch = load(town, year)
    line = BudgetLine.objects.get(label="Licences")
    attribute(
        town.finance, line=line, share=D("0.1"), method=Method.ADDITIONAL_COST, reason="écart"
    )
    roll_back(town.finance, batch=batch)
    decide(town, year, Costing.WHOLE, date(2026, 1, 5))
    with pytest.raises(ValidationError, match="surcoût seul"):
        confirm(town.finance, batch=batch)
    assert figure_of(year, Stage.OPENED).figure.lines == 0


def test_case_5_a_closed_year_keeps_its_policy(town: Town, year: FiscalYear) -> None:
    FiscalYear.objects.filter(pk=year.pk).update(status=YearStatus.CLOSED)
    year.refresh_from_db()
    with pytest.raises(ValidationError, match="clos"):
        decide(town, year, Costing.WHOLE, date(2026, 1, 5))


def withdraw_all(town: Town, line: BudgetLine) -> None:
    for attribution in line.attributions.all():
        withdraw(town.finance, attribution=attribution)


def test_case_6_an_authorisation_of_several_years_is_not_in_the_share(
    town: Town, year: FiscalYear
) -> None:
    load(town, year)
    before = figure_of(year, Stage.OPENED).inputs_hash
    programme = set_programme(
        town.finance, title="Téléphonie", kind=ProgrammeKind.AE_CP, codes=["M-2"]
    )
    revise_programme(
        town.finance,
        programme=programme,
        amount=D(9_000),
        decided_on=date(2026, 1, 1),
        reference="Délibération",
        payments={2026: D(3_000), 2027: D(6_000)},
    )
    assert figure_of(year, Stage.OPENED).inputs_hash == before


def test_case_9_income_and_savings_of_resale_stand_beside_and_are_never_netted(
    town: Town, year: FiscalYear
) -> None:
    action = make_action(town, make_plan(town))
    # 775 and 744 are revenue: what is sold again, what the State gives back (FCTVA).
    load(town, year, HEAD + ROWS)
    give(town, "Licences", "0.5", action)
    alone = figure_of(year, Stage.OPENED).figure
    other = open_year(town.finance, year=2025)
    load(town, other, HEAD + ROWS + "775;Revente;;500,00;400,00\n744;FCTVA;;56,00;50,00\n")
    assert figure_of(other, Stage.OPENED).figure.denominator == alone.denominator
    before = figure_of(year, Stage.OPENED).inputs_hash
    for kind in SavingKind:
        set_saving(
            town.finance,
            action=action,
            year=2026,
            kind=kind,
            potential=D(300),
            realised=D(200),
            assumption="x",
            evidence="y",
        )
    after = figure_of(year, Stage.OPENED)
    assert (after.inputs_hash, after.figure.by_action) == (before, {action.pk: D(500)})


def test_case_9_co_funding_and_savings_never_enter_the_share(town: Town, year: FiscalYear) -> None:
    action = make_action(town, make_plan(town))
    load(town, year)
    give(town, "Licences", "0.5", action)
    before = figure_of(year, Stage.OPENED).inputs_hash
    set_co_funding(
        town.finance, action=action, funder="ADEME", year=2026, granted=D(400), received=D(400)
    )
    assert figure_of(year, Stage.OPENED).inputs_hash == before


def test_case_10_what_a_budget_refunds_to_another_is_counted_once(
    town: Town, year: FiscalYear
) -> None:
    """The pooled department paid 1 000 € and the annexe refunds 400 € of it."""
    own = HEAD + "2051;Licences;M-1;1000,00;800,00\n62871;Remboursement DSI;;400,00;300,00\n"
    load(town, year, own)
    draft = draft_perimeter(town.finance)
    add_rule(
        town.finance,
        perimeter=draft,
        verdict=Verdict.INTERNAL,
        reason="Le budget principal a payé",
        nature_prefix="62871",
    )
    bring_into_force(town.finance, perimeter=draft, on=date(2026, 2, 1))
    year.refresh_from_db()
    give(town, "Licences", "0.5")
    computed = figure_of(year, Stage.OPENED)
    figure = computed.figure
    assert (figure.denominator.amount, figure.numerator) == (D(1000), D(500))
    assert (figure.internal.amount, figure.internal.lines) == (D(400), 1)
    # It waits for nobody: what is eliminated is no candidate.
    assert figure.candidates.amount == D(1000)
    document = compute_run(town.finance, fiscal_year=year, stage=Stage.OPENED).document
    assert document["internal"] == {"amount": "400.00", "lines": 1}
    # Nothing of it is NR, inside IT or beside: it would be said twice.
    with pytest.raises(ValidationError, match="payée"):
        give(town, "Remboursement DSI", "0.1")
    with pytest.raises(ValidationError, match="payée"):
        attribute(
            town.finance,
            line=BudgetLine.objects.get(label="Remboursement DSI"),
            share=D("0.1"),
            method=Method.KEY,
            reason="clé",
            outside_it=True,
        )


def test_case_10_effort_said_of_a_line_before_it_is_eliminated_is_dropped_and_said(
    town: Town, year: FiscalYear
) -> None:
    load(town, year)
    line = BudgetLine.objects.get(label="Télécom")
    override_line(town.finance, line=line, verdict=Verdict.OUT, share=None, reason="bâtiments")
    attribute(
        town.finance, line=line, share=D("0.5"), method=Method.KEY, reason="x", outside_it=True
    )
    assert figure_of(year, Stage.OPENED).figure.outside_it.amount == D(1500)
    override_line(town.finance, line=line, verdict=Verdict.INTERNAL, share=None, reason="refacturé")
    figure = figure_of(year, Stage.OPENED).figure
    assert (figure.outside_it.amount, figure.internal.amount) == (D(0), D(3000))
    assert figure.over_attributed == [line.pk]
    assert figure_of(year, Stage.OPENED, restated_on=year.judged_under).figure == figure


def test_case_10_a_body_of_its_own_counts_what_it_refunds_with_the_provider_s_share(
    town: Town, year: FiscalYear
) -> None:
    load(town, year, "Compte;Libellé;Ouvert\n62876;Service commun;400,00\n")
    line = BudgetLine.objects.get()
    override_line(town.finance, line=line, verdict=Verdict.IN, share=None, reason="DSI mutualisée")
    attribute(
        town.finance,
        line=line,
        share=D("0.12"),
        method=Method.KEY,
        reason="part NR du service commun",
        evidence="Attestation de la métropole",
        status=AttributionStatus.JUSTIFIED,
    )
    assert figure_of(year, Stage.OPENED).figure.lower == D(12)


def test_case_12_amounts_with_and_without_tax_are_refused_together(
    town: Town, year: FiscalYear
) -> None:
    with pytest.raises(ValidationError, match="HT"):
        load(town, year, totem(("6262", "10", "5"), nomenclature="M4-M43"))
    assert not BudgetLine.objects.exists()


def test_case_13_another_perimeter_restates_the_year_before_and_says_so(
    town: Town, year: FiscalYear
) -> None:
    earlier = open_year(town.finance, year=2025)
    load(town, earlier)
    qualify(town, earlier)
    edit_year(
        town.finance,
        fiscal_year=earlier,
        starts_on=earlier.starts_on,
        ends_on=earlier.ends_on,
        status=YearStatus.CLOSED,
        tax_basis=TaxBasis.TTC,
    )
    draft = draft_perimeter(town.finance)
    add_rule(town.finance, perimeter=draft, verdict=Verdict.OUT, reason="x", nature_prefix="6262")
    bring_into_force(town.finance, perimeter=draft, on=date(2026, 2, 1))
    load(town, year)
    qualify(town, year)
    year.refresh_from_db()
    compared = compare(figure_of(year, Stage.OPENED)).compared
    assert compared is not None
    assert compared.as_judged is not None
    assert compared.before.figure.denominator.amount == D("1000.00")
    # Its own figure stays the one it was closed with.
    assert figure_of(earlier, Stage.OPENED).figure.denominator.amount == D("4000.00")


def test_case_15_two_stages_are_never_compared(town: Town, year: FiscalYear) -> None:
    earlier = open_year(town.finance, year=2025)
    load(town, earlier, "Compte;Libellé;Mandaté\n2051;Licences;900,00\n")
    load(town, year, "Compte;Libellé;Ouvert\n2051;Licences;1000,00\n")
    assert compare(figure_of(year, Stage.OPENED)).obstacles == (Obstacle.STAGE,)
    shown = year_facts(town.organisation.pk).figures
    assert [shown[number].stage for number in (2025, 2026)] == [Stage.REALISED, Stage.OPENED]


def test_case_16_another_unit_waits_for_somebody_to_say_euros(town: Town, year: FiscalYear) -> None:
    town.organisation.population = 3_000
    town.organisation.save()
    in_cents = HEAD + "2051;Licences;M-1;90000000,00;\n6262;Télécom;M-2;90000000,00;\n"
    with pytest.raises(ValidationError, match="euros"):
        load(town, year, in_cents)
    assert not BudgetLine.objects.exists()


def test_case_17_spending_before_the_vote_is_allowed(town: Town, year: FiscalYear) -> None:
    load(town, year, HEAD + "2051;Licences;M-1;0,00;120,00\n6262;Télécom;M-2;0,00;-50,00\n")
    assert figure_of(year, Stage.OPENED).figure.value is None
    assert figure_of(year, Stage.REALISED).figure.denominator.amount == D("70.00")


@pytest.mark.parametrize(
    "content",
    [b"", b"<DocumentBudgetaire>", HEAD.encode(), (HEAD + "Total;;;1,00;1,00\n").encode()],
)
def test_case_18_what_holds_no_line_is_refused_and_writes_nothing(
    town: Town, year: FiscalYear, content: bytes
) -> None:
    with pytest.raises((UnusableInputError, ValidationError)):
        load(town, year, content.decode() if content[:1] != b"<" else content)
    assert not BudgetLine.objects.exists()


@pytest.mark.parametrize("amount", ["12,00 $", "12,00 USD", "£12.00", "CHF 12"])
def test_case_19_another_currency_is_not_an_amount(
    town: Town, year: FiscalYear, amount: str
) -> None:
    with pytest.raises((UnusableInputError, ValidationError)):
        load(town, year, f"Compte;Libellé;Ouvert\n2051;Licences;{amount}\n6262;Télécom;1,00\n")
    assert not BudgetLine.objects.exists()


@pytest.mark.parametrize(
    "content",
    [
        "Compte;Libellé;Ouvert\n2051;Licences;12,00 USD\n6262;Télécom;1,00\n",
        "Compte;Libellé;Devise;Ouvert\n2051;Licences;CHF;12,00\n6262;Télécom;EUR;1,00\n",
        "Compte;Libellé;Ouvert $\n2051;Licences;12,00\n6262;Télécom;1,00\n",
    ],
)
def test_case_19_another_currency_is_said_and_how_to_convert_it(
    town: Town, year: FiscalYear, content: str
) -> None:
    with pytest.raises((UnusableInputError, ValidationError)) as refused:
        load(town, year, content)
    if isinstance(refused.value, UnusableInputError):
        said = refused.value.problem.message("fr")
    else:
        [batch] = ImportBatch.objects.all()
        said = batch.report["problems"][0]["message"]
    assert "pas en euros" in said
    assert "taux d’un jour" in said
    assert not BudgetLine.objects.exists()


def test_case_19_euros_said_row_by_row_are_read_and_so_are_those_beside_another_currency(
    town: Town, year: FiscalYear
) -> None:
    load(town, year, "Compte;Libellé;Devise;Ouvert\n2051;L;EUR;12,00\n6262;T;;1,00\n")
    assert figure_of(year, Stage.OPENED).figure.lines == 2
    other = open_year(town.finance, year=2025)
    load(
        town,
        other,
        "Compte;Libellé;Montant en devise;Devise;Ouvert\n2051;L;13,00;USD;12,00\n",
    )
    assert figure_of(other, Stage.OPENED).figure.denominator.amount == D(12)


def test_case_20_a_year_has_its_own_dates(town: Town) -> None:
    shifted = open_year(
        town.finance, year=2027, starts_on=date(2026, 9, 1), ends_on=date(2027, 8, 31)
    )
    load(town, shifted, "Compte;Libellé;Mandaté\n2051;Licences;900,00\n")
    give(town, "Licences", "0.5")
    run = compute_run(town.finance, fiscal_year=shifted, stage=Stage.REALISED)
    assert publish_run(town.finance, run=run).value == D(50)
    # What is realised is dated at the end of the year, which is not 31 December.
    [published] = published_shares(town.organisation.pk)
    assert (published.on, published.value) == (date(2027, 8, 31), D(50))
