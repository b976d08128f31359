"""Delimited text by blocks of lines: the same rows, at the same lines, as one line at a time."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from portulan.core.tables import delimited
from portulan.core.tables.delimited import DelimitedText

_PIECES = ("a", "1,5", ";", "\n", "\r\n", "\r", '"x\ny"', '"a\r\nb"', '"', '""', "é", " ")


def one_line_at_a_time(text: str) -> list[tuple[int, list[str]]]:
    rows, start = [], 1
    reader = csv.reader(iter(io.StringIO(text, newline="").readline, ""), delimiter=";")
    for cells in reader:
        if cells:
            rows.append((start, cells))
        start = reader.line_num + 1
    return rows


@given(st.lists(st.sampled_from(_PIECES), max_size=120), st.sampled_from((40, 90, 1 << 16)))
def test_rows_and_their_lines_are_those_of_one_line_at_a_time(pieces, size) -> None:
    text, usual = "".join(pieces), delimited.MAX_RECORD
    delimited.MAX_RECORD = size  # where a block ends changes nothing, of lines that are shorter
    try:
        if size == usual or max(map(len, text.splitlines()), default=0) < size:
            read = DelimitedText(io.BytesIO(text.encode()), "utf-8", ";").rows()
            assert list(read) == one_line_at_a_time(text)
    finally:
        delimited.MAX_RECORD = usual
