"""The kinds of long work of a group (`core.tasks`): what does it is loaded when it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portulan.core.tasks import Beat


def founding(beat: Beat) -> None:
    """Make the organisations of a list."""
    from portulan.publication.groups.founding import work

    work(beat)


def campaigns(beat: Beat) -> None:
    """Run a campaign in several members."""
    from portulan.publication.groups.campaigns import work

    work(beat)


def sheets(beat: Beat) -> None:
    """Print the sheets of several councils."""
    from portulan.publication.groups.sheets import work

    work(beat)
