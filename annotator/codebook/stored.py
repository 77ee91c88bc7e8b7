"""Fast validation of a codebook in a project file, without pydantic's validators.

A project file may come from anywhere. What a field may hold is read from the models' own annotations, and the rules
between variables are the codebook's own; a codebook that fails is checked by the models, which name the fault.
"""

from __future__ import annotations

import re
import types
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import ValidationError

from annotator.codebook import model as models
from annotator.codebook.model import Codebook, faults, stored_codebook
from annotator.errors import StoreError
from annotator.model import Model
from annotator.text.terminal_text import one_line, plain

_MOST_DEPTH = 80
_CONTROL = re.compile(r"\\u00(0[0-8b-f]|1|7f|[89])|\\[bfr]|\\ud[89a-f]", re.IGNORECASE)
"""JSON escapes of control characters."""


def sound_codebook(document: str, parse: Any) -> Codebook:
    """The codebook of a stored document.

    Args:
        document: Its JSON.
        parse: JSON parser.

    Raises:
        StoreError: It is not valid.
    """
    try:
        if plain(document) == document and not _CONTROL.search(document):
            fields = parse(document)
            if _fits(fields, Codebook, 0):
                found = stored_codebook(fields)
                if not faults(found):
                    return found
        return Codebook.model_validate_json(document)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        raise StoreError(f"a codebook in the project file is not valid: {one_line(first['msg'])[:200]}") from error
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise StoreError("a codebook in the project file is not valid") from error


def _fits(value: Any, kind: Any, depth: int) -> bool:
    """Whether a JSON value is of an annotated type."""
    if depth > _MOST_DEPTH:
        return False
    if isinstance(kind, type) and issubclass(kind, Model):
        return _fits_model(value, kind, depth)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _fits(value, arguments[0], depth)
    if origin in (Union, types.UnionType):
        return any(_fits(value, one, depth) for one in arguments)
    if origin is Literal:
        return value in arguments
    if origin is tuple:
        if not isinstance(value, list):
            return False
        is_open = arguments[1:] == (Ellipsis,)
        kinds = [arguments[0]] * len(value) if is_open else list(arguments)
        return len(kinds) == len(value) and all(_fits(v, k, depth + 1) for v, k in zip(value, kinds, strict=True))
    if origin is dict:
        return isinstance(value, dict) and all(_fits(v, arguments[1], depth + 1) for v in value.values())
    if kind is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return value is None if kind is type(None) else type(value) is kind


def _fits_model(value: Any, kind: type[Model], depth: int) -> bool:
    hints = _hints(kind)
    if not isinstance(value, Mapping) or not value.keys() <= hints.keys():
        return False
    needed = {name for name, field in kind.model_fields.items() if field.is_required()}
    return needed <= value.keys() and all(_fits(one, hints[name], depth + 1) for name, one in value.items())


@cache
def _hints(kind: type[Model]) -> dict[str, Any]:
    hints = get_type_hints(kind, vars(models), include_extras=True)
    return {name: hints[name] for name in kind.model_fields}
