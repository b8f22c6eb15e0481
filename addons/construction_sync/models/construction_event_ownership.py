# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from ..errors import InvalidData, Proposed
from ..lib import ownership, proposals
from .construction_event_handler import REFS

OWNER = "owner:"
TAKE_ONCE, CHANGE_OWNER, KEEP = "take_once", "change_owner", "keep"
CAUSE = "ownership:"


class ConstructionEventOwnership(models.AbstractModel):
    """What an event may write of a record that is there: the groups of fields that its source owns.

    The others are proposed to a person, one work item a record and group; the event is done.
    """

    # apart from what a handler is: what it may write is another idea
    _inherit = "construction.event.handler"  # pylint: disable=consider-merging-classes-inherited

    # {group of ``lib.ownership``: names of fields}; what stands in none is identity
    _field_groups = {}

    def _owned_object(self):
        """The kind and model of the objects that events of this type write, or (None, None)."""
        return None, None

    # ---- who owns ------------------------------------------------------------------------

    def _read_owners(self, records):
        """Look up at once what says who owns these records."""
        cache = self.env.context.get(REFS)
        kind, model = self._owned_object()
        records = self.env[model].browse(
            [res_id for res_id in records.ids if cache is None or self._owner_slot(res_id) not in cache]
        )
        found = {}
        if records:
            found = self.env["construction.ownership.rule"]._read_rules(self.env.company, kind, records)
        if cache is not None:
            cache.update({self._owner_slot(res_id): rules for res_id, rules in found.items()})
        return found

    def _owner_slot(self, res_id):
        return self.env.company.id, f"owners of {self._owned_object()[0]}", res_id

    def _rules_of(self, record):
        cache, slot = self.env.context.get(REFS, {}), self._owner_slot(record.id)
        return cache[slot] if slot in cache else self._read_owners(record)[record.id]

    def _may_write(self, work, record, group, key):
        """Whether the event of a work writes a group of fields at once."""
        return ownership.may_write(group, self._rules_of(record), work.message.source_id.id, key)

    # ---- sifting -------------------------------------------------------------------------

    def _further_values(self, work, record, groups):
        """What an event says beside plain fields of the record.

        :param groups: those that are asked for
        :return: {group: (rows of (label, before, after) that differ, values that tell it from others)}
        """
        return {}

    def _sift(self, work, record, vals, key):
        """Part what an event may write from what it proposes.

        :param str key: of the object for its source
        :return: (values to write, the groups that may be written, {group: what it says of what is not its
            to write, as ``_units``})
        """
        parts = ownership.split(vals, self._field_groups)
        declared = [group for group in ownership.GROUPS if group == "identity" or group in self._field_groups]
        mine = {group for group in declared if self._may_write(work, record, group, key)}
        foreign = [group for group in declared if group not in mine]
        further = self._further_values(work, record, foreign) if foreign else {}
        written = {name: value for group in mine for name, value in parts.get(group, {}).items()}
        proposed = {
            group: self._units(record, parts.get(group, {}), *further.get(group, ([], {})))
            for group in foreign
        }
        return written, mine, proposed

    def _units(self, record, part, rows, said):
        """What an event says of a group, apart for each field: without rows where it says what stands."""
        units = [
            {
                "unit": name,
                "rows": self._differing_rows(record, {name: value}),
                "mark": ownership.mark(value),
                "value": ownership.plain(value),
            }
            for name, value in part.items()
        ]
        if said:
            units.append({"unit": proposals.FURTHER, "rows": rows, "mark": ownership.mark(said)})
        return units

    def _differing_rows(self, record, vals):
        return [
            (
                field._description_string(self.env),
                self._field_words(record, field, record[name]),
                self._field_words(record, field, self._cached(record, field, value)),
            )
            for name, value in vals.items()
            for field in [record._fields[name]]
            if field.convert_to_write(record[name], record) != value
        ]

    def _cached(self, record, field, value):
        return field.convert_to_record(field.convert_to_cache(value, record), record)

    def _field_words(self, record, field, value):
        """A value of a field, as a person reads it."""
        if field.relational:
            return value.display_name or ""
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, value or "")
        if field.type == "boolean":
            return self.env._("yes") if value else self.env._("no")
        return "" if value in (False, None) else str(value)

    # ---- taking over ---------------------------------------------------------------------

    def _take_over(self, work, record, group, marks):
        """Write at once what a person lets in of what an event says, and nothing else of it.

        :param dict marks: {unit: mark} of what was answered
        :raises NamedError: where it cannot be written
        """
        vals = self._prepare_vals(work, record)
        part = ownership.split(vals, self._field_groups).get(group, {})
        rows, said = self._further_values(work, record, [group]).get(group, ([], {}))
        whole = marks.get(proposals.WHOLE) == ownership.mark([part, said])
        units = {unit["unit"]: unit["mark"] for unit in self._units(record, part, rows, said)}
        taken = {unit for unit, mark in units.items() if whole or marks.get(unit) == mark}
        if not whole and marks.keys() - taken:
            if work.wrong:
                raise work.wrong[0]
            raise InvalidData(
                self.env._(
                    "%s says something else by now. Replay it, and decide on what it says then.",
                    work.message.display_name,
                )
            )
        mine = {group} if not said or proposals.FURTHER in taken else set()
        # what else it says is not asked here
        work.wrong.clear()
        self._write_taken(work, record, {name: part[name] for name in part if name in taken}, mine)
        if work.wrong:
            raise work.wrong[0]

    def _prepare_vals(self, work, record):
        """Field values of the event; record is what they are written to, or empty."""
        raise NotImplementedError

    def _write_taken(self, work, record, vals, mine):
        """Write values that a person let in.

        :param set mine: the groups of which everything beside plain fields is written, too
        """
        raise NotImplementedError

    # ---- proposing -----------------------------------------------------------------------

    def _ownership_cause(self, record, group):
        return f"{CAUSE}{self._owned_object()[0]}:{group}:{record.id}"

    def _settle_proposals(self, sifted):
        """Tell what events propose, unless just that was turned down; end what does not differ any more.

        :param list sifted: (work, record, proposals) of a batch, as ``_sift`` gives them
        """
        asking = [
            self._ownership_cause(record, group)
            for _work, record, proposed in sifted
            for group, units in proposed.items()
            if any(unit["rows"] for unit in units)
        ]
        answers = self.env["construction.message.decision"]._answers_on(CAUSE, asking)
        records = self.env[self._owned_object()[1]].union(*(record for _work, record, _proposed in sifted))
        items = self.env["construction.exception"].sudo()._proposals_of(self.env.company, records)
        for work, record, proposed in sifted:
            for group, units in proposed.items():
                cause = self._ownership_cause(record, group)
                self._settle_group(work, record, group, units, answers.get(cause, ()), items.get(cause))
        for work, record, _proposed in sifted:
            for item in items.values():
                if item.record_ref == record:
                    self._renew_shown(work, record, item)

    def _renew_shown(self, work, record, item):
        """Have an open item show what an event has written of its record."""
        group, message = item._proposed_group(), work.message
        further = None
        if group in work.resolved["mine"]:
            # it is written next
            further = self._further_values(work, record, [group]).get(group)
        item._renew_so_far(message.occurred_at or message.received_at, further, look=False)

    def _settle_group(self, work, record, group, units, answers, item):
        """Tell what an event proposes of one group.

        :param answers: the decisions on what was proposed of it before
        :param item: the open work item of it, or None
        """
        down = proposals.turned_down((answer.code != KEEP, answer._marks()) for answer in answers)
        asked, refused = [], []
        for unit in units:
            if unit["rows"]:
                same = down.get(unit["unit"]) == unit["mark"]
                (refused if same else asked).append(unit)
        # of what was answered before each field was told apart only the whole is known
        if (
            asked
            and proposals.WHOLE in down
            and down[proposals.WHOLE] == self._whole_mark(work, record, group)
        ):
            asked, refused = [], asked
        if refused:
            self._note_decided(work, answers[-1])
        left = {unit["unit"] for unit in units if unit not in asked}
        if asked:
            remarks = self._remarks(work, record, group)
            if remarks:
                asked[0] = {**asked[0], "remarks": remarks}
            work.trace(record, "propose")
            work.tell(
                Proposed(
                    cause_key=self._ownership_cause(record, group),
                    record=record,
                    group=group,
                    units=asked,
                    left=left,
                    owned_by=ownership.owner_of(group, self._rules_of(record)),
                )
            )
            self._guard_proposed(work, record, group)
        elif item:
            item._hear(work.message, [], left)

    def _remarks(self, work, record, group):
        """What is shown beside what is proposed and cannot be taken over: rows of (label, before, after)."""
        return []

    def _whole_mark(self, work, record, group):
        part = ownership.split(work.resolved["vals"], self._field_groups).get(group, {})
        _rows, said = self._further_values(work, record, [group]).get(group, ([], {}))
        return ownership.mark([part, said])

    def _guard_proposed(self, work, record, group):
        """What is held while a person has not decided on what is proposed."""
