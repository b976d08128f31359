"""The kinds of long work of this package (`core.tasks`): what the process of a task is told to do.

What does the work is loaded when it is done, not by every page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portulan.core.tasks import Beat


def solving(beat: Beat) -> None:
    """Search the best plan of a scenario, keep it and explain it."""
    from portulan.portfolio.solving.writes import work

    work(beat)


def explaining(beat: Beat) -> None:
    """Answer what is not yet answered about a selection, or one question that somebody asks."""
    from portulan.portfolio.solving.explaining import work

    work(beat)
