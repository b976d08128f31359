"""What somebody would guess is refused, what nobody would is not."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from portulan.accounts.access import Role
from portulan.accounts.guessable import is_guessable, words_of
from portulan.accounts.writes import edit_organisation, edit_person
from tests.people import PASSWORD, Town

COMMON = [
    "motdepasse2026",
    "Mot de passe 1!",
    "M0tDeP4sse2024",
    "azertyuiop123",
    "AZERTYUIOP!!!",
    "jetaimejetaime",
    "bonjourbonjourbonjour",
    "Soleil-Marseille-13",
    "le chocolat de noël",
    "123456789012",
    "01 02 03 04 05 06",
    "abcabcabcabc",
    "aaaaaaaaaaaaaaa",
    "administrateur",
    "Mairie@2026!!!!",
    "Liberté, égalité",
    "nicolas19740512",
    # Walks on a keyboard, in columns and in pieces.
    "aqwzsxedcrfv",
    "azqswxedcrfv",
    "1q2w3e4r5t6y",
    "aze123qsd456",
    # A short word twice, a word of the long list of leaks, and a few more of here.
    "Loulou140785",
    "titititi2026",
    "Changeme2026!",
    "loveyou123456",
    "Océane123456",
    "confinement2020",
    "NouveauMotDePasse1",
    "vivelafrance14",
]
SOUND = [
    PASSWORD,
    "une phrase assez longue",
    "cheval agrafe pile juste",
    "xK9#mv2!qLw8z",
    "le bocal de tante Aglaé fuit",
    "soleil chocolat marseille vendredi",
    "7391 tulipes bleues",
    "κάτι πολύ μεγάλο 1234",
    "§£µ%¨^$ù*!:;,?",
]


@pytest.mark.parametrize("password", COMMON)
def test_common_words_of_french_people_are_refused(password: str) -> None:
    assert is_guessable(password)
    with pytest.raises(ValidationError):
        validate_password(password)


@pytest.mark.parametrize("password", SOUND)
def test_a_phrase_or_a_draw_is_taken(password: str) -> None:
    assert not is_guessable(password)


def test_one_s_own_words_are_refused_to_oneself_alone(town: Town) -> None:
    edit_organisation(
        town.admin, name="Plougrescant-Kerlouan", legal_form="town", population=None, siren=""
    )
    person = town.people[Role.EDITOR]
    edit_person(
        town.admin, person=person, function="Archiviste", name="Enora Le Bivic",
        email="enora@bigouden.example", unit=None,
    )  # fmt: skip
    assert person.user is not None
    own = words_of(person.user)
    assert {"enora", "bivic", "archiviste", "plougrescant", "kerlouan", "bigouden"} <= own
    guessed = ("Enora.LeBivic.1974", "plougrescant2026", "archiviste bigouden", "B1v1cEnora!!")
    for password in guessed:
        assert not is_guessable(password)
        with pytest.raises(ValidationError, match="qui vous êtes"):
            validate_password(password, person.user)
    validate_password("Enora mange trois galettes", person.user)


@given(st.text(max_size=300))
def test_anything_may_be_typed(password: str) -> None:
    assert is_guessable(password) in {True, False}
    assert is_guessable("motdepasse" + "9" * len(password))
