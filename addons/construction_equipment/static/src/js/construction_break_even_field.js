import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { formatFloat, formatMonetary } from "@web/views/fields/formatters";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const WIDTH = 760;
const HEIGHT = 300;
const LEFT = 84;
const RIGHT = 20;
const TOP = 16;
const BOTTOM = 46;

/** A step of 1, 2 or 5 with noughts, of which about `count` lie below `most`. */
function stepOf(most, count) {
    const rough = most / count;
    const power = 10 ** Math.floor(Math.log10(rough));
    return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= rough);
}

function ticks(most, count) {
    const step = stepOf(most, count);
    return Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => index * step);
}

/** Two lines over the hours of a month, where they cross, and the months of the machine itself. */
export class ConstructionBreakEvenField extends Component {
    static template = "construction_equipment.BreakEvenField";
    static props = { ...standardFieldProps };

    get drawing() {
        return this.props.record.data[this.props.name];
    }
    get viewBox() {
        return `0 0 ${WIDTH} ${HEIGHT}`;
    }
    get frame() {
        return { left: LEFT, right: WIDTH - RIGHT, top: TOP, bottom: HEIGHT - BOTTOM };
    }
    get highest() {
        return Math.max(1, ...this.drawing.lines.flatMap(([, own, rent]) => [own, rent])) * 1.06;
    }
    x(hours) {
        return LEFT + (hours / this.drawing.most) * (WIDTH - LEFT - RIGHT);
    }
    y(cost) {
        return HEIGHT - BOTTOM - (cost / this.highest) * (HEIGHT - TOP - BOTTOM);
    }
    path(column) {
        return this.drawing.lines.map((row) => `${this.x(row[0])},${this.y(row[column])}`).join(" ");
    }
    get hourTicks() {
        return ticks(this.drawing.most, 8).map((hours) => ({
            at: this.x(hours),
            label: formatFloat(hours, { digits: [16, 0] }),
        }));
    }
    get costTicks() {
        return ticks(this.highest, 5).map((cost) => ({
            at: this.y(cost),
            label: formatFloat(cost, { digits: [16, 0] }),
        }));
    }
    get crossing() {
        const { crossing, cost, currency } = this.drawing;
        if (crossing === null) {
            return null;
        }
        const x = this.x(crossing);
        return {
            x,
            y: this.y(cost),
            middle: (this.y(cost) + HEIGHT - BOTTOM) / 2,
            end: x > WIDTH * 0.7,
            label: `${formatFloat(crossing, { digits: [16, 2] })} h · ${formatMonetary(cost, { currencyId: currency })}`,
        };
    }
    get months() {
        return this.drawing.months.map(([label, hours], index) => ({
            x: this.x(hours),
            y: HEIGHT - BOTTOM - 6 - (index % 3) * 7,
            title: `${label}: ${formatFloat(hours, { digits: [16, 2] })} h`,
        }));
    }
    get average() {
        return this.drawing.average === null ? null : this.x(this.drawing.average);
    }
    get words() {
        const worked = this.drawing.months.map(([label, hours]) => `${label} ${hours} h`).join(", ");
        return `${this.props.record.data.verdict || ""} ${worked}`;
    }
}

export const constructionBreakEvenField = {
    component: ConstructionBreakEvenField,
    supportedTypes: ["jsonb", "json"],
};

registry.category("fields").add("construction_break_even", constructionBreakEvenField);
