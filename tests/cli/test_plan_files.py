"""A plan leaves as texts, is checked without a database, and enters elsewhere the same."""

from __future__ import annotations

import json
from pathlib import Path

from tests.places import Place, Places

PLAN = ("--org", "region-armorique", "--plan", "plan-2025-2027")


def content(folder: Path) -> dict[str, bytes]:
    return {
        place.relative_to(folder).as_posix(): place.read_bytes()
        for place in folder.rglob("*")
        if place.is_file()
    }


def test_the_demonstration_leaves_and_enters_elsewhere(
    armorique: Place, place_in: Places, tmp_path: Path
) -> None:
    out, again = tmp_path / "out", tmp_path / "again"
    armorique.run("plan", "export", str(out), *PLAN)
    said = json.loads(armorique.run("plan", "check", str(out), "--json"))
    assert said["plan"]["years"] == [2025, 2027]
    assert said["counts"]["actions"] == 20
    assert said["problems"] == []

    there = place_in.settled("there")
    enter = ("plan", "import", str(out), "--org", "bourg")
    there.run(*enter, "--dry-run")
    assert there.query("SELECT count(*) FROM plans_plan") == [(0,)]
    there.run(*enter)
    there.run("plan", "export", str(again), "--org", "bourg", "--plan", "plan-2025-2027")
    assert content(again) == content(out)
    assert "slug" in there.run(*enter, code=2)  # it is there already


def test_no_name_leaves(armorique: Place, tmp_path: Path) -> None:
    armorique.run("plan", "export", str(tmp_path / "out"), *PLAN)
    written = b"\n".join(content(tmp_path / "out").values()).decode()
    names = [name for (name,) in armorique.query("SELECT name FROM accounts_person") if name]
    assert len(names) > 10
    assert [name for name in names if name in written] == []


def test_what_is_not_of_a_plan_is_left(armorique: Place, tmp_path: Path) -> None:
    armorique.run("plan", "export", str(tmp_path / "out"), *PLAN)
    (tmp_path / "out" / "README").write_text("à nous")
    (tmp_path / "out" / "actions" / "099.md").write_text("une action qui n’est plus")
    armorique.run("plan", "export", str(tmp_path / "out"), *PLAN)
    assert (tmp_path / "out" / "README").read_text() == "à nous"
    assert not (tmp_path / "out" / "actions" / "099.md").exists()

    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "lettre.txt").write_text("à moi")
    armorique.run("plan", "export", str(tmp_path / "home"), *PLAN, code=2)
    assert list(content(tmp_path / "home")) == ["lettre.txt"]


def test_a_folder_that_is_wrong_writes_nothing(
    armorique: Place, place_in: Places, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    armorique.run("plan", "export", str(out), *PLAN)
    action = out / "actions" / "001.md"
    action.write_text(action.read_text("utf-8").replace("number: 1", "chiffre: 1"), "utf-8")
    said = armorique.run("plan", "check", str(out), code=1)
    assert "actions/001.md, line 2" in said
    there = place_in.settled("there")
    there.run("plan", "import", str(out), "--org", "bourg", code=1)
    assert there.query("SELECT count(*) FROM plans_plan") == [(0,)]
    armorique.run("plan", "check", str(tmp_path), code=2)


def test_an_edited_folder_is_shown_asked_and_taken_back(
    armorique: Place, place_in: Places, tmp_path: Path
) -> None:
    here = place_in("merged", like=armorique)
    out = tmp_path / "out"
    here.run("plan", "export", str(out), *PLAN)
    merge = ("plan", "import", str(out), "--org", "region-armorique", "--merge")
    assert "says all of it" in here.run(*merge)

    action = out / "actions" / "001.md"
    lines = action.read_text("utf-8").splitlines()
    at = next(rank for rank, line in enumerate(lines) if line.startswith("title: "))
    lines[at] = "title: Mesurer d’abord"
    action.write_text("\n".join(lines) + "\n", "utf-8")
    first = here.run(*merge, "--dry-run")
    assert "actions/001.md, title" in first
    assert "Mesurer d’abord" in first
    assert "--yes" in here.run(*merge, code=2)  # nobody is there to answer
    titles = "SELECT count(*) FROM plans_action WHERE title = 'Mesurer d’abord'"
    assert here.query(titles) == [(0,)]

    here.write("UPDATE plans_action SET title = 'Autre' WHERE number = 1")
    said = here.run(*merge, "--yes", code=1)
    assert f"actions/001.md, line {at + 1}" in said
    assert "Autre" in said
    told = json.loads(here.run(*merge, "--take", "actions/001.md:title", "--yes", "--json"))
    assert told["written"]
    assert told["since"] == "left"
    assert [one["stands"] for one in told["conflicts"]] == ["theirs"]
    assert here.query(titles) == [(1,)]
    assert "as before 1" in here.run("plan", "unmerge", *PLAN)
    assert here.query(titles) == [(0,)]
    here.run("plan", "unmerge", *PLAN, code=2)
    here.run(*merge, "--plan", "ailleurs", "--yes", code=2)
