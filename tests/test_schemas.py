"""The codebooks that travel with the program: sound, complete, and with the keys that are promised."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from annotator.codebook import model as instrument
from annotator.codebook.file import default_codebook, load_codebook
from annotator.codebook.model import RESERVED, Category, Codebook, Example, Scope, Variable

ROOT = Path(__file__).parent.parent
SCHEMAS = ROOT / "schemas"
SHIPPED = ("checkworthiness", "framing", "interview", "political-claims")

FLAT_KEYS = {
    "o": ("stance", "oppose"),
    "n": ("stance", "neutral"),
    "s": ("stance", "support"),
    "m": ("stance", "mixed"),
    "u": ("stance", "unclear"),
    "f": ("claim_type", "fact"),
    "i": ("claim_type", "interpretation"),
    "e": ("claim_type", "evaluation"),
    "p": ("claim_type", "prediction"),
    "d": ("claim_type", "demand"),
    "c": ("claim_type", "commitment"),
    "a": ("claim_type", "accusation"),
    "r": ("claim_type", "denial"),
    "l": ("claim_type", "other"),
    "t": ("target", None),
    "y": ("mode", None),
}
"""What one key does in the default codebook: choose a category, or open a variable."""


@pytest.fixture(params=SHIPPED)
def codebook(request: pytest.FixtureRequest) -> Codebook:
    return load_codebook(SCHEMAS / f"{request.param}.yaml")


def variable(codebook: Codebook, name: str) -> Variable:
    found = codebook.variable(name)
    assert found is not None
    return found


def flat_keys(variables: tuple[Variable, ...]) -> dict[str, tuple[str, str | None]]:
    """What each key does when no variable is open."""
    keys: dict[str, tuple[str, str | None]] = {}
    for one in variables:
        if one.key is not None:
            keys[one.key] = (one.name, None)
        else:
            keys |= {key: (one.name, c.name) for c, _ in one.walk() for key in c.keys}
    return keys


def test_every_codebook_in_the_folder_is_known_here() -> None:
    assert sorted(path.stem for path in SCHEMAS.glob("*.yaml")) == sorted(SHIPPED)


def test_a_codebook_has_the_name_of_its_file_and_says_what_it_is(codebook: Codebook) -> None:
    assert (SCHEMAS / f"{codebook.name}.yaml").is_file()
    assert codebook.version == "1.0"
    assert codebook.title
    assert codebook.description
    assert codebook.rules


def test_every_variable_says_what_it_asks(codebook: Codebook) -> None:
    for one in codebook.variables:
        assert one.definition, one.name
        assert one.guidance, one.name


def test_every_category_says_what_it_is_and_when_to_use_it_and_when_not(codebook: Codebook) -> None:
    for one in codebook.variables:
        for category, _ in one.walk():
            place = f"{one.name}: {category.name}"
            assert category.definition, place
            assert category.use, place
            assert category.avoid, place


def test_every_example_marks_its_evidence_in_pairs(codebook: Codebook) -> None:
    for one in codebook.variables:
        for category, _ in one.walk():
            for example in category.examples:
                marks = re.sub("[^«»]", "", example.text)
                assert marks in ("", "«»"), f"{one.name}: {category.name}: {example.text}"


def test_every_codebook_says_which_editor_schema_it_follows(codebook: Codebook) -> None:
    first = (SCHEMAS / f"{codebook.name}.yaml").read_text(encoding="utf-8").splitlines()[0]

    assert first == "# yaml-language-server: $schema=codebook.schema.json"


@pytest.mark.parametrize("scope", ["statement", "paragraph", "article"])
def test_no_capital_letter_and_no_key_of_another_scope_is_taken(codebook: Codebook, scope: Scope) -> None:
    own = flat_keys(codebook.asked(scope))
    others = [flat_keys(codebook.asked(other)) for other in ("statement", "paragraph", "article") if other != scope]

    assert all(key == key.lower() for key in own)
    assert not any(own.keys() & other.keys() for other in others)


def test_the_default_codebook_is_political_claims() -> None:
    assert default_codebook() == load_codebook(SCHEMAS / "political-claims.yaml")


def test_the_default_codebook_has_the_promised_keys() -> None:
    codebook = default_codebook()

    assert flat_keys(codebook.asked("statement")) == FLAT_KEYS
    assert not codebook.asked("paragraph")
    assert not codebook.asked("article")


def test_the_default_codebook_asks_for_a_statement_in_the_promised_order() -> None:
    codebook = default_codebook()
    asked = {v.name: v.level for v in codebook.asked("statement")}

    assert list(asked.items()) == [
        ("speaker", "entity"),
        ("stance", "ordinal"),
        ("claim_type", "nominal"),
        ("target", "entity"),
        ("mode", "nominal"),
    ]
    assert [v.name for v in codebook.variables if v.required] == ["speaker", "stance", "claim_type"]
    assert codebook.speaker is not None
    assert codebook.speaker.multiple
    assert variable(codebook, "target").sticky
    assert variable(codebook, "mode").guess == "mode"


def test_stance_is_a_scale_of_three_with_mixed_and_unclear_outside() -> None:
    stance = variable(default_codebook(), "stance")

    assert stance.scale == ("oppose", "neutral", "support")
    assert set(stance.names) - set(stance.scale) == {"mixed", "unclear"}


def test_the_guidance_ranks_claim_types_as_the_categories_are_named() -> None:
    claim_type = variable(default_codebook(), "claim_type")
    assert claim_type.guidance is not None

    ranked = re.search(r"denial >[^.]*", claim_type.guidance)

    assert ranked is not None
    assert ranked[0].split(" > ") == [
        "denial",
        "accusation",
        "demand",
        "prediction",
        "commitment",
        "evaluation",
        "interpretation",
        "fact",
    ]
    assert set(ranked[0].split(" > ")) | {"other"} == set(claim_type.names)


def test_what_is_switched_off_can_be_switched_on_without_a_collision() -> None:
    codebook = default_codebook()
    off = [v.name for v in codebook.variables if not v.enabled]

    everything = Codebook.model_validate(
        codebook.model_copy(
            update={"variables": tuple(v.model_copy(update={"enabled": True}) for v in codebook.variables)}
        ).model_dump()
    )

    assert off == ["certainty", "frame", "relay"]
    assert {v.key for v in everything.variables if v.name in off}.isdisjoint(RESERVED | FLAT_KEYS.keys())


def test_a_coder_finds_examples_with_a_reason_under_every_category_of_the_default_codebook() -> None:
    for one in default_codebook().variables:
        wanted = 1 if one.name == "target" else 2
        for category, _ in one.walk():
            place = f"{one.name}: {category.name}"
            assert len(category.examples) >= wanted, place
            assert all(example.why for example in category.examples), place
            assert all("«" in example.text for example in category.examples), place


def test_no_example_gives_away_a_sample_article() -> None:
    articles = " ".join(path.read_text(encoding="utf-8") for path in (ROOT / "seeds").glob("*.txt"))
    words = re.findall(r"\w+", articles.casefold())
    seen = {tuple(words[i : i + 6]) for i in range(len(words) - 5)}

    for name in SHIPPED:
        for one in load_codebook(SCHEMAS / f"{name}.yaml").variables:
            for category, _ in one.walk():
                for example in category.examples:
                    said = re.findall(r"\w+", example.text.casefold())
                    runs = {tuple(said[i : i + 6]) for i in range(len(said) - 5)}
                    assert not runs & seen, example.text


def test_the_default_codebook_warns_of_four_combinations() -> None:
    warnings = default_codebook().warnings

    assert [dict(warning.when) for warning in warnings[:3]] == [
        {"claim_type": "accusation", "stance": "support"},
        {"claim_type": "denial", "stance": "neutral"},
        {"mode": "own voice", "speaker": "named"},
    ]
    assert len(warnings) == 4
    assert warnings[3].same == ("speaker", "target")


def test_only_a_denial_may_have_its_speaker_as_target_without_a_warning() -> None:
    codebook = default_codebook()

    warned = codebook.warnings[3].when["claim_type"]

    assert set(variable(codebook, "claim_type").names) - set(warned) == {"denial"}


def test_every_condition_of_a_warning_names_a_category_that_exists() -> None:
    codebook = default_codebook()

    for warning in codebook.warnings:
        for name, wanted in warning.when.items():
            asked = variable(codebook, name)
            known = ("named", "journalist") if asked.level == "entity" else asked.names
            assert set([wanted] if isinstance(wanted, str) else wanted) <= set(known)


def test_the_main_frame_is_one_of_the_frames() -> None:
    codebook = load_codebook(SCHEMAS / "framing.yaml")
    frames = variable(codebook, "frames")

    assert frames.level == "set"
    assert variable(codebook, "main_frame").names == frames.names
    assert variable(codebook, "main_frame").conditions()["frames"] == frames.names
    assert variable(codebook, "tone").conditions()["frames"] == frames.names
    assert not codebook.has_statements


def test_checkworthiness_is_one_key_and_the_next_paragraph() -> None:
    codebook = load_codebook(SCHEMAS / "checkworthiness.yaml")
    (only,) = codebook.variables

    assert (only.scope, only.level, only.key, only.advance) == ("paragraph", "ordinal", None, True)
    assert all(category.key for category in only.categories)
    assert only.scale == ("not checkable", "trivial", "of interest", "urgent")


def test_interview_themes_have_three_levels() -> None:
    codebook = load_codebook(SCHEMAS / "interview.yaml")
    theme = variable(codebook, "theme")

    assert {len(above) for _, above in theme.walk()} == {0, 1, 2}
    assert len(theme.names) == 24
    assert {v.scope for v in codebook.variables} == {"statement", "paragraph", "article"}
    assert {v.level for v in codebook.variables} == {
        "nominal",
        "ordinal",
        "interval",
        "ratio",
        "set",
        "entity",
        "text",
    }


@pytest.mark.parametrize("model", [Codebook, Variable, Category, Example, instrument.Warning])
def test_the_readme_explains_every_field(model: type[Codebook]) -> None:
    readme = (SCHEMAS / "README.md").read_text(encoding="utf-8")

    missing = [field for field in model.model_fields if f"`{field}`" not in readme]

    assert not missing


def test_the_smallest_codebook_of_the_readme_is_one(tmp_path: Path) -> None:
    readme = (SCHEMAS / "README.md").read_text(encoding="utf-8")
    block = re.search(r'(?s)```yaml title="relevance.yaml"\n(.*?)```', readme)
    assert block is not None
    path = tmp_path / "relevance.yaml"
    path.write_text(block[1], encoding="utf-8")

    codebook = load_codebook(path)

    assert codebook.variables[0].names == ("relevant", "not relevant")
