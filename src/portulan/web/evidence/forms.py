"""The forms of evidence: a piece with its file, another file of it, why it is hidden."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portulan.evidence.kinds import KINDS
from portulan.evidence.models import VISIBILITIES, Piece
from portulan.evidence.reception import Received, receive
from portulan.evidence.words import Visibility
from portulan.web.fields import DayField, LongSelect, field_of

ACCEPTED = ",".join(f".{kind.extension}" for kind in KINDS.values())


class EvidenceFile(forms.FileField):
    """A file of any kind that is received; a phone offers its camera and its photos."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Fichier ou photo"))
        super().__init__(allow_empty_file=True, **options)
        self.widget.attrs["accept"] = f"{ACCEPTED},image/jpeg,image/png"
        self.help_text = self.help_text or format_lazy(
            _(
                "PDF, image, document OpenDocument ou Office, texte ou CSV ; {most} Mo au plus. Le"
                " lieu et l’appareil sont retirés des photos."
            ),
            most=settings.EVIDENCE_MB,
        )


def received(file: UploadedFile[Any] | None) -> Received | None:
    """Keep the file of a form. Raises as `receive`."""
    return receive(file, file.name or "") if file else None  # type: ignore[arg-type]


class RevisionForm(forms.Form):
    file = EvidenceFile()

    def received(self) -> Received:
        """Keep the file. Raises as `receive`."""
        file = self.cleaned_data["file"]
        return receive(file, file.name)


class HideForm(forms.Form):
    reason = forms.CharField(label=_("Motif"), max_length=500)


class PieceForm(forms.Form):
    """What is said of a piece, and who sees it; `publishing` offers to publish it."""

    def __init__(self, *args: Any, publishing: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = {
            "title": field_of(Piece, "title", help_text=_("Son sujet, en quelques mots.")),
            "reference": field_of(Piece, "reference", help_text=_("Là où est l’original.")),
            "visibility": field_of(
                Piece,
                "visibility",
                help_text=_(
                    "Privée : qui tient le plan, les finances, l’audit, et qui pilote l’action."
                ),
            ),
            "dated_on": DayField(label=_("Date de la pièce"), required=False),
            "expires_on": DayField(
                label=_("Valable jusqu’au"),
                required=False,
                help_text=_("Un certificat, une attestation : vous serez averti avant."),
            ),
        }
        self.fields.update(said)
        if not publishing:
            choices = [pair for pair in VISIBILITIES.items() if pair[0] != Visibility.PUBLISHED]
            said["visibility"].choices = choices

    def said(self) -> dict[str, Any]:
        """Return the arguments of the services, once the form is valid."""
        names = ("title", "reference", "visibility", "dated_on", "expires_on")
        return {name: self.cleaned_data[name] for name in names}


class GiveForm(PieceForm):
    """A piece to give: a file, a reference, or one given already."""

    def __init__(self, existing: list[Piece], *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"visibility": Visibility.PRIVATE, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        first: dict[str, Any] = {"file": EvidenceFile(required=False)}
        self.fields["title"].required = False
        self.fields["title"].help_text = _("Vide : le nom du fichier, ou la référence.")
        if existing:
            self.by_pk = {str(piece.pk): piece for piece in existing}
            first["existing"] = forms.ChoiceField(
                label=_("Ou une preuve déjà donnée"),
                required=False,
                choices=[("", "—"), *((pk, one.title[:60]) for pk, one in self.by_pk.items())],
                widget=LongSelect,
            )
        self.fields = {**first, **self.fields}

    @property
    def chosen(self) -> Piece | None:
        """Return the piece given already that was chosen."""
        pk = self.cleaned_data.get("existing")
        return self.by_pk[pk] if pk else None
