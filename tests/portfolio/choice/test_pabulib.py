"""Pabulib files: what is read, what is refused, and the command."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest
from typer.testing import CliRunner

from portulan.cli.app import app
from portulan.core.say.text import UnusableInputError
from portulan.portfolio.choice.pabulib import read

SMALL = """META
key;value
budget;30
vote_type;approval
num_votes;3
max_length;2
PROJECTS
project_id;cost;name
a;10;Un
b;20,5;Deux
c;15;"Trois; ou quatre"
VOTES
voter_id;age;vote
1;30;a,b
2;;c
3;41;
"""
POINTS = SMALL.replace("approval", "scoring").replace(
    "age;vote\n1;30;a,b\n2;;c\n3;41;", "vote;points\n1;a,b;3,1\n2;c;2\n3;;"
)


def codes(text: str) -> list[str]:
    try:
        return [one.kind.code for one in read(text.encode()).problems]
    except UnusableInputError as error:
        return ["! " + error.problem.kind.code]


def test_a_sound_file() -> None:
    found = read(("\ufeff" + SMALL).encode()).election
    assert (found.budget, found.scale, found.voters) == (60, 2, 3)
    assert [one.cost for one in found.projects] == [20, 41, 30]
    assert found.projects[2].name == "Trois; ou quatre"
    for text in (SMALL, POINTS):
        assert codes(text) == []


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("META\n", "x\nMETA\n", "! before-sections"),
        ("VOTES\n", "", "! no-section"),
        ("PROJECTS\n", "META\n", "! section-twice"),
        (";cost;", ";price;", "! no-column"),
        ("age;vote", "age;votes", "! no-column"),
        ("budget;30", "budget;-3", "! no-budget"),
        ("budget;30", "budget;1e9", "! no-budget"),
        ("budget;30", "budget;0", "! no-budget"),
        ("approval", "ordinal", "! vote-type"),
        ("a;10;Un", "a;dix;Un", "! bad-cost"),
        ("a;10;Un", "a;-1;Un", "! bad-cost"),
        ("a;10;Un", ";10;Un", "! no-id"),
        ("b;20,5", "a;20,5", "! project-twice"),
        ('"Trois', 'x"Trois"y"', ""),
        ("1;30;a,b", "1;30;a,z", "unknown-project"),
        ("1;30;a,b", "1;30;a,a", "named-twice"),
        ("2;;c", "1;;c", "voter-twice"),
        ("1;30;a,b", "1;30;a,b,c", "over-the-rule"),
        ("num_votes;3", "num_votes;4", "other-count"),
    ],
)
def test_what_is_wrong_is_said(old: str, new: str, code: str) -> None:
    assert codes(SMALL.replace(old, new)) == ([code] if code else [])


def test_points_at_fault() -> None:
    assert codes(POINTS.replace("3,1", "3")) == ["bad-points"]
    assert codes(POINTS.replace("3,1", "3,-1")) == ["bad-point"]
    assert codes(POINTS.replace("3,1", "3,NaN")) == ["bad-point"]


def test_no_bytes_break_it() -> None:
    whole = SMALL.encode()
    for seed in range(400):
        random = Random(seed)
        broken = bytearray(whole[: random.randint(0, len(whole))])
        for _one in range(random.randint(0, 4)):
            if broken:
                broken[random.randrange(len(broken))] = random.randrange(256)
        try:
            read(bytes(broken))
        except UnusableInputError:
            continue


def test_the_command(tmp_path: Path) -> None:
    file = tmp_path / "salle.pb"

    def ran(text: str, *options: str) -> tuple[int, str, str]:
        file.write_text(text, encoding="utf-8")
        found = CliRunner().invoke(app, ["portfolio", "choice", str(file), *options])
        return found.exit_code, found.stdout, found.stderr

    code, out, err = ran(SMALL, "--json", "--complete")
    assert (code, err) == (0, "")
    assert json.loads(out) == {
        "rule": "equal-shares",
        "winners": ["a", "c"],
        "spent": "25.00",
        "per_voter": "15.00",
        "ties": [{"chosen": "a", "among": ["a", "c"]}],
        "explained": [
            {"project": "a", "supporters": 1, "paid_each": "10.00"},
            {"project": "c", "supporters": 1, "paid_each": "15.00"},
        ],
        "beside": {"greedy": ["a", "c"]},
    }
    code, out, err = ran(SMALL.replace("2;;c", "2;;z"), "--lang", "fr")
    assert code == 1
    assert "ligne 15" in err
    assert "l’organe décide" in out
    code, out, err = ran("rien", "--json")
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
