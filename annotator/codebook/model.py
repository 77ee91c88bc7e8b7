"""The codebook model: variables, categories and the rules between them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal, TypeVar, cast

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from annotator.commands import reserved
from annotator.model import Model
from annotator.text.terminal_text import one_line, plain

Scope = Literal["statement", "paragraph", "article"]
Level = Literal["nominal", "ordinal", "interval", "ratio", "set", "entity", "text"]

RESERVED = reserved()
"""Keys of the labelling screen that no codebook can take."""

FIELDS = frozenset(
    "statement_id article_id article paragraph paragraph_start paragraph_end role coder speakers evidence"
    " evidence_start evidence_end note flag codebook codebook_version created_at updated_at".split()
)
"""Keys of an exported statement, which a variable's name must not take."""

MODES = ("direct", "mixed", "indirect", "own voice")
"""The categories that `guess: mode` can choose from the evidence."""

_WIDER: dict[Scope, tuple[Scope, ...]] = {
    "statement": ("statement", "paragraph", "article"),
    "paragraph": ("paragraph", "article"),
    "article": ("article",),
}

Fault = tuple[tuple[str | int, ...], str]
"""Where in the document (keys and indexes from the root), and what is wrong there."""


def _is_clean(text: str) -> str:
    """Refuse control characters; line feeds and tabs are allowed."""
    if plain(text) != text:
        raise ValueError(f"contains a control or invisible character: {one_line(text)[:60]}")
    return text


def _is_name(text: str) -> str:
    if "\n" in text or "\t" in text:
        raise ValueError("a name must be on one line")
    if text != text.strip():
        raise ValueError("a name must not begin or end with a blank")
    return unicodedata.normalize("NFC", text)


def _is_key(text: str) -> str:
    if len(text) != 1 or not text.isprintable():
        raise ValueError(f"a key must be one printable character, not {one_line(text)!r}")
    return text


def _are_keys(value: object) -> str | tuple[str, ...]:
    """One key, or several without repetition."""
    found = tuple(dict.fromkeys(value)) if isinstance(value, list | tuple) else (value,)
    if not found or not all(isinstance(key, str) for key in found):
        raise PydanticCustomError("string_type", "Input should be a valid string")
    keys = tuple(_is_key(_is_clean(str(key))) for key in found)
    return keys if len(keys) > 1 else keys[0]


def one_or_more(keys: Sequence[str]) -> str | tuple[str, ...] | None:
    """Keys as a category holds them: None, one, or several."""
    return tuple(keys) if len(keys) > 1 else next(iter(keys), None)


def _is_label(value: object) -> str | dict[str, str]:
    """A text for the screen, or one by language."""
    if isinstance(value, str):
        return _is_short(value)
    if not isinstance(value, Mapping) or not value or not all(isinstance(one, str) for one in value.values()):
        raise ValueError("a label is a text, or a mapping of languages to texts, as in {de: dagegen, uk: проти}")
    unknown = [one_line(str(language)) for language in value if not _LANGUAGE.fullmatch(str(language))]
    if unknown:
        raise ValueError(f"{unknown[0]} is not the code of a language, as in de or pt-BR")
    return {str(language): _is_short(text) for language, text in value.items()}


def _is_short(text: str) -> str:
    if not 0 < len(text) <= _MOST_SIGNS:
        raise ValueError(f"a label has 1 to {_MOST_SIGNS} characters")
    return _is_name(_is_clean(text))


_LANGUAGE = re.compile(r"[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*")
_MOST_SIGNS = 100

Text = Annotated[str, AfterValidator(_is_clean), Field(max_length=10_000)]
Name = Annotated[str, AfterValidator(_is_clean), AfterValidator(_is_name), Field(min_length=1, max_length=_MOST_SIGNS)]
Key = Annotated[str, AfterValidator(_is_clean), AfterValidator(_is_key)]
OneOrMoreKeys = Annotated[
    str | tuple[str, ...], BeforeValidator(_are_keys, json_schema_input_type=str | tuple[str, ...])
]
LabelText = Annotated[str | dict[str, str], BeforeValidator(_is_label, json_schema_input_type=str | dict[str, str])]


def _is_none(value: object) -> bool:
    return value is None


