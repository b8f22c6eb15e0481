# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import re

from odoo import api, models
from odoo.fields import Domain

from ..lib import key_load
from ..lib.keyform import clean
from ..lib.keys import document_key
from ..lib.meaning import ALIVE, ARCHIVED
from ..lib.words import listed

EXTERNAL_ID = re.compile(r"[a-z0-9_]+\.[A-Za-z0-9_.\-]+")


class ConstructionCrosswalkLoadPreview(models.Model):
    """What each line of a file would do: a few statements a kind, however many lines."""

    # apart from the load: who does what with it and what its lines mean are two ideas
    _inherit = "construction.crosswalk.load"  # pylint: disable=consider-merging-classes-inherited

    def _examine(self, rows):
        """What rows would do now, by the rights of the user: a dict of line values for each, in order."""
        self.ensure_one()
        kinds = self._kinds_of({row.kind for row in rows if row.kind})
        known = self._kind_words()

        def spell(kind, key):
            return kinds[kind][1](key)

        whole = [row for row in rows if not row.fault]
        twice = key_load.twice(whole, spell)
        result = {}
        for row in rows:
            vals = self._prepare_line_vals(row, spell(row.kind, row.key) if not row.fault else row.key)
            result[row.number] = vals
            if row.fault:
                vals.update(status="invalid", note=self._fault_words(*row.fault))
            elif not kinds[row.kind][0]:
                vals.update(status="kind", note=known)
            elif row.number in twice:
                vals.update(status="twice", note=self._twice_words(twice[row.number]))
        open_vals = [vals for vals in result.values() if not vals["status"]]
        for kind in dict.fromkeys(vals["kind"] for vals in open_vals):
            self._find(kind, *kinds[kind][::2], [vals for vals in open_vals if vals["kind"] == kind])
        self._compare([vals for vals in open_vals if not vals["status"]])
        return list(result.values())

    def _prepare_line_vals(self, row, spelled):
        """Values of a line of which nothing is known yet; each line has all of them."""
        return {
            "load_id": self.id,
            "company_id": self.company_id.id,
            "number": row.number,
            "kind": row.kind[: key_load.KIND_CHARACTERS],
            "key": row.key[: key_load.RECORD_CHARACTERS],
            "record": row.record[: key_load.RECORD_CHARACTERS],
            "spelled": spelled[: key_load.RECORD_CHARACTERS],
            "status": False,
            "note": False,
            "res_model": False,
            "res_id": False,
            "record_name": False,
            "known_model": False,
            "known_id": False,
        }

    # ---- kinds -------------------------------------------------------------------------

    @api.model
    def _kinds_of(self, kinds):
        """What handlers declare of kinds.

        :return: {kind: (model of its records or None, how its keys are spelled, fields of their numbers)}
        """
        handlers = self.env["construction.event.handler"]._declared()
        documents = {handler._document_kind for handler in handlers}
        found = {}
        for kind in kinds:
            models_of = (handler._reference_model(kind) for handler in handlers)
            named = (handler._reference_numbers(kind) for handler in handlers)
            found[kind] = (
                next((name for name in models_of if name and name in self.env), None),
                document_key if kind in documents else clean,
                next((names for names in named if names is not None), ()),
            )
        return found

    @api.model
    def _kinds(self):
        """The names of the kinds that handlers declare, in order."""
        handlers = self.env["construction.event.handler"]._declared()
        return sorted({kind for handler in handlers for kind in handler._reference_kinds()})

    # ---- records -----------------------------------------------------------------------

    def _find(self, kind, model, numbers, rows):
        """Set the record of each row of a kind, or say why there is none."""
        if not self.env[model].has_access("read"):
            label = self.env["ir.model"].sudo()._get(model).name
            for vals in rows:
                note = self.env._("You may not see %s: somebody who may loads these keys.", label)
                vals.update(status="unusable", note=note)
            return
        found = self._found(kind, model, numbers, {vals["record"] for vals in rows})
        walk = self.env["construction.crosswalk"]
        pairs = {(model, record.id) for hits in found.values() for record in hits}
        states = walk._states(self.source_id.sudo(), pairs)
        for vals in rows:
            hits = found.get(vals["record"], ())
            alive = [record for record in hits if states[model, record.id] == ALIVE]
            if len(alive) == 1:
                record = alive[0]
                vals.update(res_model=model, res_id=record.id, record_name=record.display_name)
            elif alive:
                names = listed(self.env, (record.display_name for record in alive))
                vals.update(status="several", note=self.env._("Say by its number which: %s", names))
            elif hits:
                vals.update(status="unusable", note=self._unusable_words(hits[0], states[model, hits[0].id]))
            else:
                vals.update(
                    status="unknown", note=self.env._("No record has this external id, number or name.")
                )

    def _found(self, kind, model, numbers, texts):
        """The records of texts: by external id, else by number, else by name, and never by likeness.

        :return: {text: records, archived ones too}
        """
        records = self.env[model].with_context(active_test=False)
        numbers = [name for name in numbers if name in records._fields]
        name = "name" if "name" in records._fields else records._rec_name
        by_id = self._by_external_id(model, texts)
        any_of = Domain.OR(
            [Domain("id", "in", list(by_id.values()))]
            + [Domain(field, "in", list(texts)) for field in (*numbers, name)]
        )
        of_kind = Domain(self.env["construction.crosswalk"]._reference_domain(kind) or [])
        hits = records.search_fetch(any_of & of_kind, [*numbers, name], order="id")
        ids = {record.id: record for record in hits}
        steps = [{text: [ids[res_id]] for text, res_id in by_id.items() if res_id in ids}]
        for fields_of in (numbers, [name]):
            by_text = {}
            for record in hits:
                for text in {clean(record[field]) for field in fields_of if record[field]}:
                    by_text.setdefault(text, []).append(record)
            steps.append(by_text)
        return {text: next((step[text] for step in steps if text in step), []) for text in texts}

    @api.model
    def _by_external_id(self, model, texts):
        """The ids of records of a model by their external id, of those texts that are one."""
        split = [text.split(".", 1) for text in texts if EXTERNAL_ID.fullmatch(text)]
        if not split:
            return {}
        found = (
            self.env["ir.model.data"]
            .sudo()
            .search_fetch(
                [
                    ("model", "=", model),
                    ("module", "in", list({module for module, _name in split})),
                    ("name", "in", [name for _module, name in split]),
                ],
                ["module", "name", "res_id"],
                order="id",
            )
        )
        known = {f"{item.module}.{item.name}": item.res_id for item in found}
        return {text: known[text] for text in texts if text in known}

    # ---- what stands already -----------------------------------------------------------

    def _compare(self, rows):
        """Say of rows whose record is found what stands for their keys."""
        walk = self.env["construction.crosswalk"].sudo()
        source = self.source_id.sudo()
        wanted = {}
        for vals in rows:
            wanted.setdefault(vals["kind"], {})[vals["spelled"]] = vals
        if not wanted:
            return
        current = walk._current(source, wanted, own_only=True)
        changed = {item for item in current.values() if self._is_other(item, wanted[item.kind][item.key])}
        names = {item.id: item.record_name for item in walk.browse([item.id for item in changed])}
        for kind, by_key in wanted.items():
            fresh = {
                key: vals
                for key, vals in by_key.items()
                if current.get((kind, key)) in changed or (kind, key) not in current
            }
            known = self._aliases(source, kind, fresh, changed)
            for key, vals in by_key.items():
                item = current.get((kind, key))
                if item:
                    vals.update(known_model=item.res_model, known_id=item.res_id)
                alias = key in known and self.env._(
                    "An alias: %s is the record's own key there; events of this one write nothing.",
                    known[key],
                )
                if item in changed:
                    note = self.env._("It is %s.", names[item.id])
                    vals.update(status="change", note=f"{note} {alias}" if alias else note)
                elif item:
                    vals.update(status="same")
                else:
                    vals.update(status="alias" if alias else "new", note=alias)

    @api.model
    def _is_other(self, entry, vals):
        return (entry.res_model, entry.res_id) != (vals["res_model"], vals["res_id"])

    def _aliases(self, source, kind, by_key, changed):
        """Of these keys those that will be aliases: {key: the own key of its record}"""
        walk = self.env["construction.crosswalk"].sudo()
        records = {
            model: self.env[model].browse([v["res_id"] for v in by_key.values() if v["res_model"] == model])
            for model in {vals["res_model"] for vals in by_key.values()}
        }
        own = walk._own_entries(source, kind, [record for some in records.values() for record in some])
        owned = {
            pair: [(item.source_id, item.key) for item in items if item not in changed]
            for pair, items in own.items()
        }
        bindings = {key: (vals["res_model"], vals["res_id"]) for key, vals in by_key.items()}
        return key_load.aliases(bindings, owned, source)

    # ---- words -------------------------------------------------------------------------

    @api.model
    def _fault_words(self, what, column):
        if what == "empty":
            return self.env._("The column “%s” is empty.", column)
        return self.env._("The column “%s” is too long.", column)

    @api.model
    def _kind_words(self):
        return self.env._("No event has keys of this kind. There are: %s", ", ".join(self._kinds()))

    @api.model
    def _twice_words(self, lines):
        return self.env._("The same key stands in line %s.", listed(self.env, map(str, lines)))

    @api.model
    def _unusable_words(self, record, state):
        name = record.display_name
        if state == ARCHIVED:
            return self.env._("%s is archived: bring it back first.", name)
        return self.env._("%s belongs to another company.", name)
