"""Which titles are one: what agrees is weighed, what is certain merges, what is doubtful waits for staff."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django_rq import get_queue

from catalog import jobs, matching, merging, search
from catalog.matching.evidence import CERTAIN, Facts, Likeness, judge
from catalog.models import Alias, Credit, Match, Source, Title, TitleMerge
from tests.factories import CreditFactory, EpisodeFactory, ExternalIdFactory, MovieFactory, PersonFactory, TitleFactory

NOW = datetime(2026, 11, 21, 20, 41, tzinfo=UTC)
DAYS = frozenset(date(2008, 1, 20) + timedelta(weeks=week) for week in range(6))
SERIES = Facts("series", 2008, date(2008, 1, 20), "US", "AMC", 45, {"tvmaze": frozenset("1")}, DAYS)
FILM = Facts("movie", 1954, None, "US", "", 96, {"tmdb": frozenset("1")}, directors=frozenset({"sam kane"}))


def other(facts, **changed):
    """The same facts from another source, some of them otherwise."""
    return Facts(**{**vars(facts), "ids": {"tvdb": frozenset("9")}, **changed})


@pytest.mark.parametrize(
    ("likeness", "one", "two", "verdict"),
    [
        (Likeness.NAME, SERIES, other(SERIES), "certain"),
        (Likeness.ALIAS, SERIES, other(SERIES), "certain"),
        (Likeness.CLOSE, SERIES, other(SERIES), "doubtful"),
        (Likeness.NAME, SERIES, other(SERIES, byline="", days=frozenset()), "certain"),
        (Likeness.NAME, SERIES, other(SERIES, premiered=None, days=frozenset()), "doubtful"),
        (Likeness.NAME, SERIES, other(SERIES, premiered=None, country="", byline="", days=frozenset()), "doubtful"),
        (Likeness.NAME, SERIES, Facts("series", ids={"tvdb": frozenset("9")}), "nothing"),
        (Likeness.CLOSE, SERIES, other(SERIES, premiered=None, byline="", days=frozenset()), "nothing"),
        # never a guess: whatever else agrees, what does not keeps staff asked
        (Likeness.NAME, SERIES, other(SERIES, year=2019, premiered=date(2019, 9, 1), days=frozenset()), "nothing"),
        (Likeness.NAME, SERIES, other(SERIES, year=2009), "doubtful"),
        (Likeness.NAME, SERIES, other(SERIES, country="GB"), "doubtful"),
        (Likeness.NAME, SERIES, other(SERIES, days=frozenset(day + timedelta(days=3) for day in DAYS)), "doubtful"),
        (Likeness.NAME, SERIES, other(SERIES, ids={"tvmaze": frozenset("2")}), "doubtful"),
        (Likeness.NAME, FILM, other(FILM), "certain"),
        (Likeness.NAME, FILM, other(FILM, runtime=None), "certain"),
        (Likeness.NAME, FILM, other(FILM, directors=frozenset()), "doubtful"),
        (Likeness.NAME, FILM, other(FILM, directors=frozenset({"another"})), "doubtful"),
        (Likeness.NAME, FILM, other(FILM, runtime=140), "doubtful"),
        (Likeness.NAME, FILM, other(FILM, year=1998), "nothing"),
    ],
)
def test_what_speaks_for_and_against_two_titles_being_one(likeness, one, two, verdict):
    score = judge(likeness, one, two).score
    assert ("certain" if score >= CERTAIN else "doubtful" if score >= 60 else "nothing") == verdict


def test_the_order_of_two_titles_changes_nothing():
    later = other(SERIES, year=2009, country="GB", runtime=60)
    assert judge(Likeness.NAME, SERIES, later).score == judge(Likeness.NAME, later, SERIES).score


def test_each_reason_says_its_weight():
    reasons = [str(reason) for reason in judge(Likeness.NAME, SERIES, other(SERIES, year=2009)).reasons]
    assert "The same name (+50)" in reasons
    assert "One of 2008, the other of 2009 (-5)" in reasons


# -- in the database ---------------------------------------------------------------------------------------------------


def title(source, factory=TitleFactory, name="The Harbour", *, days=0, **fields):
    made = factory(name=name, **{"year": 2008, "country": "US", "premiered": date(2008, 1, 20), **fields})
    if source:
        ExternalIdFactory(source=source, kind=made.kind, title=made)
    for week in range(days):
        EpisodeFactory(title=made, number=week + 1, air_date=date(2008, 1, 20) + timedelta(weeks=week))
    search.note_changes(made.kind, [made.pk])
    while search.apply_changes():
        pass
    return made


def settle(*titles):
    return matching.settle([title.pk for title in titles], at=NOW)


@pytest.mark.django_db
def test_certain_titles_merge_into_the_older_by_themselves():
    older, newer = title(Source.TVMAZE), title(Source.TVDB, name="THE HARBOUR")
    (merge,) = settle(newer).merges
    match = Match.objects.get()
    assert (merge.kept, merge.merged, merge.made_by) == (older, newer, None)
    assert "Both of 2008 (+25)" in merge.reason
    assert (match.title, match.other, match.state, match.decided_at) == (older, newer, "merged", NOW)


@pytest.mark.django_db
def test_doubtful_titles_wait_for_staff():
    older, newer = title(Source.TVMAZE), title(Source.TVDB, premiered=None)
    decisions = settle(newer)
    match = Match.objects.get()
    assert (decisions.merges, decisions.proposed) == ([], 1)
    assert (match.title, match.other, match.state, match.score) == (older, newer, "open", 85)
    assert "The same name (+50)" in match.reasons


@pytest.mark.django_db
def test_looking_again_proposes_nothing_new_but_what_is_known_by_now():
    older, newer = title(Source.TVMAZE), title(Source.TVDB, premiered=None)
    settle(newer)
    Title.objects.filter(pk=newer.pk).update(country="")
    assert settle(older).proposed == 0
    assert Match.objects.get().score == 75


@pytest.mark.django_db
def test_a_proposal_that_came_to_nothing_is_withdrawn():
    title(Source.TVMAZE)
    newer = title(Source.TVDB, premiered=None)
    settle(newer)
    Title.objects.filter(pk=newer.pk).update(year=2019)
    settle(newer)
    assert not Match.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "other",
    [
        {"factory": MovieFactory},
        {"name": "The Lighthouse"},
        {"is_published": False},
        {"year": 2019, "premiered": date(2019, 1, 1)},
    ],
)
def test_what_is_another_kind_name_year_or_hidden_is_not_proposed(other):
    title(Source.TVMAZE)
    assert settle(title(Source.TVDB, **other)) == matching.Decisions()


@pytest.mark.django_db
def test_titles_are_recognised_by_their_other_names():
    older = title(Source.TVMAZE)
    newer = title(Source.TVDB, name="Hafenlichter", days=4)
    Alias.objects.create(title=newer, name="The Harbour", source="tvdb")
    for number in range(4):
        EpisodeFactory(title=older, number=number + 1, air_date=date(2008, 1, 20) + timedelta(weeks=number))
    assert len(settle(newer).merges) == 1


@pytest.mark.django_db
def test_names_that_look_alike_are_proposed_and_never_merged():
    title(Source.TVMAZE, name="The Harbour Lights", days=6)
    settle(title(Source.TVDB, name="The Harbour Light", days=6))
    assert Match.objects.get().state == "open"


@pytest.mark.django_db
def test_what_one_source_knows_twice_is_never_merged_by_itself():
    title(Source.TVMAZE, days=6)
    settle(title(Source.TVMAZE, days=6))
    assert Match.objects.get().state == "open"
    assert "TVmaze has an id for each (-40)" in Match.objects.get().reasons


@pytest.mark.django_db
def test_a_title_that_no_source_knows_is_never_merged_by_itself():
    title(Source.TVMAZE, days=6)
    settle(title(None, days=6))
    assert Match.objects.get().state == "open"


@pytest.mark.django_db
def test_films_are_told_by_year_and_director():
    director = PersonFactory(name="Sam Kane")
    films = [title(source, MovieFactory, premiered=None) for source in (Source.TMDB, Source.TVDB)]
    for film in films:
        CreditFactory(title=film, person=director, role=Credit.Role.DIRECTOR)
    assert len(settle(films[1]).merges) == 1


def share_an_id(one, two, reason="IMDb tt0000001"):
    """What a refresh notes when a source says of a title that it has an id of another."""
    return Match.objects.create(title=one, other=two, score=100, reasons=[reason])


@pytest.mark.django_db
def test_titles_that_share_an_id_merge_whatever_they_are_called():
    one, two = title(Source.TVMAZE), title(Source.TVDB, name="Quite another name", year=None, premiered=None)
    share_an_id(one, two)
    (merge,) = settle(two).merges
    assert (merge.kept, merge.reason) == (one, "IMDb tt0000001")


@pytest.mark.django_db
def test_titles_that_share_an_id_but_are_told_apart_by_a_source_wait_for_staff():
    one, two = title(Source.TVMAZE), title(Source.TVMAZE)
    share_an_id(one, two)
    settle(one, two)
    assert (Match.objects.get().state, Match.objects.get().score) == ("open", 100)


@pytest.mark.django_db
def test_a_refused_pair_is_never_proposed_or_merged_again():
    one, two = title(Source.TVMAZE), title(Source.TVDB)
    merging.refuse(one, two, by=None, at=NOW)
    assert settle(one, two) == matching.Decisions()


@pytest.mark.django_db
def test_a_merge_that_was_undone_is_not_made_again():
    one, two = title(Source.TVMAZE), title(Source.TVDB)
    merging.undo(settle(two).merges[0], by=None, at=NOW)
    assert settle(one, two) == matching.Decisions()
    assert not Title.objects.exclude(merged_into=None).exists()


@pytest.mark.django_db
def test_what_was_refused_of_a_title_holds_for_the_one_it_became():
    one, two = title(Source.TVMAZE), title(Source.TVDB)
    third = title(Source.TMDB)
    merging.refuse(two, third, by=None, at=NOW)
    assert [(merge.kept, merge.merged) for merge in settle(one, two, third).merges] == [(one, two)]
    assert settle(third) == matching.Decisions()


@pytest.mark.django_db
def test_three_of_one_become_one():
    one, two, three = title(Source.TVMAZE), title(Source.TVDB), title(Source.TMDB)
    assert len(settle(three).merges) == 2
    assert set(Title.objects.filter(merged_into=None)) == {one}
    assert {two, three} == set(Title.objects.filter(merged_into=one))


@pytest.mark.django_db
def test_a_title_is_looked_at_again_with_the_names_that_it_took_in():
    one, two = title(Source.TVMAZE), title(Source.TVDB)
    Alias.objects.create(title=two, name="Hafenlichter", source="tvdb")
    third = title(Source.TMDB, name="Hafenlichter", premiered=None)
    settle(two)
    assert Match.objects.filter(title=one, other=third, state="open").exists()


@pytest.mark.django_db
def test_looking_at_more_titles_takes_no_more_queries(django_assert_max_num_queries):
    few = [title(Source.TVMAZE, name=f"Name {n}") for n in range(3)]
    more = few + [title(Source.TVMAZE, name=f"Name {n}") for n in range(3, 9)]
    with django_assert_max_num_queries(12):
        settle(*few)
    with django_assert_max_num_queries(12):
        settle(*more)


@pytest.mark.django_db
def test_the_nightly_sweep_looks_at_what_changed_lately(django_capture_on_commit_callbacks):
    title(Source.TVMAZE)
    new = title(Source.TVDB)
    with django_capture_on_commit_callbacks(execute=True):
        jobs.match_new()
    (job,) = get_queue("bulk").jobs
    assert new.pk in job.args[0]


@pytest.mark.django_db(transaction=True)
def test_what_merged_is_asked_for_again():
    kept = title(Source.TVMAZE)
    jobs.match_titles([title(Source.TVDB).pk])
    assert TitleMerge.objects.get().kept == kept
    assert [job.args for job in get_queue("default").jobs if job.func_name.endswith("refresh_title")] == [(kept.pk,)]
