# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Add up the results of the test stages; the last line printed is `N passed, N failed, N skipped`."""

import collections
import json
import pathlib
import sys


def main(folder):
    folder = pathlib.Path(folder)
    total = collections.Counter()
    for path in sorted(folder.glob("*.started")):
        results = path.with_suffix(".json")
        if not results.exists():
            # what did not come to its end has failed, though no test of it says so
            total["failed"] += 1
            print(f"FAILED {path.stem}: it ended without results, see above")
            continue
        outcomes = json.loads(results.read_text())
        total.update(outcomes.values())
        for name, outcome in outcomes.items():
            if outcome == "failed":
                print(f"FAILED {path.stem}: {name}")
    print(", ".join(f"{total[outcome]} {outcome}" for outcome in ("passed", "failed", "skipped")))
    return 1 if total["failed"] or not total["passed"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
