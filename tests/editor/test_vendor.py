"""What is vendored is what was pinned: digests, versions and licences agree."""

from __future__ import annotations

import hashlib
import json

from tests.conftest import PROJECT

VENDOR = PROJECT / "src/weihai_kg/web/static/editor/vendor"
TOOL = PROJECT / "tools/codemirror"


def test_files_are_those_that_were_built():
    found = json.loads((VENDOR / "vendor.json").read_text())
    digests = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.iterdir() if path.name not in ("vendor.json", "README.md")
    }  # fmt: skip
    assert found["files"] == digests


def test_versions_are_those_that_are_pinned():
    packages = json.loads((VENDOR / "vendor.json").read_text())["packages"]
    lock = json.loads((TOOL / "package-lock.json").read_text())["packages"]
    pinned = json.loads((TOOL / "package.json").read_text())["dependencies"]
    licences = (VENDOR / "LICENSES.txt").read_text()
    assert set(pinned) <= {each["name"] for each in packages}
    for each in packages:
        assert lock[f"node_modules/{each['name']}"]["integrity"] == each["integrity"]
        assert each["version"] == pinned.get(each["name"], each["version"])
        assert each["licence"] == "MIT"
        assert f"{each['name']} {each['version']}\n" in licences


def test_bundle_asks_no_other_host_and_evaluates_no_text():
    text = (VENDOR / "codemirror.js").read_text()
    for forbidden in ("fetch(", "XMLHttpRequest", "eval(", "new Function", "importScripts"):
        assert forbidden not in text
