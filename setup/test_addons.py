# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
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


def test_only_what_a_database_holds_changes_the_hash(tmp_path):
    (tmp_path / "hub" / "tests").mkdir(parents=True)
    (tmp_path / "hub" / "model.py").write_text("x = 1")
    before = addons.content_hash(tmp_path / "hub")
    (tmp_path / "hub" / "tests" / "test_hub.py").write_text("pass")
    assert addons.content_hash(tmp_path / "hub") == before
    (tmp_path / "hub" / "model.py").write_text("x = 2")
    assert addons.content_hash(tmp_path / "hub") != before


def test_a_second_folder_is_looked_into(tmp_path, monkeypatch):
    for folder, name in (("ours", "hub"), ("theirs", "weather"), ("theirs", "not_ready")):
        home = tmp_path / folder / name
        home.mkdir(parents=True)
        (home / "__manifest__.py").write_text(str({"depends": ["hub"], "installable": name != "not_ready"}))
    monkeypatch.setattr(addons, "ADDONS", tmp_path / "ours")
    monkeypatch.delenv("EXTRA_ADDONS", raising=False)
    assert list(addons.homes()) == ["hub"]
    monkeypatch.setenv("EXTRA_ADDONS", str(tmp_path / "ours"))
    assert list(addons.homes()) == ["hub"]
    monkeypatch.setenv("EXTRA_ADDONS", str(tmp_path / "theirs"))
    assert addons.homes() == {
        "hub": tmp_path / "ours" / "hub",
        "weather": tmp_path / "theirs" / "weather",
    }
    monkeypatch.setenv("EXTRA_ADDONS", str(tmp_path / "theirs" / "weather"))
    with pytest.raises(SystemExit, match="weather is an addon itself: EXTRA_ADDONS=.*/theirs is the folder"):
        addons.homes()
    monkeypatch.setenv("EXTRA_ADDONS", str(tmp_path / "theirs"))
    (tmp_path / "theirs" / "hub").mkdir()
    (tmp_path / "theirs" / "hub" / "__manifest__.py").write_text("{}")
    with pytest.raises(SystemExit, match="two addons hub"):
        addons.homes()
