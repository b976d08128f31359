"""The screens of the plan: what each role sees and may do, filters, files, forms, undoing."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from lxml import html

from portulan.accounts.access import Role
from portulan.plans.actions.progress import update_progress
from portulan.plans.actions.writes import edit_action
from portulan.plans.commitments.writes import save_deliverable, save_milestone
from portulan.plans.models import Action, Plan
from portulan.plans.money.writes import set_planned_money
from portulan.plans.plan import add_goal
from portulan.plans.stakeholders import save_stakeholder
from portulan.plans.words import ActorKind, CommitmentLevel, Progress
from tests.pages import MOST_BYTES, MOST_NODES
from tests.people import Town
from tests.plans.plan_of_town import TODAY, adopt, followed_action, make_action, make_plan

type SignIn = Callable[..., Client]
STUDY, EXPERIMENT, IMPLEMENTATION = CommitmentLevel


@pytest.fixture(autouse=True)
def today(town: Town) -> None:
    """The town stands still, as the demonstration does."""
    town.organisation.frozen_on = TODAY
    town.organisation.save()


@pytest.fixture
def plan(town: Town) -> Plan:
    return make_plan(town)


def url(town: Town, plan: Plan, name: str, *args: Any) -> str:
    return reverse(f"plans:{name}", args=[town.slug, plan.slug, *args])


def page(response: Any) -> Any:
    return html.fromstring(response.content.decode())


def words(response: Any) -> str:
    return re.sub(r"\s+", " ", page(response).text_content())


def nodes(response: Any) -> int:
    """Count elements as the gate does: without options and the inside of drawings."""
    tree = page(response)
    return sum(
        1
        for element in tree.iter()
        if isinstance(element.tag, str)
        and element.tag != "option"
        and not any(parent.tag == "svg" for parent in element.iterancestors())
    )


@pytest.fixture
def story(town: Town, plan: Plan) -> Action:
    """An action with something of everything."""
    add_goal(town.editor, plan=plan, title="Réduire l’empreinte")
    save_stakeholder(town.editor, plan=plan, name="Métropole", kind=ActorKind.PUBLIC)
    action = followed_action(town, plan, pilot=town.people[Role.CONTRIBUTOR])
    adopt(town, action, STUDY)
    save_deliverable(
        town.editor, action=action, title="Étude", today=TODAY, delivered_on=date(2025, 5, 22),
        approach="Relevés", consulted="Bâtiments", result="Une salle suffit",
    )  # fmt: skip
    save_milestone(
        town.editor, action=action, title="Salle éteinte", due_on=date(2026, 5, 1), today=TODAY
    )
    set_planned_money(town.editor, action=action, year=2026, amount=Decimal(288000))
    set_planned_money(town.editor, action=action, year=2027, amount=None)
    edit_action(town.editor, action=action, due_on=date(2026, 3, 31))
    return action


def addresses(town: Town, plan: Plan, action: Action) -> Iterator[tuple[str, str]]:
    """Every page of the plan that is read, with its name."""
    indicator = action.indicators.get().pk
    target = action.indicators.get().targets.get().pk
    reading = action.indicators.get().measurements.first()
    assert reading is not None
    for name in ("plan", "coverage", "states", "settings", "vote", "create-action"):
        yield name, url(town, plan, name)
    for name in ("action", "edit-action", "pilot", "drop", "delete", "decide", "add-deliverable",
                 "add-milestone", "money", "add-indicator", "history"):  # fmt: skip
        yield name, url(town, plan, name, action.number)
    for name in ("indicator", "edit-indicator", "target", "measure", "leave-indicator"):
        yield name, url(town, plan, name, action.number, indicator)
    yield "remove-target", url(town, plan, "remove-target", action.number, indicator, target)
    yield "withdraw", url(town, plan, "withdraw", action.number, indicator, reading.pk)
    for name, part in (("deliverable", action.deliverables.get()),
                       ("milestone", action.milestones.get())):  # fmt: skip
        yield name, url(town, plan, name, action.number, part.pk)
        yield f"remove-{name}", url(town, plan, f"remove-{name}", action.number, part.pk)
    yield "remove-part", url(town, plan, "remove-part", "goals", plan.goals.get().pk)
    yield "stakeholders", url(town, plan, "stakeholders")
    for name in ("stakeholder", "remove-stakeholder"):
        yield name, url(town, plan, name, plan.stakeholders.get().pk)
    yield "create-plan", reverse("plans:create-plan", args=[town.slug])


READ = {"plan", "coverage", "states", "action", "history", "indicator"}
OWN = {"add-deliverable", "add-milestone", "measure", "withdraw", "deliverable", "milestone",
       "remove-deliverable", "remove-milestone"}  # fmt: skip


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_is_sound(
    town: Town, plan: Plan, story: Action, signed_in: SignIn, language: str
) -> None:
    client = signed_in(Role.EDITOR)
    client.post(reverse("language", args=[language]))
    for name, address in addresses(town, plan, story):
        response = client.get(address)
        assert response.status_code == 200, name
        tree = page(response)
        assert nodes(response) <= MOST_NODES, name
        assert not tree.xpath("//*[@style] | //style | //script | //@onclick"), name
        assert len(tree.xpath("//h1")) == 1, name
        assert tree.get("lang") == language
        for form in tree.xpath("//form[@method='post']"):
            assert form.xpath(".//input[@name='csrfmiddlewaretoken']"), name
        for field in tree.xpath("//main//input[not(@type='hidden')] | //main//select | //textarea"):
            identifier = field.get("id")
            labelled = field.xpath("ancestor::label") or (
                identifier and tree.xpath(f"//label[@for='{identifier}']")
            )
            assert labelled, (name, field.get("name"))
        identifiers = tree.xpath("//@id")
        assert len(identifiers) == len(set(identifiers)), name
        for described in tree.xpath("//@aria-describedby"):
            assert set(described.split()) <= set(identifiers), (name, described)


@pytest.mark.parametrize("role", Role)
def test_who_opens_what(
    town: Town, plan: Plan, story: Action, signed_in: SignIn, role: Role
) -> None:
    client = signed_in(role)
    edits = role in {Role.EDITOR, Role.ADMIN}
    for name, address in addresses(town, plan, story):
        allowed = edits or name in READ or (name in OWN and role is Role.CONTRIBUTOR)
        assert client.get(address).status_code == (200 if allowed else 403), (role, name)
    # On an action they do not pilot, a contributor reads.
    other = make_action(town, plan)
    address = url(town, plan, "add-milestone", other.number)
    assert client.get(address).status_code == (200 if edits else 403)
    update = url(town, plan, "update", other.number)
    posted = client.post(update, {"update-progress": "paused"})
    assert posted.status_code == (302 if edits else 403)


def test_to_an_outsider_nothing_exists(
    town: Town, elsewhere: Town, plan: Plan, story: Action, signed_in: SignIn
) -> None:
    client = signed_in(Role.ADMIN, elsewhere)
    for name, address in addresses(town, plan, story):
        assert client.get(address).status_code == 404, name
        # The same address under their own organisation leads nowhere either.
        mine = address.replace(f"/{town.slug}/", f"/{elsewhere.slug}/", 1)
        if name != "create-plan":
            assert client.get(mine).status_code == 404, name


def test_a_reader_sees_no_way_to_write(
    town: Town, plan: Plan, story: Action, signed_in: SignIn
) -> None:
    client = signed_in(Role.READER)
    for name, address in addresses(town, plan, story):
        if name in READ:
            tree = page(client.get(address))
            forms = tree.xpath("//main//form[@method='post']")
            assert not forms, name
            links = " ".join(tree.xpath("//main//a/@href"))
            assert not re.search(r"/(edit|add|decide|money|pilot|measure|settings)/", links), name


def test_the_first_plan_is_made_from_the_empty_page(town: Town, signed_in: SignIn) -> None:
    client = signed_in(Role.EDITOR)
    here = reverse("plans:current", args=[town.slug])
    empty = client.get(here)
    create = reverse("plans:create-plan", args=[town.slug])
    assert create in page(empty).xpath("//main//a/@href")
    refused = client.post(
        create,
        {"title": "Plan", "first_year": 2027, "last_year": 2025, "stale_after_days": 120},
    )
    assert refused.status_code == 422
    (years,) = page(refused).xpath("//input[@name='last_year']")
    assert years.get("aria-invalid") == "true"
    assert "ne peut pas précéder" in words(refused)
    made = client.post(
        create,
        {"title": "Plan NR", "first_year": 2027, "last_year": 2029, "stale_after_days": 120},
        follow=True,
    )
    assert made.redirect_chain == [(f"/{town.slug}/plans/plan-nr/", 302)]
    assert "Plan créé" in words(made)
    assert client.get(here, {"level": "3"}).headers["Location"].endswith("/plan-nr/?level=3")
    assert not page(signed_in(Role.READER).get(here, follow=True)).xpath(
        "//main//a[@class='btn go']"
    )


def fill(town: Town, plan: Plan, count: int) -> None:
    """Add actions that share an indicator, in bulk: the price of a list is what is tested."""
    template = plan.actions.order_by("number")[0]
    start = plan.actions.count() + 1
    made = Action.objects.bulk_create(
        Action(
            plan=plan,
            number=number,
            title=f"Action {number:03} sur la sobriété des services",
            level=template.level,
            progress=Progress.IN_PROGRESS,
            pilot_function="Responsable des infrastructures",
            due_on=date(2026, 3, 31),
            blocked_by="le marché",
        )
        for number in range(start, start + count)
    )
    indicator = template.indicator_links.all()[0].indicator
    for action in made:
        action.indicator_links.create(indicator=indicator)


def test_a_list_costs_the_same_at_ten_and_at_five_hundred(
    town: Town, plan: Plan, story: Action, signed_in: SignIn
) -> None:
    client = signed_in(Role.READER)
    targets = [url(town, plan, name) for name in ("plan", "export", "coverage")]
    targets.append(url(town, plan, "action", 1))

    def costs() -> list[int]:
        found = []
        for address in targets:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            found.append(len(queries))
        return found

    fill(town, plan, 9)
    costs()  # the first page of a session writes it
    few = costs()
    fill(town, plan, 490)
    assert plan.actions.count() == 500
    assert costs() == few
    assert max(few) <= 33


def test_lists_are_cut_at_twenty_and_stay_light(
    town: Town, plan: Plan, story: Action, signed_in: SignIn
) -> None:
    fill(town, plan, 60)
    client = signed_in(Role.EDITOR)
    first = client.get(url(town, plan, "plan"), {"state": "blocked"})
    assert len(page(first).xpath("//tbody/tr")) == 20
    assert len(page(first).xpath("//tbody//span[@class='st']")) == 20
    assert nodes(first) <= MOST_NODES
    assert len(first.content) < MOST_BYTES
    assert "60 actions" in words(first)
    following = page(first).xpath("//a[@rel='next']/@href")[0]
    assert "state=blocked" in following
    last = client.get(url(town, plan, "plan") + "?page=3&state=blocked")
    assert len(page(last).xpath("//tbody/tr")) == 20


def test_filters_and_sorts_live_in_the_address(
    town: Town, plan: Plan, story: Action, signed_in: SignIn
) -> None:
    make_action(town, plan, title="Écrans d’été")
    client = signed_in(Role.READER)
    address = url(town, plan, "plan")

    def titles(**asked: str) -> list[str]:
        tree = page(client.get(address, asked))
        return [text.strip() for text in tree.xpath("//tbody//th//a/text()")]

    assert titles() == ["Une seule salle serveur", "Écrans d’été"]
    assert titles(q="ecran") == ["Écrans d’été"]
    assert titles(sort="-number") == ["Écrans d’été", "Une seule salle serveur"]
    assert titles(state="late") == ["Une seule salle serveur"]
    assert titles(level="2") == []
    # What makes no sense is left out, not refused.
    assert len(titles(level="nine", theme="x", state="??", sort="colour", page="z")) == 2
    shown = client.get(address, {"q": "ecran", "sort": "-title"})
    (head,) = page(shown).xpath("//th[@aria-sort]")
    assert head.get("aria-sort") == "descending"
    assert "q=ecran" in head.xpath("a/@href")[0]
    assert page(shown).xpath("//main//input[@name='q']/@value") == ["ecran"]
    nothing = client.get(address, {"q": "introuvable"})
    assert "Aucune action ne répond" in words(nothing)


def test_the_file_holds_exactly_what_is_shown(
    town: Town, plan: Plan, story: Action, signed_in: SignIn
) -> None:
    make_action(town, plan, title='=HYPERLINK("http://x")', pilot_function="+33 ; @accueil")
    client = signed_in(Role.READER)
    response = client.get(url(town, plan, "export"), {"sort": "-number"})
    assert response.headers["Content-Disposition"].endswith('-2026-11-24.csv"')
    text = response.content.decode("utf-8-sig")
    assert response.content.startswith(b"\xef\xbb\xbf")
    heads, *rows = csv.reader(io.StringIO(text), delimiter=";")
    assert [row[0] for row in rows] == ["2", "1"]
    assert {len(row) for row in rows} == {len(heads)}
    assert rows[0][1] == '\'=HYPERLINK("http://x")'
    assert rows[0][heads.index("Pilote")] == "'+33 ; @accueil"
    known = dict(zip(heads, rows[1], strict=True))
    assert known["Référence"] == "1,85"
    assert known["Dernier relevé"] == "1,71"
    assert known["Fin prévue"] == "2026-03-31"
    assert known["États"] == "En retard, Jalon dépassé, Non chiffrée en 2027"
    assert known["DSI 2026 (€ TTC)"] == "288000,00"
    assert known["DSI 2026, stade"] == "demandé"
    assert known["À côté du budget informatique 2026 (€ TTC)"] == ""
    # Names never leave: functions do.
    name = town.people[Role.CONTRIBUTOR].name
    assert name not in text
    late = client.get(url(town, plan, "export"), {"state": "late"}).content.decode()
    assert "HYPERLINK" not in late


def test_the_pilot_updates_and_takes_it_back(
    town: Town, plan: Plan, story: Action, signed_in: SignIn
) -> None:
    client = signed_in(Role.CONTRIBUTOR)
    posted = client.post(
        url(town, plan, "update", 1),
        {
            "update-progress": "in_progress",
            "update-value": "1,6",
            "update-on": "2026-11-20",
            "update-source": "Sonde, export du 20 novembre",
            "update-blocked_by": "La sonde est en panne",
        },
        follow=True,
    )
    said = words(posted)
    assert "Relevé enregistré : PUE moyen annuel, 1,6 au 20/11/2026." in said
    assert "Bloquée" in said
    assert story.indicators.get().measurements.filter(source="Sonde, export du 20 novembre")
    (undo,) = page(posted).xpath("//div[@class='msg']/form/@action")
    undone = client.post(undo, follow=True)
    assert "tout est comme avant" in words(undone)
    story.refresh_from_db()
    assert (story.progress, story.blocked_by) == (Progress.TODO, "")
    assert (
        not story.indicators.get()
        .measurements.filter(value=Decimal("1.6"), withdrawn_at=None)
        .exists()
    )
    assert "a changé depuis" in words(client.post(undo, follow=True))


def test_a_refused_update_says_where_and_keeps_what_was_typed(
    town: Town, plan: Plan, story: Action, signed_in: SignIn
) -> None:
    client = signed_in(Role.CONTRIBUTOR)
    address = url(town, plan, "update", 1)
    for data, field, sentence in (
        ({"update-value": "beaucoup"}, "value", "Écrivez un nombre"),
        ({"update-value": "2", "update-unknown": "on"}, "unknown", "Donnez le chiffre, ou dites"),
        ({"update-value": "2", "update-on": "2027-01-01"}, "on", "daté dans l’avenir"),
        ({"update-progress": "dropped"}, "note", "pourquoi l’action est abandonnée"),
    ):
        response = client.post(
            address, {"update-progress": "paused", "update-blocked_by": "Le marché"} | data
        )
        assert response.status_code == 422
        tree = page(response)
        (control,) = tree.xpath(f"//*[@name='update-{field}']")
        assert control.get("aria-invalid") == "true"
        errors = control.get("aria-describedby").split()
        assert any(sentence in tree.get_element_by_id(name).text_content() for name in errors)
        assert tree.xpath("//textarea[@name='update-blocked_by']")[0].text.strip() == "Le marché"
        # The heading says what is kept, not what was refused.
        assert "À faire" in tree.xpath("//p[@class='tags']")[0].text_content()
    story.refresh_from_db()
    assert story.progress == Progress.TODO


def test_not_having_the_figure_is_an_answer(
    town: Town, plan: Plan, story: Action, signed_in: SignIn
) -> None:
    client = signed_in(Role.CONTRIBUTOR)
    posted = client.post(
        url(town, plan, "update", 1),
        {"update-progress": "in_progress", "update-unknown": "on", "update-on": "2026-11-24"},
        follow=True,
    )
    assert "PUE moyen annuel, inconnu au 24/11/2026" in words(posted)


def test_a_decision_is_refused_until_it_stands(
    town: Town, plan: Plan, story: Action, signed_in: SignIn
) -> None:
    client = signed_in(Role.EDITOR)
    address = url(town, plan, "decide", 1)
    leap = {
        "outcome": "move",
        "level": "3",
        "decided_on": "2025-06-26",
        "body": "Conseil municipal",
        "reason": "Rien à éprouver",
        "scope": "",
    }
    refused = client.post(address, leap)
    assert refused.status_code == 422
    (select,) = page(refused).xpath("//select[@name='deliverable']")
    assert select.get("aria-invalid") == "true"
    assert "il faut son livrable" in words(refused)
    assert "remis depuis le 13/12/2024" in words(refused)
    assert "repose (facultatif)" not in words(refused)
    (add,) = page(refused).xpath("//a[contains(@href, 'deliverables/add')]/@href")
    assert client.post(add, {"title": "Bilan"})["Location"] == address
    study = story.deliverables.get(title="Étude")
    done = client.post(address, leap | {"deliverable": study.pk}, follow=True)
    assert "Décision enregistrée" in words(done)
    assert "Réflexion → Réalisation" in words(done)
    story.refresh_from_db()
    assert story.level == IMPLEMENTATION


def test_an_action_is_voted_from_its_page(town: Town, plan: Plan, signed_in: SignIn) -> None:
    action = make_action(town, plan)
    client = signed_in(Role.EDITOR)
    here = client.get(url(town, plan, "action", action.number))
    assert "pas encore votée" in words(here)
    vote = {"outcome": "adopt", "level": "1", "decided_on": "2026-11-24", "body": "Conseil"}
    done = client.post(url(town, plan, "decide", action.number), vote | {"scope": "", "reason": ""})
    assert done.status_code == 302
    assert action.decisions.get().level == STUDY


def test_an_action_is_added_edited_and_given_back(
    town: Town, plan: Plan, signed_in: SignIn
) -> None:
    client = signed_in(Role.EDITOR)
    sheet = {
        "title": "Éteindre la nuit",
        "pilot_function": "Exploitation",
        "level": "1",
        "reach": "organisation",
        "contributors": "Bâtiments\n\nSécurité",
        "days_per_year": "8,5",
        "impact_guess": "1",
    }
    made = client.post(url(town, plan, "create-action"), sheet, follow=True)
    assert "Action 1 ajoutée" in words(made)
    action = plan.actions.get()
    assert action.contributors == ["Bâtiments", "Sécurité"]
    assert (action.days_per_year, action.impact_guess, action.effort_guess) == (
        Decimal("8.5"),
        1,
        None,
    )
    edited = client.post(
        url(town, plan, "edit-action", 1), sheet | {"title": "Éteindre", "days_per_year": "?"}
    )
    assert edited.status_code == 422
    client.post(url(town, plan, "edit-action", 1), sheet | {"title": "Éteindre"})
    history = client.get(url(town, plan, "history", 1))
    assert "titre : Éteindre la nuit → Éteindre" in words(history)
    (restore,) = page(history).xpath("//main//form/@action")
    back = client.post(restore, follow=True)
    assert "Valeur restaurée : titre" in words(back)
    action.refresh_from_db()
    assert action.title == "Éteindre la nuit"


def test_only_an_action_without_history_is_deleted(
    town: Town, plan: Plan, story: Action, signed_in: SignIn
) -> None:
    client = signed_in(Role.EDITOR)
    bare = make_action(town, plan)
    kept = client.post(url(town, plan, "delete", story.number), follow=True)
    assert "a déjà servi" in words(kept)
    gone = client.post(url(town, plan, "delete", bare.number), follow=True)
    assert f"Action {bare.number} supprimée" in words(gone)
    assert list(plan.actions.all()) == [story]
    dropped = client.post(url(town, plan, "drop", 1), {"reason": "Bâtiment vendu"}, follow=True)
    assert "Abandonné" in words(dropped)


def test_the_table_of_money_knows_unknown_from_nothing(
    town: Town, plan: Plan, story: Action, signed_in: SignIn
) -> None:
    client = signed_in(Role.EDITOR)
    address = url(town, plan, "money", 1)
    tree = page(client.get(address))
    assert tree.xpath("//input[@name='y2027Nin']/@value") == ["?"]
    assert tree.xpath("//input[@name='y2026Nin']/@value") == ["288\u202f000"]
    refused = client.post(address, {"y2026Nin": "douze"})
    assert refused.status_code == 422
    saved = client.post(
        address, {"y2025Fin": "1 000,50", "y2026Nin": "0", "y2026Fout": "?", "y2027Iin": "96000"}
    )
    assert saved.status_code == 302
    rows = {
        (row.year, row.section, row.in_it_budget): row.amount for row in story.planned_money.all()
    }
    assert rows == {
        (2025, "F", True): Decimal("1000.50"),
        (2026, "", True): Decimal(0),
        (2026, "F", False): None,
        (2027, "I", True): Decimal(96000),
    }


def test_an_indicator_lives_its_life(town: Town, plan: Plan, signed_in: SignIn) -> None:
    action = make_action(town, plan)
    client = signed_in(Role.EDITOR)
    made = client.post(
        url(town, plan, "add-indicator", 1),
        {
            "name": "Marchés avec critère",
            "kind": "percentage",
            "unit": "%",
            "direction": "up",
            "level": "operational",
        },
        follow=True,
    )
    assert "Il lui faut une référence et une cible" in words(made)
    indicator = action.indicators.get()
    where = (action.number, indicator.pk)
    law = {"kind": "legal", "due_on": "2025-01-01", "value": "50", "reference": ""}
    refused = client.post(url(town, plan, "target", *where), law)
    assert refused.status_code == 422
    client.post(url(town, plan, "target", *where), law | {"reference": "REEN, article 16"})
    client.post(
        url(town, plan, "target", *where),
        {"kind": "target", "due_on": "2027-12-31", "value": "90 %"},
    )
    reading = {"on": "2026-09-30", "knowledge": "known", "role": "reading"}
    client.post(
        url(town, plan, "measure", *where), reading | {"numerator": "28", "denominator": "64"}
    )
    here = client.get(url(town, plan, "indicator", *where))
    said = words(here)
    assert "43,8 % au 30/09/2026" in said
    assert "28 sur 64" in said
    assert "La loi demande 50 % (REEN, article 16)" in said
    assert "Sous le seuil légal" in words(client.get(url(town, plan, "action", 1)))
    measurement = indicator.measurements.get()
    asked = client.get(url(town, plan, "withdraw", *where, measurement.pk))
    assert "Retirer le relevé du 30/09/2026" in words(asked)
    client.post(url(town, plan, "withdraw", *where, measurement.pk))
    assert page(client.get(url(town, plan, "indicator", *where))).xpath("//del")
    unknown = client.post(url(town, plan, "measure", *where), reading | {"knowledge": "unknown"})
    assert unknown.status_code == 302


def test_settings_keep_goals_that_serve(
    town: Town, plan: Plan, story: Action, signed_in: SignIn
) -> None:
    client = signed_in(Role.EDITOR)
    client.post(url(town, plan, "add-part", "axes"), {"title": "Faire durer"})
    axis = plan.axes.get()
    client.post(url(town, plan, "rename-part", "axes", axis.pk), {"title": "Durer"})
    axis.refresh_from_db()
    assert axis.title == "Durer"
    edit_action(town.editor, action=story, axis=axis)
    remove = url(town, plan, "remove-part", "axes", axis.pk)
    assert "rattachent" in words(client.post(remove, follow=True))
    edit_action(town.editor, action=story, axis=None)
    assert "Supprimé" in words(client.post(remove, follow=True))
    empty = client.post(url(town, plan, "add-part", "axes"), {"title": " "}, follow=True)
    assert page(empty).xpath("//div[@role='alert']")


def test_the_register_of_actors_is_kept_on_one_page(
    town: Town, plan: Plan, signed_in: SignIn
) -> None:
    client, address = signed_in(Role.EDITOR), url(town, plan, "stakeholders")
    assert "non renseigné" in words(client.get(address))
    told = {"name": "Atelier du réemploi", "kind": "private", "role": "répare <b>"}
    shown = client.post(address, told, follow=True)
    assert "Acteur enregistré" in words(shown)
    assert "répare <b>" in words(shown)
    again = client.post(address, told)
    assert again.status_code == 422
    assert "déjà inscrit" in words(again)
    pk = plan.stakeholders.get().pk
    changed = told | {"kind": "public", "role": ""}
    assert "Public" in words(client.post(url(town, plan, "stakeholder", pk), changed, follow=True))
    assert client.post(address, {"name": " ", "kind": "other"}).status_code == 422
    assert "Acteur retiré" in words(
        client.post(url(town, plan, "remove-stakeholder", pk), follow=True)
    )
    assert not plan.stakeholders.exists()
    assert "acteur du territoire" in words(
        signed_in(Role.ADMIN).get(reverse("people:journal", args=[town.slug]))
    )
    for role in (Role.READER, Role.FINANCE, Role.CONTRIBUTOR):
        assert signed_in(role).post(address, told).status_code == 403


def test_a_vacant_post_shows(town: Town, plan: Plan, story: Action, signed_in: SignIn) -> None:
    client = signed_in(Role.EDITOR)
    address = url(town, plan, "pilot", 1)
    both = {"pilot_function": "DSI", "pilot": town.people[Role.READER].pk, "since": "2026-06-30"}
    assert client.post(address, both).status_code == 422
    shown = client.post(address, {"pilot_function": "DSI", "since": "2026-06-30"}, follow=True)
    assert "Pilote vacant" in words(shown)
    assert "Pas de pilote depuis le 30/06/2026" in words(shown)


def test_the_action_page_shows_states_of_money(
    town: Town, plan: Plan, story: Action, signed_in: SignIn
) -> None:
    update_progress(town.editor, action=story, today=TODAY, progress=Progress.IN_PROGRESS)
    said = words(signed_in(Role.READER).get(url(town, plan, "action", 1)))
    for sentence in (
        "Non chiffrée en 2027",
        "Fin prévue le 31/03/2026, dépassée de 238 jours.",
        "0,09 au-dessus",
        "Salle éteinte (prévu le 01/05/2026)",
    ):
        assert sentence in said, sentence
