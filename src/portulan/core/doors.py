"""The doors that need no account: an address of the program, and why it is open.

An address of an organisation needs an account. Of the others each is here, by how it begins, the
longest first: those where the words are empty ask for an account too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from portulan.core.say.text import Text

OF_ORGANISATION = "<slug:organisation>/"
_ACCOUNT = Text("", "")
DOORS: Mapping[str, Text] = {
    "": _ACCOUNT,
    "sign-in/": Text(
        "entrer\u00a0: mot de passe, lien, code, fournisseur d’identité",
        "coming in: password, link, code, identity provider",
    ),
    "sign-out/": _ACCOUNT,
    "account/": _ACCOUNT,
    "account/not-me/": Text(
        "dire qu’un changement n’est pas de soi, par un lien",
        "saying that a change is not one’s own, by a link",
    ),
    "account/mail/": Text("ne plus recevoir de messages, par un lien", "no more mail, by a link"),
    "account/calendar/": Text("lire son agenda, par une adresse", "a calendar, by its address"),
    "invitation/": Text("voir une invitation, par un lien", "an invitation, by a link"),
    "invitation/mine/": _ACCOUNT,
    "reply/": Text(
        "répondre à une campagne, par un lien qui finit",
        "answering a campaign, by a link that ends",
    ),
    "atelier/": Text(
        "entrer dans une salle, par le code de son écran",
        "joining a room, by the code of its screen",
    ),
    "deposit/": Text(
        "déposer un export pour une source, par un jeton",
        "dropping an export for a source, by a token",
    ),
    "api/v1/": Text("l’API, par un jeton", "the API, by a token"),
    "public/": Text(
        "ce qu’une organisation a publié, et lui signaler une erreur",
        "what an organisation published, and telling it of an error",
    ),
    "language/": Text("choisir la langue", "choosing the language"),
    "-/health/": Text("dire que le serveur répond", "saying that the server answers"),
    "-/accessibility/": Text("déclaration d’accessibilité", "statement on accessibility"),
    "-/ecodesign/": Text("déclaration d’écoconception", "statement on eco-design"),
    ".well-known/security.txt": Text("où signaler une faiblesse", "where to report a weakness"),
}


def routes(patterns: Iterable[Any], before: str = "") -> Iterator[str]:
    """Yield every address of the program, as its routes say it."""
    for one in patterns:
        route = f"{before}{one.pattern}"
        if hasattr(one, "url_patterns"):
            yield from routes(one.url_patterns, route)
        else:
            yield route


def door_of(route: str) -> Text | None:
    """Return why an address is open, "" when it asks for an account, None where nothing is said."""
    if route.startswith(OF_ORGANISATION):
        return _ACCOUNT
    begins = [one for one in DOORS if (one and route.startswith(one)) or one == route]
    return DOORS[max(begins, key=len)] if begins else None
