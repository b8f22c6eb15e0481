# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError


class ConstructionAuthorsMixin(models.AbstractModel):
    """A document that is approved by somebody else than who entered it.

    Who makes it is an author, and so is whoever changes what is approved of it (amount, quantity, price,
    coding, party) before it is: the model says when by ``_construction_note_author``. Each approval, release
    and override of such a document asks ``_construction_authors``.
    """

    _name = "construction.authors.mixin"
    _description = "Document with Authors"

    construction_changed_by_ids = fields.Many2many(
        "res.users",
        string="Changed by",
        readonly=True,
        copy=False,
        help="Who changed what is approved of it before it was: nobody of them approves it.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        documents = super().create(vals_list)
        # the documents, not the values: default values come from the context, too
        if not self.env.su and documents.sudo().construction_changed_by_ids:
            self._construction_refuse_authors()
        return documents

    def write(self, vals):
        if "construction_changed_by_ids" in vals and not self.env.su:
            self._construction_refuse_authors()
        return super().write(vals)

    def _construction_refuse_authors(self):
        raise AccessError(self.env._("Who changed a document is noted when they do, and not written."))

    def _construction_authors(self):
        """Who entered these documents or changed what is approved of them."""
        documents = self.sudo()
        return (documents.create_uid | documents.construction_changed_by_ids).with_env(self.env)

    def _construction_note_author(self):
        """Note that the user changes what is approved of these documents."""
        user = self.env.user
        if user._is_superuser():
            return
        for document in self.sudo():
            if user not in document.create_uid | document.construction_changed_by_ids:
                # past the rules of what the document says, of which this is no part
                link = {"construction_changed_by_ids": [fields.Command.link(user.id)]}
                models.BaseModel.write(document, link)

    def _construction_is_own(self):
        """Whether the user is an author of one document; the superuser is nobody."""
        self.ensure_one()
        return not self.env.user._is_superuser() and self.env.user in self._construction_authors()

    def _construction_check_not_own(self):
        """:raises AccessError: for an author of one of these documents"""
        for document in self:
            if document._construction_is_own():
                raise AccessError(
                    self.env._(
                        "%s: nobody approves what they entered or changed. Ask somebody else who may.",
                        document.display_name,
                    )
                )