def _is_listed(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Was = Annotated[tuple[Name, ...], BeforeValidator(_is_listed, json_schema_input_type=Name | tuple[Name, ...])]


class Example(Model):
    """An example text with its reason."""

    text: Text = Field(description="An invented or quoted piece of news; «» can mark the evidence.")
    why: Text | None = Field(None, description="The reason for the decision.")


class Category(Model):
    """One value a variable can take."""

    name: Name = Field(description="Its name in data and history.")
    label: LabelText | None = Field(
        None,
        exclude_if=_is_none,
        description="Its name on the screen, if it is another one: a text, or one by language, as in {de: dagegen}.",
    )
    key: OneOrMoreKeys | None = Field(None, description="The key that chooses it, or a list of keys.")
    definition: Text | None = Field(None, description="Its meaning, in a sentence or two.")
    use: Text | None = Field(None, description="When to use it.")
    avoid: Text | None = Field(None, description="When not to use it, and what to use then.")
    examples: tuple[Example, ...] = ()
    outside_scale: bool = Field(False, description="Outside the order of an ordinal variable.")
    needs_note: bool = Field(False, description="A statement with it must have a note.")
    retired: bool = Field(False, description="Kept for old labels, not offered any more.")
    categories: tuple[Category, ...] = Field((), description="Narrower categories, of which any can be chosen.")
    was: Was = Field((), exclude=True, description="What it was called before: one name, or several that became it.")

    @property
    def title(self) -> str:
        """Its name on the screen."""
        return self.label if isinstance(self.label, str) else self.name

    @property
    def keys(self) -> tuple[str, ...]:
        """Its keys, the first of which is shown."""
        return (self.key,) if isinstance(self.key, str) else self.key or ()

    @property
    def first_key(self) -> str:
        """The key that is shown; empty if it has none."""
        return next(iter(self.keys), "")


class Variable(Model):
    """One question that a coder answers about a statement, a paragraph or an article."""

    name: Name = Field(description="Its name in data, tables and history.")
    label: LabelText | None = Field(
        None, description="Its title on the screen, or one by language; its name by default."
    )
    scope: Scope = Field("statement", description="Its unit: statement, paragraph or article.")
    level: Level = Field("nominal", description="Its level of measurement.")
    key: Key | None = Field(
        None,
        description="Opens it; its categories' keys count only while it is open. Without it they are flat.",
    )
    definition: Text | None = Field(None, description="Its question to the coder.")
    guidance: Text | None = Field(None, description="Rules that hold for the whole variable.")
    required: bool = Field(False, description="Required before a statement, paragraph or article is done.")
    multiple: bool = Field(False, description="An entity variable that can hold several entries.")
    sticky: bool = Field(False, description="Copied to the next statement until changed.")
    default: str | float | tuple[str, ...] | None = Field(
        None, description="Value if the coder chooses none; it does not count as a decision."
    )
    guess: Literal["mode", "speaker"] | None = Field(
        None,
        description="`mode`: filled in from the evidence, for the coder to correct. `speaker`: predicted, and taken by"
        " the key of the stance; only for the speaker.",
    )
    when: dict[str, tuple[str, ...] | str] = Field(
        default_factory=dict, description="Asked only if these variables hold one of these categories."
    )
    enabled: bool = Field(True, description="Off: kept in the codebook, not asked.")
    advance: bool = Field(False, description="Choosing it ends the paragraph and goes on to the next.")
    minimum: float | None = Field(None, description="The smallest number allowed.")
    maximum: float | None = Field(None, description="The largest number allowed.")
    whole: bool = Field(False, description="Only whole numbers.")
    categories: tuple[Category, ...] = ()
    was: Was = Field((), exclude=True, description="What it was called before this version.")

    @property
    def title(self) -> str:
        """Its title on the screen."""
        return self.label if isinstance(self.label, str) else self.name

    def title_of(self, category: str) -> str:
        """The name on the screen of a category, by its name; the name itself if there is no such category."""
        found = self.category(category)
        return found.title if found is not None else category

    @property
    def is_numeric(self) -> bool:
        """Whether it holds a typed number rather than a category."""
        return self.level in ("interval", "ratio") and not self.categories

    @property
    def is_flat(self) -> bool:
        """Whether its categories are chosen without opening it first."""
        return self.key is None and any(category.keys for category, _ in self.walk())

    def walk(self) -> Iterator[tuple[Category, tuple[str, ...]]]:
        """Every category, broader before narrower, with the names of those above it."""

        def down(categories: Sequence[Category], above: tuple[str, ...]) -> Iterator[tuple[Category, tuple[str, ...]]]:
            for category in categories:
                yield category, above
                yield from down(category.categories, (*above, category.name))

        yield from down(self.categories, ())

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its categories in the codebook's order, retired ones included."""
        return tuple(category.name for category, _ in self.walk())

    @property
    def scale(self) -> tuple[str, ...]:
        """The names that stand on its scale, in order, without those outside it."""
        return tuple(category.name for category, _ in self.walk() if not category.outside_scale)

    def category(self, name: str) -> Category | None:
        """The category of that name, if it has one."""
        return next((category for category, _ in self.walk() if category.name == name), None)

    def conditions(self) -> dict[str, tuple[str, ...]]:
        """For each variable it depends on, the categories under which it is asked."""
        return {name: (names,) if isinstance(names, str) else names for name, names in self.when.items()}


class Warning(Model):  # noqa: A001 (the field's word; the built-in of the name is not used here)
    """A combination worth a second look; it never blocks."""

    say: Text = Field(description="The warning for the coder.")
    when: dict[str, tuple[str, ...] | str] = Field(
        default_factory=dict,
        description="Variables and categories that must hold; an entity variable can be `named` or `journalist`.",
    )
    same: tuple[Name, Name] | None = Field(None, description="Two variables that must hold the same name.")


class Codebook(Model):
    """A codebook: name, version, and variables in the order of the form."""

    name: Name
    version: Name = "1.0"
    title: Text | None = None
    language: Name | None = Field(None, description="The language of the articles, as in `en`.")
    description: Text | None = None
    rules: tuple[Text, ...] = Field((), description="Rules for every variable.")
    variables: tuple[Variable, ...] = Field(min_length=1)
    warnings: tuple[Warning, ...] = ()
    # Codebooks that do not say otherwise keep their hash.
    pass_guessed: bool = Field(
        True,
        exclude_if=bool,
        description="Whether the key that finishes a paragraph passes what follows and is surely furniture or a byline,"
        " before the coder looks at it. Off: the coder sees each paragraph.",
    )

    def variable(self, name: str) -> Variable | None:
        """The variable of that name, if there is one."""
        return next((variable for variable in self.variables if variable.name == name), None)

    def asked(self, scope: Scope) -> tuple[Variable, ...]:
        """The variables that are asked about a statement, a paragraph or an article, in the form's order."""
        return tuple(v for v in self.variables if v.scope == scope and v.enabled)

    @property
    def speaker(self) -> Variable | None:
        """The variable that holds a statement's speakers: an entity of that name."""
        found = self.variable("speaker")
        return found if found and found.level == "entity" and found.scope == "statement" and found.enabled else None

    @property
    def target(self) -> Variable | None:
        """The variable that says what a statement is about, if it holds entries of the registry: the first such one."""
        found = (v for v in self.asked("statement") if v.level == "entity" and v is not self.speaker)
        return next(found, None)

    @property
    def has_statements(self) -> bool:
        """Whether anything is asked about statements at all."""
        return bool(self.asked("statement"))

    @property
    def sha256(self) -> str:
        """The hash of its content, by which two copies are known to be the same."""
        import hashlib  # loads OpenSSL, which coding never needs

        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    @model_validator(mode="after")
    def _is_sound(self, info: ValidationInfo) -> Codebook:
        if not (info.context or {}).get("lenient"):
            found = faults(self)
            if found:
                raise ValueError("; ".join(message for _, message in found))
        return self


def stored_codebook(document: Mapping[str, Any]) -> Codebook:
    """A codebook from the project file, built without a second check.

    Building the checks takes longer than everything else that opens the first screen.
    """
    return _stored(Codebook, document)


M = TypeVar("M", bound=Model)
_NESTED: dict[str, type[Model]] = {
    "variables": Variable,
    "categories": Category,
    "examples": Example,
    "warnings": Warning,
}


def _stored(model: type[M], document: Mapping[str, Any]) -> M:
    fields: dict[str, Any] = {}
    for name, value in document.items():
        if name in _NESTED:
            fields[name] = tuple(_stored(_NESTED[name], one) for one in value)
        elif isinstance(value, Mapping):
            fields[name] = {key: tuple(one) if isinstance(one, list) else one for key, one in value.items()}
        else:
            fields[name] = tuple(value) if isinstance(value, list) else value
    return cast("M", model.model_construct(**fields))


def faults(codebook: Codebook) -> list[Fault]:
    """Every rule between variables and categories that the codebook breaks, each with its place."""
    return [
        *_duplicate_names(codebook),
        *_bad_names(codebook),
        *_ambiguous_labels(codebook),
        *_colliding_keys(codebook),
        *_bad_levels(codebook),
        *_bad_conditions(codebook),
        *_bad_warnings(codebook),
    ]


def _places(variable: Variable, root: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Category]]:
    """Every category with its place in the document."""

    def down(
        categories: Sequence[Category], place: tuple[str | int, ...]
    ) -> Iterator[tuple[tuple[str | int, ...], Category]]:
        for i, category in enumerate(categories):
            here = (*place, "categories", i)
            yield here, category
            yield from down(category.categories, here)

    yield from down(variable.categories, root)


