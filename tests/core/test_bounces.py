"""What servers report of messages that were not delivered, and what it says of an address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portulan.core.bounces import Report, is_of_address, reports_of, status_of

REPORT = """\
From: Mail Delivery System <MAILER-DAEMON@relay.example>
To: portulan@bourg.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain; charset=us-ascii

I am sorry to tell you that your message could not be delivered.

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example
X-Postfix-Queue-ID: 4F2

Final-Recipient: rfc822; pilote1@bourg.example
Action: {action}
Status: {status}
Remote-MTA: dns; mx.bourg.example
Diagnostic-Code: smtp; 550 5.1.1 <pilote1@bourg.example>: Recipient
    address rejected: User unknown

--b1
Content-Type: {kind}

Subject: Plan
Message-ID: {message_id}
To: pilote1@bourg.example

--b1--
"""


def report(
    message_id: str,
    *,
    status: str = "5.1.1",
    action: str = "failed",
    kind: str = "message/rfc822",
) -> bytes:
    """A report as a server sends it back."""
    said = {"message_id": message_id, "status": status, "action": action, "kind": kind}
    return REPORT.format(**said).encode()


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
def test_a_report_names_its_message_and_why(kind: str) -> None:
    (found,) = reports_of(report("<1@bourg.example>", kind=kind))
    assert found.ids == ("<1@bourg.example>",)
    assert (found.status, found.failed) == ("5.1.1", True)
    assert "User unknown" in found.said


def test_a_box_of_messages_is_read_and_a_delay_is_no_failure() -> None:
    separator = b"From MAILER-DAEMON Thu Nov 26 10:00:00 2026\n"
    delayed = report("<2@x>", status="4.4.1", action="delayed")
    letter = b"Subject: Bonjour\n\nDe vive voix.\n"
    box = b"".join(separator + one for one in (report("<1@x>"), letter, delayed))
    assert [(one.ids, one.failed) for one in reports_of(box)] == [
        (("<1@x>",), True), (("<2@x>",), False)
    ]  # fmt: skip
    # A server that gives no status says it in its diagnosis.
    (said,) = reports_of(report("<1@x>", status=""))
    assert said.status == "5.1.1"
    assert list(reports_of(letter)) == list(reports_of(b"")) == []


@pytest.mark.parametrize(
    ("status", "of_address"),
    [
        ("5.1.1", True), ("5.1.2", True), ("5.1.10", True), ("5.2.1", True), ("550", True),
        ("5.2.2", False), ("5.7.1", False), ("5.1.8", False), ("4.1.1", False), ("554", False),
        ("452", False), ("5.4.7", False), ("", False),
    ],
)  # fmt: skip
def test_only_what_is_wrong_with_an_address_shuts_it(status: str, *, of_address: bool) -> None:
    assert is_of_address(status) is of_address


def test_three_digits_stand_where_a_server_says_no_more() -> None:
    assert status_of(550, "5.1.1 unknown") == "5.1.1"
    assert status_of(550, "No such user, see 4.0.2") == "550"
    assert status_of(554, "5.7.1 spam") == "5.7.1"


@given(st.binary(max_size=300), st.integers(0, 900))
def test_nothing_breaks_the_reader(noise: bytes, at: int) -> None:
    whole = report("<1@bourg.example>")
    for content in (noise, whole[:at] + noise + whole[at:], b"From x\n" + noise, whole[at:]):
        assert all(isinstance(one, Report) for one in reports_of(content))
