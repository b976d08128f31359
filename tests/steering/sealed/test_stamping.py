"""The date of a seal, proved by an authority that openssl plays, and judged by openssl too."""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from portulan.core.say.text import UnusableInputError
from portulan.plans.words import CommitmentLevel
from portulan.steering.models import SealedPlan
from portulan.steering.sealed.reads import file_of
from portulan.steering.sealed.stamping import ask, stamp_problems
from portulan.steering.sealed.verifying import verify
from portulan.steering.sealed.writes import seal_plan, stamp_seal
from portulan.steering.words import Occasion
from tests.people import Town
from tests.plans.plan_of_town import TODAY, adopt, followed_action, make_plan

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl")
rfc3161_client = pytest.importorskip("rfc3161_client")

CONFIG = """
[ tsa ]
default_tsa = own
[ own ]
serial = {place}/serial
signer_cert = {place}/tsa.pem
signer_key = {place}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
[ req ]
distinguished_name = name
[ name ]
[ ca ]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[ stamp ]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
"""


def openssl(*arguments: str | Path, **more: bytes) -> bytes:
    done = subprocess.run(
        ["openssl", *map(str, arguments)],
        check=True,
        capture_output=True,
        input=more.get("given"),
    )
    return done.stdout


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an authority of time-stamps: its root, its certificate, its key."""
    place = tmp_path_factory.mktemp("authority")
    config = place / "config"
    config.write_text(CONFIG.format(place=place))
    (place / "serial").write_text("01")
    for name, issuer, part in (("root", None, "ca"), ("tsa", "root", "stamp")):
        key, cert = place / f"{name}.key", place / f"{name}.pem"
        openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", key)
        signed = ("-CA", place / f"{issuer}.pem", "-CAkey", place / f"{issuer}.key")
        openssl(
            *("req", "-x509", "-new", "-key", key, "-out", cert, "-days", "30"),
            *("-config", config, "-extensions", part, "-subj", f"/CN=Essai {name}"),
            *(signed if issuer else ()),
        )
    return place


@pytest.fixture
def address(authority: Path) -> Iterator[str]:
    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = authority / "query"
            query.write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            asked = ("-config", authority / "config", "-queryfile", query)
            answer = openssl("ts", "-reply", *asked)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_words: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()


@pytest.fixture
def sealed(town: Town) -> SealedPlan:
    plan = make_plan(town)
    adopt(town, followed_action(town, plan), CommitmentLevel.IMPLEMENTATION)
    return seal_plan(town.editor, plan=plan, occasion=Occasion.VOTE, title="Vote", today=TODAY)


def test_an_authority_dates_a_seal_and_openssl_agrees(
    town: Town, sealed: SealedPlan, authority: Path, address: str, tmp_path: Path
) -> None:
    stamp = stamp_seal(town.editor, sealed=sealed, url=address)
    assert abs((timezone.now() - stamp.stamped_at).total_seconds()) < 60
    response = rfc3161_client.decode_timestamp_response(base64.b64decode(stamp.token))
    assert response.tst_info.gen_time == stamp.stamped_at
    found = verify(file_of(SealedPlan.objects.select_related("stamp").get()))
    assert found.holds
    assert found.sealed is not None
    assert found.sealed.timestamp == stamp.token
    root = [(authority / "root.pem").read_bytes()]
    assert stamp_problems(stamp.token, sealed.seal, root) == []
    # Software that is not ours: the canonical content is what was stamped.
    (tmp_path / "content").write_text(sealed.content, newline="")
    (tmp_path / "token").write_bytes(base64.b64decode(stamp.token))
    said = openssl(
        *("ts", "-verify", "-data", tmp_path / "content", "-in", tmp_path / "token"),
        *("-CAfile", authority / "root.pem"),
    )
    assert b"Verification: OK" in said
    with pytest.raises(ValidationError):
        stamp_seal(town.editor, sealed=sealed, url=address)


def test_a_stamp_that_is_another_s_or_nobody_s_is_told(authority: Path, address: str) -> None:
    content = b'{"a":1}'

    seal = hashlib.sha256(content).hexdigest()
    token = ask(address, content, seal).token

    def codes(*asked: object) -> list[str]:
        return [one.kind.code for one in stamp_problems(*asked)]  # type: ignore[arg-type]

    assert codes(token, seal) == ["timestamp-untried"]
    assert codes(token, "0" * 64) == ["timestamp-of-another"]
    assert codes(token[:-8], seal) == ["timestamp-unreadable"]
    assert codes("é", seal) == ["timestamp-unreadable"]
    stranger = authority / "stranger.pem"
    openssl(
        *("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", authority / "s.key"),
        *("-out", stranger, "-days", "2", "-subj", "/CN=Autre", "-config", authority / "config"),
    )
    assert codes(token, seal, [stranger.read_bytes()]) == ["timestamp-not-trusted"]
    assert codes(token, seal, [b"rien"]) == ["timestamp-not-trusted"]


def test_an_authority_that_does_not_answer_keeps_nobody(town: Town, sealed: SealedPlan) -> None:
    with pytest.raises(UnusableInputError):
        stamp_seal(town.editor, sealed=sealed, url="http://127.0.0.1:9/")
    with pytest.raises(ValidationError):
        stamp_seal(town.editor, sealed=sealed, url="")
