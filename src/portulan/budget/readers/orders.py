"""An order book: the orders of one or several managers, with their supplier, contract and amounts.

Finance tools export it beside the accounts (hospital “Extraction commandes”, commitments of a
town). Its amounts are already in the accounts: each order details a line, and is never added to it.
A table with an order, a supplier, an account and an amount committed or realised is one, unless it
gives credits voted or opened, as only a budget does. `as` in a mapping decides otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from portulan.budget.readers.facts import Facts
from portulan.budget.readers.ledger import chosen_reading
from portulan.budget.readers.ledger_titles import find_titles
from portulan.budget.readers.lines import Header, Reading, SourceLine
from portulan.core.say.text import Text
from portulan.core.tables.sources import Source
from portulan.core.tables.tabular import tables_of

NAME = "orders"
FACTS = Facts(
    label=Text(fr="Commandes (détail)", en="Orders (detail)"),
    knows_services=True,
    details_lines=True,
)

# A hospital puts the letter of the budget before the account: H6156.
_LETTER = re.compile(r"[A-Z](?=[0-9])")


def recognises(source: Source) -> bool:
    """Return whether a table is of orders and no budget."""
    found = (find_titles(table) for table in tables_of(source).by_name.values())
    return any(titles is not None and titles.guess.is_of_orders for titles in found)


def open_reading(source: Source, *, mapping: Mapping[str, int | str] | None = None) -> Reading:
    """Open an order book, whose columns may be said as those of a ledger."""
    header = Header(format=NAME)
    return chosen_reading(source, mapping=mapping, header=header).changed_by(_without_letter)


def _without_letter(line: SourceLine) -> SourceLine:
    if line.nature is None or not _LETTER.match(line.nature):
        return line
    return line._replace(nature=line.nature[1:])
