# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What hub and ledger add to the same ORM calls by hand, from the results of the rounds.

By hand receipts are validated and bills posted singly, or all of a batch at once, as the hub does.
"""

import json
import statistics

GOAL = 1.15
PHASES = {
    "orders": "orders, created and confirmed",
    "receipts": "receipts, validated",
    "bills": "bills, created and posted",
}
WAYS = {"hand": "by hand, singly", "together": "by hand, at once"}


def table(folder, rounds, way):
    """The hub beside one of WAYS by hand."""
    hand = [read(folder / f"{way}-{number + 1}.json") for number in range(rounds)]
    hub = [read(folder / f"hub-{number + 1}.json") for number in range(rounds)]
    yield f"{'':32}{WAYS[way]:>19}{'by the hub':>19}{'':9}ratio by CPU"
    yield f"{'':32}{'clock':>9}{'CPU':>10}{'clock':>9}{'CPU':>10}{'clock':>8}{'CPU':>7}{'goal':>7}"
    for name, label in PHASES.items():
        clock, cpu = (
            [b["phases"][name][key] / a["phases"][name][key] for a, b in zip(hand, hub, strict=True)]
            for key in ("wall", "cpu")
        )
        reached = "reached" if statistics.median(cpu) <= GOAL else "not reached"
        yield (
            f"{label:32}{each(hand, name, 'wall'):>6.0f} ms{each(hand, name, 'cpu'):>7.0f} ms"
            f"{each(hub, name, 'wall'):>6.0f} ms{each(hub, name, 'cpu'):>7.0f} ms"
            f"{statistics.median(clock):>8.2f}{statistics.median(cpu):>7.2f}{GOAL:>7.2f}  {reached}, "
            f"{min(cpu):.2f} to {max(cpu):.2f}"
        )
    count = hand[0]["phases"]["orders"]["count"]
    yield ""
    yield f"{rounds} rounds of {count} documents of 4 lines in one batch; times are a document's."


def where(folder):
    """The profiled run, of all three phases."""
    digest = read(folder / "profile.json")["profile"]
    total = sum(digest["parts"].values())
    yield "Own time by part:"
    for name, seconds in sorted(digest["parts"].items(), key=lambda item: -item[1]):
        yield f"  {name:32}{seconds / total * 100:5.1f} %"
    yield "Our dearest methods, with all that they call:"
    for seconds, calls, place in digest["methods"]:
        yield f"  {seconds / total * 100:5.1f} %{calls:>7} × {place}"


def each(results, name, key):
    """Milliseconds a document, median of the rounds."""
    phases = [result["phases"][name] for result in results]
    return statistics.median(phase[key] / phase["count"] for phase in phases) * 1000


def read(path):
    return json.loads(path.read_text())
