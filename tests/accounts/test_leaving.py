"""Deleting an account: nothing of the person is left anywhere, and nothing of anybody else is gone."""

from datetime import UTC, date, datetime, timedelta

import django_rq
import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, models
from django.test import Client
from django.urls import reverse
from psycopg import sql
from redis import ConnectionPool
from redis.exceptions import ConnectionError as RedisConnectionError

from accounts import leaving, tokens
from accounts.jobs import forget_gone, send_email
from accounts.models import ApiToken, Household, Profile, User
from catalog.models import Match, RecentSearch, Service, Title
from tests.factories import EpisodeFactory, MovieFactory, ProfileFactory, TitleFactory, UserFactory
from tracking import diary, moments
from tracking.histories import receiving
from tracking.models import (
    Dismissal,
    ImportRow,
    ImportWork,
    List,
    LogChange,
    Play,
    Player,
    Position,
    ProfileService,
    Recommendation,
    Watch,
    YearPicture,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 21, 20, 41, 3, 123456, tzinfo=UTC)
EMAIL, NAME, PASSWORD = "quillon@example.org", "Zephyrine", "a long enough password"


@pytest.fixture
def user():
    user = UserFactory(email=EMAIL, household__name=NAME, is_household_owner=True)
    EmailAddress.objects.create(user=user, email=EMAIL, verified=True, primary=True)
    EmailAddress.objects.create(user=user, email=f"second.{EMAIL}")
    return user


@pytest.fixture
def profile(user):
    return ProfileFactory(household=user.household, name=NAME)


@pytest.fixture
def series():
    return EpisodeFactory(title=TitleFactory(slug="lamplighters"), number=1).title


def do_everything(user, profile, series):
    """A row in every table that can speak of a profile, its name and address in every text that can be written."""
    words = f"{NAME} {EMAIL}"
    episode, film = series.episodes.get(), MovieFactory()
    details = diary.Details(note=words, company=NAME, service=NAME)
    day = moments.day(date(2025, 1, 1), "UTC")
    diary.check_in(profile, series, episode, moment=day, key="w", at=NOW, details=details)
    watch = Watch.objects.get(profile=profile)
    diary.rate(profile, series, 80, key="r", at=NOW)
    diary.note(profile, series, words, key="n", at=NOW)
    diary.plan(profile, film, key="p", at=NOW)
    a_list = List.objects.create(profile=profile, name=NAME, description=words)
    diary.enlist(profile, film, None, [a_list], key="l", at=NOW)
    log_import = receiving.receive(profile, ContentFile(words.encode()), f"{NAME}.csv", at=NOW)
    work = ImportWork.objects.create(log_import=log_import, key="k", name=words)
    ImportRow.objects.create(
        log_import=log_import, work=work, file="f", line=1, kind="watch", key="k", verdict="unknown", raw={"": words}
    )
    picture = default_storage.save("years/x.png", ContentFile(b"picture"))
    YearPicture.objects.create(profile=profile, year=2025, digest="d", file=picture)
    token, _secret = tokens.make(profile, ApiToken.Scope.PLAYER)
    tokens.make(profile, ApiToken.Scope.CALENDAR)
    player = Player.objects.create(profile=profile, program="plex", account=NAME, token=token)
    Play.objects.create(player=player, key="k", outcome="logged", said={"account": NAME}).watches.add(watch)
    Position.objects.create(profile=profile, title=film, player=NAME)
    Dismissal.objects.create(profile=profile, title=film)
    Recommendation.objects.create(profile=profile, title=film, because=series, score=1)
    ProfileService.objects.create(profile=profile, service=Service.objects.create(name="Kanopy", slug="kanopy"))
    RecentSearch.objects.create(profile=profile, words=words)
    return log_import.file.name, picture


