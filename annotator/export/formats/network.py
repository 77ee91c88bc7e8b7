"""Networks: who speaks about what, for or against it, and who agrees with whom, as GraphML, GEXF and edge lists."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Any, NamedTuple

from annotator.codebook.model import Codebook, Variable
from annotator.errors import ExportError
from annotator.export.folder import Folder
from annotator.export.foreign_names import xml_attribute, xml_text
from annotator.export.formats.csv_tables import CELLS, Table
from annotator.records import Source
from annotator.text.terminal_text import one_line

ALL = "all"
"""The network of all periods together."""

UNDATED = "undated"


class Tie(NamedTuple):
    """What is counted: one speaker's statements about one target with one sign in one period, by one coder."""

    period: str
    coder: str
    speaker: str
    target: str
    sign: float | None


class Edge(NamedTuple):
    """An edge of a network with its attributes."""

    source: str
    target: str
    attributes: dict[str, float | int | str]


def write(source: Source, folder: Folder, target_name: str | None = None) -> None:
    """Write speaker × target and congruence networks, over all and by month of publication."""
    target, stance = target_of(source, target_name), source.codebook.variable("stance")
    if source.codebook.speaker is None:
        raise ExportError("a network needs the variable speaker, and this codebook lacks it")
    ties = _count(source, target, stance, folder)
    by_period: dict[str, Counter[Tie]] = defaultdict(Counter, {ALL: Counter()})
    for tie, n in ties.items():
        by_period[ALL][tie] += n
        by_period[tie.period][tie] += n
    for period, counted in sorted(by_period.items()):
        name = "" if period == ALL else f"-{period}"
        two_mode, congruence = _two_mode(counted), _congruence(counted)
        for title, edges in (("speakers-targets", two_mode), ("congruence", congruence)):
            kinds = _kinds(edges, is_two_mode=title == "speakers-targets")
            folder.write_text(f"network/{title}{name}.graphml", _graphml(edges, kinds), rows=len(edges))
            folder.write_text(f"network/{title}{name}.gexf", _gexf(edges, kinds), rows=len(edges))
    if not ties:
        folder.lose("everything: no statement has both a speaker and a target, so the networks are empty")
    _write_edge_list(folder, ties)
    if len(source.coders) > 1 and len({tie.coder for tie in ties}) > 1:
        folder.lose("whose coding a tie rests on: several coders are pooled in the graphs (edges.csv keeps them apart)")
    folder.lose("everything but speaker, target, stance and date")
    folder.write_manifest("network.manifest.json", "network", source, cells=CELLS)


def target_of(source: Source, named: str | None) -> Variable:
    """The variable that says what statements are about: the one that was named, else the codebook's `target`.

    Raises:
        ExportError: The codebook has no such variable, or it cannot hold a target.
    """
    name = named or "target"
    found = source.codebook.variable(name)
    fitting = [v for v in source.codebook.variables if _holds_targets(source.codebook, v)]
    if found is None and named is None and len(fitting) == 1:
        return fitting[0]
    if found is None or found not in fitting:
        what = f"{one_line(name)} cannot be the target" if found else f"there is no variable {one_line(name)}"
        others = f": --target {' or --target '.join(one_line(v.name) for v in fitting)}" if fitting else ""
        raise ExportError(f"{what}; name an entity or nominal variable of the statements{others}")
    return found


def _holds_targets(codebook: Codebook, variable: Variable) -> bool:
    if variable.scope != "statement" or variable is codebook.speaker or variable.guess:
        return False
    return variable.level in ("entity", "nominal", "set")


def _count(source: Source, target: Variable, stance: Variable | None, folder: Folder) -> Counter[Tie]:
    ties: Counter[Tie] = Counter()
    n_left_out = 0
    for article in source.articles():
        period = _period(article.date)
        for _, one in article.statements():
            about = one.value(target.name)
            if about is None or not one.mentions:
                n_left_out += 1
                continue
            sign = None if stance is None else sign_of(stance, one.value(stance.name))
            for name in one.speakers:
                for each in about if isinstance(about, list) else [about]:
                    ties[Tie(period, one.coder, name, str(each), sign)] += 1
    if n_left_out:
        folder.lose(f"statements without a speaker or a target, of which there are {n_left_out}")
    return ties


def sign_of(stance: Variable, value: object) -> float | None:
    """Where a value stands between -1, the first of the scale, and 1, the last; None outside the scale."""
    scale = stance.scale
    if not isinstance(value, str) or value not in scale:
        return None
    return 0.0 if len(scale) == 1 else 2 * scale.index(value) / (len(scale) - 1) - 1


def _period(date: str | None) -> str:
    found = re.match(r"(\d{4})(-(0[1-9]|1[0-2]))?(?!\d)", date or "")
    return (found[1] + (found[2] or "")) if found else UNDATED


def _two_mode(counted: Counter[Tie]) -> list[Edge]:
    """Speaker → target: `weight` statements, `balance` the sum of their signs, `sign` its sign."""
    weights: Counter[tuple[str, str]] = Counter()
    signs: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    balance: dict[tuple[str, str], float] = defaultdict(float)
    for tie, n in counted.items():
        pair = (tie.speaker, tie.target)
        weights[pair] += n
        balance[pair] += n * (tie.sign or 0)
        signs[pair][_side(tie.sign)] += n
    return [
        Edge(
            *pair,
            {
                "weight": weights[pair],
                "balance": balance[pair],
                "sign": (balance[pair] > 0) - (balance[pair] < 0),
                **{f"n_{side}": signs[pair][side] for side in ("against", "neutral", "for", "unclear")},
            },
        )
        for pair in sorted(weights)
    ]


