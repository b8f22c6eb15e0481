# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The measuring side of `make bench`; setup/bench prepares and starts what it measures."""

import argparse
import json
import pathlib

from . import overhead
from .accept import Accept


def show(title, *tables):
    print(f"\n{title}\n")
    for lines in tables:
        print("\n".join(f"  {line}".rstrip() for line in lines), end="\n\n")


def main():
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("what", choices=("accept", "overhead"))
    parser.add_argument("path", type=pathlib.Path, help="what runs where, or where results lie")
    parser.add_argument("--requests", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--waits", action="store_true", help="clients wait until the server closes")
    parser.add_argument("--title", default="")
    options = parser.parse_args()
    if options.what == "overhead":
        show(
            "Hub and ledger beside the same calls by hand, one process",
            *(overhead.table(options.path, options.rounds, way) for way in overhead.WAYS),
            overhead.where(options.path),
        )
        return
    info = json.loads(options.path.read_text())
    accept = Accept(info, options.requests, options.rounds, options.connections, options.waits).run()
    show(f"Accepting single events, 2 HTTP workers, {options.title}", accept.table())


if __name__ == "__main__":
    main()
