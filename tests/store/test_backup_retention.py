"""Which backups stay: within a limit on their size, spread over the time that they tell of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.cli import run
from annotator.errors import UsageError
from annotator.store.file import backup_retention
from annotator.store.file.backup import back_up, backups, folder, size
from annotator.store.file.backup_retention import MOST_BYTES, fit, keep, limit, parse_size, shown_size
from tests.conftest import MakeProject

GB = 10**9
START = datetime(2030, 3, 1, 9, tzinfo=UTC)
SNAPSHOTS = st.lists(st.tuples(st.integers(0, 10**7), st.integers(0, 5 * GB)), min_size=1, max_size=30)


def days(n: int, n_bytes: int, most: int) -> list[list[int]]:
    """The ages in days of what stays of daily backups, after each of so many days."""
    held: list[datetime] = []
    found = []
    for day in range(n):
        held = [START + timedelta(days=day), *held]
        held = [at for at, stays in zip(held, keep(held), strict=True) if stays]
        held = [at for at, stays in zip(held, fit(held, [n_bytes] * len(held), most), strict=True) if stays]
        found.append([(held[0] - at).days for at in held])
    return found


def test_a_month_of_daily_backups_of_a_large_project_takes_the_limit_at_most() -> None:
    after = days(31, GB, MOST_BYTES)

    assert all(len(ages) <= 3 for ages in after)
    assert all(ages[0] == 0 and ages[-1] == day for day, ages in enumerate(after))
    middle = [ages[1] for ages in after[10:]]
    assert max(middle) >= 4


def test_small_projects_keep_what_the_rule_by_age_keeps() -> None:
    assert days(60, GB // 100, MOST_BYTES) == days(60, 0, MOST_BYTES)


@given(SNAPSHOTS, st.integers(1, 20 * GB))
def test_what_fits_is_within_the_limit_and_holds_the_newest(snapshots: list[tuple[int, int]], most: int) -> None:
    snapshots = sorted(snapshots, reverse=True)
    times = [START + timedelta(seconds=second) for second, _ in snapshots]
    sizes = [n for _, n in snapshots]

    stay = fit(times, sizes, most)

    total = sum(n for n, stays in zip(sizes, stay, strict=True) if stays)
    assert stay[0]
    assert total <= most or stay.count(True) == 1
    assert all(stay) == (sum(sizes) <= most or len(sizes) == 1)


def test_the_owner_sets_the_limit_and_a_sentence_says_what_was_removed(
    make_project: MakeProject, capsys: pytest.CaptureFixture[str]
) -> None:
    path = make_project("One.\nTwo.").path
    for i in range(3):
        back_up(path, f"test {i}")
    *_, first = backups(path)
    room = f"{(size(first) * 2.5) / 10**6:.6f}MB"
    n_more = len(backups(path)) - 1

    assert run(["--project", str(path), "backup", "--limit", room]) == 0

    said = capsys.readouterr().err
    newest, *others = backups(path)
    assert newest.why == "by hand"
    assert [one.path for one in others] == [first.path]
    assert f"{n_more} older backups were removed" in said
    assert "`annotator backup --limit SIZE`" in said


def test_a_snapshot_that_was_just_made_stays_although_the_clock_was_wrong(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_project("One.\nTwo.").path
    wrong = [back_up(path, f"test {i}") for i in range(3)]
    for i, one in enumerate(wrong):
        one.path.rename(one.path.with_name(f"2999-01-0{i + 1}T00-00-00.000000Z-test.db"))
    monkeypatch.setattr(backup_retention, "MOST_BYTES", 1)
    n_before = len(backups(path))

    made = back_up(path, "now")

    assert made.path.exists()
    assert limit(folder(path)) == 1
    assert made.n_removed == n_before - 1


@pytest.mark.parametrize(("text", "n"), [("500MB", 500 * 10**6), ("2.5 gb", 2_500_000_000), (" 1TB ", 10**12)])
def test_a_size_is_read_with_its_unit(text: str, n: int) -> None:
    assert parse_size(text) == n


@pytest.mark.parametrize("text", ["", "3", "GB", "-1GB", "0MB", "1e9GB", "3 GiB", "٣GB"])
def test_another_text_is_refused_in_words(text: str) -> None:
    with pytest.raises(UsageError, match="is not a size; write 500MB, 3GB or 1TB"):
        parse_size(text)


@pytest.mark.parametrize(("n", "shown"), [(0, "0 MB"), (2_900_000_000, "2.9 GB"), (123_456, "0.123 MB")])
def test_a_size_is_shown_as_people_read_it(n: int, shown: str) -> None:
    assert shown_size(n) == shown
