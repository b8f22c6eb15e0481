# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Over real HTTP: an event that is sent ends as a record that a person finds."""

import pytest
from wire import Sender, event, wait_for

MODEL, KIND = "construction.site.note", "site.note.written"


@pytest.fixture
def job(stack):
    """A job that the master data's system has sent."""
    sent = event("master.job.upserted", data={"name": "Harbour", "status": "active"})
    sent["data"]["job"] = sent["subject"]
    assert Sender(stack).post(sent).status == 202
    return sent["subject"]


def test_what_is_sent_is_found(stack, job):
    data = {"job": job, "happened_at": "2026-03-02", "description": "As seen"}
    sent = event(KIND, data=data)
    data["note"] = sent["subject"]
    sender = Sender(stack, "site")
    assert sender.post(sent).status == 202
    buyer = stack.client("buyer")

    def found():
        domain = [["name", "=", sent["subject"]]]
        return buyer.call(MODEL, "search_read", domain, ["description", "construction_message_count"])

    [record] = wait_for(found, what="the record")
    assert record["description"] == "As seen"
    assert record["construction_message_count"] == 1
    again = sender.post(sent)
    assert again.status == 202
    assert "duplicate" in again.text
    assert len(found()) == 1
