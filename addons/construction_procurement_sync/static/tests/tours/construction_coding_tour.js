/* License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */
import {registry} from "@web/core/registry";

const WORDS = {construction_job_id: "J-1", cost_code_id: "03 30 00", cost_type_id: "Labor"};

/** Pick one field of the coding on one line, and see that what was picked before still stands. */
function pick(row, name, before) {
    const line = `.o_field_widget[name=order_line] .o_data_row:eq(${row})`;
    const stands = before.map((field) => ({
        content: `${field} stands`,
        trigger: `${line} [name=${field}]:contains(${WORDS[field]}), ${line} [name=${field}] input:value(${WORDS[field]})`,
    }));
    return [
        {
            content: `Pick ${name}`,
            trigger: `${line} td[name=${name}]`,
            run: "click",
        },
        {
            trigger: `${line} td[name=${name}] input`,
            run: `edit ${WORDS[name]}`,
        },
        {
            trigger: `.o-autocomplete--dropdown-item:contains(${WORDS[name]}):not(:contains(Search))`,
            run: "click",
        },
        {
            trigger: `${line} td[name=${name}] input:value(${WORDS[name]})`,
        },
        ...stands,
    ];
}

function code(row, names) {
    return names.flatMap((name, count) => pick(row, name, names.slice(0, count)));
}

registry.category("web_tour.tours").add("construction_code_by_hand", {
    steps: () => [
        ...code(0, ["cost_code_id", "construction_job_id", "cost_type_id"]),
        ...code(1, ["construction_job_id", "cost_type_id", "cost_code_id"]),
        {
            content: "Save",
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            trigger: ".o_form_saved, .o_form_status_indicator_buttons.invisible",
        },
    ],
});
