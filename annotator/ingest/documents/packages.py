"""The packages of the extra `documents`, imported when a file needs them."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from io import BytesIO
from typing import Any

from annotator.distribution import with_extra
from annotator.errors import IngestError
from annotator.ingest.readers.zip_archive import FAULTS, fault, is_folder


def need(module: str, package: str, what: str) -> Any:
    """A module of a package that only some files need.

    Raises:
        IngestError: The package is not installed; the sentence says what to install.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise IngestError(f"reading {what} needs {package}; {with_extra('documents')}") from error


@contextmanager
def parsing(what: str) -> Iterator[None]:
    """Damaged files within the block are refused: parsers of documents raise whatever their own code runs into.

    Raises:
        IngestError: Anything but a lack of memory was raised.
    """
    try:
        yield
    except (IngestError, MemoryError):
        raise
    except Exception as error:
        said = " ".join(str(error).split())[:80] or type(error).__name__
        raise IngestError(f"not a readable {what} ({said})") from error


def check_archive(data: bytes) -> zipfile.ZipFile:
    """The archive that a document is, after a look at the sizes of its members.

    Raises:
        IngestError: It is damaged, encrypted, or unpacks to far more than its size.
    """
    try:
        archive = zipfile.ZipFile(BytesIO(data))
    except FAULTS as error:
        raise IngestError(f"not a readable document ({str(error).lower()})") from error
    for entry in archive.infolist():
        reason = None if is_folder(entry) else fault(entry)
        if reason and not reason.startswith("an archive in"):
            raise IngestError(f"{entry.filename or 'an entry'}: {reason}")
    return archive
