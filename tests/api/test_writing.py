"""What is sent counts once, undoes nobody, and is refused in a sentence that says where."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portulan.accounts.access import Operation, Role
from portulan.accounts.reads import labels_of
from portulan.accounts.tokens import make_token
from portulan.api.contract import document
from portulan.core.models import AuditEntry
from portulan.evidence.models import Piece
from portulan.evidence.reception import receive
from portulan.plans.actions.writes import edit_action
from portulan.plans.models import Action, Goal, Milestone, Plan
from tests.api.callers import Caller
from tests.people import Town
from tests.plans.plan_of_town import make_action, make_plan
from tests.plans.tables.sheets import PLAN, as_csv

GOALS = "plans/{}/goals"
ACTION_AT = "plans/{plan}/actions/{number}"


@pytest.fixture
def plan(town: Town) -> Plan:
    return make_plan(town)


def test_a_row_is_made_read_changed_and_removed(caller: Caller, plan: Plan) -> None:
    made = caller("POST", GOALS.format(plan.slug), {"title": "Réparer"})
    assert made.status_code == 201
    address = made["Location"].partition(f"/{caller.town.slug}/")[2]
    assert caller.get(address) == made.json()
    read = caller("GET", address)
    changed = caller("PUT", address, {"title": "Réparer tout"}, If_Match=read["ETag"])
    assert changed.status_code == 200
    assert changed.json()["title"] == "Réparer tout"
    assert changed["ETag"] == caller("GET", address)["ETag"]
    assert caller("DELETE", address, If_Match=changed["ETag"]).status_code == 204
    assert caller("GET", address).status_code == 404
    person = caller.town.people[Role.ADMIN].pk
    entries = AuditEntry.objects.filter(subject_type="plan", person_id=person)
    assert entries.count() == 3


def test_nobody_undoes_another_unknowingly(caller: Caller, plan: Plan) -> None:
    goal = Goal.objects.create(plan=plan, title="Un", order=9)
    address = f"{GOALS.format(plan.slug)}/{goal.pk}"
    read = caller("GET", address)["ETag"]
    assert caller("PUT", address, {"title": "Deux"}).status_code == 428
    Goal.objects.filter(pk=goal.pk).update(title="Trois")
    refused = caller("PUT", address, {"title": "Deux"}, If_Match=read)
    assert (refused.status_code, refused.json()["code"]) == (412, "changed")
    goal.refresh_from_db()
    assert goal.title == "Trois"
    assert caller("PUT", address, {"title": "Deux"}, If_Match="*").status_code == 200
    # Compressed on its way, an ETag is weak and still the same.
    weak = f"W/{caller('GET', address)['ETag']}"
    assert caller("PUT", address, {"title": "Quatre"}, If_Match=weak).status_code == 200
    assert caller("GET", address, If_None_Match=caller("GET", address)["ETag"]).status_code == 304


def test_what_moved_meanwhile_is_told_with_its_day_and_who(caller: Caller, plan: Plan) -> None:
    action = make_action(caller.town, plan)
    at = f"plans/{plan.slug}/actions/{action.number}"
    read = caller("GET", at)["ETag"]
    edit_action(caller.town.editor, action=action, title="Deux salles", short_title="Salles")
    pilot = {"pilot_function": "DSI", "pilot": None}
    for method, place, body in (
        ("PATCH", at, {"scope": "Mairie"}),
        ("POST", f"{at}/pilot", pilot),
        ("DELETE", at, None),
    ):
        refused = caller(method, place, body, If_Match=read)
        assert (refused.status_code, refused["Content-Type"]) == (412, "application/problem+json")
        errors = {one["path"]: one for one in refused.json()["errors"]}
        assert set(errors) == {"title", "short_title"}, place
        entry = AuditEntry.objects.filter(subject_type="action").latest("pk")
        assert errors["title"]["by"] == labels_of([entry.person_id])[entry.person_id or 0]
        assert datetime.fromisoformat(errors["title"]["at"]) == entry.at
        assert errors["title"]["code"] == "changed"
    action.refresh_from_db()
    assert (action.scope, action.title) == ("", "Deux salles")
    # Who may not read names is told what moved and when.
    own = Caller(caller.town, Role.CONTRIBUTOR)
    Action.objects.filter(pk=action.pk).update(pilot=caller.town.people[Role.CONTRIBUTOR])
    refused = own("POST", f"{at}/update", {"note": "Vu"}, If_Match=read)
    assert refused.status_code == 412
    assert not [one for one in refused.json()["errors"] if "by" in one]
    # A version that was read before members were marked is still one; what is none is told nothing.
    now = caller("GET", at)["ETag"]
    plain = now.partition(".")[0] + '"'
    assert caller("PATCH", at, {"scope": "Mairie"}, If_Match=plain).status_code == 200
    for none in (plain, '"x"', '"x.y"', '""', f"{read}, {now}"):
        refused = caller("PATCH", at, {"scope": "École"}, If_Match=none)
        assert (refused.status_code, refused.json().get("errors")) == (412, None), none


def test_what_is_written_over_at_an_address_takes_the_version_read_there(
    caller: Caller, plan: Plan
) -> None:
    action = make_action(caller.town, plan)
    at = f"plans/{plan.slug}/actions/{action.number}/money"
    amounts = {"amounts": [{"year": 2026, "amount": "10"}]}
    read = caller("GET", at)["ETag"]
    assert caller("PUT", at, amounts).status_code == 204  # unsaid, as ever
    refused = caller("PUT", at, amounts, If_Match=read)
    assert (refused.status_code, refused.json()["code"]) == (412, "changed")
    now = caller("GET", at)["ETag"]
    assert caller("PUT", at, amounts, If_Match=now).status_code == 204
    said = document()["paths"][f"/{{organisation}}/{ACTION_AT}/money"]["put"]
    (header,) = [one for one in said["parameters"] if one["name"] == "If-Match"]
    assert not header["required"]
    assert "412" in said["responses"]


def test_what_is_sent_twice_with_one_key_is_done_once(caller: Caller, plan: Plan) -> None:
    sent = {"title": "Réparer"}
    first = caller("POST", GOALS.format(plan.slug), sent, Idempotency_Key="a")
    again = caller("POST", GOALS.format(plan.slug), sent, Idempotency_Key="a")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again["Idempotency-Replayed"] == "true"
    assert Goal.objects.filter(plan=plan, title="Réparer").count() == 1
    other = caller("POST", GOALS.format(plan.slug), {"title": "Autre"}, Idempotency_Key="a")
    assert (other.status_code, other.json()["code"]) == (422, "key-reused")
    for key in ("", "x" * 201):
        none = caller("POST", GOALS.format(plan.slug), sent, Idempotency_Key=key)
        assert none.status_code == 422
    # A refusal does nothing: its key still holds.
    wrong = {"title": "P", "first_year": 2031, "last_year": 2030}
    bad = caller("POST", "plans", wrong, Idempotency_Key="b")
    assert bad.status_code == 422
    good = {"title": "P", "first_year": 2030, "last_year": 2031}
    assert caller("POST", "plans", good, Idempotency_Key="c").status_code == 201


def test_refusals_say_where_in_two_languages(caller: Caller, plan: Plan) -> None:
    wrong = {"title": 3, "first_year": "x", "last_year": 2027, "unknown": 1}
    for language, words in (("fr", "Il faut un texte."), ("en", "A text is needed.")):
        response = caller("POST", "plans", wrong, Accept_Language=language)
        assert response.status_code == 422
        assert response["Content-Type"] == "application/problem+json"
        assert response["Content-Language"] == language
        found = {one["path"]: one["message"] for one in response.json()["errors"]}
        assert set(found) == {"title", "first_year", "unknown"}
        assert found["title"] == words
    rule = caller("POST", "plans", {"title": "P", "first_year": 2030, "last_year": 2029})
    assert rule.json()["errors"][0]["path"] == "last_year"
    assert Plan.objects.count() == 1


def test_bodies_that_are_none(caller: Caller, plan: Plan) -> None:
    address = f"/api/v1/{caller.town.slug}/plans"
    headers = {"Authorization": f"Bearer {caller.token}"}
    client = Client(raise_request_exception=False)
    for content, kind, status in (
        (b"{", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"title=x", "application/x-www-form-urlencoded", 415),
        (b"[]", "application/json", 422),
        (b"null", "application/json", 422),
        (json.dumps({"title": "a\0b", "first_year": 2025, "last_year": 2026}).encode(),
         "application/json", 422),
    ):  # fmt: skip
        response = client.post(address, content, content_type=kind, headers=headers)
        assert response.status_code == status, content[:20]
    assert client.post(address, {}, headers=headers).status_code == 415
    response = client.patch(address, b"{}", content_type="application/json", headers=headers)
    assert (response.status_code, response["Allow"]) == (405, "GET, POST")


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ("12", 201), ("0.5", 201), ("1e300", 422), ("true", 422), ('"12"', 422), ("[]", 422),
        ("null", 422), ("1e400", 400), ("NaN", 400), ("-Infinity", 400),
    ],
)  # fmt: skip
def test_a_number_is_one_that_can_be_said_again(caller: Caller, value: str, status: int) -> None:
    figure = f'{{"id":"electricity.gwp.FRA","value":{value},"quality":"measured","source":"s"}}'
    response = caller.client.generic(
        "POST",
        f"/api/v1/{caller.town.slug}/factors",
        f'{{"figure":{figure},"reason":"relevé"}}'.encode(),
        content_type="application/json",
        headers={"Authorization": f"Bearer {caller.token}"},
    )
    assert response.status_code == status


def test_what_is_of_others_does_not_exist(caller: Caller, elsewhere: Town, plan: Plan) -> None:
    action = make_action(caller.town, plan)
    theirs = make_action(elsewhere, make_plan(elsewhere))
    at = f"plans/{plan.slug}/actions/{action.number}/ties"
    refused = caller("POST", at, {"other": theirs.pk, "kind": "requires"})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["path"] == "other"
    assert caller("GET", "plans", place=elsewhere.slug).status_code == 404


def test_a_token_may_do_what_it_was_made_for(town: Town, plan: Plan) -> None:
    narrow = make_token(town.admin, name="lecture", operations=[Operation.READ_PLAN], days=30)
    caller = Caller(town, token=narrow)
    assert caller("GET", "plans").status_code == 200
    refused = caller("POST", "plans", {"title": "P", "first_year": 2030, "last_year": 2031})
    assert (refused.status_code, refused.json()["detail"]) == (403, "edit_plan")
    assert caller("GET", "years").status_code == 403
    for shown in ("", "Bearer portulan_x", f"Basic {narrow}", f"Token {narrow}"):
        response = caller("GET", "plans", Authorization=shown)
        assert response.status_code == 401
        assert "Bearer" in response["WWW-Authenticate"]
    # Never in an address.
    assert Client().get(f"/api/v1/{town.slug}/plans?token={narrow}").status_code == 401


def test_a_session_opens_nothing(town: Town, signed_in: Any) -> None:
    assert signed_in(Role.ADMIN).get(f"/api/v1/{town.slug}/plans").status_code == 401


def test_own_actions_alone_for_a_pilot(town: Town, plan: Plan) -> None:
    own, other = make_action(town, plan), make_action(town, plan, "Autre")
    Action.objects.filter(pk=own.pk).update(pilot=town.people[Role.CONTRIBUTOR])
    caller = Caller(town, Role.CONTRIBUTOR)
    said = {"title": "Mi-parcours", "due_on": "2026-06-30"}
    at = f"plans/{plan.slug}/actions/{{}}/milestones"
    assert caller("POST", at.format(own.number), said).status_code == 201
    assert caller("POST", at.format(other.number), said).status_code == 403
    assert Milestone.objects.count() == 1


def test_what_a_browser_sends_by_itself_only_reads(caller: Caller, plan: Plan) -> None:
    basic = "Basic " + b64encode(f"x:{caller.token}".encode()).decode()
    address = GOALS.format(plan.slug)
    assert caller("GET", address, Authorization=basic).status_code == 200
    refused = caller("POST", address, {"title": "Forgé"}, Authorization=basic)
    assert (refused.status_code, refused["WWW-Authenticate"]) == (401, 'Bearer realm="Portulan"')
    # A page of elsewhere sends forms, files and what has no body.
    for path in ("evidence/files", f"plans/{plan.slug}/choices/rest", "perimeter/draft"):
        form = caller.client.post(
            f"/api/v1/{caller.town.slug}/{path}", {"title": "x"}, headers={"Authorization": basic}
        )
        assert form.status_code == 401, path
    assert not Goal.objects.filter(title="Forgé").exists()


def test_a_file_sent_again_while_it_is_read_is_not_read_twice(
    caller: Caller, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.conf.settings.UPLOADS", tmp_path)
    monkeypatch.setattr("portulan.core.form_tokens.PATIENCE", 0)
    headers = {"Authorization": f"Bearer {caller.token}", "Idempotency-Key": "k"}
    address = f"/api/v1/{caller.town.slug}/evidence/files"
    meanwhile: list[int] = []

    def send() -> Any:
        file = SimpleUploadedFile("pv.txt", b"Vu.")
        return caller.client.post(address, {"title": "PV", "file": file}, headers=headers)

    def received(file: Any, name: str) -> Any:
        if not meanwhile:
            meanwhile.append(0)
            meanwhile[0] = send().status_code
        return receive(file, name)

    monkeypatch.setattr("portulan.api.resources.evidence.receive", received)
    assert send().status_code == 201
    assert meanwhile == [503]
    again = send()
    assert (again.status_code, again["Idempotency-Replayed"]) == (201, "true")
    assert Piece.objects.count() == 1


def test_a_name_that_somebody_gave_makes_no_header(
    caller: Caller, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.conf.settings.UPLOADS", tmp_path)
    piece = caller("POST", "evidence", {"title": "PV", "reference": "D-1"}).json()["id"]
    headers = {"Authorization": f"Bearer {caller.token}"}
    address = f"evidence/{piece}/files"
    for number, (name, said) in enumerate(
        (
            ("l'avis.txt", 'attachment; filename="l\'avis.txt"'),
            ("délibéré.txt", "attachment; filename*=utf-8''d%C3%A9lib%C3%A9r%C3%A9.txt"),
            ('a"b.txt', 'attachment; filename="a_b.txt"'),
        ),
        1,
    ):
        file = SimpleUploadedFile(name, name.encode())
        place = f"/api/v1/{caller.town.slug}/{address}"
        assert caller.client.post(place, {"file": file}, headers=headers).status_code == 201
        assert caller("GET", f"{address}/{number}")["Content-Disposition"] == said


def test_pages_follow_and_none_is_seen_twice(caller: Caller, plan: Plan) -> None:
    for number in range(7):
        make_action(caller.town, plan, f"Action {number}")
    address, seen, cursor = f"plans/{plan.slug}/actions", [], ""
    while cursor is not None:
        page = caller.get(f"{address}?limit=3&cursor={cursor}")
        seen += [one["number"] for one in page["items"]]
        cursor = page["next"]
    assert seen == list(range(1, 8))
    for wrong in ("limit=0", "limit=501", "limit=x", "cursor=zz", "who=me", "progress=flying"):
        assert caller("GET", f"{address}?{wrong}").status_code == 422, wrong
    assert len(caller.get(f"{address}?level=study")["items"]) == 7
    lines = b"".join(caller("GET", f"{address}.csv").streaming_content).decode()
    assert len(lines.strip().splitlines()) == 8


def test_who_asks_too_much_waits(
    caller: Caller, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.conf.settings.API_PER_MINUTE", 3)
    answers = [caller("GET", "plans") for _time in range(5)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429, 429]
    assert answers[0]["RateLimit-Remaining"] == "2"
    assert int(answers[-1]["Retry-After"]) <= 60
    strangers = [caller("GET", "plans", Authorization="Bearer portulan_no") for _time in range(5)]
    assert [one.status_code for one in strangers] == [401, 401, 401, 429, 429]


def test_a_file_is_given_with_what_is_said_of_it(
    caller: Caller, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.conf.settings.UPLOADS", tmp_path)
    address = f"/api/v1/{caller.town.slug}/evidence/files"
    headers = {"Authorization": f"Bearer {caller.token}"}
    sent = {"title": "PV", "file": SimpleUploadedFile("pv.txt", b"Vu.")}
    made = caller.client.post(address, sent, headers=headers)
    assert made.status_code == 201
    piece = made.json()["id"]
    assert caller.get(f"evidence/{piece}/files")["items"][0]["size"] == 3
    file = caller("GET", f"evidence/{piece}/files/1")
    assert (file.content, file["Content-Disposition"]) == (b"Vu.", 'attachment; filename="pv.txt"')
    assert caller.client.post(address, {"title": "PV"}, headers=headers).status_code == 422


def test_a_table_is_written_as_its_preview_showed_it(caller: Caller, plan: Plan) -> None:
    headers = {"Authorization": f"Bearer {caller.token}"}
    table = SimpleUploadedFile("plan.csv", as_csv(PLAN).getvalue())
    place = f"/api/v1/{caller.town.slug}/plans/{plan.slug}/tables"
    made = caller.client.post(place, {"file": table}, headers=headers).json()
    at = f"plans/{plan.slug}/tables/{made['id']}"
    seen = caller.get(f"{at}/preview")["seen"]
    plan.axes.create(title="Autre", order=9)
    make_action(caller.town, plan, PLAN[1][1])
    for wrong in (seen, "", "0" * 12):
        refused = caller("POST", f"{at}/write", {"seen": wrong})
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "moved"), wrong
    assert plan.actions.count() == 1
    again = caller.get(f"{at}/preview")["seen"]
    assert caller("POST", f"{at}/write", {"seen": again}).status_code == 200
    assert plan.actions.count() > 1
