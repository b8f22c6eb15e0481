# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The first line of every Python file of this repository that holds something, after that of its interpreter.

    license_line.py FILE...            say which have another
    license_line.py --write FILE...    write it there

Scripts without an ending are told by their interpreter; what is no Python is left as it is.
"""

import pathlib
import re
import sys

LINE = "# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).\n"
INTERPRETER = re.compile(r"#!.*\n")


def with_line(name, text):
    """A file's text as it should be.

    >>> with_line("hub.py", "import odoo\\n") == LINE + "import odoo\\n"
    True
    >>> with_line("hub.py", ""), with_line("run", "#!/bin/sh\\n")
    ('', '#!/bin/sh\\n')
    >>> with_line("run", "#!/usr/bin/python3\\nprint()\\n") == "#!/usr/bin/python3\\n" + LINE + "print()\\n"
    True
    """
    found = INTERPRETER.match(text)
    first = found.group() if found else ""
    rest = text[len(first) :]
    if not (name.endswith(".py") or "python" in first) or not text.strip() or rest.startswith(LINE):
        return text
    return first + LINE + rest.replace(LINE, "", 1)


def main(arguments):
    write = arguments[:1] == ["--write"]
    other = []
    for path in map(pathlib.Path, arguments[write:]):
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        right = with_line(path.name, text)
        if right != text:
            other.append(path)
            if write:
                path.write_text(right)
    if other and not write:
        raise SystemExit("\n".join(f"{path}: no license line (make format writes it)" for path in other))


if __name__ == "__main__":
    main(sys.argv[1:])
