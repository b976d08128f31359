"""Scenarios through the screens: filled, read, edited, solved; and who may."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portulan.accounts.access import Grant, Operation, Role, granted
from portulan.budget.models import Allotment
from portulan.core.models import Task
from portulan.core.words import TaskStatus
from portulan.plans.actions.writes import edit_action
from portulan.plans.words import CommitmentLevel, Progress
from portulan.portfolio.candidates import edit_candidate
from portulan.portfolio.envelopes import save_envelope
from portulan.portfolio.from_plan.writes import fill
from portulan.portfolio.models import (
    Candidate,
    CandidateLevel,
    Scenario,
    ScenarioEnvelope,
    ScenarioRule,
)
from portulan.portfolio.results.reads import latest_selection
from tests.people import Town
from tests.plans.plan_of_town import make_action
from tests.portfolio.scenario_of_town import make_scenario, make_town_plan

type SignIn = Callable[[Role], Client]

READ = ("", "{slug}/", "{slug}/?sort=cost", "{slug}/envelopes/", "{slug}/rules/",
        "{slug}/problem.json")  # fmt: skip
EDIT = (
    "new/", "{slug}/fill/", "{slug}/settings/", "{slug}/delete/", "{slug}/candidates/add/",
    "{slug}/candidates/{pk}/", "{slug}/candidates/{pk}/3/", "{slug}/candidates/{pk}/2/",
    "{slug}/candidates/{pk}/remove/", "{slug}/candidates/{pk}/3/remove/", "{slug}/envelopes/new/",
    "{slug}/envelopes/{envelope}/", "{slug}/rules/new/prerequisite/", "{slug}/rules/new/exclusion/",
    "{slug}/rules/new/coverage/", "{slug}/rules/new/overlap/",
)  # fmt: skip


def at(town: Town, path: str, scenario: Scenario | None = None) -> str:
    if scenario is not None:
        candidate = Candidate.objects.get(scenario=scenario, action__number=1, rank=0)
        envelope = ScenarioEnvelope.objects.filter(scenario=scenario).earliest("pk")
        path = path.format(slug=scenario.slug, pk=candidate.pk, envelope=envelope.slug)
    return f"/{town.slug}/portfolio/{path}"


@pytest.mark.parametrize("role", Role)
def test_who_may_read_and_who_may_edit(town: Town, signed_in: SignIn, role: Role) -> None:
    scenario = make_scenario(town)
    client = signed_in(role)
    may_edit = granted([role], Operation.EDIT_SCENARIO) is Grant.ALL
    for path in READ:
        assert client.get(at(town, path, scenario)).status_code == 200, path
    for path in EDIT:
        expected = 200 if may_edit else 403
        assert client.get(at(town, path, scenario)).status_code == expected, path
    for path in ("duplicate", "keep", "compute", "cancel"):
        status = client.post(at(town, f"{{slug}}/{path}/", scenario)).status_code
        assert status == (302 if may_edit else 403), path
    shown = client.get(at(town, "{slug}/", scenario)).content.decode()
    assert ("Ajouter une candidate" in shown) is may_edit


def test_a_scenario_of_elsewhere_does_not_exist(
    town: Town, elsewhere: Town, signed_in: SignIn
) -> None:
    stranger = make_scenario(elsewhere)
    client = signed_in(Role.ADMIN)
    for path in (*READ[1:], *EDIT[1:]):
        assert client.get(at(town, path, stranger)).status_code == 404, path


def test_the_first_screen_says_what_is_left_and_sorts_by_effect_per_euro(
    town: Town, signed_in: SignIn
) -> None:
    scenario = make_scenario(town)
    page = signed_in(Role.READER).get(at(town, "{slug}/", scenario)).content.decode()
    assert "40\u00a0k€ restent à attribuer" in page
    rows = re.findall(r'<th scope="row">(.+?)</th>', page)
    told = ["".join(re.findall(r"Engagé.+actions|atelier|partout|^2", row)) for row in rows]
    assert told == ["Engagé ou imposé\u00a0: 2 actions", "atelier", "partout", "2"]
    assert "n’est pas chiffré (action 3 en réflexion)" in page
    decided = signed_in(Role.READER).get(at(town, "{slug}/?show=decided", scenario))
    assert re.findall(r'<th scope="row">(\d)', decided.content.decode()) == ["1", "3"]


def test_a_scenario_is_made_and_filled_in_one_go(town: Town, signed_in: SignIn) -> None:
    client = signed_in(Role.EDITOR)
    assert "commencez par le plan" in client.get(at(town, "")).content.decode()
    plan = make_town_plan(town)
    assert "Aucun scénario" in client.get(at(town, "")).content.decode()
    answer = client.post(
        at(town, "new/"),
        {"title": "Tenir 2027", "first_year": 2027, "last_year": 2028, "plan": plan.pk},
    )
    scenario = Scenario.objects.get()
    assert answer["Location"] == at(town, f"{scenario.slug}/")
    assert scenario.candidates.count() == 3
    refused = client.post(
        at(town, "new/"), {"title": "", "first_year": 2028, "last_year": 2027, "plan": plan.pk}
    )
    assert refused.status_code == 422


def test_a_level_is_typed_and_says_so(town: Town, signed_in: SignIn) -> None:
    scenario = make_scenario(town)
    client = signed_in(Role.FINANCE)
    page = at(town, "{slug}/candidates/{pk}/3/", scenario)
    typed = {
        "duration": "2", "cost_I:1": "60 000", "cost_I:2": "28 000", "running_F": "5 000",
        "impact_low": "3000", "impact_likely": "7600", "impact_high": "9 000", "score_law": "40",
    }  # fmt: skip
    assert client.post(page, typed).status_code == 302
    level = CandidateLevel.objects.get(candidate__rank=0, candidate__action__number=1)
    assert level.cost == {"I": [60_000, 28_000]}
    assert level.running == {"F": 5_000}
    assert level.origins["cost"] == level.origins["impact"] == "typed"
    shown = client.get(at(town, "{slug}/candidates/{pk}/", scenario)).content.decode()
    assert "Investissement 60\u202f000\u00a0€ ; 28\u202f000\u00a0€" in shown.replace(
        "\u202f;", " ;"
    )
    assert "saisi" in shown


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("cost_I:1", "beaucoup", "1re année\u00a0: écrivez un nombre entier"),
        ("cost_I:1", "60 000,5", "nombre entier"),
        ("cost_I:2", "3", "2e année\u00a0: les travaux durent 1 an."),
        ("duration", "2", "2e année\u00a0: donnez un nombre, ou 0."),
        ("running_F", "-5", "entre 0"),
        ("running_F", "99 000 000 000", "1\u202f000\u202f000\u202f000"),
        ("impact_low", "12", "trois impacts"),
        ("score_social", "140", "100"),
        ("duration", "0", "1"),
    ],
)
def test_what_makes_no_sense_is_said_at_its_field(
    town: Town, signed_in: SignIn, field: str, value: str, words: str
) -> None:
    scenario = make_scenario(town)
    page = at(town, "{slug}/candidates/{pk}/3/", scenario)
    answer = signed_in(Role.EDITOR).post(page, {"duration": "1", "cost_I:1": "10"} | {field: value})
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert words in re.sub(r"<[^>]+>", " ", " ".join(re.findall(r'class="err".+?</', shown)))


def test_envelopes_and_rules_are_typed_and_taken_away(town: Town, signed_in: SignIn) -> None:
    scenario = make_scenario(town)
    client = signed_in(Role.EDITOR)
    new = at(town, "{slug}/envelopes/new/", scenario)
    team = {"title": "Agents", "unit": "team", "capacity:1": "20", "capacity:2": "30"}
    shown = client.get(new).content.decode()
    assert re.findall(r'<label for="id_capacity:\d">(\d+)</label>', shown) == ["2027", "2028"]
    assert client.post(new, team).status_code == 302
    short = client.post(new, team | {"capacity:2": ""})
    assert short.status_code == 422
    assert "2028\u00a0: ce champ est obligatoire." in short.content.decode()
    assert client.post(new, team | {"unit": "money", "nature": "F"}).status_code == 422
    agents = ScenarioEnvelope.objects.get(slug="agents")
    assert agents.capacity == [20, 30]
    client.post(at(town, "{slug}/envelopes/agents/drop/", scenario))
    assert not ScenarioEnvelope.objects.filter(slug="agents").exists()
    one, two = Candidate.objects.filter(scenario=scenario, rank__gt=0)
    rule = at(town, "{slug}/rules/new/exclusion/", scenario)
    assert client.post(rule, {"candidates": [one.pk], "level": 3}).status_code == 422
    assert client.post(rule, {"candidates": [one.pk, two.pk], "level": 3}).status_code == 302
    shown = client.get(at(town, "{slug}/rules/", scenario)).content.decode()
    assert "Une seule va jusqu’au niveau « Réalisation »" in shown
    pk = ScenarioRule.objects.get().pk
    edit = at(town, f"{{slug}}/rules/{pk}/", scenario)
    shown = client.get(edit).content.decode()
    assert re.findall(r'value="(\d+)" [^>]*checked', shown) == [str(one.pk), str(two.pk)]
    typed = {"candidates": [one.pk, two.pk], "level": 2, "reason": "Une équipe"}
    assert client.post(edit, typed).status_code == 302
    assert "Expérimentation" in client.get(at(town, "{slug}/rules/", scenario)).content.decode()
    client.post(at(town, f"{{slug}}/rules/{pk}/drop/", scenario))
    assert not ScenarioRule.objects.exists()


def test_a_scenario_is_computed_copied_and_removed(town: Town, signed_in: SignIn) -> None:
    scenario = make_scenario(town)
    client = signed_in(Role.EDITOR)
    answer = client.post(at(town, "{slug}/compute/", scenario), follow=True)
    assert answer.status_code == 200
    assert latest_selection(scenario) is not None
    client.post(at(town, "{slug}/duplicate/", scenario))
    copy = Scenario.objects.exclude(pk=scenario.pk).get()
    assert copy.candidates.count() == scenario.candidates.count()
    assert latest_selection(copy) is None
    client.post(at(town, "{slug}/delete/", copy))
    assert Scenario.objects.get() == scenario


def test_a_result_is_applied_to_the_plan_and_undone(town: Town, signed_in: SignIn) -> None:
    scenario = make_scenario(town)
    client = signed_in(Role.ADMIN)
    page = at(town, "{slug}/apply/", scenario)
    assert client.get(page)["Location"] == at(town, "{slug}/", scenario)  # nothing computed yet
    answer = client.post(at(town, "{slug}/compute/", scenario), follow=True)
    assert "Voir ce que cela change au plan" in answer.content.decode()
    shown = client.get(page).content.decode()
    assert "Dotation 2027" in shown
    assert "Dotation 2028" not in shown
    assert "Dotation 2028" in client.get(page + "?years=all").content.decode()
    ticked = re.findall(r'value="([^"]+)" checked', shown)
    assert "1-allotment-2027" in ticked
    typed = {"take": ticked, "body": "Comité", "on": "2026-11-24", "reason": "Tenir l’ambition"}
    assert client.post(page, typed | {"body": ""}).status_code == 422
    assert not Allotment.objects.exists()
    applied = client.post(page, typed, follow=True).content.decode()
    assert Allotment.objects.get(action__number=1).amount == 90_000
    assert "Annuler cette application" in applied
    undo = re.findall(r'action="([^"]+/undo/)"', applied)[0]
    assert "le plan est comme avant" in client.post(undo, follow=True).content.decode()
    assert not Allotment.objects.exists()


def test_an_action_at_work_that_is_refused_says_what_becomes_of_it(
    town: Town, signed_in: SignIn
) -> None:
    scenario = make_scenario(town)
    room = scenario.plan.actions.get(number=1)
    edit_action(town.editor, action=room, progress=Progress.ONGOING)
    for one in Candidate.objects.filter(scenario=scenario, action=room):
        edit_candidate(
            town.editor, candidate=one, must_level=None, must_by=None, must_reason="",
            out_reason="Trop cher",
        )  # fmt: skip
    client = signed_in(Role.ADMIN)
    client.post(at(town, "{slug}/compute/", scenario))
    board = client.get(at(town, "{slug}/result/", scenario)).content.decode()
    assert "Arrêter l’action 1\u00a0: 60\u00a0k€ de moins." in board
    assert re.search(r'<td\s+colspan="2">Arrêtée</td>', board)
    page = client.get(at(town, "{slug}/apply/", scenario)).content.decode()
    assert "est en cours et ce choix ne la retient pas" in page
    assert f'href="/{town.slug}/plans/{scenario.plan.slug}/1/"' in page


def test_the_line_of_the_chart_is_the_envelope_of_the_scenario(
    town: Town, signed_in: SignIn
) -> None:
    scenario = make_scenario(town)
    save_envelope(
        town.editor, scenario=scenario, envelope=scenario.envelopes.get(is_money=True),
        title="NR", capacity=[87_000, 87_000],
    )  # fmt: skip
    client = signed_in(Role.ADMIN)
    client.post(at(town, "{slug}/compute/", scenario))
    board = client.get(at(town, "{slug}/result/", scenario)).content.decode()
    chart = board[board.index("Données du graphique") :]
    assert "87" in re.findall(r"<td[^>]*>([^<]*)</td>", chart[: chart.index("</table>")])


def test_what_keeps_from_computing_is_said(town: Town, signed_in: SignIn) -> None:
    scenario = make_scenario(town)
    ScenarioEnvelope.objects.all().delete()
    page = f"/{town.slug}/portfolio/{scenario.slug}/compute/"
    answer = signed_in(Role.EDITOR).post(page, follow=True).content.decode()
    assert "Aucune enveloppe\u00a0: dites ce qu’il y a" in answer


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (TaskStatus.RUNNING, "Arrêter"),
        (TaskStatus.CANCELLED, "arrêté à la demande"),
        (TaskStatus.FAILED, "pas abouti"),
    ],
)
def test_the_page_of_a_computation_says_where_it_is(
    town: Town, signed_in: SignIn, status: TaskStatus, words: str
) -> None:
    scenario = make_scenario(town)
    now = scenario.changed_at
    Task.objects.create(
        organisation_id=town.organisation.pk, kind="portfolio.solve", subject_id=scenario.pk,
        status=status, stage="search", created_at=now, seen_at=now,
        details={"found": 10.0, "bound": 12.0},
    )  # fmt: skip
    client = signed_in(Role.EDITOR)
    answer = client.get(at(town, "{slug}/task/", scenario))
    assert words in answer.content.decode()
    assert ("Refresh" in answer) is (status is TaskStatus.RUNNING)
    if status is TaskStatus.RUNNING:
        client.post(at(town, "{slug}/cancel/", scenario))
        assert Task.objects.get().cancel_asked


def test_pages_ask_as_much_at_three_candidates_and_at_forty(town: Town, signed_in: SignIn) -> None:
    scenario = make_scenario(town)
    client = signed_in(Role.EDITOR)
    pages = [
        at(town, path, scenario)
        for path in (
            "",
            "{slug}/",
            "{slug}/?show=decided",
            "{slug}/fill/",
            "{slug}/candidates/{pk}/",
        )
    ]

    def counts() -> list[int]:
        found = []
        for page in pages:
            client.get(page)
            with CaptureQueriesContext(connection) as captured:
                client.get(page)
            found.append(len(captured))
        return found

    few = counts()
    for number in range(37):
        make_action(town, scenario.plan, f"Action {number}", level=CommitmentLevel.STUDY)
    fill(town.editor, scenario=scenario)
    assert counts() == few


def test_a_scenario_without_an_envelope_has_no_problem_yet_and_says_so(
    town: Town, signed_in: SignIn
) -> None:
    scenario = make_scenario(town)
    ScenarioEnvelope.objects.filter(scenario=scenario).delete()
    client = signed_in(Role.READER)
    answer = client.get(f"/{town.slug}/portfolio/{scenario.slug}/problem.json", follow=True)
    assert answer.redirect_chain == [(f"/{town.slug}/portfolio/{scenario.slug}/", 302)]
    assert "enveloppe" in " ".join(str(one) for one in answer.context["messages"])
