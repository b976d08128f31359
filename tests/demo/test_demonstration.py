"""The demonstration as built through the services: every figure of its plan, to the thousand."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from portulan.accounts.actors import command_line
from portulan.accounts.models import Organisation
from portulan.accounts.reads import today
from portulan.budget.funding.by_action import co_funding_of, funding_of
from portulan.budget.indicator.comparing import compare
from portulan.budget.indicator.line_sums import YearSums
from portulan.budget.indicator.reads import figure_of
from portulan.budget.indicator.share import Figure
from portulan.budget.indicator.trajectory import trajectory_of
from portulan.budget.models import Attribution, FiscalYear, ImportBatch, IndicatorRun, ITPerimeter
from portulan.budget.queue.reads import queue
from portulan.budget.words import AttributionStatus, Stage, YearStatus
from portulan.catalogue.comparison.reads import comparison_of
from portulan.catalogue.models import CatalogueVersion, PracticeLink
from portulan.core.models import AuditEntry
from portulan.demo.build import build, find, host_of, remove
from portulan.demo.shapes import TODAY, VOTED_ON
from portulan.impact.effects import impact_of
from portulan.impact.engine.archetype import Reach, View
from portulan.impact.engine.items import Indicator
from portulan.plans.actions.reads import Row, rows_of
from portulan.plans.commitments.reads import decisions_of
from portulan.plans.commitments.rules import level_on
from portulan.plans.coverage import coverage_of
from portulan.plans.models import Action, Plan, PracticeChoice
from portulan.plans.words import CommitmentLevel, Progress, State
from portulan.publication.board import DecisionKind, dashboard_of

pytestmark = pytest.mark.django_db

STUDY, EXPERIMENT, IMPLEMENTATION = CommitmentLevel
K = 1000
REALISED_2025 = {3: 14, 4: 18, 7: 48, 8: 42, 9: 46, 11: 27, 12: 6, 13: 16, 14: 7, 15: 22, 16: 38,
                 17: 31, 18: 24, 19: 118, 20: 11}  # fmt: skip
OPENED_2026 = {3: 4, 4: 12, 7: 66, 9: 58, 12: 21, 13: 12, 14: 3, 15: 34, 16: 72, 17: 44, 18: 41,
               19: 288, 20: 18}  # fmt: skip
LINES_2026 = {
    "Salle Est : climatisation et confinement": ("2313", 372_000, "0.6", 19, "justified"),
    "Salle Est : onduleurs et baies": ("21838", 108_000, "0.6", 19, "justified"),
    "Informatique en nuage : hébergement sobre": ("65811", 320_000, "0.2", None, "proposed"),
    "Outil de gestion du parc": ("2051", 96_000, "0.5", 7, "justified"),
    "Maintenance de l’outil de parc": ("6156", 36_000, "0.5", 7, "justified"),
    "Démarches sans matériel récent": ("617", 44_000, "1", 17, "declared"),
    "Refonte de trois services en ligne": ("2031", 140_000, "0.3", 16, "declared"),
    "Retrait d’applications, finances et RH": ("611", 82_000, "0.5", 18, "declared"),
    "Batteries et pièces des portables": ("60632", 34_000, "1", 9, "justified"),
    "Tri et archivage des fichiers": ("611", 34_000, "1", 15, "declared"),
    "Audits RGESN": ("617", 30_000, "1", 16, "justified"),
    "Garantie des portables, années 5 et 6": ("6156", 24_000, "1", 9, "justified"),
    "Smartphones reconditionnés, surcoût": ("21838", 168_000, "0.125", 12, "justified"),
    "Réemploi : effacement des données": ("611", 30_000, "0.6", 20, "justified"),
    "Clauses NR des marchés": ("617", 12_000, "1", 13, "justified"),
    "Examen d’utilité des projets d’IA": ("617", 12_000, "1", 4, "declared"),
    "Label NR : audit de suivi": ("6228", 4_000, "1", 3, "justified"),
    "Extinction programmée des postes": ("65811", 3_000, "1", 14, "declared"),
}


def year_of(organisation: Organisation, year: int) -> FiscalYear:
    return FiscalYear.objects.get(organisation=organisation, year=year)


def figure(organisation: Organisation, year: int) -> Figure:
    stage = Stage.OPENED if year == 2026 else Stage.REALISED
    return figure_of(year_of(organisation, year), stage).figure


def rounded(percent: Decimal | None) -> str:
    assert percent is not None
    return f"{percent:.1f}"


def rows(organisation: Organisation) -> tuple[Row, ...]:
    plan = Plan.objects.get(organisation=organisation)
    facts = funding_of(Action.objects.filter(plan=plan).select_related("plan"))
    return rows_of(plan=plan, today=TODAY, facts=facts)


@pytest.mark.parametrize(
    ("year", "numerator", "operating", "investment", "value"),
    [(2024, 258, 10_310, 6_930, "1.5"), (2025, 468, 10_720, 7_140, "2.6"),
     (2026, 673, 10_980, 7_440, "3.7")],
)  # fmt: skip
def test_the_share_of_each_year_to_the_euro(
    demonstration: Organisation,
    year: int,
    numerator: int,
    operating: int,
    investment: int,
    value: str,
) -> None:
    found = figure(demonstration, year)
    assert found.numerator == numerator * K
    assert found.by_section["F"].amount == operating * K
    assert found.by_section["I"].amount == investment * K
    assert found.denominator.amount == (operating + investment) * K
    assert rounded(found.value) == value
    assert not found.cautions


def test_the_numerator_by_action(demonstration: Organisation) -> None:
    numbers = dict(
        Action.objects.filter(plan__organisation=demonstration).values_list("pk", "number")
    )
    for year, table in ((2025, REALISED_2025), (2026, OPENED_2026)):
        by_action = figure(demonstration, year).by_action
        assert {numbers[pk]: amount for pk, amount in by_action.items() if pk is not None} == {
            number: amount * K for number, amount in table.items()
        }
        assert None not in by_action


def test_the_intervals_and_the_coverage(demonstration: Organisation) -> None:
    before, now = figure(demonstration, 2025), figure(demonstration, 2026)
    assert (rounded(before.lower), rounded(before.upper)) == ("2.2", "2.9")
    assert (rounded(now.lower), rounded(now.upper)) == ("2.7", "4.0")
    assert now.justified.amount == 497 * K
    assert now.numerator + now.proposed.amount == 737 * K
    assert f"{before.coverage:.0f}" == "94"
    assert now.coverage == 86
    assert (now.qualified.amount, now.candidates.amount) == (16_340 * K, 19_000 * K)


def test_the_counts_of_lines_of_2026(demonstration: Organisation) -> None:
    now = figure(demonstration, 2026)
    assert (now.lines, now.denominator.lines) == (214, 177)
    assert (now.justified.lines, now.declared.lines, now.proposed.lines) == (11, 6, 1)
    assert now.candidates.lines - now.qualified.lines == 14
    waiting = queue(YearSums(year_of(demonstration, 2026), Stage.OPENED))
    assert (waiting["declared"], waiting["proposed"]) == (6, 1)


def test_the_eighteen_lines_of_2026(demonstration: Organisation) -> None:
    found = {
        item.line.label: (
            item.line.nature,
            item.line.opened,
            item.share,
            item.action.number if item.action else None,
            item.status,
        )
        for item in Attribution.objects.filter(
            line__fiscal_year=year_of(demonstration, 2026), outside_it=False
        ).select_related("line", "action")
    }
    assert found == {
        label: (nature, amount, Decimal(share), number, status)
        for label, (nature, amount, share, number, status) in LINES_2026.items()
    }
    assert sum(amount for _nature, amount, *_rest in LINES_2026.values()) == 1_549_000


def test_what_is_paid_outside_the_it_budget(demonstration: Organisation) -> None:
    assert figure(demonstration, 2025).outside_it.amount == 143 * K
    now = figure(demonstration, 2026).outside_it
    assert (now.amount, now.lines) == (170 * K, 4)


def test_why_the_share_moved_from_2024_to_2025(demonstration: Organisation) -> None:
    compared = compare(figure_of(year_of(demonstration, 2025), Stage.REALISED)).compared
    assert compared is not None
    assert rounded(compared.variation.numerator_effect) == "1.2"
    assert rounded(compared.variation.denominator_effect) == "-0.1"
    # A realised year and an opened one are never compared: 2026 meets 2025 as it was opened.
    opened = compare(figure_of(year_of(demonstration, 2026), Stage.OPENED)).compared
    assert opened is not None
    assert opened.before.stage is Stage.OPENED


def test_the_trajectory_and_the_gap_of_2027(demonstration: Organisation) -> None:
    plan = Plan.objects.get(organisation=demonstration)
    facts = funding_of(Action.objects.filter(plan=plan).select_related("plan"))
    trajectory = {item.year: item for item in trajectory_of(plan, facts.values())}
    shares = {year: rounded(item.value) for year, item in trajectory.items()}
    assert shares == {2024: "1.5", 2025: "2.6", 2026: "3.7", 2027: "2.7"}
    ambitions = {year: item.ambition for year, item in trajectory.items()}
    assert ambitions == {2024: None, 2025: Decimal("2.5"), 2026: Decimal("3.5"), 2027: 4}
    coming = trajectory[2027]
    assert (coming.stage, coming.numerator, coming.denominator) == (None, 493 * K, 18_000 * K)
    assert (coming.gap, coming.not_costed) == (227 * K, 1)
    assert trajectory[2026].gap == Decimal(-28_300)


def test_exactly_the_states_to_look_at(demonstration: Organisation) -> None:
    states = {row.action.number: [item.state for item in row.states] for row in rows(demonstration)}
    assert {number: found for number, found in states.items() if found} == {
        4: [State.UNFUNDED],
        5: [State.STALE, State.PART_AWAITED],
        6: [State.VACANT],
        7: [State.LATE],
        10: [State.TARGET_MISSED],
        17: [State.NOT_COSTED],
        19: [State.OVER_ENVELOPE],
        20: [State.BELOW_LEGAL],
    }


def test_the_sentences_of_the_states(demonstration: Organisation) -> None:
    said = {
        row.action.number: row.states[0].sentence() for row in rows(demonstration) if row.states
    }
    assert "31/03/2026" in said[7]
    assert "238\u00a0jours" in said[7]
    assert "150\u00a0jours" in said[5]
    assert "30/06/2026" in said[6]
    for figure_said in ("288", "240", "48"):
        assert figure_said in said[19]
    assert "1,16" in said[10]
    assert "1,05" in said[10]
    assert "44" in said[20]
    assert "50" in said[20]


def test_levels_at_the_vote_and_today_by_progress(demonstration: Organisation) -> None:
    found = rows(demonstration)
    voted = Counter(level_on(decisions_of(row.action), VOTED_ON) for row in found)
    assert voted == {IMPLEMENTATION: 13, EXPERIMENT: 3, STUDY: 4}
    assert Counter(row.level for row in found) == {IMPLEMENTATION: 14, EXPERIMENT: 4, STUDY: 2}
    assert Counter((row.level, row.progress) for row in found) == {
        (IMPLEMENTATION, Progress.IN_PROGRESS): 11,
        (IMPLEMENTATION, Progress.PAUSED): 1,
        (IMPLEMENTATION, Progress.DONE): 1,
        (IMPLEMENTATION, Progress.ONGOING): 1,
        (EXPERIMENT, Progress.IN_PROGRESS): 4,
        (STUDY, Progress.IN_PROGRESS): 1,
        (STUDY, Progress.DONE): 1,
    }


def test_the_nine_themes_are_covered_by_28_practices_of_59(demonstration: Organisation) -> None:
    coverage = coverage_of(Plan.objects.get(organisation=demonstration))
    kept = {
        item.theme.code: (len(item.actions), item.kept, item.practices) for item in coverage.themes
    }
    assert kept == {
        "a": (4, 5, 8), "b": (2, 2, 3), "c": (2, 2, 3), "d": (3, 3, 6), "e": (2, 3, 5),
        "f": (2, 4, 8), "g": (2, 3, 11), "h": (2, 4, 7), "i": (1, 2, 8),
    }  # fmt: skip
    assert (coverage.kept, coverage.practices) == (28, 59)
    assert all(item.answered == item.practices for item in coverage.themes)
    answers = PracticeChoice.objects.filter(plan__organisation=demonstration)
    assert not answers.exclude(choice="keep").filter(reason="").exists()


def test_the_indicator_that_is_computed_says_the_published_share(
    demonstration: Organisation,
) -> None:
    row = rows(demonstration)[1]
    assert row.series is not None
    assert row.series.last_known is not None
    assert rounded(row.series.last_known.value) == "3.7"
    runs = IndicatorRun.objects.filter(fiscal_year__organisation=demonstration)
    assert runs.filter(published_at__isnull=False).count() == 3


def test_what_the_dashboard_draws_from_it(demonstration: Organisation) -> None:
    board = dashboard_of(Plan.objects.get(organisation=demonstration), TODAY)
    assert [row.action.number for row in board.moved] == [4, 12, 15, 19]
    assert {line.level: (line.total, line.at_vote) for line in board.levels} == {
        IMPLEMENTATION: (14, 13),
        EXPERIMENT: (4, 3),
        STUDY: (2, 4),
    }
    decisions = [
        (item.kind, item.amount, item.row and item.row.action.number) for item in board.decisions
    ]
    assert decisions == [
        (DecisionKind.GAP, 227 * K, None),
        (DecisionKind.ENVELOPE, 288 * K, 19),
        (DecisionKind.PILOT, None, 6),
        (DecisionKind.COST, None, 17),
    ]
    assert {item.theme.code: money / K for item, money in board.themes} == {
        "a": 16, "b": 0, "c": 66, "d": 58, "e": 33, "f": 37, "g": 116, "h": 329, "i": 18,
    }  # fmt: skip
    assert (board.money, [one.value for one in board.outside_it]) == (673 * K, [170 * K])


def test_co_funding_and_days_stand_beside(demonstration: Organisation) -> None:
    plan = demonstration.plans.get()
    assert sum(action.days_per_year or 0 for action in plan.actions.all()) == 828
    beside = co_funding_of(plan)
    assert beside is not None
    assert (beside.asked, beside.granted, beside.received) == (130 * K, 90 * K, 60 * K)


def test_what_the_actions_spare(demonstration: Organisation) -> None:
    impacts = impact_of(Action.objects.filter(plan__organisation=demonstration).order_by("number"))
    reductions = impacts.sums.groups[View.AMORTISED, Reach.REDUCTION].joints[Indicator.GWP]
    numbers = {str(row.action.pk): row.action.number for row in impacts.rows}
    tonnes = {numbers[key]: round(kg / K, 1) for key, kg in reductions.alone.items()}
    assert tonnes == {9: 23.6, 10: 9.5, 12: 10.3, 14: 1.6, 15: 0.0, 18: 1.3, 19: 7.6}
    # The applications leave the room that is cooled better: about 53 t once overlaps are out.
    assert reductions.quantiles.central / K == pytest.approx(53.7, abs=0.5)
    assert reductions.twice > 0
    assert 0.5 * reductions.quantiles.p95 < reductions.quantiles.p50 < 60 * K
    # 74 t avoided by the reuse in the territory, when bought: never added to the reductions.
    avoided = impacts.sums.groups[View.PURCHASE, Reach.AVOIDED].joints[Indicator.GWP]
    assert round(avoided.quantiles.central / K) == 74
    unknown = [row.action.number for row in impacts.rows if row.aside is not None]
    assert unknown == [1, 2, 3, 4, 5, 6, 7, 8, 11, 13, 16, 17]


def test_the_story_is_told_at_its_dates(demonstration: Organisation) -> None:
    entries = AuditEntry.objects.filter(organisation_id=demonstration.pk).order_by("id")
    moments = list(entries.values_list("at", flat=True))
    assert moments == sorted(moments)
    assert moments[-1].date() <= TODAY == today(demonstration)
    batch = ImportBatch.objects.get(fiscal_year=year_of(demonstration, 2026))
    assert batch.created_at.date() == date(2026, 11, 2)
    perimeter = ITPerimeter.objects.get(organisation=demonstration, status="in_force")
    assert perimeter.edition == 2
    closed = [year_of(demonstration, year).status for year in (2024, 2025, 2026)]
    assert closed == [YearStatus.CLOSED, YearStatus.CLOSED, YearStatus.EXECUTING]


def test_justified_attributions_all_have_their_evidence(demonstration: Organisation) -> None:
    attributions = Attribution.objects.filter(line__organisation=demonstration)
    justified = attributions.filter(status=AttributionStatus.JUSTIFIED)
    assert justified.exists()
    assert not justified.filter(evidence="").exists()
    assert not attributions.filter(reason="").exists()


def test_building_twice_changes_nothing_and_removing_leaves_nothing(
    demonstration: Organisation,
) -> None:
    entries = AuditEntry.objects.count()
    assert build() == demonstration
    assert AuditEntry.objects.count() == entries
    host = host_of(demonstration)
    remove(Organisation.objects.get(pk=demonstration.pk))
    assert find() is None
    assert not type(host).objects.filter(pk=host.pk).exists()
    assert not Action.objects.exists()
    rebuilt = build()
    assert rebuilt.pk != demonstration.pk
    assert figure(rebuilt, 2026).numerator == 673 * K


def test_a_real_organisation_is_never_removed(demonstration: Organisation) -> None:
    demonstration.fictional = False
    with pytest.raises(ValueError, match="real"):
        remove(demonstration)
    demonstration.fictional = True


def test_the_region_s_charter_has_two_editions_linked_to_the_guide(
    demonstration: Organisation,
) -> None:
    old, new = CatalogueVersion.objects.filter(catalogue__organisation=demonstration).order_by(
        "imported_at"
    )
    found = comparison_of(command_line(demonstration.pk), old, new)
    assert (found.retitled, found.rated_again, found.moved, found.same) == (2, 1, 1, 1)
    assert (len(found.added), len(found.removed)) == (1, 1)
    assert not found.same_priorities
    links = PracticeLink.objects.filter(organisation=demonstration, source__version=new)
    assert links.filter(version__catalogue__slug="guide-nr").count() == 5
