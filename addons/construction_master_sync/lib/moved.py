# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What was a part of ``construction_procurement_sync`` before this module was made of it.

A database that is brought along keeps its records, groups, columns and rights, for they change hands
before either module is updated.
"""

FORMER, HERE = "construction_procurement_sync", "construction_master_sync"

MODELS = (
    "construction.external.mixin",
    "construction.master.mixin",
    "construction.handler.master.job.upserted",
    "construction.handler.master.cost_code.upserted",
    "construction.handler.master.supplier.upserted",
    "construction.handler.master.item.upserted",
)
_EXTERNAL = (
    "id",
    "display_name",
    "construction_external_key",
    "construction_revision",
    "construction_occurred_at",
    "construction_message_count",
    "construction_owner_text",
)
# of models of other modules
FIELDS = {
    "res.partner": (*_EXTERNAL, "construction_tax_key"),
    "project.project": _EXTERNAL,
    "product.product": _EXTERNAL,
    "construction.cost.code": _EXTERNAL,
    "construction.exception": ("construction_changed_by_ids",),
}
# {model: what it inherits}
PARENTS = {
    **dict.fromkeys((name for name in MODELS if ".handler." in name), "construction.master.mixin"),
    **dict.fromkeys((name for name in FIELDS if name != "construction.exception"), MODELS[0]),
    MODELS[0]: "construction.trace.mixin",
}
RECORDS = (
    "group_service_master",
    "access_job_service",
    "access_cost_code_service",
    "access_category_service",
    "access_analytic_account_service",
)
# fields of a model that stands on another one: Odoo names these by no module any more, and would take the
# name that is left for that of a field that is gone
UNNAMED = tuple(f"field_account_bank_statement_line__{field}" for field in _EXTERNAL[2:5])
# tables between two models
RELATIONS = ("construction_exception_changed_by_rel",)


def names():
    """The names of the external ids that changed hands.

    :return: set; without those of the fields of ``MODELS``, for which see ``is_moved``
    """
    return {
        *RECORDS,
        *(f"model_{_plain(model)}" for model in MODELS),
        *(f"field_{_plain(model)}__{field}" for model, fields in FIELDS.items() for field in fields),
        *(f"model_inherit__{_plain(model)}__{_plain(parent)}" for model, parent in PARENTS.items()),
    }


def is_moved(name):
    """Whether an external id of the former module is of this one now.

    >>> is_moved("group_service_master"), is_moved("field_res_partner__construction_tax_key")
    (True, True)
    >>> is_moved("field_construction_master_mixin__id"), is_moved("field_purchase_order__name")
    (True, False)
    """
    return name in names() or name.startswith(tuple(f"field_{_plain(model)}__" for model in MODELS))


def _plain(model):
    return model.replace(".", "_")
