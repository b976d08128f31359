"""The three ledgers of the demonstration: their files in `ledgers/` and what is said of them."""

from __future__ import annotations

from importlib import resources
from typing import BinaryIO, cast

from portulan.demo.ledgers_2024 import LEDGER_2024
from portulan.demo.ledgers_2025 import LEDGER_2025
from portulan.demo.ledgers_2026 import LEDGER_2026
from portulan.demo.shapes import Ledger

LEDGERS = (LEDGER_2024, LEDGER_2025, LEDGER_2026)


def open_ledger(ledger: Ledger) -> BinaryIO:
    """Open the ledger's file, as the finance tool would have exported it."""
    path = resources.files("portulan.demo").joinpath("ledgers", ledger.file_name)
    return cast("BinaryIO", path.open("rb"))
