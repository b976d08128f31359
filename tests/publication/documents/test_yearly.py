"""The yearly report: headings of the law said once, the area apart, what was corrected."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from portulan.plans.words import Reach
from portulan.publication.documents.cell import Document, Prose, Section, Table
from portulan.publication.documents.making import build
from portulan.publication.documents.registry import KINDS
from portulan.publication.models import ErrorReport
from tests.people import Town
from tests.plans.plan_of_town import TODAY, make_action, make_plan
from tests.publication.documents.test_towns import asked


def section(document: Document, title: str) -> Section:
    return next(one for one in document.sections if title in one.title)


def report(town: Town, **said: object) -> None:
    ErrorReport.objects.create(
        organisation=town.organisation,
        edition=1,
        about="page",
        message="?",
        received_at=datetime(2026, 1, 1, tzinfo=UTC),
        token=str(len(said)) + str(ErrorReport.objects.count()),
        digest=str(ErrorReport.objects.count()),
        **said,
    )


def test_headings_without_action_are_said_together(town: Town) -> None:
    make_action(town, make_plan(town))
    found = build(KINDS["yearly"], asked(town))
    part = section(found, "rubrique")
    assert [one.caption for one in part.blocks if isinstance(one, Table)] == [
        "Hors des six rubriques"
    ]
    said = [one.text for one in part.blocks if isinstance(one, Prose) and "Aucune" in one.text]
    assert len(said) == 1
    assert all(f"{number}° " in said[0] for number in range(1, 7))


def test_the_area_stands_apart(town: Town) -> None:
    action = make_action(town, make_plan(town))
    caption = "Sur le territoire, à part"
    assert not any(caption in one.caption for one in build(KINDS["yearly"], asked(town)).tables)
    action.reach = Reach.TERRITORY
    action.save()
    [table] = [one for one in build(KINDS["yearly"], asked(town)).tables if caption in one.caption]
    assert len(table.rows) == 1
    assert table.rows[0][1].value == "sans indicateur"


def test_what_was_corrected_of_what_is_public_is_told_for_its_year(town: Town) -> None:
    make_action(town, make_plan(town))
    nothing = section(build(KINDS["yearly"], asked(town)), "Annexe").blocks[-1]
    assert isinstance(nothing, Prose)
    assert nothing.text == "Rien de ce qui est public n’a été corrigé ni retiré en 2026."
    report(town, answer="La part était fausse.", corrects=True, answered_on=TODAY)
    report(town, answer="Elle est juste.", answered_on=TODAY)
    report(town, answer="L’an passé.", answered_on=TODAY - timedelta(days=400))
    for language, words in (
        (
            "fr",
            [
                "Erreur reconnue\u00a0: La part était fausse.",
                "Signalement examiné\u00a0: Elle est juste.",
            ],
        ),
        ("en", ["Error acknowledged: La part était fausse.", "Report examined: Elle est juste."]),
    ):
        table = section(build(KINDS["yearly"], asked(town, language=language)), "Ann").blocks[-1]
        assert isinstance(table, Table)
        assert sorted(row[1].value for row in table.rows) == sorted(words)
