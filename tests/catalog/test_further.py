"""Asking the sources for what the catalogue does not have, and taking in what one of them knows."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django_rq import get_queue
from rq.timeouts import JobTimeoutException
from werkzeug import Response

from catalog import further, jobs, live, search
from catalog.models import ExternalId, SourceRecord, Title
from catalog.sources import tmdb, tvmaze
from catalog.sources.fields import Record
from catalog.sources.limits import RateLimit
from tests.factories import ExternalIdFactory, ProfileFactory, TitleFactory

from . import tvmaze_shapes as shapes
from .tvmaze_shapes import tvmaze_server  # noqa: F401

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
LOOK = {"HX-Request": "true", "HX-Target": "further"}


@pytest.fixture
def ask(client, viewer, django_capture_on_commit_callbacks):
    """Press the button; with `work` also do what the workers would."""

    def press(query, *, work=True, **options):
        with django_capture_on_commit_callbacks(execute=True):
            answer = client.post(reverse("catalog:search_further"), {"q": query}, **options)
        if work:
            for job in get_queue("high").jobs:
                job.perform()
                job.delete()
        return answer

    return press


@pytest.fixture
def two_sources(server, settings, monkeypatch):
    """TVmaze and TMDB, both of them this server."""
    settings.TMDB_URL, settings.TMDB_API_KEY = settings.TVMAZE_URL, "head.of-a_long.token"
    wide = RateLimit("tmdb", calls=10_000, seconds=1.0, redis=tmdb.LIMIT.redis)
    monkeypatch.setattr(tmdb, "LIMIT", wide)
    return server


def tvmaze_knows(server, *shows):
    answer = [{"score": 0.9, "show": show} for show in shows]
    server.expect_request("/search/shows").respond_with_json(answer)


def tmdb_knows(server, *films):
    server.expect_request("/search/multi").respond_with_json({"page": 1, "results": films})


def film(number, name, **changes):
    about = {"release_date": "1946-12-20", "overview": "", "popularity": 3, "vote_average": 7, "genre_ids": []}
    return {"id": number, "media_type": "movie", "title": name, "original_title": name, **about, **changes}


def asked(server, path):
    return [request.args.to_dict() for request, _answer in server.log if request.path == path]


def look(client, query, **options):
    return client.get(reverse("catalog:search"), {"q": query}, **options).content.decode()


def names(page):
    inside = page[page.index('id="further"') :]
    return [re.sub("<[^>]+>", "", name) for name in re.findall("<b>(.*?)</b>", inside)]


def queued():
    return sorted(job.args for job in get_queue("high").jobs)


# -- the offer ---------------------------------------------------------------------------------------------------------


def test_whoever_is_signed_in_is_offered_to_search_the_sources_too(client, viewer, two_sources):
    for query in ("lantern", "zzzz"):
        assert "Search TVmaze and TMDB too" in look(client, query)
    assert "Search TVmaze" not in look(client, "l")
    assert "Search TVmaze" not in look(client, "lantern", headers={**LOOK, "HX-Target": "found", "HX-Trigger": "find"})
    assert (
        "Search TVmaze" not in client.get(reverse("catalog:search"), {"q": "lantern", "year": "1994"}).content.decode()
    )


def test_those_who_are_not_signed_in_can_ask_nobody(client, server):
    assert "Search TVmaze" not in look(client, "lantern")
    assert client.post(reverse("catalog:search_further"), {"q": "lantern"}).status_code == 302
    assert client.post(reverse("catalog:take_in", args=["tvmaze", "series", 82])).status_code == 302
    assert not queued()


def test_a_profile_that_may_not_see_unrated_titles_is_not_offered_any(client, viewer, ask, server):
    viewer.kind, viewer.highest_age = "child", 6
    viewer.save()
    assert not viewer.sees_unrated
    assert "Search TVmaze" not in look(client, "lantern")
    assert ask("lantern").status_code == 404
    assert client.post(reverse("catalog:take_in", args=["tvmaze", "series", 82])).status_code == 404
    assert not server.log


@pytest.mark.parametrize("query", ["", "l", "\0"])
def test_too_little_is_not_asked_for(ask, query):
    assert ask(query).status_code == 404


def test_asking_is_no_reading(client, viewer):
    assert client.get(reverse("catalog:search_further")).status_code == 405
    assert client.get(reverse("catalog:take_in", args=["tvmaze", "series", 82])).status_code == 405


# -- the answers -------------------------------------------------------------------------------------------------------


def test_the_page_looks_again_until_the_sources_have_answered(client, ask, server):
    tvmaze_knows(server, shapes.show(82, name="Lantern Street"))
    part = ask("lantern", work=False, headers=LOOK).content.decode()
    assert part.strip().startswith('<section id="further"')
    assert "Asking TVmaze…" in part
    assert 'hx-get="/search/?q=lantern" hx-trigger="load delay:1s"' in look(client, "lantern", headers=LOOK)
    (job,) = get_queue("high").jobs
    job.perform()
    part = look(client, "lantern", headers=LOOK)
    assert names(part) == ["Lantern Street"]
    assert "Series, 2011. Channel Nine. TVmaze" in part
    assert "1 more from TVmaze." in part
    assert "hx-trigger" not in part


def test_without_a_script_the_page_shows_the_answers_when_it_is_loaded_again(client, ask, server):
    tvmaze_knows(server, shapes.show(82, name="Lantern Street"))
    assert ask("lantern & co", work=False)["Location"] == "/search/?q=lantern+%26+co#further"
    assert "Look again" in look(client, "lantern & co")
    for job in get_queue("high").jobs:
        job.perform()
    assert names(look(client, "lantern & co")) == ["Lantern Street"]
    assert asked(server, "/search/shows") == [{"q": "lantern & co"}]


def test_several_sources_answer_as_they_come(client, ask, two_sources):
    tvmaze_knows(two_sources, shapes.show(82, name="Lantern Street"))
    tmdb_knows(two_sources, film(7, "The Lantern"))
    ask("lantern", work=False)
    assert queued() == [("tmdb", "lantern"), ("tvmaze", "lantern")]
    jobs.search_source("tmdb", "lantern")
    part = look(client, "lantern", headers=LOOK)
    assert names(part) == ["The Lantern"]
    assert "Asking TVmaze…" in part
    jobs.search_source("tvmaze", "lantern")
    assert names(look(client, "lantern", headers=LOOK)) == ["Lantern Street", "The Lantern"]


@pytest.mark.parametrize(
    "answer", [Response(status=503), Response("<html>Maintenance</html>"), Response('{"not": "a list"}')]
)
def test_a_source_that_does_not_answer_is_named_and_the_others_stand(client, ask, two_sources, answer):
    two_sources.expect_request("/search/shows").respond_with_response(answer)
    tmdb_knows(two_sources, film(7, "The Lantern"))
    ask("lantern")
    part = look(client, "lantern", headers=LOOK)
    assert names(part) == ["The Lantern"]
    assert "1 more from TMDB." in part
    assert "No answer from TVmaze." in part
    assert "Ask again" in part
    assert "hx-trigger" not in part


def test_a_source_that_is_slow_counts_as_silent_until_it_answers_after_all(viewer, server):
    further.note_asked(viewer, "lantern", at=NOW)
    early = further.findings(viewer, "lantern", viewer, now=NOW + timedelta(seconds=19))
    late = further.findings(viewer, "lantern", viewer, now=NOW + timedelta(seconds=21))
    assert (early.awaited, early.silent) == (["TVmaze"], [])
    assert (late.awaited, late.silent) == ([], ["TVmaze"])
    tvmaze_knows(server, shapes.show(82, name="Lantern Street"))
    jobs.search_source("tvmaze", "lantern")
    after_all = further.findings(viewer, "lantern", viewer, now=NOW + timedelta(seconds=60))
    assert (len(after_all.hits), after_all.silent) == (1, [])


def test_a_job_that_takes_too_long_ends_as_a_silent_source(client, ask, two_sources, monkeypatch):
    def hang(client, words):
        raise JobTimeoutException("Task exceeded maximum timeout value (25 seconds)")

    monkeypatch.setattr(tvmaze.TVmaze, "search", hang)
    tmdb_knows(two_sources, film(7, "The Lantern"))
    ask("lantern")
    part = look(client, "lantern", headers=LOOK)
    assert names(part) == ["The Lantern"]
    assert "No answer from TVmaze." in part


def test_nothing_new_is_said_in_words(client, ask, server):
    tvmaze_knows(server)
    ask("lantern")
    assert "Nothing more from TVmaze." in look(client, "lantern", headers=LOOK)


def test_a_long_answer_is_cut(client, ask, server):
    tvmaze_knows(server, *(shapes.show(number, name=f"Lantern {number}") for number in range(1, 41)))
    ask("lantern")
    assert len(names(look(client, "lantern", headers=LOOK))) == further.MOST_OF_EACH


def test_what_sources_write_is_escaped(client, ask, server):
    tvmaze_knows(server, shapes.show(82, name="Lantern <script>alert(1)</script>"))
    ask("lantern")
    assert "<script>alert" not in look(client, "lantern", headers=LOOK)


def test_others_see_neither_that_nor_what_somebody_asked(client, viewer, ask, server):
    tvmaze_knows(server, shapes.show(82, name="Lantern Street"))
    ask("lantern")
    other = ProfileFactory(household=viewer.household)
    assert further.findings(other, "lantern", other, now=NOW) is None


# -- each title once ---------------------------------------------------------------------------------------------------


def test_what_the_catalogue_has_is_linked_and_not_offered(client, ask, server):
    title = ExternalIdFactory(value="82", title__name="Lantern Street").title
    by_imdb = ExternalIdFactory(source="imdb", value="tt0000083", title__name="Lantern Court").title
    tvmaze_knows(server, *(shapes.show(number, name=f"Lantern {number}") for number in (82, 83, 84)))
    ask("lantern")
    part = look(client, "lantern", headers=LOOK)
    assert names(part) == ["Lantern Street", "Lantern Court", "Lantern 84"]
    for ours in (title, by_imdb):
        assert f'<a class="hit" href="{ours.get_absolute_url()}">' in part
    assert part.count("/search/further/tvmaze/series/") == 1
    assert "1 more from TVmaze." in part


def test_what_the_catalogue_keeps_from_the_viewer_is_not_shown_by_another_way(client, viewer, ask, server):
    ExternalIdFactory(value="82", title__name="Lantern Street", title__is_published=False)
    tvmaze_knows(server, shapes.show(82, name="Lantern Street"))
    ask("lantern")
    assert names(look(client, "lantern", headers=LOOK)) == []


def test_a_title_that_two_sources_know_stands_there_once(client, ask, two_sources):
    tvmaze_knows(two_sources, shapes.show(82, name="Lantern Street"))
    series = {
        "id": 9,
        "media_type": "tv",
        "name": "Lantern street",
        "original_name": "L",
        "first_air_date": "2011-05-01",
    }
    later = series | {"id": 10, "first_air_date": "2020-05-01"}
    tmdb_knows(two_sources, series, later, film(7, "Lantern Street", release_date="2011-01-01"))
    ask("lantern")
    assert names(look(client, "lantern", headers=LOOK)) == ["Lantern Street", "Lantern street", "Lantern Street"]


def test_the_answers_cost_the_same_queries_for_few_and_for_many(client, viewer, django_assert_max_num_queries):
    further.note_asked(viewer, "lantern", at=datetime.now(UTC))

    def queries(*numbers):
        for number in numbers[::2]:
            ExternalIdFactory(value=str(number))
        told = [tvmaze.read_show(Record(shapes.show(number), "show")) for number in numbers]
        further.keep("tvmaze", "lantern", told)
        with django_assert_max_num_queries(4) as captured:
            assert len(names(look(client, "lantern", headers=LOOK))) == len(numbers)
        return len(captured)

    assert queries(1, 2) == queries(*range(3, 13))


# -- how often ---------------------------------------------------------------------------------------------------------


def test_the_same_words_are_asked_for_once_and_then_remembered(client, ask, server):
    tvmaze_knows(server, shapes.show(82, name="Lantern Street"))
    for query in ("lantern", "lantern", "LANTERN"):
        ask(query)
    assert len(asked(server, "/search/shows")) == 1
    assert names(look(client, "LANTERN", headers=LOOK)) == ["Lantern Street"]


def test_while_an_answer_is_awaited_nobody_asks_again(viewer, ask, server):
    ask("lantern", work=False)
    live.redis().delete(f"asked:further:{viewer.pk}")
    ask("lantern", work=False)
    assert queued() == [("tvmaze", "lantern")]


def test_one_profile_has_to_take_a_breath_between_two_names(ask, server):
    ask("lantern", work=False, headers=LOOK)
    answer = ask("harbour", work=False, headers=LOOK)
    assert "You have only just asked." in answer.content.decode()
    assert queued() == [("tvmaze", "lantern")]


def test_a_source_that_failed_is_asked_again_after_a_minute(viewer, server, django_capture_on_commit_callbacks):
    def press():
        with django_capture_on_commit_callbacks(execute=True):
            jobs.request_search(viewer, "lantern", now=NOW)

    press()
    get_queue("high").empty()
    further.keep_failure("tvmaze", "lantern")
    press()
    assert not queued()
    forget_that_somebody_asked()
    press()
    assert queued() == [("tvmaze", "lantern")]
    assert further.findings(viewer, "lantern", viewer, now=NOW).awaited == ["TVmaze"]


def forget_that_somebody_asked():
    """As if a minute had passed."""
    for key in live.redis().scan_iter("asked:*"):
        live.redis().delete(key)


def test_a_source_that_is_not_configured_any_more_is_not_asked(server):
    jobs.search_source("tmdb", "lantern")
    assert not server.log


# -- taking one in -----------------------------------------------------------------------------------------------------


def test_choosing_a_hit_saves_it_and_leads_to_its_page_which_fills_itself_in(client, ask, server):
    tvmaze_knows(server, shapes.show(82, name="Lantern Street"))
    ask("lantern")
    answer = client.post(reverse("catalog:take_in", args=["tvmaze", "series", 82]))
    title = Title.objects.get()
    assert answer["Location"] == title.get_absolute_url()
    assert (title.name, title.kind, title.detailed_at) == ("Lantern Street", "series", None)
    assert ExternalId.objects.filter(title=title, source="tvmaze", value="82").exists()
    assert SourceRecord.objects.get().state == "indexed"
    assert client.get(answer["Location"]).status_code == 202
    search.apply_changes()
    assert "Lantern Street" in re.sub("<[^>]+>", "", look(client, "lantern str"))


def test_a_film_is_taken_in_as_well(client, ask, two_sources):
    tvmaze_knows(two_sources)
    tmdb_knows(two_sources, film(7, "The Lantern"))
    ask("lantern")
    client.post(reverse("catalog:take_in", args=["tmdb", "movie", 7]))
    assert Title.objects.get().kind == "movie"


def test_choosing_twice_makes_one_title(client, ask, server):
    tvmaze_knows(server, shapes.show(82, name="Lantern Street"))
    ask("lantern")
    first, second = (client.post(reverse("catalog:take_in", args=["tvmaze", "series", 82])) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Title.objects.count() == 1


def test_choosing_what_another_title_has_an_id_of_leads_to_that_title(client, ask, server):
    title = ExternalIdFactory(source="imdb", value="tt0000082", title=TitleFactory(name="Lantern Street")).title
    tvmaze_knows(server, shapes.show(82, name="Lantern Street"))
    ask("lantern")
    answer = client.post(reverse("catalog:take_in", args=["tvmaze", "series", 82]))
    assert answer["Location"] == title.get_absolute_url()
    assert Title.objects.count() == 1


@pytest.mark.parametrize("address", [("tvmaze", "series", 83), ("tvmaze", "movie", 82), ("nobody", "series", 82)])
def test_what_no_source_answered_lately_is_not_taken_in(client, ask, server, address):
    tvmaze_knows(server, shapes.show(82, name="Lantern Street"))
    ask("lantern")
    back = "/search/?q=lantern"
    answer = client.post(reverse("catalog:take_in", args=address), {"next": back}, follow=True)
    assert answer.redirect_chain == [(back, 302)]
    assert "That answer is too old" in answer.content.decode()
    assert not Title.objects.exists()
