"""Print what to install on what: one line `addon content-hash` for each of our addons, dependencies first.

addons.py            all of them
addons.py NAME...    those and what they need of ours
"""

import ast
import hashlib
import pathlib
import sys

ADDONS = pathlib.Path(__file__).resolve().parent.parent / "addons"
# What does not change a database: a change there needs no new template.
OUTSIDE_DATABASE = {"tests", "readme", "static", "__pycache__"}


def manifests():
    for path in sorted(ADDONS.glob("*/__manifest__.py")):
        manifest = ast.literal_eval(path.read_text())
        if manifest.get("installable", True):
            yield path.parent.name, manifest.get("depends", [])


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
            raise SystemExit(f"no addon {name} in addons/ (there: {', '.join(depends) or 'none'})")
        visit(name)
    return result


def content_hash(name):
    digest = hashlib.sha256()
    for path in sorted((ADDONS / name).rglob("*")):
        relative = path.relative_to(ADDONS / name)
        if path.is_file() and not OUTSIDE_DATABASE & set(relative.parts) and path.suffix != ".pyc":
            digest.update(f"{relative}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def main(arguments):
    depends = dict(manifests())
    for name in ordered(depends, arguments or sorted(depends)):
        print(name, content_hash(name))


if __name__ == "__main__":
    main(sys.argv[1:])
