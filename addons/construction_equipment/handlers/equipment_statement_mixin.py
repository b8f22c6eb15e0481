# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from odoo.addons.construction_sync.errors import Candidate, Choice, InvalidData, Undecided

from ..errors import MANAGER

QUESTION = "statement_of"
ANOTHER_VERSION, OWN = "another_version", "own"


class ConstructionStatementMixin(models.AbstractModel):
    """A day's statement that its sender corrects to another job or date is a version of the former one."""

    _name = "construction.equipment.statement.mixin"
    _inherit = "construction.equipment.mixin"
    _description = "Versions of a day's statement"

    def _version_of(self, work, vals):
        """The statement of which a new one is another version, or an empty recordset.

        Its key names job and date, so that a revision of which nobody knows the first may be that of another
        key: a person says so. A statement that counts twice is never a guess.
        """
        claims = self.env["construction.equipment.claim"]
        found = claims._other_versions(work.message.source_id.code, vals)
        decision = work.decided(QUESTION)
        if decision.code == OWN or not found:
            return claims
        if decision.code == ANOTHER_VERSION and decision.res_id in found.ids:
            return claims.browse(decision.res_id)
        raise self._which_statement(work, vals, found)

    def _require_apart(self, works):
        """Have a batch taken apart in which one statement may be another version of another one.

        :raises InvalidData: which the hub answers by applying one at a time
        """
        new = [work for work in works if work.resolved["vals"] and not work.resolved["record"]]
        machines = [work.resolved["vals"]["equipment_id"] for work in new]
        if len(set(machines)) < len(machines) and any(work.resolved["vals"]["version"] for work in new):
            raise InvalidData(self.env._("Two statements of one machine in one batch."))

    def _which_statement(self, work, vals, found):
        machine = self.env["maintenance.equipment"].browse(vals["equipment_id"])
        return Undecided(
            self.env._(
                "Revision %(revision)s of the hours of %(machine)s on %(date)s: the first that comes for "
                "this job and date. Say which statement it is another version of, or that it is its own.",
                revision=vals["version"],
                machine=machine.display_name,
                date=vals["date"],
            ),
            cause_key=f"statement:{work.message.source_id.id}:{self._document_key(work.data)}",
            job=work.job,
            record=machine,
            question=QUESTION,
            candidates=[
                Candidate(
                    claim,
                    self.env._("%(hours)g h, revision %(number)s", hours=claim.hours, number=claim.version),
                )
                for claim in found[:8]
            ],
            choices=[
                Choice(
                    ANOTHER_VERSION,
                    self.env._("It is another version of this one"),
                    MANAGER,
                    needs="record",
                    model="construction.equipment.claim",
                ),
                Choice(OWN, self.env._("It is one of its own"), MANAGER),
            ],
        )
