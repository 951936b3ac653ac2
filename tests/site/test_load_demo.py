"""The demo company: loaded once, whole or not at all, and taken out without a trace."""

import os
import signal
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path
from urllib.parse import quote, urlencode

import psycopg
import pytest
import yaml
from django.apps import apps
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import connection

from tests.world import NOW, make_world
from yunchou.calc.errors import BadInput
from yunchou.org.models import Company, User
from yunchou.planning import selectors
from yunchou.planning.models import PlanVersion
from yunchou.revenue.models import OrderLine
from yunchou.site.demo_accounts import PASSWORD, SIGN_INS

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

APPS = ("org", "catalog", "customers", "revenue", "planning")


def rows() -> dict[str, int]:
    models = [model for app in APPS for model in apps.get_app_config(app).get_models()]
    return {model.__name__: model._default_manager.count() for model in models}


def load(tmp_path: Path, **options: object) -> str:
    out = StringIO()
    call_command("load_demo", realised=tmp_path / "truth.yaml", stdout=out, **options)
    return out.getvalue()


def test_demo_is_loaded_once_and_cleared_without_a_trace(tmp_path: Path) -> None:
    assert load(tmp_path).count(PASSWORD) == len(SIGN_INS)
    loaded, company = rows(), Company.objects.get()
    assert company.origin.startswith("demo s 0 ")
    assert loaded["OrderLine"] > 40_000
    assert {"planted", "realised"} <= set(yaml.safe_load((tmp_path / "truth.yaml").read_text(encoding="utf-8")))

    for entry in SIGN_INS:
        user = authenticate(username=entry.username, password=PASSWORD)
        assert isinstance(user, User), entry.username
        if entry.administers:
            assert (user.administers, user.scope) == (entry.administers, "none")
            continue
        home = selectors.home(actor=user, now=NOW)
        assert home is not None
        assert home.today == company.today_on
        assert (home.headline.target.value or 0) > 0, entry.username
        assert (home.headline.attained.value or 0) > 0, entry.username
    assert PlanVersion.objects.get().state == "published"

    version = PlanVersion.objects.get()
    (tmp_path / "truth.yaml").unlink()
    load(tmp_path, size="m", seed=3)
    assert (rows(), PlanVersion.objects.get(), Company.objects.get().origin) == (loaded, version, company.origin)
    assert not (tmp_path / "truth.yaml").exists(), "nothing was loaded, so nothing is written"

    out = StringIO()
    call_command("calculate_plan", publish=True, stdout=out)
    assert out.getvalue().startswith("2026 v2 published: ")

    with connection.cursor() as cursor:
        cursor.execute("SET yunchou.takes_the_demo_out = 'off'")
    load(tmp_path, clear=True)
    with connection.cursor() as cursor:
        cursor.execute("RESET yunchou.takes_the_demo_out")
    assert set(rows().values()) == {0}
    load(tmp_path, clear=True)
    assert set(rows().values()) == {0}


def test_wrong_truth_costs_nobody_the_company_that_stands(tmp_path: Path) -> None:
    make_world()
    Company.objects.update(origin="demo xs 0 x")
    before = rows()
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("nonsense: 1", encoding="utf-8")
    with pytest.raises(BadInput):
        load(tmp_path, clear=True, size="s", truth=wrong)
    assert rows() == before


def test_company_that_is_not_the_demo_is_neither_joined_nor_cleared(tmp_path: Path) -> None:
    make_world()
    Company.objects.update(origin="")
    before = rows()

    assert load(tmp_path) == ""
    with pytest.raises(CommandError, match="不是示例公司"):
        load(tmp_path, clear=True)
    assert rows() == before


@pytest.mark.slow
def test_killed_load_leaves_nothing_and_the_next_one_loads(tmp_path: Path) -> None:
    settings = connection.settings_dict
    who = ":".join(quote(settings[name], safe="") for name in ("USER", "PASSWORD") if settings[name])
    where = urlencode({name.lower(): settings[name] for name in ("HOST", "PORT") if settings[name]})
    url = f"postgresql://{who}@/{settings['NAME']}?{where}"
    process = subprocess.Popen(
        [sys.executable, "-m", "django", "load_demo", "--realised", str(tmp_path / "truth.yaml")],
        env=os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "yunchou.site.settings"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    with psycopg.connect(url, autocommit=True) as observer:
        deadline = time.monotonic() + 120
        # The first lines are being copied: in the middle of the transaction.
        while not observer.execute("SELECT 1 FROM pg_stat_activity WHERE query LIKE 'COPY \"revenue_orderline\"%'").fetchone():
            assert time.monotonic() < deadline, "the load never reached the order lines"
            assert process.poll() is None, "the load ended too soon"
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=10)
        while observer.execute("SELECT 1 FROM pg_stat_activity WHERE query LIKE 'COPY %' AND state <> 'idle'").fetchone():
            assert time.monotonic() < deadline, "the killed load's session never ended"
            time.sleep(0.05)

    assert set(rows().values()) == {0}
    load(tmp_path)
    assert OrderLine.objects.count() > 40_000