def found(words):
    """Where one of the words stands in the database: every column of every table that holds text or JSON."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select table_name, column_name from information_schema.columns where table_schema = 'public'"
            " and data_type in ('text', 'character varying', 'jsonb', 'json', 'ARRAY')"
        )
        columns = cursor.fetchall()
        places = []
        for table, column in columns:
            for word in words:
                query = sql.SQL("select from {} where {}::text ilike %s limit 1")
                cursor.execute(query.format(sql.Identifier(table), sql.Identifier(column)), [f"%{word}%"])
                if cursor.rowcount:
                    places.append((table, column, word))
    return places


def counts():
    tables = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    return {model._meta.label: model._default_manager.count() for model in tables}


def leave(user, profile, callbacks):
    with callbacks(execute=True):
        leaving.leave(user, profile, at=NOW)


def test_the_test_finds_what_is_there(user, profile, series):
    do_everything(user, profile, series)
    assert {table for table, _column, _word in found([NAME, EMAIL])} >= {
        "accounts_user",
        "accounts_profile",
        "accounts_household",
        "account_emailaddress",
        "tracking_watch",
        "tracking_note",
        "tracking_importrow",
        "tracking_logchange",
        "tracking_play",
        "catalog_recentsearch",
    }


def test_nothing_of_the_person_is_left_in_any_table(user, profile, series, django_capture_on_commit_callbacks):
    do_everything(user, profile, series)
    leave(user, profile, django_capture_on_commit_callbacks)
    assert found([NAME, EMAIL]) == []


def test_the_database_is_what_it_was_before_the_person_came(series, django_capture_on_commit_callbacks):
    MovieFactory()
    Service.objects.create(name="Mubi", slug="mubi")
    before = counts()
    user = UserFactory(email=EMAIL, is_household_owner=True)
    profile = ProfileFactory(household=user.household)
    do_everything(user, profile, series)
    leave(user, profile, django_capture_on_commit_callbacks)
    made_for_all = {"catalog.Title": 1, "catalog.Service": 1}
    after = counts()
    assert {name: after[name] - before[name] for name in after if after[name] != before[name]} == made_for_all


def test_stored_files_go_once_the_deletion_is_certain(user, profile, series, django_capture_on_commit_callbacks):
    files = do_everything(user, profile, series)
    with django_capture_on_commit_callbacks(execute=True):
        leaving.leave(user, profile, at=NOW)
        assert all(default_storage.exists(file) for file in files)
    assert not any(default_storage.exists(file) for file in files)


def test_the_sum_of_ratings_of_a_title_is_that_of_those_who_stay(
    user, profile, series, django_capture_on_commit_callbacks
):
    diary.rate(ProfileFactory(), series, 40, key="r", at=NOW)
    diary.rate(profile, series, 80, key="r", at=NOW)
    leave(user, profile, django_capture_on_commit_callbacks)
    series.refresh_from_db()
    assert (series.rating_sum, series.rating_count) == (40, 1)


def test_nothing_of_anybody_else_is_touched(user, profile, series, django_capture_on_commit_callbacks):
    stranger = UserFactory(email="other@example.org")
    theirs = ProfileFactory(household=stranger.household, name="Elsewhere")
    shed = ProfileFactory(household=stranger.household, name="Shed")
    do_everything(user, profile, series)
    diary.note(theirs, series, "mine", key="n", at=NOW)
    before = list(LogChange.objects.filter(profile=theirs).values())
    leave(user, profile, django_capture_on_commit_callbacks)
    assert list(LogChange.objects.filter(profile=theirs).values()) == before
    assert set(Profile.objects.all()) == {theirs, shed}


def test_who_watched_together_with_the_person_keeps_the_viewing_and_loses_the_name(
    user, profile, series, django_capture_on_commit_callbacks
):
    UserFactory(household=user.household)
    beside, third = (ProfileFactory(household=user.household, name=name) for name in ("Attic", "Cellar"))
    episode = series.episodes.get()
    day = moments.day(date(2025, 1, 1), "UTC")
    diary.check_in_together(profile, [beside, third], series, episode, moment=day, key="k", at=NOW)
    leave(user, profile, django_capture_on_commit_callbacks)
    assert Watch.objects.get(profile=beside).company == "Cellar"
    assert found([NAME]) == []


def test_the_household_goes_to_the_member_of_longest_standing(user, profile, django_capture_on_commit_callbacks):
    household = user.household
    UserFactory(household=household, date_joined=NOW)
    heir = UserFactory(household=household, date_joined=NOW - timedelta(days=9))
    staying = ProfileFactory(household=household, name="Attic")
    leave(user, profile, django_capture_on_commit_callbacks)
    heir.refresh_from_db()
    assert heir.is_household_owner
    assert list(Profile.objects.filter(household=household)) == [staying]


def test_a_member_who_is_not_the_owner_leaves_the_owner_in_place(user, profile, django_capture_on_commit_callbacks):
    member = UserFactory(household=user.household)
    leave(member, ProfileFactory(household=user.household), django_capture_on_commit_callbacks)
    user.refresh_from_db()
    assert user.is_household_owner
    assert Profile.objects.filter(pk=profile.pk).exists()


def test_who_stays_without_a_profile_gets_an_empty_one(user, profile, django_capture_on_commit_callbacks):
    UserFactory(email="attic@example.org", household=user.household)
    household = user.household
    leave(user, profile, django_capture_on_commit_callbacks)
    assert Profile.objects.get(household=household).name == "attic"


def test_what_somebody_did_as_staff_stays_under_a_number(user, profile, series, django_capture_on_commit_callbacks):
    User.objects.filter(pk=user.pk).update(is_staff=True, is_superuser=True)
    user.refresh_from_db()
    UserFactory(is_superuser=True)
    title_type = ContentType.objects.get_for_model(Title)
    LogEntry.objects.create(
        user=user, content_type=title_type, object_id=str(series.pk), object_repr="Series", action_flag=CHANGE
    )
    Match.objects.create(title=series, other=TitleFactory(), score=50, decided_by=user)
    leave(user, profile, django_capture_on_commit_callbacks)
    entry = LogEntry.objects.get()
    assert (entry.user_id, entry.object_repr) == (user.pk, "Series")
    assert Match.objects.get().decided_by_id == user.pk
    assert entry.user.email == f"user-{user.pk}@deleted.invalid"
    assert {entry.user.is_active, entry.user.is_staff, entry.user.is_superuser} == {False}
    assert found([NAME, EMAIL]) == []


def test_what_staff_did_about_the_person_stays_without_saying_who(user, profile, django_capture_on_commit_callbacks):
    staff = UserFactory(is_staff=True)
    for model, row in ((User, user), (Profile, profile), (Household, user.household)):
        LogEntry.objects.create(
            user=staff,
            content_type=ContentType.objects.get_for_model(model),
            object_id=str(row.pk),
            object_repr=str(row),
            action_flag=CHANGE,
            change_message=f'[{{"changed": {{"object": "{NAME}"}}}}]',
        )
    leave(user, profile, django_capture_on_commit_callbacks)
    assert LogEntry.objects.filter(user=staff, object_repr=leaving.REDACTED).count() == 3
    assert found([NAME, EMAIL]) == []


def test_the_person_is_signed_out_on_every_device_and_nobody_else(user, profile, django_capture_on_commit_callbacks):
    phone, other = Client(), Client()
    phone.force_login(user)
    stranger = ProfileFactory()
    other.force_login(UserFactory(household=stranger.household))
    keys = phone.session.session_key, other.session.session_key
    leave(user, profile, django_capture_on_commit_callbacks)
    assert [phone.session.exists(key) for key in keys] == [False, True]


def test_letters_that_wait_are_not_sent(user, profile, django_capture_on_commit_callbacks):
    queue = django_rq.get_queue("high")
    with django_capture_on_commit_callbacks(execute=True):
        for email in (EMAIL, "other@example.org"):
            queue.enqueue(send_email, "s", "b", "from@example.org", [email])
    leave(user, profile, django_capture_on_commit_callbacks)
    assert [job.args[3] for job in queue.get_jobs()] == [["other@example.org"]]


# -- the page ----------------------------------------------------------------------------------------------------------

PAGE = "/account/delete/"


@pytest.fixture
def signed_in(client, user, profile):
    """And the password was given once more, just now."""
    client.force_login(user)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def test_the_page_offers_to_take_everything_along_and_says_what_goes(signed_in):
    page = signed_in.get(PAGE).content.decode()
    assert reverse("tracking:export") in page
    assert NAME in page


def test_it_deletes_the_account_when_the_address_is_typed(signed_in, user):
    response = signed_in.post(PAGE, {"email": EMAIL.upper()}, follow=True)
    assert "Your account is deleted" in response.content.decode()
    assert not User.objects.filter(pk=user.pk).exists()


def test_another_address_deletes_nothing(signed_in, user):
    response = signed_in.post(PAGE, {"email": "other@example.org"})
    assert response.status_code == 422
    assert User.objects.filter(pk=user.pk).exists()


def test_the_password_is_asked_once_more(client, user, profile):
    client.force_login(user)
    assert client.get(PAGE).url.startswith(reverse("account_reauthenticate"))


def test_a_form_without_the_password_deletes_nothing_and_leads_back_to_the_page(client, user, profile):
    client.force_login(user)
    assert client.post(PAGE, {"email": EMAIL}).url == PAGE
    assert User.objects.filter(pk=user.pk).exists()


def test_who_is_signed_out_is_sent_to_the_door(client):
    assert client.get(PAGE).url.startswith(reverse("account_login"))


def test_the_list_of_profiles_leads_there(signed_in):
    assert PAGE in signed_in.get(reverse("accounts:profile_list")).content.decode()


# -- who runs the installation -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("others", [{}, {"is_staff": True}, {"is_superuser": True, "is_active": False}])
def test_the_last_admin_stays_and_is_told_to_make_another_first(signed_in, user, others):
    User.objects.filter(pk=user.pk).update(is_staff=True, is_superuser=True)
    if others:
        UserFactory(**others)
    assert "First make another administrator" in signed_in.get(PAGE).content.decode()
    response = signed_in.post(PAGE, {"email": EMAIL})
    assert response.status_code == 422
    assert "First make another administrator" in response.content.decode()
    assert User.objects.filter(pk=user.pk, is_active=True).exists()


def test_one_of_two_admins_may_leave(signed_in, user):
    User.objects.filter(pk=user.pk).update(is_staff=True, is_superuser=True)
    UserFactory(is_superuser=True)
    assert signed_in.post(PAGE, {"email": EMAIL}).status_code == 302
    assert not User.objects.filter(pk=user.pk).exists()


# -- while Redis is away -----------------------------------------------------------------------------------------------


@pytest.fixture
def redis_goes_away(monkeypatch):
    """In the middle of a deletion, when the rows of the log are deleted."""

    def refuse(*_args, **_options):
        raise RedisConnectionError("Connection refused")

    def unplug(_profiles):
        monkeypatch.setattr(ConnectionPool, "get_connection", refuse)
        return []

    monkeypatch.setattr(leaving, "_forgetters", [*leaving._forgetters, unplug])


def test_the_deletion_stands_and_says_so(
    signed_in, user, redis_goes_away, monkeypatch, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        response = signed_in.post(PAGE, {"email": EMAIL})
    monkeypatch.undo()
    assert response.cookies["sessionid"].value == ""
    assert "Your account is deleted" in signed_in.get(response.url).content.decode()
    assert not User.objects.filter(pk=user.pk).exists()


def test_sessions_and_letters_that_were_left_are_found_later(
    signed_in, user, redis_goes_away, monkeypatch, django_capture_on_commit_callbacks
):
    session, queue = signed_in.session, django_rq.get_queue("high")
    other = Client()
    other.force_login(UserFactory())
    with django_capture_on_commit_callbacks(execute=True):
        for number in (user.pk, None):
            queue.enqueue(send_email, "s", "b", "from@example.org", [EMAIL], user_id=number)
    with django_capture_on_commit_callbacks(execute=True):
        signed_in.post(PAGE, {"email": EMAIL})
    monkeypatch.undo()
    assert session.exists(session.session_key)
    forget_gone()
    assert [each.exists(each.session_key) for each in (session, other.session)] == [False, True]
    assert [job.kwargs["user_id"] for job in queue.get_jobs()] == [None]


def test_a_letter_to_a_user_who_is_gone_is_not_sent(user, mailoutbox):
    for number in (user.pk, None, 0):
        send_email("s", "b", "from@example.org", [f"{number}@example.org"], user_id=number)
    assert [mail.to for mail in mailoutbox] == [[f"{user.pk}@example.org"], ["None@example.org"]]


# -- every table -------------------------------------------------------------------------------------------------------

KEPT_UNDER_A_NUMBER = {
    "admin.LogEntry.user": "what staff did",
    "catalog.Match.decided_by": "what staff decided",
    "catalog.TitleMerge.made_by": "what staff merged",
}


def relations(*targets):
    """Every foreign key to one of these models: label of the field, and the field."""
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey) and field.related_model in targets:
                yield f"{model._meta.label}.{field.name}", field


@pytest.mark.parametrize("name", [name for name, _field in relations(User, Profile)])
def test_every_row_that_is_somebodys_goes_with_them_or_is_kept_under_a_number(name):
    field = dict(relations(User, Profile))[name]
    assert (field.remote_field.on_delete is models.CASCADE) or name in KEPT_UNDER_A_NUMBER


def test_every_table_of_a_profile_has_a_row_in_these_tests(user, profile, series):
    """So that a new one is looked at: a row of it belongs into `do_everything`."""
    do_everything(user, profile, series)
    empty = [name for name, field in relations(Profile) if not field.model._default_manager.exists()]
    assert empty == []
