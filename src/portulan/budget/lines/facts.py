"""What the rules of the perimeter and of attributions look at in a line."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple, Protocol

from portulan.budget.words import Post, RunBuild, Verdict


class LineFacts(NamedTuple):
    """What the rules look at: codes and words as the file has them, "" when absent."""

    nature: str
    label: str = ""
    service: str = ""
    manager: str = ""
    function: str = ""
    supplier: str = ""
    operation: str = ""


class Ruled(Protocol):
    """What was decided of a line: in or out, for what share, and what the spending is for."""

    @property
    def verdict(self) -> Verdict: ...
    @property
    def share(self) -> Decimal | None: ...
    @property
    def post(self) -> Post | None: ...
    @property
    def run_build(self) -> RunBuild | None: ...


class Judging(Protocol):
    """Who judges a line from its facts and its nomenclature: the rules of a perimeter."""

    def __call__(self, line: LineFacts, nomenclature: str | None) -> Ruled: ...
