"""The screens of what stands beside the budget."""

from __future__ import annotations

from portulan.accounts.access import Role
from portulan.budget.models import DayRate, LegalFigure, Saving, StaffTime
from portulan.web.budget.register import Column, amount, euros
from tests.web.budget.conftest import D, line


def test_a_saving_is_given_corrected_and_taken_back(desk, action):
    assert "Aucune économie" in desk.get("2026/savings/").words
    data = {"action": action.pk, "kind": "energy", "potential": "6 000", "assumption": "30 MWh"}
    desk.post("2026/savings/", data)
    assert "7. Inventaire Énergie 6 000 30 MWh –" in desk.get("2026/savings/", Role.READER).words
    page = desk.page(desk.post("2026/savings/", data | {"realised": "5 000"}))
    assert (page.status, "donne sa preuve" in page.words) == (422, True)
    desk.post("2026/savings/", data | {"realised": "5 000", "evidence": "relevé"})
    page = desk.get("2026/savings/", saving=str(Saving.objects.get().pk))
    assert page.tree.get_element_by_id("id_evidence").get("value") == "relevé"
    assert page.said("//tfoot") == "Total connu 6 000 5 000"
    desk.post("2026/savings/", data | {"potential": "", "assumption": ""})
    assert not Saving.objects.exists()


def test_the_days_of_the_plan_are_one_click_away_and_differences_are_said(desk, action):
    type(action).objects.filter(pk=action.pk).update(days_per_year=30)
    page = desk.get("2026/staff-time/", Role.READER)
    assert "Le plan dit 30 jours par an ; cette feuille ne dit rien de 2026." in page.words
    assert "Reprendre les jours du plan" not in page.words  # not for who only reads
    assert "Reprendre les jours du plan pour 1 action" in desk.get("2026/staff-time/").words
    assert desk.post("2026/staff-time/", {"take_plan": ""}, Role.READER).status_code == 403
    desk.post("2026/staff-time/", {"take_plan": ""}, Role.EDITOR)
    assert "7. Inventaire Toutes équipes 30 – –" in desk.get("2026/staff-time/").words
    data = {"action": action.pk, "function": "Toutes équipes", "planned": "4"}
    desk.post("2026/staff-time/", data, Role.EDITOR)
    words = desk.get("2026/staff-time/").words
    assert "cette feuille en prévoit 4 en 2026, pour 1 action sur 1." in words
    assert "Écarts : action 7, 30 au plan et 4 ici." in words
    assert "Reprendre les jours du plan" not in words


def test_days_and_their_rate(desk, action):
    data = {"action": action.pk, "function": "Atelier", "planned": "4", "done": "2,5"}
    desk.post("2026/staff-time/", data, Role.EDITOR)
    words = desk.get("2026/staff-time/", Role.READER).words
    assert "7. Inventaire Atelier 4 2,5 – –" in words
    assert "ses jours ne deviennent pas des euros" in words
    rate = {"function": "Atelier", "since": "2026-01-01", "amount": "210", "source": "grade"}
    desk.post("day-rates/", rate)
    assert "Atelier 01/01/2026 210,00 grade" in desk.get("day-rates/").words
    assert "7. Inventaire Atelier 4 2,5 210 525" in desk.get("2026/staff-time/").words
    desk.post("day-rates/", rate | {"amount": ""})
    assert not DayRate.objects.exists()
    desk.post("2026/staff-time/", data | {"planned": "", "done": ""})
    assert not StaffTime.objects.exists()


def test_a_legal_ratio_stands_before_the_threshold_of_its_year(desk, town, plan):
    data = {"ratio": "reen_reuse", "year": "2025", "numerator": "888", "denominator": "2400",
            "source": "Registre"}  # fmt: skip
    desk.post("legal/", data)
    words = desk.get("legal/", Role.READER).words
    assert "2025 37,0 % 50 % 888 2 400 sous le seuil légal, il manque 312 équipements" in words
    assert "Ces lois obligent votre organisation" in words
    assert "décret 2023-266" in words
    for wrong in ({"year": "2021"}, {"source": ""}, {"ratio": "x"}):
        assert desk.post("legal/", data | wrong).status_code == 422
    assert LegalFigure.objects.count() == 1
    # What REEN counts may be more than the stock of 1 January; a share of purchases is a share.
    more = data | {"numerator": "2600"}
    assert desk.post("legal/", more).status_code == 200
    assert "108,3 %" in desk.get("legal/", Role.READER).words
    assert desk.post("legal/", more | {"ratio": "agec_purchases"}).status_code == 422


def test_the_green_budget_rates_accounts_by_axis(desk, ledger):
    page = desk.get("2026/green/")
    # 800 and 250 paid on investment lines.
    row = "Atténuation du changement climatique 0 0 0 1 050"
    assert row in page.words
    data = {"nature": "2183", "axis": "1", "rating": "unfavourable", "reason": "neuf"}
    desk.post("2026/green/", data)
    words = desk.get("2026/green/", Role.READER).words
    assert "Atténuation du changement climatique 0 0 250 800" in words
    assert "Compte 2183, axe 1 : défavorable (neuf)." in words
    for wrong in ({"reason": ""}, {"axis": "7"}, {"nature": ""}, {"rating": "x"}):
        assert desk.post("2026/green/", data | wrong).status_code == 422
    # A line of its own, whatever its account.
    onduleurs = line("Onduleurs")
    assert any(f"green/?line={onduleurs.pk}" in link for link in desk.get(
        f"2026/lines/{onduleurs.pk}/").links())  # fmt: skip
    own = {"axis": "1", "rating": "favourable", "reason": "reconditionnés"}
    desk.post(f"2026/green/?line={onduleurs.pk}", own)
    assert "Onduleurs, axe 1 : favorable (reconditionnés)." in desk.get("2026/green/").words
    desk.post(f"2026/green/?line={onduleurs.pk}", own | {"rating": ""})
    desk.post("2026/green/", data | {"rating": ""})
    assert row in desk.get("2026/green/").words


def test_the_frame_leads_from_one_sheet_to_the_others(desk, ledger, plan, action):
    page = desk.get("2026/savings/")
    tabs = [link.text for link in page.tree.xpath("//nav[@class='tabs']//a")]
    assert tabs == [
        "Cofinancements", "Économies", "Temps des agents", "Coût des journées", "Budget vert",
        "Seuils légaux", "Achats", "Dons reçus",
    ]  # fmt: skip
    for path in page.tree.xpath("//nav[@class='tabs']//a/@href"):
        assert desk.clients(Role.READER).get(path).status_code == 200, path


def test_the_cells_of_a_column_add_up_to_its_total():
    table = [D("1.40"), None, D("1.40"), D("1.40"), D("-0.70")]
    column = amount("Doté", lambda row: row, add=True)
    shown = [str(cell) for cell in column.cells(table, table)]
    known = [int(cell.replace("−", "-")) for cell in shown if cell != column.cell(None)]
    assert (len(known), sum(known)) == (4, int(column.foot(table)))
    assert column.cells(table, table[2:4], 2) == shown[2:4]
    other = Column("Reste", lambda row: euros(row), "n", lambda _rows: "9", lambda row: row)
    assert other.cells(table, table[:1]) == ["1"]
