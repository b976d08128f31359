"""The making of the table, for any engine: its queries, and what their rows become (pure).

`making.sql` only sums. Which account is certain or mixed, and what was spent on it, is decided here
by the code of the plain reader, so that two engines differ by no cent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from importlib import resources
from itertools import groupby
from operator import itemgetter
from typing import Any

from portulan.observatory.readers import balances
from portulan.observatory.readers.columns import siren_of, with_zeros
from portulan.observatory.readers.records import Accounts
from portulan.observatory.strata import form_of

# The beginnings of the accounts that may be IT, certain or mixed, in any nomenclature.
WANTED = ("203", "205", "218", "611", "613", "615", "617", "618", "626", "651", "658")
# What a double is called: the one word of the queries that is not the same everywhere.
DOUBLES = {
    "duckdb": "DOUBLE",
    "spark": "DOUBLE",
    "sqlite": "REAL",
    "postgresql": "DOUBLE PRECISION",
}

type Key = tuple[int, str, str, str]


def queries() -> dict[str, str]:
    """Return the queries of `making.sql` by name."""
    text = resources.files("portulan.observatory").joinpath("making.sql").read_text("utf-8")
    found = re.findall(r"-- name: (\w+)\n(.*?);\n", text, re.DOTALL)
    return {name: re.sub(r"^--.*\n", "", body, flags=re.MULTILINE) for name, body in found}


def make(
    run: Callable[[str], Iterator[Sequence[Any]]],
) -> Iterator[tuple[Key, Accounts]]:
    """Make the accounts of every budget on an engine: `run` yields the rows of a query.

    Numbers come as whole numbers, None for what the balances do not have.
    """
    asked = queries()
    lines = groupby(run(asked["lines"]), _key_of)
    waiting = next(lines, None)
    for row in run(asked["budgets"]):
        key = _key_of(row)
        name, nomen, categ, ctype, department, region, kept, moved, closed, *sums = row[4:]
        siren = siren_of(key[1])
        accounts = Accounts(
            year=key[0],
            siren=siren,
            budget=key[2],
            ident=key[3],
            name=name,
            nomenclature=nomen.upper(),
            form=form_of(categ, ctype),
            department=with_zeros(department),
            region=with_zeros(region),
            rows=int(kept),
            whole=moved == closed == 0 and bool(siren),
            moved=int(moved or 0),
            closed=int(closed or 0),
        )
        if waiting is not None and waiting[0] == key:  # both stand in the same order
            for line in waiting[1]:
                balances.add_line(accounts, *line[4:])
            waiting = next(lines, None)
        accounts.operating, accounts.equipment = sums[0], sums[1]
        accounts.paid_to_grouping, accounts.received_by_grouping = sums[2], sums[3]
        yield key, accounts


# The year, the number, the budget and its SIRET: the first columns of every query.
_key_of: Callable[[Sequence[Any]], Key] = itemgetter(0, 1, 2, 3)
