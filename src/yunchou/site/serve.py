"""``make run``: database, migrations, demo company and web server in one program that stops them all.

Each part is a process of its own, so that this one stays small; none of them outlives it.
"""

import argparse
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence

from yunchou.calc.errors import Refusal
from yunchou.site.installation import database
from yunchou.site.port import HOST, complaint
from yunchou.site.processes import end_with_parent, interruptible, stop, with_us

_STOPPING = ((signal.SIGTERM, 8.0), (signal.SIGKILL, 5.0))
_PATIENCE_SECONDS = 60.0


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until interrupted; return 0 after Ctrl-C, 2 when it cannot start, 1 when the server falls."""
    parser = argparse.ArgumentParser(prog="python -m yunchou.site.serve", description="serve Yunchou on 127.0.0.1:$PORT")
    parser.add_argument("--until-parent-ends", action="store_true", help="also stop when the program that started this one is gone")
    if parser.parse_args(argv).until_parent_ends:
        end_with_parent()
    port = os.environ.get("PORT") or "8000"
    said = complaint(port)
    if said is not None:
        print(said, file=sys.stderr)
        return 2
    with interruptible():
        try:
            # A company's own database never gets the demo company unasked.
            demo = {} if os.environ.get("DATABASE_URL") else {"YUNCHOU_DEMO": os.environ.get("YUNCHOU_DEMO", "s")}
            with database() as given:
                return _run({**os.environ, **demo, **given}, int(port))
        except Refusal as refusal:
            print(f"{refusal.text.zh} · {refusal.text.en}", file=sys.stderr)
            return 2
        except KeyboardInterrupt:
            print("\n已停止 · stopped", file=sys.stderr)
            return 0


def _run(environment: Mapping[str, str], port: int) -> int:
    told = _prepared(environment)
    if told is None:
        return 2
    words = [sys.executable, "-m", "granian", "yunchou.site.wsgi:application", "--interface", "wsgi", "--host", HOST, "--port", str(port)]
    words += [
        "--workers",
        "1",
        "--blocking-threads",
        "4",
        "--backpressure",
        "64",
        "--no-ws",
        "--log-level",
        "warning",
        "--workers-kill-timeout",
        "5",
    ]
    server = subprocess.Popen(with_us(words), env=environment, stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        if not _answers(server, port):
            print("网页服务没有启动，原因见上 · the web server did not start, see above", file=sys.stderr)
            return 1
        print(f"\n运筹已启动，Ctrl-C 停止 · Yunchou is running, Ctrl-C stops it\n\n    http://{HOST}:{port}\n\n{told}", flush=True)
        server.wait()
        print("网页服务意外退出 · the web server ended by itself", file=sys.stderr)
        return 1
    finally:
        stop(server, _STOPPING)


def _prepared(environment: Mapping[str, str]) -> str | None:
    """Migrate and load the demo; return what people should read, or None when that failed."""
    words = with_us([sys.executable, "-m", "yunchou.site.prepare"])
    process = subprocess.Popen(words, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, start_new_session=True)
    try:
        told, _ = process.communicate()
    finally:
        stop(process, _STOPPING)
    return told.decode(errors="replace") if process.returncode == 0 else None


def _answers(server: "subprocess.Popen[bytes]", port: int) -> bool:
    """Wait until the server answers; False when it ends instead."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while server.poll() is None and time.monotonic() < until:
        connection = http.client.HTTPConnection(HOST, port, timeout=_PATIENCE_SECONDS)
        try:
            connection.request("GET", "/livez")
            if connection.getresponse().status == http.client.OK:
                return True
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)
        finally:
            connection.close()
    return False


if __name__ == "__main__":
    raise SystemExit(main())
