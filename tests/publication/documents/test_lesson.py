"""What one trial taught: whole, with what went wrong, nobody named; refused before it taught."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from portulan.accounts.access import Role
from portulan.accounts.models import Organisation, Person
from portulan.api import limits
from portulan.core.say.text import UnusableInputError
from portulan.plans.commitments.writes import decide, save_deliverable
from portulan.plans.indicators import measure
from portulan.plans.models import Action
from portulan.plans.words import CommitmentLevel, Outcome
from portulan.publication.documents.asking import FORMATS, Asked
from portulan.publication.documents.cell import Document, Table
from portulan.publication.documents.lesson import KIND
from portulan.publication.documents.making import RENDERERS, build
from portulan.publication.documents.registry import KINDS
from portulan.publication.models import KeptDocument
from tests.api.callers import Caller
from tests.browser import Browser
from tests.people import Town
from tests.plans.plan_of_town import TODAY, adopt, followed_action, make_action, make_plan

pytestmark = pytest.mark.django_db
type SignIn = Callable[[Role, Town], Browser]


def lesson(town: Town, kind: str = KIND.name, **options: str) -> Document:
    return build(KINDS[kind], Asked(town.reader, town.organisation, 2026, TODAY, "fr", options))


def refused(town: Town, **options: str) -> str:
    with pytest.raises(UnusableInputError) as caught:
        lesson(town, **options)
    return caught.value.problem.kind.code


def table_of(document: Document, caption: str) -> Table:
    return next(one for one in document.tables if one.caption == caption)


@pytest.fixture
def trial(town: Town) -> Action:
    """A trial that named somebody, whose number got worse, and that was stopped for a reason."""
    action = followed_action(
        town,
        make_plan(town),
        level=CommitmentLevel.EXPERIMENT,
        scope="Deux salles",
        protocol="Trois mois, une salle sur deux",
        compared_with="La salle Ouest, inchangée",
        cost_to_extend="45 k€",
    )
    adopt(town, action, CommitmentLevel.EXPERIMENT)
    indicator = action.indicators.get()
    worse = {"on": date(2026, 10, 31), "today": TODAY, "value": Decimal("1.98")}
    measure(town.editor, action=action, indicator=indicator, **worse)  # type: ignore[arg-type]
    name = Person.objects.exclude(name="").order_by("pk")[0].name
    handed = save_deliverable(
        town.editor,
        action=action,
        title="Bilan de l’essai",
        today=TODAY,
        delivered_on=date(2026, 11, 10),
        approach=f"Menée par {name} (a.b@exemple.fr) avec Mme Kervella.",
        consulted="Exploitation",
        result="La salle chauffe plus qu’avant.",
        reference="DN-2026-014",
    )
    decide(
        town.editor,
        action=action,
        outcome=Outcome.CLOSE,
        level=CommitmentLevel.EXPERIMENT,
        on=date(2026, 11, 20),
        body="Comité",
        reason="Le gain n’est pas là.",
        deliverable=handed,
        today=TODAY,
    )
    return action


def test_one_trial_leaves_whole_with_what_went_wrong(town: Town, trial: Action) -> None:
    document = lesson(town, action=trial.called)
    said = re.sub(r"<style>.*?</style>", "", RENDERERS["html"](document).decode(), flags=re.S)
    for words in (
        *("Ce qu’un essai a appris", "Trois mois, une salle sur deux", "La salle Ouest"),
        *("Deux salles", "45 k€", "chauffe plus", "Le gain n’est pas là", "DN-2026-014", "Comité"),
    ):
        assert words in said, words
    [row] = table_of(document, "Avant et après, indicateur par indicateur").rows
    assert (Decimal(row[5].value), row[7].value) == (Decimal("0.13"), "dans le mauvais sens")
    assert len(table_of(document, "Tous les relevés").rows) == 3
    names = set(Person.objects.values_list("name", flat=True)) - {""}
    assert not [name for name in {*names, "Kervella", "@exemple.fr"} if name in said]
    assert said.count("[une personne]") == 3
    for suffix in FORMATS:
        assert RENDERERS[suffix](document)
    assert document == lesson(town, action=trial.called)


def test_it_is_refused_in_one_sentence_before_it_taught(town: Town, trial: Action) -> None:
    other = make_action(town, trial.plan, "Une autre")
    assert refused(town, action=other.called) == "nothing-learnt"
    assert refused(town, action="99") == "lesson-unknown-action"
    assert refused(town, action="1", plan="nulle-part") == "lesson-unknown-plan"
    assert [part.title for part in lesson(town).sections] == [f"{trial.called}. {trial.title}"]


def test_the_page_of_the_action_and_the_report_lead_to_it(
    town: Town, trial: Action, signed_in: SignIn
) -> None:
    Organisation.objects.update(frozen_on=TODAY)
    desk, slug = signed_in(Role.READER, town), town.slug
    alone = f"action={trial.called}&plan={trial.plan.slug}"
    report = reverse("documents:preview", args=[slug, "yearly", 2026])
    for page in (
        reverse("plans:action", args=[slug, trial.plan.slug, trial.number]),
        f"{report}?page=5",
    ):
        links = desk.tree(desk.get(page)).xpath("//main//a/@href")
        [link] = [one for one in links if alone in one]
        assert "Ce qu’un essai a appris" in desk.get(link).content.decode()
    tree = desk.tree(desk.get(link))
    [pdf] = tree.xpath("//main//a[contains(@href, '.pdf')]/@href")
    assert alone in pdf
    assert desk.get(pdf).content.startswith(b"%PDF")
    assert alone not in " ".join(desk.tree(desk.get(report)).xpath("//a/@href"))
    [table] = [
        one
        for one in lesson(town, "yearly").sections[4].tables
        if one.caption == "Bilan de l’essai"
    ]
    assert "[une personne]" in " ".join(row[1].value for row in table.rows)


def test_a_program_takes_it_and_may_keep_it(town: Town, trial: Action) -> None:
    Organisation.objects.update(frozen_on=TODAY)
    limits.clear()
    call = Caller(town)
    place = f"plans/{trial.plan.slug}/actions/{{}}/lesson/html"
    assert "chauffe plus" in call("GET", place.format(trial.number)).content.decode()
    other = make_action(town, trial.plan, "Une autre")
    assert call("GET", place.format(other.number)).status_code in (409, 422)
    sent = {"document": "lesson", "year": 2026, "action": trial.called, "plan": trial.plan.slug}
    assert call("POST", "documents/kept", sent).status_code == 201
    assert "Ce qu’un essai a appris" in KeptDocument.objects.get().content
