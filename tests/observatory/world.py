"""A few made-up bodies and their balances, written in any layout, with what they spend known.

Towns stand in département 099, which does not exist. Each budget balances: an account that closes
it holds the opposite of all the others.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterable
from dataclasses import dataclass, field

COLUMNS = [
    "exer",
    "ident",
    "ndept",
    "lbudg",
    "insee",
    "cbudg",
    "ctype",
    "cstyp",
    "nomen",
    "siren",
    "cregi",
    "categ",
    "bal",
    "fonction",
    "compte",
    "bedeb",
    "becre",
    "obnetdeb",
    "obnetcre",
    "onbdeb",
    "onbcre",
    "oobdeb",
    "oobcre",
    "sd",
    "sc",
]
CERTAIN = {"M57": ("2051", "21838", "65811", "6262"), "M14": ("2051", "2183", "6512", "6262")}


def siren_of(number: int) -> str:
    digits = f"2199{number:04d}"
    total = sum(
        sum(divmod(int(digit) * (2 - place % 2), 10))
        for place, digit in enumerate(reversed(digits))
    )
    return digits + str(-total % 10)


@dataclass
class Budget:
    """A budget: cents by account as (debit, credit, order debit, order credit)."""

    number: int
    people: int | None
    year: int = 2024
    nomen: str = "M57"
    budget: str = "1"
    categ: str = "Commune"
    region: str = "099"
    accounts: dict[str, tuple[int, int, int, int]] = field(default_factory=dict)

    @property
    def siren(self) -> str:
        return siren_of(self.number)

    @property
    def name(self) -> str:
        return f"FICTIVE {self.number}"

    def rows(self) -> list[dict[str, str]]:
        """Return the rows of the accounts, and of the one that balances them."""
        gap = sum(debit - credit for debit, credit, _, _ in self.accounts.values())
        closing = (0, gap, 0, 0) if gap > 0 else (-gap, 0, 0, 0)
        return [self._row(*one) for one in [*self.accounts.items(), ("515", closing)]]

    def _row(self, account: str, movements: tuple[int, int, int, int]) -> dict[str, str]:
        debit, credit, order_debit, order_credit = movements
        amounts = (0, 0, debit, credit, 0, 0, order_debit, order_credit)
        closed = (max(debit - credit, 0), max(credit - debit, 0))
        said = {
            "exer": str(self.year), "ident": f"{self.siren}{self.budget:0>5}", "ndept": "099",
            "lbudg": self.name, "insee": "", "cbudg": self.budget, "ctype": "101", "cstyp": "00",
            "nomen": self.nomen, "siren": self.siren, "cregi": self.region, "categ": self.categ,
            "bal": "DEF", "fonction": "", "compte": account,
        }  # fmt: skip
        texts = [f"{cents / 100:.2f}" for cents in (*amounts, *closed)]
        return said | dict(zip(COLUMNS[-10:], texts, strict=True))


def towns(count: int, *, seed: int, year: int = 2024, nomen: str = "M57") -> list[Budget]:
    """Return towns of 2,000 to 3,499 inhabitants, whose certain accounts are drawn."""
    rng = random.Random(seed)
    codes = CERTAIN[nomen[:3]]
    return [
        Budget(
            number, rng.randint(2000, 3499), year, nomen,
            accounts={code: (rng.randint(0, 900_000), 0, 0, 0) for code in codes}
            | {"6156": (rng.randint(0, 90_000), 0, 0, 0), "64111": (50_000_000, 0, 0, 0)},
        )
        for number in range(1, count + 1)
    ]  # fmt: skip


def text_of(rows: Iterable[dict[str, str]], **dialect: object) -> str:
    """Return rows as a table: separator, quoting, order of columns and decimal mark as asked."""
    columns = list(dialect.pop("columns", COLUMNS))  # type: ignore[call-overload]
    comma = dialect.pop("comma", False)
    title = dialect.pop("title", str)
    out = io.StringIO()
    given = {"delimiter": ";", "lineterminator": "\n"} | dialect
    writer = csv.writer(out, **given)  # type: ignore[arg-type]
    writer.writerow([title(name) for name in columns])  # type: ignore[operator]
    for row in rows:
        cells = [row[name] for name in columns]
        amounts = [
            cell.replace(".", ",") if comma and name in COLUMNS[-10:] else cell
            for name, cell in zip(columns, cells, strict=True)
        ]
        writer.writerow(amounts)
    return out.getvalue()


def balances_of(budgets: Iterable[Budget], **dialect: object) -> str:
    return text_of([row for budget in budgets for row in budget.rows()], **dialect)


def population_of(budgets: Iterable[Budget], grouping: str = "") -> str:
    rows = [
        f"{one.year};{one.siren};{one.name};{one.people or ''};{grouping}"
        for one in budgets
        if one.budget == "1"
    ]
    return "\n".join(["exer;siren;com_name;ptot;epci_code", *rows, ""])
