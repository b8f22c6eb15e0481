# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Over real HTTP: pages that come again, in other sizes and at once, are the same readings once."""

from concurrent.futures import ThreadPoolExecutor

from wire import Sender, event, wait_for

READING, KIND = "construction.equipment.reading", "equipment.readings.recorded"
SENT = 300


def page(provider, readings):
    sent = event(KIND)
    sent["data"] = {"provider": provider, "page": sent["subject"], "readings": readings}
    return sent


def test_pages_at_once_are_the_same_readings_once(stack):
    provider = event()["subject"]
    readings = [
        {
            "device": f"D-{number % 5}",
            "at": f"2026-03-{1 + number // 48:02}T{number // 2 % 24:02}:{number % 2 * 30:02}:00Z",
            "meter_hours": f"{5000 + number / 10}",
            "origin": "telematics",
        }
        for number in range(SENT)
    ]
    pages = [readings[start : start + size] for size in (100, 70, 45) for start in range(0, SENT, size)]
    sender = Sender(stack, "telematics")
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda part: sender.post(page(provider, part[::-1])), pages))
    assert {answer.status for answer in answers} == {202}
    manager = stack.client("equipment_manager")
    mine = [["device_id.provider", "=", provider]]
    messages = stack.client("integration_manager")
    behind = [["event_type_id.name", "=", KIND], ["state", "in", ["received", "retry"]]]
    wait_for(lambda: messages.call("construction.message", "search_count", behind) == 0, what="the pages")
    assert manager.call(READING, "search_count", mine) == SENT
    assert manager.call(READING, "search_count", [*mine, ["version", "!=", 1]]) == 0
    odd = manager.call(
        "construction.equipment.anomaly", "search_read", [["provider", "=", provider]], ["kind"]
    )
    assert {row["kind"] for row in odd} == {"unassigned"}
    bad = [["event_type_id.name", "=", KIND], ["state", "!=", "done"]]
    assert messages.call("construction.message", "search_count", bad) == 0
    assert stack.client("site_supervisor").call("maintenance.equipment", "search_count", []) == 0
