# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class ConstructionEvidence(models.AbstractModel):
    _inherit = "construction.evidence"

    def _guarded(self):
        """History, traces, keys and work items."""
        return {
            **super()._guarded(),
            # their rows have guards of their own
            "construction_message": {"rows": False},
            "construction_inbound_delivery": {"rows": False},
            "construction_message_history": {
                "fixed": ("message_id", "state", "note", "detail", "taken_alone", "create_date"),
                "persons": ("create_uid",),
            },
            "construction_audit_entry": {
                "fixed": ("at", "user_name", "res_model", "res_id", "record_name", "what", "before", "after"),
                "persons": ("user_id",),
            },
            "construction_message_record": {"fixed": ("message_id", "res_model", "res_id", "action")},
            "construction_message_decision": {
                "fixed": (
                    "message_id",
                    "question",
                    "code",
                    "res_model",
                    "res_id",
                    "reason",
                    "decided_at",
                    "document_kind",
                    "document_key",
                    "content_hash",
                    "against_hash",
                    "revision",
                ),
                "persons": ("user_id",),
            },
            "construction_crosswalk": {
                "fixed": (
                    "source_id",
                    "kind",
                    "key",
                    "res_model",
                    "res_id",
                    "version",
                    "valid_from",
                    "origin",
                ),
                "persons": ("confirmed_by_id",),
                # what has ended has ended: its end does not move, and is not taken back
                "closed": "OLD.valid_until IS NOT NULL",
                "settled": ("valid_until",),
            },
            "construction_ownership_rule": {
                "fixed": (
                    "company_id",
                    "kind",
                    "res_model",
                    "res_id",
                    "field_group",
                    "source_id",
                    "key",
                    "origin",
                    "reason",
                    "valid_from",
                ),
                "persons": ("decided_by_id",),
                "closed": "OLD.valid_until IS NOT NULL",
                "settled": ("valid_until",),
            },
            "construction_exception": {
                "fixed": ("company_id", "source_id", "cause_key", "create_date"),
                "persons": ("create_uid",),
                "closed": "row.state <> 'open'",
                "settled": ("state", "sentence", "category", "figures", "resolution", "resolved_at"),
                "settled_persons": ("resolved_by_id",),
            },
        }

    # ---- an addon that is removed --------------------------------------------------------

    def _types_of(self, module):
        """The event types whose handler comes with an addon."""
        # pylint: disable-next=no-search-all
        kinds = self.env["construction.event.type"].with_context(active_test=False).search([])
        return kinds.filtered(
            lambda kind: (
                kind.handler_model in self.env and self.env[kind.handler_model]._original_module == module
            )
        )

    def _kept_by(self, module):
        """What evidence of an addon there is, in words, or nothing. A module adds its own by ``super()``."""
        domain = [("event_type_id", "in", self._types_of(module).ids)]
        if module == "construction_sync":
            domain = []
        if self.env["construction.message"].search_count(domain, limit=1):
            return self.env._("messages of its events were received")
        return None

    def _end_types(self, modules):
        """Event types end with their handler, and come back with it: no person archived them."""
        for module in modules:
            self._types_of(module)._end_declared()
