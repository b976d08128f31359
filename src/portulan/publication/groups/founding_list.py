"""The list of the members that a group has made: read line by line, each judged by itself (pure).

A line that cannot be one is told and left out: of sixty towns, a wrong SIREN stops none other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from portulan.accounts.models import LEGAL_FORMS
from portulan.accounts.words import LegalForm
from portulan.core.folding import fold
from portulan.core.say.country import is_siren
from portulan.publication.groups.members import Named

_HEADS = {
    "siren": ("siren", "n° siren", "numéro siren"),
    "name": ("nom", "name", "commune", "collectivité", "membre", "organisation"),
    "form": ("forme", "form", "forme juridique", "legal form"),
    "population": ("population", "habitants", "inhabitants"),
    "email": ("adresse", "adresse électronique", "courriel", "email", "e-mail", "contact"),
}
_ORDERS = {
    3: ("siren", "name", "email"),
    4: ("siren", "name", "population", "email"),
    5: ("siren", "name", "form", "population", "email"),
}
_KNOWN_HEADS = {fold(word): key for key, words in _HEADS.items() for word in words}
# As lists of the field write them, beside the words of the form.
_FORMS = {
    "epci": LegalForm.INTERCOMMUNAL,
    "communaute de communes": LegalForm.INTERCOMMUNAL,
    "syndicat": LegalForm.PUBLIC_BODY,
    "ccas": LegalForm.PUBLIC_BODY,
}


@dataclass(frozen=True, slots=True)
class Wanted(Named):
    """A member to be made, who will administer it, and why it cannot be, "" when it can.

    `form` is "" where the list does not say it; `line` counts from 1.
    """

    population: int | None
    email: str
    form: str = ""
    line: int = 0
    why: str = ""


def read_list(text: str) -> list[Wanted]:
    """Read lines of SIREN, name, form, population and address, parted by semicolons or tabs.

    Titles say the order of the columns; without any, form and population may be left out. What
    is wrong with a line is in its `why`.
    """
    lines = [(n, line) for n, line in enumerate(text.splitlines(), 1) if line.strip(" ;\t\ufeff")]
    columns: dict[str, int] = {}
    if lines and any(_KNOWN_HEADS.get(fold(cell)) == "siren" for cell in _cells(lines[0][1])):
        titles = [_KNOWN_HEADS.get(fold(cell), "") for cell in _cells(lines.pop(0)[1])]
        columns = {key: titles.index(key) for key in _HEADS if key in titles}
    return list(_once(_read(number, _cells(line), columns) for number, line in lines))


def _cells(line: str) -> list[str]:
    parting = r"[;\t]" if re.search(r"[;\t]", line) else ","
    return [cell.strip("\ufeff\"' ") for cell in re.split(parting, line)]


def _read(number: int, cells: list[str], columns: Mapping[str, int]) -> Wanted:
    order = columns or dict(zip(_ORDERS.get(len(cells), ()), range(len(cells)), strict=False))
    said = {key: cells[at] if at < len(cells) else "" for key, at in order.items()}
    siren, name = "".join(said.get("siren", cells[0]).split()), said.get("name", "")[:200]
    counted, email = "".join(said.get("population", "").split()), said.get("email", "")
    form, is_count = _form(said.get("form", "")), re.fullmatch("[0-9]{0,9}", counted) is not None
    if not order:
        why = _("la ligne n’a pas ses colonnes")
    elif not is_siren(siren):
        why = _("ce SIREN n’existe pas")
    elif not name:
        why = _("il manque un nom")
    elif form is None:
        why = _("cette forme n’est pas connue")
    elif not is_count:
        why = _("la population n’est pas un nombre")
    elif not _is_address(email):
        why = _("l’adresse électronique n’en est pas une")
    else:
        why = ""
    people = int(counted) if counted and is_count else None
    return Wanted(siren, name, people, email, form or "", number, why)


def _form(said: str) -> str | None:
    known = {fold(str(label)): form for form, label in LEGAL_FORMS.items()}
    known |= {form.value: form for form in LegalForm} | _FORMS
    return known.get(fold(said)) if said else ""


def _is_address(email: str) -> bool:
    try:
        validate_email(email)
    except ValidationError:
        return False
    return True


def _once(lines: Iterable[Wanted]) -> Iterator[Wanted]:
    seen: set[str] = set()
    for one in lines:
        twice = not one.why and one.siren in seen
        yield replace(one, why=_("ce SIREN est déjà plus haut")) if twice else one
        if not one.why:
            seen.add(one.siren)
