"""Other solvers, to be measured beside and to be checked against, each in a process of its own.

`make oracles` installs them in an environment apart, `.oracles`; the product does not need them.
`PORTULAN_ORACLES_PYTHON` may name another Python that has them.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from portulan.portfolio.engine.model import Model

HERE = Path(__file__).parent
_OURS = HERE.parent.parent / ".oracles" / "bin" / "python"

type Solver = Literal["cpsat", "scip"]


@dataclass(frozen=True)
class Answer:
    """What a solver says of a model: seconds on the wall, value and bound, None without a plan."""

    seconds: float
    value: int | None
    bound: int | None

    @property
    def gap(self) -> float:
        """What may be missing, in per cent of the value."""
        if self.value is None or self.bound is None:
            return float("inf")
        return 100 * (self.bound - self.value) / max(1, abs(self.value))


def python() -> str | None:
    """Return the Python that has the solvers, None where there is none."""
    return os.environ.get("PORTULAN_ORACLES_PYTHON") or (str(_OURS) if _OURS.exists() else None)


def ask(solver: Solver, models: Sequence[Model], *, seconds: float) -> list[Answer]:
    """Return the answers to models, solved one after the other in one process."""
    found = python()
    assert found, "make oracles"
    asked = {"seconds": seconds, "models": [_document(model) for model in models]}
    script = str(HERE / f"{solver}.py")
    done = subprocess.run(
        [found, script], input=json.dumps(asked), capture_output=True, text=True, check=True
    )
    return [Answer(**answer) for answer in json.loads(done.stdout)]


def _document(model: Model) -> dict[str, object]:
    # No value is greater in absolute terms than all of them together.
    most = 1 + sum(abs(pathway.value) for pathway in model.pathways)
    return {
        "columns": [
            (
                -most if column.low is None else column.low,
                most if column.high is None else column.high,
            )
            for column in model.columns
        ],
        "rows": [(list(row.terms.items()), row.low, row.high) for row in model.rows],
        "objective": list(model.value.items()),
    }
