"""The stages through which an amount passes: voted, opened, committed, realised, carried over.

A stage is a column of a line, and stages are never added to one another.
"""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """A stage of an amount, in the order of the year; its value is the command line's word."""

    VOTED = "VOTED"
    OPENED = "OPENED"
    COMMITTED = "COMMITTED"
    REALISED = "REALISED"
    CARRIED_OVER = "CARRIED_OVER"

    @property
    def column(self) -> str:
        """The name of the column or attribute that holds this stage: `voted`, `opened`…"""
        return self.value.lower()