def _enumerate(codebook: Codebook) -> Iterator[tuple[tuple[str | int, ...], Variable]]:
    for i, variable in enumerate(codebook.variables):
        yield ("variables", i), variable


def _duplicate_names(codebook: Codebook) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    for place, variable in _enumerate(codebook):
        folded = variable.name.casefold()
        if folded in seen:
            yield (*place, "name"), f"variable {variable.name!r} occurs twice; rename one"
        seen[folded] = variable.name
        names: set[str] = set()
        for at, category in _places(variable, place):
            if category.name.casefold() in names:
                yield (*at, "name"), f"{variable.name}: category {category.name!r} occurs twice"
            names.add(category.name.casefold())


def _bad_names(codebook: Codebook) -> Iterator[Fault]:
    for place, variable in _enumerate(codebook):
        if variable.name in FIELDS:
            yield (
                (*place, "name"),
                f"variable {variable.name!r} has the name of a field of every export; rename it",
            )


def _ambiguous_labels(codebook: Codebook) -> Iterator[Fault]:
    """Labels that do not tell the categories of a variable apart, in one language or without one."""
    for place, variable in _enumerate(codebook):
        seen: dict[tuple[str, str], str] = {}
        names = {name.casefold() for name in variable.names}
        for at, category in _places(variable, place):
            labels = {"": category.label} if isinstance(category.label, str) else category.label or {}
            for language, label in labels.items():
                other = seen.setdefault((language, label.casefold()), category.name)
                is_name = label.casefold() in names - {category.name.casefold()}
                if other != category.name or is_name:
                    which = label if is_name else other
                    said = f"category {category.name!r} has the label {label!r} of {which!r}"
                    yield (*at, "label"), f"{variable.name}: {said}; give it another"


