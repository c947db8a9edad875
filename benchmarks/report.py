"""What was promised next to what was measured, as a table, as Markdown and as JSON."""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from .measuring import Benchmark, Budget, Measured, plan

HEADINGS = ("what", "budget", "median ms", "p95 ms", "own ms", "queries", "kB", "verdict")
LONGEST_SQL = 2000


@dataclass(frozen=True)
class Line:
    name: str
    budget: Budget
    measured: Measured | None
    skipped: str = ""
    missed: Sequence[str] = field(default_factory=list)
    plan: str = ""
    is_broken: bool = False

    @property
    def verdict(self) -> str:
        if self.measured is None:
            return f"{'broken' if self.is_broken else 'skipped'}: {self.skipped[:200]}"
        if self.missed:
            return f"missed ({', '.join(self.missed)})"
        return "kept" if self.budget != Budget() else "no budget"

    @property
    def cells(self) -> list[str]:
        found = self.measured
        if found is None:
            return [self.name, str(self.budget), *[""] * (len(HEADINGS) - 3), self.verdict]
        name = f"{self.name} ({found.note})" if found.note else self.name
        speed = [_number(found.median), _number(found.p95), _number(found.own)]
        if found.per_second is not None:
            speed = [f"{found.per_second:.0f}/s", _number(found.p95), ""]
        queries = "" if found.queries is None else str(found.queries)
        return [name, str(self.budget), *speed, queries, _number(found.kilobytes), self.verdict]


def line(benchmark: Benchmark[Any], measured: Measured) -> Line:
    """Looks up the plan of the slowest query of what is too slow."""
    missed = measured.misses(benchmark.budget)
    slow = measured.slowest if {"median", "p95"} & set(missed) else None
    return Line(benchmark.name, benchmark.budget, measured, missed=missed, plan=plan(slow) if slow else "")


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"


def table(lines: Sequence[Line]) -> str:
    rows = [HEADINGS, *(tuple(line.cells) for line in lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def details(line: Line) -> str:
    """Why a budget was missed: what was asked of the database, the slowest statement and its plan."""
    found = line.measured
    if found is None or not line.missed:
        return ""
    parts = [f"{line.name}: missed {', '.join(line.missed)}"]
    if found.statements:
        total = sum(statement.milliseconds for statement in found.statements)
        parts.append(f"{len(found.statements)} queries, {total:.1f} ms of them in the database and its driver:")
        parts += [
            f"  {statement.milliseconds:6.1f} ms  {_short(statement.sql)[:160]}" for statement in found.statements
        ]
    if line.plan and found.slowest:
        parts += [f"the slowest: {_short(found.slowest.sql)[:LONGEST_SQL]}", line.plan]
    return "\n".join(parts)


def _short(sql: str) -> str:
    """On one line, without the long list of what is selected."""
    return re.sub(r"^(SELECT(?: DISTINCT)?) .{120,}? FROM ", r"\1 … FROM ", " ".join(sql.split()))


def markdown(facts: dict[str, str], lines: Sequence[Line]) -> str:
    head = "| " + " | ".join(HEADINGS) + " |\n|" + "---|" * len(HEADINGS)
    rows = ["| " + " | ".join(cell.replace("|", r"\|") for cell in line.cells) + " |" for line in lines]
    missed = [f"```\n{text}\n```" for text in map(details, lines) if text]
    about = [f"- {name}: {value}" for name, value in facts.items()]
    return "\n".join([*about, "", head, *rows, "", *missed, ""])


def as_json(facts: dict[str, str], lines: Sequence[Line]) -> str:
    def row(line: Line) -> dict[str, Any]:
        found = line.measured
        numbers = (
            {"median_ms": found.median, "p95_ms": found.p95, "own_ms": found.own, "queries": found.queries}
            if found
            else {}
        )
        rest = {"kilobytes": found.kilobytes, "per_second": found.per_second, "note": found.note} if found else {}
        return {"name": line.name, "budget": asdict(line.budget), "verdict": line.verdict, **numbers, **rest}

    return json.dumps({"machine": facts, "benchmarks": [row(line) for line in lines]}, indent=1)
