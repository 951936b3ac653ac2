"""The web process stays small: what only jobs and commands need is not loaded in it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = (
    "polars",
    "scipy",
    "statsforecast",
    "pandas",
    "numpy",
    "pyarrow",
    "xlsxwriter",
    "typst",
    "vl_convert",
    "python_calamine",
    "highspy",
)

CODE = rf"""
import re, sys
from pathlib import Path
from yunchou.site.wsgi import application
told = []
environ = dict(REQUEST_METHOD="GET", PATH_INFO="/sign-in/", SERVER_NAME="127.0.0.1", SERVER_PORT="80", HTTP_HOST="127.0.0.1")
environ.update({{"wsgi.url_scheme": "http", "wsgi.input": sys.stdin.buffer, "wsgi.errors": sys.stderr}})
b"".join(application(environ, lambda status, headers: told.append(status)))
import yunchou.site.views.home
peak = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]
print(told[0], sorted(set(sys.modules) & set({HEAVY!r})), int(peak) // 1024)
"""


@pytest.mark.database
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_web_process_serves_a_page_without_heavy_libraries_in_little_memory(database_url: str) -> None:
    environment = {**os.environ, "DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": "yunchou.site.settings"}
    done = subprocess.run([sys.executable, "-c", CODE], check=True, capture_output=True, text=True, env=environment)
    status, _, rest = done.stdout.strip().partition(" OK ")
    modules, megabytes = rest.rsplit(" ", 1)
    assert (status, modules) == ("200", "[]")
    assert int(megabytes) <= 250


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"ALLOWED_HOSTS": "sales.example"}, "SECRET_KEY"),
        ({"ALLOWED_HOSTS": "sales.example", "SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"YUNCHOU_LOG": "xml"}, "YUNCHOU_LOG"),
        ({"YUNCHOU_HTTPS": "perhaps"}, "YUNCHOU_HTTPS"),
    ],
)
def test_settings_that_cannot_be_served_stop_the_start(more: dict[str, str], said: str) -> None:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("SECRET_KEY")}
    done = subprocess.run(
        [sys.executable, "-c", "import yunchou.site.settings"], check=False, capture_output=True, text=True, env={**kept, **more}
    )
    assert done.returncode == 1
    assert said in done.stderr.splitlines()[-1]


def test_real_host_name_switches_on_everything_that_needs_https() -> None:
    code = (
        "import yunchou.site.settings as s; print(s.HTTPS, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT, "
        "s.SECURE_HSTS_SECONDS, s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME)"
    )
    environment = {**os.environ, "ALLOWED_HOSTS": "sales.example", "SECRET_KEY": "y" * 50}
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, env=environment).stdout.split()
    assert told == ["True", "True", "True", "True", "31536000", "__Host-yunchou", "__Host-csrf"]
