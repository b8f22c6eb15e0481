# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import os

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.modules import Manifest
from odoo.tools import file_open

from odoo.addons.construction_base.lib.named_error import NamedError

from ..lib import contract, schema
from .construction_event_type import LANES

ADDONS = "odoo.addons."


class ConstructionEventContract(models.Model):
    """The contracts that handlers declare are checked before a record mirrors them.

    Who is told is the author of a module, when it is installed or updated: by one sentence that names the
    file and the handler.
    """

    _inherit = "construction.event.type"

    @api.model
    def _checked_handlers(self, module=None):
        """The handlers that declare an event type, without anything wrong in what they declare.

        :param str module: only those of this one
        :raises ValidationError: naming the first that declares what cannot be
        """
        declared = self.env["construction.event.handler"]._declared()
        self._require_categories(module)
        self._require_abstract(module)
        self._require_handlers(module, declared)
        first = {}
        for handler in sorted(declared, key=lambda handler: handler._name):
            other = first.setdefault(f"{handler._event_type} {handler._event_version}", handler)
            if module in (None, handler._original_module, other._original_module):
                self._require_sound(handler, other)
        return [handler for handler in declared if module in (None, handler._original_module)]

    @api.model
    def _require_categories(self, module):
        """The errors of a module are of categories that work items have."""
        known = {key for key, _label in self.env["construction.exception"]._fields["category"].selection}
        for error in self._error_classes():
            path = error.__module__.removeprefix(ADDONS)
            if path.split(".")[0] == module and error.category not in known:
                raise ValidationError(
                    self.env._(
                        "%(path)s declares the error %(error)s of the category “%(category)s”, which no work "
                        "item has. Give it one of these, or add yours to construction.exception "
                        "(selection_add): %(known)s.",
                        path=path.replace(".", "/") + ".py",
                        error=error.__qualname__,
                        category=error.category,
                        known=", ".join(sorted(known)),
                    )
                )

    @api.model
    def _error_classes(self):
        """The classes of named errors of all addons, but for those that tests make."""
        found, more = [], [NamedError]
        while more:
            more = [error for parent in more for error in parent.__subclasses__()]
            found += [error for error in more if ".tests." not in error.__module__]
        return found

    @api.model
    def _require_abstract(self, module):
        base = self.env.registry["construction.event.handler"]
        for model in self.env.registry.values():
            if issubclass(model, base) and not model._abstract and module in (None, model._original_module):
                handler = self.env[model._name]
                raise self._broken(
                    handler, self.env._("a handler is a models.AbstractModel, without a table")
                )

    @api.model
    def _require_handlers(self, module, declared):
        """Every schema of a module is some handler's: one that nobody imports would never be found."""
        known = {(handler._event_type, handler._event_version) for handler in declared}
        for file in self._schema_files(module) if module else ():
            found = contract.contract_of(file)
            if found and found not in known:
                raise ValidationError(
                    self.env._(
                        "%(path)s has no handler: no model of %(module)s declares the event %(event)s, "
                        "version %(version)s. Is its file imported, in handlers/__init__.py and in the "
                        "__init__.py of the addon?",
                        path=f"{module}/schemas/{file}",
                        module=module,
                        event=found[0],
                        version=found[1],
                    )
                )

    @api.model
    def _schema_files(self, module):
        """The names of the files in the folder of a module's schemas."""
        manifest = Manifest.for_addon(module, display_warning=False)
        folder = manifest and os.path.join(manifest.path, "schemas")
        return sorted(os.listdir(folder)) if folder and os.path.isdir(folder) else []

    @api.model
    def _require_sound(self, handler, first):
        """:param first: the first handler of the same type and version, by default itself"""
        faults = contract.declared_faults(handler._event_type, handler._event_version)
        faults += contract.choice_faults(
            handler._event_lane,
            [lane for lane, _name in LANES],
            handler._event_priority,
            handler._event_patience_hours,
            handler._event_personal_days,
        )
        if faults:
            raise self._broken(handler, "; ".join(faults))
        if handler != first:
            raise self._broken(
                handler,
                self.env._(
                    "%(other)s in %(path)s declares %(event)s, version %(version)s, already",
                    other=first._name,
                    path=self._file_of(first),
                    event=handler._event_type,
                    version=handler._event_version,
                ),
            )

    @api.model
    def _require_groups(self, module):
        """:raises ValidationError: when a handler of a module, which is loaded, names a group that is not"""
        for handler in self.env["construction.event.handler"]._declared():
            name = handler._original_module == module and handler._event_group
            if name and not self.env.ref(name, raise_if_not_found=False):
                raise self._broken(handler, self.env._("there is no group %s, its _event_group", name))

    @api.model
    def _file_of(self, handler):
        """The file that says what a handler declares, from its addon on."""
        for part in type(handler).mro():
            if "_event_type" in vars(part) and part.__module__.startswith(ADDONS):
                return part.__module__.removeprefix(ADDONS).replace(".", "/") + ".py"
        return handler._original_module

    @api.model
    def _broken(self, handler, faults):
        return ValidationError(
            self.env._(
                "%(path)s declares a contract that cannot be, in %(handler)s: %(faults)s.",
                path=self._file_of(handler),
                handler=handler._name,
                faults=faults,
            )
        )

    @api.model
    def _read_schema(self, handler):
        """The whole schema of a handler's contract: with the common definitions, so that it stands by itself.

        :raises ValidationError: when it is not there, or cannot be used
        """
        name, version = handler._event_type, handler._event_version
        path = contract.PLACE.format(module=handler._original_module, type=name, version=version)
        try:
            with file_open(path, "r") as file:
                text = contract.read(file.read())
        except FileNotFoundError as error:
            raise ValidationError(
                self.env._(
                    "%(path)s is not there: it is the schema of %(handler)s, whose event %(event)s, version "
                    "%(version)s, is declared in %(file)s.",
                    path=path,
                    handler=handler._name,
                    event=name,
                    version=version,
                    file=self._file_of(handler),
                )
            ) from error
        except (schema.BrokenSchema, UnicodeDecodeError) as error:
            raise self._broken_schema(path, handler, [f"is not a JSON Schema: {error}"]) from error
        faults = contract.schema_faults(text, name, version)
        if faults:
            raise self._broken_schema(path, handler, faults)
        return text

    @api.model
    def _broken_schema(self, path, handler, faults):
        return ValidationError(
            self.env._(
                "%(path)s, the schema of %(handler)s, %(faults)s.",
                path=path,
                handler=handler._name,
                faults="; ".join(faults),
            )
        )
