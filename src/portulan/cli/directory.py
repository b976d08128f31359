"""`portulan directory`: a light site of what organisations publish, whose seals were checked."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated

import typer

from portulan.cli import output
from portulan.cli.given import given_file
from portulan.cli.output import UNUSABLE, JsonOption, LangOption, say
from portulan.cli.site import SUMS, TAKEN, WRITTEN, may_write, put
from portulan.core.os_errors import refusal_of
from portulan.core.say.text import Text, UnusableInputError, colon

_READING = Text("Lecture des adresses", "Reading addresses")


def directory(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            parser=given_file,
            help="List: siren;nom;adresse, or JSON.",
        ),
    ],
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to write.")],
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Read what organisations publish, check its seals, and write a light site of it.

    It needs no database. Exit code 1 when something cannot be read or does not hold: the site says
    what and why; 2 when the list is unusable, and nothing is written.
    """
    spoken = output.language(lang)
    from portulan.publication.directory.bodies import listed, read
    from portulan.publication.directory.making import files_of

    if folder.exists() and not may_write(folder):
        say(TAKEN.say(spoken).format(folder))
        raise typer.Exit(UNUSABLE)
    try:
        bodies, rows = listed(file.read_bytes())
        with output.working(_READING, spoken):
            for one in bodies:
                read(one, file.absolute().parent)
        refused = [(str(one.values["name"]), one) for one in rows]
        refused += [(one.name, problem) for one in bodies for problem in one.problems]
        files = files_of(bodies, refused)
        put(folder, files)
    except UnusableInputError as error:
        output.say_problem(error.problem, spoken)
        raise typer.Exit(UNUSABLE) from error
    except OSError as error:
        say(f"{refusal_of(error, spoken, file)}.")
        raise typer.Exit(UNUSABLE) from error
    seal, size = hashlib.sha256(files[SUMS]).hexdigest(), sum(map(len, files.values()))
    if as_json:
        told = [problem.as_json(spoken) | {"organisation": name} for name, problem in refused]
        counts = {"organisations": sum(1 for one in bodies if one.edition or one.lessons)}
        for name in ("editions", "shares", "lessons"):
            counts[name] = sum(len(getattr(one, name)) for one in bodies)
        said = {"folder": str(folder), "files": len(files), "bytes": size, "seal": seal}
        output.print_json(said | counts | {"problems": told})
    else:
        for name, problem in refused:
            say(f"{name}{colon(spoken)}{problem.message(spoken)}")
        told_of = {"files": len(files), "folder": folder, "size": -(-size // 1000), "seal": seal}
        typer.echo(WRITTEN.say(spoken).format(**told_of))
    raise typer.Exit(output.WITH_ERRORS if refused else output.DONE)
