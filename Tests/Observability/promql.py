"""PromQL, taken apart by a parser of its own (promql-parser, the grammar of Prometheus)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import promql_parser

Node = object


@dataclass(frozen=True)
class Selector:
    """One vector or matrix selector of an expression, and the calls and selectors around it, outermost first."""

    name: str
    matchers: tuple[tuple[str, str, str], ...]
    parents: tuple[Node, ...]

    @property
    def labels(self) -> set[str]:
        return {name for name, _, _ in self.matchers}


def parse(expression: str) -> Node:
    return promql_parser.parse(expression)


def walk(node: Node, parents: tuple[Node, ...] = ()) -> Iterator[tuple[Node, tuple[Node, ...]]]:
    yield node, parents
    inner = (*parents, node)
    for child in _children(node):
        yield from walk(child, inner)


def _children(node: Node) -> list[Node]:
    match type(node).__name__:
        case "BinaryExpr":
            return [node.lhs, node.rhs]
        case "AggregateExpr":
            return [node.expr, *([node.param] if node.param is not None else [])]
        case "Call":
            return list(node.args)
        case "ParenExpr" | "UnaryExpr" | "SubqueryExpr":
            return [node.expr]
        case "MatrixSelector":
            return [node.vector_selector]
        case "VectorSelector" | "NumberLiteral" | "StringLiteral":
            return []
        case other:
            raise AssertionError(f"a kind of node that this walk doesn't know: {other}")


def selectors(expression: str) -> list[Selector]:
    found = []
    for node, parents in walk(parse(expression)):
        if type(node).__name__ == "VectorSelector":
            matchers = tuple((m.name, _operator(m.op), m.value) for m in node.matchers.matchers)
            found.append(Selector(node.name or "", matchers, parents))
    return found


def grouping_labels(expression: str) -> list[tuple[set[str], set[str]]]:
    """For each `by` and `without`: its labels, and the names of the metrics that it aggregates."""
    found = []
    for node, _ in walk(parse(expression)):
        if type(node).__name__ == "AggregateExpr" and node.modifier is not None:
            names = {inner.name for inner, _ in walk(node) if type(inner).__name__ == "VectorSelector"}
            found.append((set(node.modifier.labels), names))
    return found


def _operator(operator: object) -> str:
    return {"Equal": "=", "NotEqual": "!=", "Re": "=~", "NotRe": "!~"}[str(operator).rsplit(".", 1)[-1]]
