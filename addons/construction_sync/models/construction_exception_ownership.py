# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from odoo.addons.construction_base.lib.named_error import NamedError

from ..errors import Choice, Proposed, SourceStands
from ..lib import ownership, proposals
from ..lib.words import listed
from .construction_event_ownership import CAUSE, CHANGE_OWNER, KEEP, OWNER, TAKE_ONCE
from .construction_ownership_rule import MANAGER

CONTROLLER = "construction_base.group_cost_controller"


class ConstructionExceptionOwnership(models.Model):
    """What a system proposes of a record that is not its to write: one work item a record and field group.

    It is no source's: of each system it shows the newest that it said of each field, and an answer is
    about what is shown.
    """

    # apart from what is decided: whose a record is, is another idea
    _inherit = "construction.exception"  # pylint: disable=consider-merging-classes-inherited

    proposal_mark = fields.Char(readonly=True, groups=fields.NO_ACCESS)
    # entries of ``lib.proposals``
    proposals = fields.Json(readonly=True, groups=fields.NO_ACCESS)

    @api.model
    def _prepare_refresh_vals(self, message, error):
        vals = super()._prepare_refresh_vals(message, error)
        vals.update(proposals=list(getattr(error, "entries", None) or ()) or False, proposal_mark=False)
        return vals

    # ---- hearing -------------------------------------------------------------------------

    @api.model
    def _propose(self, message, error):
        """Open or renew the work item of what a message proposes."""
        company = message.company_id
        known = self._find(company, message.source_id.browse(), error.cause_key, [("state", "=", "open")])
        known = known or self.sudo().new({"company_id": company.id, "cause_key": error.cause_key})
        return known._hear(message, error.units, error.left, error.record, error.owned_by)

    @api.model
    def _proposals_of(self, company, records):
        """The open items of what systems propose of records: {cause key: item}"""
        references = [f"{records._name},{res_id}" for res_id in records.ids]
        found = self._about(references).filtered(lambda item: item.company_id == company)
        return {item.cause_key: item for item in found if item._proposes()}

    def _hear(self, message, units, left, record=None, owner=None):
        """Keep what a message says of each field; an older one never replaces a newer of its system."""
        about = {
            "source": message.source_id.id,
            "at": fields.Datetime.to_string(message.occurred_at or message.received_at),
            "message": message.id,
        }
        entries = proposals.heard(self._entries(), units, left, about)
        return self._stand_on(entries, record or self.record_ref, owner)

    def _entries(self):
        """What is proposed here; of what was before each field was told apart the whole."""
        entries, newest = self.proposals or [], self.raised_by_ids.sorted("id")[-1:]
        if entries or not self.proposal_mark or not newest:
            return entries
        return [
            {
                "source": newest.source_id.id,
                "unit": proposals.WHOLE,
                "rows": self.comparison or [],
                "mark": self.proposal_mark,
                "at": fields.Datetime.to_string(newest.occurred_at or newest.received_at),
                "message": newest.id,
            }
        ]

    def _stand_on(self, entries, record, owner=None):
        """Have this item show these proposals, or end it where none is left.

        :param owner: the ``lib.ownership.Owner`` of the group, where it is known
        """
        messages = self.env["construction.message"].sudo().browse({entry["message"] for entry in entries})
        messages = messages.exists()
        entries = [entry for entry in entries if entry["message"] in messages.ids]
        if not entries:
            self._end_proposals(self.env._("Nothing that is proposed differs any more."))
            return self
        item = self._open(
            self.company_id, self._proposed_error(entries, record, owner or self._owner_of(record))
        )
        item._detach()
        item._note_raised(messages)
        item._settle_barred()
        return item

    def _end_proposals(self, note):
        if self.ids:
            self._detach()
            self._close_when_empty("resolved", note)

    @api.model
    def _renew_proposals(self, records):
        """Show what a person has just written of records, where an item asks about them."""
        found = self._about([f"{records._name},{res_id}" for res_id in records.ids])
        for item in found.filtered(lambda item: item._proposes()):
            item._renew_so_far(fields.Datetime.now())

    def _renew_so_far(self, at=None, further=None, look=True):
        """Show what stands now beside what is proposed; what does not differ any more is no question.

        :param datetime at: when what stands was written, where it just was
        :param further: (rows, values) that are written next beside plain fields
        :param bool look: whether to look up what stands beside plain fields
        """
        self.ensure_one()
        record = self.record_ref
        if not self.proposals or not record:
            return
        at, entries = at and fields.Datetime.to_string(at), []
        for entry in self.proposals:
            if further and further[1] and "value" not in entry:
                entry = proposals.beside(entry, further[0], ownership.mark(further[1]), at)
            elif look or "value" in entry:
                entry = self._renewed(entry, record, at)
            if entry:
                entries.append(entry)
        if entries != self.proposals:
            self._stand_on(entries, record)

    def _renewed(self, entry, record, at=None):
        """An entry with what stands now, or None where that is what it proposes."""
        rows = self._rows_now(entry, record)
        if not rows:
            return None
        if rows == entry["rows"]:
            return entry
        outdated = bool(entry.get("outdated") or (at and at > entry["at"]))
        return {**entry, "rows": rows, "outdated": outdated}

    def _rows_now(self, entry, record):
        """The rows (label, what stands now, what is proposed) of an entry; none where nothing differs."""
        if "value" not in entry:
            return self._further_rows_now(entry, record)
        handler = self.env["construction.event.handler"].with_company(self.company_id)
        record, field = record.with_company(self.company_id), record._fields[entry["unit"]]
        if ownership.plain(field.convert_to_write(record[field.name], record)) == entry["value"]:
            return []
        label, _before, after = entry["rows"][0]
        return [[label, handler._field_words(record, field, record[field.name]), after]]

    def _further_rows_now(self, entry, record):
        if entry["unit"] != proposals.FURTHER:
            return entry["rows"]
        message = self.env["construction.message"].sudo().browse(entry["message"]).exists()
        try:
            handler, work = message._at_work()
            group = self._proposed_group()
            said = handler._further_values(work, record.with_env(handler.env), [group]).get(group)
        except (NamedError, SourceStands):
            # it shows when it is taken over
            return entry["rows"]
        return ownership.plain(said[0]) if said else entry["rows"]

    @api.model
    def _forget_proposals(self, messages):
        """What messages that are set aside proposed is proposed no more."""
        items = self.search(
            [
                ("state", "=", "open"),
                ("raised_by_ids", "in", messages.ids),
                ("cause_key", "=like", f"{CAUSE}%"),
            ]
        )
        for item in items:
            rest = [entry for entry in item._entries() if entry["message"] not in messages.ids]
            item._stand_on(rest, item.record_ref)

    @api.model
    def _follow_merge(self, losers, survivor):
        """What systems propose of records that are merged away is proposed of the one that stays."""
        found = self._about([f"{losers._name},{res_id}" for res_id in losers.ids])
        for item in found.filtered(lambda item: item._proposes()):
            kind, group = item._proposed_kind()
            cause, entries = f"{CAUSE}{kind}:{group}:{survivor.id}", item._entries()
            known = self._find(item.company_id, item.source_id, cause, [("state", "=", "open")])
            known = known or self.new({"company_id": item.company_id.id, "cause_key": cause})
            item._end_proposals(self.env._("It is asked about %s now.", survivor.display_name))
            known._stand_on([*known._entries(), *entries], survivor)._renew_so_far()

    # ---- its words -----------------------------------------------------------------------

    def _owner_of(self, record):
        kind, group = self._proposed_kind()
        rules = self.env["construction.ownership.rule"]._read_rules(self.company_id, kind, record)
        return ownership.owner_of(group, rules[record.id])

    def _proposed_error(self, entries, record, owner):
        kind, group = self._proposed_kind()
        sources = self._sources(entries)
        labels = dict.fromkeys(row[0] for entry in entries for row in entry["rows"])
        words = {
            "systems": listed(self.env, sources.mapped("name")),
            "fields": listed(self.env, labels),
            "kind": kind.replace("_", " "),
            "record": record.display_name,
        }
        if group in ownership.FINANCE:
            sentence = self.env._(
                "Other values of %(fields)s of %(kind)s %(record)s come from %(systems)s. They hold once "
                "finance has confirmed them; until then what stands here stays.",
                **words,
            )
        else:
            sentence = self.env._(
                "%(owner)s owns %(kind)s %(record)s, and other values of %(fields)s come from %(systems)s. "
                "Nothing was written: take them over once, change the owner, or ignore them.",
                owner=self.env["construction.source"].sudo().browse(owner.source or ()).name
                or self.env._("Odoo"),
                **words,
            )
        return Proposed(
            sentence,
            cause_key=self.cause_key,
            record=record,
            job=record if record._name == "project.project" else None,
            partner=record if record._name == "res.partner" else None,
            question=f"{OWNER}{group}",
            choices=self._proposal_choices(entries, group, owner),
            comparison=self._compared(entries),
            entries=entries,
        )

    def _sources(self, entries):
        ids = dict.fromkeys(entry["source"] for entry in entries)
        return self.env["construction.source"].sudo().browse(ids)

    def _compared(self, entries):
        """The rows to be shown; where systems say different things of one field, whose each is."""
        said = {}
        for entry in entries:
            for row in (*entry["rows"], *entry.get("remarks", ())):
                said.setdefault(row[0], {}).setdefault(tuple(row[1:]), []).append(entry)
        return [
            (
                label
                if len(values) == 1
                else self.env._(
                    "%(field)s (%(systems)s)",
                    field=label,
                    systems=listed(self.env, self._sources(whose).mapped("name")),
                ),
                *value,
            )
            for label, values in said.items()
            for value, whose in values.items()
        ]

    def _proposal_choices(self, entries, group, owner):
        """The answers: on all that is proposed, and where several systems propose, on each one's."""
        finance = group in ownership.FINANCE
        deciders = CONTROLLER if finance else f"{MANAGER},{CONTROLLER}"
        sources, choices = self._sources(entries), []
        take = self.env._("Confirm: they hold from now on") if finance else self.env._("Take over once")
        keep = self.env._("Ignore: what stands here stays")
        if not proposals.differ(entries):
            choices.append(Choice(TAKE_ONCE, take, deciders))
        for source in sources if len(sources) > 1 else ():
            choices.append(Choice(f"{TAKE_ONCE}:{source.id}", f"{source.name}: {take}", deciders))
        for source in sources:
            if owner.source != source.id and not finance:
                code = CHANGE_OWNER if len(sources) == 1 else f"{CHANGE_OWNER}:{source.id}"
                label = self.env._("Change the owner: %s writes them from now on", source.name)
                choices.append(Choice(code, label, MANAGER))
        for source in sources if len(sources) > 1 else ():
            choices.append(Choice(f"{KEEP}:{source.id}", f"{source.name}: {keep}", deciders))
        return [*choices, Choice(KEEP, keep, deciders)]

    # ---- what it is about ----------------------------------------------------------------

    def _proposes(self):
        return bool(self._proposed_group()) and self.cause_key.startswith(CAUSE)

    def _proposed_group(self):
        """The group of fields that this item is about, or None."""
        question = self.question or ""
        return question.removeprefix(OWNER) if question.startswith(OWNER) else None

    def _proposed_kind(self):
        """The kind and group that the cause is about."""
        return self.cause_key.split(":")[1:3]
