# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from functools import partial

from odoo import api, models
from odoo.fields import Command, Domain

from odoo.addons.construction_base.models.construction_left_behind_mixin import CODED
from odoo.addons.construction_sync.lib.keyform import clean

from ..lib.naming import document_names, lines_said, lines_that_name
from .construction_left_behind_mixin import WAITING
from .construction_recode import ARCHIVED, KEPT, REMAPPED

MIXIN = "construction.left.behind.line.mixin"


class ConstructionRecodeFind(models.Model):
    """Which lines of open documents a remap or an archived code leaves behind."""

    # apart from the list: what is decided and how it comes to be are two ideas
    _inherit = "construction.recode"  # pylint: disable=consider-merging-classes-inherited

    # --- what happened --------------------------------------------------------------------------------

    @api.model
    def _remapped(self, source, kind, changes):
        """List what keys leave behind that mean something else from now on.

        :param dict changes: entry of the crosswalk that said it until now → record
        """
        if kind not in (*CODED, *KEPT):
            return
        used = self._used(source.company_id, kind, changes)
        for entry, record in changes.items():
            if record._name != entry.res_model or entry.res_id not in used:
                continue
            former = self._records(entry.res_model, [entry.res_id])
            vals = {
                "why": REMAPPED,
                "company_id": source.company_id.id,
                "source_id": source.id,
                "kind": kind,
                "key": entry.key,
                "res_model": record._name,
            }
            self._list(vals, former, record)

    @api.model
    def _used(self, company, kind, entries):
        """The ids of the records of entries that open documents have, and of what is listed already."""
        ids = {}
        for entry in entries:
            ids.setdefault(entry.res_model, []).append(entry.res_id)
        listed = self.search([("kind", "=", kind), ("company_id", "=", company.id), ("state", "=", "open")])
        keys = set(listed.mapped("key"))
        used = {entry.res_id for entry in entries if entry.key in keys}
        for model, some in ids.items():
            records = self._records(model, some).exists()
            for line in self._open_lines(company, kind, records):
                used.update(line._construction_with(kind, records).ids)
        return used

    @api.model
    def _records(self, model, ids):
        return self.env[model].sudo().with_context(active_test=False).browse(ids)

    @api.model
    def _archived(self, records, kind):
        """List what archived records of the coding leave behind."""
        for record in records:
            companies = (
                # pylint: disable-next=no-search-all
                record.company_id if "company_id" in record._fields else self.env["res.company"].search([])
            )
            for company in companies:
                self._list(self._archived_vals(record, kind, company), record)

    @api.model
    def _archived_vals(self, record, kind, company):
        return {
            "why": ARCHIVED,
            "company_id": company.id,
            "source_id": False,
            "kind": kind,
            "key": record.code,
            "res_model": record._name,
        }

    @api.model
    def _back(self, records, kind):
        """Records that are used again leave nothing behind."""
        vals = [("why", "=", ARCHIVED), ("kind", "=", kind), ("state", "=", "open")]
        for recode in self.search([*vals, ("key", "in", records.mapped("code"))]):
            if set(recode.line_ids.mapped("former_id")) <= set(records.ids):
                recode._end(self.env._("%s is used again.", recode.line_ids[:1].former_name))

    @api.model
    def _list(self, vals, former, target=None):
        """Bring the list of one cause up to date, and have somebody told."""
        known = self.search([*((name, "=", value) for name, value in vals.items()), ("state", "=", "open")])
        if target and known.target_id != target.id:
            # what waits asks for what the key meant before
            waiting = known.line_ids.filtered(lambda line: line.outcome == WAITING).change_id
            waiting._construction_close("superseded", self.env._("the key means something else again."))
        found = self._find_lines(vals, former)
        still = known.line_ids.filtered(lambda line: line._is_left_still() and line._former() != target)
        if not found and not still:
            known._end(self.env._("Nothing open is coded otherwise any more."))
            return
        vals = {**vals, "target_id": target.id if target else False}
        vals["name"] = self._words_of(vals, former | former.browse(still.mapped("former_id")), target)
        recode = known or self.create(vals)
        recode.write(
            {
                **vals,
                "line_ids": [
                    *(Command.delete(line.id) for line in recode.line_ids - still),
                    *(
                        Command.create(self._prepare_line(line, former, amount))
                        for line, amount in found.items()
                        if (line._name, line.id) not in still.mapped(lambda l: (l.line_model, l.line_id))
                    ),
                ],
            }
        )
        recode._tell()

    @api.model
    def _words_of(self, vals, formers, target):
        names = ", ".join(formers.mapped("display_name"))
        if not target:
            return self.env._("%s was archived", names)
        return self.env._(
            "%(kind)s %(key)s of %(system)s: %(before)s → %(after)s",
            kind=vals["kind"].replace("_", " ").capitalize(),
            key=vals["key"],
            system=self.env["construction.source"].browse(vals["source_id"]).name,
            before=names,
            after=target.display_name,
        )

    # --- finding --------------------------------------------------------------------------------------

    @api.model
    def _find_lines(self, vals, former):
        """{line of an open document: open amount, in company currency} of what has a record of a kind."""
        company = self.env["res.company"].browse(vals["company_id"])
        found = self._open_lines(company, vals["kind"], former)
        if vals["source_id"]:
            source = self.env["construction.source"].browse(vals["source_id"])
            named = self._named_lines(source, vals["kind"], vals["key"], found)
            found = {line: amount for line, amount in found.items() if line in named}
        return found

    @api.model
    def _open_lines(self, company, kind, records):
        """{line of an open document of a company that has some of these records: open amount}"""
        of_company = Domain("company_id", "=", company.id)
        found = {}
        for lines in self._line_models():
            having = lines._construction_with_domain(kind, records)
            found.update(lines._construction_open_lines(of_company & having, kind, records))
        return found

    @api.model
    def _line_models(self):
        """The models of lines that may be left behind, whichever addon brings them."""
        names = self.env.registry.descendants([MIXIN], "_inherit")
        return [self.env[name].sudo() for name in sorted(names) if not self.env[name]._abstract]

    # --- by which key ---------------------------------------------------------------------------------

    @api.model
    def _named_lines(self, source, kind, key, found):
        """Those of lines whose coding came by an event of a system which means this by the key."""
        told = partial(self._told, self._naming_sources(source, kind, key), kind, key)
        named = set()
        for lines in self._line_models():
            of_model = lines.browse([line.id for line in found if line._name == lines._name])
            named.update(of_model._construction_named(told))
        return named

    @api.model
    def _naming_sources(self, source, kind, key):
        """The systems to whom a key of one says what it means: itself, and those without an own meaning."""
        walk = self.env["construction.crosswalk"]
        _own, users = walk._family_ids(source.id)
        others = self.env["construction.source"].browse(users)
        return source | others.filtered(lambda s: not walk._current(s, {kind: {clean(key)}}, own_only=True))

    @api.model
    def _told(self, sources, kind, key, lines):
        """Those of lines of a model that the last event which told of them coded by a key."""
        documents = lines.mapped(lambda line: line._construction_document())
        if not documents:
            return lines
        links = (
            self.env["construction.message.record"]
            .sudo()
            .search(
                [
                    ("res_model", "=", documents._name),
                    ("res_id", "in", documents.ids),
                    ("message_id.source_id", "in", sources.ids),
                    ("message_id.type_name", "in", lines._construction_coded_by),
                ],
                order="id",
            )
        )
        has_lines, said = bool(lines._construction_document_field), {}
        for link in links:
            data = link.message_id._payload()
            if not has_lines:
                said[link.res_id] = document_names(data, kind, key)
                continue
            naming = lines_that_name(data, kind, key)
            for called in lines_said(data) | naming:
                said[link.res_id, called] = called in naming
        if not has_lines:
            return lines.filtered(lambda line: said.get(line.id))
        name = lines._construction_line_field
        return lines.filtered(lambda line: said.get((line._construction_document().id, line[name])))

    # --- lines ----------------------------------------------------------------------------------------

    @api.model
    def _prepare_line(self, line, former, amount):
        document = line._construction_document()
        label = line.name if "name" in line._fields else line.display_name
        return {
            "document_model": document._name,
            "document_id": document.id,
            "document_name": document.display_name,
            "line_model": line._name,
            "line_id": line.id,
            "label": label.splitlines()[0][:80] if label else False,
            "former_id": former.id,
            "former_name": former.display_name,
            "amount": float(amount),
            "posted": line._construction_posted_amount(),
        }
