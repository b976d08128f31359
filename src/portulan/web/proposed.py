"""What comes in and waits for a yes, on one page for all: `proposal.html` shows a `Proposed`.

A table of actions, a sheet of decisions or of purchases, readings, cells of a grid: a client says
row by row what would be written, what is wrong, and what it carries to the address that writes. Its
own sentences fill the blocks of the page; conflicts are asked by a `SidesForm`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from portulan.web.sides import SidesForm

MOST_SHOWN = 40  # rows, and sentences, of a page without pages; the others are counted


class Change(NamedTuple):
    """What a value becomes; `label` is that of its field, `before` is "" where nothing stood."""

    after: str
    label: str = ""
    before: str = ""


class ChangedRow(NamedTuple):
    """A row: what it is of, where it stands, what becomes of it and what it changes.

    `choices` may answer which thing it is of, under the name of a `field`.
    """

    name: str
    changes: Sequence[Change] = ()
    place: str = ""
    url: str = ""
    fate: str = ""
    field: str = ""
    choices: Sequence[tuple[int, str]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """What would be written, and how to say yes or no.

    `write` is the address that writes, once all is `ready`, `carried` what it is sent; `page` are
    the rows where there are pages of them.
    """

    write: str
    ready: bool
    rows: Sequence[ChangedRow] = ()
    errors: Sequence[str] = ()
    carried: Mapping[str, object] = field(default_factory=dict)
    form: SidesForm | None = None
    back: str = ""
    discard: str = ""
    page: Any = None

    @property
    def more(self) -> int:
        return max(0, len(self.rows) - MOST_SHOWN)

    @property
    def more_errors(self) -> int:
        return max(0, len(self.errors) - MOST_SHOWN)

    @property
    def has_fates(self) -> bool:
        return any(row.fate for row in self.rows)
