"""Passwords that somebody would guess: French words of every list, keyboards, and one's own words.

A password is guessable when nothing is left of it once those words are taken out: two common words
at most, one's own as many as there are. Digits, marks, accents and letters written as digits
(“m0tdep4sse”) hide nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from itertools import pairwise

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portulan.accounts.models import User
from portulan.core.folding import fold

# Of the lists of leaked passwords, those that French people choose, and those of this trade.
_COMMON_WORDS = """
azerty azertyuiop qwerty qwertyuiop qsdfghjklm wxcvbn wxcvbnqsdfghjklm azer qsdf abcdef abcdefgh
abcdefghi abcdefghij abcdefghijkl abcdefghijklmnopqrstuvwxyz motdepasse mdp password passe secret
secrete sesame ouvretoi bienvenue bonjour bonsoir salut coucou merci jetaime jetadore amour amours
toujours tendresse bisous bisou calin caline cherie cheri mamour monamour moncoeur coeur bebe
loulou louloute doudou doudoune poupette pupuce puce princesse prince ange angel demon soleil
etoile lune chocolat caramel vanille fraise banane nutella chouchou choupette choupinette minou
minette chaton chat chien titi toto tata tonton maman papa papamaman famille enfant enfants fille
garcon copain copine amitie liberte egalite fraternite france francais paris marseille lyon
bordeaux toulouse nantes lille rennes bretagne normandie alsace corse martinique guadeloupe
reunion football foot rugby olympique om psg zidane moto voiture peugeot renault citroen ferrari
guitare musique piano soleilsoleil vacances plage printemps automne hiver noel anniversaire
janvier fevrier mars avril juin juillet aout septembre octobre novembre decembre lundi mardi
mercredi jeudi vendredi samedi dimanche nicolas camille julien thomas alexandre sebastien stephane
frederic christophe laurent olivier philippe patrick pascal thierry veronique isabelle sandrine
nathalie valerie celine sophie virginie stephanie aurelie emilie julie marie marine laura manon
chloe lea emma lucas hugo louis nathan matheo maxime antoine pierre jean michel claude daniel
martine sylvie monique catherine dragon pokemon naruto batman superman starwars minecraft fortnite
administrateur administration administrator admin root utilisateur user compte test essai demo
mairie commune ville village departement region metropole agglomeration prefecture collectivite
communaute syndicat hopital universite service public informatique numerique responsable direction
directeur directrice secretaire secretariat general budget finances portulan bureau ordinateur
internet connexion session windows office microsoft google facebook confinement covid vive oceane
nouveau nouvelle ancien temporaire provisoire vacance bienvenu
"""
_SMALL_WORDS = "le la les l un une de du des d et a au aux en mon ma mes ton ta tes"
_COMMON = frozenset(_COMMON_WORDS.split())
_SMALL = frozenset(_SMALL_WORDS.split())
_AS_DIGITS = str.maketrans("013457@$€!", "oieastasei")
# The keys of both keyboards, as rows: a walk goes from one to a neighbour.
_KEYBOARDS = tuple(
    {key: (row, column) for row, keys in enumerate(rows) for column, key in enumerate(keys)}
    for rows in (
        ("1234567890", "azertyuiop", "qsdfghjklm", "wxcvbn"),
        ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"),
    )
)
_STEPS = 3  # keys of the shortest walk
# A longer one is no word of a list, and takes long to look through.
_LONGEST = 128
_LEFT = 3


def is_guessable(password: str, own: Collection[str] = ()) -> bool:
    """Tell whether a password is made of common words, or of those of its owner."""
    said = fold(password)[:_LONGEST]
    if re.fullmatch(r"[\d\s.-]+", said) or _is_repeated(said) or _is_walked(said):
        return True
    inside = re.sub(r"^[^a-z]+|[^a-z]+$", "", said)
    readings = {re.sub("[^a-z]", "", one) for one in (said, inside.translate(_AS_DIGITS))}
    words = frozenset(own) - _COMMON - _SMALL
    return any(reading and _is_made_of(reading, words) for reading in readings)


def _is_repeated(said: str) -> bool:
    """Tell whether it is a few signs over and over."""
    return any(said == (said[:size] * len(said))[: len(said)] for size in range(1, 5))


def _is_walked(said: str) -> bool:
    """Tell whether little is left of it without its walks on a keyboard."""
    keys = re.sub(r"[\W_]", "", said)
    if len(keys) <= _LEFT:
        return False
    return any(_left_of_walks(keys, places) <= _LEFT for places in _KEYBOARDS)


def _left_of_walks(keys: str, places: Mapping[str, tuple[int, int]]) -> int:
    left, run = 0, 1
    for before, key in pairwise((*keys, "")):
        (row, column), (lower, further) = places.get(before, (-9, 0)), places.get(key, (9, 0))
        if max(abs(row - lower), abs(column - further)) <= 1:
            run += 1
            continue
        left, run = left + (run if run < _STEPS else 0), 1
    return left


@cache
def _leaked() -> frozenset[str]:
    """Return the words of Django’s list of leaked passwords."""
    passwords: set[str] = CommonPasswordValidator().passwords
    return frozenset(one for one in passwords if one.isalpha() and len(one) > _LEFT)


def _is_made_of(letters: str, own: frozenset[str]) -> bool:
    """Tell whether little is left of the letters without two common words and one's own."""
    period = (letters + letters).find(letters, 1)
    is_repeated, letters = period < len(letters), letters[:period]
    if letters in _leaked():
        return True
    # For each place: the fewest letters left of what stands before, by how many common words.
    best = [{0: 0}]
    for end in range(1, len(letters) + 1):
        found = {count: left + 1 for count, left in best[end - 1].items()}
        for start in range(max(0, end - 26), end):
            word = letters[start:end]
            cost = 1 if word in _COMMON else 0 if word in own or word in _SMALL else None
            for count, left in best[start].items() if cost is not None else ():
                at = count + (cost or 0)
                if at <= 2 and left < found.get(at, len(letters) + 1):
                    found[at] = left
        best.append(found)
    return min(best[-1].values()) <= _LEFT and (is_repeated or len(letters) > _LEFT)


def words_of(user: User) -> set[str]:
    """Return what everybody knows of the owner of an account: address, names, organisations."""
    said = [user.email]
    if user.pk is not None:
        for person in user.people.select_related("organisation"):
            place = person.organisation
            said += [person.name, person.function, person.email, place.name, place.slug]
    return {word for text in said for word in _words(text)}


def _words(text: str) -> Iterable[str]:
    return (word for word in re.split("[^a-z]+", fold(text)) if len(word) > 2)


class GuessableValidator:
    """For `AUTH_PASSWORD_VALIDATORS`."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError for what somebody would guess."""
        if is_guessable(password):
            raise ValidationError(
                _("Ce mot de passe est dans toutes les listes : ajoutez d’autres mots.")
            )
        if user is not None and is_guessable(password, words_of(user)):
            raise ValidationError(
                _("Ce mot de passe dit qui vous êtes : ajoutez d’autres mots que les vôtres.")
            )

    def get_help_text(self) -> str:
        """Say it before."""
        return _("Ni mots de toutes les listes, ni les vôtres.")
