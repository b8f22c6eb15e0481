# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Lists of documents left behind were closed while changes of orders still waited: they end with these."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    if version:
        open_again(api.Environment(cr, SUPERUSER_ID, {}))


def open_again(env):
    """Open lists whose changes wait, and have those asked about anew whose changes were not made.

    Figures do not change.
    """
    lines = env["construction.recode.line"].search(
        [
            ("outcome", "=", "waiting"),
            ("change_id", "=", False),
            ("recode_id.state", "=", "recoded"),
            ("document_model", "=", "purchase.order"),
        ],
        order="id",
    )
    for recode, waiting in lines.grouped("recode_id").items():
        same = [(name, "=", recode[name]) for name in ("res_model", "kind", "key")]
        same += [("company_id", "=", recode.company_id.id), ("source_id", "=", recode.source_id.id)]
        if recode.search_count([*same, ("state", "=", "open")], limit=1):
            # what is left of it is asked about by the later one
            continue
        recode.state = "open"
        recode.flush_recordset()
        for line in waiting:
            line.change_id = _change_of(line)
        for change in waiting.change_id:
            if change.state == "approved":
                waiting._change_ended(change)
            elif change.state != "pending":
                why = change.answer or change.state
                waiting._change_ended(
                    change, env._("%(change)s was not made: %(why)s", change=change.name, why=why)
                )
        lost = waiting.filtered(lambda line: not line.change_id)
        if lost:
            lost.outcome = "open"
            recode._tell()


def _change_of(line):
    """The change that a line waits for, which its note begins with."""
    changes = line.env["construction.order.change"].search(
        [("order_id", "=", line.document_id), ("origin", "=", "hand")], order="id desc"
    )
    return changes.filtered(lambda change: (line.note or "").startswith(f"{change.name}:"))[:1]
