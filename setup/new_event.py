# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Begin an addon for an event of a new domain: a copy of the example, under names of its own.

new_event.py TYPE [--addon NAME] [--model NAME] [--folder FOLDER]

TYPE is the event's name, such as site.weather.recorded: where it comes from, what it is about, what happened.
"""

import argparse
import ast
import dataclasses
import keyword
import os
import pathlib
import re
import sys
import textwrap

ROOT = pathlib.Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "examples" / "construction_site_diary"
TYPE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){2,3}")
ADDON = re.compile(r"[a-z][a-z0-9_]*")
MODEL = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
# what every event of the example says beside its own key
TAKEN = {"job", "description", "revision", "date", "name", "happened_at", "reported_by"}
# systems of the demonstration that other addons bring
SYSTEMS = {"master", "field", "suppliers"}
# what a line of Python may have (setup/lint)
WIDTH = 110
# how handlers say which kinds of keys there are
KINDS, KIND = "MODELS", {"_document_kind", "_master_kind"}
# belongs to the example only
LEFT_OUT = {"README.rst"}


class NotPossible(Exception):
    """Why nothing was made, in a sentence."""


@dataclasses.dataclass(frozen=True)
class Names:
    """What the parts of one addon are called.

    >>> Names.of("site.weather.recorded").addon
    'construction_site_weather'
    >>> Names.of("site.weather.recorded").model
    'construction.site.weather'
    >>> Names.of("plant.fuel_delivery.booked").words
    'plant fuel delivery'
    >>> scale = Names.of("site.load.weighed", model="construction.weighbridge.ticket")
    >>> scale.words, scale.noun, scale.addon
    ('weighbridge ticket', 'ticket', 'construction_site_load')
    """

    type: str
    addon: str
    model: str

    @classmethod
    def of(cls, type_, addon=None, model=None):
        """:raises NotPossible: for a name that Odoo or the hub would not take"""
        if not TYPE.fullmatch(type_):
            raise NotPossible(
                f"{type_!r} is no event type: three or four words with dots between, such as "
                "site.weather.recorded, of small letters, digits and _."
            )
        about = type_.split(".")[:-1]
        addon = addon or "_".join(["construction", *about])
        model = model or ".".join(["construction", *about])
        if not ADDON.fullmatch(addon):
            raise NotPossible(f"{addon!r} is no name of an addon: small letters, digits and _.")
        if not MODEL.fullmatch(model):
            raise NotPossible(f"{model!r} is no name of a model: words of small letters with dots between.")
        noun = model.split(".")[-1]
        if noun in TAKEN or keyword.iskeyword(noun):
            raise NotPossible(
                f"{noun!r} cannot be what an event is about: it would be a field that each has already. "
                "Give another name of the model with MODEL=…."
            )
        return cls(type_, addon, model)

    @property
    def noun(self):
        """Its key in the event and its kind in the crosswalk."""
        return self.model.split(".")[-1]

    @property
    def verb(self):
        return self.type.split(".")[-1]

    @property
    def words(self):
        """What a person reads."""
        return self.short.replace("_", " ")

    @property
    def table(self):
        return self.model.replace(".", "_")

    @property
    def short(self):
        """What ids and files of the addon are called by: the model without the suite's word."""
        return self.table.removeprefix("construction_")

    @property
    def system(self):
        """The code of the demonstration's system that sends it."""
        first = self.type.split(".")[0]
        return f"{first}_events" if first in SYSTEMS else first

    @property
    def handler(self):
        return self.type.replace(".", "_")

    def replacements(self):
        """What stands for what in the example's texts, the longest first: (of this, words)."""
        words = self.words
        return [
            self.type,
            self.addon,
            camel(self.handler),
            f"Construction{camel(self.short)}",
            f"Test{camel(self.short)}",
            self.handler,
            self.table,
            self.table.replace("_", "-"),
            self.model,
            self.short,
            f"Construction {camel(self.addon.removeprefix('construction_'), ' ')}",
            plural(self.table.replace("_", "-")),
            *(plural(name) for name in (words.title(), words.capitalize(), words)),
            *(words.title(), words.capitalize(), words),
            f'"{self.noun}"',
            f'"{self.system}"',
            f"{camel(self.system, ' ')} System",
            self.verb,
        ]


def camel(name, between=""):
    """
    >>> camel("site_note_written"), camel("site_diary", " ")
    ('SiteNoteWritten', 'Site Diary')
    """
    return between.join(word.capitalize() for word in name.split("_"))


def plural(words):
    """
    >>> plural("Site Note"), plural("fuel delivery"), plural("survey"), plural("crew class")
    ('Site Notes', 'fuel deliveries', 'surveys', 'crew classes')
    """
    if words.endswith("y") and words[-2:-1] not in tuple("aeiou"):
        return f"{words[:-1]}ies"
    return f"{words}es" if words.endswith(("s", "x", "ch", "sh")) else f"{words}s"


OURS = Names("site.note.written", "construction_site_diary", "construction.site.note")


def renamed(text, names):
    """A text of the example as it stands in another addon."""
    pairs = dict(zip(OURS.replacements(), names.replacements(), strict=True))
    found = re.compile("|".join(re.escape(word) for word in sorted(pairs, key=len, reverse=True)))
    return found.sub(lambda match: pairs[match.group()], text)


