"""What saving some shows came to."""

from dataclasses import dataclass, field

from catalog.sources.facts import Problem


@dataclass
class Tally:
    """Shows by what happened to them. A show counts as changed when anything of it did."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        return {"created": self.created, "changed": self.changed, "unchanged": self.unchanged}

    def add(self, other: "Tally") -> None:
        self.created += other.created
        self.changed += other.changed
        self.unchanged += other.unchanged
        self.problems += other.problems
