"""`portulan papers`: what this server opens, sends and keeps, from what it is now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

import typer

from portulan import __version__
from portulan.cli import django_start
from portulan.cli.backups.backup import refusals
from portulan.cli.output import JsonOption, LangOption, language, print_json, whole
from portulan.core.say.text import Language, Text

_TITLE = Text("Papiers de sécurité de ce serveur", "Security papers of this server")
_HERE = Text("Ce serveur", "This server")
_DOORS = Text("Portes sans compte", "Doors without account")
_OUT = Text("Ce qui sort", "What leaves")
_CLOSED = Text("Ce qui est fermé, et le réglage qui l’ouvre", "What is closed, and what opens it")
_WHO = Text("Destinataires", "Recipients")
_LONG = Text("Durées", "How long")
_THREATS = Text("Menaces, réponses et essais", "Threats, answers and tests")
_TABLES = Text("Tables qui nomment des personnes", "Tables that name people")
_NONE = Text("rien", "nothing")
_YES, _NO = Text("oui", "yes"), Text("non", "no")
_DAYS = Text("{} jours", "{} days")
_BY_HAND = Text("une organisation", "an organisation")
_PEOPLE = Text(
    "les personnes de chaque organisation, selon leur rôle\u00a0; qui exploite ce serveur",
    "the people of each organisation, by their role; who operates this server",
)
_FRENCH = Text(
    "", "The threats are in French: they are those of an approval under French rules (RGS)."
)


def papers(
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="The page to write (Markdown).")
    ] = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Write what a security approval, a register and a privacy page need, of this very server.

    From its routes, settings in force, retentions and models; nothing is typed by hand.
    """
    spoken = language(lang)
    django_start.start()
    django_start.prepare(spoken)
    document = paper(spoken)
    if output is not None:
        with refusals(spoken, output), whole(output) as stream:
            stream.write(page(document, spoken).encode())
    if as_json:
        print_json(document)
    elif output is None:
        typer.echo(page(document, spoken))


def paper(lang: Language) -> dict[str, Any]:
    """Return what this server opens, sends and keeps, as data."""
    from django.conf import settings
    from django.db import connection
    from django.urls import get_resolver

    from portulan.accounts.holdings import named_in
    from portulan.core.doors import door_of, routes
    from portulan.core.outward import outward
    from portulan.core.retention import retentions

    doors = [(one, door_of(one)) for one in routes(get_resolver().url_patterns)]
    ways = [(one, one.to(None)) for one in outward()]
    return {
        "server": {
            "portulan": __version__,
            "address": settings.ADDRESS,
            "https": settings.HTTPS,
            "hosts": settings.ALLOWED_HOSTS,
            "proxies": [str(one) for one in settings.PROXIES],
            "database": connection.vendor,
        },
        "doors": [
            {"address": f"/{route}", "why": why.say(lang)}
            for route, why in doors
            if why is not None and why.fr
        ],
        "outward": [
            {
                "code": one.code,
                "title": one.title.say(lang),
                "what": one.what.say(lang),
                "to": to,
                "names": one.names,
                "setting": one.setting,
            }
            for one, to in ways
        ],
        "recipients": [_PEOPLE.say(lang)]
        + [f"{one.title.say(lang)} ({to})" for one, to in ways if to and one.names],
        "retention": [
            {"what": str(one.title), "days": one.days, "setting": one.setting}
            for one in retentions()
        ],
        "tables": named_in(),
        "threats": list(threats()),
    }


def threats() -> Iterator[dict[str, Any]]:
    """Yield what threatens, what answers, and the tests that hold it."""
    said = files("portulan.cli.papers").joinpath("threats.tsv").read_text(encoding="utf-8")
    for line in said.splitlines():
        threat, answer, tests = line.split("\t")
        yield {"threat": threat, "answer": answer, "tests": tests}


def page(found: dict[str, Any], lang: Language) -> str:
    """Return the papers as a page of Markdown."""
    ways = found["outward"]
    gone = [(one["title"], one["what"], one["to"]) for one in ways if one["to"]]
    shut = [
        (one["title"], f"`{one['setting']}`" if one["setting"] else _BY_HAND.say(lang))
        for one in ways
        if not one["to"]
    ]
    kept = [
        (one["what"], _DAYS.say(lang).format(one["days"]), one["setting"])
        for one in found["retention"]
    ]
    answered = [(one["threat"], one["answer"], one["tests"]) for one in found["threats"]]
    parts: list[tuple[Text, Iterable[Iterable[object]]]] = [
        (_HERE, ((name, _said(value, lang)) for name, value in found["server"].items())),
        (_DOORS, ((f"`{one['address']}`", one["why"]) for one in found["doors"])),
        (_OUT, gone),
        (_CLOSED, shut),
        (_WHO, ((one,) for one in found["recipients"])),
        (_LONG, kept),
        (_TABLES, ((one,) for one in found["tables"])),
        (_THREATS, answered),
    ]
    told = "".join(f"## {title.say(lang)}\n\n{_table(rows, lang)}\n" for title, rows in parts)
    return f"# {_TITLE.say(lang)}\n\n{told}{_FRENCH.say(lang)}\n"


def _said(value: object, lang: Language) -> str:
    if isinstance(value, bool):
        return (_YES if value else _NO).say(lang)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _table(rows: Iterable[Iterable[object]], lang: Language) -> str:
    found = [[str(cell).replace("|", "\\|") for cell in row] for row in rows]
    if not found:
        return f"{_NONE.say(lang)}\n"
    head = "|" + " |" * len(found[0]) + "\n|" + "---|" * len(found[0]) + "\n"
    return head + "".join(f"| {' | '.join(row)} |\n" for row in found)
