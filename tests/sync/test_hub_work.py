"""A hub in PostgreSQL under stress: killed programs, races, lost connections, newer versions, many rows, TLS."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from annotator.batch import Batch, Item
from annotator.errors import OfflineError, RefusedError, UsageError
from annotator.sync.postgresql import hub as module
from annotator.sync.postgresql.address import parse
from annotator.sync.postgresql.hub import Hub
from tests.conftest import ROOT
from tests.postgresql import PASSWORD, Cluster
from tests.sync.hubs import Team, assignment, phase, review, statement

pytestmark = pytest.mark.slow


@pytest.fixture
def team(postgresql: Cluster) -> Iterator[Team]:
    one = Team(postgresql)
    for coder in ("anna", "ben"):
        one.admit(coder)
    yield one
    one.close()


def batch(stream: str, n: int, *items: Item, form: int = 1) -> Batch:
    return Batch(stream=stream, first=n, last=n, format=form, items=items)


KILLED = """
import sys, time
from annotator.batch import Batch
from annotator.sync.postgresql import hub
from annotator.sync.postgresql.address import parse

def stop(*_):
    print("half", flush=True)
    time.sleep(600)

one = hub.Hub(parse(sys.argv[2]))
if sys.argv[1] == "before the insert":
    hub._without_sent = stop
with one._working() as c, c.transaction():
    one.push(Batch.model_validate_json(sys.stdin.readline()))
    stop()
