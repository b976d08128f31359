"""Uploaded files as the readers take them: paths, gone once read.

Files that estimates may start from, and what is asked before recording them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.impact.engine.names import device_name
from portulan.impact.estimates.inventories import Group
from portulan.impact.models import MOMENTS
from portulan.web.fields import NumberField
from portulan.web.language import page_language


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


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One file or several."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        files = data if isinstance(data, list) else [data]
        return [super(FilesField, self).clean(file, initial) for file in files]


class SourceForm(forms.Form):
    sources = FilesField(
        label=gettext_lazy("Fichiers"),
        help_text=gettext_lazy(
            "Une demande d’impact en JSON, ou les tables d’un inventaire NumEcoEval en CSV."
        ),
    )


class LivesForm(forms.Form):
    """How long the devices of an inventory are kept, without the action and with it."""

    def __init__(self, groups: Sequence[Group], data: Any = None) -> None:
        super().__init__(data)
        self.groups = groups
        for group in groups:
            self.fields[f"before-{group.device}"] = NumberField(
                label=_("sans l’action"), required=False
            )
            self.fields[f"after-{group.device}"] = NumberField(
                label=_("avec l’action"), required=False
            )
            if group.life is not None:
                self.initial[f"before-{group.device}"] = Decimal(str(group.life))

    def rows(self) -> list[tuple[Group, str, tuple[forms.BoundField, ...]]]:
        return [
            (
                group,
                device_name(group.device, page_language()),
                (self[f"before-{group.device}"], self[f"after-{group.device}"]),
            )
            for group in self.groups
        ]

    def clean(self) -> dict[str, Any]:
        chosen = {
            group.device: (before, after)
            for group in self.groups
            if (after := self.cleaned_data.get(f"after-{group.device}")) is not None
            and (before := self.cleaned_data.get(f"before-{group.device}")) is not None
        }
        if not chosen and not self.errors:
            raise ValidationError(_("Dites pour un appareil au moins combien de temps il servira."))
        return {"lives": chosen}


class RecordForm(forms.Form):
    moment = forms.ChoiceField(label=gettext_lazy("Cette estimation est"), choices=MOMENTS)
    baseline = forms.CharField(
        max_length=500, required=False, label=gettext_lazy("Ce qui se passerait sans l’action")
    )
    note = forms.CharField(max_length=500, required=False, label=gettext_lazy("Remarque"))
