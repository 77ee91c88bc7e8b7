"""Projects that exchange their history over a folder, for the tests of sync."""

from __future__ import annotations

from pathlib import Path

from annotator.store import Store
from annotator.sync.batch_files import BatchFiles, FileTarget
from annotator.sync.connect import exchange_with
from annotator.sync.exchange import Exchange, Party
from annotator.sync.folder import FolderObjects
from annotator.sync.receive import Manner
from annotator.sync.result import Result

LEAD = Party("lead")


def folder_target(hub: Path) -> FileTarget:
    objects = FolderObjects(hub)
    return FileTarget(objects, str(hub), BatchFiles(objects))


def sync(project: Path, hub: Path, party: Party = LEAD, machine: str = "", manner: Manner = Manner()) -> Result:  # noqa: B008
    """Exchange once; each project is on a machine of its own unless one is named."""
    hub.mkdir(exist_ok=True)
    with Store(project) as store:
        return Exchange(store, folder_target(hub), party, machine or str(project)).run(manner)


def sync_all(project: Path, target: Path | str) -> Result:
    """Exchange with all that a target is for this project, as the command does."""
    with Store(project) as store:
        return exchange_with(store, str(target))