"""


@pytest.mark.parametrize("where", ["before the insert", "before the commit"])
def test_a_push_that_is_killed_leaves_nothing_and_goes_well_the_next_time(team: Team, where: str) -> None:
    stream = team.streams["anna"]
    team.push("anna", review("anna", 0))
    items = (*statement("anna", 1), review("anna", 1))
    sent = batch(stream, 2, *items)
    killed = subprocess.Popen(
        [sys.executable, "-c", KILLED, where, team.addresses["anna"]],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert killed.stdin is not None
    assert killed.stdout is not None
    killed.stdin.write(sent.model_dump_json() + "\n")
    killed.stdin.flush()
    assert killed.stdout.readline() == "half\n"
    assert team.hub("lead").streams() == {stream: 1}

    killed.kill()
    killed.communicate(timeout=60)
    hub = team.hub("anna")
    hub.push(sent)

    assert hub.last(stream) == 2
    assert [one.items for one in team.hub("lead").pull(stream, 1)] == [items]


def test_of_two_batches_sent_at_once_a_later_pull_loses_neither(team: Team) -> None:
    slow, fast = review("anna", 0), review("ben", 0)
    reader, cursors, found = team.hub("lead"), dict[str, int](), list[Item]()

    def pull() -> None:
        for stream in reader.streams():
            for one in reader.pull(stream, cursors.get(stream, 0)):
                cursors[stream] = one.last
                found.extend(one.items)

    anna = team.hub("anna")
    with anna._working() as c, c.transaction():
        anna.push(batch(team.streams["anna"], 1, slow))
        team.push("ben", fast)
        pull()
        assert found == [fast]
    pull()
    assert found == [fast, slow]
    pull()
    assert len(found) == 2


def test_two_programs_cannot_write_one_batch(team: Team) -> None:
    stream = team.streams["anna"]
    first, second = team.hub("anna"), team.hub("anna")
    with first._working() as c, c.transaction():
        first.push(batch(stream, 1, review("anna", 0)))
        with second._working() as other:
            other.execute("set lock_timeout = '200ms'")
        with pytest.raises(OfflineError):
            second.push(batch(stream, 1, review("anna", 1)))
    with pytest.raises(RefusedError):
        second.push(batch(stream, 1, review("anna", 1)))
    assert len(team.seen_by("lead")) == 1


def test_a_lost_connection_is_offline_once_and_then_made_anew(team: Team) -> None:
    hub = team.hub("anna")
    hub.push(batch(team.streams["anna"], 1, review("anna", 0)))
    team.run("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'annotator'")

    with pytest.raises(OfflineError, match=r"cannot be reached|not ready"):
        hub.streams()
    assert hub.streams() == {team.streams["anna"]: 1}


def test_a_transaction_that_stands_still_ends(team: Team) -> None:
    with team.hub("anna")._working() as c:
        assert c.execute("show idle_in_transaction_session_timeout").fetchone() == ("30s",)


def test_the_clock_is_the_hubs(team: Team) -> None:
    at = team.hub("anna").now()
    assert at is not None
    with team.session() as c:
        row = c.execute("select abs(extract(epoch from clock_timestamp() - %s)) < 60", (at,)).fetchone()
    assert row == (True,)


def test_a_newer_batch_stops_its_stream_alone(team: Team) -> None:
    stream = team.streams["ben"]
    team.push("ben", old := review("ben", 0))
    hub = team.hub("ben")
    hub.push(batch(stream, 2, review("ben", 1), form=2))

    anna = team.hub("anna")
    pulled = anna.pull(stream, 0)
    assert next(pulled).items == (old,)
    with pytest.raises(RefusedError, match="newer version"):
        next(pulled)
    anna.push(batch(team.streams["anna"], 1, review("anna", 0)))


def test_a_newer_hub_is_not_touched(team: Team) -> None:
    team.run("update hub.meta set value = '2'")
    with pytest.raises(RefusedError, match="upgrade annotator"):
        team.hub("anna").streams()


def test_an_item_of_an_unknown_kind_is_refused(team: Team) -> None:
    team.push("ben", review("ben", 0))
    team.run("update hub.item set kind = 'dream', step_id = null, body = '{\"kind\":\"dream\"}'")
    with pytest.raises(RefusedError, match="damaged"):
        list(team.hub("anna").pull(team.streams["ben"], 0))


def test_a_database_without_a_hub_and_one_that_is_not_there_are_named(team: Team) -> None:
    settings = team.address("anna")
    for database, said in (("postgres", "not a hub"), ("nowhere", "no such database")):
        text = settings.for_role(str(settings.settings["user"]), str(settings.settings["password"]))
        with pytest.raises(RefusedError, match=said):
            Hub(parse(text.replace(team.database, database))).streams()


def test_a_wrong_password_is_refused_and_neither_shown_nor_logged(team: Team) -> None:
    address = team.address("anna")
    user, right = address.settings["user"], address.settings["password"]
    wrong = "wr0ng/p@ss w0rd"
    with pytest.raises(RefusedError, match="does not accept this name with this password") as refused:
        Hub(parse(address.for_role(user, wrong))).streams()

    assert "wr0ng" not in f"{refused.value!r}"
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__
    log = team.cluster.log()
    assert user in log
    assert right not in log
    assert wrong not in log


def test_no_failure_tells_the_password(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    user = team.address("anna").settings["user"]
    for text, error in (
        (f"postgresql://{user}:{PASSWORD.replace(' ', '')}@127.0.0.1:1/x", OfflineError),
        (f"postgresql://{user}:{PASSWORD.replace(' ', '')}@%2Fnowhere/x", OfflineError),
    ):
        with pytest.raises(error) as failed:
            Hub(parse(text)).streams()
        assert "never" not in str(failed.value)
        assert failed.value.__suppress_context__


def test_pages_hold_whole_batches(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_AT_ONCE", 4)
    stream = team.streams["anna"]
    for size in (3, 3, 9, 1, 1, 1):
        team.push("anna", *(review("anna", n) for n in range(size)))

    hub = team.hub("lead")
    assert [(one.last, len(one.items)) for one in hub.pull(stream, 0)] == [
        (1, 3),
        (2, 3),
        (3, 9),
        (4, 1),
        (5, 1),
        (6, 1),
    ]
    assert [one.last for one in hub.pull(stream, 5)] == [6]
    assert list(hub.pull(stream, 6)) == []


def many(team: Team, n: int) -> None:
    """Fill a hub by hand: Ben's reviews, half of them in a phase that was closed."""
    articles = [f"{i:016x}" for i in range(200)]
    size = n // 200
    team.plan(
        *(
            assignment(coder, "pilot" if i % 2 else "main", 0, size - 1, article=article)
            for i, article in enumerate(articles)
            for coder in ("anna", "ben")
        ),
        phase("pilot"),
    )
    with team.session("ben") as c:
        c.execute("insert into hub.stream (stream) values (%s)", (team.streams["ben"],))
        c.execute(
            "insert into hub.item (stream, n, i, format, kind, author, audience, step_id, body)"
            " select %(stream)s, 1, i, 1, 'step', 'ben', format('spot:%%s:%%s', lpad(to_hex(i / %(size)s), 16, '0'),"
            " i %% %(size)s), step_id, json_build_object('kind', 'step', 'coder', 'ben', 'step_id', step_id, 'at', 'x',"
            " 'changes', %(changes)s::json) from generate_series(0, %(last)s) i,"
            " lateral (select gen_random_uuid()::text || i) steps (step_id)",
            {
                "stream": team.streams["ben"],
                "size": size,
                "last": n - 1,
                "changes": json.dumps([[0, "review", "[]", None, "{}" + " " * 200, None, None, 7]]),
            },
        )
    team.run("analyze")


