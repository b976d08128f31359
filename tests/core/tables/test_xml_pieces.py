"""XML by pieces: what it says, and what it refuses to keep."""

from __future__ import annotations

import gc
import io
import sys
from collections.abc import Iterator, Mapping

import pytest

from portulan.budget.readers import open_reading
from portulan.core.say.text import UnusableInputError
from portulan.core.tables.xml_pieces import DoctypeError, Markup, MarkupError
from tests.totem import totem


class Echo(Markup[str]):
    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self.found.append(f"{self.depth}<{name}")

    def end(self, name: str) -> None:
        self.found.append(f"{self.depth}>{name}")

    def text(self, text: str) -> None:
        self.found.append(text)


def pieces(text: str, size: int = 1 << 16) -> Iterator[str]:
    return (text[at : at + size] for at in range(0, len(text), size))


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_a_document_is_said_in_order_whatever_the_pieces(size: int) -> None:
    said = "".join(Echo().read(pieces("<a>été<x:b/></a>", size)))
    assert said == "1<aété2<x:b2>x:b1>a"


@pytest.mark.parametrize(
    "text",
    [
        "<a>" * 300,
        "<a>" + "".join(f"<b{number}/>" for number in range(6000)) + "</a>",
        "<a " + " ".join(f'b{number}=""' for number in range(6000)) + "/>",
        "<a>" + " " * 3_000_000 + "</a>",
        f"<a b='{'c' * 3_000_000}'/>",
        "<a><!--" + "c" * 3_000_000 + "--></a>",
        "<a><b></a>",
        "<a>&undeclared;</a>",
        "<a>\x1b</a>",
        "<a",
    ],
)
def test_what_would_grow_with_the_file_is_bounded(text: str) -> None:
    with pytest.raises(MarkupError) as caught:
        list(Echo().read(pieces(text)))
    assert caught.value.line == 1
    assert caught.value.reason


def test_entities_have_nowhere_to_be_declared() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    with pytest.raises(DoctypeError):
        list(Echo().read([f'<!DOCTYPE l [<!ENTITY l0 "lol">{laughs}]><l>&l9;</l>']))


def test_names_are_given_back() -> None:
    """The parser before this one kept them for the life of the process."""
    gc.collect()
    before = sys.getallocatedblocks()
    for turn in range(5):
        names = "".join(f"<n{turn}x{number}/>" for number in range(6000)).encode()
        with (
            pytest.raises(UnusableInputError),
            open_reading(io.BytesIO(totem().replace(b"</Budget>", names + b"</Budget>"))) as read,
        ):
            list(read)
    gc.collect()
    assert sys.getallocatedblocks() - before < 3000


def test_a_line_of_a_million_children_is_one_line() -> None:
    """It took the square of their number."""
    children = b"<a/>" * 200_000
    data = totem(("2051", "1", "2")).replace(b"</LigneBudget>", children + b"</LigneBudget>")
    with open_reading(io.BytesIO(data)) as reading:
        assert [line.realised for line in reading] == [2]
