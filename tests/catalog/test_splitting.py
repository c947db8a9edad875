"""Sources and merged titles: where refreshes land, what goes back with a source, and how one is split off again."""

from datetime import date, timedelta

import pytest

from catalog import matching, merging, refresh, search
from catalog.models import Episode, ExternalId, Match, Picture, Season, Source, SourceRecord, Subject, Title
from catalog.sources import tvmaze
from catalog.sources.facts import EpisodeFacts, Parts, TitleFacts
from tests.catalog import tvmaze_shapes
from tests.doubles import LATER, LONG_AGO, NOW, see
from tests.factories import CreditFactory, ExternalIdFactory, MovieFactory, ProfileFactory, WatchFactory
from tracking import diary
from tracking.models import LibraryEntry

pytestmark = pytest.mark.django_db


def tvdb(*places, number=700, **changes):
    """What TheTVDB says of a series with these episodes of its first season, whose ids there are 9000 and more."""
    episodes = tuple(
        EpisodeFacts(9000 + n, 1, n, False, f"Part {n}", "", date(2012, 1, n), None, 45, None) for n in places
    )
    said = {
        "name": "The Harbour",
        "overview": "As TheTVDB has it.",
        "status": "ended",
        "runtime": 45,
        "language": "en",
        "country": "GB",
        "external_ids": {"imdb": "tt0000001"},
        "genres": (),
        "parts": Parts(episodes=episodes, episode_ids=frozenset(episode.id for episode in episodes)),
    }
    empty = dict.fromkeys(("network", "premiered", "ended", "popularity", "rating", "updated_at"))
    return TitleFacts(source="tvdb", kind="series", id=number, raw={"id": number}, **(empty | said | changes))


def maze(*places, number=1, name="Harbour"):
    """What TVmaze says of a series with these episodes, whose ids there are 500 and more; as its own answer."""
    episodes = [tvmaze_shapes.episode(place) for place in places]
    whole = tvmaze_shapes.show(number, name=name) | {"_embedded": {"episodes": episodes}}
    return tvmaze.read_whole_show(whole)


def apply(facts, at=LONG_AGO):
    refresh.apply_title(None, facts, at=at)
    return ExternalId.objects.get(source=facts.source, kind="series", value=str(facts.id)).title


def numbers(title):
    return list(Episode.objects.listed().filter(title=title).in_order().values_list("number", flat=True))


def ids(title, source):
    """The ids that a source has for the episodes of a title."""
    named = ExternalId.objects.filter(episode__title=title, source=source).order_by("value")
    return list(named.values_list("value", flat=True))


@pytest.fixture
def two():
    """A title of TVmaze and one of TheTVDB, which know some episodes alike."""
    kept = apply(maze(1, 2))
    return kept, apply(tvdb(1, 2, 3, external_ids={}))


def test_the_next_refresh_of_either_source_lands_on_the_title_that_was_kept(two):
    kept, merged = two
    merging.merge(kept, merged, by=None, at=NOW)
    assert apply(tvdb(1, 2, 3, 4), at=NOW) == apply(maze(1, 2, 3), at=NOW) == kept
    assert (numbers(kept), Title.objects.filter(merged_into=None).get()) == ([1, 2, 3, 4], kept)
    assert Title.objects.get(pk=merged.pk).detailed_at == LONG_AGO


def test_a_refresh_that_began_before_a_merge_does_not_write_to_the_husk(two):
    kept, merged = two
    merging.merge(kept, merged, by=None, at=NOW)
    refresh.apply_title(merged, tvdb(1, 2, 3, 4), at=NOW)
    assert numbers(kept) == [1, 2, 3, 4]


