"""A server that ``make bench`` starts, and browsers that visit it."""

import http.client
import http.cookiejar
import json
import os
import re
import signal
import socket
import statistics
import subprocess
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def serving(place: Path, words: list[str], **environment: str) -> Iterator[tuple[int, float]]:
    """Start a server and wait for its first page; give the port and the seconds it took."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = {key: value for key, value in os.environ.items() if key not in {"VIRTUAL_ENV", "MAKEFLAGS", "MAKELEVEL", "DATABASE_URL"}}
    started = time.perf_counter()
    with (
        (place / "bench.log").open("wb") as log,
        subprocess.Popen(
            words,
            cwd=place,
            env={**kept, **environment, "PORT": str(port), "GRANIAN_PORT": str(port)},
            stdout=log,
            stderr=log,
            start_new_session=True,
        ) as process,
    ):
        try:
            while not answers(port):
                if process.poll() is not None or time.perf_counter() > started + 600:
                    raise RuntimeError(f"{' '.join(words)} does not serve\n{(place / 'bench.log').read_text(encoding='utf-8')[-2000:]}")
                time.sleep(0.05)
            yield port, time.perf_counter() - started
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGINT)
            process.wait(60)
            (place / "bench.log").unlink()


def answers(port: int) -> bool:
    """Tell whether the sign-in page comes, as the first page a person sees."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", "/sign-in/")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def crowd(port: int, address: str, *, clients: int, pages: int) -> float:
    """Let several browsers of the director load a page at once; return the 95th percentile in milliseconds."""
    walls: list[float] = []

    def browse() -> None:
        opener = signed_in(port)
        for _ in range(pages):
            started = time.perf_counter()
            opener.open(f"http://127.0.0.1:{port}{address}").read()
            walls.append(1000 * (time.perf_counter() - started))

    threads = [threading.Thread(target=browse) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(walls) < clients * pages:
        raise RuntimeError(f"{address}: only {len(walls)} of {clients * pages} answers came")
    return statistics.quantiles(walls, n=20)[-1]


def signed_in(port: int) -> urllib.request.OpenerDirector:
    """Return a browser that has signed in as the demo's director."""
    from yunchou.site.demo_accounts import PASSWORD  # noqa: PLC0415 - the rows without a site do without it

    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    address = f"http://127.0.0.1:{port}"
    form = opener.open(f"{address}/sign-in/").read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
    values = {"csrfmiddlewaretoken": token.group(1) if token else "", "login": "director", "password": PASSWORD}
    opener.open(f"{address}/sign-in/", urllib.parse.urlencode(values).encode()).read()
    return opener


def visit(port: int, pages: int) -> None:
    """Load the home page again and again."""
    opener, address = signed_in(port), f"http://127.0.0.1:{port}"
    for _ in range(pages):
        answer = opener.open(f"{address}/")
        if answer.geturl() != f"{address}/":
            raise RuntimeError(f"signed out: {answer.geturl()}")
        answer.read()


def web_processes(port: int) -> list[float]:
    """Return the largest resident memory, in MB, of each process that serves the port."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
            status = (process / "status").read_text(encoding="utf-8")
        except OSError:
            continue
        peak = re.search(r"VmHWM:\s+(\d+) kB", status)
        if b"granian" in words and str(port).encode() in words and peak:
            found.append(int(peak.group(1)) / 1024)
    return found


def database_of(home: Path) -> str:
    """Return the address of the embedded server that serves an installation."""
    sockets = json.loads((home / "var" / "postgres.lock").read_text(encoding="utf-8"))["sockets"]
    return f"postgresql://yunchou@/yunchou?host={urllib.parse.quote(sockets, safe='')}&port=5432"
