-- nothing of it acts on its own or reaches outside: what comes and goes is the hub's
SELECT 'construction_procurement_sync' AS nothing_to_neutralize;
