"""Each document from a nearly empty town: made with its gaps said, or refused in a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest

from portulan.accounts.models import Organisation
from portulan.accounts.words import LegalForm
from portulan.core.say.text import UnusableInputError
from portulan.plans.commitments.writes import save_deliverable
from portulan.publication.documents.asking import Asked
from portulan.publication.documents.cell import Cell, Document, Prose
from portulan.publication.documents.making import RENDERERS, build, written
from portulan.publication.documents.registry import KINDS
from portulan.publication.documents.said import first_page
from tests.people import Town
from tests.plans.plan_of_town import TODAY, make_action, make_plan

# What rests on accounts, or on services, is refused without them.
REFUSED = {
    "agec": "Aucun achat",
    "green": "aucune ligne",
    "rgesn": "Aucun service",
    "lesson": "n’a encore rendu",
}

# None and one, said as many are.
FEW = re.compile(r"(?<![\d,.])[01][ \u00a0](actions|critères|lignes|criteria|lines)\b")


def asked(town: Town, **more: object) -> Asked:
    said = {"year": TODAY.year, "today": TODAY, "language": "fr"} | more
    return Asked(town.reader, town.organisation, **said)  # type: ignore[arg-type]


def words(document: Document) -> Iterator[str]:
    """All that a document says, as it is written."""
    for suffix in ("html", "odt"):
        assert RENDERERS[suffix](document)
    yield re.sub(r"<style>.*?</style>", "", RENDERERS["html"](document).decode(), flags=re.S)


def cells(document: Document) -> Iterator[Cell]:
    for table in document.tables:
        assert all(len(row) == len(table.heads) for row in table.rows), table.caption
        for row in table.rows:
            yield from row


# The strategy that the law asks for says itself that no plan is there (test_reen).
@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"reen"}))
def test_without_a_plan_it_is_refused_in_one_sentence(kind: str, town: Town) -> None:
    with pytest.raises(UnusableInputError) as caught:
        build(KINDS[kind], asked(town))
    for language in ("fr", "en"):
        told = caught.value.problem.message(language)  # type: ignore[arg-type]
        assert told.endswith(".")
        assert "{" not in told


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_from_nearly_nothing_its_gaps_are_said(kind: str, language: str, town: Town) -> None:
    make_action(town, make_plan(town))
    if kind in REFUSED:
        with pytest.raises(UnusableInputError) as caught:
            build(KINDS[kind], asked(town))
        assert REFUSED[kind] in caught.value.problem.message("fr")
        return
    document = build(KINDS[kind], asked(town, language=language))
    said = " ".join(words(document))
    assert document.unknown == sum(cell.is_unknown for cell in cells(document)) + sum(
        cell.is_unknown for _name, cell in document.cover
    )
    assert document.unknown
    assert "{" not in said
    assert "conforme" not in said.lower()
    assert all(
        one.text.strip()
        for part in document.sections
        for one in part.blocks
        if isinstance(one, Prose)
    )
    assert not [table.caption for table in document.tables if not table.rows]
    assert not re.search(
        r"(?<![\d,.])[01][ \u00a0](actions|critères|lignes|criteria|lines)\b", said
    )
    for suffix in KINDS[kind].formats:
        assert written(KINDS[kind], document, suffix)
    assert build(KINDS[kind], asked(town, language=language)) == document


@pytest.mark.parametrize("kind", sorted(set(KINDS) - set(REFUSED)))
def test_an_empty_plan_has_sentences_where_tables_would_have_heads_alone(
    kind: str, town: Town
) -> None:
    make_plan(town)
    for language in ("fr", "en"):
        document = build(KINDS[kind], asked(town, language=language))
        said = " ".join(words(document))
        assert not [table.caption for table in document.tables if not table.rows]
        assert not FEW.search(said)
        for suffix in KINDS[kind].formats:
            assert written(KINDS[kind], document, suffix)


@pytest.mark.parametrize("kind", KINDS)
def test_a_swiss_body_sees_nothing_of_french_law(kind: str, town: Town) -> None:
    action = make_action(town, make_plan(town))
    told = {"title": "Bilan", "delivered_on": TODAY, "today": TODAY}
    save_deliverable(town.editor, action=action, **told)  # type: ignore[arg-type]
    Organisation.objects.filter(pk=town.organisation.pk).update(
        country="CHE", currency="CHF", body_number="CHE-105.805.080", siren=""
    )
    town.organisation.refresh_from_db()
    for language in ("fr", "en"):
        if KINDS[kind].french:
            with pytest.raises(UnusableInputError):
                build(KINDS[kind], asked(town, language=language))
            continue
        said = " ".join(words(build(KINDS[kind], asked(town, language=language))))
        assert not re.search(r"€|SIREN|SIRET|TTC|REEN|M57|CGCT", said)
        assert "CHE-105.805.080" in said


def test_whom_the_law_binds_stands_on_the_first_page(town: Town) -> None:
    make_action(town, make_plan(town))
    place = town.organisation

    def first(kind: str) -> str:
        return " ".join(first_page(build(KINDS[kind], asked(town))))

    assert "suppose sa population" in first("reen")
    place.population = 50_000
    assert "par choix" in first("reen")
    assert "par choix" in first("rdd")
    place.population = 50_001
    assert "La loi demande ce document" in first("reen")
    assert "La loi demande ce rapport" in first("rdd")
    place.legal_form = LegalForm.REGION
    assert "par choix" in first("reen")
    assert "régions et départements" in first("rdd")
    place.legal_form = LegalForm.STATE
    assert "demande ce suivi" in first("roadmap")
    assert "en 2027 qu’en 2019" in first("roadmap")


def test_a_year_that_is_not_over_is_a_draft(town: Town) -> None:
    make_action(town, make_plan(town))
    assert build(KINDS["yearly"], asked(town)).is_draft
    later = asked(town, today=date(TODAY.year + 1, 1, 1))
    assert not build(KINDS["yearly"], later).is_draft