def _side(sign: float | None) -> str:
    return "unclear" if sign is None else "for" if sign > 0 else "against" if sign < 0 else "neutral"


def _congruence(counted: Counter[Tie]) -> list[Edge]:
    """Speaker – speaker: on how many targets they took the same side, and on how many opposite ones.

    `weight` is the difference (Leifeld 2017, "Discourse Network Analysis", subtract method).
    """
    sides: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for tie in counted:
        if tie.sign:
            sides[tie.target][tie.speaker].add(1 if tie.sign > 0 else -1)
    same: Counter[tuple[str, str]] = Counter()
    opposite: Counter[tuple[str, str]] = Counter()
    for speakers in sides.values():
        for one, other in combinations(sorted(speakers), 2):
            same[one, other] += bool(speakers[one] & speakers[other])
            opposite[one, other] += any(-side in speakers[other] for side in speakers[one])
    return [
        Edge(
            *pair,
            {
                "weight": same[pair] - opposite[pair],
                "congruence": same[pair],
                "conflict": opposite[pair],
                "sign": (same[pair] > opposite[pair]) - (same[pair] < opposite[pair]),
            },
        )
        for pair in sorted(same)
        if same[pair] or opposite[pair]
    ]


def _kinds(edges: Iterable[Edge], *, is_two_mode: bool) -> dict[str, tuple[str, str]]:
    """Every node's id with its label and kind; a speaker who is also a target is two nodes."""
    nodes: dict[str, tuple[str, str]] = {}
    for edge in edges:
        nodes[f"speaker:{edge.source}"] = (edge.source, "speaker")
        kind = "target" if is_two_mode else "speaker"
        nodes[f"{kind}:{edge.target}"] = (edge.target, kind)
    return dict(sorted(nodes.items()))


def _ends(edge: Edge, nodes: dict[str, tuple[str, str]]) -> tuple[str, str]:
    """The ids of an edge's nodes."""
    is_two_mode = any(kind == "target" for _, kind in nodes.values())
    return f"speaker:{edge.source}", f"{'target' if is_two_mode else 'speaker'}:{edge.target}"


def _keys(edges: Sequence[Edge]) -> list[tuple[str, str]]:
    return (
        [(key, "double" if isinstance(value, float) else "int") for key, value in edges[0].attributes.items()]
        if (edges)
        else []
    )


def _graphml(edges: Sequence[Edge], nodes: dict[str, tuple[str, str]]) -> str:
    keys = _keys(edges)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
        '<key id="label" for="node" attr.name="label" attr.type="string"/>',
        '<key id="kind" for="node" attr.name="kind" attr.type="string"/>',
        *(f'<key id="{key}" for="edge" attr.name="{key}" attr.type="{kind}"/>' for key, kind in keys),
        '<graph edgedefault="undirected">',
    ]
    for node, (label, kind) in nodes.items():
        data = f'<data key="label">{xml_text(label)}</data><data key="kind">{kind}</data>'
        lines.append(f"<node id={xml_attribute(node)}>{data}</node>")
    for edge in edges:
        one, other = _ends(edge, nodes)
        data = "".join(f'<data key="{key}">{value}</data>' for key, value in edge.attributes.items())
        lines.append(f"<edge source={xml_attribute(one)} target={xml_attribute(other)}>{data}</edge>")
    return "\n".join([*lines, "</graph>", "</graphml>", ""])


def _gexf(edges: Sequence[Edge], nodes: dict[str, tuple[str, str]]) -> str:
    keys = [(key, "integer" if kind == "int" else kind) for key, kind in _keys(edges) if key != "weight"]
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<gexf xmlns="http://www.gexf.net/1.2draft" version="1.2">',
        '<graph defaultedgetype="undirected" mode="static">',
        '<attributes class="node"><attribute id="kind" title="kind" type="string"/></attributes>',
        '<attributes class="edge">',
        *(f'<attribute id="{key}" title="{key}" type="{kind}"/>' for key, kind in keys),
        "</attributes>",
        "<nodes>",
    ]
    for node, (label, kind) in nodes.items():
        value = f'<attvalues><attvalue for="kind" value="{kind}"/></attvalues>'
        lines.append(f"<node id={xml_attribute(node)} label={xml_attribute(label)}>{value}</node>")
    lines += ["</nodes>", "<edges>"]
    for i, edge in enumerate(edges):
        one, other = _ends(edge, nodes)
        values = "".join(f'<attvalue for="{key}" value="{edge.attributes[key]}"/>' for key, _ in keys)
        ends = f"source={xml_attribute(one)} target={xml_attribute(other)}"
        weight = edge.attributes["weight"]
        lines.append(f'<edge id="{i}" {ends} weight="{weight}"><attvalues>{values}</attvalues></edge>')
    return "\n".join([*lines, "</edges>", "</graph>", "</gexf>", ""])


def _write_edge_list(folder: Folder, ties: Counter[Tie]) -> None:
    def order(tie: Tie) -> tuple[Any, ...]:
        return (tie.period, tie.coder, tie.speaker, tie.target, tie.sign is not None, tie.sign or 0)

    with folder.open("network/edges.csv") as stream:
        table = Table(stream, ("period", "coder", "speaker", "target", "sign", "n"))
        table.write([*tie, ties[tie]] for tie in sorted(ties, key=order))
