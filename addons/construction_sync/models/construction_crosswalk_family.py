# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models, tools
from odoo.fields import Domain
from odoo.tools import SQL

from ..errors import UnusableReference
from ..lib.keyform import clean

PERSON = "person"


class ConstructionCrosswalkFamily(models.Model):
    """Keys of sources that share them: what one source calls a record binds the others.

    A source uses the keys of its authorities. Of a record, one own key of a kind is enough for all of
    them together, and one key has one meaning, unless a person said otherwise.
    """

    # apart from what keys mean: one source's keys and those of all that share them are two ideas
    _inherit = "construction.crosswalk"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    @tools.ormcache("source_id")
    def _family_ids(self, source_id):
        """The ids of the systems whose keys this one uses, and of those that use its keys.

        :return: (itself and its authorities, those that use its keys)
        """
        source = self.env["construction.source"].sudo().with_context(active_test=False).browse(source_id)
        if source.kind == "company":
            # a source's own key answers before the company's: the two bind each other in nothing
            return (source.id,), ()
        used = source.authority_ids.filtered(lambda other: other.kind == "system")
        users = source.search([("authority_ids", "in", source.ids), ("kind", "=", "system")])
        return (source.id, *used.ids), tuple((users - used - source).ids)

    # ---- whose keys count --------------------------------------------------------------

    @api.model
    def _counting_ranks(self, source):
        """The sources whose keys count for what a source names, in the order in which they answer.

        Its own, those of its authorities, of those that use its keys, the numbers of the company last:
        whether one uses the keys of the other, or the other way round, they have one word for one thing.

        :return: {source id: rank}
        """
        _own, users = self._family_ids(source.id)
        ranks = self._source_ranks(source)
        company = set(ranks) - set(_own)
        order = [*(item for item in ranks if item not in company), *users, *company]
        return {source_id: rank for rank, source_id in enumerate(dict.fromkeys(order))}

    @api.model
    def _counting_domain(self, source):
        """The entries that count for what a source names.

        What a person calls a record for one that uses these keys is no word of a system: it is asked about.
        """
        _own, users = self._family_ids(source.id)
        others = [source_id for source_id in self._counting_ranks(source) if source_id not in users]
        said = Domain("source_id", "in", list(users)) & Domain("origin", "!=", PERSON)
        return Domain("source_id", "in", others) | said if users else Domain("source_id", "in", others)

    @api.model
    def _counting_pairs(self):
        """The same for all sources, as a table in SQL: the keys of ``other`` count for ``mine``."""
        return SQL(
            """(
            SELECT id AS mine, id AS other, false AS beside FROM construction_source
            UNION SELECT source_id, authority_id, false FROM construction_source_authority_rel
            UNION SELECT authority_id, source_id, true FROM construction_source_authority_rel)"""
        )

    @api.model
    def _own_entries(self, source, kind, records):
        """The own entries of records in the family of a source, its own before those of others.

        :return: {(model, id): entries}
        """
        own, users = self._family_ids(source.id)
        rank = {source_id: number for number, source_id in enumerate(own + users)}
        by_model = {}
        for record in records:
            by_model.setdefault(record._name, set()).add(record.id)
        result = {}
        for model, ids in by_model.items():
            found = self.sudo().search_fetch(
                [
                    ("res_model", "=", model),
                    ("res_id", "in", list(ids)),
                    ("source_id", "in", list(rank)),
                    ("kind", "=", kind),
                    ("is_alias", "=", False),
                    ("valid_until", "=", False),
                ],
                ["res_id", "key", "source_id", "origin"],
                order="id",
            )
            found = found.sorted(lambda item: rank[item.source_id.id])
            result.update({(model, res_id): items for res_id, items in found.grouped("res_id").items()})
        return result

    @api.model
    def _own_keys(self, source, kind, records):
        """The own key of each record, of its source or of one that shares keys: {(model, id): key}."""
        return {pair: items[0].key for pair, items in self._own_entries(source, kind, records).items()}

    @api.model
    def _make_way(self, source, own, keys):
        """What a person calls a record for another source is an alias, once a system says its key.

        :param own: as ``_own_entries`` gives it
        :param keys: {(model, id): the key that is said}
        :return: the own entries that stay
        """
        stay = {}
        for pair, items in own.items():
            aliases = items.filtered(
                lambda item, key=keys[pair]: (
                    item.origin == PERSON and item.source_id != source and item.key != key
                )
            )
            aliases._write_entry({"is_alias": True})
            stay[pair] = items - aliases
        return stay

    # ---- one key, said by two ------------------------------------------------------------

    @api.model
    def _beside(self, source, kind, keys):
        """What keys mean for the sources that use this one's: {key: entry}, a person's word first."""
        _own, users = self._family_ids(source.id)
        if not users or not keys:
            return {}
        found = self.sudo().search_fetch(
            [
                ("source_id", "in", list(users)),
                ("kind", "=", kind),
                ("key", "in", [clean(key) for key in keys]),
                ("valid_until", "=", False),
            ],
            ["key", "source_id", "res_model", "res_id", "origin", "confirmed_by_id"],
            order="id desc",
        )
        # the last one that is put in stands: a person's, and of several the first
        return {item.key: item for item in found.sorted(lambda item: item.origin == PERSON)}

    @api.model
    def _check_beside(self, source, kind, bindings, apart=()):
        """:raises UnusableReference: when a person mapped one of these keys to another record"""
        for key, entry in self._beside(source, kind, bindings).items():
            record = bindings[key]
            same = (entry.res_model, entry.res_id) == (record._name, record.id)
            if not same and entry.origin == PERSON and key not in apart:
                raise self._mapped_beside(source, entry)

    @api.model
    def _mapped_beside(self, source, entry, **info):
        """The error of a key that is new, and that a person mapped for a source which uses these keys."""
        sentence = self.env._(
            "%(kind)s %(key)s is new from %(system)s. %(user)s mapped it to %(record)s for %(other)s, which "
            "uses the keys of %(system)s. Say whether they are one, or map it to what it means.",
            kind=entry.kind.replace("_", " ").capitalize(),
            key=entry.key,
            system=source.name,
            user=entry.confirmed_by_id.name or self.env._("Somebody"),
            record=self.env[entry.res_model].sudo().browse(entry.res_id).display_name,
            other=entry.source_id.name,
        )
        record = self.env[entry.res_model].browse(entry.res_id).exists()
        return UnusableReference(
            "beside", entry.kind, entry.key, entry.res_model, sentence, record=record or None, **info
        )

    def _take_over_own(self):
        """Make this entry its record's own; the other keys of the record are aliases from now on.

        The same key of a source that shares it is the same word, and goes along.
        """
        self.ensure_one()
        own, users = self._family_ids(self.source_id.id)
        entries = self.sudo().search(
            [
                ("res_model", "=", self.res_model),
                ("res_id", "=", self.res_id),
                ("kind", "=", self.kind),
                ("source_id", "in", [*own, *users]),
                ("valid_until", "=", False),
            ]
        )
        others = entries.filtered(lambda item: item.key != self.key and not item.is_alias)
        others._write_entry({"is_alias": True})
        # by two statements: of two own keys the database takes none
        others.flush_recordset()
        return entries.filtered(lambda item: item.key == self.key)
