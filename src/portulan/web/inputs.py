"""What a browser sends beside the plain fields of forms, read with suspicion."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, ValidationError
from django.core.files.uploadhandler import FileUploadHandler
from django.db.models import Model
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from portulan.accounts.models import User
from portulan.accounts.tokens import find_token
from portulan.core.tables.sources import MAX_BYTES
from portulan.core.uploads import MIB
from portulan.steering.campaigns.links import opens_today

# What a form says around its file.
_AROUND = 1 << 16
_LONGEST_PATH = 1000
# More digits than any identifier has, and fewer than a database refuses to compare with.
_DIGITS = 18

if TYPE_CHECKING:
    _Several = forms.ModelMultipleChoiceField[Model]
else:
    _Several = forms.ModelMultipleChoiceField


def identifiers(texts: Iterable[str]) -> list[int]:
    """Return those of the texts that can be identifiers."""
    return [int(text) for text in texts if text.isdecimal() and len(text) <= _DIGITS]


def way_back(request: HttpRequest, default: str) -> str:
    """Return where the request asks to come back to if it is a page of this site, else `default`.

    Only a path: `redirect` takes any other word for the name of a view. And a short one: it waits
    in the cookie while somebody signs in, and browsers drop one of more than four kilobytes.
    """
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = (
        wanted.startswith("/")
        and len(wanted) <= _LONGEST_PATH
        and url_has_allowed_host_and_scheme(
            wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )
    )
    return wanted if safe else default


class SeveralField(_Several):
    """Several objects among those offered."""

    def clean(self, value: Any) -> Any:
        for pk in value or ():
            if not identifiers([str(pk)]):
                raise ValidationError(
                    self.error_messages["invalid_choice"], "invalid_choice", {"value": pk}
                )
        return super().clean(value)


class FileTooBigError(RequestDataTooBig):
    """A file larger than any that is read."""


class UploadGuard(FileUploadHandler):
    """Refuse what is too large, and the files of strangers, before a byte of it is received.

    A pilot without an account is no stranger, by the link of a reply that is open.
    """

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803 - the name Django gives it
        content_length: int,
        boundary: Any,
        encoding: Any = None,
    ) -> None:
        if content_length > MAX_BYTES + _AROUND:
            raise FileTooBigError
        if content_length > _AROUND and not self._is_known():
            raise RequestDataTooBig

    def _is_known(self) -> bool:
        """Tell whether somebody signed in sends it, or who has a token."""
        request = self.request
        if request is None:
            return False
        said = request.headers.get("Authorization", "")
        if isinstance(getattr(request, "user", None), User) or find_token(said) is not None:
            return True
        match = request.resolver_match
        return (
            match is not None
            and match.view_name == "reply"
            and opens_today(match.kwargs["token"])
            and self._is_evidence()
        )

    def _is_evidence(self) -> bool:
        """Tell whether what comes through a link is no larger than a piece may be."""
        length = self.request.META.get("CONTENT_LENGTH") if self.request else None
        return bool(int(length or 0) <= settings.EVIDENCE_MB * MIB + _AROUND)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data  # the next handler keeps it

    def file_complete(self, file_size: int) -> None:
        return None
