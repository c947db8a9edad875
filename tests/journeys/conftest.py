import re

import pytest

from tests.site import wait_until


@pytest.fixture(scope="session")
def catalogue(site):
    """The site knows three series from the index, and none of them whole."""
    site.manage("import_tvmaze")
    return site


@pytest.fixture
def signed_in(page, catalogue):
    """The page of a member, at home."""
    email = f"viewer{len(catalogue.letters())}.{id(page)}@example.org"
    sign_up(page, catalogue, email)
    return page


def sign_up(page, site, email, password="seven quiet harbours"):
    """Create an account, follow the link in the letter, and sign in where that is asked for."""
    page.goto("/")
    page.get_by_role("link", name="Create an account").click()
    page.get_by_label("Your name here").fill("Living room")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_label("Password (again)").fill(password)
    page.get_by_role("button", name="Create my account").click()
    page.goto(link_in_letter_to(site, email))
    page.get_by_role("button", name="Confirm").click()
    if page.get_by_role("button", name="Sign in").count():
        page.get_by_label("Email").fill(email)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in").click()


def link_in_letter_to(site, email):

    letter = wait_until(lambda: next((each for each in site.letters() if email in each["To"]), None), 30)
    return re.search(r"http://\S+/accounts/confirm-email/\S+", letter.get_content()).group()
