"""Every address of the product, walked by everybody, and sent what nobody should send."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import cycle
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.test import Client
from django.test.client import FakePayload
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from lxml import html

from portulan.accounts.access import Role
from portulan.accounts.services import add_unit
from portulan.budget.enums import AttributionStatus
from portulan.budget.services.perimeter import draft_perimeter
from portulan.budget.services.perimeter_rules import add_rule
from portulan.budget.services.runs import compute_run
from portulan.budget.services.wanted import allot, set_ambition, set_forecast
from portulan.budget.services.years import open_year
from portulan.budget.stages import Stage
from portulan.budget.verdicts import Verdict
from portulan.catalogue.enums import Relation
from portulan.catalogue.services import import_catalogue, link_practices
from portulan.core.models import AuditEntry
from portulan.plans.enums import Choice, CommitmentLevel
from portulan.plans.models import Goal
from portulan.plans.services import (
    add_axis,
    add_goal,
    choose_practice,
    save_deliverable,
    save_milestone,
    set_planned_money,
    update_progress,
)
from tests.catalogue.test_services import content as house_edition
from tests.people import Town, make_town
from tests.plans.plan_of_town import TODAY, adopt, followed_action, make_edition, make_plan
from tests.web.budget.conftest import give, load

FORM = "application/x-www-form-urlencoded"
MARK = "<script>alert(1)</script>{{7*7}}{% now 'Y' %}' OR 1=1 --"
COMMON = {
    "Content-Security-Policy": "default-src 'none'",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# Reached without signing in, and what an anonymous GET of them answers.
OPEN = {"sign-in": 200, "sign-in-link": 410, "language": 302}
ABSURD = {
    "nothing": "",
    "huge number": "9" * 400,
    "very long number": "9" * 5000,
    "2^63": str(2**63),
    "negative": "-1",
    "NaN": "NaN",
    "infinite": "1e400",
    "signalling": "sNaN",
    "NUL": "a\0b",
    "surrogate": "\udc80",
    "markup": MARK,
    "year 0": "0000-00-00",
    "year 9999": "9999-12-31",
    "other digits": "٣²",
    "attribute": "__class__",
    "long": "x" * 20_000,
}
QUERY = ("page", "old", "new", "show", "family", "order", "stage", "q", "kind", "edition", "theme",
         "next", "action", "verdict", "attribution", "batch", "rows", "sheet", "level", "progress",
         "state", "pilot", "choice", "section", "priority")  # fmt: skip
# What each kind of field takes, when it says nothing.
SOUND = {
    "date": "2026-01-05",
    "decimal": "10",
    "number": "10",
    "email": "a@b.example",
    None: "mots",
}


@dataclass(frozen=True)
class Place:
    """A town with one of everything, and how addresses call each thing."""

    town: Town
    named: dict[str, dict[str, Any]]

    def address(self, name: str, arguments: list[str]) -> str:
        known = self.named.get("", {}) | self.named.get(name, {})
        return reverse(name, kwargs={argument: known[argument] for argument in arguments})


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
    set_forecast(town.finance, year=2027, amount=Decimal(1000), source=MARK)
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
    return Place(
        town,
        {
            "": {
                "organisation": town.slug,
                "token": "unknown",
                "code": practice.code,
                "version_id": version.pk,
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
            },
            "catalogue:successor": {"code": "a.1"},
            "catalogue:remove-edition": {"version_id": house[1].pk},
            "catalogue:remove-link": {"pk": link.pk},
            "catalogue:restore-link": {"pk": link.pk},
            "language": {"code": "en"},
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
                    "measure",
                    "withdraw",
                    "main-indicator",
                    "leave-indicator",
                )
            },
            "budget:run": {"pk": run.pk},
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
            **{
                f"people:{name}": {"pk": town.people[Role.READER].pk}
                for name in ("edit", "link", "erase")
            },
        },
    )


@pytest.fixture
def place(town: Town) -> Place:
    return furnish(town)


@pytest.fixture
def browser(signed_in: Callable[..., Client]) -> Callable[..., Client]:
    """A browser that is answered what a person would be: a page, not an exception."""

    def open_(role: Role, *of: Town) -> Client:
        client = signed_in(role, *of)
        client.raise_request_exception = False
        return client

    return open_


def wrong_headers(response: Any) -> list[str]:
    """Name the protections that an answer lacks."""
    kept = response.headers
    found = [name for name, value in COMMON.items() if not kept.get(name, "").startswith(value)]
    if "unsafe" in kept.get("Content-Security-Policy", ""):
        found.append("unsafe CSP")
    if "no-store" not in kept.get("Cache-Control", ""):
        found.append("Cache-Control")
    return found


def body(response: Any) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode()


def test_everybody_is_answered_and_nobody_is_shown_markup(place: Place, browser: Any) -> None:
    wrong = []
    for role in Role:
        client = browser(role)
        for name, arguments in patterns():
            response = client.get(place.address(name, arguments))
            if response.status_code not in {200, 302, 403, 404, 405, 410}:
                wrong.append((role, name, response.status_code))
            if missing := wrong_headers(response):
                wrong.append((role, name, missing))
            if response.headers["Content-Type"].startswith("text/html"):
                text = body(response)
                if "<script" in text.lower() or "49" + "' OR" in text:
                    wrong.append((role, name, "markup"))
    assert wrong == []


def test_nothing_of_the_place_exists_for_others(
    place: Place, elsewhere: Town, browser: Any, client: Client
) -> None:
    wrong = []
    outsiders = {role: browser(role, elsewhere) for role in (Role.ADMIN, Role.READER)}
    for name, arguments in patterns():
        address = place.address(name, arguments)
        inside = "organisation" in arguments
        expected = 302 if inside else OPEN.get(name, 302)
        for verb in ("get", "post"):
            response = getattr(client, verb)(address)
            signs_in = response.status_code == 302 and "/sign-in/?next=" in response["Location"]
            odd = verb == "get" and response.status_code not in {expected, 405}
            if odd or (inside and not signs_in):
                wrong.append(("anonymous", verb, name, response.status_code))
            if missing := wrong_headers(response):
                wrong.append(("anonymous", verb, name, missing))
            for role, outsider in outsiders.items():
                if inside and getattr(outsider, verb)(address).status_code != 404:
                    wrong.append((role, verb, name))
    assert wrong == []


def test_things_of_others_do_not_exist_at_home(place: Place, browser: Any) -> None:
    """The identifiers of another organisation, in the addresses of one's own."""
    other = make_town("val-dailleurs")
    other.organisation.frozen_on = TODAY
    other.organisation.save()
    make_plan(other, "Le leur")
    open_year(other.finance, year=2026)
    draft_perimeter(other.finance)
    client = browser(Role.ADMIN, other)
    strangers = {
        *("pk", "number", "version_id", "target", "measurement", "pks", "edition"),
        *("old", "new", "practice", "version"),
    }
    wrong = []
    entries = AuditEntry.objects.exclude(organisation_id=other.organisation.pk).count()
    home = {"organisation": other.slug, "plan": other.organisation.plans.get().slug}
    for name, arguments in patterns():
        if "organisation" not in arguments or not strangers & set(arguments):
            continue
        if arguments[-2:] == ["version_id", "code"] or name in {
            "catalogue:export",
            "catalogue:workshop",
            "budget:edition",
        }:
            continue  # built-in catalogues belong to everybody, and both have a first edition
        known = place.named[""] | place.named.get(name, {}) | home
        address = reverse(name, kwargs={argument: known[argument] for argument in arguments})
        for verb in ("get", "post"):
            status = getattr(client, verb)(address).status_code
            if status not in {404, 405} and name not in {"budget:unreview-lines"}:
                wrong.append((verb, name, status))
    assert wrong == []
    assert AuditEntry.objects.exclude(organisation_id=other.organisation.pk).count() == entries


