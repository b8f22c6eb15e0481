# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from ..lib import evidence


class ConstructionEvidence(models.AbstractModel):
    """Guards in the database what happened, whatever door is tried.

    A module declares its tables by ``_guarded``; it is the list that the tests go by as well.
    """

    _name = "construction.evidence"
    _description = "Evidence"

    def _register_hook(self):
        result = super()._register_hook()
        # after the last migration, which may have to put right what it finds
        if self.env.registry.updated_modules:
            self._guard_tables()
        return result

    def _guard_tables(self):
        """(Re)make the triggers."""
        for table, options in self._guarded().items():
            self.env.cr.execute(evidence.guard(table, **options))

    def _guarded(self):
        """What of each table never changes, as options of ``lib.evidence.guard`` by table.

        A module adds its own by ``super()``.
        """
        return {}
