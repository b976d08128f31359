"""The dialects and the irregularities of the guide's tree, on small trees made here."""

from __future__ import annotations

from pathlib import Path

import pytest

from portulan.catalogue.readers.content import Reading
from portulan.catalogue.readers.markdown_tree import read
from portulan.core.say.text import UnusableInputError

V1_INDEX = """---
layout: layouts/bonne-pratique/thematique.njk
title: Stratégie et gouvernance
tags: guideBpNrThematique
idThematique: a.
eleventyNavigation:
  key: bonnes-pratiques-strategie-et-gouvernance
  title: Stratégie
  order: 10
---
Le thème.
"""
V1_PRACTICE = """---
layout: layouts/bonne-pratique/bonne-pratique.njk
title: Obtenir un budget\x20
type: bpnr
date: 2023-06-01
idbp: a.5
priority: Recommandée
difficulty: Moyenne\x20
who:
  - Direction générale\x20
indicators:
  - "% du budget"
eleventyNavigation:
  parent: bonnes-pratiques-strategie-et-gouvernance
  order: 50
---

Un **budget** [dédié](https://example.org/a(b)) aide.

## Retour d’expérience
<script>alert(1)</script>
"""
DRAFT_INDEX = """---
layout: layouts/bonne-pratique-categorie.njk
title: Stratégie et gouvernance
eleventyNavigation:
  key: guideBpNr-strategie-et-gouvernance
  parent: guideBpNr
  order: 10
---
"""
DRAFT_PRACTICE = """---
layout: layouts/bonne-pratique.njk
title: Dédier un budget spécifique au Numérique Responsable
type: bpnr
date: 2021-07-15
idbp: a.2
priority: Recommandé
difficulty : Difficile
who:
  - Décideurs
indicators:
  - "% du budget de la DSI dédié au numérique responsable"
eleventyNavigation:
  parent: guideBpNr-strategie-et-gourvenance
  title: Dédier un budget spécifique au Numérique Responsable
  order: 20
---
La création d'une politique.
"""
PRACTICE_2021 = """---
layout: layouts/bonne-pratique.njk
title: Nommer un responsable
date: 2021-07-15
idbp: {code}
priority: Prioritaire
who: Décideur
eleventyNavigation:
  parent: refbpnr-strategie
  order: 10
---
Texte.
"""
HOME = """---
title: Guide de bonnes pratiques
type: publication
date: 2023-06-01
eleventyNavigation:
  key: guideBpNrAccueil
---
"""


