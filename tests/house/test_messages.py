"""The sentences of the interface, as the source has them."""

from __future__ import annotations

import re

from tools.messages import template

# A mark that would begin a line, or a quotation mark that would end one.
_LOOSE = re.compile(r" [:;!?»]|« ")


def test_french_marks_never_stand_alone_on_a_line() -> None:
    sentences = [
        text
        for message in template()
        for text in (message.id if isinstance(message.id, tuple) else (message.id,))
    ]
    assert len(sentences) > 1_000
    assert [text for text in sentences if _LOOSE.search(text)] == []
