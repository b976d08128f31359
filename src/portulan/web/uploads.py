"""Uploaded files as the readers take them, and what a page carries of them from step to step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from portulan.core.say.text import Problem
from portulan.web.language import page_language
from portulan.web.requests import OrganisationRequest

_A_DAY = 24 * 3600


def sealed(name: str, content: object) -> str:
    """Return what a page carries, so that what is previewed is what is recorded."""
    return signing.dumps(content, salt=f"carried.{name}", compress=True)


def opened(request: OrganisationRequest, name: str) -> Any:
    """Return what the page carried, or None, said, when its seal is broken or a day old."""
    try:
        carried = request.POST.get("sealed", "")
        return signing.loads(carried, salt=f"carried.{name}", max_age=_A_DAY)
    except signing.BadSignature:
        messages.error(
            request, str(_("Cet aperçu n’est plus valable : déposez le fichier à nouveau."))
        )
        return None


def read_uploaded[T](
    files: Sequence[UploadedFile[Any]], read: Callable[[list[Path]], T]
) -> tuple[T, dict[str, str]]:
    """Return what a reader of paths finds in uploaded files, and what a person calls each path.

    They have names of ours, in a folder that goes away.
    """
    with TemporaryDirectory(prefix="portulan-") as folder:
        paths = [Path(folder) / f"{number}.csv" for number in range(len(files))]
        for path, file in zip(paths, files, strict=True):
            with path.open("wb") as stream:
                stream.writelines(file.chunks())
        found = read(paths)
    return found, {str(path): str(file.name) for path, file in zip(paths, files, strict=True)}


def told_with_lines(
    problems: Iterable[Problem], names: Mapping[str, str] | None = None
) -> list[str]:
    """Return what is wrong with files, each with its line, and its file when several are named.

    `names` gives what a person calls each file.
    """
    told = []
    for problem in problems:
        places = [name] if (name := (names or {}).get(problem.file or "")) else []
        if problem.line:
            places.append(_("ligne %(line)s") % {"line": problem.line})
        message, place = problem.message(page_language()), ", ".join(places)
        if place:
            place = place if names else place[:1].upper() + place[1:]
            message = _("%(place)s : %(message)s") % {"place": place, "message": message}
        told.append(message)
    return told


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One file or several."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        files = data if isinstance(data, list) and data else [data or None]
        return [super(FilesField, self).clean(file, initial) for file in files]
