"""Make ``.venv`` as requirements.lock says, or mend it; at once when it is right already.

Needs nothing but Python's standard library, and is written so that an old Python still says which one is needed.
Where packages come from is the machine's own business: pip's configuration and uv's variables are honoured.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - an old Python is told so, in one line
    sys.exit(
        "需要 Python 3.11 或更新（现在是 {0}.{1}）；请安装后用 make PYTHON=python3.11 … 指定"
        " · Python 3.11 or newer is needed (this is {0}.{1}); install it and name it: make PYTHON=python3.11 …".format(*sys.version_info)
    )

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "made-from"
LOCK = ROOT / "requirements.lock"


def wanted_stamp() -> str:
    """Return what a finished environment was made from; any difference makes it anew."""
    parts = [str(ROOT), str(Path(sys.executable).resolve()), sys.version]
    parts += [hashlib.sha256(path.read_bytes()).hexdigest() for path in (LOCK, ROOT / "pyproject.toml", Path(__file__))]
    return "\n".join(parts) + "\n"


def is_made() -> bool:
    """Say whether the environment is whole, of this folder and of this Python."""
    # The link is followed: a Python that was removed or moved leaves it hanging.
    return PYTHON.exists() and STAMP.is_file() and STAMP.read_text(encoding="utf-8") == wanted_stamp()


def can_be_mended() -> bool:
    """Say whether it was once finished, here and by this Python: then only the packages are brought up to date."""
    if not PYTHON.exists() or not STAMP.is_file():
        return False
    return STAMP.read_text(encoding="utf-8").splitlines()[:2] == wanted_stamp().splitlines()[:2]


def check_python() -> None:
    """Refuse a Python that cannot make environments; Debian packs that part apart."""
    try:
        import ensurepip  # noqa: F401, PLC0415 - its presence is the question
        import venv  # noqa: F401, PLC0415
    except ImportError:
        version = "{}.{}".format(*sys.version_info)
        sys.exit(
            f"这个 Python 不能建立环境：请先安装 python{version}-venv（Debian/Ubuntu：apt install python3-venv）"
            f" · this Python cannot make environments: install python{version}-venv first (Debian/Ubuntu: apt install python3-venv)"
        )


def run(words: "list[str]", **environment: str) -> None:
    """Run a program of the environment; its own words tell what went wrong."""
    done = subprocess.run(words, check=False, cwd=ROOT, env={**os.environ, **environment})
    if done.returncode:
        program = Path(words[0]).name
        sys.exit(
            f"环境没有建成（{program} 返回 {done.returncode}，原因见上）；改正后再运行一次即可"
            f" · the environment is not finished ({program} returned {done.returncode}, see above); mend that and run again"
        )


def uv_requirement() -> str:
    """Return the lock file's own entry for uv, with its hashes."""
    found = re.search(r"^uv==(?:.*\\\n)*.*$", LOCK.read_text(encoding="utf-8"), re.MULTILINE)
    if found is None:
        sys.exit("requirements.lock 里没有 uv，请运行 make lock · requirements.lock does not hold uv; run make lock")
    return found.group() + "\n"


def pip_settings() -> "dict[str, str]":
    """Return pip's own configuration: files and ``PIP_*``, the stronger last."""
    told = subprocess.run([PYTHON, "-m", "pip", "config", "list"], check=False, capture_output=True, text=True).stdout
    settings = {}
    # "install" is stronger than "global", and the environment (":env:") than both.
    for section in ("global", "install", ":env:"):
        for line in told.splitlines():
            name, _, value = line.partition("=")
            if name.startswith(section + "."):
                settings[name[len(section) + 1 :]] = " ".join(value.strip("'\"").replace("\\n", " ").split())
    return settings


def uv_environment(pip: "dict[str, str]", environment: "dict[str, str]") -> "dict[str, str]":
    """Return pip's configuration in uv's words; what is said to uv itself is left alone."""
    meant = {
        "UV_DEFAULT_INDEX": pip.get("index-url"),
        "UV_INDEX": pip.get("extra-index-url"),
        "UV_FIND_LINKS": pip.get("find-links", "").replace(" ", ","),
        "UV_NO_INDEX": "1" if pip.get("no-index", "").lower() in {"1", "true", "yes", "on"} else None,
        "UV_INSECURE_HOST": pip.get("trusted-host"),
        "UV_HTTP_TIMEOUT": pip.get("timeout", pip.get("default-timeout")),
        "SSL_CERT_FILE": pip.get("cert"),
        "ALL_PROXY": pip.get("proxy"),
        # pip looks at all places together; the hashes of the lock file make that safe for uv too.
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_PYTHON_DOWNLOADS": "never",
    }
    if any(name in environment for name in ("UV_DEFAULT_INDEX", "UV_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL")):
        meant["UV_DEFAULT_INDEX"] = meant["UV_INDEX"] = None
    return {name: value for name, value in meant.items() if value and name not in environment}


def has_module(name: str) -> bool:
    """Say whether the environment's Python finds a module."""
    words = [str(PYTHON), "-c", f"import importlib.util as u, sys; sys.exit(u.find_spec({name!r}) is None)"]
    return subprocess.run(words, check=False).returncode == 0


def make() -> None:
    """Make or mend the environment; the stamp comes last, so that a killed run is seen as such."""
    check_python()
    mended = can_be_mended()
    STAMP.unlink(missing_ok=True)
    if not mended:
        if VENV.is_symlink():
            VENV.unlink()
        elif VENV.exists():
            shutil.rmtree(VENV)
        print("正在建立 .venv · making .venv", file=sys.stderr)
        run([sys.executable, "-m", "venv", str(VENV)])
    if not has_module("pip"):
        run([str(PYTHON), "-m", "ensurepip", "--default-pip"])
    settings = uv_environment(pip_settings(), dict(os.environ))
    with tempfile.TemporaryDirectory() as folder:
        pinned = Path(folder) / "uv.txt"
        pinned.write_text(uv_requirement(), encoding="utf-8")
        quiet = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore"}
        run([str(PYTHON), "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps", "-r", str(pinned)], **quiet)
    uv = [str(VENV / "bin" / "uv"), "pip"]
    run([*uv, "sync", "--quiet", "--python", str(PYTHON), "--require-hashes", str(LOCK)], **settings)
    run([*uv, "install", "--quiet", "--python", str(PYTHON), "--no-deps", "--no-build-isolation", "--editable", "."], **settings)
    STAMP.write_text(wanted_stamp(), encoding="utf-8")


def main() -> None:
    """Make the environment unless it is made; two at once wait for each other."""
    if is_made():
        return
    try:
        (ROOT / "var").mkdir(exist_ok=True)
        with (ROOT / "var" / "env.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not is_made():
                make()
    except OSError as fault:
        sys.exit(f"不能写入 {fault.filename or ROOT}：{fault.strerror} · cannot write {fault.filename or ROOT}: {fault.strerror}")
    except KeyboardInterrupt:
        sys.exit("已中断，再运行一次会接着完成 · interrupted; the next run finishes it")


if __name__ == "__main__":
    main()
