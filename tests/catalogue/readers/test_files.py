from __future__ import annotations

import os
from pathlib import Path

import pytest

from portulan.catalogue.readers import files
from portulan.catalogue.readers.files import SourceFile, find_files, printable_name, read_text
from portulan.core.say.text import Problem, UnusableInputError


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("reduire-le-temps-passé.md", "reduire-le-temps-passé.md"),
        ("passe\u0301.md", "passé.md"),  # accents apart, as macOS writes them
        (r'"pass\303\251.md"', "passé.md"),  # as git quotes it
        (r"pass\303\251.md", "passé.md"),
        (r"a\999.md", r"a\999.md"),
        (r"a\777.md", r"a\777.md"),
        (os.fsdecode(b"pass\xe9.md"), "passé.md"),  # Latin-1 bytes
        ("a\nb\x1b[31m.md", "a\ufffdb\ufffd[31m.md"),
    ],
)
def test_a_name_is_shown_as_its_author_meant_it(raw: str, shown: str) -> None:
    assert printable_name(raw) == shown
    printable_name(raw).encode()


def test_odd_names_are_found_and_opened(tmp_path: Path) -> None:
    names = [b'"t\\303\\251.md"', b"latin-\xe9.md", "e\u0301.MD".encode(), b"x.txt", b".hidden.md"]
    for name in names:
        Path(os.fsdecode(os.path.join(os.fsencode(tmp_path), name))).write_text("ok")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "a.md").write_text("no")
    found, problems = find_files(tmp_path, ".md")

    assert problems == []
    assert [one.shown for one in found] == ["latin-é.md", "té.md", "é.MD"]
    assert [one.stem for one in found] == ["latin-é", "té", "é"]
    assert all(read_text(one) == "ok" for one in found)


def test_nothing_is_followed_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.md").write_text("secret")
    root = tmp_path / "root"
    (root / "theme").mkdir(parents=True)
    (root / "theme" / "a.md").write_text("a")
    (root / "theme" / "inside.md").symlink_to(root / "theme" / "a.md")
    (root / "theme" / "out.md").symlink_to(tmp_path / "outside" / "secret.md")
    (root / "theme" / "broken.md").symlink_to(root / "nowhere.md")
    (root / "theme" / "self.md").symlink_to(root / "theme" / "self.md")
    (root / "up").symlink_to(root)
    (root / "folder").symlink_to(tmp_path / "outside")
    os.mkfifo(root / "pipe.md")
    (root / "dir.md").mkdir()
    found, problems = find_files(root, ".md")

    assert [one.shown for one in found] == ["theme/a.md", "theme/inside.md"]
    assert {(one.file, one.kind.code) for one in problems} == {
        ("theme/out.md", "link-not-followed"),
        ("theme/broken.md", "not-a-file"),
        ("theme/self.md", "link-not-followed"),
        ("up", "link-not-followed"),
        ("folder", "link-not-followed"),
        ("pipe.md", "not-a-file"),
    }


def test_numbers_are_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(6):
        (tmp_path / f"{number}.md").write_text("")
    monkeypatch.setattr(files, "MAX_FILES", 5)
    with pytest.raises(UnusableInputError) as caught:
        find_files(tmp_path, ".md")
    assert caught.value.problem.kind.code == "too-many-files"
    assert "5" in caught.value.problem.message("fr")

    monkeypatch.setattr(files, "MAX_FILES", 6)
    assert len(find_files(tmp_path, ".md")[0]) == 6
    monkeypatch.setattr(files, "MAX_ENTRIES", 5)
    with pytest.raises(UnusableInputError):
        find_files(tmp_path, ".md")


@pytest.mark.parametrize(
    ("data", "line", "code"),
    [
        (b"x" * (files.MAX_BYTES + 1), None, "file-too-big"),
        (b"a\nb\xe9", 2, "not-utf8"),
        ("texte".encode("utf-16"), 1, "not-utf8"),
        (b"a\n\nb\0", 3, "not-utf8"),
    ],
)
def test_what_is_no_short_text_is_told(
    tmp_path: Path, data: bytes, line: int | None, code: str
) -> None:
    (tmp_path / "a.md").write_bytes(data)
    problem = read_text(SourceFile(tmp_path / "a.md", ("t",), "a.md"))

    assert isinstance(problem, Problem)
    assert (problem.file, problem.line, problem.kind.code) == ("t/a.md", line, code)


def test_a_file_gone_meanwhile_is_told(tmp_path: Path) -> None:
    problem = read_text(SourceFile(tmp_path / "gone.md", (), "gone.md"))

    assert isinstance(problem, Problem)
    assert problem.kind.code == "file-unreadable"
