"""The editions shipped with Portulan, written in our own format, worded in both languages."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

from portulan.catalogue.readers.content import CatalogueContent
from portulan.catalogue.readers.edition_yaml import parse_edition
from portulan.core.problems import UnusableInputError

BUILTIN_EDITIONS: tuple[str, ...] = ("guide-v1",)


@lru_cache(maxsize=4)
def load_builtin(name: str = "guide-v1") -> CatalogueContent:
    """Return an edition shipped with the package, in both languages.

    Raises UnusableInputError at the first problem: a shipped edition has none.
    """
    if name not in BUILTIN_EDITIONS:
        raise KeyError(name)
    file = f"{name}.yaml"
    folder = resources.files("portulan.catalogue").joinpath("data")
    reading = parse_edition(folder.joinpath(file).read_text("utf-8"), file=file)
    if reading.problems:
        raise UnusableInputError(reading.problems[0])
    return reading.content
