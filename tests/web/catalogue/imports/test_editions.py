"""Editions on screen: taken away in a file, brought in after a preview, compared, linked."""

from __future__ import annotations

import json
from dataclasses import replace
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portulan.accounts.access import Role
from portulan.catalogue.imports.writes import import_catalogue
from portulan.catalogue.models import CatalogueVersion, PracticeLink
from portulan.catalogue.readers.content import Scales, Term
from portulan.catalogue.readers.edition_writer import write_edition
from portulan.plans.actions.writes import create_action
from portulan.plans.models import Plan, PracticeChoice
from tests.catalogue.readers.test_guide_json import export_of
from tests.people import Town
from tests.web.catalogue.conftest import Browser, edition, text
from tests.web.catalogue.practices.test_browse import TODAY

ROWS = "//main//table/tbody/tr"


def file_of(words: str, name: str = "charte.yaml") -> BytesIO:
    file = BytesIO(words.encode())
    file.name = name
    return file


def send(browser: Browser, words: str, name: str = "charte.yaml") -> str:
    """Send a file and return where its preview stands."""
    path = browser.post("import/", file=file_of(words, name))
    assert isinstance(path, str)
    return path


def test_an_edition_goes_out_and_comes_back_in_elsewhere(
    town: Town, elsewhere: Town, editor: Browser, signed_in, make_edition
) -> None:
    version = make_edition("2026", 12)
    response = editor.client.get(f"{editor.root}editions/{version.pk}.yaml")
    assert response["Content-Disposition"] == 'attachment; filename="maison-2026.yaml"'
    theirs = Browser(signed_in(Role.EDITOR, elsewhere), elsewhere)
    path = send(theirs, response.content.decode())
    preview = theirs.get(path)
    assert text(preview, "//p[@class='lede']")[0].startswith("Édition 2026 : 12 bonnes pratiques.")
    assert CatalogueVersion.objects.count() == 1
    assert theirs.post(path) == "editions/"
    copy = CatalogueVersion.objects.get(catalogue__organisation=elsewhere.organisation)
    assert copy.digest == version.digest
    assert copy.practices.count() == 12
    assert "« 2026 » est au référentiel" in text(theirs.get("editions/"), "//div[@class='msg']")[0]


def test_the_guide_s_json_is_told_from_its_content(
    editor: Browser, guide: CatalogueVersion
) -> None:
    document = export_of(edition("beta", 3))
    path = send(editor, json.dumps(document), "guide.json")
    assert editor.post(path) == "editions/"
    headings = text(editor.get("editions/"), "//h2[not(@id='h-offered')]")
    assert len(headings) == 1  # an imported guide stands with the built-in one
    tree = editor.get("compare/")
    assert text(tree, "//p[@class='lede']")[0].startswith("De v1 à beta : 59 retirées, 3 ajoutées")


def test_slips_are_shown_with_their_lines_and_nothing_is_written(editor: Browser) -> None:
    words = write_edition(edition("2026", 2)).replace("priority: Faible", "priority: Moyen")
    path = send(editor, words)
    tree = editor.get(path)
    assert "Une erreur à corriger" in text(tree, "//p[@class='lede']")[0]
    assert "« Moyen » n’est pas parmi Fort, Faible" in text(tree, "//ul[@class='list']/li")[0]
    assert not tree.xpath("//button[@class='go']")
    editor.post(path, status=200)
    assert not CatalogueVersion.objects.exists()


@pytest.mark.parametrize(
    ("words", "name", "said"),
    [
        ("", "x.yaml", "Le fichier est vide."),
        ("a: [", "x.yaml", "YAML"),
        ("catalogue: {}", "x.yaml", "« themes » manque"),
        ("mots", "notes.txt", "« notes.txt » n’est dans aucun format"),
        ("x" * 1_000_001, "x.yaml", "Le fichier dépasse 1 Mo."),
        ("a: [", "é" * 200 + ".yaml", "YAML"),
    ],
)
def test_a_file_that_is_no_catalogue_is_refused_in_words(
    editor: Browser, words: str, name: str, said: str
) -> None:
    tree = editor.post("import/", 422, file=file_of(words, name))
    assert not isinstance(tree, str)
    assert said in text(tree, "//form[@enctype]")[0]


def test_other_words_under_the_same_name_are_refused(editor: Browser, make_edition) -> None:
    make_edition("2026", 2)
    path = send(editor, write_edition(edition("2026", 3)))
    tree = editor.post(path, status=422)
    assert not isinstance(tree, str)
    assert "une édition ne change pas" in text(tree, "//div[@role='alert']")[0]


