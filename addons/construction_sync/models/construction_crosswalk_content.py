# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.tools import SQL

from ..lib.keyform import clean


class ConstructionCrosswalkContent(models.Model):
    """What a document said when it was applied last, to know it again."""

    # apart from what keys mean: what a record is called and what its document said are two ideas
    _inherit = "construction.crosswalk"  # pylint: disable=consider-merging-classes-inherited

    content_hash = fields.Char(readonly=True, groups=fields.NO_ACCESS)
    revision = fields.Integer(readonly=True, help="Revision of the document that was applied last.")
    content_message_id = fields.Many2one(
        "construction.message", string="Applied Last", readonly=True, index="btree_not_null"
    )

    @api.model
    def _contents(self, source, kind, keys):
        """The entries that say what documents said last: a source's own before its authorities'.

        :return: dict key → entry
        """
        rank = self._source_ranks(source)
        spelled = {clean(key): key for key in keys}
        found = self.sudo().search_fetch(
            [
                ("source_id", "in", list(rank)),
                ("kind", "=", kind),
                ("key", "in", list(spelled)),
                ("valid_until", "=", False),
            ],
            ["key", "source_id", "content_hash", "revision", "content_message_id", "res_model", "res_id"],
        )
        return {spelled[item.key]: item for item in found.sorted(lambda item: -rank[item.source_id.id])}

    @api.model
    def _source_ranks(self, source):
        """In which order the keys of sources answer: the own first, then those of its authorities."""
        rank = {source.id: 0}
        # the numbers of the company answer last
        authorities = source.sudo().authority_ids.sorted(lambda authority: authority.kind == "company")
        for place, authority in enumerate(authorities, 1):
            rank.setdefault(authority.id, place)
        return rank

    @api.model
    def _note_content(self, source, kind, contents):
        """Keep what documents said, each on the entry that its key has; the highest revision stays.

        :param dict contents: key → (content hash, revision or None, message)
        """
        entries = self._contents(source, kind, contents)
        rows = [
            (entry.id, *contents[key][:2], contents[key][2].id)
            for key, entry in entries.items()
            if key in contents
        ]
        if not rows:
            return
        self.env.cr.execute(
            SQL(
                "UPDATE construction_crosswalk c SET content_hash = v.hash,"
                " revision = GREATEST(v.revision, c.revision), content_message_id = v.message"
                " FROM (VALUES %s) AS v (id, hash, revision, message) WHERE c.id = v.id",
                SQL(", ").join(SQL("(%s, %s, %s::int4, %s)", *row) for row in rows),
            )
        )
        self.browse([row[0] for row in rows]).invalidate_recordset(
            ["content_hash", "revision", "content_message_id"]
        )

    def _say_as(self, content_hash, revision, message):
        """Let these entries say what a message said, though they have said more since."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE construction_crosswalk SET content_hash = %s, revision = %s, content_message_id = %s"
                " WHERE id = ANY(%s)",
                content_hash,
                revision,
                message.id,
                self.ids,
            )
        )
        self.invalidate_recordset(["content_hash", "revision", "content_message_id"])

    def _restore_content(self, former):
        """Let these entries say what ``former``, which has ended, said last."""
        self.env.cr.execute(
            SQL(
                "UPDATE construction_crosswalk c SET content_hash = f.content_hash, revision = f.revision,"
                " content_message_id = f.content_message_id"
                " FROM construction_crosswalk f WHERE f.id = %s AND c.id = ANY(%s)",
                former.id,
                self.ids,
            )
        )
        self.invalidate_recordset(["content_hash", "revision", "content_message_id"])

    @api.model
    def _mean_instead(self, source, kind, bindings):
        """Let keys mean other records from now on; what they meant before is kept as history.

        :param dict bindings: key → record
        """
        entries = self._contents(source, kind, bindings)
        for key, record in bindings.items():
            entry = entries.get(key)
            if entry and (entry.res_model, entry.res_id) == (record._name, record.id):
                continue
            if entry:
                entry._close("remapped")
            made = self._bind(entry.source_id if entry else source, kind, {key: record}, share=True)
            if entry and entry.revision:
                # another record, the same document: what was seen of it is not seen anew
                self.env.cr.execute(
                    SQL(
                        "UPDATE construction_crosswalk SET revision = %s WHERE id = ANY(%s)",
                        entry.revision,
                        made.ids,
                    )
                )
                made.invalidate_recordset(["revision"])
