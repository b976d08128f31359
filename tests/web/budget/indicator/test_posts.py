"""The IT budget by post, to run or to build: from the sums of the year, to the cent."""

from __future__ import annotations

from decimal import Decimal

from portulan.budget.indicator.reads import figure_of
from portulan.budget.indicator.share import Figure, PostSum, Tally
from portulan.budget.indicator.writes import compute_run
from portulan.budget.words import Stage
from portulan.web.budget.indicator.posts import post_rows, total_row
from portulan.web.budget.units import Unit
from tests.web.budget.conftest import D, decide, give, line
from tests.web.budget.perimeter.test_perimeter import rule


def test_posts_come_from_accounts_and_from_rules_and_add_up(desk, ledger, year, town, action):
    decide(town, "Hébergement", "0.5")
    give(town, "Hébergement", "0.2", action=action)
    figure = figure_of(year, Stage.OPENED).figure
    assert {post: sums.amount for post, sums in figure.by_post.items()} == {
        ("software", ""): 1200,
        ("equipment", ""): 500,
        ("services", ""): 1500,
        ("telecom", ""): 400,
    }
    assert figure.by_post["services", ""].nr == 600

    desk.post("perimeter/prepare/")
    named = {"verdict": "in", "post": "cloud", "run_build": "build"}
    desk.post("perimeter/draft/rules/", rule(nature_prefix="6262", **named))
    desk.post("perimeter/draft/force/")
    year.refresh_from_db()
    figure = figure_of(year, Stage.OPENED).figure
    assert figure.by_post["cloud", "build"].amount == 400
    assert sum((sums.amount for sums in figure.by_post.values()), Decimal(0)) == D(3600)
    assert (line("Télécoms").post, line("Télécoms").run_build) == ("cloud", "build")

    page = desk.get("2026/posts/", stage="opened")
    assert "Prestations 1 500 42 – – 1 500 600" in page.words
    assert "Informatique en nuage 400 11 – 400 – 0" in page.words
    assert "Budget de la DSI 3 600 100 – 400 3 200 600" in page.words
    told = "Surtout prestations 42 %, logiciel 33 %, matériel 14 %. Projet (build) 11 %."
    assert told in desk.get("2026/").words
    assert (
        "Exploitation ou projet Projet (build)"
        in desk.get(f"2026/lines/{line('Télécoms').pk}/").words
    )


def test_what_is_shown_of_the_posts_adds_up():
    cells = {
        (post, kind): PostSum(D("1000.50"), D("0.50"))
        for post in ("software", "telecom", "cloud")
        for kind in ("run", "build")
    }
    figure = Figure(denominator=Tally(D("6003")), by_post=cells)
    whole = total_row(figure, Unit())
    rows = post_rows(figure, Unit())
    for name in ("amount", "run", "build", "nr"):
        shown = [int("".join(filter(str.isdigit, getattr(row, name)))) for row in (*rows, whole)]
        assert sum(shown[:-1]) == shown[-1], name
    assert whole.amount.replace("\u202f", "") == "6003"


def test_internal_refunds_are_said_beside_the_posts(desk, ledger, year, town):
    assert "refacturation interne" not in desk.get("2026/posts/").words
    pk = line("Hébergement").pk
    said = {"verdict": "internal", "reason": "le budget principal a payé"}
    desk.post(f"2026/lines/{pk}/verdict/", said)
    assert "Flécher une part" not in desk.get(f"2026/lines/{pk}/").words
    page = desk.get("2026/posts/")
    assert "1 ligne de refacturation interne (3 000 € TTC)" in page.words
    [there] = page.tree.xpath("//p[@class='msg']/a/@href")
    assert "verdict=internal" in there
    listed = desk.get("2026/lines/", stage="opened", verdict="internal")
    assert "Hébergement" in listed.words
    assert "Licences" not in listed.said("//table")
    run = compute_run(town.finance, fiscal_year=year, stage=Stage.OPENED)
    assert "Refacturations internes, éliminées 3 000,00" in desk.get(f"2026/runs/{run.pk}/").words
