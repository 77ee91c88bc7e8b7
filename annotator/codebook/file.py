"""Read codebook files in YAML 1.2 or JSON; report every fault with its line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from annotator.codebook import model
from annotator.codebook.model import Category, Codebook, Example, Variable, faults
from annotator.errors import CodebookError
from annotator.files.names import is_there
from annotator.files.shipped import shipped, shipped_names
from annotator.model import Model
from annotator.text.terminal_text import one_line

MAX_BYTES = 5_000_000
MAX_NODES = 100_000
MAX_DEPTH = 60
DEFAULT = "political-claims"

Place = tuple[str | int, ...]

_EXPECTED = {
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "float_parsing": "a number",
    "float_type": "a number",
    "string_type": "text",
    "tuple_type": "a list",
    "dict_type": "a mapping of variables to categories, as in {stance: [oppose, support]}",
    "model_type": "a mapping of fields to values",
}
"""What a field must hold, by pydantic's name of the fault."""

_MODELS: dict[str, type[Model]] = {
    "variables": Variable,
    "categories": Category,
    "examples": Example,
    "warnings": model.Warning,
}

_OTHER_NAMES = {
    "min": "minimum",
    "max": "maximum",
    "type": "level",
    "measurement": "level",
    "unit": "scope",
    "values": "categories",
    "options": "categories",
    "choices": "categories",
    "labels": "categories",
    "codes": "categories",
    "question": "definition",
    "desc": "definition",
    "instructions": "guidance",
    "shortcut": "key",
    "hotkey": "key",
    "if": "when",
    "mandatory": "required",
    "optional": "required",
    "integer": "whole",
}
"""Names that other tools give to fields."""


def load_codebook(path: Path) -> Codebook:
    """Read a codebook file.

    Raises:
        CodebookError: The file cannot be read or breaks a rule; `faults` has every reason as `path:line: what`.
    """
    return parse_codebook(_read(path), name=one_line(str(path)), is_json=path.suffix.lower() == ".json")


def default_codebook() -> Codebook:
    """The default codebook of a new project: political claims in news."""
    return parse_codebook(shipped(f"schemas/{DEFAULT}.yaml"), name=f"{DEFAULT}.yaml")


def find_codebook(path: Path) -> Codebook:
    """Read a codebook file, or the codebook of that name among those that travel with the program.

    Raises:
        CodebookError: There is neither, or the file breaks a rule.
    """
    name = str(path)
    names = shipped_codebooks()
    if is_there(path):
        return load_codebook(path)
    if name in names:
        return parse_codebook(shipped(f"schemas/{name}.yaml"), name=f"{name}.yaml")
    raise CodebookError(
        f"{one_line(name)}: file not found; the codebooks that come with the program are {', '.join(names)},"
        " and `annotator codebook new FILE` begins one of your own"
    )


def shipped_codebooks() -> list[str]:
    """The names of the codebooks that travel with the program."""
    return shipped_names("schemas", ".yaml")


def parse_codebook(text: str, *, name: str = "codebook", is_json: bool = False) -> Codebook:
    """Make a codebook of a document's text; `name` stands in front of every fault.

    Raises:
        CodebookError: With every fault of the document.
    """
    document = _Document(text, is_json=is_json)
    codebook: Codebook | None = None
    if not document.faults:
        codebook = _validate(document)
    if document.faults:
        found = tuple(f"{name}:{line}: {message}" for line, message in sorted(set(document.faults)))
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        raise CodebookError(f"{found[0]}{more}", found)
    assert codebook is not None  # noqa: S101 (no fault means a codebook)
    return codebook


def _read(path: Path) -> str:
    name = one_line(str(path))
    try:
        if not path.is_file():
            raise CodebookError(f"{name}: file not found")
        if path.stat().st_size > MAX_BYTES:
            raise CodebookError(f"{name}: larger than {MAX_BYTES // 1_000_000} MB; a codebook must be smaller")
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CodebookError(f"{name}: not UTF-8 text (byte {error.start})") from error
    except OSError as error:
        raise CodebookError(f"{name}: {error.strerror}") from error


