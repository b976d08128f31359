"""The kind of long work of imports (`core.tasks`): what does it is loaded when it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portulan.core.tasks import Beat


def importing(beat: Beat) -> None:
    """Write a large file by pieces, then put it in force."""
    from portulan.budget.imports.ahead import work

    work(beat)
