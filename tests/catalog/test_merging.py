"""Two titles become one and part again: what moves, what stays, what a refresh and a source's mistakes do to it."""

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.db.models import F, ForeignKey

from catalog import merging, pictures, search
from catalog.merging.pairing import pair
from catalog.models import (
    Alias,
    Availability,
    Certification,
    CollectionItem,
    Credit,
    Episode,
    EpisodeNumber,
    ExternalId,
    Match,
    MergedRow,
    Person,
    Picture,
    SearchChange,
    SearchEntry,
    Season,
    SlugHistory,
    Title,
    TitleChange,
    TitleMerge,
    Translation,
)
from tests.doubles import LATER, LONG_AGO, NOW, database, differences, doubles
from tests.factories import (
    CreditFactory,
    EpisodeFactory,
    GenreFactory,
    MovieFactory,
    SeasonFactory,
    TitleFactory,
    UserFactory,
    WatchFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def these():
    return doubles()


def merge(these, **more):
    return merging.merge(these.kept, these.merged, **{"by": None, "at": NOW} | more)


# -- nobody is forgotten -----------------------------------------------------------------------------------------------


def test_every_foreign_key_to_what_merges_is_moved_by_somebody():
    ours = [apps.get_app_config(app) for app in ("accounts", "catalog", "tracking")]
    pointing = {
        f"{model._meta.label}.{field.name}"
        for app in ours
        for model in app.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey) and field.related_model in (Title, Season, Episode, Person)
    }
    covered = [name for mover in merging.registered() for name in mover.covers]
    assert set(covered) == pointing
    assert len(covered) == len(set(covered))


def test_each_column_of_a_row_is_noted_once(these):
    merge(these)
    noted = [
        (row.model, row.object_id, column)
        for row in MergedRow.objects.filter(before__isnull=False)
        for column in row.before
    ]
    assert len(noted) == len(set(noted)) > 90


# -- what moves and what stays -----------------------------------------------------------------------------------------


def at(title):
    """What hangs on a title: how many rows of each model."""
    return {
        "aliases": Alias.objects.filter(title=title).count(),
        "translations": Translation.objects.filter(title=title).count(),
        "of the pilot": Translation.objects.filter(episode__title=title).count(),
        "certificates": Certification.objects.filter(title=title).count(),
        "availabilities": Availability.objects.filter(title=title).count(),
        "collections": CollectionItem.objects.filter(title=title).count(),
        "genres": title.genres.count(),
        "pictures": Picture.objects.filter(title=title).count(),
        "stills": Picture.objects.filter(episode__title=title).count(),
        "numbers": EpisodeNumber.objects.filter(episode__title=title).count(),
        "guests": Credit.objects.filter(title=title, episode__isnull=False).count(),
        "ids": ExternalId.objects.filter(title=title).count(),
        "of episodes": ExternalId.objects.filter(episode__title=title).count(),
        "slugs": SlugHistory.objects.filter(title=title).count(),
        "changes": TitleChange.objects.filter(title=title).count(),
    }


def test_everything_moves_but_what_can_be_there_only_once(these):
    before = {name: count + at(these.merged)[name] for name, count in at(these.kept).items()}
    merge(these)
    stay = {name: 1 for name, count in before.items() if name not in ("ids", "of episodes", "slugs", "changes")}
    stay |= {"numbers": 2, "genres": 2}  # the disc and the absolute number; genres are one source's as a whole
    assert at(these.merged) == {**dict.fromkeys(before, 0), **stay}
    made = {"aliases": 1}  # the other name
    assert at(these.kept) == {name: count - stay.get(name, 0) + made.get(name, 0) for name, count in before.items()}


def test_the_lists_of_episodes_become_one(these):
    merge(these)
    listed = Episode.objects.listed().filter(title=these.kept).select_related("season").in_order()
    assert [(episode.code, episode.name) for episode in listed] == [
        ("S1 E1", "Pilot"),
        ("S1 E2", "Fog"),
        ("S1 E3", "The Lighthouse"),
        ("S1 E4", "Home"),
        ("S1 special", "Storm"),
        ("S1 special", "Making of"),
        ("S1 special", "Wreck"),
        ("S3 E1", "Return"),
    ]
    husks = Episode.objects.filter(title=these.merged).values_list("name", "merged_into__name")
    assert set(husks) == {("The Pilot", "Pilot"), ("Fog!", "Fog"), ("Homecoming", "Home")}
    these.kept.refresh_from_db()
    assert (these.kept.episode_count, these.kept.episodes_changed_at) == (7, NOW)
    assert not Episode.objects.exclude(season__title=F("title")).exists()


