# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who works in the demonstration, one a role: those of `people.json` here and of addons' `demo/people.json`.

Each says `name`, `function` (the position), `group` (that of the role) and `home`, the action that the day
begins with, both by their XML ids. The role is the login.
"""

import json

PARTS = {"name", "function", "group", "home"}


def merged(texts):
    """The people of several files.

    :param dict texts: {where it stands: content}
    :return: {role: {name, function, group, home}}
    :raises SystemExit: with a sentence, for what is no declaration
    """
    found = {}
    for where, text in texts.items():
        try:
            people = json.loads(text)
        except ValueError as error:
            raise SystemExit(f"{where}: {error}") from error
        for role, person in people.items():
            if role in found:
                raise SystemExit(f"{where}: {role} is {found[role]['name']} already")
            if person.keys() != PARTS:
                raise SystemExit(f"{where}: {role} must say {', '.join(sorted(PARTS))}")
            found[role] = person
    return found