def _colliding_keys(codebook: Codebook) -> Iterator[Fault]:
    """Keys of one scope are one flat map; the keys of a variable that is opened first are a map of their own."""
    flat: dict[Scope, dict[str, str]] = {"statement": {}, "paragraph": {}, "article": {}}
    taken = {v.key for v in codebook.variables if v.key} | {
        key for v in codebook.variables if v.key is None for category, _ in v.walk() for key in category.keys
    }
    free = [letter for letter in "abcdefghijklmnopqrstuvwxyz;-+" if letter not in taken | RESERVED]
    offer = f"free: {' '.join(free[:8])}" if free else "no letter is free: open the variable by a key of its own"

    def claim(where: dict[str, str], key: str, what: str, place: tuple[str | int, ...]) -> Iterator[Fault]:
        if key in RESERVED and any(where is one for one in flat.values()):
            yield (*place, "key"), f"{what}: key {key!r} is reserved for the labelling screen; {offer}"
        elif key in where:
            yield (*place, "key"), f"{what}: key {key!r} is taken by {where[key]}; {offer}"
        else:
            where[key] = what

    for place, variable in _enumerate(codebook):
        if not variable.enabled:
            continue
        keys = flat[variable.scope] if variable.key is None else {}
        if variable.key is not None:
            yield from claim(flat[variable.scope], variable.key, f"variable {variable.name!r}", place)
        for at, category in _places(variable, place):
            for key in () if category.retired else category.keys:
                yield from claim(keys, key, f"category {category.name!r} of {variable.name!r}", at)


