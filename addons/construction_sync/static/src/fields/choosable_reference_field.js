import { Many2OneReferenceField } from "@web/views/fields/many2one_reference/many2one_reference_field";
import { extractM2OFieldProps } from "@web/views/fields/many2one/many2one_field";
import { registry } from "@web/core/registry";

/**
 * A reference that offers only what can be meant: Odoo takes no domain in the view for this kind of
 * field. The option `domain_field` names the field of the record that holds it.
 */
export class ChoosableReferenceField extends Many2OneReferenceField {
    static props = {
        ...Many2OneReferenceField.props,
        domainField: { type: String, optional: true },
    };

    get m2oProps() {
        const { domainField, record } = this.props;
        return { ...super.m2oProps, domain: () => record.data[domainField] || [] };
    }
}

registry.category("fields").add("construction_choosable_reference", {
    ...registry.category("fields").get("many2one_reference"),
    component: ChoosableReferenceField,
    extractProps(staticInfo, dynamicInfo) {
        return {
            ...extractM2OFieldProps(staticInfo, dynamicInfo),
            domainField: staticInfo.options.domain_field,
        };
    },
});