def test_who_may_import_and_whose_preview_it_is(
    elsewhere: Town, editor: Browser, reader: Browser, signed_in
) -> None:
    path = send(editor, write_edition(edition("2026", 2)))
    Browser(signed_in(Role.EDITOR, elsewhere), elsewhere).get(path, status=404)
    for address in (path, "import/"):
        reader.get(address, status=403)
    assert not reader.get("editions/").xpath("//a[contains(@href, 'import')]")


def test_an_unused_edition_is_removed_once_told(editor: Browser, make_edition) -> None:
    version = make_edition("2026", 2)
    tree = editor.get(f"editions/{version.pk}/remove/")
    assert "téléchargez-le avant" in text(tree, "//main//p")[0]
    assert editor.post(f"editions/{version.pk}/remove/") == "editions/"
    assert not CatalogueVersion.objects.exists()


def two_editions(town: Town) -> tuple[CatalogueVersion, CatalogueVersion]:
    old = edition("2025", 4)
    first, second, third, fourth = old.practices
    new = replace(
        old,
        version="2026",
        scales=Scales((Term("Fort"), Term("Faible"), Term("Nul")), old.scales.difficulty),
        practices=(
            replace(first, title="Autre titre"),
            replace(second, difficulty=None),
            replace(third, code="t0.9"),
            replace(fourth, code="t0.8", slug="neuve", title="Neuve"),
        ),
    )
    return import_catalogue(town.editor, content=old), import_catalogue(town.editor, content=new)


def test_two_editions_are_compared_and_a_code_that_moved_is_followed(
    town: Town, plan: Plan, editor: Browser, reader: Browser
) -> None:
    old, new = two_editions(town)
    practice = old.practices.select_related("version__catalogue").get(code="t0.1")
    create_action(
        town.editor, plan=plan, today=TODAY, title="A", pilot_function="B", practices=[practice]
    )
    tree = reader.get("compare/")
    lede = text(tree, "//p[@class='lede']")[0]
    assert lede == "De 2025 à 2026 : 2 retirées, 2 changées, 2 ajoutées ; aucune n’est la même."
    assert "2025 : Fort, Faible2026 : Fort, Faible, Nul" in text(tree, "//main")[0]
    rows = text(tree, ROWS)
    assert rows[0].startswith("t0.3Pratique 2")
    assert "Peut-être devenue t0.9 : même nom." in rows[0]
    assert any(row.startswith("t0.1") and "Titre : Pratique 0 → Autre titre" in row for row in rows)
    assert text(tree, f"{ROWS}[td[1]='t0.1']/td[3]") == ["1"]
    assert not tree.xpath("//main//table//a[contains(@href, '/compare/')]")
    (link,) = editor.get("compare/?show=removed").xpath(
        f"{ROWS}[td[1]='t0.3']//a[contains(@href, '/compare/')]"
    )
    path = link.get("href").removeprefix(editor.root)
    form = editor.get(path)
    assert form.xpath("//select[@name='new']/option[@selected]/@value") == ["t0.9"]
    assert editor.post(path, new="t0.9", reason="Rangée") == f"compare/?old={old.pk}&new={new.pk}"
    moved = text(editor.get("compare/"), f"{ROWS}[td[1]='t0.9']")[0]
    assert "Code : t0.3 → t0.9 (Rangée)" in moved
    place = editor.get(f"{new.pk}/t0.9/")
    told = text(place, "//section[@aria-labelledby='h-o']//li")[0]
    assert "Code : t0.3 → t0.9" in told
    assert told.endswith("(Rangée)")
    (button,) = editor.get(path).xpath("//section[@aria-labelledby='h-s']//form")
    editor.post(button.get("action").removeprefix(editor.root))
    (undo,) = editor.get("compare/").xpath("//div[@class='msg']//form")
    editor.post(undo.get("action").removeprefix(editor.root))
    assert PracticeLink.objects.get().removed_at is None
    reader.get(path, status=403)
    reader.get(f"compare/{old.pk}/{old.pk}/t0.1/", status=403)
    editor.get(f"compare/{old.pk}/{old.pk}/t0.1/", status=404)


