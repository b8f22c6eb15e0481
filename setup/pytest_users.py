# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""pytest plugin for Odoo's tests: a user that a test makes is not welcomed.

Odoo sends each new user a mail to sign up and gives them a first to-do, both rendered from templates:
a third of the time of the tests went there. Whoever tests them calls them by name.
"""


def pytest_collection_finish(session):
    from odoo.addons.auth_signup.models.res_users import ResUsers as Invited
    from odoo.addons.project_todo.models.res_users import ResUsers as Onboarded

    reset = Invited._action_reset_password

    def for_known_users(users, *args, **kwargs):
        return None if users.env.context.get("create_user") else reset(users, *args, **kwargs)

    Invited._action_reset_password = for_known_users
    Onboarded._generate_onboarding_todo = lambda users: None
