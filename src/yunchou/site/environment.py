"""Reading the environment loudly: a value that cannot be read stops the start with one sentence."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def env_text(name: str, default: str) -> str:
    """Return a variable's text, or the default where it is absent."""
    return os.environ.get(name, default)


def env_bool(name: str, *, default: bool) -> bool:
    """Return a variable that is true or false; anything else is refused."""
    raw = os.environ.get(name)
    if raw is None:
        return default
    known = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False, "": False}
    if raw.lower() not in known:
        raise ImproperlyConfigured(f"{name}={raw!r}: write true or false")
    return known[raw.lower()]


def env_list(name: str, default: list[str]) -> list[str]:
    """Return a comma-separated variable as a list."""
    raw = os.environ.get(name)
    return default if raw is None else [part.strip() for part in raw.split(",") if part.strip()]


def env_secret(name: str, default: str) -> str:
    """Return a secret from the variable itself or from the file that ``NAME_FILE`` names."""
    file = os.environ.get(f"{name}_FILE")
    if file is not None:
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except OSError as fault:
            raise ImproperlyConfigured(f"{name}_FILE={file}: {fault.strerror}") from fault
    return os.environ.get(name, default)
