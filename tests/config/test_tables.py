"""Lists of large tables guess how many rows they have."""

import pytest
from django.db import connection

from catalog.models import Network, Title
from config import tables
from tests.factories import TitleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def large(monkeypatch):
    """Three titles are many, and PostgreSQL knows them."""
    monkeypatch.setattr("config.tables.EXACT_BELOW", 3)
    TitleFactory.create_batch(4)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE catalog_title")


def test_large_tables_are_guessed_and_small_ones_counted(large, django_assert_num_queries):
    with django_assert_num_queries(2) as queries:
        assert tables.sizes([Title, Network]) == {Title: 4, Network: 0}
    assert not any("count" in query["sql"].lower() and "catalog_title" in query["sql"] for query in queries)


def test_a_filtered_list_of_many_is_guessed(large, django_assert_num_queries):
    with django_assert_num_queries(1) as queries:
        assert tables.about(Title.objects.filter(kind="series")) == 4
    assert queries[0]["sql"].startswith("EXPLAIN")


def test_a_filtered_list_of_few_is_counted(large):
    assert tables.about(Title.objects.filter(name="Nothing is called so")) == 0


def test_what_finds_nothing_is_not_asked_for(large, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert tables.about(Title.objects.filter(pk__in=[])) == 0


def test_no_list_leads_deep_into_a_table():
    pages = tables.EstimatePaginator(Title.objects.order_by("pk"), 50)
    pages.__dict__["count"] = 3_000_000
    assert pages.num_pages == tables.EstimatePaginator.MOST_PAGES
