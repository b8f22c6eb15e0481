# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from odoo.addons.construction_base.lib.named_error import NamedError
from odoo.addons.construction_base.models.construction_left_behind_mixin import CODED
from odoo.addons.construction_sync.errors import Choice, Undecided
from odoo.addons.construction_sync.lib.words import listed

from .construction_left_behind_mixin import UNDECIDED, WAITING

CAUSE = "left_behind:"
RECODE, LEAVE = "recode", "leave"
CONTROLLER = "construction_base.group_cost_controller"
# how many documents a sentence names
NAMED = 8


class ConstructionRecodeApply(models.Model):
    """Telling the cost controller what was left behind, and doing what they decide."""

    # apart from the list: what it says and what becomes of it are two ideas
    _inherit = "construction.recode"  # pylint: disable=consider-merging-classes-inherited

    # --- telling --------------------------------------------------------------------------------------

    def _tell(self):
        """Open or renew the one work item of this list, or end it where nothing is left to decide."""
        self.ensure_one()
        left = self.line_ids.filtered(lambda line: line.outcome in UNDECIDED)
        if not left:
            return
        items = self.env["construction.exception"].sudo()
        items._open(self.company_id, self._prepare_question(left), source=self.source_id or None)

    def _prepare_question(self, left):
        jobs = left.mapped(lambda line: line._jobs())
        stops = [line.note for line in left if line.note]
        sentence = self.env._(
            "%(what)s. Open documents still have %(before)s: %(documents)s.",
            what=self.name,
            before=listed(self.env, dict.fromkeys(left.mapped("former_name"))),
            documents=self._documents_words(left),
        )
        return Undecided(
            " ".join([sentence, self._cure_words(), *dict.fromkeys(stops)]),
            cause_key=self._cause(),
            record=self,
            question=CAUSE.rstrip(":"),
            choices=self._choices(),
            groups=CONTROLLER,
            job=jobs if len(jobs) == 1 else None,
            figures={
                name: format_amount(self.env, sum(lines.mapped("amount")), self.currency_id)
                for name, lines in left.grouped("document_name").items()
            },
        )

    def _cure_words(self):
        if self.kind in CODED:
            return self.env._("Have them recoded, or leave them.")
        return self.env._(
            "An order keeps its supplier and items: cancel it and order anew what is meant otherwise, "
            "or leave them."
        )

    def _choices(self):
        leave = Choice(LEAVE, self.env._("Leave them as they are"), CONTROLLER)
        if self.kind not in CODED:
            return [leave]
        target = self._target()
        if target:
            return [Choice(RECODE, self.env._("Recode them to %s", target.display_name), CONTROLLER), leave]
        return [Choice(RECODE, self.env._("Recode them to"), CONTROLLER, "record", self.res_model), leave]

    def _cause(self):
        return f"{CAUSE}{self.why}:{self.kind}:{self.key}"

    def _documents_words(self, lines):
        names = list(dict.fromkeys(lines.mapped("document_name")))
        more = len(names) - NAMED
        return listed(self.env, names[:NAMED] + ([self.env._("%s more", more)] if more > 0 else []))

    def _target(self):
        return self.env[self.res_model].browse(self.target_id or ()).exists()

    def _end(self, note):
        """Close lists of which nothing is left to decide."""
        for recode in self:
            recode.line_ids.flush_recordset()
            recode.write({"state": "ended", "reason": note})
            self.env["construction.exception"]._end_told(recode, (CAUSE,), note)

    # --- deciding -------------------------------------------------------------------------------------

    def _decide(self, code, reason, record=None):
        """Do what a cost controller decided.

        :return: whether all is decided; else what is left was told anew
        """
        self.ensure_one()
        recode = self.sudo()
        if code == LEAVE:
            recode.line_ids.filtered(lambda line: line.outcome in UNDECIDED).outcome = "left"
            recode._say_decided(reason, self.env.user)
            recode._settle()
            return True
        target = record or recode._target()
        recode._check_target(target)
        recode._recode(target, reason)
        recode._say_decided(reason, self.env.user, target)
        if recode.line_ids.filtered(lambda line: line.outcome in UNDECIDED):
            recode._tell()
            return False
        recode._settle()
        return True

    def _say_decided(self, reason, user, target=None):
        self.write(
            {
                "reason": reason or False,
                "target_name": target.display_name if target else False,
                "decided_by_id": user.id,
                "decided_at": fields.Datetime.now(),
            }
        )

    def _settle(self):
        """Close the list once its lines have come to their ends: one whose change waits has not."""
        outcomes = set(self.line_ids.mapped("outcome"))
        if outcomes & {*UNDECIDED, WAITING}:
            return
        # nothing of its lines is written once it is closed
        self.line_ids.flush_recordset()
        known = [state for state in ("left", "recoded") if state in outcomes]
        self.state = known[0] if known else "ended"

    def _check_target(self, target):
        """:raises UserError: for what nothing can be coded to"""
        if not target or "active" in target._fields and not target.active:
            raise UserError(self.env._("Choose a record that is in use to recode them to."))
        if target.id in self.line_ids.mapped("former_id"):
            raise UserError(self.env._("They are coded to %s already.", target.display_name))

    def _recode(self, target, reason):
        """Recode what is still open, a document at a time; what stops one is noted on its lines."""
        open_lines = self.line_ids.filtered(lambda line: line.outcome in UNDECIDED)
        gone = open_lines.filtered(lambda line: not line._is_left_still())
        gone.write({"outcome": "gone", "note": False})
        for lines in (open_lines - gone).grouped(lambda l: (l.document_model, l.document_id)).values():
            try:
                with self.env.cr.savepoint():
                    document = lines[0]._line()._construction_document()
                    outcome, note = document._construction_recode(lines, target, reason or self.name)
            except (UserError, NamedError) as error:
                outcome, note = "stopped", str(error)
            lines.write({"outcome": outcome, "note": note})


