"""The budget’s side of the story: years, perimeter, ledgers, rules, marks, published figures."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from importlib import resources
from typing import BinaryIO
from typing import cast as typed

from portulan.accounts.access import Operation
from portulan.budget.access import get_year
from portulan.budget.attributions.proposals import accept
from portulan.budget.attributions.rule_writes import make_rule
from portulan.budget.attributions.writes import Given, attribute_lines, review_many
from portulan.budget.imports.writes import confirm, preview
from portulan.budget.indicator.writes import compute_run, publish_run
from portulan.budget.lines.facts import Criteria
from portulan.budget.lines.reads import lines_in_force
from portulan.budget.models import Attribution, BudgetLine, FiscalYear
from portulan.budget.perimeter.rule_writes import add_rule
from portulan.budget.perimeter.verdicts import override_line
from portulan.budget.perimeter.writes import answer_questions, bring_into_force, draft_perimeter
from portulan.budget.provided.document import FORMAT
from portulan.budget.provided.writes import receive
from portulan.budget.words import (
    AttributionStatus,
    Costing,
    Method,
    Post,
    RunBuild,
    Stage,
    Verdict,
    YearStatus,
)
from portulan.budget.years.writes import edit_year, open_year
from portulan.core.folding import fold
from portulan.core.money import TaxBasis
from portulan.demo.cast import Cast
from portulan.demo.clock import Event
from portulan.plans.models import Action

# The accounts of each year, and what was said of their lines.
LEDGERS = resources.files("portulan.demo").joinpath("ledgers")
IT_SERVICE, SHARED_SERVICE = "DSI", "SMG"
PERIMETER_ON = date(2025, 2, 10)


# What the DSI buys to run and to build, by account; the other accounts of the DSI do not say.
SORTED = (
    ("2031", RunBuild.BUILD, Post.SERVICES, "Études préalables aux projets."),
    ("2313", RunBuild.BUILD, Post.EQUIPMENT, "Travaux des salles serveurs."),
    ("2328", RunBuild.BUILD, Post.SOFTWARE, "Développements en cours."),
    ("6156", RunBuild.RUN, Post.SOFTWARE, "Maintenance des logiciels et des matériels."),
    ("617", RunBuild.BUILD, Post.SERVICES, "Études et conseil."),
    ("6262", RunBuild.RUN, Post.TELECOM, "Abonnements et communications."),
    ("65811", RunBuild.RUN, Post.CLOUD, "Services en ligne."),
)


@dataclass(frozen=True, slots=True)
class Telling:
    """When a year was opened, its ledger read, its lines marked and its figure published."""

    opened: date
    read: date
    marked: date
    published: date
    stage: Stage
    closes: bool


TELLINGS = {
    2024: Telling(
        date(2025, 1, 13),
        date(2025, 2, 17),
        date(2025, 2, 24),
        date(2025, 3, 6),
        Stage.REALISED,
        closes=True,
    ),
    2025: Telling(
        date(2025, 1, 14),
        date(2026, 2, 18),
        date(2026, 2, 25),
        date(2026, 3, 10),
        Stage.REALISED,
        closes=True,
    ),
    2026: Telling(
        date(2026, 1, 12),
        date(2026, 11, 2),
        date(2026, 11, 9),
        date(2026, 11, 12),
        Stage.OPENED,
        closes=False,
    ),
}


def budget_events(cast: Cast) -> Iterator[Event]:
    """Yield the budget's events; those that need the plan come after its vote."""
    yield Event(PERIMETER_ON, partial(_draw_perimeter, cast))
    for year, telling in TELLINGS.items():
        yield Event(telling.opened, partial(_open, cast, year, telling.opened))
        yield Event(telling.read, partial(_read, cast, year))
        yield Event(telling.marked, partial(_mark, cast, year))
        yield Event(telling.published, partial(_publish, cast, year))
    yield Event(MADE_ON, partial(_make_rules, cast))
    yield Event(HEARD_ON, partial(_hear_of_the_provider, cast))


def _open(cast: Cast, year: int, on: date) -> None:
    """Every year counts what refurbished equipment costs more, as its attributions do."""
    open_year(cast.finance, year=year, costing=Costing.ADDITIONAL, costing_on=on)


def _draw_perimeter(cast: Cast) -> None:
    """Edition 2: the DSI's own service code, what is shared to be decided, run told from build."""
    draft = draft_perimeter(cast.finance)
    answer_questions(
        cast.finance,
        perimeter=draft,
        service_codes=[IT_SERVICE],
        with_school_equipment=False,
        with_staff=False,
    )
    add_rule(
        cast.finance,
        perimeter=draft,
        service=SHARED_SERVICE,
        verdict=Verdict.MIXED,
        reason="Moyens généraux\u00a0: dépenses partagées, à décider ligne par ligne.",
    )
    for prefix, run_build, post, reason in SORTED:
        add_rule(
            cast.finance,
            perimeter=draft,
            nature_prefix=prefix,
            service=IT_SERVICE,
            verdict=Verdict.IN,
            run_build=run_build,
            post=post,
            reason=reason,
        )
    bring_into_force(cast.finance, perimeter=draft, on=PERIMETER_ON)


def _read(cast: Cast, year: int) -> None:
    """Give the ledger's file, as the finance tool would have exported it."""
    name = f"grand-livre-dsi-{year}.csv"
    with LEDGERS.joinpath(name).open("rb") as stream:
        fiscal_year = year_of(cast, year)
        batch = preview(
            cast.finance, fiscal_year=fiscal_year, stream=typed(BinaryIO, stream), file_name=name
        )
    confirm(cast.finance, batch=batch)


