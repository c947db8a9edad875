"""The rules of the house (docs/architecture.md): who may import whom. Reads the imports, runs nothing."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = ["accounts", "catalog", "livetv", "rights", "tracking"]  # each may import those before it
PAGES = {"views", "api", "admin", "management", "urls", "middleware", "adapter", "forms", "templatetags"}
PRESENT = [app for app in APPS if (ROOT / app).is_dir()]


def modules() -> list[Path]:
    return [path for app in PRESENT for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts]


def floor(dotted: str) -> str:
    """“wiring”, “pages”, “jobs” or “domain”, of a dotted name such as catalog.views.browse."""
    app, _, inside = dotted.partition(".")
    if app == "config":
        return "wiring" if inside in ("urls", "cron") else "domain"
    first = inside.split(".")[0]
    return "pages" if first in PAGES else "jobs" if first == "jobs" else "domain"


def imports(path: Path) -> set[str]:
    """The dotted names of ours that a module imports, each name of a `from` import on its own."""
    package = list(path.relative_to(ROOT).with_suffix("").parts[:-1])
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            start = ".".join([*base, *([node.module] if node.module else [])])
            found |= {f"{start}.{name.name}" for name in node.names}
    return {name for name in found if name.split(".")[0] in [*APPS, "config"]}


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


LEVEL = {"domain": 0, "jobs": 1, "pages": 2, "wiring": 3}


@pytest.mark.parametrize("path", modules(), ids=dotted)
def test_a_module_imports_only_what_lies_below_it(path):
    here = floor(dotted(path))
    for name in imports(path):
        assert LEVEL[floor(name)] <= LEVEL[here], f"{dotted(path)} imports {name} from a higher floor"


@pytest.mark.parametrize("path", [path for path in modules() if floor(dotted(path)) != "pages"], ids=dotted)
def test_the_domain_imports_one_way(path):
    here = APPS.index(dotted(path).split(".")[0])
    for name in imports(path):
        app = name.split(".")[0]
        assert app == "config" or APPS.index(app) <= here, f"{dotted(path)} imports {name}, which is built on it"


@pytest.mark.parametrize("path", [path for path in modules() if floor(dotted(path)) == "pages"], ids=dotted)
def test_no_page_imports_the_pages_of_another_app(path):
    here = dotted(path).split(".")[0]
    for name in imports(path):
        other = name.split(".")[0]
        assert other in (here, "config") or floor(name) != "pages", f"{dotted(path)} imports the page {name}"


def test_the_floors_are_told_apart():
    assert floor("catalog.views.browse") == "pages"
    assert floor("tracking.diary") == "domain"
    assert floor("catalog.jobs.refresh_title") == "jobs"
    assert floor("config.urls") == "wiring"
