"""The exercises of CONTRIBUTING.md, done on a copy as a newcomer would, and looked at."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[2]
STEP = re.compile(r"In `([^`]+)`, below `([^`\n]+)`:\n\n```text\n(.*?)```", re.DOTALL)
LOOK = """
import json
import django
django.setup()
from django.core.management import call_command
call_command("makemigrations", "org", verbosity=0)
call_command("migrate", verbosity=0)
from django.test import Client
from tests.world import make_world
from yunchou.common import clock
from yunchou.org import services
from yunchou.org.models import Person
world = make_world()
Person.objects.filter(code="P4").update(phone="13900000000")
client = Client()
client.force_login(world.director)
token = services.make_token(actor=world.director, name="x", days=1, now=clock.now())
api = Client(headers={"Authorization": f"Bearer {token}"})
print(json.dumps({
    "list": client.get("/org/people/?phone_has=139").content.decode(),
    "export": client.get("/org/people/export/?as=csv").getvalue().decode(),
    "form": client.get(f"/org/people/{world.person('P4').pk}/edit/").content.decode(),
    "api": api.get("/api/v1/org/people?phone_has=139").content.decode(),
    "document": api.get("/api/v1/openapi.json").content.decode(),
    "catalogue": client.get("/metrics/").content.decode(),
    "metric": client.get("/metrics/revenue_per_customer/").content.decode(),
    "metrics": api.get("/api/v1/metrics").content.decode(),
}))
"""


@pytest.mark.database
def test_exercises_lead_where_they_say(tmp_path: Path, database_url: str) -> None:
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    steps = STEP.findall((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    assert len(steps) == 3
    for file, anchor, code in steps:
        path = tmp_path / file
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        places = [number for number, line in enumerate(lines) if line.strip() == anchor]
        assert places, (file, anchor)
        lines.insert(places[0] + 1, code)
        path.write_text("".join(lines), encoding="utf-8")
    name = f"exercise_{os.getpid()}"
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    try:
        before, mark, after = database_url.partition("?")
        address = f"{before.rpartition('/')[0]}/{name}{mark}{after}"
        environment = {
            **os.environ,
            "DATABASE_URL": address,
            "DJANGO_SETTINGS_MODULE": "yunchou.site.settings",
            "PYTHONPATH": os.pathsep.join([str(tmp_path / "src"), str(ROOT)]),
        }
        done = subprocess.run([sys.executable, "-c", LOOK], env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        seen = json.loads(done.stdout.splitlines()[-1])
    finally:
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    assert "1 人" in seen["list"]
    assert "13900000000" in seen["list"]
    assert "手机" in seen["export"].splitlines()[0]
    assert 'name="phone" value="13900000000"' in seen["form"]
    assert [row["phone"] for row in json.loads(seen["api"])["rows"]] == ["13900000000"]
    assert "phone_has" in seen["document"]
    assert "单客收入" in seen["catalogue"]
    assert "单客收入" in seen["metric"]
    assert "revenue_per_customer" in {one["code"] for one in json.loads(seen["metrics"])}
