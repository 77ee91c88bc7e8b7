"""Custom keys: a file that gives commands and categories other keys. Two equal keys are an error.

The file is YAML or JSON with two mappings. `commands` gives a command one key or a list of keys; `codebook` gives a
variable (`target`) another key, and a category (`stance/oppose`) one key or a list of keys. All other keys stay.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from annotator.codebook.model import RESERVED, Category, Codebook, Scope, one_or_more
from annotator.commands import Command
from annotator.errors import KeymapError
from annotator.session.keys.commands import SCOPES, Choice, choices, commands, flat_map, keyed
from annotator.session.keys.keyboard import meant
from annotator.text.terminal_text import one_line

NAMES = ("annotator-keys.yaml", "annotator-keys.yml", "annotator-keys.json")
"""Name of the key file beside a project; in the user's configuration folder it is `annotator/keys.yaml`."""

MAX_BYTES = 100_000

_NAMED = frozenset(
    "enter space tab escape backspace delete insert up down left right home end pageup pagedown".split()
    + [f"f{n}" for n in range(1, 13)]
)
_SHOWN = {
    "enter": "Enter", "space": "Space", "tab": "Tab", "escape": "Esc", "backspace": "Backspace", "delete": "Del",
    "insert": "Ins", "up": "↑", "down": "↓", "left": "←", "right": "→", "home": "Home", "end": "End",
    "pageup": "PgUp", "pagedown": "PgDn",
}  # fmt: skip
_KEPT = {"escape": "closes what is open", "ctrl+c": "leaves the program"}
"""Keys that keep their meaning whatever a file says."""


