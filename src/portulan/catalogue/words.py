"""The words of catalogues that are ours and not an edition's."""

from __future__ import annotations

from enum import StrEnum


class Relation(StrEnum):
    """What a practice is to another one: of another catalogue, or of a newer edition."""

    EQUAL = "equal"
    BROADER = "broader"  # it covers the other, and more
    NARROWER = "narrower"
    RELATED = "related"
    SUCCESSOR = "successor"  # the newer edition has the other in its place, or nothing

    @property
    def inverse(self) -> Relation:
        """What the other is to it."""
        turned = {Relation.BROADER: Relation.NARROWER, Relation.NARROWER: Relation.BROADER}
        return turned.get(self, self)
