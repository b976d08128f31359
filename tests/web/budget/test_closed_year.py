"""A closed year offers no form that it will refuse: every form of its pages is sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portulan.accounts.access import Role
from portulan.budget.indicator.writes import compute_run, publish_run
from portulan.budget.models import BudgetLine, FiscalYear
from portulan.budget.words import AttributionStatus, Stage, YearStatus
from portulan.budget.years.writes import edit_year, open_year
from tests.web.budget.conftest import HEAD, Desk, decide, give, load

REFUSED = ("est clos", "ses chiffres ne changent plus", "est close")
# Opening it again is what such a page offers.
REOPEN = "/reopen/"
# What may still be said of a closed year: its corrections, its figure, what stands beside it.
ALLOWED = {
    *("adjustments/", "publish/", "allotments/", "co-funding/", "savings/", "staff-time/"),
    # Bought used, given away, the part of a provider: declared once the year is closed.
    *("purchases/", "purchases/sheet/", "gifts/", "provided/", "provided/members/"),
}
# Pages that nothing leads to in a closed year, and that an address kept from before may ask for.
KEPT_PATHS = (
    "edit/ close/ publish/ adjustments/ lines/ queue/ queue/verdicts/ proposals/ "
    "imports/ imports/new/ chain/ figures/ money/ allotments/ co-funding/ savings/ "
    "staff-time/ green/ lines/{line}/ lines/{line}/verdict/ lines/{line}/attribute/ "
    "lines/{line}/orders/ attributions/{given}/ imports/{batch}/ "
    "imports/{batch}/roll- back/ imports/{batch}/confirm/ imports/{batch}/document- "
    "date/ imports/{preview}/ queue/?kind=to_review queue/?kind=declared "
    "queue/?kind=proposed suggestions/plan/7/ "
)


AGAIN = (HEAD + "DSI;2051;I;A;X;M;1;1;1\n").encode()


@pytest.fixture
def closed(desk: Desk, town, ledger, action, year) -> dict[str, int]:
    """A year with something of all that its pages may change; what its addresses name."""
    decide(town, "Hébergement", "0.5")
    given = give(town, "Hébergement", "0.1", action=action)
    give(town, "Licences", "0.2", AttributionStatus.JUSTIFIED)
    give(town, "Télécoms", "0.3", AttributionStatus.PROPOSED)
    publish_run(town.finance, run=compute_run(town.finance, fiscal_year=year, stage=Stage.OPENED))
    more = HEAD + "DSI;2051;I;Autre;X;M;1,00;1,00;1,00\n"
    desk.post("2026/imports/new/", {"file": SimpleUploadedFile("b.csv", more.encode())})
    preview = year.batches.exclude(pk=ledger.pk).get()
    before = open_year(town.finance, year=2025)
    load(town, before)
    edit_year(
        town.finance,
        fiscal_year=year,
        starts_on=year.starts_on,
        ends_on=year.ends_on,
        status=YearStatus.CLOSED,
        tax_basis=year.tax_basis,
    )
    line = BudgetLine.objects.get(fiscal_year=year, label="Hébergement").pk
    return {"line": line, "given": given.pk, "batch": ledger.pk, "preview": preview.pk}


def pages(desk: Desk, asked: list[str]) -> Iterator[tuple[str, Any]]:
    """Yield the pages of the year that those asked for lead to, with what they show."""
    client, seen = desk.clients(Role.FINANCE), set()
    while asked:
        path = asked.pop()
        if path in seen:
            continue
        seen.add(path)
        answer = client.get(path, follow=True)
        if answer.status_code != 200 or "html" not in answer.headers["Content-Type"]:
            continue
        path = answer.redirect_chain[-1][0] if answer.redirect_chain else path
        tree = client.tree(answer)
        yield path, tree
        for link in tree.xpath("//main//a/@href"):
            target = urljoin(path, link).partition("#")[0]
            if "/budget/2026/" in target and "order=" not in target and "page=" not in target:
                asked.append(target)


def test_no_form_of_a_closed_year_is_refused_as_closed(desk: Desk, closed: dict[str, int]) -> None:
    client = desk.clients(Role.FINANCE)
    asked = [desk.url("2026/" + path.format(**closed)) for path in KEPT_PATHS.split()]
    sent, refused, offered = 0, [], set()
    for path, tree in pages(desk, [desk.url("2026/"), *asked]):
        for form in tree.xpath("//main//form[@method='post']"):
            target = urljoin(path, form.get("action") or path)
            if REOPEN in target or REOPEN in path or "/budget/2026/" not in target:
                continue
            data: dict[str, Any] = {}
            for field in form.xpath(".//input[@type='checkbox']"):
                field.set("checked", "checked")
            for name, value in form.form_values():
                data.setdefault(name, []).append(value or "1")
            for name in form.xpath(".//input[@type='file']/@name"):
                data[name] = SimpleUploadedFile(
                    "a.csv", (HEAD + "DSI;2051;I;A;X;M;1;1;1\n").encode()
                )
            answer = client.post(target, data, follow=True)
            words = " ".join(answer.content.decode().split())
            sent += 1
            offered.add(urlsplit(target).path.partition("/2026/")[2])
            if any(word in words for word in REFUSED):
                refused.append((urlsplit(path).path, urlsplit(target).path))
    assert refused == []
    assert offered == ALLOWED
    assert sent > 3  # corrections, publication, what stands beside the budget
    assert FiscalYear.objects.get(year=2026).status == YearStatus.CLOSED
