"""`portulan directory`: what holds is shown, what does not is told, and nothing runs."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from portulan.core.say.text import UnusableInputError
from portulan.observatory import fetching
from portulan.publication.directory import bodies as gathered
from portulan.publication.directory import making
from portulan.publication.directory.bodies import Body
from tests import commands
from tests.conftest import plain_environment
from tests.places import Place

SIREN = "239900012"
LESSON = Path(__file__).parents[2] / "schemas" / "examples" / "lesson-trial.json"
HOSTILE = "Ville <script>alert(1)</script> \u202e\"' =1+1"


@pytest.fixture(scope="module")
def site(armorique: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("published") / "site"
    armorique.run("site", str(folder), "--org", "region-armorique")
    return folder


def run(*arguments: object, code: int) -> tuple[str, str]:
    done = commands.run(
        "directory", *map(str, arguments), env=plain_environment(LANG="en_GB.UTF-8"), timeout=120
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout, done.stderr


def written(folder: Path, *rows: tuple[str, ...]) -> Path:
    stream = io.StringIO()
    csv.writer(stream, delimiter=";").writerows([("siren", "nom", "adresse", "population"), *rows])
    file = folder / "list.csv"
    file.write_text(stream.getvalue(), encoding="utf-8")
    return file


def test_what_is_published_and_holds_is_shown(site: Path, tmp_path: Path, armorique: Place) -> None:
    file, there = tmp_path / "list.json", tmp_path / "there"
    row = {"siren": SIREN, "nom": HOSTILE, "adresses": [str(site), str(LESSON)]}
    file.write_text(json.dumps([row | {"population": 3_400_000}]), encoding="utf-8")
    said = json.loads(run(file, there, "--json", code=0)[0])
    assert said["problems"] == []
    assert (said["organisations"], said["editions"], said["shares"], said["lessons"]) == (
        1,
        2,
        3,
        1,
    )
    pages = sorted(there.rglob("*.html"))
    assert {"index.html", "bodies.html", "refused.html"} <= {one.name for one in pages}
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert len(text.encode()) <= 15_000
        assert "<script" not in text
        assert "\u202e" not in text
        read = html.fromstring(text)
        assert read.get("lang") == ("en" if page.parent.name == "en" else "fr")
        assert len(read.xpath("//h1")) == 1
        assert len(list(read.iter())) <= 370
        for address in read.xpath("//@href"):
            assert address.startswith("#") or (page.parent / address).is_file(), (page, address)
    assert "Licence Ouverte" in (there / "bodies.html").read_text(encoding="utf-8")
    editions = list(csv.DictReader((there / "data/editions.csv").open(encoding="utf-8")))
    assert [(one["edition"], one["state"]) for one in editions] == [
        ("1", "before"),
        ("2", "current"),
    ]
    # A region that is made up counts in no median.
    assert "too few" not in (there / "en/shares.html").read_text(encoding="utf-8")
    told = armorique.run(
        "plan", "import-table", str(there / "actions" / f"{SIREN}.csv"),
        "--org", "lanhoarn", "--plan", "plan-copie", "--dry-run", "--json",
    )  # fmt: skip
    assert json.loads(told[: told.rindex("}") + 1])["rows"]["read"] >= 15


def test_what_was_changed_or_is_not_there_is_told(site: Path, tmp_path: Path) -> None:
    changed, resealed, alone = (tmp_path / one for one in ("changed", "resealed", "alone"))
    for copy in (changed, resealed, alone):
        shutil.copytree(site, copy)
    for copy in (changed, resealed):
        public = copy / "data" / "public.json"
        public.write_text(public.read_text().replace('"2.620381"', '"3.620381"'))
    (resealed / "SHA256SUMS").unlink()
    (alone / "SHA256SUMS").unlink()
    for figure in (alone / "figures").glob("*.json"):
        figure.write_bytes(figure.read_bytes().replace(b'"TTC"', b'"HT"'))
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "data").mkdir()
    (tmp_path / "odd" / "data" / "public.json").write_bytes(b"\xff[[[")
    for address, code in (
        ("changed", "sum-differs"),
        ("resealed", "edition-seal-broken"),
        ("odd", "not-utf8"),
        ("nowhere", "address-not-read"),
        ("http://127.0.0.1/", "not-allowed"),
        ("https://127.0.0.1/x.json", "not-allowed"),
        ("javascript:alert(1)", "address-not-read"),
    ):
        file, there = written(tmp_path, (SIREN, "Région", address, "")), tmp_path / "there"
        said = json.loads(run(file, there, "--json", code=1)[0])
        assert [one["code"] for one in said["problems"]] == [code], address
        assert said["organisations"] == 0
        assert "Région" in (there / "refused.html").read_text(encoding="utf-8")
    file = written(tmp_path, (SIREN, "Région", "alone", ""), ("217", "Sans SIREN", "alone", ""))
    said = json.loads(run(file, tmp_path / "there", "--json", code=1)[0])
    assert [one["code"] for one in said["problems"]] == ["row-not-read", *["share-not-held"] * 3]
    assert (said["organisations"], said["shares"]) == (1, 0)
    other = written(tmp_path, ("217000010", "Une autre", str(site), ""))
    said = json.loads(run(other, tmp_path / "there", "--json", code=1)[0])
    assert [one["code"] for one in said["problems"]] == ["another-organisation"]


def test_what_is_no_list_writes_nothing(tmp_path: Path) -> None:
    file, there = tmp_path / "list", tmp_path / "there"
    for content in (b"", b"a;b\n1;2\n", b"[1]", b"{}", b"[[[", b"\xff", b'siren;adresse\n"1'):
        file.write_bytes(content)
        assert run(file, there, code=2)[1].strip()
        assert not there.exists()
    run(tmp_path / "absent", there, code=2)
    file.write_text("siren;nom;adresse\n217000010;A;nulle-part\n", encoding="utf-8")
    there.mkdir()
    (there / "mine").write_text("kept")
    run(file, there, code=2)
    assert [one.name for one in there.iterdir()] == ["mine"]


def test_an_address_of_the_web_is_asked_as_others_are(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def fetch(url: str, folder: Path, **_given: Any) -> Path:
        asked.append(url)
        name = url.removeprefix("https://data.example/region/")
        if not (site / name).is_file():
            raise UnusableInputError(fetching.NOT_FETCHED.at(url=url, reason="404"))
        return site / name

    monkeypatch.setattr(fetching, "fetch", fetch)
    body = Body(SIREN, "Région", addresses=["https://data.example/region/data/public.json"])
    gathered.read(body, tmp_path)
    assert (len(body.shares), body.problems) == (3, [])
    assert body.home == "https://data.example/region/"
    files = making.files_of([body], [])
    assert b'href="https://data.example/region/"' in files["bodies.html"]
    assert "https://data.example/region/SHA256SUMS" in asked


def test_a_median_is_said_from_five_bodies_on_and_pages_stay_small(
    site: Path, tmp_path: Path
) -> None:
    known = Body(SIREN, "Région", addresses=[str(site), str(LESSON)])
    gathered.read(known, tmp_path)
    bodies = []
    for at in range(300):
        one = Body(f"21{at:07}", f"{'«"&>' * 60}{at}", people=30_000 if at < 5 else 200)
        one.shares = known.shares[:1] if at < 9 else []
        one.edition, one.editions = known.edition, known.editions
        one.lessons = known.lessons
        bodies.append(one)
    for one in bodies:
        assert one.fictional
    assert "1,50" not in making.files_of(bodies, [])["shares.html"].decode()
    for one in bodies:
        one.edition, one.lessons = None, []
    page = making.files_of(bodies, [])["shares.html"].decode()
    assert page.count("1,50") == 1
    assert page.count("trop peu") == 1
    for one in bodies:
        one.edition, one.lessons = known.edition, known.lessons
    for name, content in making.files_of(bodies, []).items():
        assert not name.endswith(".html") or len(content) <= 15_000, (name, len(content))
