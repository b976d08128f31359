"""What the rules of the perimeter and of attributions look at in a line."""

from __future__ import annotations

from typing import NamedTuple


class LineFacts(NamedTuple):
    """What the rules look at: codes and words as the file has them, "" when absent."""

    nature: str
    label: str = ""
    service: str = ""
    manager: str = ""
    function: str = ""
    supplier: str = ""
    operation: str = ""
