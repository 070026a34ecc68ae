/** Writes terms of a condition that are constants or attributes of a request in Cedar. */
import type { Param, Policy, Term, Tool, Type, Value } from '../../model/policy/policy.js';
import { attribute, attributeName, quoted } from './texts.js';
import { cedarType, isAlwaysThere, scalarOf, scalarOfValue } from './types.js';

export interface CedarTerm {
    readonly text: string;
    /** The fields that must exist before the term can be read, outer records first. */
    readonly presence: readonly string[];
    /** The value of a constant; any other term has a type. */
    readonly value?: Value;
    readonly type?: Type;
}

/** Undefined if Cedar cannot read the term. */
export function cedarTerm(term: Term, tool: Tool, policy: Policy): CedarTerm | undefined {
    switch (term.term) {
        case 'constant':
            return scalarOfValue(term.value) && { text: literal(term.value), presence: [], value: term.value };
        case 'param':
            return member('context.input', [], tool.params, term.name);
        case 'session': {
            const constants = (policy.sessionConstants ?? []).map((constant) => ({ ...constant, optional: false }));
            return member('context.session', [], constants, term.constant);
        }
        case 'field': {
            const record = cedarTerm(term.of, tool, policy);
            return record?.type?.kind === 'record'
                ? member(record.text, record.presence, record.type.fields, term.field)
                : undefined;
        }
        default:
            return undefined;
    }
}

function member(
    of: string,
    presence: readonly string[],
    fields: readonly Param[],
    name: string
): CedarTerm | undefined {
    const field = fields.find((one) => one.name === name);
    return field && cedarType(field.type) !== undefined
        ? {
              text: attribute(of, name),
              presence: isAlwaysThere(field) ? presence : [...presence, `${of} has ${attributeName(name)}`],
              type: field.type
          }
        : undefined;
}

export function scalarOfTerm({ type, value }: CedarTerm): ReturnType<typeof scalarOf> {
    return type ? scalarOf(type) : scalarOfValue(value);
}

export function literal(value: Value): string {
    return typeof value === 'string' ? quoted(value) : JSON.stringify(value);
}