class ConstructionRecodeLine(models.Model):
    _inherit = "construction.recode.line"

    def _change_ended(self, changes, note=None):
        """Changes that recode lines were written, or ended without effect: those are left behind again.

        Lines that such a change stood in the way of may be recoded now, which is asked anew.

        :param str note: why they had no effect
        """
        concerned = self.sudo().search(
            [
                ("change_id", "in", changes.ids),
                ("outcome", "in", (WAITING, "stopped")),
                ("recode_id.state", "=", "open"),
            ],
            order="id",
        )
        lines = concerned.filtered(lambda line: line.outcome == WAITING)
        stopped = concerned - lines
        ended = stopped.filtered(lambda line: not line._is_left_still())
        ended.write({"outcome": "gone", "note": False, "change_id": False})
        for line in stopped - ended:
            decided = self.env._("%s is decided: they can be recoded now.", line.change_id.name)
            line.write({"outcome": "open", "note": decided, "change_id": False})
        if note:
            gone = lines.filtered(lambda line: not line._is_left_still())
            gone.write({"outcome": "gone", "note": False})
            (lines - gone).write({"outcome": "stopped", "note": note})
        else:
            lines.write({"outcome": "recoded", "note": False})
        for recode in concerned.recode_id:
            recode._tell()
            if not recode.line_ids.filtered(lambda line: line.outcome in UNDECIDED):
                self.env["construction.exception"]._end_told(
                    recode, (CAUSE,), self.env._("Nothing is left to decide.")
                )
            recode._settle()

    def _line(self):
        return self.env[self.line_model].browse(self.line_id).exists()

    def _former(self):
        return self.env[self.recode_id.res_model].with_context(active_test=False).browse(self.former_id)

    def _jobs(self):
        line = self._line()
        return line._construction_coded_jobs() if line else self.env["project.project"]

    def _is_left_still(self):
        """Whether the line is there, open, and has what it had."""
        line = self._line()
        if not line or not line._construction_is_open():
            return False
        return bool(line._construction_with(self.recode_id.kind, self._former()))

    def _write_coding(self, target):
        for entry in self:
            line = entry._line().with_context(skip_validation_check=True)
            line._construction_exchange(entry.recode_id.kind, entry._former(), target)
