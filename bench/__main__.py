"""The measuring side of `make bench`; setup/bench prepares and starts what it measures."""

import argparse
import json
import pathlib

from .accept import Accept


def main():
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("info", type=pathlib.Path, help="what runs where: JSON")
    parser.add_argument("--requests", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--runner", choices=("off", "on"), default="off")
    options = parser.parse_args()
    info = json.loads(options.info.read_text())
    accept = Accept(info, options.requests, options.rounds, options.connections).run()
    print(f"\nAccepting single events, 2 HTTP workers, job runner {options.runner}")
    print("\n".join(f"  {line}".rstrip() for line in accept.table()))


if __name__ == "__main__":
    main()