def test_without_two_editions_the_page_says_what_to_do(
    editor: Browser, guide: CatalogueVersion, make_edition
) -> None:
    assert "importez-en une seconde" in text(editor.get("compare/"), "//p[@class='empty']")[0]
    ours, _other = make_edition("2025", 2), make_edition("2026", 2)
    for asked in (f"old={ours.pk}&new={guide.pk}", f"old={ours.pk}&new={ours.pk}", "old=x&new=-1"):
        assert "Choisissez deux éditions" in text(editor.get(f"compare/?{asked}"), "//main")[0]


def test_a_link_is_added_seen_from_both_sides_and_removed(
    town: Town, editor: Browser, reader: Browser, guide: CatalogueVersion, make_edition
) -> None:
    ours, f8 = make_edition("2026", 2), guide.practices.get(code="f.8")
    said = {"relation": "narrower", "target": f8.pk, "reason": "La nuit seulement"}
    tree = editor.post(f"{ours.pk}/t0.1/links/", 422, **(said | {"reason": ""}))
    assert not isinstance(tree, str)
    assert editor.post(f"{ours.pk}/t0.1/links/", **said) == f"{ours.pk}/t0.1/"
    seen = text(reader.get(f"{ours.pk}/t0.1/"), "//section[@aria-labelledby='h-l']//li")[0]
    assert seen.startswith("Plus précise que")
    assert "Fonction editor" in seen
    there = reader.get(f"{guide.pk}/f.8/")
    assert text(there, "//section[@aria-labelledby='h-l']//li/span") == ["Plus large que"]
    assert not there.xpath("//section[@aria-labelledby='h-l']//form")
    (button,) = editor.get(f"{guide.pk}/f.8/").xpath("//section[@aria-labelledby='h-l']//form")
    back = f"{editor.root}{guide.pk}/f.8/"
    assert (
        editor.post(button.get("action").removeprefix(editor.root), next=back) == f"{guide.pk}/f.8/"
    )
    assert not reader.get(f"{guide.pk}/f.8/").xpath("//section[@aria-labelledby='h-l']")
    (undo,) = editor.get(f"{guide.pk}/f.8/").xpath("//div[@class='msg']//form")
    editor.post(undo.get("action").removeprefix(editor.root))
    assert reader.get(f"{guide.pk}/f.8/").xpath("//section[@aria-labelledby='h-l']")
    reader.get(f"{ours.pk}/t0.1/links/", status=403)


def test_without_another_catalogue_a_link_says_what_to_import(
    editor: Browser, make_edition
) -> None:
    ours = make_edition("2026", 2)
    tree = editor.get(f"{ours.pk}/t0.1/links/")
    assert "importez-en un" in text(tree, "//p[@class='empty']")[0]


def test_the_comparison_asks_as_much_for_many_practices(editor: Browser, make_edition) -> None:
    pairs = [(make_edition("a", 3), make_edition("b", 4))]
    pairs.append((make_edition("c", 300), make_edition("d", 320)))
    editor.get("compare/")
    counts = []
    for old, new in pairs:
        with CaptureQueriesContext(connection) as queries:
            editor.get(f"compare/?old={old.pk}&new={new.pk}")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 16


def test_the_targets_of_the_inr_are_added_by_who_wants_them_and_nothing_is_chosen(
    editor: Browser, signed_in, town: Town
) -> None:
    offered = "//section[@aria-labelledby='h-offered']//a/@href"
    assert not CatalogueVersion.objects.filter(catalogue__slug="gpc-onr").exists()
    [path] = editor.get("editions/").xpath(offered)
    path = path.removeprefix(editor.root)
    told = text(editor.get(path), "//main//p")[0]
    assert "28 bonnes pratiques, licence MIT, Institut du Numérique Responsable" in told
    assert editor.post(path) == "editions/"
    version = CatalogueVersion.objects.get(catalogue__slug="gpc-onr")
    sizes = [theme.practices.count() for theme in version.themes.order_by("order")]
    assert sizes == [7, 4, 7, 4, 6]
    assert version.catalogue.organisation == town.organisation
    assert version.licence == "MIT"
    assert not version.practices.exclude(priority="", difficulty="").exists()
    assert not PracticeChoice.objects.exists()
    # Once here it is offered no more; who only reads is offered nothing.
    assert editor.get("editions/").xpath(offered) == []
    version.delete()
    reader = Browser(signed_in(Role.READER, town), town)
    assert reader.get("editions/").xpath(offered) == []
    assert editor.client.get(f"{editor.root}editions/add/other/").status_code == 404
