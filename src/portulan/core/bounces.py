"""What comes back of a message: the reports that servers send when it is not delivered (pure).

A report is `multipart/report` (RFC 6522) with a `message/delivery-status` part (RFC 3464), beside
the message that came back or its headers; its Message-ID says which it was. What a server answers
while a message is sent (RFC 5321) is judged by the same rule.
"""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

_ID = re.compile(r"<[^<>\s]{3,250}>")
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_SEPARATOR = re.compile(rb"(?m)^From [^\r\n]*\r?\n")
# An address that is wrong, or shut (5.2.1): no full box, refused text, nor sender (5.1.7, 5.1.8).
_OF_ADDRESS = re.compile(r"5\.1\.(?:[0-46]|10)|5\.2\.1")
# Of a server that gives no more than three digits: no such box, not here, no such name.
_BARE = frozenset({"550", "551", "553"})


@dataclass(frozen=True, slots=True)
class Report:
    """What one report says of a message, for one address: `ids` may be its Message-ID."""

    ids: tuple[str, ...]
    status: str
    said: str
    failed: bool  # final: a delay is no failure


def is_of_address(status: str) -> bool:
    """Tell whether a refusal says that the address receives nothing, and not this text or today.

    `status` is an enhanced code (RFC 3463) or three digits.
    """
    return _OF_ADDRESS.fullmatch(status) is not None or status in _BARE


def status_of(code: int, said: str) -> str:
    """Return the enhanced code in what a server answered, else its three digits."""
    found = _STATUS.search(said)
    return found[1] if found and found[1][0] == str(code)[:1] else str(code)


def reports_of(content: bytes) -> Iterator[Report]:
    """Yield what the reports of a file say: a message, or several as an mbox.

    What is no report is passed over in silence.
    """
    messages = [content]
    if content.startswith(b"From "):
        messages = _SEPARATOR.split(content)[1:]
    for one in messages:
        try:
            yield from _of_message(email.message_from_bytes(one))
        except (RecursionError, ValueError, LookupError, TypeError, AttributeError):
            continue  # made to break a reader, or broken: it says nothing


def _of_message(message: Message) -> Iterator[Report]:
    told: list[Message] = []
    ids: list[str] = []
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            blocks = part.get_payload()
            told += [one for one in blocks if isinstance(one, Message)] if blocks else []
        elif kind == "message/rfc822":
            ids += _ids(part.get_payload(0)["Message-ID"])  # type: ignore[index]
        elif kind == "text/rfc822-headers":
            inside = part.get_payload(decode=True)
            ids += _ids(email.message_from_bytes(bytes(inside or b""))["Message-ID"])
    ids += _ids(message["In-Reply-To"]) + _ids(message["References"])
    for one in told:
        action = _text(one["Action"]).lower()
        if not action:
            continue  # what is said of the report itself
        said = _text(one["Diagnostic-Code"])
        found = _STATUS.search(_text(one["Status"])) or _STATUS.search(said)
        status = found[1] if found else ""
        yield Report(tuple(dict.fromkeys(ids)), status, said[:250], failed=action == "failed")


def _ids(header: object) -> list[str]:
    return _ID.findall(_text(header))


def _text(header: object) -> str:
    return " ".join(str(header or "").split())
