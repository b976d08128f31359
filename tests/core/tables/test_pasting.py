"""Rows copied from a spreadsheet."""

from __future__ import annotations

import pytest

from portulan.core.tables.pasting import pasted_rows


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (
            "1.1\tUn titre\r\n1.2\tUn autre\r\n",
            [(1, ["1.1", "Un titre"]), (2, ["1.2", "Un autre"])],
        ),
        ("3\n\n4\n\n", [(1, ["3"]), (2, [""]), (3, ["4"])]),
        # A cell of two lines is one, and the row after it keeps the number of its line.
        ('A\t"un ""mot""\nou deux"\nB\tx', [(1, ["A", 'un "mot" ou deux']), (3, ["B", "x"])]),
        ('"une\nnote"\nautre', [(1, ["une note"]), (3, ["autre"])]),
        # Quotes that hold no break are of the text.
        ('A\t"dit"\n', [(1, ["A", '"dit"'])]),
        ("", [(1, [""])]),
    ],
)
def test_rows(text: str, rows: list[tuple[int, list[str]]]) -> None:
    assert list(pasted_rows(text)) == rows