class _Document:
    """A YAML or JSON document as plain values, with the line of every place in it and the faults found so far."""

    def __init__(self, text: str, *, is_json: bool) -> None:
        self.lines: dict[Place, int] = {}
        self.faults: list[tuple[int, str]] = []
        self.data: Any = None
        self._n_nodes = 0
        if is_json:
            self._read_json(text)
        else:
            self._read_yaml(text)
        if not self.faults and not isinstance(self.data, dict):
            self.faults.append((1, "a codebook must be a mapping with name, version and variables"))

    def line(self, place: Place) -> int:
        """The line of a place, or of the nearest thing around it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def _read_json(self, text: str) -> None:
        try:
            data = json.loads(text)
        except json.JSONDecodeError as error:
            self.faults.append((error.lineno, f"not JSON: {error.msg}"))
            return
        except RecursionError:
            self.faults.append((1, "nested too deeply"))
            return
        # JSON is YAML but for tabs between tokens, so the YAML reader knows the lines (and doubled keys).
        self._read_yaml(text.replace("\t", " "))
        if not self.faults:
            self.data = data

    def _read_yaml(self, text: str) -> None:
        from ruamel.yaml import YAML  # only those who read a codebook file pay for the YAML reader
        from ruamel.yaml.error import MarkedYAMLError, YAMLError

        reader = YAML(typ="safe", pure=True)
        reader.version = (1, 2)
        try:
            roots = list(reader.compose_all(text))
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            what = one_line(str(error.problem or error.context or "not YAML"))
            self.faults.append((mark.line + 1 if mark else 1, f"not YAML: {what}"))
            return
        except (YAMLError, ValueError) as error:
            where = text.count("\n", 0, getattr(error, "position", 0)) + 1
            self.faults.append((where, f"not YAML: {one_line(str(getattr(error, 'reason', error)))}"))
            return
        except RecursionError:
            self.faults.append((1, "nested too deeply"))
            return
        roots = [root for root in roots if root is not None]
        if len(roots) != 1:
            self.faults.append((1, "empty" if not roots else f"contains {len(roots)} documents instead of one"))
            return
        self.data = self._value(roots[0], (), ())

    def _value(self, node: Any, place: Place, above: tuple[int, ...]) -> Any:
        line = node.start_mark.line + 1
        self.lines.setdefault(place, line)
        self._n_nodes += 1
        if self._n_nodes > MAX_NODES or len(above) > MAX_DEPTH or id(node) in above:
            if not self.faults:
                self.faults.append((line, "too large when its aliases are written out, or nested too deeply"))
            return None
        inside = (*above, id(node))
        kind = type(node).__name__
        if kind == "MappingNode":
            return self._mapping(node, place, inside)
        if kind == "SequenceNode":
            return [self._value(child, (*place, i), inside) for i, child in enumerate(node.value)]
        # A plain null is nothing; everything else stays as it is written, and its field says what it is.
        is_null = node.style is None and node.value in ("", "~", "null", "Null", "NULL")
        return None if is_null else str(node.value)

    def _mapping(self, node: Any, place: Place, inside: tuple[int, ...]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, child in node.value:
            line = key.start_mark.line + 1
            if type(key).__name__ != "ScalarNode":
                self.faults.append((line, "a key must be a word, not a list or a mapping"))
                continue
            name = str(key.value)
            if name in found:
                self.faults.append((line, f"{one_line(name)!r} occurs twice"))
                continue
            self.lines[(*place, name)] = line
            found[name] = self._value(child, (*place, name), inside)
        return found


def _validate(document: _Document) -> Codebook | None:
    """Check the document; where parts of it are wrong, check the rules between the others all the same."""
    data = _prune(document.data)
    for attempt in range(50):
        try:
            codebook = Codebook.model_validate(data, context={"lenient": True})
        except ValidationError as error:
            found = _errors(error)
            for place, message in _reasons(found):
                if attempt == 0 or not message.startswith("missing"):
                    document.faults.append((document.line(place), message))
            for fault in found:
                _mend(data, fault["loc"], fault["type"])
        else:
            document.faults += [(document.line(place), message) for place, message in faults(codebook)]
            return codebook
    return None


def _prune(data: Any) -> Any:
    """A copy without nulls: a key with nothing behind it is a key left out."""
    if isinstance(data, dict):
        return {key: _prune(value) for key, value in data.items() if value is not None}
    if isinstance(data, list):
        return [_prune(value) for value in data]
    return data


def _errors(error: ValidationError) -> list[ErrorDetails]:
    """Pydantic's faults, without "too short" for a list whose only item is faulty."""
    return [one for one in error.errors(include_url=False) if one["type"] != "too_short" or not one["input"]]


