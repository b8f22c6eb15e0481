import { ListRenderer } from "@web/views/list/list_renderer";
import { listView } from "@web/views/list/list_view";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";

/** The job-cost report: totals of a group lead to their entries just as single figures do. */
export class ConstructionJobCostListRenderer extends ListRenderer {
    static groupRowTemplate = "construction_job_cost.GroupRow";

    setup() {
        super.setup();
        this.orm = useService("orm");
        this.action = useService("action");
    }

    isFigure(column) {
        return column.widget === "construction_figure";
    }

    async onFigureClicked(group, column) {
        const { resModel, context } = this.props.list;
        const action = await this.orm.call(resModel, "action_drill_domain", [group.list.domain], {
            context: { ...context, construction_figure: column.name },
        });
        this.action.doAction(action);
    }
}

registry.category("views").add("construction_job_cost_list", {
    ...listView,
    Renderer: ConstructionJobCostListRenderer,
});