def test_what_a_source_brought_after_a_merge_goes_with_it_when_that_is_undone(two):
    kept, merged = two
    record = merging.merge(kept, merged, by=None, at=NOW)
    apply(tvdb(1, 2, 3, 4, overview="Newer."), at=NOW + timedelta(minutes=5))
    apply(maze(1, 2, 5), at=NOW + timedelta(minutes=6))
    merging.undo(record, by=None, at=LATER)
    assert (numbers(kept), numbers(merged)) == ([1, 2, 5], [1, 2, 3, 4])
    assert (ids(kept, "tvdb"), ids(merged, "tvdb")) == ([], ["9001", "9002", "9003", "9004"])
    assert "tvdb" not in Title.objects.get(pk=kept.pk).field_sources.values()
    assert Title.objects.get(pk=merged.pk).episode_count == 4


def test_an_id_that_a_source_gave_to_a_shared_episode_after_a_merge_is_free_again_after_its_undo(two):
    kept, merged = two
    apply(maze(1, 2, 5))
    record = merging.merge(kept, merged, by=None, at=NOW)
    apply(tvdb(1, 2, 3, 5), at=NOW + timedelta(minutes=5))
    assert ids(kept, "tvdb") == ["9001", "9002", "9003", "9005"]
    merging.undo(record, by=None, at=LATER)
    assert apply(tvdb(1, 2, 3, 5), at=LATER) == merged
    assert (numbers(merged), ids(kept, "tvdb")) == ([1, 2, 3, 5], [])


@pytest.fixture
def mistaken():
    """A title of TheTVDB that TVmaze was taken to mean, by an id that one of them has wrong. The fourth episode only
    TVmaze knows, the third only TheTVDB."""
    title = apply(tvdb(1, 2, 3))
    assert apply(maze(1, 2, 4)) == title
    title.refresh_from_db()
    return title


def split(title, source, at=NOW):
    outside = title.external_ids.get(source=source, kind=title.kind)
    return merging.split(title, outside, by=None, at=at)


def test_a_source_is_split_off_as_a_title_of_its_own(mistaken):
    parted = split(mistaken, "tvmaze")
    assert parted.staying == mistaken
    assert (parted.leaving.name, parted.leaving.kind) == ("Harbour", "series")
    assert (numbers(parted.staying), numbers(parted.leaving)) == ([1, 2, 3], [1, 2, 4])
    assert (ids(parted.staying, "tvmaze"), ids(parted.leaving, "tvmaze")) == ([], ["501", "502", "504"])
    assert ids(parted.staying, "tvdb") == ["9001", "9002", "9003"]
    assert {outside.source for outside in parted.staying.external_ids.all()} == {"tvdb", "imdb"}


def test_what_a_split_source_said_may_be_said_anew(mistaken):
    assert "tvmaze" in mistaken.field_sources.values()
    parted = split(mistaken, "tvmaze")
    assert "tvmaze" not in Title.objects.get(pk=parted.staying.pk).field_sources.values()
    apply(tvdb(1, 2, 3), at=LATER)
    assert Title.objects.get(pk=parted.staying.pk).overview == "As TheTVDB has it."


def test_an_id_elsewhere_goes_with_the_source_that_told_it():
    title = apply(maze(1))
    ExternalIdFactory(source="tmdb", title=title)
    parted = split(Title.objects.get(pk=title.pk), "tvmaze")
    assert set(parted.leaving.external_ids.values_list("source", flat=True)) == {"tvmaze", "imdb", "tvdb"}
    assert set(parted.staying.external_ids.values_list("source", flat=True)) == {"tmdb"}


def test_viewings_of_what_only_the_split_source_knew_go_with_it(mistaken):
    shared, only = Episode.objects.filter(title=mistaken, number__in=(1, 4)).order_by("number")
    stays, goes = WatchFactory(episode=shared), WatchFactory(episode=only)
    parted = split(mistaken, "tvmaze")
    for watch, title in ((stays, parted.staying), (goes, parted.leaving)):
        watch.refresh_from_db()
        assert (watch.title, watch.episode.title) == (title, title)
    assert goes.episode.number == 4