def wrapped(text):
    """Python whose docstrings and comments fit the line, however long the names in them are."""
    lines, result = text.split("\n"), []
    said = {
        number
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        for number in range(node.lineno, node.end_lineno + 1)
    }
    for number, line in enumerate(lines, 1):
        words = line.strip()
        if len(line) <= WIDTH or not (number in said or words.startswith("# ")):
            result.append(line)
            continue
        margin = line[: len(line) - len(line.lstrip())]
        mark = "# " if words.startswith("# ") else ""
        whole = words.startswith('"""') and words.endswith('"""') and len(words) > 3
        parts = textwrap.wrap(
            words.removesuffix('"""') if whole else words,
            WIDTH - len(margin),
            subsequent_indent=mark,
            break_long_words=False,
            break_on_hyphens=False,
        )
        result += [margin + part for part in parts] + ([f'{margin}"""'] if whole else [])
    return "\n".join(result)


# ---- what is taken already ---------------------------------------------------------------


def homes_in(*folders):
    """The addons in some folders: {name: folder}."""
    return {path.parent.name: path.parent for folder in folders for path in folder.glob("*/__manifest__.py")}


def odoo_addons():
    """The folders of Odoo's own addons, as far as Odoo is there already."""
    library = os.environ.get("ODOO_LIBRARY")
    return [path for path in pathlib.Path(library or os.devnull).glob("odoo/addons") if path.is_dir()]


def kinds_of(home):
    """The kinds of keys that the handlers of an addon declare."""
    found = set()
    for path in home.glob("handlers/*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
                continue
            name, value = node.targets[0].id, node.value
            if name == KINDS and isinstance(value, ast.Dict):
                found |= {key.value for key in value.keys if isinstance(key, ast.Constant)}
            elif name in KIND and isinstance(value, ast.Constant) and value.value:
                found.add(value.value)
    return found


def models_of(home):
    """The models that an addon has, by the lines that name them."""
    named = re.compile(r"""^\s+_name\s*=\s*["']([a-z0-9_.]+)["']""", re.MULTILINE)
    return {
        name
        for path in home.rglob("*.py")
        if "tests" not in path.relative_to(home).parts
        for name in named.findall(path.read_text(errors="replace"))
    }


def check_free(names, folder):
    """:raises NotPossible: where the suite, Odoo or an addon beside has something of these names already"""
    ours = homes_in(ROOT / "addons", folder)
    odoo = homes_in(*odoo_addons())
    if names.addon in ours or names.addon in odoo or names.addon == "base":
        whose = "Odoo's own" if names.addon not in ours else "there already"
        raise NotPossible(f"the addon {names.addon!r} is {whose}: give another name with ADDON=….")
    for name, home in ours.items():
        if list(home.glob(f"schemas/{names.type}.v*.json")):
            raise NotPossible(f"the event {names.type} is there already, in {name}: give yours another name.")
        if names.noun in kinds_of(home):
            raise NotPossible(
                f"{names.noun!r} is a kind of key already, in {name}: a key of yours would mean a record of "
                "that kind. Give another name of the model with MODEL=…, such as "
                f"construction.{names.system}.{names.noun}_{names.verb}."
            )
    for name, home in {**odoo, **ours}.items():
        if names.model in models_of(home):
            raise NotPossible(
                f"the model {names.model} is there already, in {name}: name yours with MODEL=…."
            )


def make(names, folder):
    """Write the addon into a folder of addons.

    :raises NotPossible: where one of that name is there
    """
    home = folder / names.addon
    if home.exists():
        raise NotPossible(f"{home} is there already: give another name with ADDON=…, or remove it first.")
    for path in sorted(EXAMPLE.rglob("*")):
        inside = path.relative_to(EXAMPLE)
        if not path.is_file() or "__pycache__" in inside.parts or inside.name in LEFT_OUT:
            continue
        target = home / renamed(str(inside), names)
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".png":
            target.write_bytes(path.read_bytes())
        else:
            text = renamed(path.read_text(), names)
            target.write_text(wrapped(text) if path.suffix == ".py" else text)


def ignore_leftovers(folder):
    """Have git pass over what Python leaves in a folder of addons that says nothing of it."""
    ignored = folder / ".gitignore"
    if ROOT not in (folder, *folder.parents) and not ignored.exists():
        ignored.write_text("__pycache__/\n*.py[co]\n")


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("type", help="such as site.weather.recorded")
    parser.add_argument("--addon", help="default: construction_ and all but the last word of TYPE")
    parser.add_argument(
        "--model", help="default: construction. and all but the last word of TYPE; texts and key follow it"
    )
    folder = os.environ.get("EXTRA_ADDONS") or ROOT / "addons"
    parser.add_argument("--folder", type=pathlib.Path, default=pathlib.Path(folder))
    asked = parser.parse_args(arguments)
    try:
        names = Names.of(asked.type, asked.addon, asked.model)
        if not asked.folder.is_dir():
            raise NotPossible(f"there is no folder {asked.folder}: make it first.")
        check_free(names, asked.folder.resolve())
        make(names, asked.folder.resolve())
        ignore_leftovers(asked.folder.resolve())
    except NotPossible as error:
        raise SystemExit(f"Nothing was made: {error}") from error
    print(f"Made: {asked.folder / names.addon}")


if __name__ == "__main__":
    main(sys.argv[1:])