def plant(root: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def told(reading: Reading) -> list[tuple[str | None, int | None, str]]:
    return [(one.file, one.line, one.kind.code) for one in reading.problems]


def test_version_1(tmp_path: Path) -> None:
    root = plant(
        tmp_path / "édition-2",
        {
            "index.md": HOME,
            "glossaire.md": "---\ntitle: Glossaire\n---\nMots.",
            "bonnes-pratiques.njk": "{{ idbp }}",
            "strategie-et-gouvernance/index.md": V1_INDEX,
            "strategie-et-gouvernance/budget.md": V1_PRACTICE,
        },
    )
    reading = read(root)

    assert reading.problems == ()
    content = reading.content
    assert (content.title, content.version) == ("Guide de bonnes pratiques", "édition-2")
    assert content.attribution.endswith("2023-06-01")
    (theme,) = content.themes
    assert (theme.code, theme.title, theme.slug) == (
        "a",
        "Stratégie et gouvernance",
        "strategie-et-gouvernance",
    )
    assert (theme.key, theme.body) == ("bonnes-pratiques-strategie-et-gouvernance", "Le thème.")
    (practice,) = content.practices
    assert (practice.code, practice.theme, practice.slug) == ("a.5", "a", "budget")
    assert (practice.title, practice.difficulty) == ("Obtenir un budget", "Moyenne")
    assert practice.pilots == ("Direction générale",)
    assert practice.summary == "Un budget dédié aide."
    assert "<script>alert(1)</script>" in practice.body  # text: made safe where it is shown


def test_the_2022_draft_joins_by_folder_in_spite_of_the_typo(tmp_path: Path) -> None:
    files = {"s-et-g/index.md": DRAFT_INDEX, "s-et-g/dedier-budget.md": DRAFT_PRACTICE}
    reading = read(plant(tmp_path, files))

    assert reading.problems == ()
    assert [(theme.code, theme.title) for theme in reading.content.themes] == [
        ("a", "Stratégie et gouvernance")
    ]
    (practice,) = reading.content.practices
    assert (practice.priority, practice.difficulty) == ("Recommandé", "Difficile")
    assert practice.pilots == ("Décideurs",)


def test_the_2021_dialect_has_integers_and_scalars(tmp_path: Path) -> None:
    files = {
        "strategie/index.md": DRAFT_INDEX,
        "strategie/nommer.md": PRACTICE_2021.format(code=67),
        "strategie/autre.md": PRACTICE_2021.format(code="2"),
    }
    reading = read(plant(tmp_path, files))

    assert [one.code for one in reading.content.practices] == ["2", "67"]
    assert reading.content.practices[0].pilots == ("Décideur",)
    assert reading.content.practices[0].difficulty is None
    assert reading.content.practices[0].indicators == ()
    assert reading.content.themes[0].code == "strategie"
    # What is missing is said, once for each key, and stops nothing.
    assert {one.kind.code for one in reading.problems} == {"key-missing"}
    assert len(reading.problems) == 4
    assert not any(one.is_error for one in reading.problems)


@pytest.mark.parametrize(
    ("written", "code"),
    [("a.5.", "a.5"), ("a.10", "a.10"), ("1.10", "1.10"), ("'a.5 '", "a.5"), ("07", "07")],
)
def test_a_code_is_the_text_of_the_file(tmp_path: Path, written: str, code: str) -> None:
    practice = V1_PRACTICE.replace("idbp: a.5", f"idbp: {written}")
    reading = read(plant(tmp_path, {"t/index.md": V1_INDEX, "t/p.md": practice}))

    assert [one.code for one in reading.content.practices] == [code]


def test_the_ninth_comes_before_the_tenth(tmp_path: Path) -> None:
    files = {f"t/p{n}.md": V1_PRACTICE.replace("a.5", f"a.{n}") for n in (10, 9, 1, 11, 2)}
    reading = read(plant(tmp_path, {"t/index.md": V1_INDEX, **files}))

    assert [one.code for one in reading.content.practices] == ["a.1", "a.2", "a.9", "a.10", "a.11"]
    assert [one.order for one in reading.content.practices] == [10, 20, 30, 40, 50]


@pytest.mark.parametrize(
    ("old", "new", "line", "code"),
    [
        ("title: Obtenir", "<<<<<<< HEAD\ntitle: A\n=======\ntitle: Obtenir", 3, "merge-conflict"),
        ("title: Obtenir", "title: 1.\tObtenir", 3, "yaml-tab"),
        ("  - Direction", "\t- Direction", 10, "yaml-tab"),
        ('"% du budget"', '"% du budget." Préciser', 12, "yaml-after-value"),
        ('"% du budget"', "% du budget", 12, "yaml-percent"),
        ("indicators:", " indicators:", 11, "yaml-after-value"),
        ("title: Obtenir", "title: A : obtenir", 3, "yaml-colon"),
        ("title: Obtenir", "title: 'Obtenir", 3, "yaml-open-quote"),
        ("title: Obtenir", "title: @Obtenir", 3, "yaml-reserved"),
        ("title: Obtenir", "title: *Obtenir", 3, "yaml-alias"),
        ("title: Obtenir", "title: &x Obtenir\ny: *x\nz:", 4, "yaml-alias"),
        ("type: bpnr", "type: bpnr\ntype: bpnr", 5, "yaml-key-twice"),
        ("title: Obtenir", "? [1]\n: Obtenir", 3, "yaml-key"),
        ("title: Obtenir", "title: " + "[" * 40, 3, "yaml-depth"),
        ("title: Obtenir", "title: \x07Obtenir", 3, "yaml-control"),
        ("  order: 50\n---", "  order: 50", 1, "front-matter-open"),
    ],
)
def test_an_unreadable_page_is_told_and_the_others_are_read(
    tmp_path: Path, old: str, new: str, line: int, code: str
) -> None:
    assert V1_PRACTICE.count(old) == 1
    files = {
        "t/index.md": V1_INDEX,
        "t/bad.md": V1_PRACTICE.replace(old, new),
        "t/good.md": V1_PRACTICE.replace("a.5", "a.6"),
    }
    reading = read(plant(tmp_path, files))

    assert told(reading) == [("t/bad.md", line, code)]
    assert reading.problems[0].is_error
    assert all(reading.problems[0].message(language) for language in ("fr", "en"))  # type: ignore[arg-type]
    assert [one.code for one in reading.content.practices] == ["a.6"]


def test_a_bomb_of_aliases_is_refused_before_it_grows(tmp_path: Path) -> None:
    steps = zip("abcdefgh", "bcdefghi", strict=True)
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{after}: &{after} [{','.join([f'*{before}'] * 9)}]\n" for before, after in steps
    )
    page = V1_PRACTICE.replace("title: Obtenir un budget \n", bomb)
    files = {"t/index.md": V1_INDEX, "t/bad.md": page, "t/good.md": V1_PRACTICE}

    assert told(read(plant(tmp_path, files))) == [("t/bad.md", 4, "yaml-alias")]


