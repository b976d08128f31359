"""What the rules of the perimeter and of attributions look at in a line."""

from __future__ import annotations

from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from portulan.budget.words import Post, RunBuild, Verdict
from portulan.core.folding import fold


class LineFacts(NamedTuple):
    """What a line, or an order, says of itself: codes and words as its file has them, "" without.

    The perimeter does not look at the contract.
    """

    nature: str = ""
    label: str = ""
    service: str = ""
    manager: str = ""
    function: str = ""
    supplier: str = ""
    operation: str = ""
    contract: str = ""


# The columns that say them.
COLUMNS = (*LineFacts._fields[:-1], "contract_ref")


def facts_of(item: Any) -> LineFacts:
    """Return what a line or an order of the database says; an order has neither code of budget."""
    said = [getattr(item, name, "") for name in LineFacts._fields[:-1]]
    return LineFacts(*[*said, item.contract_ref])


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """What a rule is about: every criterion given must hold, accents and case aside."""

    nature_prefix: str = ""
    service: str = ""
    function: str = ""
    operation: str = ""
    supplier: str = ""
    contract: str = ""
    label: str = ""

    @property
    def is_empty(self) -> bool:
        return not any(getattr(self, one.name) for one in fields(Criteria))

    def matches(self, item: LineFacts) -> bool:
        """Tell whether a line or an order is one of those that the rule is about."""
        return (
            item.nature.startswith(self.nature_prefix)
            and item.function.startswith(self.function)
            and item.operation.startswith(self.operation)
            and (not self.service or fold(self.service) in map(fold, (item.service, item.manager)))
            and (not self.contract or fold(self.contract) == fold(item.contract))
            and (not self.supplier or fold(self.supplier) in fold(item.supplier))
            and (not self.label or fold(self.label) in fold(item.label))
        )


def criteria_in(rule: Any) -> dict[str, str]:
    """Return what a rule of the database is about, by the names of `Criteria`."""
    asked = {one.name: getattr(rule, one.name, "") for one in fields(Criteria)}
    return asked | {"contract": getattr(rule, "contract_ref", "")}


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
