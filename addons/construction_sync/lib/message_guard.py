# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the database itself refuses: nobody changes what a message or a delivery brought.

There are two ways past it. What was refused is read again by a contract that has changed
(``construction.accept``, ``_take_in_message``). Personal values are taken out (``construction.redaction``):
the change names an audit entry of its source, made in the same moment, and of a message it only takes away.
"""

SQL = """
CREATE OR REPLACE FUNCTION construction_only_less(before jsonb, after jsonb) RETURNS boolean AS $$
BEGIN
    IF before = after THEN
        RETURN true;
    ELSIF jsonb_typeof(before) = 'array' AND jsonb_typeof(after) = 'array' THEN
        RETURN jsonb_array_length(before) = jsonb_array_length(after) AND NOT EXISTS (
            SELECT FROM ROWS FROM (jsonb_array_elements(before), jsonb_array_elements(after))
                AS pair(old, new)
            WHERE NOT construction_only_less(old, new));
    ELSIF jsonb_typeof(before) = 'object' AND jsonb_typeof(after) = 'object' THEN
        RETURN NOT EXISTS (
            SELECT FROM jsonb_each(after) AS kept
            WHERE NOT before ? kept.key
                OR before -> kept.key <> kept.value
                AND NOT construction_only_less(before -> kept.key, kept.value));
    END IF;
    RETURN false;
END $$ LANGUAGE plpgsql IMMUTABLE;

CREATE OR REPLACE FUNCTION construction_redaction_is_logged(
    source integer, before integer, entry integer, moment timestamp) RETURNS boolean AS $$
    SELECT entry > coalesce(before, 0) AND EXISTS (
        SELECT FROM construction_audit_entry e WHERE e.id = entry AND e.at = moment
        AND e.res_model = 'construction.source' AND e.res_id = source
        AND e.at >= date_trunc('second', now() AT TIME ZONE 'UTC'))
$$ LANGUAGE sql STABLE;

CREATE OR REPLACE FUNCTION construction_message_guard() RETURNS trigger AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a received message is evidence and is not deleted';
    END IF;
    IF TG_TABLE_NAME = 'construction_message' THEN
        -- refused, it was read by a contract that has changed: see _take_in
        IF OLD.state = 'rejected' AND NEW.state = 'received' AND NEW.holds_identity
            AND NOT coalesce(OLD.holds_identity, false)
            AND (OLD.receipt, OLD.delivery_id, OLD.source_id, OLD.company_id,
                OLD.received_at, OLD.data_hash, OLD.redacted_at, OLD.redaction_id)
            IS NOT DISTINCT FROM (NEW.receipt, NEW.delivery_id, NEW.source_id,
                NEW.company_id, NEW.received_at, NEW.data_hash, NEW.redacted_at, NEW.redaction_id) THEN
            RETURN NEW;
        END IF;
        -- personal values were taken out
        IF construction_redaction_is_logged(
                NEW.source_id, OLD.redaction_id, NEW.redaction_id, NEW.redacted_at)
            AND (OLD.receipt, OLD.delivery_id, OLD.source_id, OLD.company_id, OLD.type_name,
                OLD.version, OLD.event_source, OLD.event_id, OLD.subject, OLD.occurred_at,
                OLD.received_at, OLD.data_hash, OLD.holds_identity)
            IS NOT DISTINCT FROM (NEW.receipt, NEW.delivery_id, NEW.source_id, NEW.company_id,
                NEW.type_name, NEW.version, NEW.event_source, NEW.event_id, NEW.subject,
                NEW.occurred_at, NEW.received_at, NEW.data_hash, NEW.holds_identity)
            AND (OLD.data IS NOT DISTINCT FROM NEW.data
                OR coalesce(construction_only_less(OLD.data::jsonb, NEW.data::jsonb), false)) THEN
            RETURN NEW;
        END IF;
    ELSIF construction_redaction_is_logged(
            NEW.source_id, OLD.redaction_id, NEW.redaction_id, NEW.redacted_at)
        AND (OLD.source_id, OLD.webhook_id, OLD.body_hash, OLD.received_at)
        IS NOT DISTINCT FROM (NEW.source_id, NEW.webhook_id, NEW.body_hash, NEW.received_at) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'what a message brought does not change';
END $$ LANGUAGE plpgsql;
DROP TRIGGER IF EXISTS construction_message_guard ON construction_message;
CREATE TRIGGER construction_message_guard
BEFORE UPDATE OF receipt, delivery_id, source_id, company_id, type_name, version,
    event_source, event_id, subject, occurred_at, received_at, data, data_hash,
    holds_identity, redacted_at, redaction_id ON construction_message
FOR EACH ROW
WHEN ((OLD.receipt, OLD.delivery_id, OLD.source_id, OLD.company_id, OLD.type_name,
    OLD.version, OLD.event_source, OLD.event_id, OLD.subject, OLD.occurred_at,
    OLD.received_at, OLD.data, OLD.data_hash, OLD.holds_identity, OLD.redacted_at, OLD.redaction_id)
    IS DISTINCT FROM (NEW.receipt, NEW.delivery_id, NEW.source_id, NEW.company_id,
    NEW.type_name, NEW.version, NEW.event_source, NEW.event_id, NEW.subject,
    NEW.occurred_at, NEW.received_at, NEW.data, NEW.data_hash, NEW.holds_identity,
    NEW.redacted_at, NEW.redaction_id))
EXECUTE FUNCTION construction_message_guard();
DROP TRIGGER IF EXISTS construction_message_keep ON construction_message;
CREATE TRIGGER construction_message_keep BEFORE DELETE ON construction_message
FOR EACH ROW EXECUTE FUNCTION construction_message_guard();
DROP TRIGGER IF EXISTS construction_delivery_guard ON construction_inbound_delivery;
CREATE TRIGGER construction_delivery_guard
BEFORE UPDATE OF source_id, webhook_id, body_hash, body_token, received_at, redacted_at, redaction_id,
    hashes_text ON construction_inbound_delivery
FOR EACH ROW EXECUTE FUNCTION construction_message_guard();
DROP TRIGGER IF EXISTS construction_delivery_keep ON construction_inbound_delivery;
CREATE TRIGGER construction_delivery_keep BEFORE DELETE ON construction_inbound_delivery
FOR EACH ROW EXECUTE FUNCTION construction_message_guard();
"""
