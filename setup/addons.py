# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Print what to install on what: one line `addon content-hash` for each of our addons, dependencies first.

addons.py            all of them
addons.py NAME...    those and what they need of ours
"""

import ast
import hashlib
import os
import pathlib
import sys

ADDONS = pathlib.Path(__file__).resolve().parent.parent / "addons"
# What does not change a database: a change there needs no new template.
OUTSIDE_DATABASE = {"tests", "readme", "README.rst", "static", "__pycache__"}


def homes():
    """Folder of each addon by its name: those of this repository, and of a second folder (EXTRA_ADDONS)."""
    result = {}
    extra = pathlib.Path(os.environ.get("EXTRA_ADDONS") or ADDONS).resolve()
    if (extra / "__manifest__.py").exists():
        raise SystemExit(
            f"{extra} is an addon itself: EXTRA_ADDONS={extra.parent} is the folder that it lies in"
        )
    folders = [ADDONS, extra]
    for path in sorted(
        path for folder in dict.fromkeys(folders) for path in folder.glob("*/__manifest__.py")
    ):
        name = path.parent.name
        if name in result:
            raise SystemExit(
                f"there are two addons {name}: in {result[name].parent} and in {path.parent.parent}"
            )
        if ast.literal_eval(path.read_text()).get("installable", True):
            result[name] = path.parent
    return result


def depends(home):
    return ast.literal_eval((home / "__manifest__.py").read_text()).get("depends", [])


def ordered(depends, wanted):
    """Names of `wanted` and everything of ours they need, dependencies first."""
    result = []

    def visit(name, path=()):
        if name in path:
            raise SystemExit("addons depend on one another: " + " → ".join((*path, name)))
        for dependency in sorted(depends.get(name, ())):
            if dependency in depends:
                visit(dependency, (*path, name))
        if name not in result:
            result.append(name)

    for name in wanted:
        if name not in depends:
            raise SystemExit(f"there is no addon {name} (there are: {', '.join(depends) or 'none'})")
        visit(name)
    return result


def content_hash(home):
    digest = hashlib.sha256()
    for path in sorted(home.rglob("*")):
        relative = path.relative_to(home)
        if path.is_file() and not OUTSIDE_DATABASE & set(relative.parts) and path.suffix != ".pyc":
            digest.update(f"{relative}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def main(arguments):
    found = homes()
    needs = {name: depends(home) for name, home in found.items()}
    for name in ordered(needs, arguments or sorted(needs)):
        print(name, content_hash(found[name]))


if __name__ == "__main__":
    main(sys.argv[1:])
