from odoo import models

from ..exceptions import Choice, Proposed, Superseded
from ..lib import ownership
from ..lib.words import listed
from .construction_event_handler import REFS
from .construction_ownership_rule import MANAGER

CONTROLLER = "construction_base.group_cost_controller"
OWNER = "owner:"
TAKE_ONCE, CHANGE_OWNER, KEEP = "take_once", "change_owner", "keep"
GRANTS = (TAKE_ONCE, CHANGE_OWNER)
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

    def _granted(self, work, record, group):
        """What a person decided on what this very message proposes, where it lets it write; or none."""
        decision = work.decided(f"{OWNER}{group}")
        said = decision.document_key == self._ownership_cause(record, group)
        return decision if said and decision.code in GRANTS else decision.browse()

    def _check_newest(self, work):
        """A newer event that did not speak of what a person has let in does not supersede that."""
        try:
            return super()._check_newest(work)
        except Superseded:
            questions = [f"{OWNER}{group}" for group in ownership.GROUPS]
            if not any(work.decided(question).code in GRANTS for question in questions):
                raise
            work.stands = False
            return None

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
        :return: (values to write, the groups that may be written, {group: (rows of (label, before, after),
            mark)} of what is not its to write and it speaks of: without rows where it says what stands)
        """
        parts = ownership.split(vals, self._field_groups)
        declared = [group for group in ownership.GROUPS if group == "identity" or group in self._field_groups]
        mine = {group for group in declared if work.stands and self._may_write(work, record, group, key)}
        foreign = [group for group in declared if group not in mine]
        further = self._further_values(work, record, foreign) if foreign else {}
        proposals = {}
        for group in foreign:
            part, (rows, said) = parts.get(group, {}), further.get(group, ([], {}))
            rows = [*self._differing_rows(record, part), *rows]
            mark = ownership.mark([part, said])
            if rows and self._granted(work, record, group).sudo().content_hash == mark:
                mine.add(group)
            elif work.stands and (part or said):
                proposals[group] = rows, mark
        return (
            {name: value for group in mine for name, value in parts.get(group, {}).items()},
            mine,
            proposals,
        )

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

    # ---- proposing -----------------------------------------------------------------------

    def _ownership_cause(self, record, group):
        return f"{CAUSE}{self._owned_object()[0]}:{group}:{record.id}"

    def _settle_proposals(self, sifted):
        """Tell what events propose, unless just that was turned down; end what none proposes any more.

        :param list sifted: (work, record, proposals) of a batch, as ``_sift`` gives them
        """
        asked, left = [], {}
        for work, record, proposals in sifted:
            for group, (rows, mark) in proposals.items():
                if rows:
                    asked.append((work, record, group, rows, mark))
                else:
                    left[self._ownership_cause(record, group)] = work.message
        causes = [self._ownership_cause(record, group) for _work, record, group, _rows, _mark in asked]
        last = self.env["construction.message.decision"]._last_answers(CAUSE, causes)
        for work, record, group, rows, mark in asked:
            decision = last.get(self._ownership_cause(record, group))
            if decision and decision.code == KEEP and decision.content_hash == mark:
                self._note_decided(work, decision)
                left[self._ownership_cause(record, group)] = work.message
                continue
            work.trace(record, "propose")
            work.tell(self._proposed(work, record, group, rows, mark))
            self._guard_proposed(work, record, group)
        self.env["construction.exception"].sudo()._withdraw_proposals(left)

    def _guard_proposed(self, work, record, group):
        """What is held while a person has not decided on what is proposed."""

    def _proposed(self, work, record, group, rows, mark):
        kind, _model = self._owned_object()
        owner = ownership.owner_of(group, self._rules_of(record))
        source = work.message.source_id.sudo()
        words = {
            "system": source.name,
            "fields": listed(self.env, [label for label, _before, _after in rows]),
            "kind": kind.replace("_", " "),
            "record": record.display_name,
        }
        if group in ownership.FINANCE:
            sentence = self.env._(
                "%(system)s says other values of %(fields)s of %(kind)s %(record)s. They hold once "
                "finance has confirmed them; until then what stands here stays.",
                **words,
            )
        else:
            sentence = self.env._(
                "%(system)s says other values of %(fields)s of %(kind)s %(record)s, which %(owner)s owns. "
                "Nothing was written: take them over once, let %(system)s own them from now on, or ignore "
                "them.",
                owner=self.env["construction.source"].sudo().browse(owner.source or ()).name
                or self.env._("Odoo"),
                **words,
            )
        return Proposed(
            sentence,
            cause_key=self._ownership_cause(record, group),
            record=record,
            job=record if record._name == "project.project" else None,
            partner=record if record._name == "res.partner" else None,
            question=f"{OWNER}{group}",
            choices=self._ownership_choices(source, group, owner.source == source.id),
            comparison=rows,
            mark=mark,
        )

    def _ownership_choices(self, source, group, owns):
        finance = group in ownership.FINANCE
        deciders = CONTROLLER if finance else f"{MANAGER},{CONTROLLER}"
        take = self.env._("Confirm: they hold from now on") if finance else self.env._("Take over once")
        choices = [Choice(TAKE_ONCE, take, deciders)]
        if not owns and not finance:
            label = self.env._("Change the owner: %s writes them from now on", source.name)
            choices.append(Choice(CHANGE_OWNER, label, MANAGER))
        return [*choices, Choice(KEEP, self.env._("Ignore: what stands here stays"), deciders)]
