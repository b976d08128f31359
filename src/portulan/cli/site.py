"""`portulan site`: what is public as files that any server of files gives, and that need nobody.

The pages are those that the product answers, asked one by one from the first; links between them
become relative, the stylesheet is beside them, and a link that leads to no file stops all.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Annotated, Any

import typer

from portulan.cli import django_start
from portulan.cli.given import OrgOption
from portulan.cli.output import UNUSABLE, JsonOption, LangOption, language, print_json, say, working
from portulan.core.os_errors import refusal_of
from portulan.core.say.text import Text

SUMS = "SHA256SUMS"
ASSETS = "assets"
_INDEX = "index.html"
_LINK = re.compile(r'(?P<name>\b(?:href|src|action))="(?P<to>/[^"]*)"')
_NOTHING = Text(
    "{} n’a rien publié\u00a0: rien n’est écrit.", "{} published nothing: nothing is written."
)
TAKEN = Text(
    "{} n’est pas un dossier vide, ni un site déjà écrit\u00a0: rien n’est écrit.",
    "{} is neither an empty folder nor a site written before: nothing is written.",
)
_BROKEN = Text(
    "La page {} mène à {}, qui n’est pas publié\u00a0: rien n’est écrit.",
    "Page {} leads to {}, which is not published: nothing is written.",
)
_WRITING = Text("Écriture des pages", "Writing pages")
WRITTEN = Text(
    "{files} fichiers dans {folder}, {size} ko\u202f; sceau {seal}",
    "{files} files in {folder}, {size} kB; seal {seal}",
)


class BrokenLinkError(Exception):
    """A page leads to an address that gives no file."""


def site(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to write.")],
    org: OrgOption,
    address: Annotated[
        str,
        typer.Option(
            "--address", help="Where the site will be: data portals are told of it (https://…)."
        ),
    ] = "",
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Write what is public as static files, with their checksums; exit code 2 when nothing is."""
    spoken = language(lang)
    django_start.start()
    django_start.prepare(spoken)
    from portulan.core.errors import NotFoundError
    from portulan.publication.public.reads import public_of

    org = django_start.organisation_and_actor(org, spoken)[0].slug
    try:
        if public_of(org).current is None:
            raise NotFoundError(org)
    except NotFoundError:
        say(_NOTHING.say(spoken).format(org))
        raise typer.Exit(UNUSABLE) from None
    if folder.exists() and not may_write(folder):
        say(TAKEN.say(spoken).format(folder))
        raise typer.Exit(UNUSABLE)
    base = f"{address.rstrip('/')}/" if address else ""
    try:
        with working(_WRITING, spoken):
            files = dict(_files(org, base))
    except BrokenLinkError as error:
        say(_BROKEN.say(spoken).format(*error.args))
        raise typer.Exit(UNUSABLE) from error
    files[SUMS] = "".join(
        f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files)
    ).encode()
    try:
        put(folder, files)
    except OSError as error:
        say(f"{refusal_of(error, spoken, folder)}.")
        raise typer.Exit(UNUSABLE) from error
    seal = hashlib.sha256(files[SUMS]).hexdigest()
    size = sum(map(len, files.values()))
    if as_json:
        print_json({"folder": str(folder), "files": len(files), "bytes": size, "seal": seal})
    else:
        told = {"files": len(files), "folder": folder, "size": -(-size // 1000), "seal": seal}
        typer.echo(WRITTEN.say(spoken).format(**told))


def may_write(folder: Path) -> bool:
    return folder.is_dir() and (not any(folder.iterdir()) or (folder / SUMS).is_file())


def _files(org: str, base: str) -> Iterator[tuple[str, bytes]]:
    """Yield each file by its name in the site: pages, data, the stylesheet and the icon.

    Raises BrokenLinkError.
    """
    from django.contrib.staticfiles import finders
    from django.contrib.staticfiles.storage import staticfiles_storage

    root = f"/public/{org}/"
    static = {
        staticfiles_storage.url(name): f"{ASSETS}/{PurePosixPath(name).name}"
        for name in ("portulan/portulan.css", "portulan/rosette.svg")
    }
    names = ("datapackage.json", "catalogue.jsonld", "public.json", "feed.atom")
    waiting = [root, f"{root}en/", *(f"{root}data/{name}" for name in names)]
    waiting += [f"{root}{name}" for name in _data_names(org)]
    known = dict.fromkeys(waiting, root)
    while waiting:
        path = waiting.pop(0)
        content, is_page = _asked(path, base, known[path])
        if is_page:
            here = _name(path, root)
            text = content.decode()
            for found in _LINK.finditer(text):
                to = _bare(found["to"])
                if to.startswith(root) and to not in known:
                    known[to] = path
                    waiting.append(to)
                elif not to.startswith(root) and to not in static:
                    raise BrokenLinkError(path, to)
            rewrite = partial(_relative, here=here, root=root, static=static)
            content = _LINK.sub(rewrite, text).encode()
        yield _name(path, root), content
    for name in ("portulan/portulan.css", "portulan/rosette.svg"):
        yield f"{ASSETS}/{PurePosixPath(name).name}", Path(str(finders.find(name))).read_bytes()


def _data_names(org: str) -> list[str]:
    """Return the files of open data of what is public, and of what each share is made of."""
    from portulan.publication.public.reads import content_of, public_of
    from portulan.publication.public.tables import files_of

    current = public_of(org).current
    if current is None:
        return []
    edition = content_of(current)
    figures = [f"figures/{one.figure[:16]}.json" for one in edition.shares if one.figure]
    return [*figures, *(f"data/{name}" for name in sorted(files_of(edition)))]


def _asked(path: str, base: str, whence: str) -> tuple[bytes, bool]:
    """Return what the product answers at an address, and whether it is a page with links."""
    from django.http import HttpRequest
    from django.urls import Resolver404, resolve

    try:
        match = resolve(path)
    except Resolver404:
        raise BrokenLinkError(whence, path) from None
    request: Any = HttpRequest()
    request.method, request.path, request.path_info = "GET", path, path
    request.META = {"SERVER_NAME": "localhost", "SERVER_PORT": "80"}
    request.resolver_match = match
    request.is_site, request.site_address = True, base
    response = match.func(request, *match.args, **match.kwargs)
    # What was withdrawn keeps its page, which says why.
    if response.status_code not in (200, 410):
        raise BrokenLinkError(whence, path)
    return bytes(response.content), path.endswith("/")


def _bare(address: str) -> str:
    return address.partition("#")[0].partition("?")[0]


def _name(path: str, root: str) -> str:
    name = path.removeprefix(root)
    return f"{name}{_INDEX}" if not name or name.endswith("/") else name


def _relative(found: re.Match[str], *, here: str, root: str, static: dict[str, str]) -> str:
    to = _bare(found["to"])
    target = static.get(to) or _name(to, root)
    address = os.path.relpath(target, os.path.dirname(here) or ".").replace(os.sep, "/")
    return f'{found["name"]}="{address}"'


def put(folder: Path, files: dict[str, bytes]) -> None:
    """Write a site beside the one that was there, then in its place: whole, or not at all."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    staged = Path(tempfile.mkdtemp(prefix=".portulan-site-", dir=folder.parent))
    try:
        for name, content in files.items():
            place = staged / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        staged.chmod(0o755)
        before = staged.with_name(f"{staged.name}-before")
        if folder.exists():
            folder.rename(before)
        staged.rename(folder)
        shutil.rmtree(before, ignore_errors=True)
    finally:
        shutil.rmtree(staged, ignore_errors=True)
