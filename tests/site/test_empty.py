"""Pages before there is anything to show say what to do."""

from datetime import date

import pytest
from django.test import Client

from yunchou.org.models import Company, User

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def home(client: Client) -> str:
    client.force_login(User.objects.create(username="alone", scope="all", role="director"))
    answer = client.get("/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_home_without_a_company_says_how_to_load_one(client: Client) -> None:
    assert "<code>make demo SIZE=s</code>" in home(client)


def test_home_without_a_plan_says_how_to_make_one(client: Client) -> None:
    Company.objects.create(name="新公司", today_on=date(2026, 8, 31))
    assert "今年还没有发布的计划" in home(client)
