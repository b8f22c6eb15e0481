# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""README.rst of an addon, made of its readme/ as OCA's addons have it.

    readme.py HOME...            say which are not what would be made of their readme/ now; needs nothing
    readme.py --write HOME...    make those anew; needs setup/requirements-readme.txt

Odoo shows it on the module's page. It carries a digest of its sources and of itself: a check, which needs
no pandoc, sees it when either has been changed.
"""

import ast
import hashlib
import pathlib
import re
import sys

SECTIONS = {
    "CONTEXT": "Use Cases / Context",
    "INSTALL": "Installation",
    "CONFIGURE": "Configuration",
    "USAGE": "Usage",
    "DEVELOP": "Development",
    "ROADMAP": "Known issues / Roadmap",
    "HISTORY": "Changelog",
}
CREDITS = {"CONTRIBUTORS": "Contributors", "CREDITS": "Other credits"}
FRAGMENTS = ("DESCRIPTION", *SECTIONS, *CREDITS)
DIGEST = re.compile(r"^   digest: .*\n", re.M)
NOTICE = """..
   This file is made of readme/ by `make format`: what is changed here is lost.
   digest: {digest}
"""


def sources(home):
    """The manifest's words that stand in it, and the text of each fragment."""
    manifest = ast.literal_eval((home / "__manifest__.py").read_text())
    words = {name: manifest.get(name, "") for name in ("name", "author", "license")}
    paths = {name: home / "readme" / f"{name}.md" for name in FRAGMENTS}
    return words, {name: path.read_text() for name, path in paths.items() if path.exists()}


def digest(home, text):
    """Of what README.rst is made of, and of its text but for the digest itself."""
    made_of = repr(sources(home)) + DIGEST.sub("", text)
    return "sha256:" + hashlib.sha256(made_of.encode()).hexdigest()


def problem(home):
    """What is wrong with the README.rst of an addon, or None."""
    path = home / "README.rst"
    if not (home / "readme" / "DESCRIPTION.md").exists():
        return "readme/DESCRIPTION.md is missing: what is the addon for?"
    if not path.exists():
        return "README.rst is missing: make format"
    text = path.read_text()
    if f"   digest: {digest(home, text)}\n" not in text:
        return "README.rst is not made of today's readme/: make format (changes of README.rst go to readme/)"
    return None


def title(words, line, above=False):
    rule = line * len(words)
    return f"{rule}\n{words}\n{rule}\n" if above else f"{words}\n{rule}\n"


def compose(words, fragments):
    """The text of a README.rst.

    :param dict words: name, author and license of the manifest
    :param dict fragments: reStructuredText by the name of its file in readme/
    """
    parts = [title(words["name"], "=", above=True), NOTICE, fragments["DESCRIPTION"]]
    parts.append("**Table of contents**\n\n.. contents::\n   :local:\n")
    for name, heading in SECTIONS.items():
        if name in fragments:
            parts += [title(heading, "="), fragments[name]]
    authors = "".join(f"* {author.strip()}\n" for author in words["author"].split(","))
    parts += [title("Credits", "="), title("Authors", "-"), authors]
    for name, heading in CREDITS.items():
        if name in fragments:
            parts += [title(heading, "-"), fragments[name]]
    parts += [title("License", "-"), f"{words['license']}\n"]
    return "\n".join(part if part.endswith("\n") else part + "\n" for part in parts)


def write(home):
    import docutils.core
    import pypandoc

    words, texts = sources(home)
    options = ["--wrap=preserve", "--shift-heading-level-by=1"]
    fragments = {
        name: pypandoc.convert_text(text, "rst", format="gfm", extra_args=options).replace("\r\n", "\n")
        for name, text in texts.items()
    }
    text = compose(words, fragments)
    text = text.replace("{digest}", digest(home, text), 1)
    # a mistake in it ends here, and not on the page of the module
    settings = {"halt_level": 2, "file_insertion_enabled": False, "raw_enabled": False, "report_level": 5}
    docutils.core.publish_string(text, writer_name="html", settings_overrides=settings)
    (home / "README.rst").write_text(text)


def main(arguments):
    writing = arguments[:1] == ["--write"]
    wrong = {}
    for home in map(pathlib.Path, arguments[writing:]):
        said = problem(home)
        if said and writing and "make format" in said:
            write(home)
            said = problem(home)
        if said:
            wrong[home] = said
    for home, said in wrong.items():
        print(f"{home}: {said}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
