"""Commands for programs and assistants: what they cannot do is said in one sentence."""

from __future__ import annotations

from tests.places import Place


def test_an_assistant_of_nobody_is_told_so(bourg: Place) -> None:
    said = bourg.run("mcp", "--org", "nulle-part", "--lang", "fr", code=2)
    assert "nulle-part" in said
    assert said.count("\n") == 1
