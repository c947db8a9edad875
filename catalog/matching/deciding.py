"""What follows from a likeness: certain pairs merge by themselves, doubtful ones wait for staff, refused ones rest."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from catalog import merging
from catalog.models import Match, Title, TitleMerge

from . import facts
from .evidence import CERTAIN, DOUBTFUL, SHARED_ID, Facts, Likeness, Verdict, contradicting_ids, judge
from .names import Pair, namesakes

logger = logging.getLogger(__name__)


@dataclass
class Decisions:
    """What a look at some titles came to."""

    merges: list[TitleMerge] = field(default_factory=list)
    proposed: int = 0


@dataclass(frozen=True)
class _Candidate:
    pair: Pair
    verdict: Verdict
    match: Match | None
    are_apart: bool
    """Whether no two sources are behind them, or one knows both by different ids."""

    @property
    def has_shared_id(self) -> bool:
        return self.match is not None and self.match.score == SHARED_ID

    @property
    def score(self) -> int:
        return SHARED_ID if self.has_shared_id else self.verdict.score

    @property
    def is_certain(self) -> bool:
        return self.score >= CERTAIN and not self.are_apart


def settle(title_ids: Iterable[int], *, at: datetime) -> Decisions:
    """Look for the doubles of these titles. One that took another in is looked at again, with all that it is called."""
    decisions, left = Decisions(), set(title_ids)
    while left:
        kept: set[int] = set()
        for candidate in _candidates(left):
            merge = _decide(candidate, decisions, at=at)
            if merge:
                decisions.merges.append(merge)
                kept.add(merge.kept_id)
        left = kept
    return decisions


def _candidates(title_ids: set[int]) -> list[_Candidate]:
    """The likeliest first."""
    alike = namesakes(title_ids)
    known = _matches(title_ids)
    pairs = sorted(alike.keys() | {pair for pair, match in known.items() if match.state == Match.State.OPEN})
    about = facts.of_titles({pk for pair in pairs for pk in pair})
    candidates = [_candidate(pair, alike.get(pair), about, known.get(pair)) for pair in pairs]
    return sorted(candidates, key=lambda candidate: (-candidate.score, candidate.pair))


def _candidate(pair: Pair, likeness: Likeness | None, about: Mapping[int, Facts], match: Match | None) -> _Candidate:
    one, other = (about[pk] for pk in pair)
    verdict = Verdict(()) if likeness is None else judge(likeness, one, other)
    are_apart = not (one.ids and other.ids) or any(contradicting_ids(one, other))
    return _Candidate(pair, verdict, match, are_apart)


def _matches(title_ids: set[int]) -> dict[Pair, Match]:
    """What was noted of these titles and others."""
    about = Q(title__in=title_ids) | Q(other__in=title_ids)
    found = Match.objects.filter(about, title__merged_into=None, other__merged_into=None)
    return {(match.title_id, match.other_id): match for match in found}


def _decide(candidate: _Candidate, decisions: Decisions, *, at: datetime) -> TitleMerge | None:
    match = candidate.match
    if match and match.state != Match.State.OPEN:
        return None
    if candidate.score < DOUBTFUL or _was_refused(candidate.pair):
        if match:
            match.delete()
        return None
    if candidate.is_certain:
        return _merge(candidate, at=at)
    if not candidate.has_shared_id:
        decisions.proposed += _propose(candidate, at=at)
    return None


def _was_refused(pair: Pair) -> bool:
    """Whether staff said of these two, or of titles that became one with them, that they are not the same."""
    ours, theirs = (_family(pk) for pk in pair)
    refused = Match.objects.filter(state=Match.State.REFUSED)
    return refused.filter(Q(title__in=ours, other__in=theirs) | Q(title__in=theirs, other__in=ours)).exists()


def _family(pk: int) -> set[int]:
    """A title and all that merged into it."""
    family, new = {pk}, {pk}
    while new:
        new = set(Title.objects.filter(merged_into__in=new).values_list("pk", flat=True)) - family
        family |= new
    return family


def _merge(candidate: _Candidate, *, at: datetime) -> TitleMerge | None:
    """Into the older of the two. What somebody merged in the meantime is left to the next look."""
    titles = Title.objects.in_bulk(candidate.pair)
    kept, merged = (titles.get(pk) for pk in candidate.pair)
    if kept is None or merged is None:
        return None
    said = [*(candidate.match.reasons if candidate.match else []), *map(str, candidate.verdict.reasons)]
    try:
        merge = merging.merge(kept, merged, by=None, reason=", ".join(dict.fromkeys(said)), at=at)
    except merging.MergeError as error:
        logger.info("Not merged: %s", error)
        return None
    told = {"score": candidate.score, "reasons": said, "state": Match.State.MERGED, "decided_at": at}
    Match.objects.update_or_create(title=kept, other=merged, defaults=told, create_defaults=told | {"created_at": at})
    logger.info("Merged “%s” into “%s”: %s", merged, kept, merge.reason)
    return merge


def _propose(candidate: _Candidate, *, at: datetime) -> bool:
    """Ask staff. Whether that is new."""
    title, other = candidate.pair
    told = {"score": candidate.score, "reasons": [str(reason) for reason in candidate.verdict.reasons]}
    _match, is_new = Match.objects.update_or_create(
        title_id=title, other_id=other, defaults=told, create_defaults=told | {"created_at": at}
    )
    return is_new
