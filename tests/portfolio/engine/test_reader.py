"""A problem is read whole or refused with a sentence that names the field, in both languages."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portulan.core.say.text import Language, ProblemKind
from portulan.portfolio.engine import findings
from portulan.portfolio.engine.checks import impossible
from portulan.portfolio.engine.findings import InvalidProblemError
from portulan.portfolio.engine.problem import PortfolioProblem, Step
from portulan.portfolio.engine.reader import read
from tests.portfolio.tiny import EXPERIMENT, IMPLEMENTATION, STUDY

GOOD: dict[str, Any] = {
    "format": "portulan-portfolio/1",
    "scale": 1,
    "years": [2026, 2027],
    "residual_years": 2,
    "resources": [
        {"id": "euro", "unit": "kEUR", "money": True, "capacity": [10, 12], "carry_over": 3},
        {"id": "team", "unit": "day", "capacity": [5, 5]},
    ],
    "actions": [
        {
            "id": "a", "theme": "x", "gate": "STUDY", "must": None, "lock": None,
            "levels": [
                {"level": "STUDY", "duration": 1, "use": {"team": [1]}, "run": {}, "value": 0},
                {"level": "IMPLEMENTATION", "duration": 1, "use": {"euro": [4]},
                 "run": {"euro": 1}, "value": 9},
            ],
        },
        {
            "id": "b", "theme": "y", "must": {"level": "EXPERIMENT", "by": 2027}, "lock": "out",
            "levels": [{"level": "EXPERIMENT", "duration": 2, "use": {"euro": [1, 2]}, "value": 3}],
        },
    ],
    "prerequisites": [
        {"action": "a", "level": "IMPLEMENTATION", "needs": "b", "needs_level": "EXPERIMENT",
         "lag": 1}
    ],
    "exclusions": [{"level": "IMPLEMENTATION", "actions": ["a", "b"]}],
    "coverage": [{"theme": "x", "level": "STUDY", "minimum": 1}],
    "overlaps": [{"actions": ["a"], "ceiling": 20}],
}  # fmt: skip
SECOND: dict[str, Any] = {
    **copy.deepcopy(GOOD),
    "format": "portulan-portfolio/2",
    "measures": [{"id": "tonnes", "unit": "t"}],
    "units": [{"id": "u", "heads": 12}],
    "targets": [{"measure": "tonnes", "year": 2027, "at_least": 4, "theme": "x"}],
    "fairness": [{"by": "unit", "of": "days", "at_most": 200}],
    "objective": ["money", "value"],
}


def encoded(document: object) -> bytes:
    return json.dumps(document).encode()


def changed(path: str, value: object, good: Mapping[str, Any] = GOOD) -> dict[str, Any]:
    """A good problem with one value put at a path such as `actions.0.gate`."""
    document = copy.deepcopy(dict(good))
    *parents, last = path.split(".")
    at: Any = document
    for key in parents:
        at = at[int(key) if key.isdigit() else key]
    at[int(last) if last.isdigit() else last] = value
    return document


def refusals(data: bytes, lang: Language = "en") -> dict[str, str]:
    """The codes of what is refused, with their sentences."""
    with pytest.raises(InvalidProblemError) as caught:
        read(data)
    return {found.kind.code: found.message(lang) for found in caught.value.problems}


def test_everything_is_read_and_put_in_order() -> None:
    problem = read(encoded(changed("actions", GOOD["actions"][::-1])))
    assert problem == read(b"\xef\xbb\xbf" + encoded(GOOD))
    first, second = problem.actions
    assert [option.level for option in first.levels] == [STUDY, IMPLEMENTATION]
    assert (first.gate, first.levels[1].run) == (STUDY, {"euro": 1})
    assert (second.lock, second.must and second.must.level) == ("out", EXPERIMENT)
    assert problem.resources[0].carry_over == 3
    assert problem.overlaps[0].ceiling == 20


def test_what_is_absent_is_null_zero_or_empty() -> None:
    least = {"format": GOOD["format"], "years": [2026], "actions": [
        {"id": "a", "levels": [{"level": "STUDY", "duration": 1}]}]}  # fmt: skip
    problem = read(encoded(least))
    assert (problem.resources, problem.prerequisites, problem.residual_years) == ((), (), 0)
    assert problem.actions[0].lock is None
    locked = changed("actions.0.lock", {"level": "STUDY", "start": 2026})
    assert read(encoded(locked)).actions[0].lock == Step(STUDY, 2026)


FAULTS: list[tuple[str, object, str]] = [
    ("format", "portulan-portfolio/3", "wrong-format"),
    ("scale", 0, "too-small"),
    ("years", [2026, 2028], "bad-years"),
    ("years", [], "bad-years"),
    ("years", [2026.5], "not-whole"),
    ("years", [2027, 2026], "bad-years"),
    ("years", list(range(2000, 2030)), "bad-years"),
    ("residual_years", -1, "too-small"),
    ("colour", "red", "unknown-key"),
    ("resources.0.capacity", [10], "wrong-length"),
    ("resources.0.capacity.0", 9.5, "not-whole"),
    ("resources.0.capacity.0", 10.0, "not-whole"),
    ("resources.0.capacity.0", -1, "too-small"),
    ("resources.0.capacity.0", 10**13, "too-great"),
    ("resources.0.money", "yes", "wrong-type"),
    ("resources.1.id", "euro", "id-twice"),
    ("resources.1.money", True, "two-moneys"),
    ("resources.1.id", 3, "wrong-type"),
    ("resources", {}, "wrong-type"),
    ("actions.0.id", "b", "id-twice"),
    ("actions.0.id", "", "empty"),
    ("actions.0.id", None, "missing"),
    ("actions.0.id", "a\x1b[31m", "control-character"),
    ("actions.0.levels.0.value", 10**400, "too-great"),
    ("actions.0.levels", [], "empty"),
    ("actions.0.levels.0.level", "REALISATION", "not-a-level"),
    ("actions.0.levels.0.level", "IMPLEMENTATION", "id-twice"),
    ("actions.0.levels.0.duration", 0, "too-small"),
    ("actions.0.levels.0.use", {"team": [1, 2]}, "wrong-length"),
    ("actions.0.levels.0.use", {"staff": [1]}, "unknown-resource"),
    ("actions.0.levels.1.run", {"staff": 1}, "unknown-resource"),
    ("actions.0.levels.0.value", "9", "wrong-type"),
    ("actions.0.levels.0.value", True, "wrong-type"),
    ("actions.0.levels.0.colour", 1, "unknown-key"),
    ("actions.0.gate", "EXPERIMENT", "no-such-level"),
    ("actions.0.gate", "IMPLEMENTATION", "bad-gate"),
    ("actions.0.must", {"level": "STUDY"}, "missing"),
    ("actions.0.must", {"level": "STUDY", "by": 2020}, "year-outside"),
    ("actions.0.must", {"level": "STUDY", "by": 2040}, "year-outside"),
    ("actions.1.must.level", "IMPLEMENTATION", "no-such-level"),
    ("actions.0.lock", "in", "wrong-type"),
    ("actions.0.lock", {"level": "EXPERIMENT", "start": 2026}, "no-such-level"),
    ("actions.0.lock", {"level": "STUDY", "start": 2030}, "year-outside"),
    ("prerequisites.0.needs", "c", "unknown-action"),
    ("prerequisites.0.needs_level", "IMPLEMENTATION", "no-such-level"),
    ("prerequisites.0.level", "EXPERIMENT", "no-such-level"),
    ("prerequisites.0.lag", -1, "too-small"),
    ("exclusions.0.actions.1", "a", "id-twice"),
    ("exclusions.0.actions", [], "empty"),
    ("exclusions.0.actions.0", "c", "unknown-action"),
    ("coverage.0.theme", "z", "unknown-theme"),
    ("coverage.0.minimum", -2, "too-small"),
    ("coverage", [GOOD["coverage"][0]] * 2, "id-twice"),
    ("overlaps.0.ceiling", None, "missing"),
    ("overlaps", [{"actions": ["a"], "ceiling": 1}] * 2, "two-overlaps"),
]  # fmt: skip


OF_THE_SECOND: list[tuple[str, object, str]] = [
    ("measures.0.id", "kwh", "unknown-measure"),
    ("targets.0.theme", "z", "unknown-theme"),
    ("targets.0.unit", "z", "unknown-unit"),
    ("targets.0.year", 2030, "year-outside"),
    ("targets", SECOND["targets"] * 2, "id-twice"),
    ("objective", ["speed"], "not-one-of"),
    ("objective", ["money", "money"], "id-twice"),
    ("fairness.0.share_at_least", 50, "one-of-two"),
    ("units.0.heads", 0, "no-heads"),
    ("actions.0.levels.0.measures", {"kwh": 4}, "unknown-measure"),
]


@pytest.mark.parametrize(("path", "value", "code"), OF_THE_SECOND)
def test_what_the_second_version_adds_is_held_to_its_names(
    path: str, value: object, code: str
) -> None:
    found = refusals(encoded(changed(path, value, SECOND)))
    assert code in found


def test_the_first_version_does_not_know_what_the_second_added() -> None:
    read(encoded(SECOND))
    found = refusals(encoded({**SECOND, "format": "portulan-portfolio/1"}))
    assert set(found) == {"unknown-key"}
    found = refusals(encoded(changed("actions.0.levels.0.measures", {})))
    assert found["unknown-key"].startswith("actions[0].levels[0].measures")


@pytest.mark.parametrize(("path", "value", "code"), FAULTS)
def test_a_sentence_names_the_field(path: str, value: object, code: str) -> None:
    data = encoded(changed(path, value))
    last = path.split(".")[0]
    for lang in ("en", "fr"):
        found = refusals(data, "fr" if lang == "fr" else "en")
        assert code in found
        assert found[code].startswith(last)
        assert "{" not in found[code]
        assert len(found[code]) < 300


def test_prerequisites_in_a_circle_are_shown() -> None:
    back = {"action": "b", "level": "EXPERIMENT", "needs": "a", "needs_level": "IMPLEMENTATION"}
    document = changed("prerequisites", [*GOOD["prerequisites"], back])
    assert refusals(encoded(document))["cycle"].endswith("a → b → a. Take one away.")
    itself = changed("prerequisites.0", {**back, "needs": "b", "needs_level": "EXPERIMENT"})
    assert "b → b" in refusals(encoded(itself), "fr")["cycle"]


def test_a_long_chain_is_no_circle() -> None:
    def arc(number: int) -> dict[str, object]:
        return {"action": f"a{number}", "level": "STUDY", "needs": f"a{number - 1}",
                "needs_level": "STUDY"}  # fmt: skip

    chain = {
        "format": GOOD["format"],
        "years": [1],
        "actions": [
            {"id": f"a{n}", "levels": [{"level": "STUDY", "duration": 1}]} for n in range(3000)
        ],
        "prerequisites": [arc(number) for number in range(1, 3000)],
    }
    assert len(read(encoded(chain)).prerequisites) == 2999


NO_PROBLEMS = [
    (b"", "empty-file"),
    (b"{", "not-json"),
    (b"\xff\xfe{}", "not-utf8"),
    (b"[" * 100_000, "too-deep"),
    (b'{"format": "\\ud800"}', "half-character"),
    (b'{"\\ud800": 1}', "half-character"),
    (b"[]", "not-a-problem"),
    (b"{}", "wrong-format"),
    (b'{"format": NaN}', "wrong-format"),
    (b'{"years": 1, "years": 2}', "key-twice"),
    (b'{"scale": ' + b"9" * 5000 + b"}", "wrong-format"),
]


@pytest.mark.parametrize(("data", "code"), NO_PROBLEMS)
def test_what_is_no_problem_at_all(data: bytes, code: str) -> None:
    assert set(refusals(data)) == {code}


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
PLACES = [
    "years", "resources", "actions", "prerequisites", "exclusions", "coverage", "overlaps",
    "actions.0.levels", "actions.0.must", "actions.0.lock", "resources.0", "prerequisites.0",
]  # fmt: skip


@given(JSON, st.sampled_from(PLACES))
def test_anything_anywhere_is_read_or_refused(value: object, path: str) -> None:
    data = encoded(changed(path, value))
    try:
        assert isinstance(read(data), PortfolioProblem)
    except InvalidProblemError as error:
        for found in error.problems:
            found.message("fr"), found.message("en")


IMPOSSIBLE: list[tuple[str, object, str]] = [
    ("actions.1.must", {"level": "EXPERIMENT", "by": 2026}, "must-too-late"),
    ("actions.1.levels.0.use", {"euro": [20, 2]}, "must-too-dear"),
    ("actions.0.lock", {"level": "IMPLEMENTATION", "start": 2026}, "lock-impossible"),
]


@pytest.mark.parametrize(("path", "value", "code"), IMPOSSIBLE)
def test_what_cannot_be_even_alone_is_said_before_any_search(
    path: str, value: object, code: str
) -> None:
    found = list(impossible(read(encoded(changed(path, value)))))
    assert [one.kind.code for one in found] == [code]
    assert f"actions[{'ab'[int(path[8])]}]" in found[0].message("fr")
    assert not list(impossible(read(encoded(GOOD))))


def test_every_problem_has_an_example_above() -> None:
    """The circle and the file that is too big or cannot be opened have tests of their own."""
    shown = {code for *_, code in [*FAULTS, *OF_THE_SECOND, *NO_PROBLEMS, *IMPOSSIBLE]}
    codes = {kind.code for kind in vars(findings).values() if isinstance(kind, ProblemKind)}
    assert codes - shown == {"cycle", "too-big", "file-unreadable"}


def test_all_that_is_wrong_is_said_at_once() -> None:
    """Shapes, and what no shape can say, in the order of the document; nothing is said twice."""
    document = changed("actions.0.levels.0.value", "9")
    document["colour"] = 1
    document["resources"][1]["capacity"] = [5]
    document["actions"][1]["must"] = {"level": "EXPERIMENT", "by": 2040}
    document["prerequisites"][0] |= {"needs": "c", "level": "SOME"}
    with pytest.raises(InvalidProblemError) as caught:
        read(encoded(document))
    assert [found.message("en").partition(":")[0] for found in caught.value.problems] == [
        "colour",
        "resources[1].capacity",
        "actions[0].levels[0].value",
        "actions[1].must.by",
        "prerequisites[0].level",
        "prerequisites[0].needs",
    ]


def test_a_list_with_a_wrong_item_is_not_empty_as_well() -> None:
    assert set(refusals(encoded(changed("actions.1.levels.0.value", "3")))) == {"wrong-type"}


def test_what_was_kept_may_have_control_characters() -> None:
    data = encoded(changed("actions.0.theme", "x\ny"))
    assert "control-character" in refusals(data)
    document = changed("actions.0.theme", "x\ny")
    document["coverage"] = []
    assert read(encoded(document), kept=True).actions[0].theme == "x\ny"
