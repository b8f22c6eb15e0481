import {registry} from "@web/core/registry";

// A buyer says what an unknown cost code means; everything that it blocked goes on.
registry.category("web_tour.tours").add("construction_map_missing_code", {
    steps: () => [
        {
            content: "Open the work item of the unknown code",
            trigger: ".o_kanban_record:contains('Cost code 99 00 00 is unknown')",
            run: "click",
        },
        {
            content: "It says how many messages it blocks",
            trigger: ".o_form_view button[name='action_open_messages']:contains('2')",
        },
        {
            content: "Look for the code that is meant",
            trigger: ".o_field_widget[name='fix_res_id'] input",
            run: "edit 05 12 00",
        },
        {
            content: "Choose it",
            trigger: ".o-autocomplete--dropdown-item:contains('05 12 00')",
            run: "click",
        },
        {
            content: "Map it and replay the whole group",
            trigger: "button[name='action_map_and_replay']",
            run: "click",
        },
        {
            content: "The cause is gone",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains('Resolved')",
        },
    ],
});

// The same buyer opens one of the orders and finds that its bill was posted.
registry.category("web_tour.tours").add("construction_see_bill_done", {
    steps: () => [
        {
            content: "The order shows how many messages stand behind it",
            trigger: "button[name='action_construction_messages']:contains('3')",
            run: "click",
        },
        {
            content: "The order, its receipt and its bill are done",
            trigger: ".o_list_view .o_data_row:contains('Supplier invoice received'):contains('Done')",
        },
    ],
});

// A cost controller reads why a bill is held and releases it with a reason.
registry.category("web_tour.tours").add("construction_release_hold", {
    steps: () => [
        {
            content: "The banner says what is wrong",
            trigger: ".alert:contains('On payment hold'):contains('1,000.00')",
        },
        {
            content: "Release it",
            trigger: "button[name='action_construction_release']",
            run: "click",
        },
        {
            content: "Say why",
            trigger: ".modal .o_field_widget[name='reason'] input",
            run: "edit Price rise agreed with the supplier",
        },
        {
            content: "Confirm",
            trigger: ".modal button[name='action_release']",
            run: "click",
        },
        {
            content: "The banner is gone",
            trigger: "body:not(:has(.modal)) .o_form_view:not(:has(.alert-danger:contains('On payment hold')))",
        },
    ],
});

// A cost controller asks a figure of the job-cost report where it comes from.
registry.category("web_tour.tours").add("construction_figure_to_event", {
    steps: () => [
        {
            content: "The job is open",
            trigger: ".o_group_header.o_group_open:contains('Harbour')",
        },
        {
            content: "Its cost code",
            trigger: ".o_group_header:contains('03 30 00')",
            run: "click",
        },
        {
            content: "Its actual cost",
            trigger: ".o_data_row button.o_construction_figure[name=actual]:contains('1,000.00')",
            run: "click",
        },
        {
            content: "The events behind the entry",
            trigger: ".o_data_row button[name=action_construction_messages]",
            run: "click",
        },
        {
            content: "The supplier's invoice",
            trigger: ".o_data_row:contains('Supplier invoice received') .o_data_cell:contains('INV-001')",
            run: "click",
        },
        {
            content: "What it was when it came",
            trigger: ".o_form_view .nav-link[name=payload]",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_field_widget[name=payload]:contains('INV-001')",
        },
        {
            content: "and the signed delivery that brought it",
            trigger: ".o_form_view .nav-link[name=delivery]",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=delivery_id]:contains('msg_')",
        },
    ],
});

// A buyer asks for a change of a released order.
registry.category("web_tour.tours").add("construction_change_order", {
    steps: () => [
        {
            content: "Ask for a change",
            trigger: "button[name='action_construction_change']",
            run: "click",
        },
        {
            content: "Say why",
            trigger: ".modal .o_field_widget[name='reason'] input",
            run: "edit One pier more",
        },
        {
            content: "What it is to become",
            trigger: ".modal .o_data_row .o_data_cell[name='quantity']",
            run: "click",
        },
        {
            trigger: ".modal .o_data_row .o_field_widget[name='quantity'] input",
            run: "edit 120",
        },
        {
            content: "Ask for it",
            trigger: ".modal button[name='action_request']",
            run: "click",
        },
        {
            content: "The change is shown",
            trigger: "body:not(:has(.modal)) .o_breadcrumb:contains('change 1')",
        },
    ],
});
