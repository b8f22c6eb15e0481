-- nothing of it acts on its own or reaches outside: what comes and goes is the hub's
SELECT 'construction_job_cost' AS nothing_to_neutralize;