def test_check_ins_are_undone_at_the_title_to_which_they_went(mistaken):
    profile = ProfileFactory()
    shared, only = Episode.objects.filter(title=mistaken, number__in=(1, 4)).select_related("title").order_by("number")
    stays, goes = see(profile, shared, at=LONG_AGO), see(profile, only, at=LONG_AGO + timedelta(hours=1))
    parted = split(mistaken, "tvmaze")
    seen = dict(LibraryEntry.objects.values_list("title", "watch_count"))
    assert seen == {parted.staying.pk: 1, parted.leaving.pk: 1}
    goes.refresh_from_db()
    assert goes.title == parted.leaving
    for change, left in ((stays, [parted.leaving.pk]), (goes, [])):
        diary.undo(change, at=LATER)
        assert list(LibraryEntry.objects.values_list("title", flat=True)) == left


def test_what_a_split_source_alone_said_goes_with_it(mistaken):
    fourth = Episode.objects.get(title=mistaken, number=4)
    Season.objects.filter(pk=fourth.season_id).update(number=2, field_sources={"*": "tvmaze"})
    Episode.objects.filter(title=mistaken).exclude(pk=fourth.pk).update(
        season=Season.objects.create(title=mistaken, number=1)
    )
    CreditFactory(title=mistaken, source="tvmaze")
    kept = CreditFactory(title=mistaken, source="staff")
    still = {"source": "tvmaze", "url": "https://example.org/still"}
    Picture.objects.create(episode=Episode.objects.get(title=mistaken, number=1), **still)
    parted = split(mistaken, "tvmaze")
    assert list(parted.staying.credits.all()) == [kept]
    assert not Picture.objects.filter(episode__title=parted.staying)
    assert list(parted.staying.seasons.values_list("number", flat=True)) == [1]


def test_split_titles_are_refreshed_apart_and_never_merge_by_themselves(mistaken):
    parted = split(mistaken, "tvmaze")
    assert apply(maze(1, 2, 4, 6), at=LATER) == parted.leaving
    assert apply(tvdb(1, 2, 3, 6), at=LATER) == parted.staying
    assert (numbers(parted.staying), numbers(parted.leaving)) == ([1, 2, 3, 6], [1, 2, 4, 6])
    assert Match.objects.get().state == "refused"
    while search.apply_changes():
        pass
    assert matching.settle([parted.staying.pk, parted.leaving.pk], at=LATER) == matching.Decisions()


def test_a_title_split_off_is_as_hidden_and_as_strict_as_the_one_it_comes_from(mistaken):
    Title.objects.filter(pk=mistaken.pk).update(is_published=False, min_age=16)
    leaving = split(mistaken, "tvmaze").leaving
    assert (leaving.is_published, leaving.min_age) == (False, 16)


@pytest.mark.parametrize("data", [None, {}, {"id": 1}])
def test_a_source_whose_answer_was_lost_is_split_off_all_the_same(mistaken, data):
    records = SourceRecord.objects.filter(source="tvmaze")
    records.delete() if data is None else records.update(data=data)
    parted = split(mistaken, "tvmaze")
    assert (parted.leaving.name, numbers(parted.leaving)) == (mistaken.name, [4])
    assert apply(maze(1, 2, 4), at=LATER) == parted.leaving
    assert numbers(parted.leaving) == [1, 2, 4]


def test_a_film_is_split_and_keeps_its_viewings():
    film = MovieFactory()
    for source in (Source.TMDB, Source.TVDB):
        ExternalIdFactory(source=source, kind=Subject.MOVIE, title=film)
    watch = WatchFactory(title=film)
    parted = split(film, "tvdb")
    watch.refresh_from_db()
    assert (watch.title, parted.leaving.kind) == (film, "movie")
    assert [outside.source for outside in parted.leaving.external_ids.all()] == ["tvdb"]


def test_the_only_id_of_a_title_is_not_split_off():
    outside = ExternalIdFactory()
    with pytest.raises(merging.MergeError):
        merging.split(outside.title, outside, by=None, at=NOW)


def test_a_second_id_of_one_source_goes_alone(mistaken):
    second = ExternalIdFactory(source=Source.TVMAZE, value="99", title=mistaken)
    parted = merging.split(mistaken, second, by=None, at=NOW)
    assert (numbers(parted.staying), numbers(parted.leaving)) == ([1, 2, 3, 4], [])