def test_the_policy_asks_once_for_a_query_and_not_once_a_row(team: Team) -> None:
    many(team, 20_000)
    with team.session("anna") as c:
        row = c.execute("explain (analyze, format json) select count(*) from hub.item where author = 'ben'").fetchone()
        seen = c.execute("select count(*) from hub.item where author = 'ben'").fetchone()
    assert seen == (10_000,)
    assert row is not None
    loops = {node["Node Type"]: node["Actual Loops"] for node in _nodes(row[0][0]["Plan"]) if "Subplan Name" in node}
    assert loops
    assert set(loops.values()) <= {0, 1}
    assert "hashed SubPlan" in json.dumps(row[0])


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for one in plan.get("Plans", ()):
        yield from _nodes(one)


HOST = "hub.example.org"


@pytest.fixture(scope="module")
def certificates(postgresql: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The file of an authority of our own; the cluster has keys for two hosts, signed by it."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl makes the certificates: `apt-get install openssl`")
    folder = tmp_path_factory.mktemp("ca")
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]

    def make(*arguments: str) -> None:
        subprocess.run([openssl, *arguments], cwd=folder, check=True, capture_output=True)

    for authority in ("own", "other"):
        make(
            "req", "-x509", *key, "-subj", f"/CN={authority}", "-keyout", f"{authority}.key", "-out", f"{authority}.pem"
        )
    for host in (HOST, "elsewhere.example.org"):
        make("req", *key[:5], "-subj", f"/CN={host}", "-keyout", f"{host}.key", "-out", f"{host}.csr")
        (folder / "names").write_text(f"subjectAltName=DNS:{host}")
        make(
            "x509", "-req", "-in", f"{host}.csr", "-CA", "own.pem", "-CAkey", "own.key", "-CAcreateserial",
            "-extfile", "names", "-days", "2", "-out", f"{host}.pem",
        )  # fmt: skip
        for kind in ("key", "pem"):
            there = Path(shutil.copy(folder / f"{host}.{kind}", postgresql.folder))
            there.chmod(0o600)
            shutil.chown(there, postgresql.folder.stat().st_uid, postgresql.folder.stat().st_gid)
    yield folder
    postgresql.configure(ssl="off")


def serve_as(cluster: Cluster, host: str) -> None:
    folder = cluster.folder
    cluster.configure(ssl="on", ssl_cert_file=f"{folder}/{host}.pem", ssl_key_file=f"{folder}/{host}.key")


def remote(team: Team, authority: Path) -> Hub:
    """Anna at another machine, as far as her program can tell."""
    settings = team.address("anna").settings
    text = f"postgresql://{settings['user']}:{settings['password']}@{HOST}:{team.cluster.port}/{team.database}"
    return Hub(parse(f"{text}?hostaddr=127.0.0.1&sslrootcert={authority}"))


def test_a_hub_elsewhere_is_reached_by_tls_and_its_name_is_checked(team: Team, certificates: Path) -> None:
    serve_as(team.cluster, HOST)
    hub = remote(team, certificates / "own.pem")
    with hub._working() as c:
        assert c.pgconn.ssl_in_use
        row = c.execute("select ssl from pg_stat_ssl where pid = pg_backend_pid()").fetchone()
    assert row == (True,)
    hub.close()

    with pytest.raises(RefusedError, match="does not trust"):
        remote(team, certificates / "other.pem").streams()

    serve_as(team.cluster, "elsewhere.example.org")
    with pytest.raises(RefusedError, match="another host"):
        remote(team, certificates / "own.pem").streams()

    team.cluster.configure(ssl="off")
    with pytest.raises(RefusedError, match="no TLS"):
        remote(team, certificates / "own.pem").streams()


def test_a_plain_connection_to_a_hub_elsewhere_is_not_even_tried(team: Team) -> None:
    with pytest.raises(UsageError, match="encrypted"):
        parse(f"postgresql://anna@{HOST}/x?hostaddr=127.0.0.1&sslmode=disable")


def test_streams_of_others_have_ids_that_nobody_guesses(team: Team) -> None:
    """What stays visible: a taken id is refused as such, so that its existence shows."""
    team.push("ben", review("ben", 0))
    with team.session("anna") as c:
        with pytest.raises(psycopg.errors.UniqueViolation):
            c.execute("insert into hub.stream (stream) values (%s)", (team.streams["ben"],))
        c.execute("insert into hub.stream (stream) values (%s)", (str(uuid4()),))
