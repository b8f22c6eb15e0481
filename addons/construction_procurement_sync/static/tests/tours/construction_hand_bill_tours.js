/* License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */
import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("construction_confirm_held_bill", {
    steps: () => [
        {
            content: "Confirm the bill",
            trigger: "button[name=action_post]:visible",
            run: "click",
        },
        {
            content: "It says what is held and who may release it",
            trigger: ".o_notification:contains(stays a draft on payment hold):contains(Controller)",
        },
        {
            content: "The form shows the hold without being opened again",
            trigger: ".alert-danger:contains(On payment hold):contains(received and not yet billed)",
        },
        {
            content: "and who may release it",
            trigger: ".alert-danger:contains(May be released):contains(Controller)",
        },
        {
            content: "It is still a draft",
            trigger: "button[name=action_post]:visible",
        },
    ],
});

registry.category("web_tour.tours").add("construction_waive_expired_document", {
    steps: () => [
        {
            content: "The supplier says that a document has expired",
            trigger: ".alert-danger:contains(compliance document has expired)",
        },
        {
            content: "Its documents",
            trigger: ".o_notebook .nav-link[name=construction_compliance]",
            run: "click",
        },
        {
            content: "Waive the expired one",
            trigger: ".o_data_row:contains(POL-1) button[name=action_construction_waive]",
            run: "click",
        },
        {
            content: "Until when",
            trigger: ".modal .o_field_widget[name=until] input",
            run: "edit 12/31/2099",
        },
        {
            content: "Why",
            trigger: ".modal .o_field_widget[name=reason] input",
            run: "edit New policy is under way",
        },
        {
            content: "Waive",
            trigger: ".modal button[name=action_waive]",
            run: "click",
        },
        {
            content: "It is waived",
            trigger: ".o_data_row:contains(POL-1):contains(Waived)",
        },
    ],
});