def _mark(cast: Cast, year: int) -> None:
    """Decide the mixed lines, attribute the marked ones, and review the others but a few.

    A line that the file of marks tells without a share is one that nobody has looked at yet.
    """
    text = LEDGERS.joinpath(f"marks-{year}.csv").read_text("utf-8")
    told = list(csv.DictReader(text.splitlines(), delimiter=";"))
    lines = {fold(line.label): line for line in lines_in_force(year_of(cast, year))}
    for mark in told:
        if mark["it_share"]:
            override_line(
                cast.finance,
                line=lines[fold(mark["label"])],
                verdict=Verdict.MIXED,
                share=Decimal(mark["it_share"]),
                reason="Le reste de la ligne est du transport de matériel.",
            )
    actions = actions_of(cast)
    given = [
        Given(
            lines[fold(mark["label"])],
            Method(mark["method"]),
            mark["reason"],
            Decimal(mark["share"]),
            action=actions[int(mark["action"])] if mark["action"] else None,
            status=AttributionStatus(mark["status"]),
            evidence=mark["evidence"],
            outside_it=bool(mark["outside_it"]),
        )
        for mark in told
        if mark["share"]
    ]
    attribute_lines(cast.finance, given=given)
    _accept_rules(cast, year)
    left = {fold(mark["label"]) for mark in told}
    seen = [
        line
        for label, line in lines.items()
        if label not in left and line.claimed_share is None and _is_decided(line)
    ]
    review_many(cast.finance, lines=seen, on=TELLINGS[year].marked)


def _hear_of_the_provider(cast: Cast) -> None:
    """Keep the file that the syndicate gave for the year under way; no line takes it yet."""
    members = [{"siren": cast.organisation.siren, "name": cast.organisation.name, "key": "0.1175"}]
    file = {**PROVIDER, "published_on": HEARD_ON.isoformat(), "members": members}
    receive(cast.finance, content=json.dumps(file).encode())


def _make_rules(cast: Cast) -> None:
    actions = actions_of(cast)
    for told in RULES:
        make_rule(
            cast.finance,
            criteria=Criteria(contract=told.contract),
            share=told.share,
            method=told.method,
            reason=told.reason,
            evidence=told.evidence,
            action=actions[told.action] if told.action else None,
            first_year=MADE_ON.year,
        )


def _accept_rules(cast: Cast, year: int) -> None:
    contracts = [told.contract for told in RULES if told.accepted]
    proposed = Attribution.objects.filter(
        line__fiscal_year=year_of(cast, year),
        rule__contract_ref__in=contracts,
        status=AttributionStatus.PROPOSED,
    )
    accept(cast.finance, proposals=proposed.select_related("line", "action"))


def _is_decided(line: BudgetLine) -> bool:
    return line.verdict in {Verdict.IN, Verdict.MIXED} and line.it_share is not None


def _publish(cast: Cast, year: int) -> None:
    telling, fiscal_year = TELLINGS[year], year_of(cast, year)
    run = compute_run(cast.finance, fiscal_year=fiscal_year, stage=telling.stage)
    publish_run(cast.finance, run=run)
    if telling.closes:
        edit_year(
            cast.finance,
            fiscal_year=fiscal_year,
            starts_on=fiscal_year.starts_on,
            ends_on=fiscal_year.ends_on,
            status=YearStatus.CLOSED,
            tax_basis=TaxBasis(fiscal_year.tax_basis),
        )


def year_of(cast: Cast, year: int) -> FiscalYear:
    """Return a year, as finance opens it."""
    return get_year(actor=cast.finance, year=year, need=Operation.EDIT_BUDGET)


def actions_of(cast: Cast) -> dict[int, Action]:
    """Return the actions of the plan, by number."""
    found = Action.objects.filter(plan__organisation=cast.organisation)
    return {action.number: action for action in found}


MADE_ON = date(2026, 3, 16)
HEARD_ON = date(2026, 6, 30)
# A syndicate that does not exist.
PROVIDER = {
    "format": FORMAT,
    "provider": {"siren": "200099991", "name": "Syndicat mixte numérique des Rivages"},
    "year": 2026,
    "stage": Stage.OPENED,
    "basis": TaxBasis.TTC,
    "value": "4.35",
    "lower": "2.9",
    "upper": "5.1",
    "denominator": "1840000.00",
}


@dataclass(frozen=True, slots=True)
class DemoRule:
    """A share of a contract, to an action or to NR at large; `accepted` once it was proposed."""

    contract: str
    share: Decimal
    method: Method
    reason: str
    action: int | None = None
    evidence: str = ""
    accepted: bool = False


RULES = (
    DemoRule(
        contract="2025-DSI-040",
        share=Decimal("0.2"),
        method=Method.ADDITIONAL_COST,
        reason="Surcoût d’un hébergement à faible consommation, à démontrer.",
    ),
    DemoRule(
        contract="2025-DSI-029",
        share=Decimal("0.5"),
        method=Method.KEY,
        reason="La moitié des jours porte sur le retrait.",
        action=18,
        accepted=True,
    ),
    # Expected in 2027: nothing answers to it yet.
    DemoRule(
        contract="2026-DSI-061",
        share=Decimal("0.3"),
        method=Method.KEY,
        reason="Développement compté à 30\u00a0% : part d’écoconception du cahier des charges.",
        action=16,
        evidence="Cahier des charges 2026-DSI-061, article 7",
    ),
)
