"""Who reaches the screens of the budget: everybody reads, finance writes, outsiders see nothing."""

from __future__ import annotations

import pytest

from portulan.accounts.access import Role
from portulan.budget.attributions.rule_writes import make_rule
from portulan.budget.indicator.writes import compute_run
from portulan.budget.lines.facts import Criteria
from portulan.budget.models import FiscalYear, ImportBatch, ITPerimeter
from portulan.budget.perimeter.rule_writes import add_rule
from portulan.budget.perimeter.writes import draft_perimeter
from portulan.budget.words import AttributionStatus, Method, Stage, Verdict
from portulan.core.models import AuditEntry
from tests.web.budget.conftest import D, give, line

READ = [
    "", "2026/", "2026/lines/", "2026/lines.csv", "2026/lines/{line}/", "2026/queue/",
    "2026/imports/", "2026/imports/{batch}/", "2026/chain/", "2026/runs/", "2026/runs/{run}/",
    "2026/on/", "2026/posts/", "2026/adjustments/",
    "attribution-rules/", "attribution-rules/{made}/", "2026/proposals/", "2026/money/",
    "2026/allotments/", "2026/co-funding/", "forecasts/", "ambitions/plan/",
    "envelopes/plan/", "perimeter/", "perimeter/1/", "2026/savings/", "2026/staff-time/",
    "2026/green/", "day-rates/", "legal/",
]  # fmt: skip
WRITE = [
    "open/", "2026/edit/", "2026/close/", "2026/reopen/", "2026/publish/", "2026/imports/new/",
    "2026/imports/{batch}/roll-back/", "2026/figures/", "2026/attributions/{given}/",
    "perimeter/draft/", "perimeter/draft/force/", "perimeter/draft/rules/",
    "perimeter/draft/rules/{rule}/",
]  # fmt: skip
PROPOSE = ["2026/lines/{line}/attribute/", "2026/suggestions/plan/7/"]
WANTED = [
    "2026/allotments/", "forecasts/", "ambitions/plan/", "envelopes/plan/", "2026/co-funding/",
    "2026/savings/", "2026/staff-time/", "2026/green/", "day-rates/", "legal/",
]  # fmt: skip
POST_ONLY = [
    "2026/whole/", "2026/not-whole/",
    "2026/lines/{line}/verdict/", "2026/lines/{line}/verdict/clear/", "2026/lines/{line}/review/",
    "2026/lines/{line}/review/undo/", "2026/attributions/{given}/withdraw/",
    "2026/attributions/{given}/restore/declared/", "2026/attributions/{given}/accept/",
    "2026/proposals/accept/", "2026/proposals/refuse/", "2026/proposals/undo/{given}/",
    "attribution-rules/{made}/withdraw/",
    "2026/queue/review/", "2026/queue/review/undo/{line}/", "2026/imports/{batch}/confirm/",
    "2026/imports/{batch}/discard/", "perimeter/prepare/",
    "perimeter/draft/rules/{rule}/up/", "perimeter/draft/rules/{rule}/down/",
    "perimeter/draft/rules/{rule}/remove/",
]  # fmt: skip


@pytest.fixture
def places(town, year, ledger, plan, action):
    """Something of every kind, and how addresses call it."""
    given = give(town, "Licences", "0.5", AttributionStatus.JUSTIFIED, action=action)
    rule = add_rule(
        town.finance,
        perimeter=draft_perimeter(town.finance),
        verdict=Verdict.OUT,
        reason="essai",
        nature_prefix="6",
    )
    made, _proposed = make_rule(
        town.finance,
        criteria=Criteria(contract="M-2"),
        share=D("0.1"),
        method=Method.KEY,
        reason="essai",
        first_year=2026,
    )
    return {
        "line": line("Licences").pk,
        "batch": ledger.pk,
        "given": given.pk,
        "rule": rule.pk,
        "made": made.pk,
        "run": compute_run(town.finance, fiscal_year=year, stage=Stage.OPENED).pk,
    }


def test_the_reader_reads_every_screen_and_changes_nothing(desk, places):
    entries = AuditEntry.objects.count()
    for path in READ:
        assert desk.get(path.format(**places), Role.READER).status == 200, path
    for path in [*WRITE, *POST_ONLY, *PROPOSE]:
        assert desk.post(path.format(**places), role=Role.READER).status_code == 403, path
    for path in WANTED:
        assert desk.post(path, {"year-2026": "3"}, Role.READER).status_code == 403, path
    assert AuditEntry.objects.count() == entries