def test_an_unreadable_index_loses_no_practice(tmp_path: Path) -> None:
    index = V1_INDEX.replace("title: Strat", "<<<<<<< HEAD\ntitle: Strat")
    reading = read(
        plant(tmp_path, {"gouvernance/index.md": index, "gouvernance/p.md": V1_PRACTICE})
    )

    assert told(reading) == [
        ("gouvernance", None, "folder-without-index"),
        ("gouvernance/index.md", 3, "merge-conflict"),
    ]
    assert [(one.code, one.title) for one in reading.content.themes] == [("a", "gouvernance")]
    assert [one.theme for one in reading.content.practices] == ["a"]


def test_a_folder_without_index_joins_by_key_or_stands_for_itself(tmp_path: Path) -> None:
    files = {
        "a/index.md": V1_INDEX,
        "ailleurs/p.md": V1_PRACTICE,
        "inconnu/q.md": V1_PRACTICE.replace("a.5", "z.1").replace("parent: bonnes", "parent: x"),
        "a/--- layout: layouts/r.md": V1_PRACTICE.replace("a.5", "a.6"),  # it did happen
    }
    reading = read(plant(tmp_path, files))

    assert [(one.code, one.theme) for one in reading.content.practices] == [
        ("a.5", "a"),
        ("a.6", "a"),
        ("z.1", "z"),
    ]
    assert told(reading) == [("inconnu", None, "folder-without-index")]


def test_what_cannot_be_kept_is_an_error(tmp_path: Path) -> None:
    files = {
        "a/index.md": V1_INDEX,
        "a/1-first.md": V1_PRACTICE,
        "a/2-second.md": V1_PRACTICE,
        "a/3-nameless.md": V1_PRACTICE.replace("idbp: a.5\n", ""),
        "a/4-odd.md": V1_PRACTICE.replace("idbp: a.5", "idbp: ../../a"),
        "a/5-untitled.md": V1_PRACTICE.replace("title: Obtenir un budget \n", "").replace(
            "a.5", "a.7"
        ),
        "a/6-foreign.md": V1_PRACTICE.replace("a.5", "b.5"),
        "root.md": V1_PRACTICE.replace("a.5", "c.1").replace("parent: ", "parent: x"),
    }
    reading = read(plant(tmp_path, files))

    assert told(reading) == [
        ("a/2-second.md", 6, "duplicate-code"),
        ("a/3-nameless.md", None, "practice-without-code"),
        ("a/4-odd.md", 6, "practice-code-invalid"),
        ("a/5-untitled.md", None, "no-title"),
        ("a/6-foreign.md", 6, "code-outside-theme"),
        ("root.md", 6, "practice-without-theme"),
    ]
    assert [(one.code, one.title) for one in reading.content.practices] == [
        ("a.5", "Obtenir un budget"),
        ("a.7", "5-untitled"),
        ("b.5", "Obtenir un budget"),
    ]
    assert "a/1-first.md" in reading.problems[0].message("fr")


def test_two_themes_of_one_letter_stay_two(tmp_path: Path) -> None:
    files = {
        "gouvernance/index.md": V1_INDEX,
        "gouvernance/p.md": V1_PRACTICE,
        "strategie-et-plan-numerique/index.md": V1_INDEX.replace("bonnes-pratiques-", "x-"),
        "strategie-et-plan-numerique/q.md": V1_PRACTICE.replace("a.5", "a.6"),
    }
    reading = read(plant(tmp_path, files))

    assert [one.code for one in reading.content.themes] == ["a", "strategie-et-plan"]
    assert [one.theme for one in reading.content.practices] == ["a", "strategie-et-plan"]
    assert told(reading) == [("strategie-et-plan-numerique/index.md", 5, "duplicate-theme")]


