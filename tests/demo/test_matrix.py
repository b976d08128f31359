"""Every address, for every role, inside and from outside, with one's own identifiers and others'.

Addresses are found as people find them, by following links and forms from the home page; one that
nothing leads to (yet) is made from its route. A new screen is here by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from lxml import html
from pytest_django import DjangoDbBlocker

from portulan.accounts.access import Role
from portulan.accounts.models import Membership, Organisation, Person, Unit, User
from portulan.budget.models import BudgetLine
from portulan.core.models import AuditEntry
from portulan.indicators.models import Indicator
from portulan.plans.models import Action, Plan
from portulan.portfolio.models import Scenario
from tests.browser import Browser
from tests.demo.twin import LEAK, NUMBER, make_twin

pytestmark = pytest.mark.django_db
# What ends the session of who asks, and would make all that follows say nothing.
# What an organisation published, and the link that a function was sent.
FOR_EVERYBODY = ("/public/", "/reply/")
LEAVING = {"sign-out/", "account/sessions/close/", "account/password/"}
SECRET = "Secret7731 "
# What there must be of others for the matrix to say something.
NEEDED = {
    *("accounts.Person", "accounts.Unit", "catalogue.CatalogueVersion", "indicators.Indicator"),
    *("plans.Plan", "plans.Action", "plans.Milestone", "plans.Deliverable", "plans.Goal"),
    *("budget.FiscalYear", "budget.ImportBatch", "budget.BudgetLine", "budget.ITPerimeter"),
    *("budget.IndicatorRun", "impact.Estimate", "portfolio.Scenario", "portfolio.Candidate"),
}
CONVERTER = re.compile(r"<(?:(\w+):)?(\w+)>")
type Found = dict[str, str]


def routes(resolver: Any = None, before: str = "") -> Iterator[str]:
    """Yield the route of every address of the product."""
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLResolver):
            yield from routes(one, before + str(one.pattern))
        elif isinstance(one, URLPattern):
            yield before + str(one.pattern)


def browser_of(user: User) -> Browser:
    browser = Browser(raise_request_exception=False)
    browser.force_login(user, backend="portulan.accounts.backends.EmailBackend")
    return browser


def body(answer: Any) -> str:
    """Return what an answer says, files included, as text."""
    if answer.streaming:
        return b"".join(answer.streaming_content).decode(errors="replace")
    return str(answer.content.decode(errors="replace"))


def tried(browser: Browser, method: str, path: str, data: Any = None) -> tuple[int, str]:
    """Return the status and the words of an answer, and undo what it did."""
    with transaction.atomic():
        answer = getattr(browser, method)(path, data)
        said = body(answer)
        transaction.set_rollback(True)
    return answer.status_code, said


def follow(browser: Browser, slug: str) -> tuple[Found, dict[str, Any]]:
    """Follow every link and form, once a route; return an address of each, and the pages."""
    found: Found = {}
    pages: dict[str, Any] = {}
    waiting = [f"/{slug}/", "/account/", "/"]
    while waiting:
        path = waiting.pop(0)
        answer = browser.get(path)
        assert answer.status_code < 500, path
        if answer.status_code in {301, 302}:
            waiting += {answer.headers["Location"]} - set(pages)
        if answer.status_code != 200 or "text/html" not in answer.headers["Content-Type"]:
            continue
        tree = pages[path] = html.document_fromstring(body(answer))
        for target in [*tree.xpath("//a/@href"), *tree.xpath("//form/@action")]:
            where = urlsplit(target).path
            if urlsplit(target).netloc or not where.startswith("/") or "/static/" in where:
                continue
            route = resolve(where).route
            if route not in found:
                found[route] = where
                waiting.append(target)
    return found, pages


def made(route: str, found: Found, number: object = None) -> str:
    """Return an address of a route, by those found; with `number`, others' identifiers in it."""
    parts = route.split("/")
    for place, part in enumerate(parts):
        if not CONVERTER.search(part):
            continue
        beginning = parts[: place + 1]
        alike = [f for r, f in found.items() if r.split("/")[: place + 1] == beginning]
        known = alike[0].split("/")[place + 1] if alike else ""
        of = route.split("/")[place]
        if number is not None and CONVERTER.sub(r"\1", of).startswith("int") and "year" not in of:
            known = ""
        parts[place] = known or CONVERTER.sub(
            lambda one: str(number or 1) if one[1] == "int" else "x", of
        )
        # What follows is found under that very beginning.
        found = {r: f for r, f in found.items() if r.split("/")[: place + 1] == beginning}
    return "/" + "/".join(parts)


class Matrix:
    """The demonstration, somebody there with all roles, and a twin beside that it may not see."""

    def __init__(self, organisation: Organisation) -> None:
        self.organisation = organisation
        self.user = User.objects.create(email="tout@armorique.example")
        person = Person.objects.create(organisation=organisation, user=self.user, function="Tout")
        Membership.objects.bulk_create(Membership(person=person, role=role) for role in Role)
        self.stranger, self.missing = make_twin()
        _sign(organisation)
        self.everything = browser_of(self.user)
        assert not self.missing & NEEDED
        self.found, self.pages = follow(self.everything, organisation.slug)
        self.routes = sorted(set(routes()) - LEAVING)

    def acts(self, organisation_id: int) -> int:
        return AuditEntry.objects.filter(organisation_id=organisation_id).count()


