"""A plan is sealed as it is, after the last seal; nobody is named unread; nothing changes it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from typer.testing import CliRunner

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.budget.funding.writes import set_ambition
from portulan.cli.app import app
from portulan.core.errors import NotFoundError
from portulan.plans.actions.writes import edit_action
from portulan.plans.models import Action, Plan
from portulan.plans.words import CommitmentLevel
from portulan.steering.models import SealedPlan
from portulan.steering.sealed.content import content_of, mark_of, naming
from portulan.steering.sealed.document import ActText
from portulan.steering.sealed.reads import content_in, file_of, get_sealed, is_unmoved, sealed_on
from portulan.steering.sealed.verifying import verify, verify_chain
from portulan.steering.sealed.writes import seal_plan
from portulan.steering.words import Occasion
from tests.people import Town
from tests.plans.plan_of_town import TODAY, VOTE, adopt, followed_action, make_plan


@pytest.fixture
def plan(town: Town) -> Plan:
    plan = make_plan(town)
    adopt(town, followed_action(town, plan), CommitmentLevel.IMPLEMENTATION)
    set_ambition(town.finance, plan=plan, year=2026, percent=Decimal("3.5"))
    return plan


def seal(town: Town, plan: Plan, title: str = "Vote", actor: Actor | None = None) -> SealedPlan:
    return seal_plan(
        actor or town.editor, plan=plan, occasion=Occasion.VOTE, title=title, today=TODAY
    )


def test_what_is_sealed_is_the_plan_and_holds_for_ever(town: Town, plan: Plan) -> None:
    act = ActText("Conseil municipal", VOTE, "24-117", "12", "27 pour")
    first = seal_plan(
        town.editor, plan=plan, occasion=Occasion.VOTE, title=" Vote ", today=TODAY, act=act
    )
    content = content_in(first)
    assert (content.title, content.act, content.chain.number) == ("Vote", act, 1)
    assert [one.percent for one in content.ambitions] == ["3.5"]
    assert content.actions[0].title == "Une seule salle serveur"
    file = file_of(first)
    edit_action(town.editor, action=Action.objects.get(), title="Deux salles")
    second = seal(town, plan, "Bilan")
    assert file_of(first) == file
    assert verify(file).holds
    assert is_unmoved(first)
    first.content = first.content.replace("salle", "sale", 1)
    assert not is_unmoved(first)
    first.refresh_from_db()
    assert (second.number, second.previous) == (2, first.seal)
    assert content_in(second).chain.first == first.seal
    files = {one.title: verify(file_of(one)) for one in (first, second)}
    assert not any(verify_chain(list(files.items())).values())


def test_an_organisation_has_one_chain_of_its_own(town: Town, elsewhere: Town, plan: Plan) -> None:
    other = make_plan(town, "Autre plan")
    assert [seal(town, one).number for one in (plan, other, plan)] == [1, 2, 3]
    assert seal(elsewhere, make_plan(elsewhere)).number == 1
    with pytest.raises(NotFoundError):
        seal(town, plan, actor=elsewhere.editor)


def test_somebody_named_is_shown_and_asked(town: Town, plan: Plan) -> None:
    person = town.people[next(iter(town.people))]
    person.name = "Anne-Rose d’Artois"
    person.save()
    action = Action.objects.get()
    edit_action(
        town.editor,
        action=action,
        description="Vu avec ARTOIS, les roses et artois.",
        blocked_by="Écrire à dsi@bourg.example",
    )
    found = naming(content_of(town.editor, plan=plan, today=TODAY), plan.organisation_id)
    assert [(one.path, one.words) for one in found] == [
        ("actions[0].blocked_by", ("dsi@bourg.example",)),
        ("actions[0].description", ("ARTOIS",)),
    ]
    with pytest.raises(ValidationError) as refused:
        seal(town, plan)
    assert set(refused.value.message_dict) == {"texts_read"}
    assert not SealedPlan.objects.exists()
    seal_plan(
        town.editor,
        plan=plan,
        occasion=Occasion.VOTE,
        title="Vote",
        today=TODAY,
        texts_read=True,
    )


def test_no_name_is_sealed(town: Town, plan: Plan) -> None:
    action = Action.objects.get()
    action.pilot = town.people[next(iter(town.people))]
    action.save()
    said = seal(town, plan).content
    assert "Personne " not in said
    assert ".example" not in said


def test_a_plan_that_moved_since_it_was_shown_is_shown_again(town: Town, plan: Plan) -> None:
    shown = mark_of(content_of(town.editor, plan=plan, today=TODAY))
    asked = {"occasion": Occasion.VOTE, "title": "Vote", "today": TODAY, "read": shown}
    edit_action(town.editor, action=Action.objects.get(), title="Deux salles")
    with pytest.raises(ValidationError):
        seal_plan(town.editor, plan=plan, **asked)  # type: ignore[arg-type]
    shown = mark_of(content_of(town.editor, plan=plan, today=TODAY - timedelta(days=1)))
    seal_plan(town.editor, plan=plan, **asked | {"read": shown})  # type: ignore[arg-type]


@pytest.mark.parametrize("deed", ["update", "delete", "insert"])
def test_the_database_keeps_seals_and_their_chain(town: Town, plan: Plan, deed: str) -> None:
    first, last = seal(town, plan), seal(town, plan)
    another = SealedPlan(
        organisation=town.organisation,
        plan=plan,
        number=3,
        previous="0" * 64,
        sealed_on=TODAY,
        sealed_at=last.sealed_at,
    )
    deeds: dict[str, Callable[[], object]] = {
        "update": lambda: SealedPlan.objects.filter(pk=first.pk).update(title="Autre"),
        "delete": lambda: SealedPlan.objects.filter(pk=last.pk).delete(),
        "insert": another.save,
    }
    with pytest.raises(IntegrityError, match="guard_seal"), transaction.atomic():
        deeds[deed]()


def test_the_seal_of_a_day_is_the_one_in_force(town: Town, plan: Plan) -> None:
    for days, title in ((20, "Vote"), (10, "Comité")):
        seal_plan(
            town.editor,
            plan=plan,
            occasion=Occasion.VOTE,
            title=title,
            today=TODAY - timedelta(days=days),
        )

    def on(days: int) -> str | None:
        day = TODAY - timedelta(days=days)
        found = sealed_on(actor=town.reader, plan_slug=plan.slug, day=day)
        return found and found.title

    assert [on(21), on(20), on(11), on(10), on(0)] == [None, "Vote", "Vote", "Comité", "Comité"]
    door = get_sealed(actor=town.reader, plan_slug=plan.slug, number=2, need=Operation.READ_PLAN)
    assert door.title == "Comité"


def run(*arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, [*arguments, "--lang", "fr"])
    return done.exit_code, done.stdout, done.stderr


def test_a_seal_leaves_by_command_and_is_verified_without_a_database(
    town: Town, plan: Plan, tmp_path: Path
) -> None:
    asked = ("plan", "sealed", "--org", town.slug, "--plan", plan.slug)
    file = tmp_path / "plan.json"
    assert run(*asked, "-o", str(file))[0] == 2
    sealed = seal(town, plan)
    assert run(*asked, "--on", "2020-01-01", "-o", str(file))[0] == 2
    assert run(*asked, "--on", "hier", "-o", str(file))[0] == 2
    assert run(*asked[:-1], "autre", "-o", str(file))[0] == 2
    assert not file.exists()
    code, out, _err = run(*asked, "-o", str(file))
    assert (code, sealed.seal in out) == (0, True)
    code, out, _err = run("verify", str(file))
    assert code == 0
    assert sealed.seal in out
    file.write_bytes(file.read_bytes().replace(b"salle serveur", b"salle Serveur"))
    code, out, err = run("verify", str(file))
    assert (code, out) == (1, "")
    assert "actions[0].title" in err
    code, out, _err = run("verify", str(file), "--json")
    document = json.loads(out)
    assert (code, document["holds"]) == (1, False)
    assert document["problems"][0]["code"] == "seal-broken"
    assert run("verify", str(tmp_path / "absent"))[0] == 2
