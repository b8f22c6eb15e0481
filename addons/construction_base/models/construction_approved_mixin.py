# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json

from lxml import etree

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import hmac

# of the context: the mark of what a form showed on which its user decides
SEEN = "construction_seen"


class ConstructionApprovedMixin(models.AbstractModel):
    """A document that is approved by a button of its form: as what was seen there, and nothing else.

    The form hands back a mark of what it showed. A button that is pressed without a form, by RPC, decides on
    what is there at that moment.
    """

    _name = "construction.approved.mixin"
    _description = "Approved as Seen"

    # names of the buttons of its form that decide on what it shows
    _construction_approving = ()

    construction_asked = fields.Char(
        compute="_compute_construction_asked", help="A mark of what is approved at this moment."
    )

    def _compute_construction_asked(self):
        for document in self:
            document.construction_asked = document._construction_asked_mark()

    def _construction_asked_figures(self):
        """What one document asks to be approved, as JSON takes it; read for everyone."""
        raise NotImplementedError

    def _construction_asked_mark(self):
        secret = self.env(su=True)
        figures = json.dumps(self.sudo()._construction_asked_figures(), sort_keys=True, default=str)
        return hmac(secret, "construction-asked", figures)[:20]

    @api.model
    def _construction_figures_of(self, records, *names):
        """The values of those of these fields that records have."""
        known = [name for name in names if name in records._fields]
        return [
            [record.id, *(record._fields[name].convert_to_write(record[name], record) for name in known)]
            for record in records.sorted("id")
        ]

    def _construction_check_asked(self):
        """These documents, to go on with.

        :raises UserError: when one is no longer what the form showed whose button was pressed
        """
        seen = self.env.context.get(SEEN)
        if not isinstance(seen, str) or not seen:
            return self
        for document in self:
            if document._construction_asked_mark() != seen:
                raise UserError(
                    self.env._(
                        "%s has changed since you opened it: look at it again, then decide.",
                        document.display_name,
                    )
                )
        return self.with_context(**{SEEN: None})

    @api.model
    def get_view(self, view_id=None, view_type="form", **options):
        result = super().get_view(view_id, view_type, **options)
        return self._construction_hand_back(result) if view_type == "form" else result

    @api.model
    def _construction_hand_back(self, result):
        """A form whose buttons that decide hand back the mark: whichever view, and addon, they are of.

        :param result: what ``get_view`` gives
        """
        arch = etree.fromstring(result["arch"])
        buttons = [
            button
            for button in arch.iter("button")
            if button.get("name") in self._construction_approving
            and SEEN not in button.get("context", "")
            and not list(button.iterancestors("field"))
        ]
        if buttons:
            for button in buttons:
                button.set("context", _with_mark(button.get("context")))
            if not arch.xpath("//field[@name='construction_asked'][not(ancestor::field)]"):
                arch.append(etree.Element("field", name="construction_asked", invisible="1", readonly="1"))
            names = (*result["models"].get(self._name, ()), "construction_asked")
            result["models"] = {**result["models"], self._name: tuple(dict.fromkeys(names))}
            result["arch"] = etree.tostring(arch, encoding="unicode")
        return result


def _with_mark(context):
    """The context of a button with the mark.

    >>> _with_mark(None), _with_mark("{'a': 1}")
    ("{'construction_seen': construction_asked}", "{'a': 1, 'construction_seen': construction_asked}")
    """
    said = (context or "{}").strip().removesuffix("}").rstrip().rstrip(",")
    return f"{said}{'' if said.endswith('{') else ', '}'{SEEN}': construction_asked}}"
