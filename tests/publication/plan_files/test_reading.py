"""What is wrong in the files of a plan is said with its file, its line and its field."""

from __future__ import annotations

import pytest

from portulan.core.say.text import UnusableInputError
from portulan.publication.plan_files.reading import read

PLAN = """format: portulan-plan/1
slug: notre-plan
title: Notre plan
first_year: 2026
last_year: 2028
axes:
  sobriete: Sobriété
units:
  Direction: ~
editions:
  - catalogue: guide
    edition: v1
    title: Guide
    practices:
      a.1: Désigner quelqu’un
"""
ACTION = """---
number: 1
title: Réparer
level: study
progress: todo
pilot_function: Responsable du support
{}---

Réparer d’abord.
"""
INDICATOR = "name: Réparés\nkind: percentage\nunit: '%'\n"
AIM = "targets:\n  - due_on: 2027-01-01\n"
SAID = "readings:\n  - {day: 2026-01-01, knowledge: unknown, value: 3}\n"
WEIGHT = "unit_parts:\n  Direction:\n    weight: {}\n"


def files(
    *, plan: str = PLAN, action: str = "", indicator: str = INDICATOR, path: str = "actions/001.md"
) -> dict[str, bytes]:
    written = {"plan.yaml": plan, "indicators/repares.yaml": indicator}
    written[path] = ACTION.format(action)
    return {name: text.encode() for name, text in written.items()}


def test_a_plan_written_by_hand_is_read() -> None:
    action = (
        "axis: sobriete\nunit: Direction\npractices: [guide/v1/a.1]\nindicators: [repares]\n"
        "money:\n  - {year: 2026, amount: 1200}\n  - {year: 2027}\n"
    )
    folder, problems = read(files(action=action))
    assert folder is not None
    assert problems == []
    (one,) = folder.actions
    assert [(money.year, str(money.amount)) for money in one.money] == [
        (2026, "1200.00"),
        (2027, "None"),
    ]
    assert one.description == "Réparer d’abord."


@pytest.mark.parametrize(
    ("changed", "line", "code", "words"),
    [
        ({"action": "due_on: 31/12/2026\n"}, 7, "not-a-day", "due_on"),
        ({"action": "starts_on: 2026-12-01\ndue_on: 2026-01-31\n"}, 8, "ends-first", "2026-01-31"),
        ({"action": "progres: done\n"}, 7, "unknown-field", "progress"),
        ({"action": "axis: ailleurs\n"}, 7, "unknown-key", "ailleurs"),
        ({"action": "unit: Ailleurs\n"}, 7, "unknown-key", "Ailleurs"),
        ({"action": "goals: [rien]\n"}, 7, "unknown-key", "goals.1"),
        ({"action": "indicators: [repares, repares]\n"}, 7, "twice", "repares"),
        ({"action": "practices: [guide/v1/z.9]\n"}, 7, "unknown-practice", "z.9"),
        ({"action": "practices: [z.9]\n"}, 7, "not-a-practice", "z.9"),
        ({"action": "impact_guess: énorme\n"}, 7, "not-a-word", "low, medium, high"),
        ({"action": "days_per_year: beaucoup\n"}, 7, "not-a-number", "beaucoup"),
        ({"action": "money:\n  - year: 2026\n    amount: -3\n"}, 9, "out-of-bounds", "amount"),
        ({"action": "money:\n  - year: 2026\n    amount: 1.005\n"}, 9, "too-precise", "2"),
        ({"action": "money:\n  - year: 2026\n  - year: 2026\n"}, 7, "twice", "2026"),
        ({"action": "decisions: vote\n"}, 7, "wrong-shape", "decisions"),
        ({"path": "actions/002.md"}, 2, "other-number", "actions/001.md"),
        ({"plan": PLAN.replace("2028", "2020")}, 5, "years", "2020"),
        ({"plan": PLAN.replace("plan/1", "plan/9")}, 1, "wrong-format", "portulan-plan/9"),
        ({"plan": PLAN.replace("Direction: ~", "Direction: Autre")}, 9, "unknown-key", "Autre"),
        ({"plan": PLAN.replace("Notre plan", "''")}, 3, "empty", "title"),
        ({"plan": PLAN.replace("title: Notre plan\n", "")}, 1, "missing", "title"),
        ({"indicator": INDICATOR + AIM}, 5, "says-nothing", "targets.1"),
        ({"indicator": INDICATOR + WEIGHT.format("-2")}, 6, "out-of-bounds", "weight"),
        ({"indicator": INDICATOR + WEIGHT.format("0.0005")}, 6, "too-precise", "3"),
        ({"indicator": INDICATOR + SAID}, 5, "says-nothing", "readings.1"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_where_it_is(
    changed: dict[str, str], line: int, code: str, words: str
) -> None:
    folder, problems = read(files(**changed))
    assert folder is None
    (problem,) = problems
    assert (problem.line, problem.kind.code) == (line, code)
    assert words in problem.message("fr")
    assert words in problem.message("en")


DECISIONS = """decisions:
  - {{decided_on: 2026-01-10, outcome: adopt, level: study, body: Conseil}}
  - {{decided_on: {day}, outcome: move, from_level: {before}, level: {level}, body: Conseil}}
"""


@pytest.mark.parametrize(
    ("day", "before", "level", "code"),
    [
        ("2026-06-01", "experiment", "implementation", "out-of-order"),
        ("2025-06-01", "study", "implementation", "out-of-order"),
        ("2026-06-01", "study", "implementation", "level-not-decided"),
    ],
)
def test_decisions_follow_one_another_up_to_the_level(
    day: str, before: str, level: str, code: str
) -> None:
    action = DECISIONS.format(day=day, before=before, level=level)
    folder, problems = read(files(action=action))
    assert folder is None
    assert code in {problem.kind.code for problem in problems}


def test_everything_wrong_is_said_at_once() -> None:
    folder, problems = read(
        files(action="due_on: bientôt\nessieu: x\n", indicator="name: ''\n", plan=PLAN + "zut: 1\n")
    )
    assert folder is None
    assert {problem.file for problem in problems} == {
        "plan.yaml",
        "actions/001.md",
        "indicators/repares.yaml",
    }
    assert len(problems) == 5


@pytest.mark.parametrize(
    "broken",
    [
        {"plan.yaml": b"\xff\xfe"},
        {"plan.yaml": b"- a\n- b\n"},
        {"plan.yaml": b"a: &x 1\nb: *x\n"},
        {"actions/001.md": b"title: sans barre\n"},
        {"actions/001.md": b"---\ntitle: pas de fin\n"},
    ],
)
def test_what_is_no_text_of_ours_is_an_error(broken: dict[str, bytes]) -> None:
    folder, problems = read(files() | broken)
    assert folder is None
    assert [problem.file for problem in problems] == list(broken)


def test_a_folder_without_its_head_is_no_plan() -> None:
    with pytest.raises(UnusableInputError):
        read({"actions/001.md": b""})


def test_a_stranger_is_told_and_left() -> None:
    folder, problems = read(files() | {"actions/notes.yaml": b"x"})
    assert folder is not None
    assert [problem.kind.code for problem in problems] == ["ignored"]
