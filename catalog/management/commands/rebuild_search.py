from typing import Any, Never

from django.core.management.base import BaseCommand
from tqdm import tqdm

from catalog import search


class Command(BaseCommand):
    help = (
        "Make every entry of the search anew, from the titles, people and episodes as they are. The search goes on "
        "answering meanwhile. Workers keep it up to date, so this is for after a restored backup or a change by SQL."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        bars: dict[str, tqdm[Never]] = {}

        def tell(what: str, done: int, total: int) -> None:
            bar = bars.get(what) or bars.setdefault(what, tqdm(desc=what, total=total, disable=None, file=self.stderr))
            bar.update(done - bar.n)

        search.rebuild(tell)
        for bar in bars.values():
            bar.close()
        self.stdout.write(self.style.SUCCESS("The search is rebuilt."))
