# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import functools

from odoo import api, models
from odoo.exceptions import AccessError, MissingError, UserError

OURS = "construction_"
MODULES = f"odoo.addons.{OURS}"
WORDS = "Expected singleton"


class ConstructionDoor(models.AbstractModel):
    """What a person is told who asks for a record of ours that is another's, gone, or none at all.

    Every public method is a door, from a button as from RPC: behind each stand the same sentences, so
    that no method has to say them itself.
    """

    _name = "construction.door"
    _description = "What Is Said at a Closed Door"

    # ---- records of others ---------------------------------------------------------------

    @api.model
    def _is_ours(self, model):
        return model in self.env and self.env[model]._original_module.startswith(OURS)

    @api.model
    def _refused(self, records, said, operation="read"):
        """The refusal of records that a rule keeps from the user.

        :param AccessError said: Odoo's own, which may know the company to switch to
        :param str operation: what the user wanted to do with them
        """
        what = self._what(records._name)
        stored = records.sudo().exists()
        if not stored:
            return self._gone(records)
        if "company_id" in stored._fields and stored.company_id - self.env.companies:
            sentence = self.env._(
                "This %(what)s belongs to another company: switch to %(company)s, or ask somebody who "
                "works there.",
                what=what,
                company=", ".join((stored.company_id & self.env.user.company_ids).mapped("name"))
                or self.env._("that company"),
            )
        elif records._transient:
            sentence = self.env._("This window is another user's: close it, and open one of your own.")
        elif self._is_ours(records._name) and self.env.user._construction_sees_all_jobs():
            sentence = self.env._(
                "This %(what)s is for other roles than yours. Ask somebody else of: %(groups)s.",
                what=what,
                groups=self._who(
                    records._name, "read", self._seeing_all() - self.env.user.sudo().all_group_ids
                ),
            )
        elif operation == "read" or self._is_ours(records._name):
            sentence = self.env._(
                "This %(what)s belongs to another job. Ask somebody who sees all jobs: %(groups)s.",
                what=what,
                groups=self._who(records._name, "read", self._seeing_all())
                if self._is_ours(records._name)
                else ", ".join(self._seeing_all().mapped("name")),
            )
        else:
            sentence = self.env._(
                "This %s belongs to another job. It is changed by the manager of that job, or by somebody "
                "who works on all jobs.",
                what,
            )
        return self._error(sentence, records._name, said)

    @api.model
    def _refused_model(self, model, operation, said):
        """The refusal of a model that is none of the user's roles'."""
        what, who = self._what(model), self._who(model, operation)
        if who and self.env[model]._transient:
            sentence = self.env._("“%(what)s” is for: %(who)s.", what=what, who=who)
        elif not who:
            sentence = self.env._("A “%s” is made and changed by the system only, never by hand.", what)
        elif operation == "read":
            sentence = self.env._("A “%(what)s” is shown to: %(who)s.", what=what, who=who)
        else:
            sentence = self.env._("A “%(what)s” is entered and changed by: %(who)s.", what=what, who=who)
        return self._error(sentence, model, said)

    @api.model
    def _seeing_all(self):
        return self.env["res.users"]._construction_groups_of_all_jobs()

    @api.model
    def _error(self, sentence, model, said):
        error = AccessError(sentence)
        error.model = model
        if hasattr(said, "context"):
            error.context = said.context
        return error

    @api.model
    def _what(self, model):
        # without what Odoo adds in brackets, such as “Product Moves (Stock Move Line)”
        return (self.env["ir.model"].sudo()._get(model).name or model).partition(" (")[0].lower()

    @api.model
    def _who(self, model, operation, among=None):
        """The groups that have a right on a model, as a person reads them."""
        rights = self.env["ir.model.access"].sudo()
        domain = [("model_id.model", "=", model), (f"perm_{operation}", "=", True), ("active", "=", True)]
        groups = rights.search([*domain, ("group_id", "!=", False)], order="id").group_id
        return ", ".join(dict.fromkeys((groups if among is None else groups & among).mapped("name")))

    # ---- records that are gone -----------------------------------------------------------

    @api.model
    def _gone(self, records):
        if records._transient:
            return MissingError(self.env._("This window is out of date: close it, and open it again."))
        return MissingError(
            self.env._(
                "This %s is gone: somebody deleted it. Close it, and search for it anew.",
                self._what(records._name),
            )
        )

    @api.model
    def _none_or_many(self, records):
        if records:
            return UserError(self.env._("Choose one %s only.", self._what(records._name)))
        return UserError(self.env._("Save it first, or choose a %s.", self._what(records._name)))

    # ---- the doors -----------------------------------------------------------------------

    @api.model
    def _public_methods(self, model_class):
        """The names of the methods of ours that may be called from outside, but for those of every model."""
        of_all = self.env.registry["base"]
        return sorted(
            {
                name
                for definition in model_class.mro()
                if definition.__module__.startswith(MODULES)
                for name, member in vars(definition).items()
                if not name.startswith("_")
                and callable(member)
                and not isinstance(member, type)
                and not hasattr(of_all, name)
            }
        )

    def _register_hook(self):
        result = super()._register_hook()
        for name in self.env:
            if self._is_ours(name):
                model_class = self.env.registry[name]
                for method in self._public_methods(model_class):
                    setattr(model_class, method, _door(getattr(model_class, method)))
        return result

    def _unregister_hook(self):
        result = super()._unregister_hook()
        for name in self.env:
            if self._is_ours(name):
                model_class = self.env.registry[name]
                for method, function in list(vars(model_class).items()):
                    if hasattr(function, "construction_door"):
                        delattr(model_class, method)
        return result


def _door(method):
    if hasattr(method, "construction_door"):
        return method

    @functools.wraps(method)
    def through(self, *args, **kwargs):
        try:
            return method(self, *args, **kwargs)
        except MissingError as error:
            door = self.env["construction.door"]
            if isinstance(self, models.BaseModel) and self.sudo().exists() != self:
                raise door._gone(self) from error
            raise
        except ValueError as error:
            if str(error) != f"{WORDS}: {self}":
                raise
            raise self.env["construction.door"]._none_or_many(self) from error

    through.construction_door = True
    return through
