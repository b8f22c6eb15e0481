# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from decimal import Decimal

from odoo import models
from odoo.exceptions import UserError

from odoo.addons.construction_base.lib.named_error import DayLocked, NamedError
from odoo.addons.construction_sync import errors


class TooDear(errors.SyncError):
    """A kind that the module of the handler brings."""

    category = "variance"


class RoomTaken(NamedError, UserError):
    """What a model of an addon without the hub raises."""

    category, severity, cause, shows = "budget", "high", "room", ("left",)
    left = 3


class DayShut(DayLocked, UserError):
    locks = ("a_lock_date",)
    date, proposed_date = "2026-02-03", "2026-03-01"


class FakeNoteHandler(models.AbstractModel):
    """Writes a contact for each event; the data says what shall go wrong."""

    _name = "construction.handler.test.note.written"
    _description = "A note was written"
    _inherit = "construction.event.handler"
    _event_type = "test.note.written"
    _event_group = "base.group_partner_manager"

    def _owned_object(self):
        return "note", "res.partner"

    def _lane(self, data):
        if data.get("lane") == "bug":
            raise ZeroDivisionError("a bug")
        if data.get("lane") == "sql":
            self.env.cr.execute("SELECT no_such_column")
        return data.get("lane")

    def _weight(self, data):
        return data.get("weight", 1)

    def _reference_keys(self, data):
        return [("supplier", data.get("supplier"))]

    def _reference_kinds(self):
        return ("supplier",)

    def _reference_model(self, kind):
        return {"supplier": "res.partner"}.get(kind)

    def _reference_numbers(self, kind):
        return {"supplier": ("ref", "vat")}.get(kind)

    def _resolve(self, work):
        data = work.data
        if data.get("supplier"):
            return self._ref(work, "supplier", data["supplier"], "res.partner")
        if data.get("after"):
            return self._ref(work, "note", data["after"], wait=True)
        return self.env["res.partner"]

    _undoes = True
    _undo_groups = "construction_base.group_buyer"

    def _undo(self, work):
        made = self._created(work, "res.partner")
        found = {partner: f"{partner.name} was deleted." for partner in made}
        made.unlink()
        return found

    def _apply(self, works):
        for work in works:
            mode = work.data.get("mode")
            if mode == "bug":
                raise ZeroDivisionError("a bug")
            if mode == "refused":
                raise UserError(self.env._("You need a lot for %s", work.data["name"]))
            if mode == "rights":
                self.env["res.users"].browse(1).write({"name": "x"})
            if mode == "missing":
                self.env["res.currency"].sudo().create({"name": False, "symbol": "x"})
                self.env.flush_all()
            if mode == "large":
                (Decimal("999999999999") ** 2 * 10**6).quantize(Decimal("0.01"))
            if mode == "superseded":
                raise errors.Superseded("An older note.")
            if mode == "ask" and not work.decided("colour"):
                raise errors.Undecided(
                    "Which colour?",
                    cause_key=f"colour:{work.data['name']}",
                    question="colour",
                    choices=[
                        errors.Choice("red", "Red", "construction_base.group_buyer"),
                        errors.Choice("keep", "Keep", "construction_base.group_buyer"),
                        errors.Choice(
                            "as", "As", "construction_base.group_buyer", needs="record", model="res.partner"
                        ),
                    ],
                    candidates=lambda: [errors.Candidate(self.env.company.partner_id, "it is we")],
                    comparison=[["Colour", "blue", "<b>red</b>"]],
                )
            if mode == "variance":
                raise TooDear("Too dear.", figures={"billed": "5", "ordered": "4"})
            if mode == "full":
                raise RoomTaken("There is no room. Make some.")
            if mode == "shut":
                raise DayShut("That day is locked.")
        made = self.env["res.partner"].create(
            [
                {
                    "name": work.data["name"],
                    "parent_id": work.resolved.id,
                    "comment": work.message.correlation,
                    "function": work.decision or False,
                    "ref": self._open_restricted(work.data.get("bank_account")),
                }
                for work in works
            ]
        )
        for work, partner in zip(works, made, strict=True):
            self._bind(work, "note", work.message.subject, partner)
            # not by trace(): another addon has contacts traced
            work.traces.append((work.message.id, partner, "create"))
            if work.data.get("tell"):
                work.tell(errors.InvalidData(work.data["tell"], cause_key=f"tell:{work.data['name']}"))
            if work.data.get("mode") == "park":
                work.park(errors.Hold("On hold.", record=partner))
            if work.data.get("mode") == "refused":
                partner.check_access("unlink")
                partner.unlink()