def test_dirty_words_are_cleaned_and_said(tmp_path: Path) -> None:
    page = V1_PRACTICE.replace(
        '  - "% du budget"',
        "  - Water Usage Effectiveness (WUE)\"\n"
        "  - Existence d’une charte : oui / non\n"
        '  - "\u00a0Plan « NR »\u00a0: oui/non\u00a0"\n'
        '  - "dit \\"vite\\" \\ud800\\0fait"\n'
        "  - {a: {b: c}}\n"
        f"  - {'x' * 600}\n"
        "  -\n",
    )  # fmt: skip
    reading = read(plant(tmp_path, {"t/index.md": V1_INDEX, "t/p.md": page}))
    texts = [one.text for one in reading.content.practices[0].indicators]

    assert texts[:4] == [
        "Water Usage Effectiveness (WUE)",
        "Existence d’une charte\u00a0: oui / non",
        "Plan « NR »\u00a0: oui/non",
        'dit "vite" fait',
    ]
    assert (len(texts), len(texts[4]), texts[4][-1]) == (5, 500, "…")
    assert told(reading) == [
        ("t/p.md", 12, "stray-quote"),
        ("t/p.md", 16, "key-shape"),
        ("t/p.md", 17, "text-too-long"),
    ]


def test_a_windows_file_reads_as_any_other(tmp_path: Path) -> None:
    page = b"\xef\xbb\xbf" + V1_PRACTICE.replace("\n", "\r\n").encode()
    reading = read(plant(tmp_path, {"t/index.md": "\n\n" + V1_INDEX, "t/p.md": page}))

    assert reading.problems == ()
    assert "\r" not in reading.content.practices[0].body


def test_a_merge_left_in_the_text_is_a_warning(tmp_path: Path) -> None:
    page = V1_PRACTICE + "\n<<<<<<< HEAD\nA\n=======\nB\n>>>>>>> x\n"
    reading = read(plant(tmp_path, {"t/index.md": V1_INDEX, "t/p.md": page}))

    line = V1_PRACTICE.count("\n") + 2
    assert told(reading) == [("t/p.md", line, "merge-conflict-in-text")]
    assert not reading.problems[0].is_error


def test_a_merge_left_at_the_top_hides_no_practice(tmp_path: Path) -> None:
    files = {"t/index.md": V1_INDEX, "t/p.md": "<<<<<<< HEAD\n" + V1_PRACTICE}

    assert told(read(plant(tmp_path, files))) == [("t/p.md", 1, "merge-conflict")]


def test_one_theme_s_folder_can_be_read_alone(tmp_path: Path) -> None:
    reading = read(plant(tmp_path, {"index.md": V1_INDEX, "p.md": V1_PRACTICE}))

    assert [one.title for one in reading.content.themes] == ["Stratégie et gouvernance"]
    assert reading.problems == ()


def test_the_version_said_by_the_source_wins(tmp_path: Path) -> None:
    home = HOME.replace("type: publication", "type: publication\nversion: 1.10")
    files = {"index.md": home, "t/index.md": V1_INDEX, "t/p.md": V1_PRACTICE}

    assert read(plant(tmp_path, files)).content.version == "1.10"


def test_another_organisation_s_tree_is_not_the_state_s_guide(tmp_path: Path) -> None:
    page = V1_PRACTICE.replace("layout: layouts/bonne-pratique/bonne-pratique.njk\n", "")
    files = {"t/index.md": V1_INDEX.replace("bonne-pratique/", ""), "t/p.md": page}
    content = read(plant(tmp_path / "Mon référentiel", files)).content

    assert (content.slug, content.licence, content.attribution) == ("mon-referentiel", None, "")


@pytest.mark.parametrize("files", [{}, {"a.md": "rien"}, {"t/index.md": V1_INDEX}])
def test_a_folder_without_practice_is_unusable(tmp_path: Path, files: dict[str, str]) -> None:
    with pytest.raises(UnusableInputError) as caught:
        read(plant(tmp_path, dict(files)))
    assert caught.value.problem.kind.code == "no-practice"