def _reasons(found: list[ErrorDetails]) -> Iterator[tuple[Place, str]]:
    seen: set[Place] = set()
    for fault in found:
        place = tuple(part for part in fault["loc"] if not _is_branch(part))
        if place in seen:
            continue
        seen.add(place)
        yield place, _in_words(place, fault["type"], fault["msg"], fault.get("input"))


def _is_branch(part: str | int) -> bool:
    """Whether a part of a place names a branch of a union, which is not a place in the document."""
    return isinstance(part, str) and part in {
        "str",
        "float",
        "tuple[str, ...]",
        "tuple[constrained-str, ...]",
    }


def _in_words(place: Place, kind: str, message: str, given: Any) -> str:
    field = ".".join(str(part) for part in place if isinstance(part, str)) or "the codebook"
    last = place[-1] if place else ""
    shown = one_line(str(given))[:60]
    if kind == "missing":
        return f"missing: {last}"
    if kind == "extra_forbidden":
        return f"unknown field {one_line(str(last))!r}{_meant(place)}"
    if kind == "literal_error":
        return f"{last}: {shown!r} is unknown; it is {message.removeprefix('Input should be ')}"
    if kind == "too_short" and last == "variables":
        return "a codebook needs at least one variable"
    if kind in _EXPECTED:
        return f"{one_line(str(last))}: must be {_EXPECTED[kind]}, not {shown!r}"
    return f"{one_line(field)}: {message.removeprefix('Value error, ')}"


def _meant(place: Place) -> str:
    """The fields that an unknown one may be meant as, and else all that there are."""
    above = next((part for part in reversed(place[:-1]) if isinstance(part, str)), "")
    known = [name for name in _MODELS.get(above, Codebook).model_fields if name != "was"]
    name = str(place[-1]).casefold()
    other = _OTHER_NAMES.get(name)
    close = [other] if other in known else get_close_matches(name, known, n=1)
    return f"; did you mean {close[0]!r}?" if close else f"; fields here are {', '.join(known)}"


def _mend(data: Any, place: tuple[str | int, ...], kind: str) -> None:
    """Take a faulty part out, or put a placeholder where one is missing, so that the rest can be checked."""
    target = data
    path = [part for part in place if not _is_branch(part)]
    for part in path[:-1]:
        try:
            target = target[part]
        except (KeyError, IndexError, TypeError):
            return
    last = path[-1] if path else None
    if kind == "missing" and isinstance(target, dict):
        placeholder: Any = f"(missing {len(str(place))}.{id(target)})"
        if last == "variables":
            placeholder = [{"name": "(missing)", "level": "text"}]
        target[last] = placeholder
    elif isinstance(target, dict) and last in target:
        if kind == "too_short" and last == "variables":
            target[last] = [{"name": "(missing)", "level": "text"}]
        elif last == "level":
            target[last] = "nominal" if target.get("categories") else "text"
        else:
            del target[last]
    elif isinstance(target, list) and isinstance(last, int) and last < len(target):
        target[last] = {"name": f"(broken {last})", "level": "text"} if "variables" in path[-2:-1] else "(broken)"
