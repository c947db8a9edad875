"""Staff decide which titles are one: the review, any two titles, the merges that were made, and splitting one again."""

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog import merging
from catalog.models import Match, Source, Title, TitleMerge
from tests.doubles import LONG_AGO, NOW, doubles, viewers
from tests.factories import ExternalIdFactory, LibraryEntryFactory, TitleFactory, UserFactory, WatchFactory

pytestmark = pytest.mark.django_db
REVIEW = "/admin/catalog/match/"


@pytest.fixture
def staff(client):
    user = UserFactory(is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


@pytest.fixture
def viewing_staff(client):
    user = UserFactory(is_staff=True)
    user.user_permissions.add(*Permission.objects.filter(codename__in=["view_match", "view_title", "view_titlemerge"]))
    client.force_login(user)
    return user


def match(one=None, other=None, score=80, **fields):
    one, other = one or TitleFactory(), other or TitleFactory()
    return Match.objects.create(title=one, other=other, score=score, **fields)


def decide(client, match, decision, **more):
    url = reverse("admin:catalog_match_decide", args=[match.title_id, match.other_id])
    return client.post(url, {"decision": decision, **more}, follow=True)


def text(response):
    assert response.status_code == 200
    return response.content.decode()


def test_the_review_shows_both_titles_with_the_reasons(client, staff):
    one, other = TitleFactory(name="The Harbour", year=2008), TitleFactory(name="Harbour Lights", country="GB")
    ExternalIdFactory(source=Source.TVDB, title=other)
    match(one, other, reasons=["Both of 2008 (+25)"])
    page = text(client.get(REVIEW))
    for said in ("The Harbour", "Harbour Lights", "2008", "United Kingdom", "TheTVDB", "80 %", "Both of 2008 (+25)"):
        assert said in page


def test_only_what_waits_is_shown_the_likeliest_first(client, staff):
    match(TitleFactory(name="Second"), score=70)
    match(TitleFactory(name="First"), score=90)
    match(TitleFactory(name="Refused"), state="refused")
    match(TitleFactory(name="A husk", merged_into=TitleFactory()))
    page = text(client.get(REVIEW))
    assert page.index("First") < page.index("Second")
    assert "Refused" not in page
    assert "A husk" not in page


def test_the_review_pages_by_key(client, staff):
    for score in (90, 80, 80, 80, 70):
        for _number in range(5):
            match(score=score)
    seen, path = [], REVIEW
    while path:
        context = client.get(path).context
        seen += [pair.match.pk for pair in context["pairs"]]
        path = f"{REVIEW}?after={context['next_key']}" if context["next_key"] else ""
    assert seen == list(Match.objects.open().values_list("pk", flat=True))


def test_more_pairs_take_no_more_queries(client, staff):
    def count():
        with CaptureQueriesContext(connection) as captured:
            client.get(REVIEW)
        return len(captured)

    match()
    match()
    few = count()
    for _number in range(6):
        match()
    assert count() == few


def test_the_one_with_more_in_logs_is_proposed_to_be_kept_else_the_older(client, staff):
    logged = match(score=90)
    WatchFactory(title=logged.other)
    match(score=80)
    pairs = client.get(REVIEW).context["pairs"]
    assert [[side.is_kept for side in pair.sides] for pair in pairs] == [[False, True], [True, False]]


@pytest.mark.parametrize("kept", ["title", "other"])
def test_the_same_merges_into_the_one_that_is_chosen(client, staff, kept):
    pair = match()
    page = text(decide(client, pair, "same", kept=getattr(pair, kept).pk))
    merge = TitleMerge.objects.get()
    assert (merge.kept, merge.made_by) == (getattr(pair, kept), staff)
    assert "is merged into" in page
    pair.refresh_from_db()
    assert (pair.state, pair.decided_by) == ("merged", staff)


def test_not_the_same_is_never_proposed_again(client, staff):
    pair = match()
    decide(client, pair, "different")
    pair.refresh_from_db()
    assert (pair.state, pair.decided_by, TitleMerge.objects.exists()) == ("refused", staff, False)


def test_a_pair_that_somebody_merged_meanwhile_is_said_so(client, staff):
    pair = match()
    merging.merge(TitleFactory(), pair.other, by=None, at=NOW)
    assert "merged into another title already" in text(decide(client, pair, "same", kept=pair.title_id))


def test_the_review_goes_on_where_it_was(client, staff):
    pair = match()
    response = decide(client, pair, "different", after="abc")
    assert response.redirect_chain == [(f"{REVIEW}?after=abc", 302)]


def test_whoever_may_only_look_cannot_decide(client, viewing_staff):
    pair = match()
    assert "Not the same" not in text(client.get(REVIEW))
    url = reverse("admin:catalog_match_decide", args=[pair.title_id, pair.other_id])
    assert client.post(url, {"decision": "same"}).status_code == 403
    assert client.get(url).status_code == 403
    assert client.post(reverse("admin:catalog_match_split", args=[pair.title_id])).status_code == 403
    record = TitleMerge.objects.create(kept=pair.title, merged=pair.other)
    client.post(reverse("admin:catalog_titlemerge_changelist"), {"action": "undo", "_selected_action": record.pk})
    assert TitleMerge.objects.get().undone_at is None


@pytest.mark.parametrize("path", [REVIEW, "/admin/catalog/match/compare/1/2/", "/admin/catalog/match/split/1/"])
def test_viewers_and_strangers_do_not_get_in(client, path):
    assert client.get(path).status_code == 302
    client.force_login(UserFactory())
    assert client.get(path).status_code == 302


def test_two_titles_of_the_list_are_compared(client, staff):
    one, other = TitleFactory(name="The Harbour"), TitleFactory(name="Harbour Lights")
    chosen = {"action": "merge_two", "_selected_action": [one.pk, other.pk]}
    page = text(client.post(reverse("admin:catalog_title_changelist"), chosen, follow=True))
    assert "The Harbour" in page
    assert "Harbour Lights" in page
    assert "Not the same" in page


@pytest.mark.parametrize(("action", "said"), [("merge_two", "Choose two titles."), ("split_off", "Choose one title.")])
def test_another_number_of_titles_is_asked_for(client, staff, action, said):
    chosen = {"action": action, "_selected_action": [TitleFactory().pk for _number in range(3)]}
    assert said in text(client.post(reverse("admin:catalog_title_changelist"), chosen, follow=True))


def test_staff_undo_merges_the_newest_first(client, staff):
    these = doubles()
    viewers(these)
    merging.merge(these.kept, these.merged, by=None, at=LONG_AGO)
    merging.merge(TitleFactory(), these.kept, by=None, at=NOW)
    chosen = {"action": "undo", "_selected_action": [merge.pk for merge in TitleMerge.objects.all()]}
    page = text(client.post(reverse("admin:catalog_titlemerge_changelist"), chosen, follow=True))
    assert "2 merges were undone." in page
    assert not Title.objects.exclude(merged_into=None).exists()


def test_a_merge_that_cannot_be_undone_yet_says_why(client, staff):
    kept, merged = TitleFactory(name="Kept"), TitleFactory()
    record = merging.merge(kept, merged, by=None, at=LONG_AGO)
    merging.merge(TitleFactory(), kept, by=None, at=NOW)
    chosen = {"action": "undo", "_selected_action": record.pk}
    page = text(client.post(reverse("admin:catalog_titlemerge_changelist"), chosen, follow=True))
    assert "Undo that first." in page


def test_staff_split_off_a_source(client, staff):
    title = TitleFactory(name="The Harbour")
    ExternalIdFactory(source=Source.TVMAZE, title=title)
    wrong = ExternalIdFactory(source=Source.TVDB, title=title)
    LibraryEntryFactory(title=title)
    chosen = {"action": "split_off", "_selected_action": title.pk}
    page = client.post(reverse("admin:catalog_title_changelist"), chosen, follow=True)
    assert "TheTVDB" in text(page)
    client.post(page.redirect_chain[-1][0], {"outside": wrong.pk})
    wrong.refresh_from_db()
    assert wrong.title != title


def test_an_id_that_cannot_be_split_off_says_why(client, staff):
    outside = ExternalIdFactory()
    url = reverse("admin:catalog_match_split", args=[outside.title_id])
    assert "there is nothing to split" in text(client.post(url, {"outside": outside.pk}, follow=True))
    assert client.post(url, {"outside": "0"}).status_code == 404
