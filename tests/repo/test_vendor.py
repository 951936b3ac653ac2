"""The browser's files are the ones that were locked."""

import json
from pathlib import Path

import pytest
from tools import vendor


def test_vendored_files_are_the_locked_bytes() -> None:
    assert vendor.faults() == []


def test_every_package_is_locked_at_its_version_with_its_licence() -> None:
    locked = json.loads(vendor.LOCK.read_text(encoding="utf-8"))["packages"]
    assert {name: (entry["version"], entry["licence"]) for name, entry in locked.items()} == {
        package.name: (package.version, package.licence) for package in vendor.PACKAGES
    }


def test_faults_name_what_is_missing_foreign_and_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, lock = tmp_path / "vendor", tmp_path / "lock.json"
    folder.mkdir()
    (folder / "a.js").write_text("changed")
    (folder / "b.js").write_text("foreign")
    lock.write_text(json.dumps({"files": {"a.js": "0", "c.js": "0"}}))
    monkeypatch.setattr(vendor, "VENDOR", folder)
    monkeypatch.setattr(vendor, "LOCK", lock)
    assert vendor.faults() == ["c.js: missing", "b.js: not in the lock file", "a.js: not the locked bytes"]
