"""The budget's side of the story: years, perimeter, ledgers read, marks, published figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial

from portulan.accounts.access import Operation
from portulan.budget.attribution_rules import Criteria
from portulan.budget.enums import AttributionStatus, Costing, YearStatus
from portulan.budget.models import Attribution, BudgetLine, FiscalYear
from portulan.budget.selectors.doors import get_year
from portulan.budget.selectors.lines import lines_in_force
from portulan.budget.services.attribution_rules import make_rule
from portulan.budget.services.attributions import attribute, review_many
from portulan.budget.services.imports import confirm, preview
from portulan.budget.services.perimeter import answer_questions, bring_into_force, draft_perimeter
from portulan.budget.services.perimeter_rules import add_rule
from portulan.budget.services.proposals import accept
from portulan.budget.services.publishing import compute_run, publish_run
from portulan.budget.services.verdicts import override_line
from portulan.budget.services.years import edit_year, open_year
from portulan.budget.stages import Stage
from portulan.budget.verdicts import Post, RunBuild, Verdict
from portulan.core.money import TaxBasis
from portulan.core.text import fold
from portulan.demo import rules
from portulan.demo.cast import Cast
from portulan.demo.clock import Event
from portulan.demo.ledger_files import LEDGERS, open_ledger
from portulan.demo.shapes import Ledger
from portulan.plans.models import Action

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
    for ledger in LEDGERS:
        telling = TELLINGS[ledger.year]
        yield Event(telling.opened, partial(_open, cast, ledger.year, telling.opened))
        yield Event(telling.read, partial(_read, cast, ledger))
        yield Event(telling.marked, partial(_mark, cast, ledger))
        yield Event(telling.published, partial(_publish, cast, ledger.year))
    yield Event(rules.MADE_ON, partial(_make_rules, cast))


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


def _read(cast: Cast, ledger: Ledger) -> None:
    with open_ledger(ledger) as stream:
        batch = preview(
            cast.finance,
            fiscal_year=year_of(cast, ledger.year),
            stream=stream,
            file_name=ledger.file_name,
        )
    confirm(cast.finance, batch=batch)


def _mark(cast: Cast, ledger: Ledger) -> None:
    """Decide the mixed lines, attribute the marked ones, and review the others but a few."""
    telling = TELLINGS[ledger.year]
    lines = {fold(line.label): line for line in lines_in_force(year_of(cast, ledger.year))}
    for label, share in ledger.mixed.items():
        override_line(
            cast.finance,
            line=lines[fold(label)],
            verdict=Verdict.MIXED,
            share=share,
            reason="Le reste de la ligne est du transport de matériel.",
        )
    actions = actions_of(cast)
    for mark in ledger.marks:
        attribute(
            cast.finance,
            line=lines[fold(mark.label)],
            share=mark.share,
            method=mark.method,
            reason=mark.reason,
            action=actions[mark.action] if mark.action else None,
            status=mark.status,
            evidence=mark.evidence,
            outside_it=mark.outside_it,
        )
    _accept_rules(cast, ledger)
    left = {fold(mark.label) for mark in ledger.marks} | set(map(fold, ledger.not_reviewed))
    seen = [
        line
        for label, line in lines.items()
        if label not in left and line.claimed_share is None and _is_decided(line)
    ]
    review_many(cast.finance, lines=seen, on=telling.marked)


def _make_rules(cast: Cast) -> None:
    actions = actions_of(cast)
    for told in rules.RULES:
        make_rule(
            cast.finance,
            criteria=Criteria(contract=told.contract),
            share=told.share,
            method=told.method,
            reason=told.reason,
            evidence=told.evidence,
            action=actions[told.action] if told.action else None,
            first_year=rules.MADE_ON.year,
        )


def _accept_rules(cast: Cast, ledger: Ledger) -> None:
    contracts = [told.contract for told in rules.RULES if told.accepted]
    proposed = Attribution.objects.filter(
        line__fiscal_year=year_of(cast, ledger.year),
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
