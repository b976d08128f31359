"""The screens of rules of attribution and of their proposals."""

from __future__ import annotations

from decimal import Decimal

from portulan.accounts.access import Role
from portulan.budget.models import Attribution, AttributionRule
from portulan.budget.words import AttributionStatus
from tests.web.budget.conftest import give, line

D = Decimal


def rule(to, **values: object) -> dict[str, object]:
    return {
        "contract": "M-1", "action": to.pk, "share": "30 %", "method": "key",
        "first_year": "2026", "reason": "Part du cahier des charges", "evidence": "Lot 2",
    } | values  # fmt: skip


def test_a_rule_is_made_from_a_contract_and_its_proposals_answered_at_once(desk, ledger, action):
    licences = line("Licences")
    shown = desk.get(f"2026/lines/{licences.pk}/")
    assert any("attribution-rules/?contract=M-1" in link for link in shown.links())
    asked = desk.get("attribution-rules/", contract="M-1", year="2026")
    assert asked.tree.get_element_by_id("id_contract").get("value") == "M-1"
    page = desk.page(desk.post("attribution-rules/", rule(action), Role.EDITOR))
    assert page.said("//h1") == "Marché M-1 : 30 % à l’action 7"
    assert "1 ligne proposée" in page.said("//body")
    assert "Licences 2051 30 % Proposé" in page.words
    desk.post("attribution-rules/", rule(action, contract="M-2", action="", share="10"))
    page = desk.get("2026/proposals/")
    assert "Licences Action 7 30 % 360 Part du cahier des charges une règle" in page.words
    assert "Onduleurs NR en général 10 % 50" in page.words
    checked = {"proposal": [str(item.pk) for item in Attribution.objects.all()]}
    page = desk.page(desk.post("2026/proposals/accept/", checked))
    assert "2 propositions acceptées" in page.said("//body")
    assert "Aucune proposition n’attend" in page.words
    [undo] = [form for form in page.tree.xpath("//form/@action") if "/proposals/undo/" in form]
    desk.clients(Role.FINANCE).post(undo)
    assert set(Attribution.objects.values_list("status", flat=True)) == {"proposed"}
    desk.post("2026/proposals/refuse/", checked)
    assert set(Attribution.objects.values_list("status", flat=True)) == {"withdrawn"}
    words = desk.get("attribution-rules/", Role.READER).words
    assert "Marché M-1 depuis 2026 30 % à l’action 7 Part du cahier des charges 0 0 1" in words


def test_all_or_none_are_accepted(desk, town, ledger, action):
    desk.post("attribution-rules/", rule(action))
    desk.post("attribution-rules/", rule(action, contract="M-2"))
    other = Attribution.objects.get(line__label="Onduleurs")
    # Somebody lowers what of the line is IT, in another window and beneath the services.
    type(other.line).objects.filter(label="Onduleurs").update(it_share=D("0.1"))
    checked = {"proposal": [str(item.pk) for item in Attribution.objects.all()]}
    page = desk.page(desk.post("2026/proposals/accept/", checked))
    assert "Onduleurs" in page.said("//*[contains(@class, 'msg')]")
    assert set(Attribution.objects.values_list("status", flat=True)) == {"proposed"}


def test_why_a_rule_proposes_nothing_is_said(desk, town, ledger, action):
    give(town, "Licences", "0.9", AttributionStatus.DECLARED)
    page = desk.page(desk.post("attribution-rules/", rule(action)))
    assert "1 ligne répond à la règle sans pouvoir être proposée" in page.said("//body")
    assert "il reste moins que cette part à flécher" in page.words
    made = AttributionRule.objects.get()
    page = desk.page(desk.post(f"attribution-rules/{made.pk}/withdraw/", role=Role.EDITOR))
    assert "Retirée" in page.words
    assert not page.tree.xpath("//main//button")


def test_bad_rules_are_refused_beside_their_field(desk, ledger, action):
    for wrong, words in (
        ({"contract": ""}, "Une règle dit au moins sur quoi elle porte."),
        ({"share": "0"}, "supérieure à zéro"),
        ({"share": "101"}, ""),
        ({"reason": ""}, "obligatoire"),
        ({"first_year": "26"}, ""),
        ({"action": "9999"}, ""),
    ):
        page = desk.page(desk.post("attribution-rules/", rule(action, **wrong)))
        assert page.status == 422, wrong
        assert words in page.words
    assert not AttributionRule.objects.exists()


def test_the_supplier_of_a_rule_is_not_shown_to_who_may_not_see_suppliers(desk, ledger, action):
    desk.post("attribution-rules/", rule(action, contract="", supplier="Éditeur"))
    assert "Fournisseur Éditeur" in desk.get("attribution-rules/", Role.EDITOR).words
    for path in ("attribution-rules/", f"attribution-rules/{AttributionRule.objects.get().pk}/"):
        assert "diteur" not in desk.get(path, Role.READER).words


def test_as_many_queries_for_one_proposal_or_several(
    desk, ledger, action, django_assert_max_num_queries
):
    def asked(path: str) -> int:
        with django_assert_max_num_queries(40) as found:
            desk.get(path)
        return len(found)

    paths = ("2026/proposals/", "attribution-rules/")
    desk.post("attribution-rules/", rule(action))
    before = [asked(path) for path in paths]
    for contract in ("M-2", "M-3", "M-4"):
        desk.post("attribution-rules/", rule(action, contract=contract))
    assert [asked(path) for path in paths] == before


def test_lines_that_resemble_are_proposed_for_an_action(desk, town, ledger, action):
    assert "Aucune ligne ne ressemble" in desk.get("2026/suggestions/plan/7/").words
    give(town, "Licences", "0.5", AttributionStatus.DECLARED, action=action)
    licences = line("Licences")
    twin = type(licences).objects.get(pk=licences.pk)
    twin.pk, twin.label, twin.opened = None, "Licences bis", D(100)
    twin.save(force_insert=True)
    page = desk.get("2026/suggestions/plan/7/", Role.EDITOR)
    why = "Même marché que 1 ligne déjà fléchée vers cette action (2026)."
    assert f"Licences bis 2051 50 % 50 {why}" in page.words
    none = desk.page(desk.post("2026/suggestions/plan/7/", role=Role.EDITOR))
    assert "Aucune ligne n’est cochée" in none.said("//body")
    done = desk.page(desk.post("2026/suggestions/plan/7/", {"line": [twin.pk]}, Role.EDITOR))
    assert "1 part proposée" in done.said("//body")
    assert Attribution.objects.get(line=twin).status == "proposed"
    assert desk.get("2026/suggestions/plan/99/").status == 404
