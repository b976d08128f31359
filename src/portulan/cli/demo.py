"""`portulan demo`: the demonstration organisation, then the server and a sign-in link."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from portulan.cli import django_start
from portulan.cli.address import PortOption, answer_at, check_free, port_of
from portulan.cli.output import UNUSABLE, LangOption, language, say
from portulan.cli.serve import run
from portulan.core.folders import data_folder
from portulan.core.say.text import Language, Text

DataOption = Annotated[
    Path | None,
    typer.Option("--data", help="Folder of the database and files (PORTULAN_DATA, else yours)."),
]
ResetOption = Annotated[bool, typer.Option("--reset", help="Build it again from the beginning.")]
NoServeOption = Annotated[bool, typer.Option("--no-serve", help="Build it and stop.")]


def demo(
    port: PortOption = None,
    no_serve: NoServeOption = False,
    data: DataOption = None,
    reset: ResetOption = False,
    lang: LangOption = None,
) -> None:
    """Build the demonstration organisation if it is absent, print a sign-in link, and serve."""
    spoken = language(lang)
    # What would be sent to made-up people is read where the demonstration was started.
    os.environ.setdefault("PORTULAN_SMTP", "console:")
    django_start.start(data=str(folder_of(data)))
    chosen = port_of(port)
    if not no_serve:
        check_free("127.0.0.1", chosen, spoken)
        answer_at(f"http://127.0.0.1:{chosen}")

    heard, told = os.pipe()  # a process that ends builds; the one that serves tells the link

    def ready() -> None:
        django_start.prepare(spoken)
        _refuse_others(spoken)
        os.write(told, _build(spoken, reset=reset).encode())

    def tell() -> None:
        say(
            Text(
                "Démonstration prête. Pour entrer, ouvrez ce lien, une fois\u00a0:",
                "Demonstration ready. To come in, open this link, once:",
            ).say(spoken)
        )
        typer.echo(f"http://127.0.0.1:{chosen}{os.read(heard, 4096).decode()}")

    if no_serve:
        ready()
        tell()
        return

    def listening() -> None:
        tell()
        say(Text("Arrêtez avec Ctrl+C.", "Stop with Ctrl+C.").say(spoken))

    django_start.apart(ready)
    run(host="127.0.0.1", port=chosen, listening=listening)


def folder_of(data: Path | None) -> Path:
    """Return the folder asked for, else PORTULAN_DATA, else `demo` in the user's own folder.

    The demonstration never mixes with one's own data: see `_refuse_others`.
    """
    if data is not None:
        return data.expanduser().resolve()
    if os.environ.get("PORTULAN_DATA"):
        return data_folder()
    return data_folder() / "demo"


def _refuse_others(spoken: Language) -> None:
    """Exit 2 where somebody has an organisation of their own."""
    from django.conf import settings

    from portulan.accounts.models import Organisation

    own = Organisation.objects.filter(fictional=False).values_list("slug", flat=True).first()
    if own is None:
        return
    say(
        Text(
            f"Une organisation à vous est ici ({own}, dans {settings.DATA})\u00a0: donnez un autre"
            " dossier à la démonstration, avec --data, ou une autre base.",
            f"An organisation of yours is here ({own}, in {settings.DATA}): give the demonstration"
            " another folder, with --data, or another database.",
        ).say(spoken)
    )
    raise typer.Exit(UNUSABLE)


def _build(spoken: Language, *, reset: bool) -> str:
    """Build what is absent and return the path of a sign-in link for the delegate's account."""
    from portulan.accounts.links import make_link
    from portulan.demo.build import build, find, host_of, remove

    organisation = find()
    if organisation is not None and reset:
        say(Text("Je retire la démonstration…", "Removing the demonstration…").say(spoken))
        remove(organisation)
        organisation = None
    if organisation is None:
        say(
            Text(
                "Je construis la démonstration (données fictives, quelques secondes)…",
                "Building the demonstration (made-up data, a few seconds)…",
            ).say(spoken)
        )
        organisation = build(progress=lambda step: say(step.say(spoken)))
    return f"/sign-in/{make_link(user=host_of(organisation))}/"
