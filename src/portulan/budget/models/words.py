"""The words that a search looks into, in a column of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

from portulan.core.folding import remembered, sought

if TYPE_CHECKING:
    _Texts = models.CharField[str, str]
else:
    _Texts = models.CharField

# Many lines share their words; those without accents are folded sooner than they are remembered.
_known = remembered(4096)(sought)


def words_of(first: str, *others: str, most: int) -> str:
    """Return texts as a search compares them: folded, one a row, the others if they are not empty.

    A word that is looked for has no white space: it is in one of them, or in none. `most` is how
    many characters their columns hold together. One may fold into eighteen, and PostgreSQL refuses
    in an index what is beyond a third of a page: the rest is cut.
    """
    words = sought(first) if first.isascii() else _known(first)
    for text in others:
        if text:
            words += "\n" + (sought(text) if text.isascii() else _known(text))
    return words[:most]


class WordsField(_Texts):
    """The words of other columns of a row (`of`), written whenever the row is saved whole.

    What writes these columns otherwise (beneath the ORM, by an update, a save of some fields or of
    a row read in part) writes it too, by `words_of`. It leaves with nothing that is exported: the
    columns that it is made of do.
    """

    derived = True

    def __init__(self, *, of: tuple[str, ...] = (), **options: Any) -> None:
        self.of = of
        empty: dict[str, Any] = {"blank": True, "default": "", "db_default": "", "editable": False}
        super().__init__(**empty | options)

    def deconstruct(self) -> Any:
        """Say a plain column: a migration does not rest on code that moves."""
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.CharField", args, options

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        texts = [getattr(model_instance, name) for name in self.of]
        words = words_of(*texts, most=self.max_length or 0)
        setattr(model_instance, self.attname, words)
        return words
