"""A town with one of everything, and every address of the product made from it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from portulan.accounts.access import Operation, Role
from portulan.accounts.actors import Actor
from portulan.accounts.delegations import delegate
from portulan.accounts.models import Organisation, Token
from portulan.accounts.tokens import make_token
from portulan.accounts.writes import add_unit
from portulan.budget.attributions.rule_writes import make_rule
from portulan.budget.contracts.writes import choose_clauses, save_contract
from portulan.budget.funding.programmes import revise_programme, set_programme
from portulan.budget.funding.writes import allot, set_ambition, set_forecast
from portulan.budget.indicator.adjustments import adjust
from portulan.budget.indicator.writes import compute_run, publish_run
from portulan.budget.lines.facts import Criteria
from portulan.budget.models import BudgetLine, IndicatorRun
from portulan.budget.perimeter.rule_writes import add_rule
from portulan.budget.perimeter.writes import draft_perimeter
from portulan.budget.words import (
    AttributionStatus,
    Method,
    ProgrammeKind,
    Stage,
    Verdict,
    YearStatus,
)
from portulan.budget.years.writes import edit_year, open_year
from portulan.catalogue.imports.writes import import_catalogue
from portulan.catalogue.links.writes import link_practices
from portulan.catalogue.words import Relation
from portulan.core.models import Bounce, Task
from portulan.core.money import TaxBasis
from portulan.core.words import TaskStatus
from portulan.evidence.reception import receive
from portulan.evidence.writes import give as give_piece
from portulan.impact.engine.factors import Factor, Quality
from portulan.impact.estimates.writes import estimate_action
from portulan.impact.factors.writes import give_factor
from portulan.impact.social import save_social_effect
from portulan.impact.words import Sense, Social
from portulan.indicators.models import Indicator
from portulan.indicators.words import Kind
from portulan.plans.actions.progress import update_progress
from portulan.plans.bulk.cells import Cell, Field
from portulan.plans.bulk.reads import changes_in, standings_of
from portulan.plans.bulk.writes import write_cells
from portulan.plans.choices.writes import choose_practice
from portulan.plans.commitments.writes import save_deliverable, save_milestone
from portulan.plans.evidence import provable_of, prove
from portulan.plans.models import Action, Plan
from portulan.plans.money.writes import set_planned_money
from portulan.plans.notes import save_note
from portulan.plans.plan import add_axis, add_goal, load_details
from portulan.plans.readings.reads import entries_of
from portulan.plans.readings.said import Said, written
from portulan.plans.readings.writes import record_readings
from portulan.plans.relations import tie
from portulan.plans.saved_views import save_view
from portulan.plans.stakeholders import save_stakeholder
from portulan.plans.words import ActorKind, Choice, CommitmentLevel, Tie
from portulan.portfolio.applying.reads import offered
from portulan.portfolio.applying.writes import apply_selection
from portulan.portfolio.envelopes import save_envelope
from portulan.portfolio.from_plan.writes import fill
from portulan.portfolio.results.reads import latest_selection
from portulan.portfolio.rules.writes import add_rule as add_scenario_rule
from portulan.portfolio.scenarios.writes import create_scenario
from portulan.portfolio.solving.writes import compute
from portulan.portfolio.words import RuleKind
from portulan.publication.documents.making import keep
from portulan.publication.groups.members import Named, say_members
from portulan.publication.groups.proposed_plans import send_plan
from portulan.publication.groups.sharing import accept_member, share
from portulan.publication.label.writes import prove_criterion, save_criterion
from portulan.publication.models import DigitalService, KeptDocument, PublicFigure, SharedCopy
from portulan.publication.plan_files.previews import keep_folder, take_away
from portulan.publication.public.writes import (
    choose_public,
    publish_edition,
    show_document,
    tell_error,
)
from portulan.publication.services.criteria import Answer
from portulan.publication.services.writes import Answered, assess_service, save_service
from portulan.publication.words import FOUNDING, Extent, Licence, Part
from portulan.sources.apis import Api
from portulan.sources.feeding import Entrance, Manner
from portulan.sources.models import SourceFeed
from portulan.sources.taking import read_now
from portulan.sources.writes import save_source
from portulan.steering.calendars.addresses import make_address
from portulan.steering.campaigns.links import token_of as token_of_reply
from portulan.steering.campaigns.preparing import open_campaign, save_campaign
from portulan.steering.committees.bodies import save_body
from portulan.steering.committees.holding import answer_item, close_session, open_session
from portulan.steering.committees.preparing import add_item, prepare_committee
from portulan.steering.handover.writes import pass_on
from portulan.steering.mail.writes import try_mail
from portulan.steering.models import HandedLine
from portulan.steering.sealed.writes import seal_plan
from portulan.steering.webhooks.writes import save_webhook, try_webhook
from portulan.steering.words import CampaignKind, Held, Matter, Occasion, Power, Subject, Way
from tests.catalogue.imports.test_writes import content as house_edition
from tests.impact.asked import longer_life
from tests.people import Town, make_town
from tests.plans.plan_of_town import (
    TODAY,
    adopt,
    followed_action,
    make_action,
    make_edition,
    make_plan,
)
from tests.portfolio.scenario_of_town import add_level
from tests.publication.documents.samples import whole_document
from tests.sources.inventory import explained, given
from tests.web.budget.conftest import give, load

MARK = "<script>alert(1)</script>{{7*7}}{% now 'Y' %}' OR 1=1 --"


@dataclass(frozen=True)
class Place:
    """A town with one of everything, and how addresses call each thing."""

    town: Town
    named: dict[str, dict[str, Any]]

    def address(self, name: str, arguments: list[str]) -> str:
        known = self.named.get("", {}) | self.named.get(name, {})
        return reverse(name, kwargs={argument: known[argument] for argument in arguments})


# The screens of the workshop, whose edition is the built-in one.
WORKSHOP = (
    *("workshop", "workshop-kept", "workshop-step", "workshop-room", "workshop-rest"),
    *("undo-answers", "open-room", "lead-room", "close-room"),
)


def patterns() -> Iterator[tuple[str, list[str]]]:
    """Yield the name of every address of the project, and what it is made of."""

    def walk(
        resolver: URLResolver, space: str, above: list[str]
    ) -> Iterator[tuple[str, list[str]]]:
        for pattern in resolver.url_patterns:
            arguments = above + list(pattern.pattern.converters)
            if isinstance(pattern, URLResolver):
                inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
                yield from walk(pattern, inner, arguments)
            elif isinstance(pattern, URLPattern):
                yield f"{space}{pattern.name}", arguments

    return walk(get_resolver(), "", [])


def token_of(actor: Actor) -> int:
    """Return a token that the actor made."""
    make_token(actor, name=MARK, operations=[Operation.READ_PLAN], days=30)
    return Token.objects.latest("pk").pk


def contracts_of(town: Town, action: Action) -> dict[str, dict[str, Any]]:
    """A contract with what its next consultation asks, and an obligation that was noted."""
    found = save_contract(
        town.finance,
        subject=MARK,
        number="2026-001",
        notified_on=date(2024, 1, 1),
        months=48,
        actions=[action],
    )
    choose_clauses(town.finance, contract=found, chosen=["3C", "16A"], next_on=date(2027, 3, 1))
    names = ("contract", "edit-contract", "remove-contract", "contract-pack")
    noted = {"law": "scheme", "year": 2026}
    return {
        **{f"budget:{name}": {"pk": found.pk} for name in names},
        "documents:note-obligation": noted,
    }


def furnish(town: Town) -> Place:
    """Make one of everything in a town, through the services, with markup in the words."""
    town.organisation.frozen_on = TODAY
    town.organisation.save()
    version = make_edition(2)
    practice = version.practices.order_by("pk")[0]
    plan = make_plan(town, f"Plan {MARK}")
    goal, _axis = (
        add_goal(town.editor, plan=plan, title=MARK),
        add_axis(town.editor, plan=plan, title="Axe"),
    )
    action = followed_action(town, plan, title=MARK, pilot=town.people[Role.CONTRIBUTOR])
    adopt(town, action, CommitmentLevel.STUDY)
    deliverable = save_deliverable(town.editor, action=action, title=MARK, today=TODAY)
    milestone = save_milestone(
        town.editor, action=action, title=MARK, due_on=date(2026, 5, 1), today=TODAY
    )
    set_planned_money(town.editor, action=action, year=2026, amount=Decimal(1000))
    choose_practice(town.editor, plan=plan, practice=practice, choice=Choice.KEEP, today=TODAY)
    update = update_progress(town.editor, action=action, today=TODAY, blocked_by=MARK)
    indicator = action.indicators.get()
    add_unit(town.admin, name=MARK)
    year = open_year(town.finance, year=2026)
    batch = load(town, year, f'DSI;2051;I;"Licences {MARK}";{MARK};M-1;1000;1200;800\n')
    line = batch.lines.get()
    given = give(town, line.label, "0.5", AttributionStatus.JUSTIFIED, action=action)
    run = compute_run(town.finance, fiscal_year=year, stage=Stage.OPENED)
    set_ambition(town.finance, plan=plan, year=2026, percent=Decimal(10))
    set_forecast(town.finance, year=2027, amount=Decimal(90_000), source=MARK)
    allot(town.finance, action=action, year=2026, amount=Decimal(10), decided_on=TODAY)
    draft = draft_perimeter(town.finance)
    rule = add_rule(
        town.finance, perimeter=draft, verdict=Verdict.OUT, reason=MARK, nature_prefix="6"
    )
    house = [
        import_catalogue(town.editor, content=house_edition(name, MARK))
        for name in ("2024", "2026")
    ]
    link = link_practices(
        town.editor,
        source=house[0].practices.get(code="a.1"),
        target=practice,
        relation=Relation.RELATED,
        reason=MARK,
    )
    action.practice_links.create(practice=house[0].practices.get(code="a.1"))
    computed = arbitration(town, plan)
    kept = keep(town.editor, whole_document())
    return Place(
        town,
        {
            "": computed.pop("")
            | {
                "organisation": town.slug,
                "place": town.slug,
                "token": "unknown",
                "siren": "215600461",
                "account": "2051",
                "code": practice.code,
                "version_id": version.pk,
                "theme": "d",
                "plan": plan.slug,
                "number": action.number,
                "kind": "goals",
                "entry": update.entry_id,
                "field": "title",
                "target": indicator.targets.get().pk,
                "measurement": indicator.measurements.order_by("pk")[0].pk,
                "year": 2026,
                "status": "declared",
                "pks": str(line.pk),
                "edition": 1,
                "pk": line.pk,
                "old": house[0].pk,
                "new": house[1].pk,
                "practice": house[0].practices.get(code="a.1").pk,
                "version": house[1].pk,
                "document": "board",
                "feature": "catalogue",
                "suffix": "html",
                "tool": "tet",
                "rest": "openapi.json",
                "kept": kept.pk,
                "body": town.slug,
                "service": service_of(town).slug,
            },
            "documents:service-theme": {"theme": 1},
            **stakeholder(town, plan),
            **label_of(town, plan, action),
            **folder_that_waits(town, plan),
            "catalogue:successor": {"code": "a.1"},
            **{f"plans:{name}": {"version": version.pk} for name in WORKSHOP},
            "catalogue:add-edition": {"name": "gpc-onr"},
            "help:page": {"name": "evidence"},
            "catalogue:remove-edition": {"version_id": house[1].pk},
            "catalogue:remove-link": {"pk": link.pk},
            "catalogue:restore-link": {"pk": link.pk},
            "language": {"code": "en"},
            "plans:from-starter": {"key": "town"},
            "plans:rename-part": {"pk": goal.pk},
            "plans:remove-part": {"pk": goal.pk},
            "plans:deliverable": {"pk": deliverable.pk},
            "plans:remove-deliverable": {"pk": deliverable.pk},
            "plans:milestone": {"pk": milestone.pk},
            "plans:remove-milestone": {"pk": milestone.pk},
            **{
                f"plans:{name}": {"pk": indicator.pk}
                for name in (
                    "indicator",
                    "edit-indicator",
                    "target",
                    "remove-target",
                    "judge-target",
                    "indicator-units",
                    "measure",
                    "withdraw",
                    "main-indicator",
                    "leave-indicator",
                    "refuse-reading",
                    "keep-reading",
                )
            },
            "budget:run": {"pk": run.pk},
            **evidence_and_views(town, plan, action),
            **steering_of(town, plan),
            **public_of(town, run, kept),
            **source_of(town, indicator),
            "budget:give-evidence": {"pk": given.pk},
            **{
                f"budget:{name}": {"pk": given.pk}
                for name in ("edit-attribution", "withdraw", "restore", "accept")
            },
            **{
                f"budget:{name}": {"pk": batch.pk}
                for name in ("batch", "confirm", "roll-back", "discard")
            },
            **{
                f"budget:{name}": {"pk": rule.pk}
                for name in ("rule-up", "rule-down", "rule-remove")
            },
            **budget_beside(town, given.line),
            **contracts_of(town, action),
            **effects(town, action),
            **group_of(town),
            **computed,
            **{
                f"people:{name}": {"pk": town.people[Role.READER].pk}
                for name in ("edit", "link", "erase")
            },
            "people:revoke-token": {
                "pk": town.people[Role.READER].pk,
                "closed": token_of(town.reader),
            },
            "token-revoke": {"pk": token_of(town.actor(Role.AUDITOR))},
        },
    )


def evidence_and_views(town: Town, plan: Plan, action: Action) -> dict[str, dict[str, Any]]:
    """A piece that proves the action, cells changed together, a view kept."""
    file = receive(io.BytesIO(MARK.replace("<", "").encode()), f"{MARK}.txt")
    piece = give_piece(town.editor, title=MARK, reference=MARK, file=file)
    things = provable_of(load_details(action))
    prove(town.editor, action=action, piece=piece, proved=things[:1], today=TODAY)
    changes = changes_in(
        standings_of(plan, [action.number], year=2026), [Cell(action.number, Field.PILOT, MARK)]
    )
    made = write_cells(
        town.editor, plan=plan, changes=changes, year=2026, on=TODAY, today=TODAY, source=MARK
    )
    entry = next(one for one in entries_of(town.editor, plan) if one.through)
    kind, scale = Kind(entry.indicator.kind), entry.indicator.scale
    value = Said(entry.indicator.pk, date(2025, 3, 3), source=MARK)
    said = written(value, "1" if kind.is_number else "oui", kind=kind, scale=scale, language="fr")
    told = record_readings(town.editor, plan=plan, readings=[said], today=TODAY)
    view = save_view(town.editor, plan=plan, name=MARK[:60], view="plan", query="state=late")
    note = save_note(town.editor, action=action, text=MARK, on=TODAY, today=TODAY)
    other = make_action(town, plan, MARK)
    tied = tie(town.editor, action=action, other=other, kind=Tie.MERGES, reason=MARK)
    names = ("piece", "file", "revise", "edit", "hide", "show", "delete")
    return {
        **{f"evidence:{name}": {"pk": piece.pk} for name in names},
        "evidence:file": {"pk": piece.pk, "number": 1},
        "plans:take-evidence-back": {"piece": piece.pk, "key": things[0].key},
        "plans:undo-grid": {"pk": made.pk},
        "plans:undo-readings": {"pk": told.first},
        "plans:note": {"pk": note.pk},
        "plans:remove-note": {"pk": note.pk},
        "plans:remove-tie": {"pk": tied.pk},
        "plans:remove-view": {"pk": view.pk},
    }


def _waiting(town: Town) -> SharedCopy:
    """Somebody shares with the town, which has not answered yet."""
    third = make_town("une-voisine", siren="212900047")
    Organisation.objects.filter(pk=third.organisation.pk).update(proved_siren="212900047")
    group, extent = town.organisation, Extent.FIGURES
    return share(third.admin, group=group, extent=extent, today=TODAY).copy


def _founded(town: Town) -> None:
    """The group has had organisations made, of which one line was left out."""
    now = timezone.now()
    Task.objects.create(
        organisation_id=town.organisation.pk,
        kind=FOUNDING,
        subject_id=town.organisation.pk,
        status=TaskStatus.DONE,
        details={"made": 1, "left": [[2, MARK]]},
        created_at=now,
        seen_at=now,
    )


def group_of(town: Town) -> dict[str, dict[str, Any]]:
    """The town is of a group, and a group itself: it shares, is proposed a plan, is acted for."""
    for place, siren in ((town, "215600461"), (other := make_town("un-syndicat"), "252900022")):
        here = Organisation.objects.filter(pk=place.organisation.pk)
        here.update(siren=siren, proved_siren=siren)
        place.organisation.refresh_from_db()
    say_members(other.admin, members=[Named("215600461", MARK[:60])])
    say_members(town.admin, members=[Named("252900022", MARK[:60])])
    for member, group in ((town, other), (other, town)):
        shared = share(member.admin, group=group.organisation, extent=Extent.TEXTS, today=TODAY)
        accept_member(group.admin, copy=shared.copy)
    plan = make_plan(other, MARK)
    make_action(other, plan, MARK, description=MARK)
    read = SharedCopy.objects.get(organisation=town.organisation).pk
    waits = _waiting(town).pk
    _founded(town)
    theirs = SharedCopy.objects.get(organisation=other.organisation)
    (sent,) = send_plan(other.editor, plan=plan, copies=[theirs])
    given = {"function": MARK, "roles": [Role.READER], "until": TODAY, "today": TODAY}
    offered = delegate(
        other.admin, group=town.organisation, email=f"admin@{town.slug}.example", **given
    )
    held = delegate(town.admin, group=other.organisation, email="a@un.example", **given)
    return {
        **{
            f"groups:{name}": {"group": other.organisation.pk}
            for name in ("share", "own-copy", "share-again", "end-sharing", "delegate")
        },
        "groups:accept-delegation": {"delegation": offered.pk},
        "groups:end-delegation": {"delegation": held.pk},
        "groups:take-plan": {"sent": sent.pk},
        "groups:decline-plan": {"sent": sent.pk},
        **{f"groups:{name}": {"copy": waits} for name in ("accept-member", "decline-member")},
        "groups:copy": {"copy": read},
        "groups:work": {"kind": FOUNDING},
        "groups:resume-work": {"kind": FOUNDING},
    }


def inventory_of(town: Town) -> dict[str, int]:
    """A source that lists a device, bought reconditioned by an invoice."""
    made = explained(
        save_source(
            town.admin, name=f"Parc {MARK}"[:60], entrance=Entrance.FILE, now=timezone.now()
        )
    )
    content = (
        "ID;Statut;Type;Fabricant;Modèle;Date d'achat;Numéro de facture;Reconditionné\n"
        f"1;En service;Portable;{MARK};{MARK};2025-03-04;{MARK};Oui\n"
    )
    read_now(
        town.admin, source=made, files=given(content.encode()), today=TODAY, now=timezone.now()
    )
    return {"source": made.pk}


def source_of(town: Town, indicator: Indicator) -> dict[str, dict[str, Any]]:
    """A source that takes deposits and feeds an indicator."""
    made = save_source(
        town.editor,
        name=MARK[:60],
        entrance=Entrance.DEPOSIT,
        function=MARK,
        scope=MARK,
        now=timezone.now(),
    )
    row = SourceFeed.objects.create(
        source=made, indicator=indicator, formula="age-mean", manner=Manner.PROPOSE
    )
    read_at = save_source(
        town.editor,
        name=f"API {MARK}"[:60],
        entrance=Entrance.ADDRESS,
        api=Api.GLPI,
        url="https://glpi.example.org/apirest.php",
        now=timezone.now(),
    )
    names = (
        *("source", "edit", "remove", "stop", "resume", "token", "close-token", "give", "words"),
        *("answer", "link"),
    )
    return {
        **{f"sources:{name}": {"pk": made.pk} for name in names},
        "sources:secret": {"pk": read_at.pk},
        "sources:read": {"pk": read_at.pk},
        "sources:unlink": {"pk": made.pk, "feed": row.pk},
        **dict.fromkeys(("impact:inventory", "budget:purchases-invoices"), inventory_of(town)),
        "deposit": {"key": made.key},
    }


def steering_of(town: Town, plan: Plan) -> dict[str, dict[str, Any]]:
    """A seal, a committee with a subject and its body, a letter that waits."""
    sealed = seal_plan(
        town.editor,
        plan=plan,
        occasion=Occasion.COMMITTEE,
        title=MARK,
        today=TODAY,
        texts_read=True,
    )
    body = save_body(town.editor, name=MARK[:60], power=Power.VOTE, members=[MARK])
    committee = prepare_committee(
        town.editor, plan=plan, body=body, held_on=TODAY, place=MARK[:60], today=TODAY
    )
    item = add_item(town.editor, committee=committee, title=MARK[:60], why=MARK)
    minuted = prepare_committee(
        town.editor, plan=plan, body=body, held_on=TODAY, place=MARK[:60], today=TODAY
    )
    open_session(town.editor, committee=minuted, today=TODAY)
    for one in minuted.items.all():
        answer_item(town.editor, item=one, matter=Matter.INFORMED, today=TODAY)
    close_session(town.editor, committee=minuted, today=TODAY)
    letter = try_mail(town.editor, now=timezone.now())
    bounce = Bounce.objects.create(
        organisation_id=town.organisation.pk,
        person_id=town.people[Role.AUDITOR].pk,
        address="revenu@bourg.example",
        status="5.1.1",
        since=timezone.now(),
    )
    seals = ("sealed", "sealed-plan", "sealed-action", "stamp", "differences-text", "sealed-file")
    campaign, draft = (
        save_campaign(
            town.editor,
            plan=plan,
            kind=CampaignKind.UPDATE,
            title=MARK,
            way=Way.LINK,
            actions=list(plan.actions.all()),
            message=MARK,
            opens_on=timezone.localdate(),
            closes_on=timezone.localdate() + timedelta(days=9),
            today=timezone.localdate(),
        )
        for _rank in range(2)
    )
    open_campaign(town.editor, campaign=campaign, today=timezone.localdate())
    reply = campaign.replies.first()
    assert reply is not None
    campaigns = ("campaign", "close-campaign", "accept-all", "reply-links", "drop-sheet")
    replies = ("own-reply", "revoke-link", "renew-link", "reply-sheet")
    committees = ("committee", "add-item", "refresh-agenda", "open-session", "answer")
    minutes = ("write-minutes", "close-minutes", "signed-minutes")
    passed = pass_on(
        town.editor, giver=town.people[Role.AUDITOR], on=TODAY, heirs={}, word=MARK, today=TODAY
    )
    HandedLine.objects.create(
        handover=passed, heir=town.people[Role.READER], kind=Held.VIEW, thing=1, title=MARK[:60]
    )
    now = timezone.now()
    webhook = save_webhook(
        town.admin, name=MARK[:60], url="https://example.org/", subjects=[Subject.SEAL], now=now
    )
    told = try_webhook(town.admin, webhook=webhook, now=now)
    make_address(town.reader, plan=plan, now=now)
    opened = town.people[Role.READER].calendar_addresses.get()
    deeds = ("edit", "stop", "resume", "renew", "remove")
    webhooks = ("webhook", *(f"{deed}-webhook" for deed in deeds))
    return {
        **{
            f"steering:{name}": {"pk": webhook.pk, "delivery": told.pk}
            for name in (*webhooks, "test-webhook", "send-again")
        },
        "steering:revoke-calendar": {"pk": opened.pk},
        **{f"steering:{name}": {"number": sealed.number, "action": 1} for name in seals},
        **{
            f"steering:{name}": {"pk": committee.pk, "item": item.pk}
            for name in (*committees, "decision-done", "play-day", "convene")
        },
        **{
            f"steering:{name}": {"pk": minuted.pk}
            for name in ("attach-act", "session-room", "undo-session", *minutes)
        },
        "steering:handover": {"pk": town.people[Role.AUDITOR].pk},
        "steering:received": {"pk": passed.pk},
        "steering:take-over": {"pk": passed.pk, "consent": "accepted"},
        "documents:minutes": {"pk": minuted.pk},
        "steering:body": {"pk": body.pk},
        "reply": {"token": token_of_reply(reply)},
        "room-phone": {"token": "gone"},
        "vote-phone": {"token": "gone"},
        **{f"steering:{name}": {"pk": campaign.pk} for name in campaigns},
        **{
            f"steering:{name}": {"pk": campaign.pk, "reply": reply.pk, "kind": "xlsx"}
            for name in replies
        },
        **{
            f"steering:{name}": {"pk": draft.pk}
            for name in ("edit-campaign", "open-campaign", "remove-campaign")
        },
        **{f"steering:{name}": {"pk": letter.pk} for name in ("letter", "stop-letter")},
        "steering:resume-letter": {"pk": letter.pk},
        "steering:confirm-address": {"pk": bounce.pk},
    }


def service_of(town: Town) -> DigitalService:
    """A digital service, of which a criterion is answered."""
    service = save_service(town.editor, today=TODAY, name=MARK, owner_function=MARK, units=MARK)
    answers = [Answered("1.1", Answer.INVALID, MARK)]
    return assess_service(town.editor, service=service, answers=answers)


def stakeholder(town: Town, plan: Plan) -> dict[str, dict[str, Any]]:
    """An actor of the area."""
    told = {"name": f"{MARK} {town.slug}", "kind": ActorKind.PRIVATE, "role": MARK}
    saved = save_stakeholder(town.editor, plan=plan, **told)  # type: ignore[arg-type]
    names = ("plans:stakeholder", "plans:remove-stakeholder")
    return {name: {"pk": saved.pk} for name in names}


def folder_that_waits(town: Town, plan: Plan) -> dict[str, dict[str, Any]]:
    """A folder of the plan that waits to be put together with it."""
    files = take_away(town.editor, plan=plan)
    content = {path: text.encode() for path, text in files.items()}
    keep_folder(town.editor, plan=plan, file_name=MARK, files=content)
    return {}


def label_of(town: Town, plan: Plan, action: Action) -> dict[str, dict[str, Any]]:
    """A criterion of a label, answered by an action, with a piece that proves it."""
    said = {"code": "1.1", "title": MARK, "answer": MARK, "actions": [action]}
    saved = save_criterion(town.editor, plan=plan, **said)
    piece = give_piece(town.editor, title=MARK, reference=MARK)
    prove_criterion(town.editor, criterion=saved.criterion, piece=piece)
    its = {"criterion": saved.criterion.pk, "piece": piece.pk}
    names = ("criterion", "remove-criterion", "give-criterion-evidence", "take-criterion-evidence")
    return {
        "documents:undo-criteria": {"entry": saved.entry},
        **{f"documents:{name}": its for name in names},
    }


def public_of(town: Town, run: IndicatorRun, kept: KeptDocument) -> dict[str, dict[str, Any]]:
    """All that may be public, with an error that somebody told of it."""
    publish_run(town.finance, run=run)
    choose_public(
        town.editor,
        parts=Part,
        licence=Licence.LO,
        contact=MARK[:60],
        answer_days=10,
        indexed=False,
    )
    shown = publish_edition(town.editor, today=TODAY, note=MARK, texts_read=True)
    document = show_document(town.editor, document=kept, today=TODAY)
    told = tell_error(shown, about="page", message=MARK)
    seal = PublicFigure.objects.get(run=run).seal[:16]
    return {
        "public:edition": {"rank": shown.number},
        "documents:withdraw-edition": {"rank": shown.number},
        "documents:withdraw-document": {"shown": document.pk},
        "documents:answer-report": {"report": told.pk},
        "public:report-answer": {"token": told.token},
        "public:actions-page": {"page": 1},
        "public:data": {"name": "actions.csv"},
        **{f"public:{name}": {"pk": document.pk} for name in ("document", "document-file")},
        **{f"public:{name}": {"seal": seal} for name in ("figure", "figure-file")},
        "documents:originals": {"seal": seal},
    }


def budget_beside(town: Town, line: BudgetLine) -> dict[str, dict[str, Any]]:
    """An adjustment of a closed year, a programme, a rule of attribution, a decision in bulk."""
    closed = open_year(town.finance, year=2025)
    edit_year(
        town.finance,
        fiscal_year=closed,
        starts_on=closed.starts_on,
        ends_on=closed.ends_on,
        status=YearStatus.CLOSED,
        tax_basis=TaxBasis.TTC,
    )
    adjustment = adjust(
        town.finance,
        fiscal_year=closed,
        stage=Stage.REALISED,
        amount=Decimal(10),
        reason=MARK,
        evidence=MARK,
        on=TODAY,
    )
    programme = set_programme(town.finance, title=MARK, kind=ProgrammeKind.AP_CP, codes=[MARK[:20]])
    revision = revise_programme(
        town.finance,
        programme=programme,
        amount=Decimal(900),
        decided_on=TODAY,
        reference=MARK,
        payments={2026: Decimal(900)},
    )
    rule, _proposed = make_rule(
        town.editor,
        criteria=Criteria(supplier=MARK),
        share=Decimal("0.3"),
        method=Method.KEY,
        reason=MARK,
        first_year=2026,
    )
    put_right = {"year": 2025, "pk": adjustment.pk}
    return {
        "budget:withdraw-adjustment": put_right,
        "budget:restore-adjustment": put_right,
        "budget:programme": {"pk": programme.pk},
        "budget:edit-programme": {"pk": programme.pk},
        "budget:remove-revision": {"pk": programme.pk, "revision": revision.pk},
        "budget:attribution-rule": {"pk": rule.pk},
        "budget:withdraw-rule": {"pk": rule.pk},
    }


def effects(town: Town, action: Action) -> dict[str, dict[str, Any]]:
    """An estimate with a figure of the town's own, and a social effect."""
    give_factor(
        town.editor,
        figure=Factor("laptop.life", 5, Quality.MEASURED, source=MARK),
        reason=MARK,
    )
    estimate = estimate_action(
        town.editor, action=action, request=longer_life(), today=TODAY, baseline=MARK, note=MARK
    )
    social = save_social_effect(
        town.editor,
        action=action,
        kind=Social.ACCESS,
        sense=Sense.GAIN,
        statement=MARK,
        evidence=MARK,
        today=TODAY,
    )
    return {
        "impact:new": {"archetype": "device-life"},
        "impact:social": {"pk": social.pk},
        "impact:remove-social": {"pk": social.pk},
        **{
            f"impact:{name}": {"pk": estimate.pk}
            for name in ("estimate", "export-request", "withdraw", "restore")
        },
        **{
            f"impact:{name}": {"name": "laptop.life"}
            for name in ("factor", "give", "withdraw-factor")
        },
    }


