# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "Construction Bench",
    "summary": "What the benchmark measures against; never part of an installation",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "author": "Construction Suite Contributors",
    "license": "AGPL-3",
    "depends": ["base_automation", "construction_sync", "rpc"],
    "data": ["security/ir.model.access.csv"],
}
