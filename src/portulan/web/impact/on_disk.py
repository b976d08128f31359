"""Uploaded files as the readers take them: paths, gone once read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.files.uploadedfile import UploadedFile


@contextmanager
def on_disk(files: Iterable[UploadedFile[Any]]) -> Iterator[list[Path]]:
    """Lend the paths of uploaded files, under names of ours, in a folder that goes away."""
    with TemporaryDirectory(prefix="portulan-") as folder:
        paths = []
        for number, file in enumerate(files):
            path = Path(folder) / f"{number}.csv"
            with path.open("wb") as stream:
                for chunk in file.chunks():
                    stream.write(chunk)
            paths.append(path)
        yield paths
