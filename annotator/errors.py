"""The tree of errors: each AnnotatorError has one sentence for the user and an exit code.

AnnotatorError              any error of the user or the data; exit code 1
├── UsageError              wrong usage; exit code 2
├── CodebookError           a codebook that cannot be used
├── KeymapError             a file of keys that cannot be used
├── IngestError             a file that cannot become an article
├── StoreError              a project file that cannot be opened, read or written
│   └── BusyError           another program holds the project file
├── ExportError             an export that cannot be written
├── SyncError               an exchange with a team's target that cannot go on
│   ├── OfflineError        the target cannot be reached now; later may be better
│   └── RefusedError        the target or this program refuses; trying again does not help
└── AgreementError          reliability data that cannot be counted
"""

from __future__ import annotations


class AnnotatorError(Exception):
    """An error for the user; its text is one sentence."""

    exit_code = 1


class UsageError(AnnotatorError):
    """Wrong usage of a command or function."""

    exit_code = 2


class CodebookError(AnnotatorError):
    """A codebook cannot be used; `faults` holds every reason, each with its place."""

    def __init__(self, message: str, faults: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.faults = faults or (message,)


class KeymapError(AnnotatorError):
    """A file of keys cannot be used; `faults` holds every reason."""

    def __init__(self, message: str, faults: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.faults = faults or (message,)


class IngestError(AnnotatorError):
    """A file cannot become an article."""


class StoreError(AnnotatorError):
    """The project file cannot be opened, read or written."""


class BusyError(StoreError):
    """Another program holds the project file."""


class ExportError(AnnotatorError):
    """An export cannot be written."""


class AgreementError(AnnotatorError):
    """Reliability data cannot be counted."""


class SyncError(AnnotatorError):
    """The exchange with a target cannot go on."""


class OfflineError(SyncError):
    """The target cannot be reached now. Trying again later may help."""


class RefusedError(SyncError):
    """The target, or this program, refuses the exchange. Trying again does not help."""
