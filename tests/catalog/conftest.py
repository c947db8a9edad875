import pytest


@pytest.fixture
def viewer(client):
    """The profile of whoever is signed in with `client`."""
    from tests.factories import ProfileFactory, UserFactory  # after the settings, which conftests are read before

    user = UserFactory()
    profile = ProfileFactory(household=user.household, time_zone="Europe/Paris")
    client.force_login(user)
    return profile


@pytest.fixture
def queries(client, django_assert_max_num_queries):
    """How many queries a page takes: at most as many as any page may."""

    def count(path):
        client.get(path)
        with django_assert_max_num_queries(12) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    return count


@pytest.fixture
def server(httpserver, settings, monkeypatch):
    """Plays TVMaze: what is expected of it is answered, tries follow each other at once."""
    monkeypatch.setattr("catalog.sources.http.BACK_OFF", 0)
    settings.TVMAZE_URL = httpserver.url_for("").rstrip("/")
    return httpserver
