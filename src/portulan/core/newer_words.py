"""A word that a newer version stored, and that this one does not have: told from a fault of ours.

Columns and reports hold words of enumerations. A database of a newer version is refused whole
(`schema.refusal`), but a word may come without a migration, by a copy or by a version gone back.
"""

from __future__ import annotations

from portulan.core.say.text import Problem, ProblemKind

_WORDS = ("literal_error", "enum")
NEWER = ProblemKind(
    "newer-word",
    "error",
    fr="«\u00a0{word}\u00a0» vient d’une version plus récente de Portulan, que celle-ci ne lit pas."
    " Rien n’est perdu\u00a0: remettez la version plus récente.",
    en="“{word}” comes from a newer version of Portulan, which this one does not read. Nothing is"
    " lost: put the newer version back.",
)


def newer_word(error: BaseException) -> Problem | None:
    """Return what to say of a word that no enumeration of this version has; None of another error.

    What is typed is checked by forms and by the contract of the API, each with its own sentence: an
    enumeration that refuses a word beyond them read it from what is stored.
    """
    if type(error).__module__.startswith("pydantic"):  # of a contract, never loaded for this
        said = error.errors()[0]  # type: ignore[attr-defined]
        return NEWER.at(word=str(said["input"])) if said["type"] in _WORDS else None
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    by_enum = place is not None and place.tb_frame.f_globals.get("__name__") == "enum"
    if not (by_enum and isinstance(error, ValueError)):
        return None
    return NEWER.at(word=str(error).partition(" is not a valid ")[0].strip("'\""))
