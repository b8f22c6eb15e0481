# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What persons answered and corrected before is known by its document, wherever that can be told."""

import logging

from odoo import SUPERUSER_ID, api

from odoo.addons.construction_sync.lib import content, crypto, strict_json

_logger = logging.getLogger(__name__)


def migrate(cr, version):
    # at the end: the handlers of all addons are there, and say what a document is
    env = api.Environment(cr, SUPERUSER_ID, {})
    note_former(env)
    note_documents(env)
    cr.execute("DROP INDEX IF EXISTS construction_message_corrected_index")
    env.invalidate_all()


def note_former(env):
    """Keep the key under which a document was sent, where a person corrected it."""
    messages = env["construction.message"].search([("corrected_at", "!=", False), ("former_key", "=", False)])
    for message in messages:
        vals = message._prepare_former_vals(message._payload())
        if vals.get("former_key"):
            message.write(vals)


def note_documents(env):
    """Give answers the document that they were given about, as it was read when they were given.

    A message that a person corrected after an answer said something else then: its number is told from
    what it says now only where that did not change, and its content not at all.
    """
    env.flush_all()
    env.cr.execute("SELECT id FROM construction_message_decision WHERE document_kind IS NULL ORDER BY id")
    decisions = env["construction.message.decision"].browse([row[0] for row in env.cr.fetchall()])
    rows = [row for row in map(prepare_row, decisions) if row]
    if not rows:
        return
    env.cr.execute("ALTER TABLE construction_message_decision DISABLE TRIGGER USER")
    env.cr.executemany(
        "UPDATE construction_message_decision SET document_kind = %s, document_key = %s, content_hash = %s,"
        " against_hash = %s, revision = %s WHERE id = %s",
        rows,
    )
    env.cr.execute("ALTER TABLE construction_message_decision ENABLE TRIGGER USER")
    _logger.info("%s answers are known by their documents", len(rows))


def prepare_row(decision):
    """The document of an answer, or None where it cannot be told."""
    env, message = decision.env, decision.message_id
    handler = message.event_type_id._handler() if message.event_type_id else None
    if handler is None or not handler._document_kind:
        return None
    data = message._payload()
    key = handler._document_key(data)
    corrected_since = message.corrected_at and message.corrected_at > decision.decided_at
    if corrected_since and handler._document_key(strict_json.loads(message.data.encode())) != key:
        return None
    mark = None if corrected_since else content_hash(env, handler, data)
    if not mark:
        # known by its number, but not as the answer to the same content
        return (handler._document_kind, key, None, None, 0, decision.id)
    schema_text = env["construction.event.type"]._prepare_declared_vals(handler)["schema_text"]
    entry = env["construction.crosswalk"]._contents(message.source_id, handler._document_kind, {key}).get(key)
    return (
        handler._document_kind,
        key,
        mark,
        entry.content_hash if entry and stood(entry, decision) else None,
        content.revision_of(schema_text, data) or 0,
        decision.id,
    )


def content_hash(env, handler, data):
    schema_text = env["construction.event.type"]._prepare_declared_vals(handler)["schema_text"]
    try:
        return content.content_hash(schema_text, data, handler._open_restricted)
    except (crypto.MissingKey, crypto.Unreadable):
        return None


def stood(entry, decision):
    """Whether what a document says now stood when a person answered."""
    said = entry.content_message_id
    return said and said != decision.message_id and said.done_at and said.done_at <= decision.decided_at
