"""Commands for programs and assistants: what they cannot do is said in one sentence."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from portulan.cli import programs
from portulan.cli.app import app
from tests.places import Place


@pytest.mark.parametrize(
    ("lang", "words"), [("fr", "installez portulan[mcp]"), ("en", "install portulan[mcp]")]
)
def test_an_assistant_without_its_extra_is_told_which(
    monkeypatch: pytest.MonkeyPatch, lang: str, words: str
) -> None:
    monkeypatch.setattr(programs, "find_spec", lambda _name: None)
    done = CliRunner().invoke(app, ["mcp", "--org", "bourg", "--lang", lang])
    assert (done.exit_code, done.stdout) == (2, "")
    assert words in done.stderr
    assert done.stderr.count("\n") == 1


def test_an_assistant_of_nobody_is_told_so(bourg: Place) -> None:
    said = bourg.run("mcp", "--org", "nulle-part", "--lang", "fr", code=2)
    assert "nulle-part" in said
    assert said.count("\n") == 1
