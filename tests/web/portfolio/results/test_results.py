"""What a board reads of an arbitration, through the screens."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import html

from portulan.accounts.access import Role
from portulan.core.models import Task
from portulan.core.words import TaskStatus
from portulan.impact.estimates.writes import estimate_action
from portulan.plans.models import Action
from portulan.plans.words import CommitmentLevel, Progress
from portulan.portfolio.engine.documents import result_document, result_from
from portulan.portfolio.engine.problem import problem_document
from portulan.portfolio.engine.solving import solve
from portulan.portfolio.envelopes import save_envelope
from portulan.portfolio.facts import CandidateFacts, LevelFacts, to_document
from portulan.portfolio.models import Candidate, Explanation, Scenario, Selection
from portulan.portfolio.results.left_out import asked_first
from portulan.portfolio.results.reads import latest_selection
from portulan.portfolio.rules.writes import add_rule
from portulan.portfolio.scenarios.writes import create_scenario
from portulan.portfolio.solving.writes import baseline_document, compute
from portulan.portfolio.words import EXPLAIN, SOLVE, RuleKind
from tests.impact.asked import longer_life
from tests.people import Town
from tests.plans.plan_of_town import TODAY
from tests.portfolio.explained import explain
from tests.portfolio.results import armorique
from tests.portfolio.scenario_of_town import make_scenario, make_town_plan
from tests.portfolio.tiny import IMPLEMENTATION

type SignIn = Callable[..., Client]


@pytest.fixture(autouse=True)
def today(town: Town) -> None:
    """The town stands still, as the demonstration does."""
    town.organisation.frozen_on = TODAY
    town.organisation.save()


def text_of(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, path
    main = html.fromstring(response.content).get_element_by_id("contenu")
    return re.sub(
        r"\s+", " ", " ".join(main.itertext()).replace("\u00a0", " ").replace("\u202f", " ")
    )


def computed(town: Town) -> Scenario:
    scenario = make_scenario(town)
    compute(town.editor, scenario=scenario)
    return scenario


def base(town: Town) -> str:
    return f"/{town.slug}/portfolio/"


def keep(town: Town, title: str, facts: object = None, problem: object = None) -> Scenario:
    """The demonstration’s 2027, solved and kept as the task does."""
    plan = town.organisation.plans.first() or make_town_plan(town)
    scenario = create_scenario(town.editor, plan=plan, title=title, first_year=2027, last_year=2028)
    asked, said = problem or armorique.problem(), facts or armorique.facts()
    result = solve(asked)  # type: ignore[arg-type]
    selection = Selection.objects.create(
        scenario=scenario,
        revision=scenario.revision,
        created_at=timezone.now(),
        digest=result.digest,
        status=result.status,
        value=result.value,
        checked_value=result.value,
        bound=result.bound,
        problem=problem_document(asked),  # type: ignore[arg-type]
        facts=to_document(replace(said, title=title)),  # type: ignore[type-var,arg-type]
        result=result_document(asked, result, None, "fr"),  # type: ignore[arg-type]
        baseline=baseline_document(asked),  # type: ignore[arg-type]
    )
    Explanation.objects.create(
        selection=selection,
        created_at=timezone.now(),
        document=explain(asked, result, spreads={}, draws=2),  # type: ignore[arg-type]
    )
    return scenario


def test_the_page_of_a_result_says_what_was_computed(town: Town, signed_in: SignIn) -> None:
    scenario = keep(town, "Tenir 2027")
    client, path = signed_in(Role.READER), f"{base(town)}{scenario.slug}/result/"
    page = text_of(client, path)
    for said in (
        "3 actions reçoivent 176 k€ de plus en 2027 : la part passe de 2,8 % à 4,0 %.",
        "Avec 10 k€ de plus en 2027, l’action 16 entre",
        "Ou garder 398 k€ en 2027, et assumer une part de 2,8 %.",
        "environ 40 t/an",
        "2 actions non estimées",
        "574 / 574",
        "La prendre ferait perdre 23,1 % au choix",
        "Elle n’est pas chiffrée ; inconnu n’est pas zéro.",
        "Aucun autre choix ne fait mieux avec ces enveloppes : c’est prouvé.",
    ):
        assert said in page, said
    # Nothing was refused, whatever changes in the plan.
    assert "<title>Tenir 2027" in client.get(path).content.decode()


def test_why_says_that_an_action_is_not_costed(town: Town, signed_in: SignIn) -> None:
    facts = armorique.facts()
    unknown = CandidateFacts("17", 17, "Démarches", levels=(LevelFacts(CommitmentLevel.STUDY),))
    said = replace(facts, candidates=(*facts.candidates, unknown))
    scenario = keep(town, "Tenir 2027", said)
    page = text_of(signed_in(Role.READER), f"{base(town)}{scenario.slug}/result/why/17/")
    assert "Elle n’est pas chiffrée ; inconnu n’est pas zéro." in page
    assert "pas encore calculé" not in page
    assert "tirages" not in page


def test_explanations_on_their_way_are_waited_for(town: Town, signed_in: SignIn) -> None:
    scenario = keep(town, "Tenir 2027")
    pages = [f"{base(town)}{scenario.slug}/result/{page}" for page in ("", "why/16/", "what-if/")]
    client = signed_in(Role.READER)
    assert not any("Refresh" in client.get(page) for page in pages)
    Explanation.objects.all().delete()
    now = timezone.now()
    at_work = Task.objects.create(
        organisation_id=town.organisation.pk,
        kind=SOLVE,
        subject_id=scenario.pk,
        status=TaskStatus.RUNNING,
        created_at=now,
        seen_at=now,
    )
    for page in pages:
        assert "Les explications se calculent" in text_of(client, page)
        assert client.get(page)["Refresh"] == "3"
    asking = text_of(signed_in(Role.EDITOR), pages[1])
    assert "Calculer ce pourquoi" in asking
    assert "Arrêter" in asking
    Task.objects.filter(pk=at_work.pk).update(status=TaskStatus.DONE, ended_at=now)
    assert not any("Refresh" in client.get(page) for page in pages)
    assert "Calculer ce pourquoi" not in text_of(client, pages[1])
    editor = signed_in(Role.EDITOR)
    assert "Calculer ce pourquoi" in text_of(editor, pages[1])
    explaining = Task.objects.create(
        organisation_id=town.organisation.pk, kind=EXPLAIN, subject_id=Selection.objects.get().pk,
        status=TaskStatus.RUNNING, created_at=now, seen_at=now,
    )  # fmt: skip
    editor.post(f"{base(town)}{scenario.slug}/cancel/")
    explaining.refresh_from_db()
    assert explaining.cancel_asked
    explaining.delete()
    assert "Poursuivre le calcul" in text_of(editor, pages[2])
    asked = editor.post(f"{base(town)}{scenario.slug}/explain/", {"candidate": "16"})
    assert (asked.status_code, asked["Location"]) == (302, pages[1])
    found = text_of(editor, pages[1])
    assert "Calculer ce pourquoi" not in found
    assert "La prendre ferait perdre" in found or "Sans elle" in found or "tranchent" in found
    assert (
        editor.post(f"{base(town)}{scenario.slug}/explain/", {"candidate": "/"}).status_code == 404
    )
    editor.post(f"{base(town)}{scenario.slug}/explain/")
    assert "Poursuivre le calcul" not in text_of(editor, pages[2])
    assert Explanation.objects.count() >= 2  # more where a busy machine takes over five seconds


def test_the_whys_that_are_shown_are_those_computed_first(town: Town, signed_in: SignIn) -> None:
    """Ids sort as text, pages in the order of numbers; a refusal has its reason already."""
    problem = armorique.problem()
    candidate, *_ = (one for one in armorique.facts().candidates if one.id == "16")
    action = problem.action("16")
    ids = [str(number) for number in range(101, 93, -1)]
    dear = replace(
        action.levels[0], use={problem.resources[0].id: (10**9,) * action.levels[0].duration}
    )
    added = tuple(replace(action, id=one, levels=(dear,), gate=None) for one in ids)
    facts = replace(
        armorique.facts(),
        candidates=(
            *(
                replace(
                    candidate,
                    id=one,
                    number=int(one),
                    title=f"Action {one}",
                    out_reason="Plus tard" if one == "94" else "",
                )
                for one in reversed(ids)
            ),
            *armorique.facts().candidates,
        ),
    )
    problem = replace(problem, actions=(*problem.actions, *added))
    scenario = keep(town, "Tenir 2027", facts, problem)
    whole = Explanation.objects.get().document
    client, path = signed_in(Role.EDITOR), f"{base(town)}{scenario.slug}/result/"

    def with_only(asked: Sequence[str]) -> str:
        Explanation.objects.all().delete()
        whys = [one for one in whole["whys"] if one["action"] in asked]
        selection = Selection.objects.get()
        Explanation.objects.create(
            selection=selection, created_at=timezone.now(), document=whole | {"whys": whys}
        )
        return text_of(client, path)

    kept = Selection.objects.get()
    result, _conflict = result_from(problem, kept.result)
    first = asked_first(facts, problem, result)
    assert first == ("95", "96", "97", "98", "99", "100")
    page = with_only(first)
    assert "pas encore calculé" not in page
    assert "Poursuivre le calcul" not in page
    page = with_only(first[:-1])
    assert "pas encore calculé" in page
    assert "Poursuivre le calcul" in page
    answer = client.post(f"{base(town)}{scenario.slug}/explain/", {"result": ""})
    assert answer["Location"] == path
    assert "pas encore calculé" not in text_of(client, path)


def test_what_failed_is_said_where_it_is_read(town: Town, signed_in: SignIn) -> None:
    scenario = keep(town, "Tenir 2027")
    whole = Explanation.objects.get().document
    Explanation.objects.all().delete()
    document = whole | {
        "whys": [one for one in whole["whys"] if one["action"] != "16"],
        "front": [],
        "failed": ["why:16", "front"],
    }
    Explanation.objects.create(
        selection=Selection.objects.get(), created_at=timezone.now(), document=document
    )
    client, path = signed_in(Role.EDITOR), f"{base(town)}{scenario.slug}/result/"
    assert "ne concordent pas sur ce pourquoi" in text_of(client, path)
    why = text_of(client, f"{path}why/16/")
    assert "ne concordent pas sur ce pourquoi" in why
    assert "Calculer ce pourquoi" not in why
    what_if = text_of(client, f"{path}what-if/")
    assert "2 questions restent sans réponse" in what_if
    assert "Poursuivre le calcul" not in what_if
    Explanation.objects.all().delete()
    now = timezone.now()
    Task.objects.create(
        organisation_id=town.organisation.pk, kind=EXPLAIN, subject_id=Selection.objects.get().pk,
        status=TaskStatus.FAILED, created_at=now, seen_at=now,
    )  # fmt: skip
    for page in ("", "why/16/", "what-if/"):
        assert "Les explications n’ont pas abouti" in text_of(client, path + page)


def test_a_theme_with_a_tab_breaks_nothing(town: Town, signed_in: SignIn) -> None:
    """From the practice of a catalogue, or typed: the field of a form keeps a tab."""
    scenario = make_scenario(town)
    Candidate.objects.filter(scenario=scenario).update(theme="Achats\tet\x07  usages")
    add_rule(
        town.editor,
        scenario=scenario,
        kind=RuleKind.COVERAGE,
        theme="Achats\tet\x07  usages",
        level=IMPLEMENTATION,
        minimum=1,
    )
    assert compute(town.editor, scenario=scenario).status == TaskStatus.DONE
    selection = Selection.objects.get()
    assert {one["theme"] for one in selection.problem["coverage"]} == {"Achats et\ufffd usages"}
    client, path = signed_in(Role.EDITOR), f"{base(town)}{scenario.slug}/"
    for page in ("result/", "result/why/1/", "result/what-if/", "apply/", "problem.json"):
        assert client.get(path + page).status_code == 200, page
    # What was kept before themes were cleaned is still read.
    problem = armorique.problem()
    actions = tuple(replace(one, theme="Achats\tet usages") for one in problem.actions)
    old = keep(town, "Avant", problem=replace(problem, actions=actions))
    for page in ("", "why/16/", "what-if/"):
        assert client.get(f"{base(town)}{old.slug}/result/{page}").status_code == 200, page
    assert client.post(f"{base(town)}{old.slug}/explain/").status_code == 302


def test_it_is_in_english_too(town: Town, signed_in: SignIn) -> None:
    scenario = keep(town, "Tenir 2027")
    client = signed_in(Role.READER)
    client.post("/language/en/")
    page = text_of(client, f"{base(town)}{scenario.slug}/result/")
    assert "With €10k more in 2027, action 16 enters (implementation in 2027)." in page
    assert "No other choice does better with these envelopes: it is proved." in page


def test_a_scenario_goes_from_its_plan_to_its_page(town: Town, signed_in: SignIn) -> None:
    scenario = make_scenario(town)
    client, path = signed_in(Role.READER), f"{base(town)}{scenario.slug}/result/"
    assert "Rien n’est encore calculé" in text_of(client, path)
    assert client.get(f"{path}what-if/").headers["Location"] == path
    compute(town.editor, scenario=scenario)
    page = text_of(client, path)
    assert "c’est prouvé" in page
    assert "avec un atelier" in page
    why = text_of(client, f"{path}why/1.1/")
    assert "Retenue : réalisation 2027." in why
    assert "De la même action : " in why
    assert client.get(f"{path}why/99/").status_code == 404
    latest = latest_selection(scenario)
    assert latest is not None
    Scenario.objects.filter(pk=scenario.pk).update(revision=latest.revision + 1)
    assert "Le scénario a changé depuis" in text_of(client, path)


def test_when_nothing_holds_the_page_says_what_is_missing(town: Town, signed_in: SignIn) -> None:
    scenario = make_scenario(town)
    save_envelope(
        town.editor,
        scenario=scenario,
        envelope=scenario.envelopes.get(),
        title="Budget",
        capacity=[50_000, 50_000],
    )
    compute(town.editor, scenario=scenario)
    page = text_of(signed_in(Role.READER), f"{base(town)}{scenario.slug}/result/")
    assert "Aucun choix ne respecte toutes les règles à la fois : c’est prouvé." in page
    assert "Il manque 10 k€ en 2027 (« Budget »)." in page
    assert "L’action 1 est obligatoire" in page
    assert "d’autres blocages peuvent suivre" in page
    room = scenario.candidates.get(action__number=1, rank=0)
    assert room.must_reason in page
    client, path = signed_in(Role.EDITOR), f"{base(town)}{scenario.slug}/"
    shown = client.get(f"{path}result/").content.decode()
    assert f'<a href="{path}candidates/{room.pk}/">1. {room.action.title}</a>' in shown
    assert f'<a href="{path}envelopes/">' in shown


def test_what_if_answers_for_the_envelope_and_the_year_asked(town: Town, signed_in: SignIn) -> None:
    scenario = keep(town, "Tenir 2027")
    client, path = signed_in(Role.READER), f"{base(town)}{scenario.slug}/result/what-if/"
    page = text_of(client, path)
    assert "5 k€ de plus en 2027 ne changent rien au choix." in page
    assert "Sans cette règle, le choix vaudrait" in page
    later = text_of(client, f"{path}?envelope=budget&year=2028")
    assert "Avec 25 k€ de plus en 2028, l’action 16 entre" in later
    assert "en 2027 ne changent" in text_of(client, f"{path}?envelope=nothing&year=x")


def test_two_scenarios_stand_side_by_side(town: Town, signed_in: SignIn) -> None:
    client, path = signed_in(Role.READER), f"{base(town)}compare/"
    assert "Il faut deux scénarios" in text_of(client, path)
    first = keep(town, "Au plus juste")
    create_scenario(town.editor, plan=first.plan, title="Vide", first_year=2027, last_year=2028)
    assert "pas encore de choix calculé" in text_of(client, path)
    keep(town, "Avec 24 k€", armorique.facts(598), armorique.problem(598))
    page = text_of(client, f"{path}?a=au-plus-juste&b=avec-24-k")
    assert "1 action diffère" in page
    assert "16. Écoconcevoir les services en ligne dehors Réalisation 2027" in page
    assert "5 actions sont les mêmes dans les deux." in page
    assert "574 k€" in page
    assert "598 k€" in page


def test_the_matrix_keeps_a_strip_for_what_is_unknown(town: Town, signed_in: SignIn) -> None:
    client, path = signed_in(Role.READER), f"{base(town)}matrix/"
    assert "Aucune action à placer" in text_of(client, path)
    plan = make_town_plan(town)
    Action.objects.filter(plan=plan, number=1).update(impact_guess=3, effort_guess=1)
    Action.objects.filter(plan=plan, number=2).update(impact_guess=1, effort_guess=None)
    page = html.fromstring(client.get(path).content)
    cells = [
        [re.sub(r"\s+", " ", cell.text_content()).strip()[:2] for cell in row.findall("td")]
        for row in page.findall(".//tbody/tr")
    ]
    assert cells[0][0] == "1."
    assert cells[2][3] == "2."
    assert cells[3][3] == "3."
    assert sum(cell == "–" for row in cells for cell in row) == 13
    assert "pour 2 actions, on ne sait pas encore" in text_of(client, path)
    Action.objects.filter(plan=plan, number=3).update(progress=Progress.DROPPED)
    assert "pour 1 action, on ne sait pas encore" in text_of(client, path)


def test_only_those_of_the_organisation_read(
    town: Town, elsewhere: Town, signed_in: SignIn
) -> None:
    scenario = keep(town, "Tenir 2027")
    stranger = signed_in(Role.READER, elsewhere)
    for end in ("result/", "result/what-if/", "result/why/16/"):
        assert stranger.get(f"{base(town)}{scenario.slug}/{end}").status_code == 404
        assert stranger.get(f"{base(elsewhere)}{scenario.slug}/{end}").status_code == 404


def test_a_page_asks_as_much_of_the_database_and_stays_light_with_many_actions(
    town: Town, signed_in: SignIn
) -> None:
    def pages(scenario: Scenario) -> tuple[list[int], list[int]]:
        client, counts, nodes = signed_in(Role.READER), [], []
        for end in ("result/", "result/what-if/", "result/why/16/"):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                response = client.get(f"{base(town)}{scenario.slug}/{end}")
            counts.append(len(queries))
            nodes.append(len(list(html.fromstring(response.content).iter("*"))))
        return counts, nodes

    few = keep(town, "Peu")
    many = tuple(
        CandidateFacts(
            str(number), number, f"Action {number}", levels=(LevelFacts(IMPLEMENTATION, cost={}),)
        )
        for number in range(100, 140)
    )
    facts, problem = armorique.facts(), armorique.problem()
    free = tuple(
        replace(problem.action("16"), id=one.id, levels=(armorique.free_level(),)) for one in many
    )
    lots = keep(
        town,
        "Beaucoup",
        replace(facts, candidates=(*facts.candidates, *many)),
        replace(problem, actions=(*problem.actions, *free)),
    )
    (counts, _), (same, nodes) = pages(few), pages(lots)
    assert counts == same
    assert max(nodes) <= 400  # the inside of charts and the options included


def test_what_a_tonne_costs_is_shown_with_its_warnings_and_what_is_missing(
    town: Town, signed_in: SignIn
) -> None:
    client, path = signed_in(Role.READER), f"{base(town)}abatement/"
    assert "Il faut une action chiffrée" in text_of(client, path)
    plan = make_town_plan(town)
    assert "Sans estimation par an 1 . " in text_of(client, path)
    room = plan.actions.get(number=1)
    estimate_action(town.editor, action=room, request=longer_life(), today=TODAY)
    page = text_of(client, path)
    assert "Pour 1 action, on sait ce que coûte une tonne." in page
    assert "Un coût négatif ne se classe pas" in page
    # 60 k€ asked in 2027, 56.3 k€ of 2025, over five years of 18.5 t: about 609 €.
    assert re.search(r"18,5 6\d\d ", page)
