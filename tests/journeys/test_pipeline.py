"""Staff start the shows pipeline from their first page and watch it to its end."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.journey

STAFF = "staff@example.org"
PASSWORD = "seven quiet harbours"


@pytest.fixture
def staff(page, site):
    """Signed in as staff, with a collection that wants all dramas in English."""
    site.manage(
        "shell",
        "--verbosity",
        "0",
        "-c",
        "from accounts.models import User; from allauth.account.models import EmailAddress;"
        "from catalog.models import Collection;"
        f"user = User.objects.create_user('{STAFF}', '{PASSWORD}', is_staff=True, is_superuser=True);"
        "EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True);"
        "rule = {'genres': ['drama'], 'language': 'en'};"
        "Collection.objects.create(name='Harbours', slug='harbours', kind='rule', rule=rule, is_published=True)",
    )
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(STAFF)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url("/")
    return page


def test_from_the_button_to_the_shelf(staff):
    page = staff
    page.goto("/admin/")
    page.get_by_role("button", name="Start the shows pipeline").click()
    expect(page).to_have_url(re.compile(r"/imports/\d+/$"))
    expect(page.get_by_role("main")).to_contain_text("100 %", timeout=60_000)
    expect(page.get_by_role("main")).to_contain_text("Done")
    page.goto("/collections/harbours/")
    expect(page.get_by_role("link", name="A Quiet Harbour")).to_be_visible()
    page.goto("/admin/")
    expect(page.get_by_role("button", name="Start the shows pipeline")).to_be_visible()
