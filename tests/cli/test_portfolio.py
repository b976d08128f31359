"""`portulan portfolio solve`: docs/reference/portfolio.md, and what a person reads."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from portulan.cli.app import app
from tests.portfolio.engine.test_reader import changed

FEASIBLE = changed("actions.1.lock", None)
FEASIBLE["prerequisites"] = FEASIBLE["exclusions"] = []


TARGETED = {
    "format": "portulan-portfolio/2",
    "years": [2026, 2027],
    "resources": [{"id": "euro", "unit": "kEUR", "money": True, "capacity": [9, 9]}],
    "actions": [
        {"id": name, "levels": [{"level": "IMPLEMENTATION", "duration": 1, "use": {"euro": [cost]},
                                 "value": 1, "measures": {"tonnes": tonnes}}]}
        for name, cost, tonnes in (("a", 5, 8), ("b", 9, 7))
    ],
    "measures": [{"id": "tonnes", "unit": "t"}],
}  # fmt: skip


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "problème.json"
    path.write_text(json.dumps(FEASIBLE), encoding="utf-8")
    return path


def run(file: Path, *options: str) -> Result:
    return CliRunner().invoke(app, ["portfolio", "solve", str(file), *options])


def document(result: Result) -> dict[str, Any]:
    found = json.loads(result.stdout)
    assert isinstance(found, dict)
    return found


def test_the_document_is_the_contract(file: Path) -> None:
    done = run(file, "--json")
    found = document(done)
    assert done.exit_code == 0
    assert list(found) == [
        "status", "value", "bound", "gap", "plan", "usage", "proof", "digest", "conflict",
    ]  # fmt: skip
    assert list(found["proof"]) == ["solver", "version", "nodes", "seconds", "stopped_by"]
    # Study in 2026, roll-out in 2027: 2 × 9 after the years, under the ceiling; and 2 × 3.
    assert (found["status"], found["value"], found["bound"], found["gap"]) == ("optimal", 24, 24, 0)
    assert found["plan"] == [
        {"action": "a", "steps": [{"level": "STUDY", "start": 2026},
                                  {"level": "IMPLEMENTATION", "start": 2027}]},
        {"action": "b", "steps": [{"level": "EXPERIMENT", "start": 2026}]},
    ]  # fmt: skip
    assert {"resource": "euro", "year": 2027, "used": 6, "capacity": 15} in found["usage"]
    assert found["conflict"] == []


def test_targets_are_asked_on_the_command_line(tmp_path: Path) -> None:
    """The cheapest plan, what its target costs, the nearest point, and the plan judged again."""
    path, plan = tmp_path / "p.json", tmp_path / "plan.json"
    path.write_text(json.dumps(TARGETED), encoding="utf-8")
    done = run(path, "--json", "--reach", "tonnes:2027:7", "--minimise", "money")
    found = document(done)
    assert (done.exit_code, found["status"], found["objective"]) == (0, "optimal", [5])
    assert found["targets"] == [
        {"measure": "tonnes", "year": 2027, "reached": 8, "at_least": 7, "price": 5}
    ]
    plan.write_text(done.stdout, encoding="utf-8")
    judged = CliRunner().invoke(app, ["portfolio", "check", str(path), str(plan), "--json"])
    assert (judged.exit_code, document(judged)["kept"]) == (0, True)
    far = run(path, "--json", "--reach", "tonnes:2027:50", "--minimise", "money")
    assert (far.exit_code, document(far)["conflict"][0]["kind"]) == (1, "target")
    assert document(far)["nearest"]["targets"][0]["reached"] == 8
    said = run(path, "--reach", "tonnes:2027:50", "--minimise", "money", "--lang", "en")
    assert "The nearest point" in said.stdout
    for wrong in (["--reach", "kg:2027:1"], ["--reach", "tonnes:2027"], ["--minimise", "speed"]):
        assert run(path, *wrong).exit_code == 2
    bent = json.loads(plan.read_text())["plan"] * 2
    plan.write_text(json.dumps(bent), encoding="utf-8")
    judged = CliRunner().invoke(app, ["portfolio", "check", str(path), str(plan)])
    assert judged.exit_code == 2
    plan.write_text("[]", encoding="utf-8")
    aimed = {**TARGETED, "targets": [{"measure": "tonnes", "year": 2027, "at_least": 7}]}
    path.write_text(json.dumps(aimed), encoding="utf-8")
    judged = CliRunner().invoke(app, ["portfolio", "check", str(path), str(plan)])
    assert judged.exit_code == 1
    curve = document(run(path, "--json", "--curve", "2"))
    assert [one["percent"] for one in curve["points"]] == [50, 100]
    for form in ("lp", "mps"):
        out = CliRunner().invoke(app, ["portfolio", "export", str(path), "--as", form])
        assert (out.exit_code, "IMPLEMENTATION 2026" in out.stdout) == (0, True)
    assert CliRunner().invoke(app, ["portfolio", "export", str(path), "--as", "x"]).exit_code == 2


def shared(*, by: str, **rule: int) -> dict[str, Any]:
    """Return two actions of two units and themes, 5 and 9 k€: the first is an obligation."""
    of = (("Voirie", "Achats"), ("Écoles", "Usages"))
    actions = [one | {"unit": unit, "theme": theme}
               for one, (unit, theme) in zip(TARGETED["actions"], of, strict=True)]  # fmt: skip
    actions[0] |= {"must": {"level": "IMPLEMENTATION", "by": 2027}}
    heads = {"units": [{"id": "Voirie", "heads": 1}, {"id": "Écoles", "heads": 3}],
             "themes": [{"id": "Achats", "heads": 1}, {"id": "Usages", "heads": 1}]}  # fmt: skip
    fair = [{"by": by, "of": "money", **rule}]
    return TARGETED | heads | {"actions": actions, "fairness": fair}


def test_a_target_of_a_theme_or_a_unit_alone(tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    path.write_text(json.dumps(shared(by="theme", at_most=200)), encoding="utf-8")
    for among in ("theme=Usages", "unit=Écoles"):
        aimed = ["--json", "--reach", f"tonnes:2027:7:{among}", "--minimise", "money"]
        found = document(run(path, *aimed))
        kind, name = among.split("=")
        assert found["objective"] == [14]
        [target] = found["targets"]
        assert (target["reached"], target["price"], target[kind]) == (7, 9, name)
    unknown = run(path, "--reach", "tonnes:2027:7:theme=Ailleurs")
    assert unknown.exit_code == 2
    assert "Usages" in unknown.stderr


def test_a_rule_of_fairness_is_kept_or_told_what_would_pass(tmp_path: Path) -> None:
    path, plan = tmp_path / "p.json", tmp_path / "plan.json"
    path.write_text(json.dumps(shared(by="unit", share_at_least=80)), encoding="utf-8")
    kept = document(run(path, "--json"))
    assert (kept["status"], [one["action"] for one in kept["plan"]]) == ("optimal", ["a", "b"])
    assert "fairness" not in kept
    # Of 14 k€, one person of four has 40 % of her share at most: what is left has no place.
    path.write_text(json.dumps(shared(by="unit", at_most=40)), encoding="utf-8")
    none = document(run(path, "--json"))
    assert (none["conflict"][-1]["kind"], none.get("fairness")) == ("fairness", None)
    path.write_text(json.dumps(shared(by="unit", at_most=110)), encoding="utf-8")
    done = run(path, "--json")
    found = document(done)
    assert (done.exit_code, found["fairness"]["proved"]) == (1, True)
    passed = {"rule": "fairness:unit:money:at_most", "of": "money", "giver": "Voirie",
              "taker": "Écoles", "amount": 2}  # fmt: skip
    assert found["fairness"]["transfers"] == [passed]
    said = run(path, "--lang", "en").stdout
    assert "No plan is fair without passing €2k from “Voirie” to “Écoles”." in said
    plan.write_text(json.dumps(found["fairness"]), encoding="utf-8")
    judged = CliRunner().invoke(app, ["portfolio", "check", str(path), str(plan), "--json"])
    assert (judged.exit_code, document(judged)["transfers"]) == (1, [passed])
    words = CliRunner().invoke(app, ["portfolio", "check", str(path), str(plan), "--lang", "fr"])
    assert "Équitable si l’on fait passer 2\u00a0k€" in words.stdout


def test_questions_have_their_own_documents(file: Path) -> None:
    why = document(run(file, "--json", "--why", "a"))
    assert why["selected"]
    assert why["delta"] is None
    assert [rule["rule"] for rule in why["ruled_out_by"]] == ["coverage:x:STUDY"]
    bought = document(run(file, "--json", "--buy", "euro:2027:10"))
    assert bought == {"delta": {"low": 0, "high": 0}, "enters": [], "leaves": [], "moves": []}
    points = document(run(file, "--json", "--pareto", "4"))["points"]
    assert [(point["cost"], point["value"]) for point in points] == [(3, 6), (7, 24)]
    prices = document(run(file, "--json", "--prices"))["prices"]
    assert [(one["rule"], one["delta"]) for one in prices] == [
        ("must:b", {"low": 0, "high": 0}), ("coverage:x:STUDY", {"low": 0, "high": 0}),
    ]  # fmt: skip
    stable = document(run(file, "--json", "--stability", "4"))
    assert (stable["draws"], stable["proved"]) == (4, 4)
    assert stable["actions"][0] == {"action": "a", "chosen": 4, "place": "core"}


def test_an_infeasible_problem_exits_with_its_conflict(tmp_path: Path) -> None:
    path = tmp_path / "dear.json"
    path.write_text(json.dumps(changed("actions.1.levels.0.use", {"euro": [25, 0]})))
    done = run(path, "--json", "--lang", "fr", "--why", "a")
    found = document(done)
    assert done.exit_code == 1
    assert (found["status"], found["value"], found["plan"]) == ("infeasible", None, [])
    assert {rule["rule"] for rule in found["conflict"]} == {"lock:b", "must:b"}
    assert "actions[b].must" in done.stderr
    assert "ne tiennent pas ensemble" in run(path, "--lang", "fr").stdout


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize(
    "question",
    [
        (),
        ("--why", "a"),
        ("--buy", "euro:2027:1"),
        ("--pareto", "3"),
        ("--prices",),
        ("--stability", "3"),
    ],
)
def test_a_person_reads_sentences(file: Path, lang: str, question: tuple[str, ...]) -> None:
    done = run(file, "--lang", lang, *question)
    assert done.exit_code == 0
    assert not done.stdout.startswith("{")
    if not question:
        assert ("prouvé" if lang == "fr" else "proved") in done.stdout
        assert ("tri par ratio" if lang == "fr" else "sort by ratio") in done.stdout


@pytest.mark.parametrize(
    "question",
    [
        ("--why", "z"),
        ("--buy", "euro:2027"),
        ("--buy", "euro:2027:ten"),
        ("--buy", "dollar:2027:1"),
        ("--buy", "euro:2040:1"),
        ("--buy", "euro:2027:0"),
        ("--pareto", "0"),
        ("--time-limit", "0"),
        ("--stability", "0"),
        ("--spread", "101", "--stability", "2"),
        ("--prices", "--stability", "2"),
        ("--why", "a", "--pareto", "2"),
    ],
)
def test_a_question_about_nothing_is_refused(file: Path, question: tuple[str, ...]) -> None:
    done = run(file, "--json", *question)
    assert (done.exit_code, done.stdout) == (2, "")
    assert question[0] in done.stderr


@pytest.mark.parametrize(
    ("content", "fr", "en"),
    [
        (None, "ne peut pas être ouvert", "cannot be opened"),
        ("", "est vide", "is empty"),
        ("{", "Ce n’est pas du JSON", "This is not JSON"),
    ],
)
def test_a_file_that_is_no_json_is_told_in_a_sentence(
    tmp_path: Path, content: str | None, fr: str, en: str
) -> None:
    file = tmp_path / "problem.json"
    for language, sentence in (("fr", fr), ("en", en)):
        if content is None:
            assert sentence in run(tmp_path, "--lang", language).stderr  # a folder
        else:
            file.write_text(content, encoding="utf-8")
        told = run(file, "--lang", language)
        assert told.exit_code == 2
        assert sentence in told.stderr


def test_a_number_that_is_none_is_not_told_to_be_multiplied(tmp_path: Path) -> None:
    file = tmp_path / "problem.json"
    file.write_text(json.dumps(changed("actions.0.levels.0.value", float("nan"))), "utf-8")
    told = run(file, "--lang", "fr").stderr
    assert "nombre entier est attendu" in told
    assert "Multipliez" not in told


def test_an_unknown_action_is_told_with_those_there_are(file: Path) -> None:
    told = run(file, "--why", "zzz", "--lang", "fr")
    assert told.exit_code == 2
    assert "«\u00a0zzz\u00a0»" in told.stderr
    assert "comme\u00a0: a, b" in told.stderr


def test_all_that_is_wrong_is_said_on_standard_error(tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    bad = changed("years", [2026, 2027])
    bad["scale"], bad["actions"][0]["gate"] = 1.5, "EXPERIMENT"
    path.write_text(json.dumps(bad))
    done = run(path, "--json", "--lang", "en")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "scale: 1.5" in done.stderr
    assert "actions[0].gate" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="signals are others there")
def test_a_long_search_can_be_interrupted(tmp_path: Path) -> None:
    path = tmp_path / "long.json"
    path.write_text(json.dumps(long_knapsack()))
    command = [sys.executable, "-m", "portulan", "portfolio", "solve", str(path), "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        with pytest.raises(subprocess.TimeoutExpired):
            child.communicate(timeout=4)
        child.send_signal(signal.SIGINT)
        out, _ = child.communicate(timeout=20)
    assert child.returncode != 0
    assert out == b""


def long_knapsack() -> dict[str, Any]:
    """Ninety actions hard to tell apart, five teams: minutes to prove."""
    mix = Random(1)
    teams = [f"t{at}" for at in range(5)]
    actions = []
    for number in range(90):
        use = {team: [mix.randint(400, 600)] for team in teams}
        value = sum(days for (days,) in use.values()) // 5 + mix.randint(0, 50)
        level = {"level": "IMPLEMENTATION", "duration": 1, "use": use, "value": value}
        actions.append({"id": f"a{number}", "levels": [level]})
    return {
        "format": "portulan-portfolio/1",
        "years": [2026],
        "residual_years": 1,
        "resources": [{"id": team, "capacity": [90 * 250]} for team in teams],
        "actions": actions,
    }


def isolated(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout


EVERY_COMMAND = (
    "import sys, typer; from portulan.cli.app import app;"
    "list(typer.main.get_command(app).commands.values())"
)


def test_only_solving_loads_the_solver_and_nothing_loads_django() -> None:
    loaded = "print([name in sys.modules for name in ('highspy', 'django')])"
    assert isolated(f"{EVERY_COMMAND}; {loaded}") == "[False, False]\n"
    engine = "import sys, portulan.portfolio.engine.why as q"
    assert isolated(f"{engine}; {loaded}") == "[False, False]\n"
    solved = "q.solve(q.PortfolioProblem((1,), (), ()))"
    assert isolated(f"{engine}; {solved}; {loaded}") == "[True, False]\n"  # and no banner


def test_a_help_text_needs_neither_workbooks_nor_the_network() -> None:
    heavy = "print({'xml', 'email', 'http', 'ssl', 'zipfile'} & set(sys.modules))"
    assert isolated(f"{EVERY_COMMAND}; {heavy}") == "set()\n"
