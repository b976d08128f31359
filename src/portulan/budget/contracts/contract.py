"""A contract: when it ends, when to begin the next one, and what it says of the environment (pure).

An end is the latest one: the duration of a public contract includes its renewals (DECP 2.0.3). No
clause enters by a renewal (code de la commande publique, R. 2112-4): it is written before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from portulan.budget.words import LONGEST, Procedure, Renewal
from portulan.core.periods import later
from portulan.core.say.text import Language, Problem

# The divisions and groups of the common vocabulary that are IT and telecommunications: our choice.
IT = ("30", "48", "72", "324", "325", "3225", "642", "503")
YEARS = range(1990, 2101)  # of the days of a contract: another is mistyped

# Months from the beginning of a consultation to the end of the contract before it: habits of the
# trade, the prudent end of each (reference of contracts, § 1); an organisation may move them.
LEAD = {
    Procedure.FORMAL: 12,
    Procedure.ADAPTED: 6,
    Procedure.PURCHASING_BODY: 3,
    Procedure.UNKNOWN: 12,
}


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract as a file says it; `months` counts renewals, None where nobody knows.

    `clause` and `criterion` are None where nobody said: that is no “neither”. `notice` in months,
    None where there is none, which a lead time stands for.
    """

    id: str
    subject: str
    starts: date | None
    months: int | None
    is_it: bool
    clause: bool | None = None
    criterion: bool | None = None
    renewal: Renewal = Renewal.NEVER
    renewed_for: int = 0
    notice: int | None = None
    procedure: Procedure = Procedure.UNKNOWN
    buyer: str = ""  # its SIRET, where the file says it
    ceiling: Decimal | None = None  # HT, over the whole duration
    is_subsequent: bool = False  # its framework carries clause and criterion

    @property
    def environment(self) -> bool | None:
        """Whether it has a clause or a criterion, None where nobody said."""
        if self.clause is None and self.criterion is None:
            return None
        return bool(self.clause or self.criterion)

    def ends(self, on: date) -> date | None:
        """Return its latest end known on a day, None where it is unknown.

        What is renewed tacitly goes on until a renewal that has not passed; without the length of
        one, its end is unknown once the first is past.
        """
        if self.starts is None or not self.months or not 0 < self.months <= LONGEST:
            return None
        end = later(self.starts, self.months)
        if self.renewal is not Renewal.TACIT:
            return end
        if end < on and not self.renewed_for:
            return None
        total = self.months
        while end < on:
            total += self.renewed_for
            end = later(self.starts, total)
        return end

    def act_before(self, on: date) -> date | None:
        """Return the day by which the next consultation begins, or the renewal is refused."""
        end = self.ends(on)
        if end is None:
            return None
        if self.notice is not None:
            return later(end, -self.notice)
        return later(end, -LEAD[self.procedure])


@dataclass(frozen=True, slots=True)
class Ending:
    """A contract that ends within the months looked at."""

    contract: Contract
    end: date
    act_before: date

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.contract.id,
            "end": self.end.isoformat(),
            "act_before": self.act_before.isoformat(),
            "environment": self.contract.environment,
            "clause": self.contract.clause,
        }


@dataclass(frozen=True, slots=True)
class Register:
    """Contracts on a day: those of IT, those in force, and those that end within some months."""

    on: date
    months: int
    contracts: Sequence[Contract]
    problems: Sequence[Problem] = field(default=())

    @property
    def of_it(self) -> list[Contract]:
        return [one for one in self.contracts if one.is_it]

    @property
    def to_ask(self) -> list[Contract]:
        """Those whose end nobody knows."""
        return [one for one in self.of_it if one.ends(self.on) is None]

    @property
    def in_force(self) -> list[Contract]:
        """Those of IT begun and not ended, of known duration."""
        return [one for one in self.of_it if self._is_in_force(one)]

    def _is_in_force(self, one: Contract) -> bool:
        end = one.ends(self.on)
        return end is not None and one.starts is not None and one.starts <= self.on < end

    @property
    def ending(self) -> list[Ending]:
        """Those of IT that end within the months, the first to act upon first."""
        last = later(self.on, self.months)
        found = []
        for one in self.of_it:
            end, before = one.ends(self.on), one.act_before(self.on)
            if end and before and self.on < end <= last:
                found.append(Ending(one, end, before))
        return sorted(found, key=lambda ending: (ending.end, ending.contract.id))

    @property
    def unsaid(self) -> int:
        """How many in force say nothing of the environment."""
        return sum(one.environment is None for one in self.in_force)

    @property
    def share(self) -> Decimal | None:
        """The share of those in force, and that say it, with a clause or a criterion; 0 to 1."""
        said = [one.environment for one in self.in_force if one.environment is not None]
        if not said:
            return None
        return (Decimal(sum(said)) / len(said)).quantize(Decimal("0.0001"), ROUND_HALF_UP)

    def as_json(self, language: Language) -> dict[str, Any]:
        """Return the document of `contract inspect` (docs/reference/commands.md)."""
        return {
            "contracts": {
                "read": len(self.contracts),
                "it": len(self.of_it),
                "to_ask": [one.id for one in self.to_ask],
            },
            "in_force": len(self.in_force),
            "ending": [ending.as_json() for ending in self.ending],
            "share_with_clause_or_criterion": None if self.share is None else str(self.share),
            "unsaid": self.unsaid,
            "problems": [problem.as_json(language) for problem in self.problems],
        }


def last_of_each(contracts: Iterable[tuple[str, Contract]]) -> list[Contract]:
    """Return one contract for a key, that published last, at the place of the first."""
    return list(dict(contracts).values())
