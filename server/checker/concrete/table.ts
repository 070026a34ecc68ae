/**
 * The values that agents, tools and the environment choose in a session, and the conditions on them. Values that meet
 * in a key, a comparison, a sum or a provenance condition are linked: they need common candidates, and it matters which
 * of them has which. Conditions on a single value only divide its values into classes.
 */
import type { Param, Policy, TextTest, Type, Value } from '../../model/policy/policy.js';
import type { StaticCondition } from '../../model/conditions/reads.js';

/** The form in which a value is compared with others: the value itself, or a part of it. */
export type Form = 'itself' | 'host' | 'domain' | 'name' | 'extension';

/** A group of linked values. */
export interface Link {
    readonly variables: Set<Variable>;
    /** Constants that linked values are compared with. */
    readonly constants: Set<Value>;
    /** Numbers that totals of the linked values are compared with. */
    readonly totals: Set<number>;
    /** True if linked values are compared with counts. */
    counts?: boolean | undefined;
    /** Constant texts that are put before or after a linked value. */
    readonly joined: Set<string>;
    readonly forms: Set<Form>;
    /** The tests of one linked text against another. */
    readonly tests: Set<TextTest>;
    /** The time zone in which linked texts are read as instants, if they are. */
    timezone?: string | undefined;
}

export interface Variable {
    /** `pay.amount`, `price.result.value`, `session role`: used in the names of scopes. */
    readonly name: string;
    readonly param: Param;
    /** The conditions on the value alone, with `OWN` in its place. */
    readonly own: Map<string, StaticCondition>;
    /** The link of the value; undefined if it is not linked. */
    link?: Link;
}

const TEXT: Type = { kind: 'string' };

export class VariableTable {
    private readonly known = new Map<string, Variable>();

    constructor(protected readonly policy: Policy) {}

    param(tool: number, name: string): Variable | undefined {
        const declared = this.policy.tools[tool]!;
        return this.variable(
            `${declared.name}.${name}`,
            declared.params.find((param) => param.name === name)
        );
    }

    result(tool: number, field: string): Variable | undefined {
        const { name, returns = [] } = this.policy.tools[tool]!;
        const text: Param = { name: 'text', type: TEXT, optional: false };
        return this.variable(
            `${name}.result.${field}`,
            [...returns, text].find((param) => param.name === field)
        );
    }

    outside(event: number, name: string): Variable | undefined {
        const declared = this.policy.outsideEvents[event]!;
        const param = declared.params?.find((one) => one.name === name);
        // Any part may be missing, because no schema checks the value.
        return this.variable(`${declared.name}.${name}`, param && { ...param, optional: true });
    }

    constant(name: string): Variable | undefined {
        const type = this.policy.sessionConstants?.find((constant) => constant.name === name)?.type;
        return this.variable(`session ${name}`, type && { name, type, optional: true });
    }

    request(field: string): Variable | undefined {
        const text: Param = { name: 'text', type: TEXT, optional: true };
        const declared = [...(this.policy.request ?? []), text].find((param) => param.name === field);
        return this.variable(`request.${field}`, declared);
    }

    signal(index: number): Variable | undefined {
        const signal = this.policy.signals?.[index];
        return this.variable(`signal ${index}`, signal && { name: signal.name, type: signal.type, optional: true });
    }

    /** The values that some condition reads. */
    get all(): Iterable<Variable> {
        return this.known.values();
    }

    get links(): ReadonlySet<Link> {
        return new Set([...this.known.values()].flatMap(({ link }) => (link ? [link] : [])));
    }

    /** True if some condition reads the value. */
    isRead(variable: Variable): boolean {
        return variable.own.size > 0 || variable.link !== undefined;
    }

    private variable(name: string, param: Param | undefined): Variable | undefined {
        let variable = this.known.get(name);
        if (!variable && param) {
            variable = { name, param, own: new Map() };
            this.known.set(name, variable);
        }
        return variable;
    }

    protected linkAll(variables: Iterable<Variable>, forms: Iterable<Form>): Link | undefined {
        const all = [...variables];
        if (all.length === 0) {
            return undefined;
        }
        const link: Link = {
            variables: new Set(all),
            constants: new Set(),
            totals: new Set(),
            joined: new Set(),
            forms: new Set(forms),
            tests: new Set()
        };
        for (const old of new Set(all.flatMap((variable) => (variable.link ? [variable.link] : [])))) {
            old.variables.forEach((variable) => link.variables.add(variable));
            old.constants.forEach((value) => link.constants.add(value));
            old.totals.forEach((value) => link.totals.add(value));
            old.joined.forEach((text) => link.joined.add(text));
            old.forms.forEach((form) => link.forms.add(form));
            old.tests.forEach((test) => link.tests.add(test));
            link.timezone ??= old.timezone;
            link.counts ||= old.counts;
        }
        link.variables.forEach((variable) => {
            variable.link = link;
        });
        return link;
    }
}
