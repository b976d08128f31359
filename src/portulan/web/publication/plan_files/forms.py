"""The forms of a folder that comes back: its archive, and what stands of each conflict."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.core.merge.threeway import Cell, Side
from portulan.publication.plan_files.previews import key_of
from portulan.publication.plan_files.reading import line_of
from portulan.publication.plan_files.telling import shown, written
from portulan.web.sides import Asked, Words

WORDS = Words(
    unsaid=gettext_lazy("à dire"),
    rest=gettext_lazy("demander"),
    sides={
        Side.OURS: gettext_lazy("garder celle d’ici"),
        Side.THEIRS: gettext_lazy("prendre celle du dossier"),
    },
    there=gettext_lazy("Dans le dossier"),
)


class FolderForm(forms.Form):
    """The folder of a plan, in an archive."""

    file = forms.FileField(
        label=gettext_lazy("Dossier du plan, en ZIP"),
        allow_empty_file=True,  # the reader says what to do about it
        widget=forms.FileInput(attrs={"accept": ".zip"}),
        help_text=gettext_lazy("Celui que vous avez emporté d’ici, une fois modifié."),
    )


def asked(one: Cell, files: Mapping[str, bytes]) -> Asked:
    """Return a conflict as the page asks it, with its file and its line."""
    loc = one.name
    line = line_of(files, loc.path, written(loc))
    place = loc.path if line is None else f"{loc.path}, {_('ligne')} {line}"
    here, there = shown(one.here), shown(one.there)
    return Asked(key_of(loc), place, loc.shown, here, there, is_decided=one.must is not None)