def forms_of(response: Any) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield where each form of a page sends, and what it would send filled in soundly."""
    if response.status_code != 200 or not response["Content-Type"].startswith("text/html"):
        return
    for form in html.document_fromstring(response.content.decode()).xpath("//main//form"):
        if form.get("method") != "post" or "sign-out" in form.get("action", ""):
            continue
        values = {}
        for field in form.xpath(".//*[@name]"):
            offered = [
                option.get("value") for option in field.xpath(".//option") if option.get("value")
            ]
            kind = "decimal" if field.get("inputmode") == "decimal" else field.get("type")
            values[field.get("name")] = field.get("value") or next(
                iter(offered), SOUND.get(kind, "")
            )
        yield form.get("action") or "", values


def post(client: Client, address: str, values: dict[str, str]) -> Any:
    """Send a form, and take back all that it wrote, the session of a new password included."""
    signed = deepcopy(client.cookies)
    with transaction.atomic():
        sent = urlencode(values, errors="surrogatepass")
        answer = client.post(address, sent, content_type=FORM)
        transaction.set_rollback(True)
    client.cookies = signed
    return answer


def test_absurd_values_are_refused_with_a_page(place: Place, browser: Any) -> None:
    """In each field of each form alone, the others being sound; then everywhere at once."""
    client = browser(Role.ADMIN)
    turns = cycle(ABSURD.values())
    everything = {"line", "next", "replace", "stage"}
    wrong: list[tuple[Any, ...]] = []
    seen: set[str] = set()
    for name, arguments in patterns():
        here = place.address(name, arguments)
        for action, sound in forms_of(client.get(here)):
            everything |= sound.keys()
            for field in sound.keys() - seen:
                seen |= {field}
                for value in (str(2**63), next(turns)):
                    answer = post(client, action or here, sound | {field: value})
                    if answer.status_code >= 500:
                        wrong.append((name, field, value[:30], answer.status_code))
    for name, arguments in patterns():
        here = place.address(name, arguments)
        value = next(turns)
        answer = post(client, here, dict.fromkeys(sorted(everything), value))
        if answer.status_code >= 500:
            wrong.append((name, value[:30], answer.status_code))
    assert wrong == []
    assert len(seen) > 60


def test_absurd_addresses_are_refused_with_a_page(place: Place, browser: Any) -> None:
    client = browser(Role.ADMIN)
    turns = cycle(ABSURD.values())
    wrong = []
    for name, arguments in patterns():
        here = place.address(name, arguments)
        query = {name: next(turns) for name in QUERY}
        addresses = [f"{here}?{urlencode(query, errors='surrogatepass')}"]
        known = place.named[""] | place.named.get(name, {})
        for argument in arguments:
            other = {"kind": "axes"}.get(
                argument, 2**63 if isinstance(known[argument], int) else MARK
            )
            for value in (other, 0 if isinstance(other, int) else "a\0b"):
                values = {item: known[item] for item in arguments} | {argument: value}
                with suppress(NoReverseMatch):
                    addresses.append(reverse(name, kwargs=values))
        # What answers nothing to GET is sent a form.
        answers = [(address, client.get(address)) for address in addresses]
        answers += [(a, post(client, a, {})) for a, answer in answers if answer.status_code == 405]
        wrong += [
            (a[:80], answer.status_code) for a, answer in answers if answer.status_code >= 500
        ]
    assert wrong == []


def test_files_too_large_or_of_strangers_are_refused_unread(place: Place, browser: Any) -> None:
    class Unread(FakePayload):
        def read(self, *_args: int, **_options: int) -> bytes:
            raise AssertionError("received")

    def send(by: Client, length: int, address: str) -> Any:
        by.get("/sign-in/")  # where the token to send a form comes from
        kind = "multipart/form-data; boundary=zz"
        sent: Any = {"CONTENT_LENGTH": str(length), "CONTENT_TYPE": kind, "wsgi.input": Unread()}
        return by.generic("POST", address, **sent)

    here = place.address("budget:upload", ["organisation", "year"])
    large = send(browser(Role.FINANCE), 300 * 2**20, here)
    assert (large.status_code, wrong_headers(large)) == (413, [])
    assert "256" in body(large)
    stranger = Client(enforce_csrf_checks=True, raise_request_exception=False)
    assert send(stranger, 2**20, "/sign-in/").status_code == 413


@pytest.mark.parametrize(
    "wanted", ["home", "//evil.example/", "https://evil.example/", "\\\\evil", "a b"]
)
def test_coming_back_leads_to_pages_of_this_site_alone(
    client: Client, town: Town, wanted: str
) -> None:
    answer = client.post("/language/en/", {"next": wanted})
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_files_refusals_and_failures_are_protected_as_pages_are(
    browser: Any, town: Town, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.WHITENOISE_USE_FINDERS = True
    client = browser(Role.READER)
    host = client.get("/", HTTP_HOST="evil.example")
    token = Client(enforce_csrf_checks=True).post("/sign-in/", {})
    sheet = client.get("/static/portulan/portulan.css")
    monkeypatch.setattr("portulan.web.dashboard.views.current_plan", lambda **_: 1 / 0)
    broken = client.get(f"/{town.slug}/")
    statuses = [answer.status_code for answer in (host, token, sheet, broken)]
    assert statuses == [400, 403, 200, 500]
    for answer in (host, token, broken):
        assert wrong_headers(answer) == []
    assert wrong_headers(sheet) == ["Cache-Control"]  # everybody's


def test_what_no_text_holds_is_nowhere(place: Place, browser: Any) -> None:
    """PostgreSQL refuses the character NUL, SQLite keeps it: neither is asked."""
    client = browser(Role.EDITOR)
    plan = place.named[""] | {"kind": "goals"}
    for name, arguments in (("rename-part", ["pk"]), ("add-part", [])):
        known = plan | place.named.get(f"plans:{name}", {})
        names = ["organisation", "plan", "kind", *arguments]
        here = reverse(f"plans:{name}", kwargs={item: known[item] for item in names})
        assert client.post(here, {"title": "a\0b"}).status_code == 302
    assert [goal.title for goal in Goal.objects.all()] == [MARK]
    practice = {"organisation": place.town.slug, "version_id": plan["version_id"], "code": "a\0b"}
    assert client.get(reverse("catalogue:practice", kwargs=practice)).status_code == 404