def test_a_season_is_made_only_for_what_has_no_place(these):
    merge(these)
    assert set(these.kept.seasons.values_list("number", flat=True)) == {1, 3}  # of season 2 nothing was left


def test_what_the_kept_title_does_not_say_is_taken_over_with_its_source(these):
    merge(these)
    kept = Title.objects.get(pk=these.kept.pk)
    assert (kept.name, kept.overview, kept.country, kept.year) == (
        "The Harbour", "A keeper keeps the light.", "GB", 2008,
    )  # fmt: skip
    assert (kept.field_sources["overview"], kept.field_sources["country"]) == ("tvdb", "tvdb")
    assert (kept.wanted_at, kept.status) == (LONG_AGO, "running")


def test_what_staff_emptied_stays_empty(these):
    Title.objects.filter(pk=these.kept.pk).update(field_sources={"overview": "staff"})
    merge(these)
    assert Title.objects.get(pk=these.kept.pk).overview == ""


@pytest.mark.parametrize(("ours", "theirs"), [({"year": 2009}, "premiered"), ({"status": "running"}, "ended")])
def test_a_date_that_would_contradict_what_is_known_is_not_taken_over(ours, theirs):
    kept = TitleFactory(**ours)
    merged = TitleFactory(year=2008, premiered=date(2008, 1, 20), status="ended", ended=date(2013, 9, 29))
    merging.merge(kept, merged, by=None, at=NOW)
    kept.refresh_from_db()
    assert getattr(kept, theirs) is None


def test_the_lowest_age_follows_the_certificates_of_both(settings):
    settings.RATING_COUNTRY = "DE"
    kept, merged = TitleFactory(min_age=6), TitleFactory(min_age=16)
    Certification.objects.create(title=kept, country="US", label="TV-PG", min_age=6)
    Certification.objects.create(title=merged, country="DE", label="16", min_age=16)
    merging.merge(kept, merged, by=None, at=NOW)
    assert Title.objects.get(pk=kept.pk).min_age == 16


@pytest.mark.parametrize("whole", ["genres", "cast", "crew"])
@pytest.mark.parametrize("is_there", [True, False])
def test_genres_cast_and_crew_come_over_whole_where_there_are_none(whole, is_there):
    kept, merged = TitleFactory(), TitleFactory(field_sources={whole: "tvdb"})
    role = Credit.Role.ACTOR if whole == "cast" else Credit.Role.WRITER
    for title in (merged, kept) if is_there else (merged,):
        if whole == "genres":
            title.genres.add(GenreFactory(name=f"Genre {title.pk}"))
        else:
            CreditFactory(title=title, role=role, source="tvdb")
    merging.merge(kept, merged, by=None, at=NOW)
    kept.refresh_from_db()
    moved = kept.genres.all() if whole == "genres" else kept.credits.all()
    assert (moved.count(), kept.field_sources.get(whole)) == (1, None if is_there else "tvdb")


def test_the_best_picture_of_both_is_shown_and_each_its_own_after_an_undo(these):
    Picture.objects.filter(title=these.kept, source="staff").update(source="tvdb", state="stored", key="p/ours")
    for target in ({"title": these.merged}, {"episode": these.theirs["fog"]}):
        Picture.objects.create(**target, source="tvmaze", url="https://example.org/p", state="stored", key="p/theirs")
    pictures.choose("title", [these.kept.pk, these.merged.pk], at=LONG_AGO)
    pictures.choose("episode", [these.theirs["fog"].pk], at=LONG_AGO)
    before = database()
    record = merge(these)
    assert Title.objects.get(pk=these.kept.pk).picture == "p/theirs"
    assert Episode.objects.get(pk=these.ours["fog"].pk).picture == "p/theirs"
    merging.undo(record, by=None, at=LATER)
    assert differences(before, database()) == {}


def test_what_staff_credited_comes_over_whatever_is_there():
    kept, merged = TitleFactory(), TitleFactory()
    CreditFactory(title=kept, source="tvmaze")
    added = CreditFactory(title=merged, source="staff")
    merging.merge(kept, merged, by=None, at=NOW)
    added.refresh_from_db()
    assert added.title == kept


