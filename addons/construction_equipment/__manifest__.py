# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "Construction Equipment",
    "summary": "Rules of meters, machine-days, rates and charges of a contractor's fleet",
    "version": "19.0.1.0.0",
    "category": "Construction",
    "author": "Construction Suite Contributors",
    "license": "AGPL-3",
    "depends": ["construction_job_cost", "construction_master_sync"],
}