def arbitration(town: Town, plan: Plan) -> dict[str, dict[str, Any]]:
    """A scenario, computed, with a rule between two candidates, and applied to the plan."""
    scenario = create_scenario(town.admin, plan=plan, title=MARK, first_year=2027, last_year=2028)
    fill(town.admin, scenario=scenario)
    scenario.refresh_from_db()
    save_envelope(town.admin, scenario=scenario, title=MARK, capacity=[100_000, 100_000])
    both = [add_level(town, scenario, label, 900) for label in (MARK[:40], "partout")]
    rule = add_scenario_rule(
        town.admin,
        scenario=scenario,
        kind=RuleKind.EXCLUSION,
        candidates=both,
        level=CommitmentLevel.IMPLEMENTATION,
        reason=MARK,
    )
    compute(town.admin, scenario=scenario)
    selection = latest_selection(scenario)
    assert selection is not None
    selection.scenario = scenario
    offers = [one.change.key for one in offered(actor=town.admin, selection=selection, today=TODAY)]
    application = apply_selection(
        town.admin,
        selection=selection,
        keys=[key for key in offers if "-allotment-" in key],
        body=MARK,
        on=TODAY,
        reason=MARK,
        today=TODAY,
    )
    return {
        "": {"slug": scenario.slug},
        **{
            f"portfolio:{name}": {"pk": both[0].pk, "number": int(CommitmentLevel.IMPLEMENTATION)}
            for name in ("candidate", "remove-candidate", "level", "remove-level")
        },
        "portfolio:why": {"candidate": "1"},
        "portfolio:rule": {"kind": RuleKind.EXCLUSION},
        "portfolio:drop-rule": {"pk": rule.pk},
        **{
            f"portfolio:{name}": {"name": scenario.envelopes.order_by("pk")[0].slug}
            for name in ("envelope", "drop-envelope")
        },
        "portfolio:undo": {"pk": application.pk},
    }
