"""One organisation put back: nothing of another comes with it, what was closed stays closed."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from django.db import models

from portulan.cli.backups import doors
from portulan.publication.export.owned import SECRET, owned, paths
from tests.places import ON_POSTGRESQL, Place, Places

on_sqlite = pytest.mark.skipif(
    ON_POSTGRESQL, reason="PostgreSQL asks for a database of its own, and archives are its dumps"
)

# What has a name like those of what opens, and opens nothing.
OPENS_NOTHING = {
    "budget.Adjustment": "a withdrawn amount is history, and is no door",
    "budget.Attribution": "the key by which a line is shared out",
    "budget.AttributionRule": "a withdrawn rule is history, and is no door",
    "budget.IndicatorRun": "a digest of what was counted",
    "budget.ReceivedShare": "the key by which a share is counted",
    "impact.Estimate": "a withdrawn estimate is history, and is no door",
    "impact.FactorOverride": "a withdrawn factor is history, and is no door",
    "indicators.Measurement": "a withdrawn measure is history, and is no door",
    "publication.ObligationMet": "the name of an obligation",
    "publication.PublicFigure": "salts its seal: who has it reads nothing more",
    "steering.Campaign": "of its replies, whose keys are doors",
    "steering.Committee": "a meeting that ended",
    "steering.RaisedAlert": "the name of an alert",
    "steering.Stamp": "a time-stamp, that anybody may read",
}
_OPENING = re.compile(
    r"token|secret|hash$|(^|_)key$|^code$|password|session_|revoked|withdrawn_|ended_|closed_|stopped"
)


def test_each_table_that_may_open_something_is_a_door_or_has_a_reason() -> None:
    found = set()
    for model in paths():
        names = {field.name for field in model._meta.concrete_fields}
        if names & SECRET or any(map(_OPENING.search, names)):
            found.add(model._meta.label)
    kept = {model._meta.label for model, _way in owned()}
    codes = {"catalogue.Practice", "catalogue.Theme", "publication.LabelCriterion"}
    assert found - doors.OPENS - set(doors.DOORS) - set(OPENS_NOTHING) - codes <= {
        "core.OrganisationDuty",
        "core.Task",
    }
    assert set(doors.DOORS) <= kept
    assert not doors.OPENS & kept
    # A column that no export holds is a door, or a seal.
    for model, _way in owned():
        secret = {field.name for field in model._meta.concrete_fields} & SECRET
        assert secret <= set(doors.DOORS.get(model._meta.label, secret)), model


def test_a_person_alone_has_an_account() -> None:
    linked = {
        model._meta.label
        for model, _way in owned()
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey)
        and field.related_model._meta.label == "accounts.User"
    }
    assert linked == {"accounts.Person"}


def beside(places: Places) -> list[str]:
    """Say where a backup is read: an archive of PostgreSQL is its dump, for an empty database."""
    return ["--into", places("beside").environment["DATABASE_URL"]] if ON_POSTGRESQL else []


@pytest.fixture
def place(place_in: Places) -> Place:
    """Bourg (1) and Voisine (2), each with its administrator and a unit."""
    place = place_in.settled("home")
    place.run("init", "--name", "Voisine", "--email", "a@voisine.example")
    for number, name in ((1, "Voirie"), (2, "Écoles")):
        place.write(
            "INSERT INTO accounts_unit (id, version, organisation_id, name)"  # noqa: S608
            f" VALUES ({100 + number}, 1, {number}, '{name}')"
        )
    return place


type Change = Callable[[sqlite3.Connection], object]


def saved(place: Place, to: Path, change: Change) -> Path:
    """Save a place, have its database changed, and its manifest say so."""
    place.run("backup", str(to))
    with zipfile.ZipFile(to) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    inside = to.with_suffix(".sqlite3")
    inside.write_bytes(members["database.sqlite3"])
    with closing(sqlite3.connect(inside)) as database:
        change(database)
        database.commit()
    content = members["database.sqlite3"] = inside.read_bytes()
    told = json.loads(members["manifest.json"])
    told["members"]["database.sqlite3"] |= {
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    members["manifest.json"] = json.dumps(told).encode()
    with zipfile.ZipFile(to, "w") as archive:
        for name, said in members.items():
            archive.writestr(name, said)
    return to


def summed(folder: Path) -> None:
    """Have the checksums of an export be those of its files, as who changes them would."""
    names = [
        path.relative_to(folder).as_posix()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "SHA256SUMS"
    ]
    lines = [
        f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names
    ]
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")


def exported(
    place: Place,
    to: Path,
    table: str,
    change: Callable[[list[dict[str, str]]], None],
    org: str = "bourg",
) -> Path:
    """Export an organisation, and have a table of it changed with its checksum."""
    place.run("export", str(to), "--org", org)
    file = to / "tables" / f"{table}.csv"
    with file.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        rows, heads = list(reader), list(reader.fieldnames or ())
    change(rows)
    said = io.StringIO()
    writer = csv.DictWriter(said, heads, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    file.write_text(said.getvalue(), "utf-8", newline="")
    summed(to)
    return to


def refused(place: Place, copy: Path, *words: str, org: str = "bourg") -> None:
    """Hold that a copy is refused in a sentence, and that nothing is written."""
    before, files = place.tables(), sorted(place.folder.rglob("*"))
    said = place.run("restore", str(copy), "--org", org, "--replace", code=2)
    assert all(word in said for word in words), said
    assert place.tables() == before
    kept = {"-wal", "-shm"}
    assert [
        one
        for one in sorted(place.folder.rglob("*"))
        if one not in files and not any(one.name.endswith(end) for end in kept)
    ] == []
    place.run("verify", "--journal")


def given(name: str, value: str) -> Callable[[list[dict[str, str]]], None]:
    def change(rows: list[dict[str, str]]) -> None:
        rows[0][name] = value

    return change


@on_sqlite
def test_a_backup_that_refers_to_another_organisation_is_refused(
    place: Place, tmp_path: Path
) -> None:
    def under_another(database: sqlite3.Connection) -> None:
        database.execute("UPDATE accounts_unit SET parent_id = 102 WHERE id = 101")

    def taken(database: sqlite3.Connection) -> None:
        database.execute("UPDATE accounts_unit SET organisation_id = 1 WHERE id = 102")

    def account(database: sqlite3.Connection) -> None:
        database.execute("UPDATE accounts_person SET user_id = 2 WHERE organisation_id = 1")

    for rank, (change, words) in enumerate(
        (
            (under_another, ("accounts_unit", "parent_id", "Nothing is changed")),
            (taken, ("102 of accounts_unit", "Nothing is changed")),
            (account, ("account of somebody else", "Nothing is changed")),
        )
    ):
        refused(place, saved(place, tmp_path / f"{rank}.zip", change), *words)


@on_sqlite
def test_an_export_that_refers_to_another_organisation_is_refused(
    place: Place, tmp_path: Path
) -> None:
    others = [
        ("accounts.unit", given("parent_id", "102"), ("accounts_unit", "parent_id")),
        ("accounts.unit", given("organisation_id", "2"), ("101 of accounts_unit",)),
        ("accounts.unit", given("id", "102"), ("102 of accounts_unit",)),
        ("accounts.person", given("user_id", "2"), ("account of somebody else",)),
        ("accounts.membership", given("person_id", "2"), ("is changed",)),
        ("accounts.organisation", given("id", "2"), ("of another",)),
        ("accounts.unit", given("id", "x"), ("no export",)),
        ("accounts.unit", given("parent_id", "99999"), ("nothing is changed",)),
        ("accounts.unit", given("parent_id", str(2**70)), ("nothing is changed",)),
    ]
    for rank, (table, change, words) in enumerate(others):
        copy = exported(place, tmp_path / str(rank), table, change)
        refused(place, copy, *words)


@on_sqlite
def test_an_export_that_leads_outside_is_refused(place: Place, tmp_path: Path) -> None:
    copy, outside = tmp_path / "kept", tmp_path / "outside.csv"
    place.run("export", str(copy), "--org", "bourg")
    unit = copy / "tables" / "accounts.unit.csv"
    outside.write_bytes(unit.read_bytes())
    content = unit.read_bytes()
    unit.unlink()
    unit.symlink_to(outside)
    refused(place, copy, "was changed")
    unit.unlink()
    unit.write_bytes(content)
    manifest = copy / "manifest.json"
    told = json.loads(manifest.read_text("utf-8"))
    for name in ("../outside.csv", str(outside), "tables/none.csv"):
        told["tables"]["accounts.unit"]["file"] = name
        manifest.write_text(json.dumps(told), "utf-8")
        summed(copy)
        refused(place, copy, "was changed")
    told["tables"]["accounts.unit"]["file"] = "tables/accounts.unit.csv"
    manifest.write_text(json.dumps(told), "utf-8")
    summed(copy)
    # A file received is what its name says, named in the sums or not.
    files = copy / "files"
    files.mkdir(exist_ok=True)
    digest = hashlib.sha256(b"mine").hexdigest()
    (files / digest).write_bytes(b"other")
    refused(place, copy, digest)
    summed(copy)
    refused(place, copy, digest)
    (files / digest).unlink()
    (files / digest).symlink_to(place.folder / "secret.key")
    refused(place, copy, digest)
    (files / digest).unlink()
    files.rmdir()
    files.symlink_to(place.folder)
    refused(place, copy, "files")


SOURCES = """INSERT INTO sources_source (id, version, organisation_id, name, kind, entrance,
"every", function, scope, meanings, key, token_hash, api, url, secret, mark, holder, created_at,
failure, stopped) VALUES (1, 1, 1, 'parc', '', 'address', '', '', '', '{}', 'k1', 't1', 'glpi',
'https://glpi.example', 'sealed', '', '', '2026-01-01', '', '')"""
WEBHOOKS = """INSERT INTO steering_webhook (id, version, organisation_id, name, url, secret,
subjects, seen_entry, created_at, stopped) VALUES (1, 1, 1, 'w', 'https://w.example/a', 'sealed',
'[]', 0, '2026-01-01', ''),
(2, 1, 1, 'v', 'https://w.example/b', 'sealed', '[]', 0, '2026-01-01', '')"""
ADDRESSES = """INSERT INTO steering_calendaraddress (id, organisation_id, person_id, token_hash,
created_at) VALUES (1, 1, 1, 'one', '2026-01-01'), (2, 1, 1, 'two', '2026-01-01')"""
TOKENS = """INSERT INTO accounts_token (person_id, name, token_hash, operations, created_at, level,
expires_at, used_from) VALUES (1, 'site', 'hash', '[]', '2026-01-01', 0, '2036-01-01', '')"""
SESSION = """INSERT INTO accounts_session (session_key, session_data, expire_date, opened_at,
seen_at, address, browser, user_id, organisation_id) VALUES ('cookie', 'x', '2030-01-01',
'2026-01-01', '2026-01-01', '', '', 1, 1)"""
SHARING = """INSERT INTO publication_sharing (id, version, organisation_id, receiver_id, extent,
since, accepted_siren) VALUES (1, 1, 1, 2, 'figures', '2026-01-01', '')"""

EDITION = """INSERT INTO publication_publicedition (id, organisation_id, number, published_on,
published_at, digest, content, withdrawal_reason) VALUES (1, 1, 1, '2026-01-01', '2026-01-01',
'd', '{}', '')"""
LETTERS = """INSERT INTO core_letter (id, version, organisation_id, person_id, key, address,
language, subject, body, unsubscribe, calendar, due_at, status, message_id, holder, attempts,
urgent, failure, created_at) VALUES
(1, 1, 1, 1, 'a', 'a@bourg.example', 'fr', 's', 'b', '', '', '2026-01-01',
'waiting', 'm', '', 0, 0, '', '2026-01-01'),
(2, 1, 1, 1, 'b', 'a@bourg.example', 'fr', 's', 'b',
'', '', '2026-01-01', 'waiting', 'n', '', 0, 0, '', '2026-01-01')"""


@on_sqlite
@pytest.mark.parametrize("copy", ["backup", "export"])
def test_what_was_closed_since_stays_closed(place: Place, tmp_path: Path, copy: str) -> None:
    for sql in (SOURCES, WEBHOOKS, ADDRESSES, TOKENS, SHARING, EDITION, LETTERS):
        place.write(sql)
    kept = tmp_path / "kept"
    place.run(copy, str(kept), *(["--org", "bourg"] if copy == "export" else []))
    for sql in (
        "DELETE FROM accounts_token",
        "DELETE FROM accounts_signinlink",
        "DELETE FROM steering_calendaraddress WHERE id = 2",
        "UPDATE steering_webhook SET stopped = 'person' WHERE id = 1",
        "DELETE FROM steering_webhook WHERE id = 2",
        "UPDATE publication_sharing SET ended_on = '2026-02-01'",
        "UPDATE sources_source SET token_hash = ''",
        "UPDATE accounts_person SET left_on = '2026-02-01' WHERE id = 1",
        "UPDATE publication_publicedition SET withdrawn_on = '2026-02-01'",
        "UPDATE core_letter SET status = 'sent' WHERE id = 1",
        "DELETE FROM core_letter WHERE id = 2",
        SESSION,
    ):
        place.write(sql)
    place.run("restore", str(kept), "--org", "bourg", "--replace")
    for table in ("accounts_token", "accounts_signinlink", "accounts_session"):
        assert place.query(f"SELECT * FROM {table}") == []  # noqa: S608
    assert place.query("SELECT id, token_hash FROM steering_calendaraddress ORDER BY id") == [
        (1, "one"),
        (2, "closed 2"),
    ]
    hooks = place.query("SELECT url, secret, stopped FROM steering_webhook ORDER BY id")
    assert hooks[0] == ("https://w.example/a", "sealed", "person")
    assert hooks[1][1:] == ("", "secret")
    assert place.query("SELECT ended_on FROM publication_sharing") == [("2026-02-01",)]
    assert place.query("SELECT withdrawn_on FROM publication_publicedition") == [("2026-02-01",)]
    # What has left does not leave again.
    letters = place.query("SELECT status FROM core_letter WHERE id < 3 ORDER BY id")
    assert letters == [("sent",), ("stopped",)]
    told = "SELECT secret, token_hash, stopped FROM sources_source"
    assert place.query(told) == [("sealed", "", "")]
    assert place.query("SELECT left_on FROM accounts_person WHERE id = 1") == [("2026-02-01",)]


@on_sqlite
@pytest.mark.parametrize(
    "since", ["url = 'https://other.example'", "api = 'glpi-v2'", "id = 7, secret = 'mine'"]
)
@pytest.mark.parametrize("copy", ["backup", "export"])
def test_a_secret_stays_with_its_address_and_what_is_spoken_there(
    place: Place, tmp_path: Path, copy: str, since: str
) -> None:
    place.write(SOURCES)
    kept = tmp_path / "kept"
    place.run(copy, str(kept), *(["--org", "bourg"] if copy == "export" else []))
    place.write(f"UPDATE sources_source SET {since}")  # noqa: S608
    place.run("restore", str(kept), "--org", "bourg", "--replace")
    told = "SELECT url, api, secret, stopped FROM sources_source"
    assert place.query(told) == [("https://glpi.example", "glpi", "", "secret")]


def test_an_organisation_that_went_comes_back_with_its_people(
    place: Place, tmp_path: Path, place_in: Places
) -> None:
    kept = tmp_path / "kept.zip"
    place.write(SHARING)
    place.run("backup", str(kept))
    place.write("DELETE FROM publication_sharing")
    for table in ("accounts_membership", "accounts_signinlink", "accounts_invitation"):
        place.write(f"DELETE FROM {table}")  # noqa: S608
    place.write("DELETE FROM accounts_person WHERE organisation_id = 1")
    place.run("restore", str(kept), "--org", "bourg", "--replace", *beside(place_in))
    assert place.query("SELECT user_id FROM accounts_person WHERE organisation_id = 1") == [(1,)]
    ((ended,),) = place.query("SELECT ended_on FROM publication_sharing")
    assert ended
    place.run("verify", "--journal")


@on_sqlite
def test_who_is_still_here_has_the_roles_of_today(place: Place, tmp_path: Path) -> None:
    roles = "SELECT person_id, role FROM accounts_membership WHERE person_id <> 2 ORDER BY 1, 2"
    place.write(
        "INSERT INTO accounts_person (id, version, organisation_id, name, email, function)"
        " VALUES (50, 1, 1, 'Ana', 'ana@bourg.example', '')"
    )
    given = "INSERT INTO accounts_membership (id, person_id, role) VALUES "
    place.write(f"{given}(60, 50, 'admin'), (61, 50, 'editor')")
    kept = tmp_path / "kept"
    place.run("export", str(kept), "--org", "bourg")
    place.write("DELETE FROM accounts_membership WHERE id = 60")
    place.write(f"{given}(62, 50, 'finance')")
    place.run("restore", str(kept), "--org", "bourg", "--replace")
    assert place.query(roles) == [(1, "admin"), (50, "editor"), (50, "finance")]


@pytest.mark.long
@pytest.mark.parametrize("copy", ["backup", "export"])
def test_the_demonstration_comes_back_as_it_was(
    armorique: Place, place_in: Places, tmp_path: Path, copy: str
) -> None:
    place, kept = place_in("demo", like=armorique), tmp_path / "kept"
    slug = "region-armorique"
    place.run(copy, str(kept), *(["--org", slug] if copy == "export" else []))
    before, into = place.tables(), beside(place_in) if copy == "backup" else []
    place.run("restore", str(kept), "--org", slug, "--replace", *into)
    after = place.tables()
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {
        "core_auditentry",
        "core_chainlink",
        "accounts_invitation",
        "accounts_signinlink",
        "accounts_token",
        "sources_fleetmarks",
    }


@on_sqlite
@pytest.mark.long
def test_a_digest_alone_gives_no_file_of_another(
    armorique: Place, place_in: Places, tmp_path: Path
) -> None:
    place, digest = place_in("demo", like=armorique), hashlib.sha256(b"of another").hexdigest()
    uploads = place.folder / "uploads" / digest[:2]
    uploads.mkdir(parents=True, exist_ok=True)
    (uploads / digest).write_bytes(b"of another")
    for rank, said in enumerate((digest, "../../../secret.key")):
        change = given("sha256", said)
        copy = exported(
            place, tmp_path / str(rank), "budget.importbatch", change, "region-armorique"
        )
        refused(place, copy, said, org="region-armorique")
