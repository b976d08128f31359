"""The screens of a plan just made: nothing is measured or costed, and nothing pretends to be."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html

from portulan.accounts.access import Role
from portulan.accounts.features import put_away_at_first
from portulan.accounts.words import LegalForm
from portulan.catalogue.imports.writes import install_builtin
from portulan.catalogue.models import Practice, PracticeIndicator
from portulan.indicators.words import Kind, MeasurementRole
from portulan.indicators.writes import set_target
from portulan.plans.choices.writes import choose_practice
from portulan.plans.indicators import add_indicator, measure
from portulan.plans.models import Action, Plan
from portulan.plans.money.writes import set_planned_money
from portulan.plans.plan import create_plan
from portulan.plans.words import Choice, CommitmentLevel
from tests.people import Town
from tests.plans.plan_of_town import TODAY, followed_action, make_action, make_plan

IMPLEMENTATION = CommitmentLevel.IMPLEMENTATION
type SignIn = Callable[..., Client]


@pytest.fixture(autouse=True)
def today(town: Town) -> None:
    town.organisation.frozen_on = TODAY
    town.organisation.save()


@pytest.fixture
def plan(town: Town) -> Plan:
    return make_plan(town)


def words(client: Client, address: str) -> str:
    tree = html.fromstring(client.get(address).content.decode())
    return re.sub(r"\s+", " ", tree.text_content())


def of_plan(town: Town, plan: Plan, name: str, *more: int) -> str:
    return reverse(f"plans:{name}", args=[town.slug, plan.slug, *more])


def test_unknown_costs_add_up_to_no_figure(town: Town, plan: Plan, signed_in: SignIn) -> None:
    first, second = make_action(town, plan), make_action(town, plan)
    client = signed_in(Role.EDITOR)
    total = "Total des 2 actions"

    def footer() -> str:
        tree = html.fromstring(client.get(of_plan(town, plan, "plan")).content.decode())
        return str(tree.xpath("string(//tfoot)"))

    assert total in footer()
    assert re.search(r"2 non chiffrées à part\s*–\s*$", footer())
    board = client.get(reverse("dashboard:page", args=[town.slug])).context["board"]
    assert board.money is None
    set_planned_money(town.editor, action=first, year=TODAY.year, amount=0)
    assert re.search(r"1 non chiffrée à part\s*0\s*$", footer())
    assert second.number == 2


def test_an_indicator_without_values_asks_for_them(
    town: Town, plan: Plan, signed_in: SignIn
) -> None:
    action = make_action(town, plan)
    client = signed_in(Role.EDITOR)
    client.post(
        of_plan(town, plan, "add-indicator", action.number),
        {"name": "Écrans", "kind": "count", "direction": "down", "level": "operational"},
    )
    shown = words(client, of_plan(town, plan, "plan"))
    assert "ni relevé ni cible" in shown
    assert "– → –" not in shown
    shown = words(client, of_plan(town, plan, "action", action.number))
    assert "à donner" in shown
    assert "Fixer une cible" in shown


def test_the_terms_of_a_proposed_share_are_not_its_name(town: Town, plan: Plan) -> None:
    """« Part des a (b / c) »: the list shows the name, the page says what is divided."""
    install_builtin()
    proposed = PracticeIndicator.objects.filter(practice__code="a.1").order_by("pk").first()
    assert proposed is not None
    made = choose_practice(
        town.editor,
        plan=plan,
        practice=proposed.practice,
        choice=Choice.KEEP,
        today=TODAY,
        indicators=[proposed],
    ).action
    assert made is not None
    indicator = made.indicators.get()
    assert f"{indicator.name} ({indicator.description})" == proposed.say("text")
    assert "/" in indicator.description


def test_a_plan_to_come_shows_its_first_year(town: Town, signed_in: SignIn) -> None:
    following = create_plan(
        town.editor, title="Plan suivant", first_year=TODAY.year + 1, last_year=TODAY.year + 3
    )
    action = make_action(town, following)
    set_planned_money(town.editor, action=action, year=TODAY.year + 1, amount=7000)
    client = signed_in(Role.EDITOR)
    shown = words(client, of_plan(town, following, "plan"))
    assert f"DSI {TODAY.year + 1} (k€)" in shown
    page = client.get(of_plan(town, following, "plan")).content.decode()
    assert re.search(r"Total de l’action \(doté ou demandé, k€ TTC\)</th><td[^>]*>7</td>", page)
    exported = client.get(of_plan(town, following, "export")).content.decode()
    assert f"DSI {TODAY.year + 1}" in exported
    assert ";7000" in exported
    # A small town has no direction for it.
    town.organisation.put_away = put_away_at_first(LegalForm.TOWN, 3_400)
    town.organisation.save()
    for name in ("plan", "export"):
        shown = client.get(of_plan(town, following, name)).content.decode()
        assert f"Budget {TODAY.year + 1}" in shown
        assert not re.search(r"\bDSI\b", shown)


def test_what_an_implementation_lacks_is_said_beside_its_level(
    town: Town, plan: Plan, signed_in: SignIn
) -> None:
    action = make_action(town, plan, follow_up_function="")
    client = signed_in(Role.EDITOR)
    address = of_plan(town, plan, "decide", action.number)
    shown = words(client, address)
    assert "Ajouter un indicateur" in shown
    assert "La fonction qui suit les relevés" in shown
    answer = client.post(
        address,
        {"outcome": "adopt", "level": 3, "decided_on": date(2026, 1, 5), "body": "Conseil"},
    )
    assert answer.status_code == 422
    assert {"level", "follow_up_function"} == set(answer.context["form"].errors)
    assert not Action.objects.get(pk=action.pk).decisions.exists()


def test_what_the_level_rests_on_is_given_with_the_vote(
    town: Town, plan: Plan, signed_in: SignIn
) -> None:
    """The form starts from the vote of the plan, and asks for the follow-up beside the level."""
    action = followed_action(town, plan, follow_up_function="", level=IMPLEMENTATION)
    client = signed_in(Role.EDITOR)
    address = of_plan(town, plan, "decide", action.number)
    start = client.get(address).context["form"].initial
    assert start["decided_on"] == plan.adopted_on
    vote = {name: start[name] for name in ("outcome", "level", "decided_on", "body")}
    assert client.post(address, vote).status_code == 422
    assert client.post(address, vote | {"follow_up_function": "DSI"}).status_code == 302
    action.refresh_from_db()
    assert action.follow_up_function == "DSI"
    assert action.decisions.get().decided_on == plan.adopted_on
    assert client.get(address).context["form"].initial["decided_on"] == TODAY


def test_the_first_plan_has_no_trail_and_settings_lead_to_ambitions(
    town: Town, plan: Plan, signed_in: SignIn
) -> None:
    client = signed_in(Role.ADMIN)
    made = words(client, reverse("plans:create-plan", args=[town.slug]))
    assert made.count("Créer un plan d’action") == 2  # the title of the window, and of the page
    address = reverse("budget:ambitions", args=[town.slug, plan.slug])
    assert address in client.get(of_plan(town, plan, "settings")).content.decode()


def test_nothing_is_not_one(town: Town, plan: Plan, signed_in: SignIn) -> None:
    """French counts 0 as singular: « Une action » would be said of none."""
    shown = words(signed_in(Role.READER), reverse("dashboard:page", args=[town.slug]))
    assert "Une action" not in shown
    assert "Une thématique" not in shown


def test_pilots_find_their_actions_from_the_dashboard(
    town: Town, plan: Plan, signed_in: SignIn
) -> None:
    action = make_action(town, plan, pilot=town.people[Role.CONTRIBUTOR])
    make_action(town, plan, title="À quelqu’un d’autre")
    board = reverse("dashboard:page", args=[town.slug])
    hers = words(signed_in(Role.CONTRIBUTOR), board)
    assert "Vous pilotez : 1. Une seule salle serveur." in hers.replace("\xa0", " ")
    assert "Vous pilotez" not in words(signed_in(Role.EDITOR), board)
    # A refused update stands at its own address: coming back to it is no dead end.
    client = signed_in(Role.CONTRIBUTOR)
    update = of_plan(town, plan, "update", action.number)
    assert client.get(update)["Location"] == of_plan(town, plan, "action", action.number)


@pytest.mark.parametrize("name", ["edit-action", "pilot"])
def test_nobody_named_is_said(town: Town, plan: Plan, signed_in: SignIn, name: str) -> None:
    action = make_action(town, plan)
    shown = words(signed_in(Role.EDITOR), of_plan(town, plan, name, action.number))
    assert "Aucune personne nommée" in shown
    assert "Choisir une option" not in shown


def test_practices_stay_whole(town: Town) -> None:
    """What the guide proposes without terms keeps its words."""
    install_builtin()
    plain = [item.say("text") for item in PracticeIndicator.objects.all()]
    assert any("(" not in text for text in plain)
    assert Practice.objects.count() == 59


def test_not_having_a_figure_hides_none(town: Town, plan: Plan, signed_in: SignIn) -> None:
    """« Je n’ai pas ce chiffre », in the year of the baseline, leaves the baseline drawn."""
    action = make_action(town, plan, pilot=town.people[Role.CONTRIBUTOR])
    indicator = add_indicator(town.editor, action=action, name="Écrans", kind=Kind.COUNT)
    measure(
        town.editor, action=action, indicator=indicator, on=date(TODAY.year, 1, 31), today=TODAY,
        value=Decimal(12), role=MeasurementRole.BASELINE,
    )  # fmt: skip
    client = signed_in(Role.CONTRIBUTOR)
    page = of_plan(town, plan, "action", action.number)
    assert "Aucun relevé à montrer" not in words(client, page)
    client.post(
        of_plan(town, plan, "update", action.number),
        {"update-progress": "in_progress", "update-unknown": "on", "update-on": TODAY.isoformat()},
    )
    shown = words(client, page)
    assert "Mise à jour enregistrée : Écrans, inconnu au 24/11/2026" in shown
    assert "Aucun relevé à montrer" not in shown
    assert "12 au 31/01/2026" in shown


def test_everybody_finds_the_update_first(town: Town, plan: Plan, signed_in: SignIn) -> None:
    action = followed_action(town, plan, pilot=town.people[Role.CONTRIBUTOR])
    page = of_plan(town, plan, "action", action.number)
    for role, restores in ((Role.CONTRIBUTOR, False), (Role.EDITOR, True)):
        shown = signed_in(role).get(page).text
        assert shown.index('id="update"') < shown.index('id="h-e"')
        assert shown.count('id="update"') == 1
        assert ("restaurer une valeur" in shown) is restores


def test_a_baseline_alone_is_no_reading(town: Town, plan: Plan, signed_in: SignIn) -> None:
    """Nothing is on its line before a reading, and the file writes what was answered, no more."""
    action = make_action(town, plan, pilot=town.people[Role.CONTRIBUTOR])
    indicator = add_indicator(town.editor, action=action, name="Écrans", kind=Kind.COUNT)
    set_target(town.editor, indicator=indicator, due_on=date(2027, 12, 31), value=Decimal(30))
    client = signed_in(Role.CONTRIBUTOR)
    baseline = of_plan(town, plan, "measure", action.number, indicator.pk) + "?baseline"
    assert "Donner la référence" in words(client, baseline)
    client.post(baseline, {"on": TODAY, "value": "12", "knowledge": "known", "role": "baseline"})
    shown = words(client, of_plan(town, plan, "action", action.number))
    assert "Écransprincipal12pas de relevé" in shown
    assert "dans les temps" not in shown

    def cells(*names: str) -> list[str]:
        text = client.get(of_plan(town, plan, "export")).content.decode("utf-8-sig")
        heads, row = csv.reader(io.StringIO(text), delimiter=";")
        return [row[heads.index(name)] for name in names]

    read = ("Référence", "Dernier relevé", "Date du relevé", "DSI 2026 (€ TTC)")
    assert cells(*read) == ["12", "", "", ""]
    client.post(
        of_plan(town, plan, "update", action.number),
        {"update-progress": "in_progress", "update-unknown": "on", "update-on": TODAY},
    )
    set_planned_money(town.editor, action=action, year=TODAY.year, amount=None)
    assert cells(*read) == ["12", "inconnu", "2026-11-24", "inconnu"]


def test_above_the_whole_is_confirmed_once(town: Town, plan: Plan, signed_in: SignIn) -> None:
    action = make_action(town, plan, pilot=town.people[Role.CONTRIBUTOR])
    indicator = add_indicator(town.editor, action=action, name="Part", kind=Kind.PERCENTAGE)
    client = signed_in(Role.CONTRIBUTOR)
    update = of_plan(town, plan, "update", action.number)
    given = {"update-progress": "in_progress", "update-on": TODAY, "update-value": "120"}
    refused = client.post(update, given)
    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"beyond"}
    names = list(refused.context["form"].fields)
    assert names.index("beyond") == names.index("value") + 1
    reading = of_plan(town, plan, "measure", action.number, indicator.pk)
    terms = {"on": TODAY, "knowledge": "known", "role": "reading", "numerator": "6"}
    assert client.post(reading, terms | {"denominator": "5"}).status_code == 422
    assert client.post(update, given | {"update-beyond": "on"}).status_code == 302
    assert client.post(update, given).status_code == 302  # it did exceed: it may again
