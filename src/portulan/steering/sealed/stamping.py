"""Time-stamps of an authority on a seal (RFC 3161): the date is proved, and not only the content.

Optional (`portulan[timestamp]`): without the library nothing is asked, and nothing is judged.
"""

from __future__ import annotations

import base64
import binascii
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING

from portulan.core.say.text import Problem, ProblemKind, UnusableInputError
from portulan.core.say.values import Day
from portulan.steering.sealed import findings

if TYPE_CHECKING:
    from rfc3161_client import TimeStampResponse

_SECONDS = 20
_MOST = 100_000  # bytes: an answer is a few thousand
_HEADERS = {"Content-Type": "application/timestamp-query"}

UNREACHABLE = ProblemKind(
    "timestamp-unreachable",
    "error",
    fr="L’autorité d’horodatage n’a pas répondu\u00a0: le plan reste scellé, réessayez plus tard.",
    en="The time-stamping authority did not answer: the plan stays sealed, try again later.",
)
REFUSED = ProblemKind(
    "timestamp-refused",
    "error",
    fr="L’autorité d’horodatage a refusé, ou sa réponse n’est pas lisible, ou pas de ce sceau.",
    en="The time-stamping authority refused, or its answer is unreadable, or not of this seal.",
)


@dataclass(frozen=True, slots=True)
class Stamped:
    """An answer of an authority: the moment that it proves, and the answer in base64."""

    at: datetime
    token: str


def can_stamp() -> bool:
    """Return whether the library is there."""
    return find_spec("rfc3161_client") is not None


def ask(url: str, content: bytes, seal: str) -> Stamped:
    """Ask an authority for a time-stamp on a seal, the SHA-256 of `content`.

    Nothing of the content leaves but its digest. Raises UnusableInputError.
    """
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

    asked = TimestampRequestBuilder().data(content).hash_algorithm(HashAlgorithm.SHA256)
    query = asked.cert_request(cert_request=True).nonce(nonce=True).build()
    request = urllib.request.Request(url, query.as_bytes(), _HEADERS)  # noqa: S310 - the operator’s
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as answered:  # noqa: S310
            answer = answered.read(_MOST)
    except (OSError, ValueError) as error:
        raise UnusableInputError(UNREACHABLE.at()) from error
    token = base64.b64encode(answer).decode()
    response = _decoded(token)
    if response is None or not _is_of(response, seal) or response.tst_info.nonce != query.nonce:
        raise UnusableInputError(REFUSED.at())
    return Stamped(response.tst_info.gen_time, token)


def stamp_problems(token: str, seal: str, authority: Sequence[bytes] = ()) -> list[Problem]:
    """Return what does not hold of the time-stamp of a seal.

    `authority` are the certificates (PEM) that are trusted; without one, that the stamp is of this
    seal is all that is judged.
    """
    if not can_stamp():
        return [findings.STAMP_NO_READER.at()]
    response = _decoded(token)
    if response is None:
        return [findings.STAMP_UNREADABLE.at()]
    if not _is_of(response, seal):
        return [findings.STAMP_OF_ANOTHER.at()]
    if not authority:
        return [findings.STAMP_UNTRIED.at(day=Day(response.tst_info.gen_time.date()))]
    return [] if _is_signed(response, seal, authority) else [findings.STAMP_NOT_TRUSTED.at()]


def _decoded(token: str) -> TimeStampResponse | None:
    from rfc3161_client import decode_timestamp_response

    try:
        response = decode_timestamp_response(base64.b64decode(token, validate=True))
        response.tst_info  # noqa: B018 - a refusal has none
    except (ValueError, binascii.Error):
        return None
    return response


def _is_of(response: TimeStampResponse, seal: str) -> bool:
    return response.tst_info.message_imprint.message.hex() == seal


def _is_signed(response: TimeStampResponse, seal: str, authority: Sequence[bytes]) -> bool:
    from cryptography.x509 import load_pem_x509_certificates
    from rfc3161_client import VerificationError, VerifierBuilder

    builder = VerifierBuilder()
    try:
        for certificates in authority:
            for one in load_pem_x509_certificates(certificates):
                builder = builder.add_root_certificate(one)
        return builder.build().verify(response, bytes.fromhex(seal))
    except (VerificationError, ValueError):
        return False
