"""What is known of each criterion of the RGAA 4.1.2, and which test knows it.

Source of the numbers: https://accessibilite.numerique.gouv.fr/methode/criteres-et-tests/ (Licence
Ouverte). A test that finds no fault is not an audit, and gives no rate: it says which criteria are
watched at each change, and which only a person can judge.
"""

from __future__ import annotations

from enum import StrEnum

from portulan.core.say.text import Text

VERSION = "4.1.2"
CRITERIA = "https://accessibilite.numerique.gouv.fr/methode/criteres-et-tests/"
# How many criteria each theme has.
THEMES: tuple[tuple[Text, int], ...] = (
    (Text("Images", "Images"), 9),
    (Text("Cadres", "Frames"), 2),
    (Text("Couleurs", "Colours"), 3),
    (Text("Multimédia", "Multimedia"), 13),
    (Text("Tableaux", "Tables"), 8),
    (Text("Liens", "Links"), 2),
    (Text("Scripts", "Scripts"), 5),
    (Text("Éléments obligatoires", "Mandatory elements"), 10),
    (Text("Structuration", "Structure"), 4),
    (Text("Présentation", "Presentation"), 14),
    (Text("Formulaires", "Forms"), 13),
    (Text("Navigation", "Navigation"), 11),
    (Text("Consultation", "Reading"), 12),
)


class Known(StrEnum):
    """What is known of a criterion: a test decides it, tells part of it, or nobody has looked."""

    HELD = "held"
    ABSENT = "absent"
    PART = "part"
    PERSON = "person"


WORDS: dict[Known, Text] = {
    Known.HELD: Text("tenu par un test", "held by a test"),
    Known.ABSENT: Text("sans objet, un test le vérifie", "not applicable, a test checks it"),
    Known.PART: Text(
        "en partie par un test, le reste par une personne", "partly by a test, the rest by a person"
    ),
    Known.PERSON: Text("par une personne seulement", "by a person only"),
}
AXE = "tests/e2e/test_gates.py::test_every_screen_is_light_accessible_and_fits"
KEYBOARD = "tests/e2e/test_journeys.py::test_everything_is_reached_by_the_keyboard_alone"
NOWHERE = "tests/house/test_declarations.py::test_what_is_said_to_be_absent_is_on_no_page"
FRAME = "tests/house/test_declarations.py::test_every_page_has_what_it_must"
PDF = (
    "tests/publication/documents/test_renderers.py"
    "::test_a_pdf_is_tagged_with_its_headings_its_tables_and_its_language"
)

_KNOWN: dict[tuple[Known, str], str] = {
    (Known.HELD, AXE): "6.2 8.3 8.5 11.1",
    (Known.HELD, FRAME): "8.1 12.7",
    (Known.ABSENT, NOWHERE): (
        "1.4 1.5 2.1 2.2 4.1 4.2 4.3 4.4 4.5 4.6 4.7 4.8 4.9 4.10 4.11 4.12 4.13"
        " 8.10 12.10 13.2 13.7 13.8 13.10 13.12"
    ),
    (Known.PART, AXE): (
        "1.1 1.2 1.6 3.2 3.3 5.6 5.7 5.8 6.1 7.1 8.2 8.4 8.7 8.8 9.1 9.2 9.3 10.7 10.11"
        " 11.9 11.13 12.6 13.9"
    ),
    (Known.PART, KEYBOARD): "7.3 12.8 12.9",
    (Known.PART, PDF): "13.3 13.4",
}


def criteria() -> dict[str, tuple[Known, str]]:
    """Return what is known of each criterion, by number, and the test that knows it if there is."""
    told = {
        number: (known, test)
        for (known, test), numbers in _KNOWN.items()
        for number in numbers.split()
    }
    numbers = (
        f"{theme}.{number}"
        for theme, (_title, count) in enumerate(THEMES, 1)
        for number in range(1, count + 1)
    )
    return {number: told.get(number, (Known.PERSON, "")) for number in numbers}


def counts() -> dict[Known, int]:
    """Return how many criteria are known in each way."""
    found = [known for known, _test in criteria().values()]
    return {known: found.count(known) for known in Known}