def test_a_merged_title_is_found_by_its_name_and_nowhere_seen(these):
    merge(these)
    while search.apply_changes():
        pass
    found = SearchEntry.objects.filter(kind="series").values_list("label", "object_id")
    assert dict(found)["Harbour Lights"] == these.kept.pk
    assert {pk for _label, pk in found} == {these.kept.pk}
    assert list(Title.objects.published()) == [these.kept]


def test_the_search_is_as_before_when_a_merge_was_undone(these):
    def entries():
        search.note_changes("series", [these.kept.pk, these.merged.pk])
        while search.apply_changes():
            pass
        return set(SearchEntry.objects.values_list("kind", "object_id", "label", "popularity", "min_age"))

    before = entries()
    record = merge(these)
    assert entries() != before
    SearchChange.objects.all().delete()
    merging.undo(record, by=None, at=LATER)
    while search.apply_changes():
        pass
    assert set(SearchEntry.objects.values_list("kind", "object_id", "label", "popularity", "min_age")) == before


@pytest.mark.parametrize("wrong", ["itself", "a film", "a merged one", "into a merged one"])
def test_what_cannot_be_merged_is_refused_and_nothing_changes(these, wrong):
    other = TitleFactory()
    if "merged" in wrong:
        merging.merge(TitleFactory(), other, by=None, at=LONG_AGO)
    pairs = {
        "itself": (these.kept, these.kept),
        "a film": (these.kept, MovieFactory()),
        "a merged one": (these.kept, other),
        "into a merged one": (other, these.kept),
    }
    before = database()
    with pytest.raises(merging.MergeError):
        merging.merge(*pairs[wrong], by=None, at=NOW)
    assert differences(before, database()) == {}


def test_the_pair_is_noted_as_merged_and_as_refused_after_an_undo(these):
    user = UserFactory(is_staff=True)
    match = Match.objects.create(title=these.kept, other=these.merged, score=80)
    record = merge(these, by=user, reason="The same name")
    match.refresh_from_db()
    assert (match.state, match.decided_by, match.decided_at) == ("merged", user, NOW)
    merging.undo(record, by=user, at=LATER)
    match.refresh_from_db()
    assert (match.state, match.decided_at, TitleMerge.objects.get().undone_at) == ("refused", LATER, LATER)


# -- addresses ---------------------------------------------------------------------------------------------------------


def test_every_address_of_a_merged_title_leads_to_the_one_it_became(client, these):
    last = TitleFactory(name="Anchorage", slug="anchorage")
    merge(these)
    merging.merge(last, these.kept, by=None, at=NOW)
    for path in (f"/series/{these.merged.slug}/", f"/series/once-{these.merged.pk}/", f"/series/{these.kept.slug}/"):
        response = client.get(path)
        assert (response.status_code, response["Location"]) == (301, "/series/anchorage/")


def test_the_address_of_a_doubled_episode_leads_to_the_one_it_became(client, these):
    merge(these)
    response = client.get(f"/episodes/{these.theirs['fog'].pk}/")
    assert (response.status_code, response["Location"]) == (301, f"/episodes/{these.ours['fog'].pk}/")
    assert client.get(f"/episodes/{these.theirs['return'].pk}/").status_code == 200


# -- pairing -----------------------------------------------------------------------------------------------------------


def listed(*episodes):
    title = TitleFactory()
    return [
        EpisodeFactory(title=title, season_number=season, number=number, name=name, air_date=day)
        for season, number, name, day in episodes
    ]


DAY = date(2008, 1, 20)


