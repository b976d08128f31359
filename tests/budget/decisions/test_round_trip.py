"""Decisions made in a sheet come back: read right, or asked about; all or nothing; undone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from portulan.budget.attributions.writes import attribute, edit_attribution, withdraw
from portulan.budget.decisions.columns import Column
from portulan.budget.decisions.judging import Kind
from portulan.budget.decisions.writes import answer, confirm, outcomes_of, take_back
from portulan.budget.indicator.reads import figure_of
from portulan.budget.models import Attribution, BudgetLine, LineOverride
from portulan.budget.perimeter.verdicts import override_line
from portulan.budget.words import AttributionStatus, Method, Stage, Verdict
from portulan.core.merge.threeway import Side
from portulan.core.trail import history
from tests.budget.decisions.conftest import ROWS, TODAY, Office, Paper, problems

D = Decimal
KINDS = pytest.mark.parametrize("kind", ["xlsx", "ods", "csv"])


def filled(office: Office) -> Paper:
    """A sheet in which somebody decided the lines that wait, and attributed two."""
    paper = office.paper()
    paper.put(
        paper.row("Hébergement"),
        verdict="Mixte", it_share=D("0.6"), verdict_reason="clé DSI",
        share=D("0.25"), action=7, method="Quote-part par une clé", reason="postes", evidence="n°1",
        status="Justifié",
    )  # fmt: skip
    paper.put(paper.row("Copieurs"), verdict="Dans", verdict_reason="parc", reviewed="oui")
    paper.put(paper.row("Licences"), amount=D("333.33"), reason="marché")
    return paper


@KINDS
def test_what_was_decided_in_the_sheet_is_decided_here(office: Office, action, kind: str) -> None:
    paper = filled(office)
    sheet = office.confirm(paper, kind)
    hosting, copier, licences = (
        office.line(label) for label in ("Hébergement", "Copieurs", "Licences")
    )
    assert (hosting.verdict, hosting.it_share, hosting.overridden) == (
        Verdict.MIXED,
        D("0.6"),
        True,
    )
    assert hosting.override.reason == "clé DSI"
    given = hosting.attributions.get()
    assert (given.share, given.action, given.status) == (D("0.25"), action, "justified")
    assert (given.method, given.reason, given.evidence) == (Method.KEY, "postes", "n°1")
    assert given.person_id == office.town.finance.person_id
    assert (copier.it_share, copier.reviewed_on) == (1, TODAY)
    assert office.line("Copieurs", 1).it_share is None
    typed = licences.attributions.get()
    assert (typed.amount, typed.stage, typed.status) == (D("333.33"), "OPENED", "declared")
    figure = figure_of(office.year, Stage.OPENED).figure
    assert figure.numerator == D("333.33").quantize(D("0.01")) + 750
    assert {entry.verb for entry in history(hosting)} >= {"verdict", "attributed"}
    assert sheet.rows_read == 5
    # Sent again, and read again, nothing is left to say.
    for again in (paper, office.paper()):
        assert office.told(again, kind) == []
        with pytest.raises(ValidationError, match="ne change rien"):
            office.confirm(again, kind)


@KINDS
def test_a_sheet_that_comes_back_untouched_says_nothing(office: Office, action, kind) -> None:
    office.confirm(filled(office), kind)
    attribute(
        office.town.finance,
        line=office.line("Télécoms"),
        share=D(1) / 3 // D("0.0000000001") * D("0.0000000001"),
        method=Method.KEY,
        reason="  deux   espaces\net une ligne",
        evidence="=SOMME(A1)",
    )
    sheet = office.give_back(office.paper(suppliers=True), kind)
    assert (sheet.rows_same, sheet.said, sheet.ignored) == (5, [], [])


def test_it_is_undone_in_one_step(office: Office, action) -> None:
    override_line(
        office.town.finance,
        line=office.line("Hébergement"),
        verdict=Verdict.MIXED,
        share=D("0.5"),
        reason="avant",
    )
    old = attribute(
        office.town.finance,
        line=office.line("Hébergement"),
        share=D("0.5"),
        method=Method.KEY,
        reason="avant",
    )
    before = figure_of(office.year, Stage.OPENED).inputs_hash
    paper = office.paper()
    paper.put(
        paper.row("Hébergement"),
        it_share=D("0.2"), verdict_reason="après", share=D("0.1"), action="7", reason="après",
    )  # fmt: skip
    paper.put(paper.row("Copieurs"), verdict="Hors", verdict_reason="papier")
    sheet = office.confirm(paper)
    old.refresh_from_db()
    assert (old.share, old.reason, old.action) == (D("0.1"), "après", action)
    assert figure_of(office.year, Stage.OPENED).inputs_hash != before
    take_back(office.town.finance, sheet=sheet)
    old.refresh_from_db()
    hosting = office.line("Hébergement")
    assert (old.share, old.reason, old.action) == (D("0.5"), "avant", None)
    assert (hosting.it_share, hosting.override.reason) == (D("0.5"), "avant")
    assert office.line("Copieurs").it_share is None
    assert LineOverride.objects.count() == 1
    assert figure_of(office.year, Stage.OPENED).inputs_hash == before
    with pytest.raises(ValidationError, match="a changé depuis"):
        take_back(office.town.finance, sheet=sheet)


def test_nobody_undoes_what_somebody_decided_afterwards(office: Office, action) -> None:
    sheet = office.confirm(filled(office))
    attribute(
        office.town.finance,
        line=office.line("Hébergement"),
        share=D("0.1"),
        method=Method.KEY,
        reason="après la feuille",
    )
    with pytest.raises(ValidationError, match="Hébergement"):
        take_back(office.town.finance, sheet=sheet)
    assert office.line("Copieurs").reviewed_on == TODAY


def test_what_somebody_changed_here_meanwhile_is_shown_and_never_overwritten(
    office: Office, action
) -> None:
    paper = filled(office)
    override_line(
        office.town.finance, line=office.line("Hébergement"), verdict=Verdict.OUT, reason="ici"
    )
    attribute(
        office.town.finance,
        line=office.line("Licences"),
        share=D("0.1"),
        method=Method.KEY,
        reason="ici",
    )
    sheet = office.give_back(paper)
    kinds = {str(one.standing.line): one.kind for one in outcomes_of(sheet) if one.standing}
    assert kinds == {
        "Hébergement": Kind.CONFLICT, "Licences": Kind.CONFLICT, "Copieurs": Kind.NEW,
    }  # fmt: skip
    with pytest.raises(ValidationError, match="attend"):
        confirm(office.town.finance, sheet=sheet, on=TODAY)
    assert not office.line("Copieurs").overridden
    answer(office.town.finance, sheet=sheet, lines={}, leaves_conflicts=True)
    confirm(office.town.finance, sheet=sheet, on=TODAY)
    assert office.line("Hébergement").override.reason == "ici"
    assert office.line("Licences").attributions.get().reason == "ici"
    assert office.line("Copieurs").reviewed_on == TODAY


def test_what_changed_here_and_not_in_the_sheet_stays(office: Office, action) -> None:
    paper = office.paper()
    override_line(
        office.town.finance, line=office.line("Hébergement"), verdict=Verdict.OUT, reason="ici"
    )
    paper.put(paper.row("Licences"), share=D("0.5"), reason="feuille")
    office.confirm(paper)
    assert office.line("Hébergement").verdict == Verdict.OUT
    assert office.line("Licences").attributions.get().share == D("0.5")


def said_here(office: Office, given: Attribution) -> None:
    kept = {name: getattr(given, name) for name in ("method", "action", "share", "evidence")}
    status = AttributionStatus(given.status)
    edit_attribution(
        office.town.finance, attribution=given, reason="dit ici", status=status, **kept
    )


def test_each_side_keeps_the_cells_that_it_alone_changed(office: Office, action) -> None:
    office.confirm(filled(office))
    paper = office.paper()
    given = office.line("Hébergement").attributions.get()
    said_here(office, given)
    paper.put(paper.row("Hébergement"), share=D("0.3"), evidence="n°7")
    assert [one.kind for one in outcomes_of(office.give_back(paper))] == [Kind.CHANGED]
    office.confirm(paper)
    given.refresh_from_db()
    assert (given.share, given.reason, given.evidence) == (D("0.3"), "dit ici", "n°7")


def test_without_what_it_left_as_what_differs_is_a_question(office: Office, action) -> None:
    office.confirm(filled(office))
    paper = office.paper()
    paper.put(paper.row("Hébergement"), share=D("0.3"), reason="autre")
    paper.put(paper.row("Télécoms"), verdict="Hors", verdict_reason="standard")
    gone = sorted((paper.at(Column.STATE), paper.at(Column.ATTRIBUTION)), reverse=True)
    for at in gone:
        for row in (paper.heads, *paper.rows):
            del row[at]
    sheet = office.give_back(paper, "csv")
    asked = {str(one.standing.line): one for one in outcomes_of(sheet) if one.standing}
    assert {name: one.kind for name, one in asked.items()} == {
        "Hébergement": Kind.CONFLICT, "Télécoms": Kind.CHANGED,
    }  # fmt: skip
    share, reason = asked["Hébergement"].conflicts
    assert (share.here[Column.SHARE], share.there[Column.SHARE]) == (D("0.25"), D("0.3"))
    with pytest.raises(ValidationError, match="attend"):
        confirm(office.town.finance, sheet=sheet, on=TODAY)
    sides = {share.key: Side.THEIRS, reason.key: Side.OURS}
    confirm(office.town.finance, sheet=sheet, on=TODAY, sides=sides)
    given = office.line("Hébergement").attributions.get()
    assert (given.share, given.reason) == (D("0.3"), "postes")


def test_what_was_withdrawn_here_is_no_question_for_a_row_left_as_it_was(
    office: Office, action
) -> None:
    office.confirm(filled(office))
    paper = office.paper()
    withdraw(office.town.finance, attribution=office.line("Hébergement").attributions.get())
    assert office.told(paper) == []
    paper.put(paper.row("Hébergement"), share=D("0.3"))
    assert [one.kind for one in office.told(paper)] == [Kind.CONFLICT]


def test_who_withdraws_in_a_sheet_what_was_changed_here_is_asked(office: Office, action) -> None:
    office.confirm(filled(office))
    paper = office.paper()
    given = office.line("Hébergement").attributions.get()
    said_here(office, given)
    paper.put(paper.row("Hébergement"), status="Retiré")
    (asked,) = office.told(paper)
    assert [one.cell for one in asked.conflicts] == [Column.STATUS]


def test_a_key_that_fits_two_lines_is_a_question(office: Office) -> None:
    paper = office.paper()
    row = paper.put(
        paper.row("Copieurs", 1),
        verdict="Dans", verdict_reason="parc", line=None, row=None,
    )  # fmt: skip
    sheet = office.give_back(paper)
    (asked,) = outcomes_of(sheet)
    assert asked.kind is Kind.QUESTION
    assert set(asked.candidates) == {office.line("Copieurs", nth).pk for nth in (0, 1)}
    assert "2 lignes se ressemblent" in problems([asked])[0]
    with pytest.raises(ValidationError, match="pas de celles"):
        answer(
            office.town.finance,
            sheet=sheet,
            lines={asked.said.row: office.line("Licences").pk},
        )
    chosen = office.line("Copieurs", 1).pk
    answer(office.town.finance, sheet=sheet, lines={asked.said.row: chosen})
    sheet.refresh_from_db()
    confirm(office.town.finance, sheet=sheet, on=TODAY)
    assert [office.line("Copieurs", nth).overridden for nth in (0, 1)] == [False, True]
    # The row of its file says which one too, when its number is gone.
    paper.put(row, row=5, verdict="Hors")
    assert problems(office.told(paper)) == []


def test_the_sheet_of_a_file_since_replaced_finds_the_same_lines(office: Office, action) -> None:
    office.confirm(filled(office))
    paper = office.paper()
    office.load(ROWS.replace("3000,00", "3500,00"), replace=True)
    hosting = office.line("Hébergement")
    paper.put(paper.row("Hébergement"), evidence="n°2")
    office.confirm(paper)
    assert hosting.attributions.get().evidence == "n°2"


def test_a_closed_line_or_another_year_is_no_line(office: Office) -> None:
    paper = office.paper()
    paper.put(paper.row("Licences"), key="L000000000000", share=D("0.5"), reason="x")
    (told,) = problems(office.told(paper))
    assert told.startswith("A2 : aucune ligne de cet exercice")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"share": D("1.2")}, "peut se lire 120 % ou 1.2 %"),
        ({"share": "12,,5"}, "n’est pas un nombre"),
        ({"share": D("-0.5")}, "entre 0 et 100"),
        ({"share": 150}, "entre 0 et 100"),
        ({"amount": D("1200.01")}, "ne contient pas ce montant"),
        ({"amount": "33,333"}, "peut se lire"),
        ({"amount": "12,5 %"}, "centimes"),
        ({"share": D("0.5"), "amount": D("10")}, "ne disent pas la même chose"),
        ({"share": D("0.5"), "reason": ""}, "motif"),
        ({"share": D("0.5"), "status": "Justifié"}, "preuve"),
        ({"share": D("0.5"), "status": "certain"}, "n’est pas une réponse"),
        ({"share": D("0.5"), "action": "12"}, "aucune action"),
        ({"share": D("0.5"), "evidence": date(2025, 3, 1)}, "en texte"),
        ({"share": "#N/A"}, "n’a pas de valeur"),
        ({"action": 7}, "dites la part ou le montant"),
        ({"verdict": "Mixte", "verdict_reason": "clé"}, "quelle part"),
        ({"verdict": "À décider", "verdict_reason": "clé"}, "dans, mixte ou hors"),
        ({"verdict": "Hors"}, "dites pourquoi"),
        ({"it_share": D("0.5"), "verdict_reason": "clé"}, "ligne mixte"),
        ({"reviewed": "oui", "share": D("0.5"), "reason": "x"}, "0 %"),
        ({"reviewed": "peut-être"}, "n’est pas une réponse"),
        ({"reason": "x" * 501, "share": D("0.5")}, "500"),
    ],
)
def test_what_no_service_would_write_is_refused_with_its_cell(
    office: Office, action, values: dict, said: str
) -> None:
    paper = office.paper()
    row = paper.put(
        paper.row("Licences"),
        **{"reason": "x"} | values if "share" in values or "amount" in values else values,
    )
    sheet = office.give_back(paper)
    (told,) = problems(outcomes_of(sheet))
    assert said in told
    cell = told.partition(" : ")[0]
    assert cell[-1] == str(paper.rows.index(row) + 2)
    assert cell[:-1].isalpha()
    with pytest.raises(ValidationError):
        confirm(office.town.finance, sheet=sheet, on=TODAY)
    assert not Attribution.objects.exists()
    assert not LineOverride.objects.exists()


def test_withdrawing_is_a_status_and_never_an_empty_cell(office: Office, action) -> None:
    office.confirm(filled(office))
    paper = office.paper()
    paper.put(paper.row("Hébergement"), share=None)
    assert "Retiré" in problems(office.told(paper))[0]
    paper.put(paper.row("Hébergement"), status="Retiré")
    office.confirm(paper)
    assert office.line("Hébergement").attributions.get().status == AttributionStatus.WITHDRAWN


def test_a_row_copied_makes_another_attribution_and_twins_are_asked_about(
    office: Office, action
) -> None:
    office.confirm(filled(office))
    paper = office.paper()
    copied = paper.put(list(paper.row("Hébergement")), attribution=None, share=D("0.1"))
    paper.rows.append(copied)
    office.confirm(paper)
    assert office.line("Hébergement").attributions.count() == 2
    paper = office.paper()
    twin = paper.put(list(paper.row("Hébergement", 1)), attribution=None, reason="encore")
    paper.rows.append(twin)
    sheet = office.give_back(paper)
    assert [one.kind for one in outcomes_of(sheet)] == [Kind.QUESTION]
    answer(office.town.finance, sheet=sheet, lines={}, again=True)
    sheet.refresh_from_db()
    confirm(office.town.finance, sheet=sheet, on=TODAY)
    assert office.line("Hébergement").attributions.count() == 3


def test_two_rows_that_differ_of_one_line_are_refused(office: Office, action) -> None:
    office.confirm(filled(office))
    paper = office.paper()
    other = paper.put(list(paper.row("Hébergement")), share=D("0.1"))
    paper.put(paper.row("Hébergement"), share=D("0.2"))
    paper.rows.append(other)
    assert any("voir aussi" in told for told in problems(office.told(paper)))


def test_who_may_not_decide_may_not_give_a_sheet_back(office: Office) -> None:
    from portulan.budget.decisions.writes import preview
    from portulan.core.errors import DeniedError

    for actor in (office.town.editor, office.town.reader):
        with pytest.raises(DeniedError):
            preview(actor, fiscal_year=office.year, stream=office.paper().file(), file_name="x")


def test_eight_hundred_lines_are_one_import(office: Office, django_assert_max_num_queries) -> None:
    model = office.line("Hébergement")
    BudgetLine.objects.bulk_create(
        BudgetLine(**_copied(model), row=100 + n, label=f"Prestation {n}") for n in range(800)
    )
    paper = office.paper()
    for n in range(800):
        row = paper.row(f"Prestation {n}")
        paper.put(row, verdict="Dans", verdict_reason=f"lot {n}", reason=f"lot {n}")
        paper.put(row, **({"share": D("0.5")} if n % 2 else {"amount": D(n + 1)}))
    sheet = office.give_back(paper)
    with django_assert_max_num_queries(150):
        sheet = confirm(office.town.finance, sheet=sheet, on=TODAY)
    assert len(sheet.before["lines"]) == 800
    assert Attribution.objects.count() == LineOverride.objects.count() == 800
    figure = figure_of(office.year, Stage.OPENED).figure
    assert abs(figure.numerator - (400 * 1500 + sum(n + 1 for n in range(0, 800, 2)))) < D("0.01")
    take_back(office.town.finance, sheet=sheet)
    assert not LineOverride.objects.exists()
    assert figure_of(office.year, Stage.OPENED).figure.numerator == 0


def _copied(model: BudgetLine) -> dict[str, object]:
    names = [
        *("organisation_id", "fiscal_year_id", "batch_id", "section", "is_expense", "is_real"),
        *("nature", "manager", "opened", "realised", "verdict"),
    ]
    return {name: getattr(model, name) for name in names}
