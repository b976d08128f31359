"""What each role really does: one act for each operation, tried by everybody and taken back.

The table that it is held against is the one written by hand, not the product's.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portulan.accounts.access import Grant, Operation, Role
from portulan.accounts.actors import Actor
from portulan.accounts.models import Organisation, Person
from portulan.accounts.tokens import make_token
from portulan.accounts.writes import add_unit
from portulan.budget.attributions.writes import attribute
from portulan.budget.contracts.writes import save_contract
from portulan.budget.imports.typed import type_figures
from portulan.budget.imports.writes import confirm, hand_over, preview
from portulan.budget.indicator.writes import compute_run, publish_run
from portulan.budget.models import BudgetLine
from portulan.budget.words import AttributionStatus, Method, Stage
from portulan.budget.years.writes import open_year
from portulan.catalogue.imports.writes import import_catalogue, install_builtin
from portulan.catalogue.models import Practice
from portulan.core.errors import DeniedError, NotFoundError
from portulan.evidence.reads import get_piece
from portulan.evidence.writes import give
from portulan.impact.engine.factors import Factor, Quality
from portulan.impact.estimates.writes import estimate_action
from portulan.impact.factors.writes import give_factor
from portulan.plans.actions.progress import update_progress
from portulan.plans.commitments.writes import decide
from portulan.plans.evidence import provable_of, prove
from portulan.plans.models import Action
from portulan.plans.plan import create_plan, load_details
from portulan.plans.rooms.writes import open_room
from portulan.plans.words import CommitmentLevel, Outcome, Progress
from portulan.portfolio.scenarios.writes import create_scenario
from portulan.publication.documents.making import keep
from portulan.publication.groups.sharing import share
from portulan.publication.words import Extent
from portulan.sources.deposits import give_token
from portulan.sources.feeding import Entrance
from portulan.sources.writes import save_source, stop_source
from portulan.steering.committees.bodies import save_body
from portulan.steering.handover.reads import get_giver
from portulan.steering.mail.digest import set_digest
from portulan.steering.sealed.writes import seal_plan
from portulan.steering.words import Occasion, Power
from tests.accounts.test_access import written_rights
from tests.catalogue.imports.test_writes import content as house_edition
from tests.impact.asked import request
from tests.people import Town
from tests.plans.plan_of_town import TODAY, make_action, make_plan
from tests.publication.documents.samples import whole_document

type Act = Callable[[Actor], object]
LEDGER = b"Compte;Libell\xc3\xa9;Ouvert\n2051;Licences;1000,00\n"


@pytest.fixture
def acts(
    town: Town,
    elsewhere: Town,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    signed_in: Callable[[Role], Client],
) -> dict[str, Act]:
    """An act for each operation; of those on an action, one on one's own and one on another's."""
    monkeypatch.setattr("django.conf.settings.UPLOADS", tmp_path)
    Organisation.objects.filter(pk=town.organisation.pk).update(
        siren="212900013", proved_siren="212900013"
    )
    plan = make_plan(town)
    another, own = make_action(town, plan), make_action(town, plan, "La mienne")
    own.pilot = town.people[Role.CONTRIBUTOR]
    own.save()
    somebody = Person.objects.create(organisation=town.organisation, function="Archives")
    year = open_year(town.finance, year=2026)
    batch = confirm(
        town.finance,
        batch=preview(
            town.finance, fiscal_year=year, stream=io.BytesIO(LEDGER), file_name="gl.csv"
        ),
    )
    # A share of which nothing is known is not published.
    attribute(
        town.finance,
        line=BudgetLine.objects.get(),
        share=Decimal("0.2"),
        method=Method.KEY,
        reason="reconditionné",
    )
    run = compute_run(town.finance, fiscal_year=year, stage=Stage.OPENED)

    def page(name: str, *found: str) -> Act:
        def read(actor: Actor) -> None:
            (role,) = actor.roles
            status = signed_in(role).get(reverse(name, args=[town.slug, *found])).status_code
            if status == 403:
                raise DeniedError(name)
            assert status == 200

        return read

    def a_practice() -> Practice:
        version = install_builtin()
        return version.practices.order_by("pk")[0]

    def update(action: Action) -> Act:
        return lambda actor: update_progress(
            actor, action=action, today=TODAY, progress=Progress.IN_PROGRESS
        )

    def estimate(action: Action) -> Act:
        return lambda actor: estimate_action(
            actor, action=action, request=request("enabling"), today=TODAY
        )

    def propose(actor: Actor) -> None:
        line = BudgetLine.objects.get()
        given = attribute(actor, line=line, share=Decimal("0.1"), method=Method.KEY, reason="clé")
        # Who may only propose writes a proposal, whatever they asked.
        decides = written_rights()[next(iter(actor.roles))][Operation.EDIT_BUDGET] is Grant.ALL
        assert given.status == (
            AttributionStatus.DECLARED if decides else AttributionStatus.PROPOSED
        )

    source = save_source(town.editor, name="GLPI", entrance=Entrance.DEPOSIT, now=timezone.now())
    own_figure = Factor("laptop.gwp.embedded", 120.0, Quality.PUBLISHED, source="Fiches")
    return {
        "READ_PLAN": page("plans:plan", plan.slug),
        "EDIT_PLAN": lambda actor: create_plan(
            actor, title="Un autre plan", first_year=2028, last_year=2030
        ),
        "UPDATE_ACTION on another's": update(another),
        "UPDATE_ACTION on one's own": update(own),
        "DECIDE": lambda actor: decide(
            actor,
            action=own,
            outcome=Outcome.ADOPT,
            level=CommitmentLevel.STUDY,
            on=TODAY,
            body="Conseil municipal",
            today=TODAY,
        ),
        "SOURCE": lambda actor: stop_source(actor, source=source),
        "SOURCE_SECRET": lambda actor: give_token(actor, source=source, now=timezone.now()),
        "CONTRACTS": lambda actor: save_contract(actor, subject="Portables"),
        "GIVE_EVIDENCE on another's": _proves(another),
        "GIVE_EVIDENCE on one's own": _proves(own),
        "READ_PRIVATE_EVIDENCE on another's": _reads_private(town, another),
        "READ_PRIVATE_EVIDENCE on one's own": _reads_private(town, own),
        "ESTIMATE on another's": estimate(another),
        "ESTIMATE on one's own": estimate(own),
        "EDIT_FACTORS": lambda actor: give_factor(actor, figure=own_figure, reason="Nos portables"),
        "READ_BUDGET": page("budget:years"),
        "READ_ORIGINALS": lambda actor: hand_over(actor, batch=batch),
        "PROPOSE": propose,
        "EDIT_BUDGET": lambda actor: type_figures(
            actor,
            fiscal_year=year,
            stage=Stage.VOTED,
            it_budget=Decimal(100),
            lines=[],
            on=date(2026, 11, 24),
        ),
        "PUBLISH": lambda actor: publish_run(actor, run=run),
        "PUBLISH_PLAN": lambda actor: keep(actor, whole_document()),
        "READ_SCENARIO": page("portfolio:browse"),
        "EDIT_SCENARIO": lambda actor: create_scenario(
            actor, plan=plan, title="Tenir 2027", first_year=2027, last_year=2028
        ),
        "SEAL": lambda actor: seal_plan(
            actor, plan=plan, occasion=Occasion.VOTE, title="Vote", today=TODAY
        ),
        "RUN_CAMPAIGN": lambda actor: set_digest(actor, weekday=2, hour=9),
        "ROOM_CHOICE": lambda actor: open_room(
            actor, plan=plan, practice=a_practice(), now=timezone.now()
        ),
        "HOLD_COMMITTEE": lambda actor: save_body(actor, name="Comité", power=Power.VOTE),
        "HANDOVER of somebody": lambda actor: get_giver(actor=actor, pk=somebody.pk),
        "HANDOVER of one's own": lambda actor: get_giver(actor=actor, pk=actor.person_id or 0),
        "IMPORT_CATALOGUE": lambda actor: import_catalogue(actor, content=house_edition()),
        "SHARE": lambda actor: share(
            actor, group=elsewhere.organisation, extent=Extent.FIGURES, today=TODAY
        ),
        "READ_TRAIL": page("people:journal"),
        "READ_SECURITY": page("people:security"),
        "MAKE_TOKEN": lambda actor: make_token(
            actor, name="Tableur", operations=[Operation.READ_PLAN], days=30
        ),
        "EXPORT_ALL": page("documents:take-away"),
        "MANAGE": lambda actor: add_unit(actor, name="Direction du numérique"),
    }


def _proves(action: Action) -> Act:
    def act(actor: Actor) -> None:
        piece = give(actor, title="PV", reference="GED 12")
        things = provable_of(load_details(action))
        prove(actor, action=action, piece=piece, proved=things[:1], today=TODAY)

    return act


def _reads_private(town: Town, action: Action) -> Act:
    secret = give(town.editor, title="PV", reference="GED 13")
    things = provable_of(load_details(action))
    prove(town.editor, action=action, piece=secret, proved=things[:1], today=TODAY)

    def act(actor: Actor) -> None:
        try:
            get_piece(actor=actor, pk=secret.pk)
        except NotFoundError as error:  # that it is there is not even told
            raise DeniedError("read_private_evidence") from error

    return act


def done(act: Act, actor: Actor) -> bool:
    try:
        with transaction.atomic():
            act(actor)
            transaction.set_rollback(True)
    except DeniedError:
        return False
    return True


def test_everybody_does_what_the_written_rights_say_and_no_more(
    town: Town, acts: dict[str, Act]
) -> None:
    assert {name.split()[0] for name in acts} == {one.name for one in Operation}
    found = {
        (name, role): done(act, town.actor(role)) for name, act in acts.items() for role in Role
    }
    rights = written_rights()
    expected = {}
    for name, role in found:
        grant = rights[role][Operation[name.split()[0]]]
        expected[name, role] = grant is Grant.ALL or (
            grant is Grant.OWN and name.endswith("one's own")
        )
    assert {key for key in found if found[key] is not expected[key]} == set()
