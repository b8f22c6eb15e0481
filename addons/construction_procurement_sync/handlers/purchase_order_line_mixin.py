# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import Counter

from odoo import models

from odoo.addons.construction_base.lib.decimals import denoised
from odoo.addons.construction_base.models.construction_coding_mixin import JOB
from odoo.addons.construction_base.models.construction_left_behind_mixin import CODED
from odoo.addons.construction_sync.errors import Choice, Undecided
from odoo.addons.construction_sync.lib.words import listed

from ..models.construction_left_behind_mixin import UNDECIDED, WAITING
from .procurement_mixin import BUYER

PART_OF, BESIDES = "part_of", "besides"


class ConstructionPurchaseOrderLineMixin(models.AbstractModel):
    """Which lines of an order an event speaks of, and what a person accepted in their place."""

    # apart from the order: what it is and which of its lines is meant are two ideas
    _inherit = "construction.purchase.order.mixin"  # pylint: disable=consider-merging-classes-inherited

    def _lines_by_key(self, order, lines):
        """The lines of an order by what the event calls them.

        Those of an order born here are known by their item, where it stands on one line only, and
        else by the number printed on them. A substitute that a buyer accepted is one of them only
        where the event names its item on a line that is not there yet: else the sender does not know it.
        """
        rows = order.order_line.filtered(lambda row: not row.display_type)
        found = {row.construction_external_line: row for row in rows if row.construction_external_line}
        ours = rows.filtered(lambda row: not row.construction_external_line)
        substitutes = ours.filtered("construction_substitute_for_id")
        if order.construction_external_key:
            ours = substitutes
        stated = Counter(vals["product_id"] for vals in lines.values())
        same = ours.grouped(lambda row: row.product_id.id)
        taken = set()
        for key, vals in lines.items():
            [row, *others] = same.get(vals["product_id"]) or [None]
            if row and not others and key not in found and stated[vals["product_id"]] == 1:
                found[key] = row
                taken.add(row.id)
        for row in (ours - substitutes).filtered(lambda row: row.id not in taken):
            key = row.construction_printed_line
            if key and key not in found:
                found[key] = row
        return found

    def _keep_left(self, order, existing, lines, header):
        """Lines that a remap left behind keep their coding, in place, until a controller has it recoded.

        What the event names by the same key is no word of its sender on that.
        """
        left = (
            self.env["construction.recode.line"]
            .sudo()
            .search(
                [
                    ("document_model", "=", order._name),
                    ("document_id", "=", order.id),
                    ("outcome", "in", (*UNDECIDED, WAITING, "left")),
                    ("recode_id.kind", "in", [*CODED]),
                ],
                order="id",
            )
        )
        rows = {row.id: lines[key] for key, row in existing.items() if key in lines}
        for entry in left:
            field, vals = CODED[entry.recode_id.kind], rows.get(entry.line_id, {})
            row = order.order_line.browse(entry.line_id)
            if vals.get(field) == entry.recode_id.target_id and row[field].id == entry.former_id:
                vals[field] = entry.former_id
                if field == JOB and order.construction_order_job_id.id == entry.former_id:
                    header["construction_order_job_id"] = entry.former_id

    def _less_substituted(self, work, order, existing, lines, asks=True):
        """Take off the stated quantities what accepted substitutes took of lines, in place.

        The event states the order as its sender knows it: without the substitutes, unless it names them.

        :param dict existing: order lines by what the event calls them
        :param dict lines: values of the event's lines by the same
        :raises Undecided: when a line is stated lower than it was, and that may be the substitution
        """
        known = order.order_line.browse([row.id for row in existing.values()])
        for key, row in existing.items():
            unknown = row.construction_substitute_ids - known
            taken = sum(unknown.mapped("construction_substitute_qty"))
            vals = lines.get(key)
            if not vals or not row._construction_is_some(taken):
                continue
            stated, last = vals["product_qty"], row.product_qty + taken
            code = work.decided(_question(key)).code
            if row._construction_compare(stated, last) < 0 and code != PART_OF:
                if code != BESIDES and asks:
                    raise self._ask_substituted(work, order, row, key, stated, taken)
                continue
            vals["product_qty"] = max(stated - taken, 0.0)

    def _ask_substituted(self, work, order, row, key, stated, taken):
        unit = row.product_uom_id.name
        texts = {
            "line": row._construction_line_label(),
            "order": order.name,
            "stated": f"{denoised(stated).normalize():f} {unit}",
            "taken": f"{denoised(taken).normalize():f} {unit}",
            "item": listed(self.env, row.construction_substitute_ids.product_id.mapped("display_name")),
        }
        rest = f"{denoised(max(stated - taken, 0.0)).normalize():f} {unit}"
        return Undecided(
            self.env._(
                "Line %(line)s of order %(order)s is stated at %(stated)s now, and %(item)s was accepted in "
                "the place of %(taken)s of it. Say whether the sender counts the substitute in.",
                **texts,
            ),
            cause_key=f"substituted:{self._work_key(work)}:{key}:{self._content_of(work)[0][:12]}",
            question=_question(key),
            choices=[
                Choice(PART_OF, self.env._("The substitute is a part of it: %s remain", rest), BUYER),
                Choice(BESIDES, self.env._("The substitute comes on top: %s remain", texts["stated"]), BUYER),
            ],
            job=work.job,
            partner=order.partner_id,
            record=order,
            owner=self._buyer_of(order),
        )

    def _settle_substitutes(self, work, order, existing, lines):
        """What the sender counts in from now on is no longer taken off what it states."""
        for key, row in existing.items():
            if key not in lines:
                continue
            if work.decided(_question(key)).code == BESIDES:
                row.construction_substitute_ids.sudo().construction_substitute_qty = 0.0
            elif row.construction_substitute_for_id and row.construction_substitute_qty:
                row.sudo().construction_substitute_qty = 0.0


def _question(key):
    return f"substituted:{key}"
