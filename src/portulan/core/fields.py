"""A field of a thing, declared once beside its model (pure): every surface reads it from there.

A surface goes over the declaration, and adds what is its own.
"""

from __future__ import annotations

from dataclasses import dataclass

from portulan.core.say.text import Text

ITSELF = Text("%(value)s", "%(value)s")


@dataclass(frozen=True, slots=True)
class Field:
    """All that the column of a field does not say, under the name of its column.

    A form draws it under `label` and `help`, in its `group`. A page shows it under `word`, if it
    has one, with `unsaid` where nothing is known (else nothing then), and `sentence` around a
    number. The file of a list has a column `head`, if it has one. The history gives its values
    back, if `restorable`.
    """

    name: str
    label: Text
    group: str = ""
    help: Text | None = None
    word: Text | None = None
    unsaid: Text | None = None
    sentence: Text = ITSELF
    head: Text | None = None
    restorable: bool = True
