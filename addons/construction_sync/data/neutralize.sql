-- a copy takes nothing from the systems of the original
UPDATE construction_source SET state = 'suspended', suspended_at = now() AT TIME ZONE 'utc' WHERE state = 'live';
-- and knows none of their secrets
UPDATE construction_source_credential
   SET valid_until = now() AT TIME ZONE 'utc', secret_token = NULL
 WHERE valid_until IS NULL OR valid_until > now() AT TIME ZONE 'utc';
-- what the original had still to do is its own to do
UPDATE queue_job
   SET state = 'cancelled', date_cancelled = now() AT TIME ZONE 'utc'
 WHERE channel LIKE 'root.construction%' AND state IN ('pending', 'enqueued', 'started', 'wait_dependencies');
