# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models

NEAR = timedelta(days=7)


class ConstructionEquipmentClaim(models.Model):
    """Statements of one source that are versions of one another: of another job, or another date."""

    # apart from what somebody says of a day
    _inherit = "construction.equipment.claim"  # pylint: disable=consider-merging-classes-inherited

    root_id = fields.Many2one(
        "construction.equipment.claim",
        string="Version Of",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The statement of which this is another version: of these the newest counts.",
    )
    first_version = fields.Integer(readonly=True, help="The revision by which it came first.")
    withdrawn = fields.Boolean(
        readonly=True, help="Another version of it, of another job or date, counts instead."
    )

    @api.depends("job_id")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        for claim in self.filtered("job_id"):
            claim.display_name = f"{claim.display_name} {claim.job_id.sudo().display_name}"
        return result

    @api.model
    def _other_versions(self, source, vals):
        """Statements of a source of which a new one may be another version, the nearest first.

        :param source: its code
        :param vals: of the new one
        """
        near = self.sudo().search(
            [
                ("equipment_id", "=", vals["equipment_id"]),
                ("origin", "=", vals["origin"]),
                ("device_id", "=", False),
                ("date", ">=", vals["date"] - NEAR),
                ("date", "<=", vals["date"] + NEAR),
                ("root_id", "=", False),
            ]
        )
        version = vals["version"]
        found = near.filtered(
            lambda claim: (
                claim.key.startswith(f"{source}:")
                and claim.key != vals["key"]
                and (claim.version < version or version < claim.first_version)
            )
        )
        return found.sorted(lambda claim: (abs(claim.date - vals["date"]), claim.id))

    def _hold_newest(self):
        """Have the newest version of each of these statements count, and no other.

        :return: (machine id, date) of which something else is said now
        """
        pairs = set()
        roots = self.sudo().browse({(claim.root_id or claim).id for claim in self})
        others = self.sudo().search([("root_id", "in", roots.ids)])
        for root, found in others.grouped("root_id").items():
            chain = found | root
            newest = max(chain, key=lambda claim: (claim.version, claim.said_at, claim.key))
            for claim in chain.filtered(lambda claim, n=newest: claim.withdrawn != (claim != n)):
                claim.withdrawn = claim != newest
                pairs.add((claim.equipment_id.id, claim.date))
        return pairs
