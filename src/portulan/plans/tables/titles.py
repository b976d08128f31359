"""The titles of a table of actions, or what is wrong with them (pure)."""

from __future__ import annotations

from collections.abc import Mapping

from portulan.core.folding import fold
from portulan.core.say.text import UnusableInputError
from portulan.core.tables.grid import Grid
from portulan.core.tables.heads import Roles, Titles, titles_of, widest_titles
from portulan.plans.tables.findings import NO_SUCH_COLUMN, NO_TITLES, UNKNOWN_FIELD
from portulan.plans.tables.vocabulary import Field, guess, is_field, money_of_title

ROLES = Roles(
    guess,
    needs=frozenset({Field.TITLE}),
    parts=lambda title: money_of_title(title) is not None,
)


def require_titles(grid: Grid, asked: Mapping[str, str]) -> Titles:
    """Return the titles of a sheet. Raises UnusableInputError: no title, or not the one asked."""
    for field in asked:
        if not is_field(field):
            raise UnusableInputError(UNKNOWN_FIELD.at(field=field, fields=", ".join(Field)))
    found = titles_of(grid, ROLES, asked)
    if found is not None:
        return found
    bare = titles_of(grid, ROLES)
    read = widest_titles(grid) if bare is None else bare.titles
    shown = ", ".join(f"«\u00a0{title}\u00a0»" for title in read if title) or "∅"
    known = {fold(title) for title in read}
    for title in asked.values():
        if title and fold(title) not in known:
            raise UnusableInputError(NO_SUCH_COLUMN.at(title=title, titles=shown))
    raise UnusableInputError(NO_TITLES.at(titles=shown))
