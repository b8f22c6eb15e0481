import { formatMonetary } from "@web/views/fields/formatters";
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

    /** Ten columns of money fit a screen without the currency's symbol only. */
    withoutSymbol(aggregate, value, currencyId) {
        if (!aggregate.multiCurrency && currencyId) {
            aggregate.value = formatMonetary(value, { currencyId, noSymbol: true });
        }
        return aggregate;
    }

    formatGroupAggregate(group, column) {
        const aggregate = super.formatGroupAggregate(group, column);
        if (!this.isFigure(column) || aggregate.value === "") {
            return aggregate;
        }
        const { aggregates } = group;
        return this.withoutSymbol(aggregate, aggregates[column.name], aggregates.currency_id?.[0]);
    }

    computeAggregates() {
        const aggregates = super.computeAggregates();
        const { list } = this.props;
        const currencyId = list.isGrouped
            ? list.groups[0]?.aggregates.currency_id?.[0]
            : list.records[0]?.data.currency_id?.id;
        for (const column of this.columns.filter((c) => aggregates[c.name] && this.isFigure(c))) {
            const aggregate = aggregates[column.name];
            this.withoutSymbol(aggregate, aggregate.rawValue, currencyId);
        }
        return aggregates;
    }

    /** An overrun is red in a group's row, as it is in a single one. */
    isOverrun(group, column) {
        const { variance, available, exposure_judged, budget_revised } = group.aggregates;
        return (
            (column.name === "variance" && variance < 0) ||
            (column.name === "available" && available < 0) ||
            (column.name === "exposure" && exposure_judged > budget_revised)
        );
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
