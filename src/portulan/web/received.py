"""What a browser sends beside the plain fields of forms, read with suspicion."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, ValidationError
from django.core.files.uploadhandler import FileUploadHandler
from django.db.models import Model
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from portulan.accounts.models import User
from portulan.core.tables.sources import MAX_BYTES

# What a form says around its file.
_AROUND = 1 << 16
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

    Only a path: `redirect` takes any other word for the name of a view.
    """
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = wanted.startswith("/") and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else default


def is_from_proxy(request: HttpRequest) -> bool:
    """Tell whether a request comes from a proxy of `PORTULAN_PROXIES`, itself."""
    peer = _address(request.META.get("REMOTE_ADDR", ""))
    return peer is not None and any(peer in one for one in settings.PROXIES)


def client_address(request: HttpRequest) -> str:
    """Return the address that a request comes from, "" when it is not known.

    What a proxy says of it is believed of those of `PORTULAN_PROXIES` alone, from the nearest on.
    """
    said = request.headers.get("X-Forwarded-For", "").split(",")
    found = _address(request.META.get("REMOTE_ADDR", ""))
    while found is not None and said and any(found in one for one in settings.PROXIES):
        further = _address(said.pop())
        if further is None:
            break
        found = further
    return "" if found is None else str(found)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text.strip())
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


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
    """Refuse what is too large, and the files of strangers, before a byte of it is received."""

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
        if content_length > _AROUND and not isinstance(getattr(self.request, "user", None), User):
            raise RequestDataTooBig

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data  # the next handler keeps it

    def file_complete(self, file_size: int) -> None:
        return None