def test_every_screen_opens_in_english_too(desk, places):
    client = desk.clients(Role.FINANCE)
    client.post("/language/en/")
    for path in [*READ, *WRITE]:
        response = client.get(desk.url(path.format(**places)))
        assert response.status_code == 200, path
        assert response.headers["Content-Language"] == "en"
    assert "€1,200" not in desk.get("2026/lines/").words  # a bare number under its head
    assert "1,200" in desk.get("2026/lines/").words


def test_screens_of_finance_open_to_finance_alone(desk, places):
    for path in WRITE:
        assert desk.get(path.format(**places), Role.READER).status == 403, path
        assert desk.get(path.format(**places)).status == 200, path


def test_a_reader_is_shown_no_button_that_would_be_refused(desk, places):
    for path in READ:
        page = desk.get(path.format(**places), Role.READER)
        if page.tree.tag != "html":
            continue
        posts = page.tree.xpath("//main//form[@method='post']/@action")
        assert not posts, (path, posts)
        for link in page.links():
            assert not any(word in link for word in ("/edit/", "/imports/new/", "attribute/"))


def test_to_an_outsider_nothing_exists(desk, places, elsewhere, signed_in):
    client = signed_in(Role.ADMIN, elsewhere)
    for path in [*READ, *WRITE, *POST_ONLY]:
        url = desk.url(path.format(**places))
        assert client.get(url).status_code in {404, 405}, path
        assert client.post(url).status_code in {404, 405}, path


def test_objects_of_others_do_not_exist_in_ones_own_year(desk, town, elsewhere, places, signed_in):
    """The same addresses under one's own organisation do not open what is not its own."""
    from portulan.budget.years.writes import open_year

    open_year(elsewhere.finance, year=2026)
    client = signed_in(Role.FINANCE, elsewhere)
    for path in ("lines/{line}/", "imports/{batch}/", "attributions/{given}/", "runs/{run}/"):
        url = f"/{elsewhere.slug}/budget/2026/{path.format(**places)}"
        assert client.get(url).status_code == 404, path


def test_who_may_only_propose_proposes(desk, town, places, action):
    url = f"2026/lines/{line('Hébergement').pk}/"
    desk.post(url + "verdict/", {"verdict": "in", "reason": "DSI"})
    page = desk.get(url, Role.EDITOR)
    assert "Proposer une part" in page.text
    assert "Flécher une part" not in page.text
    form = desk.get(url + "attribute/", Role.EDITOR)
    assert not form.tree.xpath("//*[@name='status']")
    data = {
        "action": action.pk, "quantity": "20", "unit": "percent", "method": "key",
        "reason": "hébergement sobre", "evidence": "", "status": "justified",
    }  # fmt: skip
    desk.post(url + "attribute/", data, Role.EDITOR)
    given = line("Hébergement").attributions.get()
    assert given.status == AttributionStatus.PROPOSED
    # Only finance makes it count.
    accept = f"2026/attributions/{given.pk}/accept/"
    assert desk.post(accept, role=Role.EDITOR).status_code == 403
    desk.post(accept)
    given.refresh_from_db()
    assert given.status == AttributionStatus.DECLARED
    # And what counts, who proposed may not change any more.
    assert desk.post(f"2026/attributions/{given.pk}/withdraw/", role=Role.EDITOR).status_code == 403


def test_every_form_is_protected_and_get_never_writes(desk, places, signed_in):
    from django.test import Client

    user = desk.town.people[Role.FINANCE].user
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user, backend="portulan.accounts.backends.EmailBackend")
    for path in POST_ONLY:
        url = desk.url(path.format(**places))
        assert strict.get(url).status_code == 405, path
        assert strict.post(url).status_code == 403, path
    assert FiscalYear.objects.count() == 1
    assert ImportBatch.objects.get().status == "confirmed"
    assert ITPerimeter.objects.count() == 2


def test_suppliers_leave_only_for_finance_that_asks(desk, places, town, year):
    plain = desk.get("2026/lines.csv").text
    assert "Éditeur SA" not in plain
    assert "Éditeur SA" in desk.get("2026/lines.csv", suppliers="1").text
    assert desk.get("2026/lines.csv", Role.READER, suppliers="1").status == 403
    assert "Éditeur SA" not in desk.get(f"2026/lines/{places['line']}/", Role.READER).text


def test_who_may_not_see_suppliers_cannot_find_them_by_searching(desk, places):
    found = f"2026/lines/{places['line']}/"
    assert found in desk.get("2026/lines/?q=%C3%89diteur+SA", Role.FINANCE).text
    for role in (Role.READER, Role.CONTRIBUTOR, Role.AUDITOR):
        for page in ("lines/", "lines.csv"):
            text = desk.get(f"2026/{page}?q=%C3%89diteur+SA", role).text
            assert found not in text
            assert "2051" not in text