@pytest.mark.parametrize(
    ("theirs", "ours", "expected"),
    [
        ([(1, 1, "Pilot", DAY)], [(1, 1, "Pilot", DAY)], {0: 0}),
        ([(1, 1, "", None)], [(1, 1, "Pilot", DAY)], {0: 0}),
        ([(1, 1, "Anfang", DAY + timedelta(days=1))], [(1, 1, "Pilot", DAY)], {0: 0}),
        ([(1, 1, "Pilot!", DAY + timedelta(days=90))], [(1, 1, "Pilot", DAY)], {0: 0}),
        ([(1, 1, "Storm", DAY + timedelta(days=90))], [(1, 1, "Pilot", DAY)], {}),
        ([(2008, 3, "Pilot", DAY)], [(1, 1, "Pilot", DAY)], {0: 0}),
        ([(0, None, "Making of", DAY)], [(1, None, "Making of", DAY)], {0: 0}),
        ([(0, None, "Making of", DAY)], [(1, None, "Bloopers", DAY)], {}),
        ([(0, None, "Making of", None)], [(1, None, "Making of", None)], {}),
        ([(2, 1, "Part", DAY), (2, 2, "Part", DAY)], [(1, 1, "Part", DAY)], {}),
        ([(2, 1, "Part", DAY)], [(1, 1, "Part", DAY), (1, 2, "Part", DAY)], {}),
        ([], [(1, 1, "Pilot", DAY)], {}),
    ],
)
def test_which_episode_is_which(theirs, ours, expected):
    theirs, ours = listed(*theirs), listed(*ours)
    assert pair(theirs, ours, {}) == {theirs[a].pk: ours[b].pk for a, b in expected.items()}


def test_episodes_are_paired_by_their_absolute_numbers_last():
    theirs, ours = listed((1, 13, "Rain", None)), listed((2, 1, "Regen", DAY), (1, 14, "Snow", None))
    assert pair(theirs, ours, {theirs[0].pk: 13, ours[0].pk: 13, ours[1].pk: 14}) == {theirs[0].pk: ours[0].pk}


def test_ten_thousand_episodes_are_paired_at_once(django_assert_num_queries):
    title = TitleFactory()
    season = Season(title=title, number=1)
    theirs, ours = (
        [Episode(pk=n + first, title=title, season=season, number=n, name=f"Day {n}") for n in range(10_000)]
        for first in (1, 20_001)
    )
    with django_assert_num_queries(0):
        assert len(pair(theirs, ours, {})) == 10_000


# -- when something came between ---------------------------------------------------------------------------------------


def test_what_was_changed_after_a_merge_is_not_put_back(these):
    record = merge(these)
    Title.objects.filter(pk=these.kept.pk).update(overview="As staff say.")
    Alias.objects.filter(title=these.kept, name=f"only {these.merged.pk}").delete()
    merging.undo(record, by=None, at=LATER)
    assert Title.objects.get(pk=these.kept.pk).overview == "As staff say."
    assert Title.objects.get(pk=these.kept.pk).country == ""


def test_an_episode_that_got_another_place_since_has_one_at_its_own_title_again(these):
    record = merge(these)
    moved = Episode.objects.get(pk=these.theirs["wreck"].pk)
    moved.season, moved.number = SeasonFactory(title=these.kept, number=2), 9  # which is a husk's at the other title
    moved.save()
    Title.objects.filter(pk=these.kept.pk).update(episodes_changed_at=NOW + timedelta(minutes=5))
    merging.undo(record, by=None, at=LATER)
    moved.refresh_from_db()
    assert (moved.title, moved.season, moved.number) == (these.merged, these.merged.seasons.get(number=2), None)
    assert Title.objects.get(pk=these.merged.pk).episode_count == 6


def test_what_cannot_be_put_back_is_refused_and_nothing_changes(these):
    WatchFactory(episode=these.theirs["fog"])
    record = merge(these)
    these.theirs["fog"].delete()
    before = database()
    with pytest.raises(merging.MergeError, match="deleted"):
        merging.undo(record, by=None, at=LATER)
    assert differences(before, database()) == {}


def test_a_season_that_a_merge_made_stays_while_something_hangs_on_it(these):
    record = merge(these)
    later = EpisodeFactory(title=these.kept, season=these.kept.seasons.get(number=3), number=7)
    merging.undo(record, by=None, at=LATER)
    later.refresh_from_db()
    assert (later.title, later.season.title) == (these.kept, these.kept)


def test_the_first_of_two_merges_undone_leaves_no_trace_when_the_second_is(these):
    """The second merge found what the first had written, and must not bring it back."""
    other = TitleFactory(runtime=30)
    first = merge(these)
    second = merging.merge(these.kept, other, by=None, at=NOW + timedelta(minutes=1))
    merging.undo(first, by=None, at=LATER)
    merging.undo(second, by=None, at=LATER)
    assert Title.objects.get(pk=these.kept.pk).updated_at == LONG_AGO
