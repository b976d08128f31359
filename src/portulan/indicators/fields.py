"""The fields of an indicator, each declared once (pure): every surface reads them from here."""

from __future__ import annotations

from portulan.core.fields import Field, Kind
from portulan.core.say.text import Text

# The words of a step are those of its column; a step of later says them here, for the files.
INDICATOR = (
    Field(
        "name",
        Text("Nom", "Name"),
        most=250,
        help=Text("Ce qui se compte, en peu de mots.", "The thing counted, in a few words."),
    ),
    Field("kind", Text("Genre", "Kind"), kind=Kind.STEP),
    Field(
        "unit",
        Text("Unité", "Unit"),
        most=40,
        help=Text("%, années, kWh, To…", "%, years, kWh, TB…"),
    ),
    Field(
        "direction",
        Text("Sens voulu", "Desired direction"),
        kind=Kind.STEP,
        word=Text("Sens voulu", "Desired direction"),
    ),
    Field("level", Text("Niveau", "Level"), kind=Kind.STEP, word=Text("Niveau", "Level")),
    Field(
        "description",
        Text("Précisions", "Details"),
        kind=Kind.TEXT,
        help=Text(
            "Ce qui est compté, et d’où vient le chiffre.",
            "The thing counted, and the origin of the number.",
        ),
        word=Text("Précisions", "Details"),
    ),
    Field(
        "frequency",
        Text("Fréquence", "Frequency"),
        kind=Kind.STEP,
        help=Text(
            "Passé ce délai, un relevé est attendu.", "After that time, a reading is expected."
        ),
        word=Text("Fréquence", "Frequency"),
    ),
    Field(
        "over_time",
        Text("Dans le temps", "Over time"),
        kind=Kind.STEP,
        help=Text(
            "Des kilowattheures s’ajoutent\u202f; un parc de postes est ce qu’il est ce jour.",
            "Kilowatt-hours add up; a fleet of computers is what it is on that day.",
        ),
        word=Text("Dans le temps", "Over time"),
    ),
    Field(
        "over_units",
        Text("Entre entités", "Across units"),
        kind=Kind.STEP,
        help=Text(
            "Ce que font ensemble les relevés des entités.",
            "The way that the readings of units are put together.",
        ),
        word=Text("Entre entités", "Across units"),
    ),
    Field(
        "scale",
        Text("Mots de l’échelle", "Words of the scale"),
        kind=Kind.LINES,
        help=Text(
            "Pour une échelle\u00a0: un mot par ligne, du moins au plus.",
            "For a scale: one word a line, from the least to the most.",
        ),
        word=Text("Échelle", "Scale"),
    ),
    Field(
        "review_on",
        Text("À revoir le", "To be reviewed on"),
        kind=Kind.DAY,
        help=Text(
            "Un oui ne vaut qu’un temps\u00a0: le jour où le redemander.",
            "A yes holds for a time: the day to ask again.",
        ),
        word=Text("À revoir le", "To be reviewed on"),
    ),
)
