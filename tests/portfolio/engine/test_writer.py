"""What is written is read back as the same problem."""

from __future__ import annotations

import json

from hypothesis import assume, given

from portulan.portfolio.engine.findings import InvalidProblemError
from portulan.portfolio.engine.problem import FORMAT, PortfolioProblem, canonical, problem_document
from portulan.portfolio.engine.reader import read
from tests.portfolio.tiny import problems


@given(problems())
def test_a_written_problem_is_read_back(problem: PortfolioProblem) -> None:
    written = json.dumps(problem_document(problem)).encode()
    shape, faults = FORMAT.checked(FORMAT.body(json.loads(written)))
    assert (shape, faults) == (canonical(problem), [])
    try:
        found = read(written)
    except InvalidProblemError:  # tiny problems may name levels that actions do not have
        assume(False)
    assert found == canonical(problem)
