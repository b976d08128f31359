"""An obligation is carried by one action, proposed when it can be met, and told when it cannot."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from portulan.accounts.words import LegalForm
from portulan.accounts.writes import edit_organisation
from portulan.catalogue.imports.writes import install_builtin
from portulan.catalogue.links.writes import link_practices
from portulan.catalogue.models import Catalogue, CatalogueVersion, Practice, Theme
from portulan.catalogue.obligations import Key
from portulan.catalogue.words import Relation
from portulan.plans.models import Action, Plan
from portulan.plans.money.writes import set_planned_money
from portulan.plans.words import CommitmentLevel
from portulan.portfolio.candidates import edit_candidate, save_level
from portulan.portfolio.facts import (
    CandidateFacts,
    LevelFacts,
    MustFacts,
    ObligationFacts,
    ScenarioFacts,
    from_document,
    to_document,
)
from portulan.portfolio.from_plan.reads import proposals
from portulan.portfolio.from_plan.rules import must_said
from portulan.portfolio.from_plan.writes import fill
from portulan.portfolio.models import Candidate, Scenario
from portulan.portfolio.obligations.reads import obligations_in
from portulan.portfolio.obligations.rules import Carrier, imposed, obligations_of
from portulan.portfolio.results.obligations import obligation_sentences
from portulan.portfolio.scenarios.reads import facts_of, facts_to_keep
from portulan.portfolio.scenarios.writes import create_scenario
from portulan.portfolio.words import LONGEST_REASON, Origin, Standing
from tests.people import Town
from tests.plans.plan_of_town import adopt, followed_action, make_action, make_plan

STUDY, EXPERIMENT, IMPLEMENTATION = CommitmentLevel
YEARS = (2026, 2027, 2028)
REUSED = frozenset({"i.2"})


def stands(carrier: Carrier, *more: Carrier) -> tuple[str, int | None]:
    """How the obligation to reuse what is disposed of stands in a département, due at once."""
    found = obligations_of(LegalForm.DEPARTMENT, None, YEARS, [carrier, *more])
    reuse = next(one for one in found if one.key == Key.REUSE)
    assert (reuse.by, reuse.percent) == (2026, "50")
    return reuse.standing, reuse.action


def offered(*levels: LevelFacts, must: MustFacts | None = None) -> CandidateFacts:
    return CandidateFacts("7", 7, "Donner", must=must, levels=levels)


DONE = LevelFacts(IMPLEMENTATION, cost={"": (1000,)})
OPEN = Carrier(7, IMPLEMENTATION, REUSED)


def test_one_action_carries_an_obligation_the_firmest() -> None:
    assert stands(OPEN) == (Standing.OPEN, 7)
    assert stands(Carrier(3, STUDY, REUSED), OPEN) == (Standing.OPEN, 7)
    assert stands(OPEN, Carrier(5, IMPLEMENTATION, REUSED)) == (Standing.OPEN, 5)
    assert stands(Carrier(7, IMPLEMENTATION, frozenset({"e.1"}))) == (Standing.NOBODY, None)


@pytest.mark.parametrize(
    ("carrier", "standing"),
    [
        (replace(OPEN, closed=True), Standing.CLOSED),
        (replace(OPEN, candidate=replace(offered(DONE), out_reason="Non")), Standing.CLOSED),
        (replace(OPEN, said=True, candidate=offered(DONE)), Standing.REFUSED),
        (replace(OPEN, level=EXPERIMENT, decided=True), Standing.LOWER),
        (replace(OPEN, level=STUDY), Standing.NOT_OFFERED),
        (replace(OPEN, candidate=offered(replace(DONE, duration=2))), Standing.TOO_LATE),
        (
            replace(
                OPEN,
                level=STUDY,
                candidate=replace(offered(LevelFacts(STUDY), DONE), gate=STUDY),
            ),
            Standing.TOO_LATE,
        ),
        (replace(OPEN, level=STUDY, candidate=offered(LevelFacts(STUDY), DONE)), Standing.OPEN),
        (
            replace(OPEN, candidate=offered(DONE, must=MustFacts(IMPLEMENTATION, 2026, "Loi"))),
            Standing.HELD,
        ),
        (
            replace(
                OPEN,
                candidate=offered(
                    LevelFacts(IMPLEMENTATION), must=MustFacts(IMPLEMENTATION, 2026, "Loi")
                ),
            ),
            Standing.NOT_COSTED,
        ),
        (
            replace(OPEN, candidate=offered(DONE, must=MustFacts(IMPLEMENTATION, 2028, "Loi"))),
            Standing.OPEN,
        ),
    ],
)
def test_how_an_action_stands_before_what_it_would_carry(
    carrier: Carrier, standing: Standing
) -> None:
    assert stands(carrier) == (standing, 7)
    (sentence,) = obligation_sentences([of(standing)], "fr")
    assert "None" not in sentence
    assert "{" not in sentence
    assert sentence != obligation_sentences([of(standing)], "en")[0]


def of(standing: Standing, key: Key = Key.REUSE, action: int | None = 7) -> ObligationFacts:
    return ObligationFacts(key.value, standing.value, 2026, "50", action)


def test_a_decision_is_never_moved_by_the_law() -> None:
    law = MustFacts(IMPLEMENTATION, 2028, "Loi")
    assert must_said(None, "", None, 2026) == {}
    assert must_said(None, "", law, 2026)["must"].value == law
    decided = must_said(IMPLEMENTATION, "En cours", law, 2026)["must"]
    assert decided.value == MustFacts(IMPLEMENTATION, 2026, "Loi\u202f; en cours")
    assert decided.origin is Origin.LAW
    kept = must_said(STUDY, "En cours", law, 2026)["must"]
    assert (kept.value, kept.origin) == (MustFacts(STUDY, 2026, "En cours"), Origin.PLAN)


def test_several_obligations_of_one_action_are_one_level_at_the_earliest() -> None:
    both = [of(Standing.OPEN), replace(of(Standing.OPEN, Key.PURCHASES), by=2027, percent="25")]
    found = imposed(both, 7)
    assert found is not None
    assert found.by == 2026
    assert len(found.reason) <= LONGEST_REASON
    assert found.reason.startswith("Loi REEN, article 16")
    assert "loi AGEC, article 58" in found.reason
    assert imposed(both, 8) is None
    assert imposed([of(Standing.LOWER)], 7) is None


def test_what_holds_is_one_sentence_and_what_does_not_one_each() -> None:
    found = [
        of(Standing.HELD),
        replace(of(Standing.NOBODY, Key.PURCHASES, None), percent="25"),
        of(Standing.POPULATION, Key.STRATEGY, None),
    ]
    held, nobody, unknown = obligation_sentences(found, "fr")
    assert held == "1\u00a0action tenue par la loi\u00a0: 7 (loi REEN, article 16)."
    assert nobody.startswith("Loi AGEC, article 58\u00a0: 25\u00a0% des achats")
    assert "page de l’organisation" in unknown
    assert obligation_sentences([], "fr") == ()


def test_facts_kept_before_obligations_is_still_read() -> None:
    facts = ScenarioFacts("S", YEARS, 2, {"impact": 100}, obligations=(of(Standing.HELD),))
    assert from_document(to_document(facts)) == facts
    older = to_document(facts)
    del older["obligations"]
    assert from_document(older).obligations == ()


@pytest.fixture
def guide(town: Town) -> dict[str, Practice]:
    version = install_builtin()
    return {practice.code: practice for practice in version.practices.all()}


def action_of(town: Town, plan: Plan, level: CommitmentLevel, practice: Practice) -> Action:
    action = make_action(town, plan, f"Action {practice.code}", level=level)
    action.practices.set([practice])
    set_planned_money(town.editor, action=action, year=2027, section=None, amount=Decimal(1000))
    return action


def scenario_of(town: Town, plan: Plan) -> Scenario:
    return create_scenario(
        town.editor, plan=plan, title="Tenir la loi", first_year=2027, last_year=2029
    )


def inhabited(town: Town, population: int | None, form: LegalForm = LegalForm.TOWN) -> None:
    edit_organisation(
        town.admin,
        name=town.organisation.name,
        legal_form=form,
        population=population,
        headcount=None,
        siren="",
    )
    town.organisation.refresh_from_db()


def musts(scenario: Scenario) -> dict[int, tuple[int, int, str, str]]:
    return {
        one.action.number: (
            one.must_level or 0, one.must_by or 0, one.must_reason, one.origins.get("must", ""),
        )
        for one in Candidate.objects.filter(scenario=scenario, must_level__isnull=False)
        .select_related("action")
    }  # fmt: skip


def test_filling_proposes_what_the_law_asks_of_the_plan(
    town: Town, guide: dict[str, Practice]
) -> None:
    inhabited(town, 80_000)
    plan = make_plan(town)
    action_of(town, plan, IMPLEMENTATION, guide["a.2"])
    action_of(town, plan, IMPLEMENTATION, guide["e.1"])
    voted = followed_action(town, plan)
    voted.practices.set([guide["i.2"]])
    set_planned_money(town.editor, action=voted, year=2027, section=None, amount=Decimal(0))
    adopt(town, voted, IMPLEMENTATION)
    action_of(town, plan, STUDY, guide["e.2"])
    scenario = scenario_of(town, plan)
    law = [one for one in proposals(scenario) if one.origin is Origin.LAW]
    assert [(one.number, one.group, one.typed) for one in law] == [
        (1, "must", False),
        (2, "must", False),
        (3, "must", False),
    ]
    fill(town.editor, scenario=scenario)
    found = musts(scenario)
    assert found[1][:2] == (IMPLEMENTATION, 2027)  # a strategy is due already
    assert found[1][2].startswith("CGCT, article L. 2311-1-1")
    assert found[2][2].startswith("Loi AGEC, article 58\u00a0: 25\u00a0%")
    assert found[3][2].endswith("\u202f; à faire")  # it was voted: both reasons
    assert {origin for *_rest, origin in found.values()} == {Origin.LAW}
    assert proposals(scenario) == []
    standings = {one.key: one.standing for one in facts_to_keep(scenario).obligations}
    assert standings == {
        Key.STRATEGY: Standing.HELD,
        Key.REUSE: Standing.HELD,
        Key.PURCHASES: Standing.HELD,
        Key.REPAIRABILITY: Standing.NOT_OFFERED,  # a study only: told, not imposed
    }


def test_an_obligation_taken_away_is_not_filled_again_in_silence(
    town: Town, guide: dict[str, Practice]
) -> None:
    plan = make_plan(town)
    action_of(town, plan, IMPLEMENTATION, guide["e.1"])
    scenario = scenario_of(town, plan)
    fill(town.editor, scenario=scenario)
    candidate = Candidate.objects.get(scenario=scenario)
    candidate.scenario = scenario
    edit_candidate(town.editor, candidate=candidate, must_level=None, must_by=None, must_reason="")
    (again,) = proposals(scenario)
    assert (again.group, again.origin, again.typed) == ("must", Origin.LAW, True)
    assert fill(town.editor, scenario=scenario) == 0
    assert musts(scenario) == {}
    found = obligations_in(scenario, facts_of(scenario).candidates)
    reads = {one.key: one.standing for one in found}
    assert reads[Key.PURCHASES] == Standing.REFUSED
    # What somebody types instead, and meets the law, stands without a word.
    edit_candidate(
        town.editor, candidate=candidate, must_level=IMPLEMENTATION, must_by=2027, must_reason="Oui"
    )
    assert proposals(scenario) == []


def test_a_lower_commitment_is_told_and_a_longer_one_too(
    town: Town, guide: dict[str, Practice]
) -> None:
    plan = make_plan(town)
    study = action_of(town, plan, STUDY, guide["e.1"])
    adopt(town, study, STUDY)
    action_of(town, plan, IMPLEMENTATION, guide["i.1"])
    scenario = scenario_of(town, plan)
    fill(town.editor, scenario=scenario)
    reuse = Candidate.objects.get(scenario=scenario, action__number=2)
    reuse.scenario = scenario
    edit_candidate(town.editor, candidate=reuse, must_level=None, must_by=None, must_reason="")
    Candidate.objects.filter(pk=reuse.pk).update(origins={})
    save_level(
        town.editor, candidate=reuse, level=IMPLEMENTATION, duration=2, cost={"": [500, 500]}
    )
    assert not [one for one in proposals(scenario) if one.origin is Origin.LAW]
    reads = {one.key: one for one in obligations_in(scenario, facts_of(scenario).candidates)}
    assert reads[Key.PURCHASES].standing == Standing.LOWER
    assert reads[Key.REUSE].standing == Standing.TOO_LATE
    assert reads[Key.STRATEGY].standing == Standing.POPULATION
    assert musts(scenario) == {1: (STUDY, 2027, "À faire", Origin.PLAN)}


def test_a_practice_of_another_catalogue_carries_what_it_covers(
    town: Town, guide: dict[str, Practice]
) -> None:
    own = Catalogue.objects.create(organisation=town.organisation, slug="reen", title="REEN")
    version = CatalogueVersion.objects.create(
        catalogue=own, version="1", digest="0" * 64, imported_at="2024-01-01T00:00:00Z"
    )
    theme = Theme.objects.create(version=version, order=0, code="1", slug="1", title="1")
    headings = [
        Practice.objects.create(theme=theme, version=version, order=n, code=str(n), slug=str(n))
        for n in (1, 2, 3)
    ]
    for practice, relation, other in (
        (headings[0], Relation.BROADER, "e.1"),
        (headings[1], Relation.NARROWER, "i.2"),
        (headings[2], Relation.RELATED, "e.2"),
    ):
        link_practices(
            town.editor, source=practice, target=guide[other], relation=relation, reason="Voilà"
        )
    plan = make_plan(town)
    for practice in headings:
        action_of(town, plan, IMPLEMENTATION, practice)
    scenario = scenario_of(town, plan)
    law = [one.number for one in proposals(scenario) if one.origin is Origin.LAW]
    assert law == [1]


def test_a_body_that_no_law_binds_reads_nothing(town: Town, guide: dict[str, Practice]) -> None:
    inhabited(town, None, LegalForm.COMPANY)
    plan = make_plan(town)
    action_of(town, plan, IMPLEMENTATION, guide["e.1"])
    scenario = scenario_of(town, plan)
    assert obligations_in(scenario, ()) == ()
    assert not [one for one in proposals(scenario) if one.origin is Origin.LAW]
