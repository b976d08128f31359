"""Typed figures, and the money wanted or reserved before lines exist."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from portulan.accounts.access import Role
from portulan.accounts.models import Organisation
from portulan.budget.models import (
    Allotment,
    Ambition,
    AmbitionAmount,
    BudgetLine,
    CoFunding,
    Envelope,
    Forecast,
    ImportBatch,
)
from portulan.budget.words import AttributionStatus
from portulan.budget.years.writes import open_year
from portulan.plans.money.writes import set_planned_money
from portulan.plans.words import Progress
from portulan.web.fields import AmountField, DayField, PercentField, ShareField, WholeField
from tests.pages import MOST_NODES
from tests.plans.plan_of_town import make_action
from tests.web.budget.conftest import D, give


def typed(**values: object) -> dict[str, object]:
    return {
        "stage": "VOTED", "it_budget": "180 000",
        "line-0-label": "Six postes reconditionnés", "line-0-amount": "2 400,50 €",
        "line-0-reason": "achat de réemploi", "line-0-action": "",
        "line-3-label": "Audit", "line-3-amount": "6000", "line-3-reason": "RGESN",
    } | values  # fmt: skip


def test_figures_are_typed_and_the_share_says_so(desk, year, action):
    page = desk.get("2026/figures/")
    assert len(page.tree.xpath("//tbody/tr")) == 8
    assert len(desk.get("2026/figures/", rows="16").tree.xpath("//tbody/tr")) == 16
    assert len(desk.get("2026/figures/", rows="9999").tree.xpath("//tbody/tr")) == 40
    response = desk.post("2026/figures/", typed(**{"line-3-action": action.pk}))
    page = desk.page(response)
    # 100 × 8 400,50 / 180 000
    assert page.said("//*[@class='fig']") == "4,7 % 8 401 € sur 180 000 € TTC, dépenses réelles"
    assert page.said("//h1") == "Budget 2026, crédits votés"
    assert "chiffres saisis, sans fichier" in page.words
    assert BudgetLine.objects.count() == 3
    assert action.attributions.get().share == D(1)
    rest = BudgetLine.objects.get(label="Reste du budget de la DSI")
    shown = desk.get(f"2026/lines/{rest.pk}/")
    assert "Saisi avec la ligne : aucune règle ne le change." in shown.words


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"it_budget": ""}, "obligatoire"),
        ({"it_budget": "0"}, "supérieur ou égal à 0,01"),
        ({"it_budget": "beaucoup"}, "Écrivez un montant"),
        ({"it_budget": "1000"}, "Les lignes dépassent le budget"),
        ({"line-0-amount": "-5"}, "supérieur ou égal"),
        ({"line-0-reason": ""}, "Une ligne a un nom, un montant et un motif."),
        ({"line-0-label": ""}, "Une ligne a un nom, un montant et un motif."),
        ({"line-5-amount": "12"}, "Une ligne a un nom, un montant et un motif."),
        ({"line-0-action": "9999"}, "choix valide"),
    ],
)
def test_bad_figures_are_refused_whole_and_kept_in_the_form(desk, year, values, words):
    page = desk.page(desk.post("2026/figures/", typed(**values)))
    assert page.status == 422
    assert words in page.words
    assert page.tree.get_element_by_id("line-3-label").get("value") == "Audit"
    for control in page.tree.xpath("//*[@aria-invalid='true']"):
        for pk in control.get("aria-describedby").split():
            assert page.tree.get_element_by_id(pk) is not None
    assert not BudgetLine.objects.exists()
    assert not ImportBatch.objects.exists()


def test_typed_figures_replace_only_when_said(desk, year):
    desk.post("2026/figures/", typed())
    refused = desk.page(desk.post("2026/figures/", typed(it_budget="190000")))
    assert refused.status == 422
    assert "remplacez-le" in refused.words
    desk.post("2026/figures/", typed(it_budget="190000", replace="on"))
    assert "sur 190 000 €" in desk.get("2026/").words
    assert ImportBatch.objects.filter(status="confirmed").count() == 1


def test_ambitions_are_given_by_year_by_finance_or_by_the_plan_s_editor(desk, plan):
    page = desk.get("ambitions/plan/")
    years = page.tree.xpath("//fieldset[.//label[. = 'Part (%)']]/legend/text()")
    assert years == ["2025", "2026", "2027"]
    data = {"year-2025": "2,5", "year-2026": "3.5 %", "year-2027": ""}
    desk.post("ambitions/plan/", data, Role.EDITOR)
    assert dict(Ambition.objects.values_list("year", "percent")) == {2025: D("2.5"), 2026: D("3.5")}
    for wrong in ("101", "-1", "un", "1,234567891"):
        assert desk.post("ambitions/plan/", data | {"year-2027": wrong}).status_code == 422
    desk.post("ambitions/plan/", data | {"year-2025": "", "year-2027": "4"})
    assert dict(Ambition.objects.values_list("year", "percent")) == {2026: D("3.5"), 2027: D(4)}
    assert "3,5 % (2026) ; 4,0 % (2027)" in desk.get("").words
    assert "3,5 %" in desk.get("ambitions/plan/", Role.READER).words
    assert desk.get("ambitions/autre/").status == 404


def test_an_ambition_is_also_given_in_euros_by_section(desk, plan):
    data = {"euros-2026-": "645 000", "euros-2026-F": "300 000", "euros-2026-I": "345 000"}
    desk.post("ambitions/plan/", data, Role.EDITOR)
    assert "2026 – 645 000 300 000 345 000" in desk.get("ambitions/plan/", Role.READER).words
    page = desk.page(desk.post("ambitions/plan/", data | {"euros-2026-I": "345 000,01"}))
    assert (page.status, "dépassent le total visé" in page.words) == (422, True)
    page = desk.page(desk.post("ambitions/plan/", data | {"euros-2026-I": "344 999"}))
    assert (page.status, "ne font pas le total visé" in page.words) == (422, True)
    desk.post("ambitions/plan/", {"euros-2026-F": "1"})
    assert AmbitionAmount.objects.get().section == "F"


def test_an_envelope_is_voted_by_section_or_whole_never_both(desk, plan):
    assert "Aucune enveloppe" in desk.get("envelopes/plan/").words
    data = {"year": "2026", "section": "F", "amount": "265 000", "decided_on": "2025-12-11",
            "reference": "BP 2026"}  # fmt: skip
    desk.post("envelopes/plan/", data)
    desk.post("envelopes/plan/", data | {"section": "I", "amount": "380 000"})
    page = desk.page(desk.post("envelopes/plan/", data | {"section": ""}))
    assert (page.status, "pas les deux à la fois" in page.words) == (422, True)
    words = desk.get("envelopes/plan/", Role.READER).words
    assert "2026 Fonctionnement 265 000 645 000 11/12/2025 BP 2026" in words
    for wrong in ({"year": "2031"}, {"amount": "-1"}, {"decided_on": ""}):
        assert desk.post("envelopes/plan/", data | wrong).status_code == 422
    desk.post("envelopes/plan/", data | {"section": "I", "amount": ""})
    assert Envelope.objects.get().section == "F"


def test_lines_consume_an_allotment_and_never_add_to_it(desk, town, ledger, plan, action):
    data = {"action": action.pk, "amount": "1 000", "decided_on": "2025-12-11"}
    desk.post("2026/allotments/", data)
    give(town, "Licences", "0.5", AttributionStatus.DECLARED, action=action)
    give(town, "Onduleurs", "1", AttributionStatus.PROPOSED, action=action)
    # Half of 1 200 opened; what is only proposed consumes nothing.
    assert "7. Inventaire 1 000 600 400 11/12/2025" in desk.get("2026/allotments/").words
    page = desk.get("2026/money/", Role.READER)
    assert [" ".join(head.text_content().split()) for head in page.tree.xpath("//thead//th")] == [
        "Action", "Demandé", "Doté", "Voté", "Ouvert", "Mandaté", "Reste de dotation", "À financer",
    ]  # fmt: skip
    assert "7. Inventaire non chiffré 1 000 500 600 400 400 –" in page.words
    assert page.said("//tfoot") == "Total 0 1 000 500 600 400 400 0"
    assert page.nodes < MOST_NODES
    year_page = desk.get("2026/", stage="opened")
    assert "0 k€ demandés, 1 k€ dotés, 0,6 k€ sur des lignes (crédits ouverts)" in year_page.words


def test_an_expected_budget_is_given_then_corrected(desk, plan):
    assert "Aucun budget attendu" in desk.get("forecasts/").words
    data = {"year": "2027", "section": "F", "amount": "11 000 000", "source": "Lettre de cadrage"}
    desk.post("forecasts/", data)
    desk.post("forecasts/", data | {"amount": "10 500 000,00"})
    forecast = Forecast.objects.get()
    assert (forecast.amount, forecast.section) == (D(10_500_000), "F")
    assert "2027 Fonctionnement 10 500 000 Lettre de cadrage" in desk.get("forecasts/").words
    for wrong in ({"source": ""}, {"amount": "-1"}, {"year": "1999"}, {"section": "X"}):
        assert desk.post("forecasts/", data | wrong).status_code == 422
    assert Forecast.objects.count() == 1


def test_an_allotment_is_dated_and_corrected(desk, action, plan):
    data = {"action": action.pk, "amount": "48 000", "decided_on": "2025-12-11",
            "reference": "Budget primitif"}  # fmt: skip
    desk.post("2026/allotments/", data)
    desk.post("2026/allotments/", data | {"amount": "50 000"})
    assert Allotment.objects.get().amount == D(50_000)
    page = desk.get("2026/allotments/")
    assert "7. Inventaire 50 000 – 50 000 11/12/2025 Budget primitif" in page.words
    assert "Total 50 000" in page.said("//tfoot")
    for wrong in ({"action": ""}, {"amount": "x"}, {"decided_on": "hier"}):
        assert desk.post("2026/allotments/", data | wrong).status_code == 422
    # A dropped action takes no money any more.
    action.progress = Progress.DROPPED
    action.save()
    assert desk.post("2026/allotments/", data).status_code == 422


def test_co_funding_is_asked_then_granted_then_paid_or_taken_back(desk, action):
    assert "Aucun cofinancement" in desk.get("2026/co-funding/").words
    data = {"action": action.pk, "funder": "ADEME", "asked": "40 000"}
    assert desk.post("2026/co-funding/", data | {"asked": ""}).status_code == 422
    desk.post("2026/co-funding/", data)
    page = desk.get("2026/co-funding/")
    # What is not known is not nothing.
    assert "7. Inventaire ADEME 40 000 – –" in page.words
    assert page.said("//tfoot") == "Total connu 40 000 – –"
    again = desk.get("2026/co-funding/", funding=str(CoFunding.objects.get().pk))
    given = {i.get("name"): i.get("value") for i in again.tree.xpath("//main//input[@value]")}
    assert (given["funder"], AmountField().clean(given["asked"])) == ("ADEME", 40_000)
    desk.post("2026/co-funding/", data | {"granted": "30 000", "received": "0"})
    assert "7. Inventaire ADEME 40 000 30 000 0" in desk.get("2026/co-funding/").words
    desk.post("2026/co-funding/", data | {"asked": ""})
    assert not CoFunding.objects.exists()
    for wrong in ({"action": ""}, {"funder": ""}, {"granted": "-1"}):
        assert desk.post("2026/co-funding/", data | wrong).status_code == 422
    assert desk.get("1999/co-funding/").status == 404
    assert desk.post("2026/co-funding/", data, role=Role.READER).status_code == 403


def test_amounts_and_shares_are_read_as_people_type_them():
    with translation.override("fr"):
        amount, share, percent = AmountField(), ShareField(), PercentField()
        for text, value in {
            "1 234,56": "1234.56", "1\u202f234,56 €": "1234.56", "1234.5": "1234.5",
            "1.234.567,89": "1234567.89", "(12,50)": "-12.5", "12,50-": "-12.5",
        }.items():  # fmt: skip
            assert amount.clean(text) == D(value), text
        assert share.clean("12,5 %") == D("0.125")
        assert share.clean("33,33333333") == D("0.3333333333")
        assert percent.clean("3,5") == D("3.5")
        assert AmountField(required=False).clean("") is None
        # Shown again, it is what was understood.
        for field, value in ((amount, D("1234.5")), (share, D("0.125")), (percent, D("3.5"))):
            assert field.clean(field.prepare_value(value)) == value
    with translation.override("en"):
        for text, value in {"1,234.50": "1234.5", "720,000": "720000", "€1,500": "1500"}.items():
            assert amount.clean(text) == D(value), text
        assert amount.clean(amount.prepare_value(D(720_000))) == 720_000
        for field, text in ((amount, "1,25"), (amount, "1.250"), (share, "12,5 %")):
            with pytest.raises(ValidationError, match=" or "):
                field.clean(text)
        assert WholeField().clean("59,000") == 59_000
        assert DayField().clean("24 Nov 2026") == date(2026, 11, 24)
        with pytest.raises(ValidationError, match="4 Mar 2026 or 3 Apr 2026"):
            DayField().clean("03/04/2026")


def test_money_beside_the_lines_opens_at_the_year_of_a_plan_nearest_today(desk, town, plan):
    def opens_at() -> set[str]:
        return {
            link.split("/")[-3]
            for link in desk.get("").links()
            if link.endswith(("/allotments/", "/co-funding/"))
        }

    for today, year in ((2026, "2026"), (2024, "2025"), (2030, "2027")):
        Organisation.objects.update(frozen_on=date(today, 5, 4))
        assert opens_at() == {year}
    plan.delete()
    assert opens_at() == set()  # out of the way until something is there
    open_year(town.finance, year=2029)
    assert opens_at() == {"2030"}


def test_the_money_of_many_actions_is_read_by_pages(desk, town, ledger, plan, action):
    for number in range(60):
        other = make_action(town, plan, f"Action {number}")
        set_planned_money(town.editor, action=other, year=2026, amount=D(10))
    page = desk.get("2026/money/")
    assert page.nodes < MOST_NODES
    # The foot is that of all the actions, not of the page.
    assert page.said("//tfoot").startswith("Total 600")
    last = desk.get("2026/money/", page="99")
    assert page.words != last.words
    assert last.said("//tfoot") == page.said("//tfoot")


@pytest.mark.parametrize("page", ["allotments", "gifts", "landing"])
def test_from_year_to_year_no_page_leads_where_nobody_spoke_of(desk, action, page):
    """Open years, those of a plan and those next to today: the next ones are nobody's."""
    with_plan = range(action.plan.first_year, action.plan.last_year + 1)
    today = timezone.localdate().year
    left, seen = [today], set()
    while left:
        year = left.pop()
        seen.add(year)
        found = desk.get(f"{year}/{page}/", Role.ADMIN)
        links = {link for link in found.links() if link.endswith(f"/{page}/")}
        years = {int(link.split("/")[-3]) for link in links}
        left += years - seen
    assert seen == {*with_plan, today - 1, today, today + 1}
