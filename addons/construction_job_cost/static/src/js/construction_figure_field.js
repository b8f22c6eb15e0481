import { MonetaryField, monetaryField } from "@web/views/fields/monetary/monetary_field";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";

/** A figure of the job-cost report: a click opens the cost entries that make it up. */
export class ConstructionFigureField extends MonetaryField {
    static template = "construction_job_cost.FigureField";

    setup() {
        super.setup();
        this.action = useService("action");
    }

    /** Exposure above the budget has a mark, for whom colours say nothing. */
    get isOver() {
        const { name, record } = this.props;
        return name === "exposure" && record.data.mark === "over";
    }

    onClick(ev) {
        ev.stopPropagation();
        ev.preventDefault();
        const { record, name } = this.props;
        this.action.doActionButton({
            type: "object",
            name: "action_drill",
            resModel: record.resModel,
            resId: record.resId,
            resIds: [record.resId],
            context: { ...record.context, construction_figure: name },
        });
    }
}

export const constructionFigureField = {
    ...monetaryField,
    component: ConstructionFigureField,
};

registry.category("fields").add("construction_figure", constructionFigureField);