def _bad_levels(codebook: Codebook) -> Iterator[Fault]:
    for place, variable in _enumerate(codebook):
        name, level = variable.name, variable.level
        if level in ("nominal", "ordinal", "set") and not any(not c.retired for c, _ in variable.walk()):
            yield place, f"variable {name!r} is {level} but has no category; add one"
        if variable.multiple and not (level == "entity" and name == "speaker"):
            yield (*place, "multiple"), f"variable {name!r} cannot hold several: only the entity named speaker can"
        if level in ("entity", "text") and variable.categories:
            yield (*place, "categories"), f"variable {name!r} is {level} and takes no categories"
        if level in ("interval", "ratio") and not all(_is_number(c.name) for c, _ in variable.walk()):
            yield (*place, "categories"), f"variable {name!r} is {level}: its categories must be numbers"
        if variable.guess == "speaker" and not (level == "entity" and name == "speaker"):
            yield (*place, "guess"), f"variable {name!r} cannot guess the speaker: only the entity named speaker can"
        if variable.guess == "mode" and not set(variable.names) & set(MODES):
            yield (*place, "guess"), f"variable {name!r} guesses the mode but has none of: {', '.join(MODES)}"
        if not variable.is_numeric and (variable.minimum is not None or variable.maximum is not None):
            yield place, f"variable {name!r} has bounds but is not a typed number"
        if variable.minimum is not None and variable.maximum is not None and variable.minimum > variable.maximum:
            yield (*place, "minimum"), f"variable {name!r}: the smallest number is above the largest"
        if level == "ratio" and variable.minimum is not None and variable.minimum < 0:
            yield (*place, "minimum"), f"variable {name!r} is ratio and cannot go below 0"
        yield from _bad_default(place, variable)


def _is_number(text: str) -> bool:
    try:
        return float(text) == float(text)
    except ValueError:
        return False


def _bad_default(place: tuple[str | int, ...], variable: Variable) -> Iterator[Fault]:
    if variable.default is None:
        return
    chosen = variable.default if isinstance(variable.default, tuple) else (variable.default,)
    if isinstance(variable.default, tuple) and variable.level != "set":
        yield (*place, "default"), f"variable {variable.name!r} holds one value, but its default has several"
    if variable.categories:
        for one in chosen:
            category = variable.category(str(one))
            if category is None or category.retired:
                yield (
                    (*place, "default"),
                    f"variable {variable.name!r}: its default {one!r} is not one of its categories",
                )
    elif variable.is_numeric and not all(_is_number(str(one)) for one in chosen):
        yield (*place, "default"), f"variable {variable.name!r}: its default is not a number"


def _bad_conditions(codebook: Codebook) -> Iterator[Fault]:
    for place, variable in _enumerate(codebook):
        for name, categories in variable.conditions().items():
            at = (*place, "when", name)
            other = codebook.variable(name)
            if other is None:
                yield at, f"variable {variable.name!r} depends on {name!r}, which is not a variable"
            elif other.scope not in _WIDER[variable.scope]:
                yield (
                    at,
                    f"variable {variable.name!r} of the {variable.scope} depends on {name!r} of a {other.scope}",
                )
            elif not other.categories:
                yield at, f"variable {variable.name!r} depends on {name!r}, which has no categories"
            else:
                for category in categories:
                    if other.category(category) is None:
                        yield (
                            at,
                            f"variable {variable.name!r} depends on {name!r} = {category!r}, which is not a category",
                        )
        if _depends_on_itself(codebook, variable):
            yield (*place, "when"), f"variable {variable.name!r} depends on itself"


def _depends_on_itself(codebook: Codebook, variable: Variable) -> bool:
    seen: set[str] = set()
    ahead = list(variable.when)
    while ahead:
        name = ahead.pop()
        if name == variable.name:
            return True
        other = codebook.variable(name)
        if other is not None and name not in seen:
            seen.add(name)
            ahead.extend(other.when)
    return False


def _bad_warnings(codebook: Codebook) -> Iterator[Fault]:
    for i, warning in enumerate(codebook.warnings):
        for name in (*warning.when, *(warning.same or ())):
            if codebook.variable(name) is None:
                yield ("warnings", i), f"warning {warning.say!r} names {name!r}, which is not a variable"


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a codebook, with which an editor completes and checks one."""
    schema = Codebook.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "annotator codebook"
    return schema
