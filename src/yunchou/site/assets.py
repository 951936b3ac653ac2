"""Static files under an address that changes with their content, so that browsers may keep them for a year."""

import hashlib
from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage


def _version(name: str) -> str:
    found = finders.find(name)
    if found is None:
        raise ValueError(f"no static file {name!r}")
    return hashlib.sha256(Path(found).read_bytes()).hexdigest()[:12]


class VersionedFiles(StaticFilesStorage):
    """Adds the first digits of the content's hash to each address; needs no collected copy of the files."""

    _known: ClassVar[dict[str, str]] = {}

    def url(self, name: str | None) -> str:
        """Return the address of a file; a name that does not exist is a fault of the template."""
        name = name or ""
        if settings.DEBUG or name not in self._known:
            self._known[name] = f"{super().url(name)}?v={_version(name)}"
        return self._known[name]
