# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The demonstration's systems, as the addons declare them in `demo/sources.json`.

Each is a code with `types`, the events that it sends; the addon that brings it says `name`, `owner` (the role
that owns its work items) and `authorities`, the codes of systems whose keys it uses. Another addon that has
one of them send more says the code and its types.
"""

import json

ONCE = ("name", "owner")
LISTS = ("authorities", "types")


def merged(texts):
    """The systems of several files, those whose keys others use first.

    :param dict texts: {where it stands: content}
    :return: {code: {name, owner, authorities, types}}
    :raises SystemExit: with a sentence, for what is no declaration
    """
    found = {}
    for where, text in texts.items():
        for code, said in _read(where, text).items():
            system = found.setdefault(code, {name: [] for name in LISTS})
            for name in ONCE:
                if system.setdefault(name, said.get(name)) is None:
                    system[name] = said.get(name)
                elif said.get(name) not in (None, system[name]):
                    raise SystemExit(f"{where}: {code} has another {name}: {system[name]}")
            for name in LISTS:
                system[name] += [item for item in said.get(name, ()) if item not in system[name]]
    for code, system in found.items():
        missing = [name for name in ONCE if not system[name]]
        unknown = [name for name in system["authorities"] if name not in found]
        if missing or unknown:
            raise SystemExit(f"the system {code} " + _complaint(missing, unknown))
    return {code: found[code] for code in _in_order(found)}


def left(systems, known):
    """What is to be made yet where some systems were made before.

    :param systems: as ``merged`` gives them
    :param known: {code: {"types": those that it was made with, …}}
    :return: {code: the types that it lacks}, of the systems that are not there or lack some
    """
    lacking = {
        code: [name for name in system["types"] if name not in known.get(code, {}).get("types", ())]
        for code, system in systems.items()
    }
    return {code: types for code, types in lacking.items() if types or code not in known}


def _read(where, text):
    try:
        systems = json.loads(text)
    except ValueError as error:
        raise SystemExit(f"{where}: {error}") from error
    if not isinstance(systems, dict) or not all(isinstance(said, dict) for said in systems.values()):
        raise SystemExit(f"{where}: it must be codes, each with what is said of it")
    for code, said in systems.items():
        odd = sorted(said.keys() - {*ONCE, *LISTS})
        if odd:
            raise SystemExit(
                f"{where}: {code} has {', '.join(odd)}, and may have {', '.join((*ONCE, *LISTS))}"
            )
    return systems


def _complaint(missing, unknown):
    if missing:
        return f"has no {' and no '.join(missing)}: the addon that brings it says so in demo/sources.json"
    return f"uses the keys of {', '.join(unknown)}, which no addon brings"


def _in_order(systems):
    result = []

    def visit(code, path=()):
        if code in path:
            raise SystemExit("systems use one another's keys: " + " → ".join((*path, code)))
        for authority in systems[code]["authorities"]:
            visit(authority, (*path, code))
        if code not in result:
            result.append(code)

    for code in systems:
        visit(code)
    return result
