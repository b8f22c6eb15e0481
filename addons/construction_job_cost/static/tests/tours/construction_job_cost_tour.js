import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("construction_job_cost_drill", {
    steps: () => [
        {
            content: "The report opens with the jobs unfolded",
            trigger: ".o_group_header.o_group_open:contains('Harbour Warehouse')",
        },
        {
            content: "to their cost codes: open one",
            trigger: ".o_group_header:contains('Cast-in-place concrete')",
            run: "click",
        },
        {
            content: "Exposure is 10,000 and the open commitment 6,000",
            trigger: ".o_data_row button.o_construction_figure[name=committed]:contains('6,000.00')",
        },
        {
            trigger: ".o_data_row button.o_construction_figure[name=exposure]:contains('10,000.00')",
        },
        {
            content: "A group's total leads to its entries, too",
            trigger: ".o_group_header:contains('Cast-in-place') button.o_construction_figure[name=committed]",
            run: "click",
        },
        {
            trigger: ".o_breadcrumb:contains('Committed')",
        },
        {
            trigger: ".o_data_row:contains('P0')",
        },
        {
            trigger: ".o_back_button, .breadcrumb-item a:contains('Job Cost')",
            run: "click",
        },
        {
            content: "Drill from the actual cost to its entries",
            trigger: ".o_data_row button.o_construction_figure[name=actual]:contains('4,000.00')",
            run: "click",
        },
        {
            trigger: ".o_breadcrumb:contains('Actual')",
        },
        {
            content: "The one entry behind it leads to the bill",
            trigger: ".o_data_row:contains('BILL') button[name=action_open_document]",
            run: "click",
        },
        {
            content: "The bill",
            trigger: ".o_form_view .o_field_widget[name=name]:contains('BILL'), .o_form_view h1:contains('BILL')",
        },
    ],
});

registry.category("web_tour.tours").add("construction_supervisor_phone", {
    steps: () => [
        {
            content: "The supervisor's own job is shown",
            trigger: ".o_kanban_record:contains('Harbour Warehouse')",
        },
        {
            content: "No other job is",
            trigger: ".o_kanban_renderer:not(:has(.o_kanban_record:contains('City Library')))",
        },
        {
            trigger: ".o_kanban_record:contains('Harbour Warehouse')",
            run: "click",
        },
        {
            content: "The job opens, without amounts of money and without overflowing the phone",
            trigger: ".o_form_view .o_field_widget[name=job_number]",
            run() {
                const page = document.documentElement;
                if (page.scrollWidth > page.clientWidth) {
                    throw new Error(`The page is ${page.scrollWidth} px wide`);
                }
                if (document.querySelector("[name^=construction_]")) {
                    throw new Error("A supervisor sees amounts of money");
                }
            },
        },
    ],
});

registry.category("web_tour.tours").add("construction_close_period", {
    steps: () => [
        {
            trigger: ".o_control_panel button:contains('Close a Period')",
            run: "click",
        },
        {
            content: "Up to when",
            trigger: ".modal button[data-field='date']",
            run: "click",
        },
        {
            trigger: ".modal input[data-field='date']",
            run: "edit 12/31/2025",
        },
        {
            content: "Why",
            trigger: ".modal .o_field_widget[name='reason'] input",
            run: "edit Year-end",
        },
        {
            content: "It says what will be closed",
            trigger: ".modal .alert-warning .o_field_widget[name='what']",
        },
        {
            trigger: ".modal button[name='action_confirm']:contains('Close the Period')",
            run: "click",
        },
        {
            content: "It is in the list of what was closed",
            trigger: "body:not(:has(.modal)) .o_data_row:contains('Year-end')",
        },
    ],
});