@pytest.fixture(scope="module")
def matrix(demonstration: Organisation, django_db_blocker: DjangoDbBlocker) -> Iterator[Matrix]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield Matrix(demonstration)
        transaction.set_rollback(True)


def test_no_role_meets_a_fault_at_any_address(matrix: Matrix) -> None:
    assert len(matrix.found) > 160, "links lead to most addresses"
    addresses = [made(route, matrix.found) for route in matrix.routes]
    faults = []
    for rank, role in enumerate([None, *Role]):
        browser = matrix.everything if role is None else browser_of(_alone(matrix, role))
        for place, address in enumerate(addresses):
            for method in _in_turn(role, rank, place):
                status, _said = tried(browser, method, address)
                if status >= 500:
                    faults.append((role, method, address))
    assert faults == []


def test_nobody_from_outside_sees_or_changes_anything(matrix: Matrix) -> None:
    before = matrix.acts(matrix.organisation.pk)
    leaks, slug = [], matrix.organisation.slug
    for browser in (browser_of(matrix.stranger), Browser(raise_request_exception=False)):
        for route in matrix.routes:
            address = made(route, matrix.found)
            # Under one's own name, with identifiers of the other; and under theirs.
            for path in {address, address.replace(f"/{slug}/", "/fuite/")}:
                for method in ("get", "post"):
                    status, said = tried(browser, method, path)
                    entered = path.startswith(f"/{slug}/") and status not in {302, 404, 405}
                    told = SECRET in said and not path.startswith(FOR_EVERYBODY)
                    if status >= 500 or entered or told:
                        leaks.append((method, path, status, SECRET in said))
    assert leaks == []
    assert matrix.acts(matrix.organisation.pk) == before


def test_identifiers_of_others_open_nothing_in_an_address(matrix: Matrix) -> None:
    before, leaks = matrix.acts(NUMBER), []
    for route in matrix.routes:
        path = made(route, matrix.found, NUMBER)
        if str(NUMBER) not in path:
            continue
        for method in ("get", "post"):
            status, said = tried(matrix.everything, method, path)
            if status >= 500 or status == 200 or LEAK in said:
                leaks.append((method, path, status))
    assert leaks == []
    assert matrix.acts(NUMBER) == before


def test_identifiers_of_others_open_nothing_in_a_form(matrix: Matrix) -> None:
    before, leaks, sent = matrix.acts(NUMBER), [], 0
    for path, data in forms(matrix.pages):
        if resolve(urlsplit(path).path).route in LEAVING:
            continue
        sent += 1
        with transaction.atomic():
            answer = matrix.everything.post(path, data)
            said = body(answer)
            acts = matrix.acts(NUMBER)
            transaction.set_rollback(True)
        if answer.status_code >= 500 or LEAK in said or acts != before:
            leaks.append((path, answer.status_code, data))
    assert sent > 50
    assert leaks == []


def forms(pages: dict[str, Any]) -> Iterable[tuple[str, dict[str, Any]]]:
    """Yield each form of the pages, each of its identifiers being another's in turn."""
    seen = set()
    for path, tree in pages.items():
        for form in tree.xpath("//main//form[@method='post']"):
            action = form.get("action") or path
            told: dict[str, Any] = {}
            for name, value in form.form_values():
                told.setdefault(name, []).append(value)
            choosing = {
                name: str(NUMBER)
                for name in form.xpath(
                    ".//select[option[number(@value) > 0]]/@name | "
                    ".//input[@type='hidden' or @type='checkbox' or @type='radio']"
                    "[number(@value) > 0]/@name"
                )
            }
            key = (resolve(urlsplit(action).path).route, tuple(sorted(choosing)))
            if not choosing or key in seen:
                continue
            seen.add(key)
            for name in choosing:
                yield action, {**told, name: choosing[name]}


def _sign(organisation: Organisation) -> None:
    """Write a word that is nowhere else in what the organisation alone may read."""
    mine = {"organisation": organisation}
    for model, here, name in (
        (Organisation, {"pk": organisation.pk}, "name"),
        (Person, mine, "function"),
        (Unit, mine, "name"),
        (Indicator, mine, "name"),
        (Plan, mine, "title"),
        (Action, {"plan__organisation": organisation}, "title"),
        (BudgetLine, {"batch__fiscal_year__organisation": organisation}, "label"),
        (Scenario, {"plan__organisation": organisation}, "title"),
    ):
        model._base_manager.filter(**here).update(**{name: Concat(Value(SECRET), F(name))})


def _in_turn(role: Role | None, rank: int, place: int) -> list[str]:
    """Who has all roles has read every page already; an address is read by three of six others."""
    if role is None:
        return ["post"]
    return ["get"] * ((place + rank) % 2) + ["post"] * (place % 6 == rank % 6)


def _alone(matrix: Matrix, role: Role) -> User:
    """Make somebody who has that role and no other."""
    user = User.objects.create(email=f"{role}@matrice.example")
    person = Person.objects.create(
        organisation=matrix.organisation, user=user, function=f"Seulement {role}"
    )
    Membership.objects.create(person=person, role=role)
    return user
