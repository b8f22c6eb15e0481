# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).


def given_names(env, vals_list):
    """Names of the fields that a caller gives, as values or as defaults in the context."""
    defaults = {key.removeprefix("default_") for key in env.context if key.startswith("default_")}
    return defaults.union(*vals_list)
