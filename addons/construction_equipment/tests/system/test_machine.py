# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Over real HTTP: a machine that is sent is found by who sees the fleet, and not by who does not."""

from wire import Sender, event, wait_for

MODEL, KIND = "maintenance.equipment", "master.equipment.upserted"


def test_a_machine_that_is_sent_is_found(stack):
    sent = event(KIND, data={"name": "Excavator", "ownership": "rented", "make": "Volvo"})
    sent["data"]["equipment"] = sent["subject"]
    assert Sender(stack).post(sent).status == 202
    domain = [["equipment_number", "=", sent["subject"]]]
    names = ["ownership", "make", "construction_message_count"]
    manager = stack.client("equipment_manager")
    [machine] = wait_for(lambda: manager.call(MODEL, "search_read", domain, names), what="the machine")
    assert (machine["ownership"], machine["make"]) == ("rented", "Volvo")
    assert machine["construction_message_count"] == 1
    assert "cost" in manager.call(MODEL, "fields_get", ["cost"])
    assert stack.client("dispatcher").call(MODEL, "search_count", domain) == 1
    supervisor = stack.client("site_supervisor")
    assert supervisor.call(MODEL, "search_count", domain) == 0
    assert "cost" not in supervisor.call(MODEL, "fields_get", ["cost"])
