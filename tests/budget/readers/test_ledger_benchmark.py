"""The open benchmark of finance exports (`make ledgers`): nothing is read wrong without a word."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from portulan.budget.imports import inspection
from portulan.core.say.text import UnusableInputError

ROOT = Path(__file__).parents[3]


def benchmark() -> ModuleType:
    spec = importlib.util.spec_from_file_location("ledgers", ROOT / "tools" / "ledgers.py")
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules["ledgers"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read(file: Path) -> dict[str, Any] | None:
    try:
        return inspection.inspect(file, "fr")
    except UnusableInputError:
        return None


@pytest.mark.parametrize("seed", [1, 2])
def test_no_file_is_silently_wrong_and_no_plain_one_asked_about(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledgers = benchmark()
    ledgers.make(tmp_path, seed=seed, each=2)
    monkeypatch.setattr(ledgers, "told", lambda _reader, file: read(file))
    verdicts = list(ledgers.score(tmp_path, ""))
    assert len(verdicts) == len(json.loads((tmp_path / "expected.json").read_text("utf-8"))) > 200
    assert [found for found in verdicts if found[2] in ("silently wrong", "over-asked")] == []


def test_a_reader_that_adds_all_up_is_found_out(tmp_path: Path) -> None:
    ledgers = benchmark()
    ledgers.make(tmp_path, seed=1, each=1)
    case = {"asks": "cut"}
    document = {"totals": [], "problems": []}
    assert ledgers.judged(case, document)[0] == "silently wrong"
    assert ledgers.judged(case, None)[0] == "refused"
    wanted = {"totals": {"REALISED": "1.00"}}
    assert ledgers.judged(wanted, None) == ("over-asked", "")
    question = {"answers": [{"totals": {"REALISED": "2.00"}}]}
    error = {"totals": [], "problems": [{"severity": "error"}], "questions": [question]}
    assert ledgers.judged(wanted, error) == ("over-asked", "no true answer")
