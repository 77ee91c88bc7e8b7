"""Every error message of the program, read from its source: the constant parts, with `…` for what varies."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.conftest import ROOT

VARIES = "…"
_MOST = 64
"""The most variants of one message; above them its parts count as varying."""

_CARRIERS = {"BadParameter", "ClickException", "Fault", "Gap", "MissingParameter", "ValueError", "_fault"}
"""Calls whose text an error says, besides the errors themselves."""

_YIELDING = ("codebook/model.py", "session/keys/custom_keys.py")
"""Modules whose generators yield faults: texts, or pairs of a place and a text."""


def messages() -> dict[str, str]:
    """The messages of every raised AnnotatorError and click error, each with the place of one."""
    modules = [_Module(path) for path in sorted((ROOT / "annotator").rglob("*.py"))]
    errors = _errors(modules) | _CARRIERS
    everywhere = _only_ones(modules)
    constants: dict[str, list[ast.expr]] = {}
    for module in modules:
        for name, value in module.constants():
            constants.setdefault(name, []).append(value)
    found: dict[str, str] = {}
    for module in modules:
        reader = _Reader(module, constants, everywhere)
        for said in module.said(errors):
            for text in reader.texts(said, said):
                whole = re.sub(f"{VARIES}+", VARIES, " ".join(text.split()))
                if re.search(r"\w{3}", whole) and " " in whole:
                    found.setdefault(whole, f"{module.name}:{said.lineno}")
    return found


def click_messages() -> set[str]:
    """What click says by itself of wrong usage, with `…` for what varies."""
    import click

    folder = Path(click.__file__).parent
    strings = set()
    for name in ("core.py", "exceptions.py", "parser.py", "types.py"):
        for node in ast.walk(ast.parse((folder / name).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                strings.add(re.sub(r"\{\w*(![rsa])?\}", VARIES, node.value))
    return strings


class _Module:
    """The parts of a module that say something."""

    def __init__(self, path: Path) -> None:
        self.name = path.relative_to(ROOT / "annotator").as_posix()
        self._top = ast.parse(path.read_text(encoding="utf-8")).body
        nodes = [node for one in self._top for node in ast.walk(one)]
        self.classes = [node for node in nodes if isinstance(node, ast.ClassDef)]
        self.functions = [node for node in nodes if isinstance(node, ast.FunctionDef)]
        self._calls = [node for node in nodes if isinstance(node, ast.Call)]
        self._yields = [node for node in nodes if isinstance(node, ast.Yield)] if self.name in _YIELDING else []

    def said(self, errors: set[str]) -> Iterator[ast.expr]:
        """The expressions that errors say."""
        for call in self._calls:
            if _name(call.func) in errors:
                yield from call.args
            elif _name(call.func) == "append" and _owner(call.func) == "faults":
                yield _last(call.args[0])
        for one in self._yields:
            if one.value is not None:
                yield _last(one.value)

    def constants(self) -> Iterator[tuple[str, ast.expr]]:
        """The values of names in capitals at the top."""
        for node in self._top:
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            value = getattr(node, "value", None)
            for target in targets:
                if isinstance(target, ast.Name) and target.id.isupper() and value is not None:
                    yield target.id, value


def _errors(modules: Iterable[_Module]) -> set[str]:
    """The names of AnnotatorError and of every class that is one."""
    classes = [one for module in modules for one in module.classes]
    names = {"AnnotatorError"}
    while more := {one.name for one in classes if one.name not in names and names & set(map(_name, one.bases))}:
        names |= more
    return names


def _only_ones(modules: Iterable[_Module]) -> dict[str, ast.FunctionDef]:
    """The functions whose name no other function has."""
    named: dict[str, list[ast.FunctionDef]] = {}
    for module in modules:
        for function in module.functions:
            named.setdefault(function.name, []).append(function)
    return {name: functions[0] for name, functions in named.items() if len(functions) == 1}


def _last(node: ast.expr) -> ast.expr:
    """A text, or the one behind its place."""
    return node.elts[-1] if isinstance(node, ast.Tuple) else node


def _owner(node: ast.expr) -> str:
    return _name(node.value) if isinstance(node, ast.Attribute) else ""


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


class _Reader:
    """Reads the texts that an expression of a module can be."""

    def __init__(
        self, module: _Module, constants: dict[str, list[ast.expr]], everywhere: dict[str, ast.FunctionDef]
    ) -> None:
        self._own: dict[str, list[ast.expr]] = {}
        for name, value in module.constants():
            self._own.setdefault(name, []).append(value)
        self._constants = constants
        self._everywhere = everywhere
        self._functions = {one.name: one for one in module.functions}
        self._spans = [(one.lineno, one.end_lineno or one.lineno, one) for one in module.functions]

    def texts(self, node: ast.expr, where: ast.AST, depth: int = 0) -> list[str]:
        """The texts, with `…` for what varies."""
        found = self._read(node, where, depth) if depth < 6 else [VARIES]
        return list(dict.fromkeys(found))

    def _read(self, node: ast.expr, where: ast.AST, depth: int) -> list[str]:
        deeper = depth + 1
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return [node.value]
        if isinstance(node, ast.JoinedStr):
            parts = [
                [str(one.value)] if isinstance(one, ast.Constant) else self._shown(one, where, deeper)
                for one in node.values
            ]
            return self._joined(parts)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return self._joined([self._read(node.left, where, deeper), self._read(node.right, where, deeper)])
        if isinstance(node, ast.IfExp):
            return self.texts(node.body, where, deeper) + self.texts(node.orelse, where, deeper)
        if isinstance(node, ast.Name):
            return self._named(node.id, where, deeper)
        if isinstance(node, ast.Call):
            return self._called(node, where, deeper)
        if isinstance(node, ast.Subscript):
            tables = self._values(node.value.id, where) if isinstance(node.value, ast.Name) else [node.value]
            values = [value for table in tables if isinstance(table, ast.Dict) for value in table.values]
            return [text for value in values for text in self.texts(value, where, deeper)] or [VARIES]
        if isinstance(node, ast.Attribute):
            return self._returned(node.attr, deeper)
        return [VARIES]

    def _shown(self, part: ast.expr, where: ast.AST, depth: int) -> list[str]:
        """What stands between braces: names that vary stay open, unless they are one of a few texts."""
        node = part.value if isinstance(part, ast.FormattedValue) else part
        return self._read(node, where, depth) if isinstance(node, ast.IfExp | ast.Subscript) else [VARIES]

    def _joined(self, parts: list[list[str]]) -> list[str]:
        texts = ["".join(choice) for choice in itertools.islice(itertools.product(*parts), _MOST + 1)]
        return texts if len(texts) <= _MOST else ["".join(part[0] if len(part) == 1 else VARIES for part in parts)]

    def _named(self, name: str, where: ast.AST, depth: int) -> list[str]:
        """A name: what its function assigns to it, or a constant."""
        return [text for value in self._values(name, where) for text in self.texts(value, where, depth)] or [VARIES]

    def _values(self, name: str, where: ast.AST) -> list[ast.expr]:
        assigned: list[ast.expr] = []
        line = getattr(where, "lineno", 0)
        for function in (one for first, last, one in self._spans if first <= line <= last):
            for node in ast.walk(function):
                if isinstance(node, ast.Assign | ast.NamedExpr | ast.AnnAssign) and node.value is not None:
                    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                    assigned += [node.value for one in targets if _name(one) == name]
                elif isinstance(node, ast.For) and isinstance(node.target, ast.Tuple):
                    assigned += self._rows(node, name)
        return assigned or self._own.get(name) or self._constants.get(name, [])

    def _rows(self, loop: ast.For, name: str) -> list[ast.expr]:
        """The values of a name that runs over the rows of a constant table."""
        places = [place for place, one in enumerate(getattr(loop.target, "elts", ())) if _name(one) == name]
        tables = self._constants.get(_name(loop.iter), [])
        rows = [row for table in tables for row in getattr(table, "elts", ()) if isinstance(row, ast.Tuple)]
        return [row.elts[place] for row in rows for place in places if place < len(row.elts)]

    def _called(self, node: ast.Call, where: ast.AST, depth: int) -> list[str]:
        """A call: what a function of the module returns, or the text that is filled in."""
        if isinstance(node.func, ast.Attribute) and node.func.attr == "format":
            filled = self._read(node.func.value, where, depth)
            return [re.sub(r"\{\w*\}", VARIES, text) for text in filled]
        if _name(node.func) in ("one_line", "str") and node.args:
            return self._read(node.args[0], where, depth)
        return self._returned(_name(node.func), depth)

    def _returned(self, name: str, depth: int) -> list[str]:
        """What a function or a property returns, of this module or the only one of that name."""
        function = self._functions.get(name) or self._everywhere.get(name)
        if function is None:
            return [VARIES]
        returned = [one.value for one in ast.walk(function) if isinstance(one, ast.Return) and one.value is not None]
        return [text for value in returned for text in self.texts(value, value, depth)] or [VARIES]
