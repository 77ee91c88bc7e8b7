"""How far a project is with a target: its stream, what it has read of others, and what it knows to be there.

It stands in the project file, so that a restored backup goes back with it: what the target has beyond it is read again.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from hashlib import sha256
from uuid import uuid4

from pydantic import Field, ValidationError

from annotator.batch import identity_hash
from annotator.model import Model
from annotator.store.file.connection import Connection
from annotator.store.file.meta import SYNC, read_meta, write_meta

_SIZE = 8


class _Facts(Model):
    stream: str = ""
    machine: str = ""
    cursors: dict[str, int] = Field(default_factory=dict)
    visible: str = ""


class Standing:
    """The standing of one project file with one target, on one machine.

    Attributes:
        stream: The id of the stream that this machine writes.
        cursors: The last batch that was taken in, by stream; of one's own stream, the last that is known to be there.
        known: Hashes of the identities of items that are at the target.
        visible: What decided which items the reader could see at the last pull.
    """

    def __init__(self, c: Connection, target: str, machine: str) -> None:
        """Read it; a project that came from another machine gets a stream of its own.

        Args:
            c: The project.
            target: The target's name.
            machine: What tells this machine from others.
        """
        self._c = c
        self._key = SYNC + sha256(target.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        found = _read(read_meta(c, self._key))
        self.cursors = found.cursors
        self.visible = found.visible
        self._machine = machine
        self.stream = found.stream if found.machine == machine else str(uuid4())
        self.known: set[int] = set()
        for (text,) in c.all("select value from meta where key glob ?", (f"{self._key} *",)):
            self.known.update(_numbers(text))

    @property
    def last(self) -> int:
        """The last batch of the own stream that is known to be at the target."""
        return self.cursors.get(self.stream, 0)

    def reset(self, visible: str) -> None:
        """Read every stream again from its beginning, since more of it may be visible now."""
        self.cursors = {stream: n for stream, n in self.cursors.items() if stream == self.stream}
        self.visible = visible

    def begin_anew(self) -> None:
        """Write to a new stream from now on, and send everything again, since the target has lost something."""
        self.stream = str(uuid4())
        self.known.clear()
        with self._c.write():
            self._c.execute("delete from meta where key glob ?", (f"{self._key} *",))
            self._write()

    def passed(self, stream: str, last: int, identities: Iterable[str]) -> None:
        """Record, in one transaction, that a batch is at the target and that the project has what it holds."""
        new = sorted(set(map(identity_hash, identities)) - self.known)
        with self._c.write():
            self.cursors[stream] = max(last, self.cursors.get(stream, 0))
            self._write()
            if new:
                write_meta(self._c, f"{self._key} {uuid4()}", _text(new))
        self.known.update(new)

    def _write(self) -> None:
        facts = _Facts(stream=self.stream, machine=self._machine, cursors=self.cursors, visible=self.visible)
        write_meta(self._c, self._key, facts.model_dump_json())


def _read(text: str | None) -> _Facts:
    """What was written; nothing if it is damaged: then all is read and sent again, which changes nothing."""
    try:
        return _Facts.model_validate_json(text or "{}")
    except ValidationError:
        return _Facts()


def _text(numbers: list[int]) -> str:
    return base64.b64encode(b"".join(number.to_bytes(_SIZE) for number in numbers)).decode()


def _numbers(text: str) -> Iterable[int]:
    try:
        data = base64.b64decode(text)
    except ValueError:
        return ()  # damaged: these items are sent again, which changes nothing
    return (int.from_bytes(data[i : i + _SIZE]) for i in range(0, len(data), _SIZE))
