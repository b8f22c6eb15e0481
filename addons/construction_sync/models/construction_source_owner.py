# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import logging

from odoo import api, models
from odoo.exceptions import ValidationError

from ..errors import SyncError
from ..lib import owners
from .construction_owner_rule import OwnerFinder

_logger = logging.getLogger(__name__)

# what of a source is evidence; a module adds to it
AUDITED = (
    "name",
    "code",
    "company_id",
    "user_id",
    "owner_id",
    "environment",
    "state",
    "event_type_ids",
    "authority_ids",
    "max_body_bytes",
)


class ConstructionSourceOwner(models.Model):
    """Who owns a source when its owner goes."""

    # apart from the source: what it is and whose it is are two ideas
    _name = "construction.source"
    _inherit = ["construction.source", "construction.audited.mixin"]  # pylint: disable=consider-merging-classes-inherited

    _audited = AUDITED

    @api.model
    def _replace_owners(self, exclude=()):
        """Give sources whose owner is gone, or cannot open their items, to the next person by rule.

        Where the rule finds nobody, the owner stays, and the source says what it lacks.

        :param exclude: users who leave
        """
        items = self.env["construction.exception"]
        finders, known = {}, {}
        for source in self.sudo().search([("state", "!=", "draft")]):
            owner, company = source.owner_id, source.company_id
            if (owner, company) not in known:
                known[owner, company] = owner not in exclude and items._may_own(owner, company)
            if known[owner, company]:
                continue
            if company not in finders:
                finders[company] = OwnerFinder(self.env, company)
            heir = finders[company].find(owners.Facts(source=source.id), [*exclude, owner])
            if not heir:
                continue
            try:
                with self.env.cr.savepoint():
                    source.owner_id = heir
            except ValidationError as error:
                # a live source that lacks something else stands, and its watch says so
                _logger.info("%s keeps its owner: %s", source.code, error)
                continue
            sentence = self.env._(
                "%(system)s and its work items are yours now: %(owner)s can no longer see to them.",
                system=source.name,
                owner=owner.name or self.env._("its owner"),
            )
            items._open(
                company,
                SyncError(sentence, cause_key=f"owner:{source.code}", owner=heir, severity="low"),
                source=source,
                category="permission",
            )
