"""REEN: each cell is there, on an empty body too; what is changed is told, nothing is invented."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from portulan.budget.attributions.writes import attribute
from portulan.budget.funding.by_year import year_money
from portulan.budget.indicator.adjustments import adjust
from portulan.budget.models import BudgetLine
from portulan.budget.staff_time import set_staff_time
from portulan.budget.words import Method, Stage, YearStatus
from portulan.budget.years.writes import edit_year, open_year
from portulan.catalogue.models import Practice, Theme
from portulan.core.errors import DeniedError
from portulan.core.models import AuditEntry
from portulan.core.money import to_cents
from portulan.indicators.models import Measurement, Target
from portulan.plans.actions.progress import drop_action
from portulan.plans.actions.writes import edit_action
from portulan.plans.commitments.corrections import correct_decision
from portulan.plans.indicators import measure
from portulan.plans.models import Action
from portulan.plans.plan import add_goal
from portulan.plans.stakeholders import save_stakeholder
from portulan.plans.words import ActorKind, CommitmentLevel, Reach
from portulan.publication.documents.cell import Document, Prose, Quality
from portulan.publication.documents.making import RENDERERS, build, keep
from portulan.publication.documents.presenting import present_document
from portulan.publication.documents.registry import KINDS
from portulan.publication.documents.said import printed
from tests.budget.test_edge_cases import HEAD, ROWS, load
from tests.people import Town
from tests.plans.plan_of_town import (
    TODAY,
    adopt,
    followed_action,
    make_action,
    make_edition,
    make_plan,
)
from tests.publication.documents.reen_cells import (
    column,
    failing,
    figures,
    said,
    section,
    tables,
    words,
)
from tests.publication.documents.test_towns import asked


def made(town: Town, **more: object) -> Document:
    return build(KINDS["reen"], asked(town, **more))


@pytest.fixture
def city(town: Town) -> Town:
    """A town that the law binds."""
    town.organisation.population = 60_000
    town.organisation.save()
    return town


def test_an_empty_body_has_each_cell_and_no_figure(city: Town) -> None:
    document = made(city)
    assert not failing(document)
    text = words(document)
    assert "La loi demande ce document" in text
    assert "Aucun plan d’action n’est enregistré" in text
    assert "non votée" in text
    assert {value for unit, value in figures(document) if value} <= {"20", "50", TODAY.isoformat()}
    assert document.unknown > 10
    make_plan(city)
    assert not failing(made(city))
    assert all(RENDERERS[suffix](document) for suffix in KINDS["reen"].formats)


def test_the_english_one_has_the_same_figures(city: Town) -> None:
    followed_action(city, make_plan(city))
    french, english = made(city), made(city, language="en")
    assert figures(french) == figures(english)
    assert len(french.sections) == len(english.sections)
    assert all(term in words(english) for term in ("loi REEN", "CGCT", "loi AGEC", "décret"))


def test_actors_are_bodies_and_never_functions(city: Town) -> None:
    plan = make_plan(city)
    make_action(city, plan)
    save_stakeholder(city.editor, plan=plan, name="Métropole", kind=ActorKind.PUBLIC, role="Achats")
    save_stakeholder(city.editor, plan=plan, name="Atelier", kind=ActorKind.PRIVATE)
    part = section(made(city), "les acteurs")
    assert [said(list(row)) for table in part.tables for row in table.rows] == [
        ["Métropole", "Achats"],
        ["Atelier", "non renseigné"],
    ]


def of_heading(document: Document, caption: str, heading: str = "Hors des six") -> Any:
    return tables(section(document, heading), caption)[0]


def test_a_target_that_goes_is_not_given(city: Town) -> None:
    followed_action(city, make_plan(city))
    aims = of_heading(made(city), "cibles")
    assert said(column(aims, "Échéance")) == ["31/12/2027"]
    assert said(column(aims, "Nature")) == ["propre à l’organisation"]
    Target.objects.all().delete()
    aims = of_heading(made(city), "cibles")
    assert said(column(aims, "Cible")) == said(column(aims, "Échéance")) == ["non renseigné"]


def test_a_value_has_its_year_its_day_and_its_source(city: Town) -> None:
    action = followed_action(city, make_plan(city))
    document = made(city)
    read = of_heading(document, "valeurs")
    assert [said(list(row))[1:] for row in read.rows] == [
        ["1,85", "31/05/2024", "non renseigné", "1,71", "1,71\u00a0ratio au 30/09/2026", "aucune"]
    ]
    assert said(column(of_heading(document, "ce qu’ils"), "Source")) == ["non renseigné"]
    Measurement.objects.filter(on__year=2026).update(on=date(2023, 6, 30), source="Campagne")
    read = of_heading(made(city), "valeurs")
    assert said(column(read, "2026")) == ["non renseigné"]
    assert said(column(read, "Dernière"))[0].startswith("1,85\u00a0ratio au 31/05/2024")
    indicator = action.indicators.get()
    told = {"on": date(2026, 10, 1), "today": TODAY, "value": Decimal(2), "breaks_series": True}
    measure(city.editor, action=action, indicator=indicator, **told)  # type: ignore[arg-type]
    read = of_heading(made(city), "valeurs")
    assert "01/10/2026" in said(column(read, "Rupture"))[0]


def two_headings(town: Town, action: Action) -> None:
    """Let an action follow a practice of the first heading and one of the second."""
    version = make_edition()
    version.catalogue.slug = "guide-nr"
    version.catalogue.save()
    theme = Theme.objects.create(version=version, order=9, code="i", slug="i", title="Fin de vie")
    last = Practice.objects.create(
        theme=theme, version=version, order=1, code="i.1", slug="i-1", title="Réemployer"
    )
    first = version.practices.get(code="e.1")
    edit_action(town.editor, action=action, practices=[last, first])


def test_under_two_headings_it_counts_once_and_says_so(city: Town) -> None:
    action = followed_action(city, make_plan(city))
    two_headings(city, action)
    document = made(city)
    assert tables(section(document, "1°"), "Mesures")
    [other] = [one for one in section(document, "2°").blocks if isinstance(one, Prose)]
    assert "Aussi sous cette rubrique" in other.text
    assert "comptent une seule fois" in other.text
    assert words(document).count("Responsable des infrastructures") == 1
    assert not failing(document)


def adopted(town: Town, **more: object) -> Action:
    action = followed_action(town, make_plan(town), **more)
    adopt(town, action, CommitmentLevel(action.level))
    return action


def test_what_is_dropped_is_a_gap_with_its_reason(city: Town) -> None:
    action = adopted(city)
    gaps = of_heading(made(city), "Écart")
    assert said(column(gaps, "Écart")) == ["aucun écart constaté"]
    drop_action(city.editor, action=action, reason="Budget retiré", today=TODAY)
    gaps = of_heading(made(city), "Écart")
    assert "abandonnée" in said(column(gaps, "Écart"))
    assert "Budget retiré" in said(column(gaps, "Motif"))


def test_a_corrected_decision_is_told_with_the_original(city: Town) -> None:
    action = adopted(city, level=CommitmentLevel.STUDY)
    first = action.decisions.get()
    correct_decision(
        city.editor,
        decision=first,
        on=date(2026, 1, 15),
        level=CommitmentLevel.STUDY,
        body="Bureau",
        reason="",
        because="Mauvaise date",
        today=TODAY,
    )
    done = said(column(of_heading(made(city), "fait en"), "Fait"))
    assert any("corrige" in one and "13/12/2024, Conseil municipal" in one for one in done)
    assert any("remplacé par la correction" in one for one in done)


def test_money_adds_up_to_the_budget_at_each_stage_with_its_section(city: Town) -> None:
    action = adopted(city)
    make_action(city, action.plan, "Sans ligne", reach=Reach.TERRITORY)
    year = open_year(city.finance, year=2026)
    load(city, year, in_euros=True)
    line = BudgetLine.objects.get(label="Licences", batch__status="confirmed")
    given = {"method": Method.KEY, "reason": "clé", "action": action}
    attribute(city.finance, line=line, share=Decimal("0.3"), **given)  # type: ignore[arg-type]
    document = made(city)
    [whole] = [table for table in section(document, "moyens par stade").tables if table.has_total]
    totals = year_money(actor=city.finance, year=2026).totals
    for stage, amount in totals.items():
        shown = column(whole, {Stage.OPENED: "ouvert", Stage.REALISED: "mandaté"}.get(stage, "ve"))
        assert Decimal(shown[-1].value) == to_cents(amount)
    money = of_heading(document, "Moyens")
    rows = [said(list(row)) for row in money.rows]
    assert ["2. Sans ligne", "2026, voté", *["non renseigné"] * 3] in rows
    assert any("ouvert" in row[1] and "300,00" in row[4].replace("\u202f", "") for row in rows)
    assert not any(cell.value == "0" for row in money.rows for cell in row[2:])


def test_outside_it_and_days_stand_beside(city: Town) -> None:
    action = adopted(city, reach=Reach.TERRITORY)
    year = open_year(city.finance, year=2026)
    load(city, year, HEAD + "60611;Eau;M-3;500,00;400,00\n" + ROWS, in_euros=True)
    line = BudgetLine.objects.get(label="Eau", batch__status="confirmed")
    given = {"method": Method.KEY, "reason": "clé", "action": action, "outside_it": True}
    attribute(city.finance, line=line, share=Decimal("0.3"), **given)  # type: ignore[arg-type]
    told = {"year": 2026, "function": "Parc", "planned": Decimal(4), "done": None}
    set_staff_time(city.finance, action=action, **told)  # type: ignore[arg-type]
    document = made(city)
    stages = said(column(of_heading(document, "Moyens"), "stade"))
    assert any("hors budget informatique" in one for one in stages)
    beside = tables(section(document, "moyens par stade"), "Hors budget informatique")
    assert len(beside) == 1
    days = of_heading(document, "Jours")
    assert said(list(days.rows[0]))[1:3] == ["4", "non renseigné"]
    assert said(column(of_heading(document, "Objectifs"), "Portée")) == ["territoire"]


def test_a_strange_title_stays_what_it_is(city: Town) -> None:
    title = ("<b>&=1+1 « sobre » 🌱 " * 13)[:250].strip()
    make_action(city, make_plan(city), title)
    document = made(city)
    assert said(column(of_heading(document, "Mesures"), "Intitulé")) == [title]
    assert "<b>&" not in words(document)
    assert not failing(document)


def test_what_changed_since_the_edition_of_another_day_is_told(city: Town) -> None:
    action = followed_action(city, make_plan(city))
    before = made(city, today=date(2026, 11, 1))
    assert "Aucune édition antérieure" in words(before)
    keep(city.editor, before)
    assert made(city, today=date(2026, 11, 1)) == before
    edit_action(city.editor, action=action, due_on=date(2028, 6, 30))
    [table, *_rest] = section(made(city), "dernière édition").tables
    assert table.caption.startswith("Depuis l’édition du 01/11/2026")
    moved = {tuple(said(list(row))[1:]) for row in table.rows}
    assert ("1", "Fin prévue", "31/12/2027", "30/06/2028") in moved
    assert "Aucune édition antérieure" not in words(made(city))


def test_it_is_draft_until_the_year_is_over_and_the_vote_held(city: Town) -> None:
    make_action(city, make_plan(city))
    edition = {name: cell.value for name, cell in made(city).cover}["Édition"]
    assert edition == "projet\u00a0: année en cours"
    later = made(city, today=date(2027, 2, 1))
    assert "arrêtée" in {name: cell.value for name, cell in later.cover}["Édition"]
    assert {name: cell.quality for name, cell in later.cover}[
        "Présentation avant le débat budgétaire"
    ] is Quality.NOT_GIVEN


def test_goals_without_action_are_told(city: Town) -> None:
    plan = make_plan(city)
    add_goal(city.editor, plan=plan, title="Moins émettre")
    aims = of_heading(made(city), "Objectifs")
    assert said(list(aims.rows[0]))[0] == "Moins émettre"
    assert "aucune action" in said(list(aims.rows[0]))


def test_as_many_queries_for_more_actions(city: Town) -> None:
    plan = make_plan(city)
    followed_action(city, plan)
    counts = []
    for many in (2, 8):
        for number in range(many):
            make_action(city, plan, f"Action {many} {number}")
        with CaptureQueriesContext(connection) as found:
            made(city)
        counts.append(len(found))
    assert counts[0] == counts[1]


def test_a_report_of_two_hundred_actions_cuts_no_row(city: Town) -> None:
    plan = make_plan(city)
    Action.objects.bulk_create(
        Action(
            plan=plan,
            number=number,
            title=f"Action {number} " + "mot " * (number % 40),
            pilot_function="Parc",
            level=CommitmentLevel.STUDY,
        )
        for number in range(1, 201)
    )
    began = datetime.now(UTC)
    read = PdfReader(io.BytesIO(RENDERERS["pdf"](made(city))))
    assert len(read.pages) > 20
    assert (datetime.now(UTC) - began).total_seconds() < 60  # under ten on an idle core


def cover(document: Document) -> dict[str, str]:
    return {name: printed(cell, "fr") for name, cell in document.cover}


def test_the_population_has_its_year_or_says_that_it_has_none(city: Town) -> None:
    assert cover(made(city))["Population"] == "60\u202f000, année non renseignée"
    city.organisation.population_year = 2024
    city.organisation.save()
    assert cover(made(city))["Population"] == "60\u202f000, population de 2024"


DEBATE = "Présentation avant le débat budgétaire"


def test_the_presentation_says_its_day_and_the_debate_known_or_not(city: Town) -> None:
    make_action(city, make_plan(city))
    kept = keep(city.editor, made(city, today=date(2026, 11, 1)))
    told: dict[str, Any] = {"kept": kept, "today": TODAY, "body": "Conseil municipal"}
    present_document(city.editor, on=date(2026, 11, 10), **told)
    said = cover(made(city))
    assert said[DEBATE] == "le 10/11/2026 (Conseil municipal), date du débat non renseignée"
    assert "édition adoptée" not in said["Édition"]
    debate = {"on": date(2026, 11, 10), "debate_on": date(2026, 11, 20), "adopted": True}
    present_document(city.editor, **debate, **told)
    said = cover(made(city))
    assert said[DEBATE] == "le 10/11/2026 (Conseil municipal), avant le débat du 20/11/2026"
    assert kept.digest[:12] in said["Édition"]
    present_document(city.editor, on=date(2026, 11, 21), debate_on=date(2026, 11, 20), **told)
    assert "le jour du débat ou après" in cover(made(city))[DEBATE]
    present_document(city.editor, on=None, **told)
    assert cover(made(city))[DEBATE] == "à compléter"
    assert AuditEntry.objects.filter(verb="presented").count() == 4
    for wrong in (date(2026, 10, 31), date(2026, 12, 31)):
        with pytest.raises(ValidationError, match="entre celui des données"):
            present_document(city.editor, on=wrong, **told)
    with pytest.raises(ValidationError, match="quel organe"):
        present_document(city.editor, kept=kept, today=TODAY, on=TODAY, body=" ")
    with pytest.raises(DeniedError):
        present_document(city.reader, on=TODAY, **told)


def test_what_was_adopted_is_compared_with_and_then_what_came_after(city: Town) -> None:
    action = followed_action(city, make_plan(city))
    voted = keep(city.editor, made(city, today=date(2026, 11, 1)))
    told: dict[str, Any] = {"body": "Conseil", "adopted": True, "today": TODAY}
    present_document(city.editor, kept=voted, on=date(2026, 11, 5), **told)
    edit_action(city.editor, action=action, due_on=date(2028, 6, 30))
    [table, *_rest] = section(made(city), "dernière édition").tables
    assert table.caption.startswith("Depuis l’édition adoptée, du 01/11/2026")
    keep(city.editor, made(city, today=date(2026, 11, 8)))
    edit_action(city.editor, action=action, due_on=date(2029, 6, 30))
    adopted, last, *_rest = section(made(city), "dernière édition").tables
    moved = [
        {tuple(said(list(row))[1:]) for row in one.rows if said(list(row))[2] == "Fin prévue"}
        for one in (adopted, last)
    ]
    assert ("1", "Fin prévue", "31/12/2027", "30/06/2029") in moved[0]
    assert last.caption.startswith("Depuis l’édition du 08/11/2026")
    assert ("1", "Fin prévue", "30/06/2028", "30/06/2029") in moved[1]


def test_a_closed_year_that_is_corrected_says_the_difference(city: Town) -> None:
    action = adopted(city)
    year = open_year(city.finance, year=2026)
    load(city, year, in_euros=True)
    line = BudgetLine.objects.get(label="Licences", batch__status="confirmed")
    given: dict[str, Any] = {"method": Method.KEY, "reason": "clé", "action": action}
    attribute(city.finance, line=line, share=Decimal("0.3"), **given)
    year.refresh_from_db()
    ends = {"starts_on": year.starts_on, "ends_on": year.ends_on, "tax_basis": year.tax_basis}
    edit_year(city.finance, fiscal_year=year, status=YearStatus.CLOSED, **ends)
    assert list(section(made(city), "dernière édition").tables) == []
    why = {"reason": "avoir", "evidence": "courrier", "on": TODAY}
    adjust(
        city.finance, fiscal_year=year, line=line, stage=Stage.REALISED, amount=Decimal(-100), **why
    )
    [table] = section(made(city), "dernière édition").tables
    told = {said(list(row))[1]: said(list(row)) for row in table.rows}
    assert told["mandaté"][2] == "à la clôture"
    assert told["mandaté"][5] == "−30,00\u00a0€"


def test_a_reading_of_three_years_ago_keeps_its_day_and_is_not_this_year_s(city: Town) -> None:
    followed_action(city, make_plan(city))
    Measurement.objects.filter(on__year=2026).delete()
    Measurement.objects.update(on=date(2023, 5, 31))
    read = of_heading(made(city), "valeurs")
    assert said(column(read, "2026")) == said(column(read, "2025")) == ["non renseigné"]
    assert said(column(read, "Dernière"))[0].endswith("au 31/05/2023")
