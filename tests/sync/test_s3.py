"""A bucket as target, against a server on this machine that speaks S3."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from annotator.errors import OfflineError, RefusedError
from annotator.store import Store
from annotator.sync.batch_files import BatchFiles
from annotator.sync.invite import invite
from tests.store.test_merge import exported, held, project, together, work
from tests.store.work import TEXTS
from tests.sync.exchanging import sync_all
from tests.sync.test_coder_folders import Study, code, n_statements, study  # noqa: F401 (a fixture)

pytest.importorskip("obstore")
moto = pytest.importorskip("moto.server")

pytestmark = pytest.mark.slow

BUCKET = "s3://our-study/news"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A server with one empty bucket."""
    found = moto.ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    found.start()
    host, port = found.get_host_and_port()
    yield f"http://{host}:{port}"
    found.stop()


@pytest.fixture
def bucket(server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    from boto3 import client  # type: ignore[import-untyped]

    for name, value in (
        ("AWS_ACCESS_KEY_ID", "key"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ENDPOINT_URL", server),
    ):
        monkeypatch.setenv(name, value)
    s3 = client("s3", endpoint_url=server, region_name="us-east-1")
    s3.create_bucket(Bucket="our-study")
    for found in s3.list_objects_v2(Bucket="our-study").get("Contents", ()):
        s3.delete_object(Bucket="our-study", Key=found["Key"])
    return BUCKET


def test_projects_that_exchange_over_a_bucket_hold_what_merging_gives(bucket: str, tmp_path: Path) -> None:
    first = project(tmp_path / "first.db", TEXTS[:2])
    second = Path(shutil.copy(first, tmp_path / "second.db"))
    for path, coder in ((first, "anna"), (second, "ben")):
        work(path, coder, [("statement", 1, 1), ("label", 2, 2), ("review", 0, 1), ("undo", 0, 0)])
    merged = together(tmp_path, "merged.db", first, second)

    for path in (first, second, first):
        sync_all(path, bucket)

    for path in (first, second):
        assert (held(path), exported(path)) == (held(merged), exported(merged))
    assert sync_all(first, bucket)[:2] == (0, 0)


def test_each_coder_has_a_prefix_and_a_policy_of_their_own(bucket: str, study: Study) -> None:  # noqa: F811
    places = {coder: invite(bucket, coder) for coder in ("anna", "ben")}
    code(study.anna, "anna", 1)

    sync_all(study.anna, places["anna"].place)
    sync_all(study.lead, bucket)
    sync_all(study.ben, places["ben"].place)

    assert n_statements(study.lead) == 1
    assert n_statements(study.ben) == 0
    policy = places["anna"].for_administrator or ""
    assert "arn:aws:s3:::our-study/news/anna/out/*" in policy
    assert "ben" not in policy
    assert "Delete" not in policy


def test_an_object_is_never_replaced(bucket: str) -> None:
    from annotator.sync.s3 import BucketObjects

    objects = BucketObjects(bucket)
    objects.create("v1/x", b"first")

    with pytest.raises(FileExistsError):
        objects.create("v1/x", b"second")

    assert objects.read("v1/x") == b"first"
    assert objects.read("v1/y") is None
    assert objects.now() is not None
    assert BatchFiles(objects).streams() == {}


def test_a_bucket_that_is_missing_or_does_not_answer_is_told_apart(
    bucket: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = project(tmp_path / "first.db", TEXTS[:1])
    with pytest.raises(RefusedError, match="there is no bucket"):
        sync_all(path, "s3://another/news")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(OfflineError, match="does not answer") as found:
        sync_all(path, bucket)
    assert "secret" not in str(found.value)
    with Store(path, read_only=True) as store:
        assert store.connection.one("select 1 from meta where value like '%secret%'") is None


def test_a_bucket_far_away_is_not_reached_without_encryption(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://192.0.2.1:9000")
    with pytest.raises((OfflineError, RefusedError)):
        sync_all(project(tmp_path / "first.db", TEXTS[:1]), BUCKET)


def test_the_key_comes_from_the_profile_where_the_environment_has_none(
    bucket: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    file = tmp_path / "credentials"
    file.write_text("[study]\naws_access_key_id = key\naws_secret_access_key = sec%ret\n", encoding="utf-8")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(file))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_PROFILE", "study")

    assert sync_all(project(tmp_path / "first.db", TEXTS[:1]), bucket).n_sent == 1


@pytest.mark.parametrize("url", ["s3://", "s3://A b/x", "s3://x", "s3:///x", "s3://bucket/x?y"])
def test_what_does_not_name_a_bucket_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="does not name a bucket"):
        sync_all(project(tmp_path / "first.db", TEXTS[:1]), url)