@dataclass(frozen=True, slots=True)
class Keymap:
    """Changes of some keys.

    Attributes:
        commands: For a command's name its keys, as Textual calls them.
        codebook: For `variable` its key, for `variable/category` its keys.
        source: The file it was read from.
    """

    commands: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    codebook: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    source: str = ""

    def keys(self, codebook: Codebook) -> Keys:
        """Every key of the labelling screen for a codebook.

        Raises:
            KeymapError: Two things have the same key, or the file contains an unknown name; `faults` has every reason.
        """
        found = tuple(self._faults(codebook))
        if found:
            more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
            raise KeymapError(f"{found[0]}{more}", found)
        return self._keys(codebook)

    def _keys(self, codebook: Codebook) -> Keys:
        moved = self.on(codebook)
        taken = RESERVED - {key for c in keyed() if c.name in self.commands for key in c.keys}
        flat = flat_map(moved, lambda key, choice: key not in taken or self._is_moved(choice))
        used = tuple(self._command(command) for command in commands(codebook))
        fixed = {key: command for command in used for key in command.keys if key not in flat}
        return Keys(moved, fixed, flat, used)

    def on(self, codebook: Codebook) -> Codebook:
        """The codebook with the keys of this map, for the screen; nothing else in it is different."""
        if not self.codebook:
            return codebook
        variables = tuple(
            v.model_copy(
                update={
                    "key": self.codebook.get(v.name, (v.key,))[0],
                    "categories": self._moved(v.name, v.categories),
                }
            )
            for v in codebook.variables
        )
        return codebook.model_copy(update={"variables": variables})

    def _moved(self, variable: str, categories: tuple[Category, ...]) -> tuple[Category, ...]:
        return tuple(
            c.model_copy(
                update={
                    "key": one_or_more(self.codebook.get(f"{variable}/{c.name}", c.keys)),
                    "categories": self._moved(variable, c.categories),
                }
            )
            for c in categories
        )

    def _is_moved(self, choice: Choice) -> bool:
        path = choice.variable.name if choice.category is None else f"{choice.variable.name}/{choice.category}"
        return path in self.codebook

    def _command(self, command: Command) -> Command:
        keys = self.commands.get(command.name)
        return command if keys is None else replace(command, keys=keys, shown=" ".join(map(shown, keys)))

    # faults

    def _faults(self, codebook: Codebook) -> Iterator[str]:
        where = f"{self.source}: " if self.source else ""
        unknown = tuple(self._unknown(codebook))
        yield from (where + fault for fault in unknown)
        if not unknown:
            yield from (where + fault for fault in self._collisions(codebook))

    def _unknown(self, codebook: Codebook) -> Iterator[str]:
        known = {command.name: command for command in keyed()}
        for name, keys in self.commands.items():
            if name not in known:
                yield f"there is no command {one_line(name)!r}; `annotator keys --names` lists them"
                continue
            yield from (f"{name}: {fault}" for key in keys if (fault := _bad(key)))
            if name == "pick" and len(keys) != 9:
                yield "pick: nine keys, for the first to the ninth speaker"
            if name in ("done", "quit", "undo") and not keys:
                yield f"{name} needs a key"
        paths = {v.name for v in codebook.variables} | {f"{v.name}/{n}" for v in codebook.variables for n in v.names}
        for path, keys in self.codebook.items():
            bad = [key for key in keys if len(key) != 1 or not key.isprintable() or key == " "]
            if path not in paths:
                yield f"the codebook has no {one_line(path)!r}"
            elif bad or not keys:
                wrong = one_line(bad[0]) if bad else ""
                yield f"{one_line(path)}: a key of the codebook is one printable character, not {wrong!r}"
            elif len(keys) > 1 and codebook.variable(path) is not None:
                yield f"{one_line(path)}: a variable has one key; only its categories can have several"

    def _collisions(self, codebook: Codebook) -> Iterator[str]:
        moved = self.on(codebook)
        owners: dict[str, list[tuple[str, bool]]] = {}
        for command in commands(codebook):
            for key in self._command(command).keys:
                owners.setdefault(key, []).append((command.name, command.name in self.commands))
        for scope in SCOPES:
            for key, owner, is_moved in self._claims(moved, scope):
                owners.setdefault(key, []).append((owner, is_moved))
        for key, holders in owners.items():
            # Two that the file does not move may share a key: a capital of the codebook's, or another scope's.
            names = list(dict.fromkeys(name for name, _ in holders))
            if len(names) > 1 and any(is_moved for _, is_moved in holders):
                yield f"{shown(key)} is the key of {' and of '.join(names)}; {self._offer(owners)}"
        yield from self._local_collisions(moved)

    def _claims(self, codebook: Codebook, scope: Scope) -> Iterator[tuple[str, str, bool]]:
        for key, choice in choices(codebook, scope):
            path = choice.variable.name if choice.category is None else f"{choice.variable.name}/{choice.category}"
            yield key, path, path in self.codebook

    def _local_collisions(self, codebook: Codebook) -> Iterator[str]:
        for variable in codebook.variables:
            if variable.key is None:
                continue
            seen: dict[str, str] = {}
            for category, _ in variable.walk():
                for key in () if category.retired else category.keys:
                    if key in seen:
                        yield f"{variable.name}: {key} is the key of {seen[key]} and of {category.name}"
                    seen[key] = category.name

    @staticmethod
    def _offer(owners: Mapping[str, object]) -> str:
        free = [letter for letter in "abcdefghijklmnopqrstuvwxyz;-+'" if letter not in owners]
        return f"free: {' '.join(free[:8])}" if free else "no letter is free"


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys that hold on the labelling screen.

    Attributes:
        codebook: The codebook with the keys that hold, for the form and for opened variables.
        fixed: The command of each fixed key.
        flat: What each of the codebook's flat keys does.
        commands: The commands that this codebook has a use for, with their keys.
    """

    codebook: Codebook
    fixed: Mapping[str, Command]
    flat: Mapping[str, Choice]
    commands: tuple[Command, ...]

    def meant(self, sign: str) -> str:
        """The key that a pressed sign stands for: itself if it has a meaning, else the key at its place."""
        return meant(sign, self.flat, self.fixed, language=self.codebook.language)

    def of(self, name: str) -> tuple[str, ...]:
        """The keys of a command."""
        return next((command.keys for command in self.commands if command.name == name), ())

    def first_of(self, name: str) -> str:
        """The first key of a command; empty if it has none."""
        return next(iter(self.of(name)), "")


def shown(key: str) -> str:
    """A key as people call it."""
    *modifiers, last = key.split("+") if len(key) > 1 else [key]
    return "+".join([*(m.capitalize() for m in modifiers), _SHOWN.get(last, last.upper() if modifiers else last)])


def _bad(key: str) -> str | None:
    """Why this is not a key; None if it is one."""
    if key in _KEPT:
        return f"{shown(key)} {_KEPT[key]} and cannot be moved"
    if len(key) == 1:
        return None if key.isprintable() and key != " " else f"{one_line(key)!r} is not a key; write a blank as space"
    *modifiers, last = key.split("+")
    is_named = last in _NAMED or (len(last) == 1 and last.isprintable() and bool(modifiers))
    if is_named and set(modifiers) <= {"ctrl", "shift", "alt"} and len(set(modifiers)) == len(modifiers):
        return None
    return f"{one_line(key)!r} is not a key; keys are written as in x, enter, ctrl+s, shift+left, f5"


def find_keymap(project: Path | None = None) -> Path | None:
    """The key file in use: beside the project, else in the user's configuration folder; None without one."""
    places = [project.absolute().parent / name for name in NAMES] if project is not None else []
    places += [_config() / f"keys{suffix}" for suffix in (".yaml", ".yml", ".json")]
    return next((place for place in places if place.is_file()), None)


