# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""README.rst of an addon, and how it is told that it is not of today."""

import pytest
import readme

WORDS = {"name": "Site Weather", "author": "A Firm, Another", "license": "AGPL-3"}


@pytest.fixture
def addon(tmp_path):
    home = tmp_path / "weather"
    (home / "readme").mkdir(parents=True)
    (home / "__manifest__.py").write_text(repr(WORDS))
    (home / "readme" / "DESCRIPTION.md").write_text("What was measured.\n")
    text = readme.compose(WORDS, {"DESCRIPTION": "What was measured.\n"})
    (home / "README.rst").write_text(text.replace("{digest}", readme.digest(home, text)))
    return home


def test_order_of_the_sections():
    names = ("CONTRIBUTORS", "USAGE", "CONFIGURE", "DESCRIPTION")
    lines = readme.compose(WORDS, {name: f"Text of {name}" for name in names}).splitlines()
    assert lines[:3] == ["============", "Site Weather", "============"]
    said = [
        line for line in lines if line.startswith("Text of ") or line in ("Configuration", "Usage", "Authors")
    ]
    assert said == [
        "Text of DESCRIPTION",
        "Configuration",
        "Text of CONFIGURE",
        "Usage",
        "Text of USAGE",
        "Authors",
        "Text of CONTRIBUTORS",
    ]
    assert "* Another" in lines


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        ("readme/DESCRIPTION.md", "What was felt.\n", "make format"),
        ("readme/USAGE.md", "Look at it.\n", "make format"),
        ("__manifest__.py", repr({**WORDS, "name": "Weather"}), "make format"),
        ("README.rst", "by hand", "changes of README.rst go to readme/"),
        ("README.rst", None, "README.rst is missing"),
        ("readme/DESCRIPTION.md", None, "readme/DESCRIPTION.md is missing"),
    ],
)
def test_what_has_changed_is_told(addon, capsys, path, text, said):
    assert readme.main([str(addon)]) == 0
    if text is None:
        (addon / path).unlink()
    elif text == "by hand":
        (addon / path).write_text((addon / path).read_text().replace("What was", "Whatever was"))
    else:
        (addon / path).write_text(text)
    assert readme.main([str(addon)]) == 1
    assert said in capsys.readouterr().out
