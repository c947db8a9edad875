"""One run of the benchmarks, from an empty database to the report; Django is set up."""

import argparse
import traceback
from collections.abc import Iterable, Sequence
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from . import (
    exporting,
    generate,
    histories,
    importing,
    keeping,
    machine,
    pages,
    playing,
    report,
    searching,
    serving,
    staff,
    tastes,
    writing,
)
from .layout import Size
from .measuring import Benchmark, SkippedError
from .report import Line
from .site import Site


def run(chosen: argparse.Namespace) -> bool:
    """Whether everything could be measured; a budget that is missed is no failure."""
    fill(Size(chosen.scale, chosen.seed, timezone.localdate()))
    if chosen.generate_only:
        return True
    call_command("collectstatic", interactive=False, verbosity=0)
    facts = {"data": generate.marked() or "", **machine.facts()}
    lines = measure(Site(chosen.rounds), [one for one in benchmarks() if chosen.only in one.name])
    print("", report.table(lines), sep="\n")
    for line in lines:
        if text := report.details(line):
            print("", text, sep="\n")
    write(chosen.output or Path(settings.HOME), facts, lines)
    return not any(line.is_broken for line in lines)


def fill(size: Size) -> None:
    call_command("migrate", verbosity=0)
    made = generate.ensure(size, say=print)
    if made:
        rate = made.rows / made.seconds
        print(f"{made.rows:,} rows in {made.seconds:.0f} s, {rate:,.0f} rows/s, peak {made.peak_megabytes:.0f} MB")
        generate.tidy()


def benchmarks() -> Sequence[Benchmark[Site]]:
    first = (*tastes.BENCHMARKS, *searching.BENCHMARKS, *pages.BENCHMARKS, *keeping.BENCHMARKS, *serving.BENCHMARKS)
    written = (*writing.BENCHMARKS, *playing.BENCHMARKS)
    return (*first, *written, *importing.BENCHMARKS, *_of_histories(), *staff.benchmarks())


def _of_histories() -> Sequence[Benchmark[Site]]:
    return (*histories.BENCHMARKS, *exporting.BENCHMARKS)


def measure(site: Site, these: Iterable[Benchmark[Site]]) -> list[Line]:
    lines = []
    for benchmark in these:
        lines.append(_line(benchmark, site))
        print("  ".join(lines[-1].cells), flush=True)
    return lines


def _line(benchmark: Benchmark[Site], site: Site) -> Line:
    """One that breaks does not keep the others from being measured."""
    try:
        return report.line(benchmark, benchmark.run(site))
    except SkippedError as reason:
        return Line(benchmark.name, benchmark.budget, None, skipped=str(reason))
    except Exception as error:
        traceback.print_exc()
        return Line(benchmark.name, benchmark.budget, None, skipped=f"{type(error).__name__}: {error}", is_broken=True)


def write(folder: Path, facts: dict[str, str], lines: Sequence[Line]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.md").write_text(report.markdown(facts, lines))
    (folder / "report.json").write_text(report.as_json(facts, lines))
    print(f"\nWritten: {folder / 'report.md'} and report.json")
