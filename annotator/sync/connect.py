"""Find the target that a person names, and what each side exchanges with it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path

from annotator.distribution import with_extra
from annotator.errors import OfflineError, RefusedError
from annotator.files.user_folder import machine_id
from annotator.store import Store
from annotator.store.exchange.reader import open_phases
from annotator.sync.batch_files import BatchFiles, FileTarget, Objects
from annotator.sync.coder_folders import IN, OUT, all_coders, coder_of
from annotator.sync.exchange import Exchange, Party
from annotator.sync.pace import DATABASE, FILES, Rhythm
from annotator.sync.postgresql.find import address_of, is_hub
from annotator.sync.receive import Manner
from annotator.sync.result import Result
from annotator.sync.target import Target
from annotator.text.terminal_text import one_line


def connect(store: Store, target: str) -> list[Exchange]:
    """The exchanges of a project with a target: one, or for the lead one for each coder's folder.

    A file packed for a coder exchanges what is theirs; a whole project exchanges everything.

    Args:
        store: The project.
        target: A folder, `s3://BUCKET/PREFIX`, `postgresql://NAME@HOST/DATABASE`, or a file with such an address.

    Raises:
        OfflineError: The target cannot be reached.
        RefusedError: The target is not for this file, or would show coders what they must not see yet.
    """
    machine = machine_id()
    with ExitStack() as stack:
        if is_hub(target):
            parties: Sequence[tuple[Target, Party]] = [_hub(store, stack, target)]
        else:
            objects = open_objects(target)
            stack.callback(objects.close)
            parties = _parties(store, objects)
        exchanges = [Exchange(store, one, party, machine) for one, party in parties]
        stack.pop_all()  # the caller closes each target
    return exchanges


def exchange_with(store: Store, target: str, manner: Manner = Manner()) -> Result:  # noqa: B008 (it cannot be changed)
    """Exchange a project with all that a target is for it. A coder's folder that fails does not stop the others.

    Raises:
        OfflineError: The target, or the folder of a coder, cannot be reached; all others were exchanged.
        RefusedError: The target refuses as a whole.
        BusyError: Another program exchanges the project at the same moment.
        StoreError: The project cannot be read or written.
    """
    result, offline = Result(), list[OfflineError]()
    exchanges = connect(store, target)
    for exchange in exchanges:
        with closing(exchange.target):
            try:
                result = result.and_(exchange.run(manner))
            except OfflineError as error:
                offline.append(error)
            except RefusedError as error:
                if len(exchanges) == 1:
                    raise
                result = result.and_(Result(stopped=(str(error),)))
    if offline:
        raise offline[0]
    return result


def _hub(store: Store, stack: ExitStack, target: str) -> tuple[Target, Party]:
    """A database knows who asks."""
    from annotator.sync.postgresql.hub import Hub  # only with a database

    hub = Hub(address_of(target))
    stack.callback(hub.close)
    if store.packed_for not in (None, hub.coder):
        raise RefusedError(
            f"you are {one_line(hub.coder)} at {one_line(hub.name)}, and this file was packed for"
            f" {one_line(store.packed_for or '')}; take the address or the file of one of them"
        )
    is_lead = hub.is_lead and store.packed_for is None
    return hub, Party("lead") if is_lead else Party("coder", hub.coder)


def shown(target: str) -> str:
    """A target as it may be printed: without a password."""
    return address_of(target).name if is_hub(target) else target


def rhythm_of(target: str) -> Rhythm:
    """How often a target is asked."""
    return DATABASE if is_hub(target) else FILES


def is_bucket(target: str) -> bool:
    """Whether a target is a bucket."""
    return target.startswith("s3://")


def open_objects(target: str) -> Objects:
    """The folder or bucket that a person names."""
    if is_bucket(target):
        try:
            from annotator.sync.s3 import BucketObjects
        except ModuleNotFoundError as error:
            raise RefusedError(f"a bucket needs a package more; {with_extra('s3')}") from error
        return BucketObjects(target)
    if "://" in target:
        raise RefusedError(
            f"{one_line(target.split('://', 1)[0])}:// is not a known kind of target; name a folder, s3:// or"
            " postgresql://"
        )
    from annotator.sync.folder import FolderObjects

    return FolderObjects(Path(target).expanduser())


def _parties(store: Store, objects: Objects) -> Sequence[tuple[Target, Party]]:
    packed_for, owner = store.packed_for, coder_of(objects)
    if packed_for is not None and owner is not None:
        if owner != packed_for:
            raise RefusedError(
                f"{one_line(objects.name)} is the folder of {one_line(owner)}, and this file was packed for"
                f" {one_line(packed_for)}"
            )
        return [(_apart(objects, "", is_lead=False), Party("coder", packed_for))]
    if owner is not None:
        return [(_apart(objects, "", owner), Party("relay", owner))]
    folders = {} if packed_for is not None else all_coders(objects)
    if folders:
        return [(_apart(objects, folder, coder), Party("relay", coder)) for folder, coder in folders.items()]
    _refuse_common(store, objects)
    target = FileTarget(objects, objects.name, BatchFiles(objects))
    return [(target, Party("lead") if packed_for is None else Party("coder", packed_for))]


def _apart(objects: Objects, folder: str, coder: str | None = None, *, is_lead: bool = True) -> FileTarget:
    below = f"{folder}/" if folder else ""
    to_coder = BatchFiles(objects, f"{below}{IN}")
    from_coder = BatchFiles(objects, f"{below}{OUT}", author=coder)
    name = f"{objects.name}/{folder}" if folder else objects.name
    if is_lead:
        return FileTarget(objects, name, to_coder, from_coder)
    return FileTarget(objects, name, from_coder, from_coder, to_coder)


def _refuse_common(store: Store, objects: Objects) -> None:
    """Refuse a place that all coders can read while one of them must not see others' codings.

    Raises:
        RefusedError: A phase is open.
    """
    phases = open_phases(store.connection)
    if phases:
        where = "folder" if not is_bucket(objects.name) else "prefix"
        raise RefusedError(
            f"the phase {phases[0]} is open, and all who can read {one_line(objects.name)} could see others' codings;"
            f" give each coder a {where} of their own with `annotator sync invite NAME`"
        )
