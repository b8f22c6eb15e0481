"""Add up the results of the test stages; the last line printed is `N passed, N failed, N skipped`."""

import pathlib
import sys
import xml.etree.ElementTree as ElementTree


def main(folder):
    total = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
    broken = []
    for path in sorted(pathlib.Path(folder).glob("*.xml")):
        for suite in ElementTree.parse(path).getroot().iter("testsuite"):
            for key in total:
                total[key] += int(suite.get(key, 0))
            for case in suite.iter("testcase"):
                if case.find("failure") is not None or case.find("error") is not None:
                    broken.append(f"{path.stem}: {case.get('classname')}.{case.get('name')}")
    ended = {path.stem for path in pathlib.Path(folder).glob("*.xml")}
    silent = sorted(path.stem for path in pathlib.Path(folder).glob("*.started") if path.stem not in ended)
    # what did not come to its end has failed, though no test of it says so
    broken += [f"{stage}: it ended without results, see above" for stage in silent]
    failed = total["failures"] + total["errors"]
    passed = total["tests"] - failed - total["skipped"]
    failed += len(silent)
    for line in broken:
        print(f"FAILED {line}")
    print(f"{passed} passed, {failed} failed, {total['skipped']} skipped")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
