"""Coming in and going out."""

import re

import pytest
from django.contrib.auth import get_user
from django.test import Client

from tests.site.conftest import PASSWORD
from tests.world import World
from yunchou.site.signin import safe_next

pytestmark = [pytest.mark.database, pytest.mark.django_db]

CHINESE = re.compile(r"[㐀-鿿]")


def refused(client: Client, username: str = "w-director", password: str = "wrong") -> str:
    answer = client.post("/sign-in/", {"login": username, "password": password})
    assert answer.status_code == 422
    assert not get_user(client).is_authenticated
    found = re.search(r'<div class="error" role="alert"><p>(.*?)</p>', answer.content.decode())
    assert found is not None
    return found[1]


def test_sign_in_with_the_right_password_leads_home(director: World, client: Client) -> None:
    answer = client.post("/sign-in/", {"login": "w-director", "password": PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert get_user(client) == director.director


def test_sign_in_leaves_no_cookie_but_the_session_and_the_forms_token(director: World, client: Client) -> None:
    client.get("/sign-in/")
    client.post("/sign-in/", {"login": "w-director", "password": PASSWORD})
    assert set(client.cookies) == {"yunchou", "csrf"}
    assert all(cookie["httponly"] and cookie["samesite"] == "Lax" for cookie in client.cookies.values())


def test_sign_in_says_the_same_for_a_wrong_password_and_an_unknown_name(director: World, client: Client) -> None:
    said = refused(client)
    assert said == refused(client, username="nobody-here")
    assert CHINESE.search(said)


def test_sign_in_speaks_english_when_asked(planned: World, client: Client) -> None:
    client.cookies["language"] = "en"
    assert not CHINESE.search(refused(client))


def test_sign_in_stops_listening_after_five_wrong_passwords(director: World, client: Client) -> None:
    first = refused(client)
    for _ in range(4):
        assert refused(client) == first
    assert refused(client) != first
    assert refused(client, password=PASSWORD) != first


def test_sign_in_makes_a_new_session_each_time(director: World, client: Client) -> None:
    client.get("/sign-in/")
    client.post("/sign-in/", {"login": "w-director", "password": PASSWORD})
    first = client.cookies["yunchou"].value
    client.post("/sign-out/")
    client.post("/sign-in/", {"login": "w-director", "password": PASSWORD})
    assert client.cookies["yunchou"].value not in {"", first}


@pytest.mark.parametrize("field", ["next", "login_next"])
@pytest.mark.parametrize(
    "address", ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "http:///evil.example"]
)
def test_sign_in_never_leads_to_another_site(director: World, client: Client, field: str, address: str) -> None:
    answer = client.post("/sign-in/", {"login": "w-director", "password": PASSWORD, field: address})
    assert answer.headers["Location"] == "/"


def test_sign_in_leads_back_to_the_page_that_was_asked_for(director: World, client: Client) -> None:
    answer = client.get("/planning/why/target/")
    assert answer.headers["Location"] == "/sign-in/?next=/planning/why/target/"
    text = client.get(answer.headers["Location"]).content.decode()
    assert '<input type="hidden" name="next" value="/planning/why/target/">' in text
    answer = client.post("/sign-in/", {"login": "w-director", "password": PASSWORD, "next": "/planning/why/target/"})
    assert answer.headers["Location"] == "/planning/why/target/"


def test_sign_out_needs_a_post(planned: World, client: Client) -> None:
    client.force_login(planned.director)
    client.get("/sign-out/")
    assert get_user(client).is_authenticated
    client.post("/sign-out/")
    assert not get_user(client).is_authenticated


def test_forms_without_the_token_of_their_page_are_refused(planned: World) -> None:
    client = Client(enforce_csrf_checks=True)
    for path in ("/sign-in/", "/sign-out/", "/preferences/"):
        answer = client.post(path, {"login": "w-director", "password": PASSWORD})
        assert answer.status_code == 403
        assert "表单已经失效" in answer.content.decode()


@pytest.mark.parametrize("path", ["/accounts/", "/accounts/signup/", "/sign-up/", "/password/reset/", "/admin/"])
def test_doors_that_the_product_does_not_have_are_not_there(planned: World, client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("/planning/why/target/?x=1", "/planning/why/target/?x=1"),
        ("", "/"),
        ("//evil.example", "/"),
        ("https://evil.example", "/"),
        ("\\\\evil", "/"),
    ],
)
def test_safe_next_keeps_paths_of_this_site_only(address: str, kept: str) -> None:
    assert safe_next(address) == kept