def _config() -> Path:
    if sys.platform == "win32":
        base = os.environ.get("APPDATA") or str(Path.home() / "AppData" / "Roaming")
    else:
        base = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(base) / "annotator"


def load_keymap(path: Path) -> Keymap:
    """Read a key file; collisions are checked later, with a codebook.

    Raises:
        KeymapError: The file cannot be read, or is not a key file.
    """
    name = one_line(str(path))
    try:
        if path.stat().st_size > MAX_BYTES:
            raise KeymapError(f"{name}: larger than a key file can be")
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise KeymapError(f"{name}: not UTF-8 text (byte {error.start})") from error
    except OSError as error:
        raise KeymapError(f"{name}: {(error.strerror or 'cannot be read').lower()}") from error
    return parse_keymap(text, name)


def parse_keymap(text: str, name: str = "") -> Keymap:
    """Make a keymap of a document's text; `name` stands in front of every fault."""
    from ruamel.yaml import YAML  # only those who have such a file pay for the YAML reader
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    where = f"{name}: " if name else ""
    try:
        data = YAML(typ="safe", pure=True).load(text)
    except MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise KeymapError(f"{where}{line}not YAML: {one_line(str(error.problem))}") from error
    except (YAMLError, ValueError, RecursionError) as error:
        raise KeymapError(f"{where}not YAML") from error
    data = {} if data is None else data
    if not isinstance(data, dict) or not set(data) <= {"commands", "codebook"}:
        raise KeymapError(f"{where}a key file contains only `commands` and `codebook`")
    moved, codes = data.get("commands") or {}, data.get("codebook") or {}
    if not isinstance(moved, dict) or not isinstance(codes, dict):
        raise KeymapError(f"{where}`commands` and `codebook` are mappings from a name to a key")
    return Keymap(
        {str(name): _listed(keys, f"{where}{one_line(str(name))}") for name, keys in moved.items()},
        {str(path): _listed(keys, f"{where}{one_line(str(path))}") for path, keys in codes.items()},
        name,
    )


def _listed(keys: Any, where: str) -> tuple[str, ...]:
    if keys is None:
        return ()
    return tuple(_one(key, where) for key in (keys if isinstance(keys, list) else [keys]))


def _one(key: Any, where: str) -> str:
    if isinstance(key, bool) or not isinstance(key, str | int):
        raise KeymapError(f"{where}: write a key as x or ctrl+s; put signs in quotation marks")
    return str(key)
