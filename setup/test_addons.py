"""The order and the hashes that templates are built by."""

import pytest

import addons


def test_dependencies_come_first():
    depends = {"report": ["ledger", "mail"], "ledger": ["base_jobs"], "base_jobs": ["project"], "hub": []}
    assert addons.ordered(depends, ["report"]) == ["base_jobs", "ledger", "report"]
    assert addons.ordered(depends, sorted(depends)) == ["base_jobs", "hub", "ledger", "report"]


def test_unknown_addon_and_circle_are_told():
    with pytest.raises(SystemExit, match="no addon typo"):
        addons.ordered({"hub": []}, ["typo"])
    with pytest.raises(SystemExit, match="a → b → a"):
        addons.ordered({"a": ["b"], "b": ["a"]}, ["a"])


def test_only_what_a_database_holds_changes_the_hash(tmp_path, monkeypatch):
    monkeypatch.setattr(addons, "ADDONS", tmp_path)
    (tmp_path / "hub" / "tests").mkdir(parents=True)
    (tmp_path / "hub" / "model.py").write_text("x = 1")
    before = addons.content_hash("hub")
    (tmp_path / "hub" / "tests" / "test_hub.py").write_text("pass")
    assert addons.content_hash("hub") == before
    (tmp_path / "hub" / "model.py").write_text("x = 2")
    assert addons.content_hash("hub") != before
