"""Networks: who speaks about what, for or against it, and who agrees with whom, as GraphML, GEXF and edge lists."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
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


def write(source: Source, folder: Folder, target: str | None = None) -> None:
    """Write speaker × target and congruence networks, over all and by month of publication."""
    about, stance = target_of(source, target), source.codebook.variable("stance")
    if source.codebook.speaker is None:
        raise ExportError("a network needs the variable speaker, and this codebook lacks it")
    ties = _count(source, about, stance, folder)
    apart = _apart(source)
    by_period: dict[str, Counter[Tie]] = defaultdict(Counter, {ALL: Counter()})
    for tie, n in ties.items():
        if tie.coder in apart:
            continue
        by_period[ALL][tie] += n
        by_period[tie.period][tie] += n
    for period, counted in sorted(by_period.items()):
        name = "" if period == ALL else f"-{period}"
        two_mode, congruence = _two_mode(counted), _congruence(counted)
        for title, edges, other in (("speakers-targets", two_mode, "target"), ("congruence", congruence, "speaker")):
            graph = _Graph(edges, other)
            for ending, lines in (("graphml", _graphml(graph)), ("gexf", _gexf(graph))):
                with folder.open(f"network/{title}{name}.{ending}") as stream:
                    stream.rows = len(edges)
                    for line in lines:
                        stream.write(f"{line}\n")
    if not ties:
        folder.lose("everything: no statement has both a speaker and a target, so the networks are empty")
    _write_edge_list(folder, ties)
    if apart:
        names = ", ".join(map(one_line, sorted(apart)))
        folder.lose(
            f"in the graphs, models, suggestions and second codings unless --coder names them: {names}"
            " (edges.csv has them)"
        )
    if len({tie.coder for tie in ties} - apart) > 1:
        folder.lose("whose coding a tie rests on: several coders are pooled in the graphs (edges.csv keeps them apart)")
    folder.lose("everything but speaker, target, stance and date")
    folder.write_manifest("network.manifest.json", "network", source, cells=CELLS)


def _apart(source: Source) -> frozenset[str]:
    """Coders whose work would count a statement of people twice: models, suggestions, second codings.

    Empty where coders were named, and where nobody else coded.
    """
    if source.selection.coders or source.selection.layer != "individual":
        return frozenset()
    first = {one.name for one in source.coders if one.kind == "human" and one.recheck_of is None}
    return frozenset(one.name for one in source.coders if one.name not in first) if first else frozenset()


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
    signs = {} if stance is None else {name: sign_of(stance, name) for name in stance.names}
    for article in source.articles():
        period = _period(article.date)
        for _, one in article.statements():
            about = one.value(target.name)
            if about is None or not one.mentions:
                n_left_out += 1
                continue
            said = None if stance is None else one.value(stance.name)
            sign = signs.get(said) if isinstance(said, str) else None
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
    places: dict[str, int] = {}
    speakers_of: dict[str, set[str]] = defaultdict(set)
    # For each speaker one number whose bits are the targets supported, and one whose bits are those opposed.
    supported: dict[str, int] = defaultdict(int)
    opposed: dict[str, int] = defaultdict(int)
    for tie in counted:
        if tie.sign:
            side = supported if tie.sign > 0 else opposed
            side[tie.speaker] |= 1 << places.setdefault(tie.target, len(places))
            speakers_of[tie.target].add(tie.speaker)
    found = []
    for one, targets in sorted(_targets(speakers_of).items()):
        for_one, against_one = supported[one], opposed[one]
        others = set[str]().union(*(speakers_of[target] for target in targets))
        for other in sorted(name for name in others if name > one):
            for_other, against_other = supported[other], opposed[other]
            same = (for_one & for_other | against_one & against_other).bit_count()
            opposite = (for_one & against_other | against_one & for_other).bit_count()
            found.append(Edge(one, other, _congruent(same, opposite)))
    return found


def _targets(speakers_of: dict[str, set[str]]) -> dict[str, list[str]]:
    """The targets that each speaker took a side on."""
    found: dict[str, list[str]] = defaultdict(list)
    for target, speakers in speakers_of.items():
        for speaker in speakers:
            found[speaker].append(target)
    return found


def _congruent(same: int, opposite: int) -> dict[str, float | int | str]:
    sign = (same > opposite) - (same < opposite)
    return {"weight": same - opposite, "congruence": same, "conflict": opposite, "sign": sign}


class _Graph:
    """The edges of a network, and its nodes as XML holds them; a speaker who is also a target is two nodes."""

    def __init__(self, edges: Sequence[Edge], other: str) -> None:
        """Take the edges.

        Args:
            edges: Each leads from a speaker.
            other: What it leads to: speaker or target.
        """
        self.edges = edges
        ends = {("speaker", edge.source) for edge in edges} | {(other, edge.target) for edge in edges}
        self.nodes = sorted((f"{kind}:{label}", label, kind) for kind, label in ends)
        """Id, label and kind."""
        self._ids = {(kind, label): xml_attribute(node) for node, label, kind in self.nodes}
        self._other = other

    def attributes(self) -> list[tuple[str, str]]:
        """The attributes of the edges, each with its type."""
        attributes = self.edges[0].attributes if self.edges else {}
        return [(key, "double" if isinstance(value, float) else "int") for key, value in attributes.items()]

    def ends(self, edge: Edge) -> str:
        """The nodes of an edge, as attributes."""
        source, target = self._ids["speaker", edge.source], self._ids[self._other, edge.target]
        return f"source={source} target={target}"


def _graphml(graph: _Graph) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
    yield '<key id="label" for="node" attr.name="label" attr.type="string"/>'
    yield '<key id="kind" for="node" attr.name="kind" attr.type="string"/>'
    for key, kind in graph.attributes():
        yield f'<key id="{key}" for="edge" attr.name="{key}" attr.type="{kind}"/>'
    yield '<graph edgedefault="undirected">'
    for node, label, kind in graph.nodes:
        data = f'<data key="label">{xml_text(label)}</data><data key="kind">{kind}</data>'
        yield f"<node id={xml_attribute(node)}>{data}</node>"
    for edge in graph.edges:
        data = "".join([f'<data key="{key}">{value}</data>' for key, value in edge.attributes.items()])
        yield f"<edge {graph.ends(edge)}>{data}</edge>"
    yield "</graph>\n</graphml>"


def _gexf(graph: _Graph) -> Iterator[str]:
    keys = [(key, "integer" if kind == "int" else kind) for key, kind in graph.attributes() if key != "weight"]
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<gexf xmlns="http://www.gexf.net/1.2draft" version="1.2">'
    yield '<graph defaultedgetype="undirected" mode="static">'
    yield '<attributes class="node"><attribute id="kind" title="kind" type="string"/></attributes>'
    yield '<attributes class="edge">'
    for key, kind in keys:
        yield f'<attribute id="{key}" title="{key}" type="{kind}"/>'
    yield "</attributes>\n<nodes>"
    for node, label, kind in graph.nodes:
        value = f'<attvalues><attvalue for="kind" value="{kind}"/></attvalues>'
        yield f"<node id={xml_attribute(node)} label={xml_attribute(label)}>{value}</node>"
    yield "</nodes>\n<edges>"
    for i, edge in enumerate(graph.edges):
        values = "".join([f'<attvalue for="{key}" value="{edge.attributes[key]}"/>' for key, _ in keys])
        weight = edge.attributes["weight"]
        yield f'<edge id="{i}" {graph.ends(edge)} weight="{weight}"><attvalues>{values}</attvalues></edge>'
    yield "</edges>\n</graph>\n</gexf>"


def _write_edge_list(folder: Folder, ties: Counter[Tie]) -> None:
    def order(tie: Tie) -> tuple[Any, ...]:
        return (tie.period, tie.coder, tie.speaker, tie.target, tie.sign is not None, tie.sign or 0)

    with folder.open("network/edges.csv") as stream:
        table = Table(stream, ("period", "coder", "speaker", "target", "sign", "n"))
        table.write([*tie, ties[tie]] for tie in sorted(ties, key=order))
