"""What acts by itself in a document given as evidence is refused, or kept and said."""

from __future__ import annotations

import io
import time
import zipfile
import zlib
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.test import override_settings

from portulan.accounts.access import Role
from portulan.evidence.active import active_in
from portulan.evidence.reception import receive
from portulan.evidence.writes import give
from tests.browser import Browser
from tests.people import Town

HEAD = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog "
TAIL = b" >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF"


@pytest.fixture(autouse=True)
def uploads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("django.conf.settings.UPLOADS", tmp_path)
    return tmp_path


def pdf(said: bytes) -> bytes:
    return HEAD + said + TAIL


def packed(said: bytes, dictionary: bytes = b"/Type /ObjStm /Filter /FlateDecode") -> bytes:
    inside = zlib.compress(b"2 0 " + said)
    return pdf(b"") + b"\n3 0 obj\n<< " + dictionary + b" >>\nstream\n" + inside + b"\nendstream"


def office(members: dict[str, bytes], kind: str = "word") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(f"{kind}/document.xml", "<w:document/>")
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


REL = b'<Relationships><Relationship Type="http://x/%s" Target="http://y/" %s/></Relationships>'
ACTIVE = [
    (pdf(b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>"), "script"),
    (pdf(b"/OpenAction << /S /#4aava#53cript /JS 4 0 R >>"), "script"),
    (packed(b"<< /S /JavaScript /JS (x) >>"), "script"),
    (packed(b"<< /S /JavaScript >>", b"/Type /#4fbjStm /Filter /FlateDecode"), "script"),
    (packed(b"<< /S /Launch /F (cmd.exe) >>"), "program"),
    (packed(b"x", b"/Type /ObjStm /Filter [/ASCIIHexDecode /FlateDecode]"), "unread"),
    (pdf(b"/Names << /EmbeddedFiles 5 0 R >> /UF (facture.exe) /EF << /F 6 0 R >>"), "file"),
    (pdf(b"/AcroForm << /XFA 7 0 R >>"), "form"),
    (pdf(b"/A << /S /SubmitForm /F (http://x/) >>"), "sending"),
    (office({"word/embeddings/oleObject1.bin": b"x"}), "file"),
    (office({"word/activeX/activeX1.xml": b"<ax/>"}), "program"),
    (
        office(
            {"word/_rels/settings.xml.rels": REL % (b"attachedTemplate", b'TargetMode="External"')}
        ),
        "link",
    ),
    (office({"word/header1.xml": b"<w:instrText> DDEAUTO c:\\\\cmd </w:instrText>"}), "link"),
    (office({"xl/externalLinks/externalLink1.xml": b'<ddeLink ddeService="cmd"/>'}, "xl"), "link"),
]
FLATE = b"/Type /ObjStm /Filter /FlateDecode"
ACTIVE += [
    (packed(b"<< /S /JavaScript >>", FLATE + b" /X (endobj)"), "script"),
    (packed(b"<< /S /JavaScript >>", FLATE + b" " * 5000), "script"),
    (packed(b"<< /S /JavaScript >>").replace(b"stream\n", b"stream \n", 1), "script"),
    (packed(b"x", FLATE + b" /DecodeParms << /Predictor 12 /Columns 1 >>"), "unread"),
    (packed(b"x" * (65 * 1024 * 1024)), "unread"),
    (packed(b"x" * 50)[:-20], "unread"),
    (pdf(b"/Type /ObjStm"), "unread"),
    (
        office(
            {"word/_rels/a.xml.rels": REL % (b"attachedTemplate", b'TargetMode="&#69;xternal"')}
        ),
        "link",
    ),
    (office({"word/header1.xml": b"<w:instrText> DDE&#65;UTO c </w:instrText>"}), "link"),
    (office({"word/_rels/a.xml.rels": b"<" * 40_000}), "unread"),
]
QUIET = [
    pdf(b"/OpenAction [3 0 R /Fit]"),
    pdf(b"/Names << /EmbeddedFiles 5 0 R >> /UF (factur-x.xml) /EF << /F 6 0 R >>"),
    packed(b"<< /Title (JavaScript et Launch) >>"),
    office({"word/_rels/document.xml.rels": REL % (b"hyperlink", b'TargetMode="External"')}),
    office({"xl/printerSettings/printerSettings1.bin": b"x"}, "xl"),
]


@pytest.mark.parametrize(("content", "code"), ACTIVE)
def test_what_acts_by_itself_is_refused(content: bytes, code: str) -> None:
    kind = "pdf" if content.startswith(b"%PDF") else "docx"
    assert code in active_in(io.BytesIO(content), kind)
    with pytest.raises(ValidationError, match="agit de lui-même"):
        receive(io.BytesIO(content), "piece")


@pytest.mark.parametrize("content", QUIET)
def test_what_does_not_is_received(content: bytes) -> None:
    assert receive(io.BytesIO(content), "piece").active == ""


def test_a_bomb_is_not_read_to_its_end() -> None:
    member = b"<w:t>" + b" " * (80 * 1024 * 1024)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", member)
    assert active_in(stream, "docx") == ["unread"]


@pytest.mark.django_db
@override_settings(ACTIVE_CONTENT="keep")
def test_the_operator_may_have_it_kept_and_said(town: Town) -> None:
    kept = receive(io.BytesIO(ACTIVE[0][0]), "piece.pdf")
    piece = give(town.editor, title="Un formulaire", file=kept)
    user = town.people[Role.EDITOR].user
    assert user is not None
    browser = Browser()
    browser.force_login(user, backend="portulan.accounts.backends.EmailBackend")
    page = browser.get(f"/{town.slug}/evidence/{piece.pk}/").content.decode()
    assert "agit de lui-même\u00a0: un script" in page


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_member_that_is_corrupt_is_unread(method: int) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        archive.writestr("word/document.xml", b"<a>" + bytes(range(256)) * 40)
    content = bytearray(stream.getvalue())
    begin = content.index(b"document.xml") + 12
    content[begin + 4 : begin + 60] = b"\xff" * 56
    assert active_in(io.BytesIO(content), "docx") == ["unread"]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (HEAD + b"stream\n" * 200_000, "pdf"),
        (HEAD + b"/ObjStm stream\n" * 100_000, "pdf"),
        (office({"word/_rels/a.xml.rels": b"<" * 400_000, "word/a.xml": b"<" * 400_000}), "docx"),
    ],
)
def test_the_time_grows_with_the_size_alone(content: bytes, kind: str) -> None:
    before = time.process_time()
    active_in(io.BytesIO(content), kind)
    assert time.process_time() - before < 3
