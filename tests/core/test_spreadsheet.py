"""Files for spreadsheets: nothing in them is taken for a formula, numbers stay numbers."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from portulan.core.spreadsheet import csv_lines, plain


def test_cells_are_written_as_people_read_them() -> None:
    assert plain(None) == ""
    assert plain(Decimal("-1234.50")) == "-1234,50"
    assert plain(-3) == "-3"
    assert plain(Decimal("-0.00")) == "0,00"
    assert plain(date(2026, 11, 24)) == "2026-11-24"
    assert plain("  =SUM(A1)") == "'  =SUM(A1)"
    assert plain("à = b") == "à = b"


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), min_size=1, max_size=5))
def test_no_text_is_a_formula_and_every_cell_comes_back(rows: list[list[str]]) -> None:
    content = "".join(csv_lines(rows)).encode()
    assert content.startswith(b"\xef\xbb\xbf")
    text = content.decode("utf-8-sig")
    back = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    for written, given_row in zip(back, rows, strict=True):
        for cell, value in zip(written, given_row, strict=True):
            assert cell in (value, f"'{value}")
            assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
