"""The journal names what each entry is about, in words, at a constant price."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from portulan.accounts.access import Role
from portulan.accounts.features import put_away_at_first
from portulan.accounts.words import LegalForm
from portulan.core import trail
from portulan.core.models import AuditEntry
from portulan.plans.actions.writes import assign_pilot
from portulan.plans.money.writes import set_planned_money
from portulan.web.trail.page import author, changed, field_label, value_words
from portulan.web.trail.words import VERBS
from tests.people import Town
from tests.plans.plan_of_town import TODAY, make_action, make_plan

type SignIn = Callable[..., Client]


def test_each_entry_says_what_it_is_about(town: Town, signed_in: SignIn) -> None:
    plan = make_plan(town)
    action = make_action(town, plan, title="Une seule salle serveur")
    set_planned_money(town.editor, action=action, year=TODAY.year, amount=1500)
    client = signed_in(Role.AUDITOR)
    address = reverse("people:journal", args=[town.slug])
    shown = client.get(address).text
    assert "1 Une seule salle serveur" in shown
    assert "1\u202f500\u00a0€" in shown
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for _number in range(12):
        set_planned_money(town.editor, action=action, year=TODAY.year, amount=_number)
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(few)


def test_the_journal_is_filtered_by_object_person_and_day(town: Town, signed_in: SignIn) -> None:
    plan = make_plan(town)
    make_action(town, plan, title="Une seule salle serveur")
    client = signed_in(Role.AUDITOR)
    address = reverse("people:journal", args=[town.slug])
    today = timezone.localdate(AuditEntry.objects.latest("pk").at)

    def entries(**wanted: object) -> set[str]:
        page = client.get(address, wanted)
        assert page.status_code == 200
        return {entry.subject_type for entry, _name in page.context["entries"]}

    assert entries() > {"action", "plan", "person"}
    assert entries(kind="action") == {"action"}
    assert entries(person=town.people[Role.EDITOR].pk) == {"action", "plan"}
    assert entries(person=town.people[Role.READER].pk) == set()
    assert entries(kind="plan", since=today, until=today) == {"plan"}
    assert entries(until=today - timedelta(days=1)) == set()
    assert "retirez un filtre" in client.get(address, {"kind": "unit"}).text
    # A small town that asked for nothing more is offered what it has alone.
    assert "Campagne" in client.get(address).text
    town.organisation.put_away = put_away_at_first(LegalForm.TOWN, 3_400)
    town.organisation.save()
    shown = client.get(address).text
    assert "Plan d’action" in shown
    assert "Campagne" not in shown
    # What makes no sense is left out rather than refused.
    assert entries(kind="nonsense", person="x", since="hier") == entries()


@pytest.mark.parametrize(
    ("subject", "changes", "words"),
    [
        ("budgetline", {"share": [None, "0.125"]}, "part fléchée : 12,5 %"),
        ("budgetline", {"verdict": [["undecided", None], ["mixed", "0.6"]]},
         "verdict : À décider, – → Mixte, 60 %"),
        ("budgetline", {"status": ["proposed", "justified"]}, "état : Proposé → Justifié"),
        ("action", {"measurement": [None, 61], "progress": ["todo", "paused"]},
         "avancement : À faire → En pause"),
        ("importbatch", {"status": ["previewed", "confirmed"]}, "état : aperçu → confirmé"),
        ("catalogueversion", {"digest": [None, "d433daf32a1c" * 5]}, "scellé : d433daf32a1c"),
        ("budgetline", {"reviewed_on": [None, "2026-11-09"]}, "examinée le : 09/11/2026"),
        ("indicatorrun", {"value": [None, "3.653637"]}, "valeur : 3,65 %"),
        ("plan", {"ambition 2026": ["3.0", "3.5"]}, "ambition 2026 : 3,00 % → 3,50 %"),
        ("action", {"allotment 2026": [None, "240000.50"]}, "dotation 2026 : 240 000,50 €"),
        ("action", {"potential": [None, "29000"], "why": [None, "compté deux fois"]},
         "possible : 29 000 € ; motif : compté deux fois"),
        ("action", {"value": [None, "1.17"], "done": [None, "2.5"]},
         "valeur : 1,17 ; jours passés : 2,5"),
        ("action", {"planned:2027:F:it": [None, "30000"]},
         "2027, budget informatique, Fonctionnement : 30 000 €"),
        ("action", {"own_number": [None, "1.10"]}, "numéro d’usage : 1.10"),
        ("person", {"roles": [["reader"], ["editor", "finance"]]},
         "rôles : Lecture → Plan d’action, Finances"),
        ("scenario", {"level:9.1:3:cost": [None, {"F": [60000, 28000]}]},
         "9.1, Réalisation, coût : F 60000, 28000"),
        ("scenario", {"candidate:9:must_by": [2026, 2027]}, "9, achevé fin : 2026 → 2027"),
        ("organisation", {"siren": ["200000000", "130000000"]}, "SIREN : 200000000 → 130000000"),
    ],
)  # fmt: skip
def test_changes_read_as_people_speak(
    subject: str, changes: dict[str, list[object]], words: str
) -> None:
    entry = AuditEntry(subject_type=subject, subject_id=1, verb="edited", changes=changes)
    assert re.sub(r"\s", " ", changed(entry, "fr", {})) == words


def test_who_answers_by_a_link_is_said_by_their_function() -> None:
    changes = {"way": [None, "link"], "function": [None, "Responsable du parc"]}
    entry = AuditEntry(subject_type="action", subject_id=1, verb="pilot answered", changes=changes)
    assert author(entry, {}) == "Responsable du parc"
    entry.changes = {}
    assert author(entry, {}) == "Ligne de commande"


def test_no_field_of_the_trail_shows_its_code() -> None:
    for name in ("published_at", "reviewed_on", "lines moved", "rule 3", "outside_it", "lost"):
        assert field_label("budgetline", name) not in {name, name.replace("_", " ")}
    assert all(str(verb)[0].islower() for verb in VERBS.values())


def test_one_deed_has_one_way_to_be_said() -> None:
    """Whichever app declares it."""
    said = {
        (verb.value, str(verb.label)) for verbs in trail.Verb.__subclasses__() for verb in verbs
    }
    assert len(said) == len(VERBS) == len({value for value, _ in said})


def test_no_value_of_an_enumeration_shows_its_code() -> None:
    """Whatever a field may hold is said in French.

    The tax basis, an acronym, and the article of a name are their own words; how an address, or a
    SIREN, was proved and what is written to its owner are in no trail.
    """
    fields = [
        (model._meta.model_name or "", field)
        for model in apps.get_models()
        if model.__module__.startswith("portulan.")
        for field in model._meta.fields
    ]
    with override("fr"):
        codes = {
            (name, field.name)
            for name, field in fields
            for value, _label in field.flatchoices
            if value_words(name, field.name, value, "fr") == str(value)
        }
    own = {("fiscalyear", "tax_basis"), ("organisation", "article")}
    apart = {("user", "proved_by"), ("organisation", "siren_proof"), ("ownermessage", "kind")}
    assert codes <= own | apart


def test_what_a_change_points_to_has_its_name(town: Town, signed_in: SignIn) -> None:
    pilot = town.people[Role.CONTRIBUTOR]
    action = make_action(town, make_plan(town))
    assign_pilot(town.editor, action=action, pilot_function="DSI", pilot=pilot, today=TODAY)
    shown = signed_in(Role.AUDITOR).get(reverse("people:journal", args=[town.slug])).text
    assert f"pilote\xa0: {pilot.function}" in shown


def test_a_unit_that_owes_a_part_is_said_in_words() -> None:
    part = ["designated", "2026-06-30"]
    assert value_words("indicator", "École", "designated", "fr") == "désignée"
    with override("en"):
        assert value_words("indicator", "École", part, "en") == "designated, 30 Jun 2026"
