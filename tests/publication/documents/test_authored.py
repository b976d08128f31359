"""A document is data plus an author: what is typed is printed, carried, counted, put back."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html
from pypdf import PdfReader

from portulan.accounts.models import Organisation
from portulan.accounts.words import LegalForm
from portulan.core import trail
from portulan.core.errors import DeniedError
from portulan.core.models import AuditEntry
from portulan.plans.models import Action
from portulan.plans.words import Progress
from portulan.publication.documents.asking import Asked
from portulan.publication.documents.authored import LINE
from portulan.publication.documents.authoring import slots_of, undo_texts, write_texts
from portulan.publication.documents.cell import Document, Prose, Section, kept, read_back
from portulan.publication.documents.making import RENDERERS, build, draft, keep
from portulan.publication.documents.registry import KINDS
from portulan.publication.models import AuthoredText, KeptDocument
from portulan.publication.obligations.laws import Law, State
from portulan.publication.obligations.reads import obligations_of
from tests.people import Town
from tests.plans.plan_of_town import TODAY, make_action, make_plan
from tests.publication.documents.samples import whole_document

AUTHORED = ("yearly", "plan", "reen", "rdd", "label", "roadmap")
BLANK = re.compile(r"\[à compléter")


def asked(town: Town, **more: object) -> Asked:
    said = {"year": TODAY.year, "today": TODAY, "language": "fr"} | more
    return Asked(town.editor, town.organisation, **said)  # type: ignore[arg-type]


def say(town: Town, kind: str = "yearly", year: int = TODAY.year, **texts: str) -> int | None:
    named = {name.replace("_", "-"): text for name, text in texts.items()}
    its = asked(town, year=year)
    return write_texts(town.editor, kind=KINDS[kind], asked=its, texts=named)


def words_of(document: Document, suffix: str) -> str:
    """All that a file says, its blanks as one space."""
    content = RENDERERS[suffix](document)
    if suffix == "pdf":
        pages = PdfReader(io.BytesIO(content)).pages
        found = " ".join(page.extract_text() for page in pages)
    elif suffix == "odt":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            found = " ".join(html.fromstring(archive.read("content.xml")).itertext())
    elif suffix == "xlsx":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            sheets = sorted(name for name in archive.namelist() if "sheet" in name.lower())
            parts = [archive.read(one) for one in sheets if one.endswith(".xml")]
        texts = [text for part in parts for text in html.fromstring(part).itertext()]
        found = " ".join(texts)
    elif suffix == "csv":
        rows = csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";")
        found = " ".join(cell for row in rows for cell in row)
    else:
        found = " ".join(html.fromstring(content.decode()).itertext())
    return " ".join(found.split())


FORMATS = ("pdf", "odt", "xlsx", "html", "csv")
LETTERS = st.text("abcdé ’«»&<#$_*[]=+;\"'0123", min_size=1, max_size=60).filter(str.strip)


@settings(max_examples=12, deadline=None)
@given(st.lists(LETTERS, min_size=1, max_size=3))
def test_what_is_typed_is_what_each_format_says(lines: list[str]) -> None:
    said = tuple(Prose(" ".join(line.split()), "author") for line in lines)
    document = replace(whole_document(), sections=(Section("Avant-propos", said),))
    for suffix in FORMATS:
        found = words_of(document, suffix)
        for one in said:
            # A line of a PDF breaks where it wants; a cell never begins a formula.
            assert one.text.replace(" ", "") in found.replace(" ", ""), suffix
    assert read_back(kept(document)) == document


@pytest.mark.parametrize("kind", AUTHORED)
def test_a_text_is_printed_in_each_format_and_nothing_else_moves(kind: str, town: Town) -> None:
    make_action(town, make_plan(town))
    before = build(KINDS[kind], asked(town))
    names = list(slots_of(KINDS[kind], asked(town)))
    sentence = next(name for name in names if name.startswith("sentence-"))
    texts = {"foreword": "Un mot.\r\n\r\nUn autre <b>.", sentence: "Une phrase à elle."}
    write_texts(town.editor, kind=KINDS[kind], asked=asked(town), texts=texts)
    document = build(KINDS[kind], asked(town))
    for suffix in (one for one in KINDS[kind].formats if one != "ods"):
        found = words_of(document, suffix)
        assert all(one in found for one in ("Un mot.", "Un autre <b>.", "Une phrase à elle.")), (
            suffix
        )
    assert document.sections[0].title == "Avant-propos"
    others = [
        replace(one, blocks=tuple(b for b in one.blocks if getattr(b, "style", "") != "author"))
        for one in document.sections[1:]
    ]
    assert tuple(others) == before.sections
    assert document.cover == before.cover


@pytest.mark.parametrize("kind", AUTHORED)
def test_blanks_are_the_same_number_in_every_format_and_before_it_is_built(
    kind: str, town: Town
) -> None:
    action = make_action(town, make_plan(town))
    make_action(town, action.plan, "Autre")
    stopped(action)
    its = asked(town)
    document, made = build(KINDS[kind], its), draft(KINDS[kind], its)
    counted = document.counted.to_write
    assert counted == made.to_write
    needed = {"yearly": 1, "label": 1, "rdd": 3, "reen": 2}.get(kind, 0)
    assert counted == needed
    for suffix in (one for one in KINDS[kind].formats if one not in ("ods", "csv")):
        found = BLANK.findall(words_of(document, suffix))
        # The first page counts them, and shows how they are marked.
        assert len(found) == counted + (counted > 0), suffix


def test_blanks_of_sentences_are_counted_alike_in_every_format() -> None:
    blanks = tuple(Prose(f"[à compléter\u00a0: {name}]", "blank") for name in ("un", "deux"))
    whole = whole_document()
    first = replace(whole.sections[0], blocks=(*whole.sections[0].blocks, *blanks))
    document = replace(whole, sections=(first, *whole.sections[1:]))
    assert document.counted.to_write == 2
    for suffix in FORMATS:
        notice = suffix != "csv"  # whose table begins at once
        assert len(BLANK.findall(words_of(document, suffix))) == 2 + notice, suffix
    assert RENDERERS["csv"](document).startswith(RENDERERS["csv"](whole))


def stopped(action: Action) -> None:
    """Drop an action and give no reason."""
    Action.objects.filter(pk=action.pk).update(progress=Progress.DROPPED)


def test_the_reason_of_a_gap_is_typed_once_for_every_document(town: Town) -> None:
    action = make_action(town, make_plan(town))
    stopped(action)
    say(town, **{f"gap_stop.{action.pk}": "Le fournisseur\na fermé."})
    for kind in ("yearly", "label", "reen"):
        document = build(KINDS[kind], asked(town))
        assert "Le fournisseur a fermé." in words_of(document, "html")
    assert build(KINDS["yearly"], asked(town)).counted.to_write == 0


def test_finalities_are_ticked_action_by_action(town: Town) -> None:
    one = make_action(town, make_plan(town))
    other = make_action(town, one.plan, "Autre")
    said = {
        f"finalities.{one.pk}": "circular,climate",
        f"finalities.{other.pk}": "none",
        "presented": "Le vice-président au numérique, le 12 mars 2027",
    }
    assert say(town, "rdd", **said)
    document = build(KINDS["rdd"], asked(town))
    (table, *_others) = document.tables
    assert [row[1].value for row in table.rows] == [
        "climat, économie circulaire",
        "aucune des cinq",
    ]
    assert document.counted.to_write == 0
    assert ("Présenté par, et quand", "Le vice-président au numérique, le 12 mars 2027") in [
        (name, cell.value) for name, cell in document.cover
    ]
    for wrong in ("soleil", "none,climate"):
        with pytest.raises(ValidationError):
            say(town, "rdd", **{f"finalities.{one.pk}": wrong})


def test_the_text_of_last_year_comes_back_marked_until_somebody_says_so(town: Town) -> None:
    make_action(town, make_plan(town))
    say(town, year=TODAY.year - 1, foreword="Un mot.", sentence_money="De l’argent.")

    def this_year() -> Document:
        return build(KINDS["yearly"], asked(town))

    assert this_year().counted.carried == 2
    found = words_of(this_year(), "odt")
    assert f"Un mot. [repris de {TODAY.year - 1}, à confirmer]" in found
    assert "2 textes repris d’une année passée attendent" in found
    assert build(KINDS["yearly"], asked(town, year=TODAY.year - 1)).counted.carried == 0
    # Said again, it is confirmed; erased, it does not come back, this year nor the next.
    say(town, foreword="Un mot.", sentence_money="")
    assert this_year().counted.carried == 0
    assert "De l’argent." not in words_of(this_year(), "odt")
    later = build(KINDS["yearly"], asked(town, year=TODAY.year + 1))
    assert later.counted.carried == 1
    assert "De l’argent." not in words_of(later, "html")
    assert build(KINDS["plan"], asked(town)).counted.carried == 0


def test_a_deed_is_one_entry_and_is_put_back_whole(town: Town) -> None:
    make_action(town, make_plan(town))
    say(town, year=TODAY.year - 1, foreword="Avant.")
    before = kept(build(KINDS["yearly"], asked(town)))
    entries = AuditEntry.objects.count()
    entry = say(town, foreword="Après.", sentence_money="Cher.")
    assert entry
    assert AuditEntry.objects.count() == entries + 1
    assert say(town, foreword="Après.", sentence_money="Cher.", sentence_asked="") is None
    undo_texts(town.editor, entry=entry)
    assert kept(build(KINDS["yearly"], asked(town))) == before
    again = say(town, foreword="Après.")
    say(town, foreword="Plus tard.")
    assert again
    with pytest.raises(ValidationError):
        undo_texts(town.editor, entry=again)
    assert trail.history(town.organisation).filter(verb="texts undone").count() == 1


def test_who_writes_what_and_where(town: Town) -> None:
    make_action(town, make_plan(town))
    its = asked(town)
    with pytest.raises(DeniedError):
        write_texts(town.reader, kind=KINDS["yearly"], asked=its, texts={"foreword": "Non."})
    for texts in ({"poem": "Non."}, {"presented": "x" * (LINE + 1)}):
        with pytest.raises(ValidationError):
            write_texts(town.editor, kind=KINDS["yearly"], asked=asked(town), texts=texts)
    assert not AuthoredText.objects.exists()
    say(town, foreword="Bruit\x0b, \ud800caché.")
    assert AuthoredText.objects.get().text == "Bruit, caché."


def test_what_the_law_asks_is_not_met_by_a_document_with_blanks(town: Town) -> None:
    Organisation.objects.filter(pk=town.organisation.pk).update(
        legal_form=LegalForm.TOWN, population=60_000
    )
    town.organisation.refresh_from_db()
    make_action(town, make_plan(town))

    def standing() -> State:
        rows = obligations_of(asked(town))
        return next(
            one.state
            for one in rows
            if one.obligation.law is Law.STRATEGY and one.year == TODAY.year
        )

    keep(town.editor, build(KINDS["reen"], asked(town)))
    assert KeptDocument.objects.get().to_write
    assert standing() is not State.MET
    say(town, "reen", presented="Le maire, en mars")
    keep(town.editor, build(KINDS["reen"], asked(town)))
    assert KeptDocument.objects.latest("pk").to_write == 0
    assert standing() is State.MET
