/**
 * The values of a source that some condition can ask about. A session also stores lists and records as a whole; if no
 * condition asks about them, sessions that differ only in them behave alike.
 */
import type { Condition, Policy, Term, Type } from '../../model/policy/policy.js';

type Part = Condition | Term;

/**
 * For each source, true if some condition may test whether a record comes from it. For a list, its elements are tested.
 */
export function sourcesOfRecords(policy: Policy): readonly boolean[] {
    const asked = (policy.sources ?? []).map(() => false);
    const visit = (part: unknown, elements: readonly (readonly Type[] | undefined)[]): void => {
        if (typeof part !== 'object' || part === null) {
            return;
        }
        let inner = elements;
        if ('op' in part) {
            const condition = part as Condition;
            if (condition.op === 'from') {
                const types = typesOf(policy, condition.term, elements);
                asked[condition.source] ||= types === undefined || types.some(mayBeRecord);
            } else if (condition.op === 'every' || condition.op === 'some') {
                inner = elements.slice(0, condition.level);
                inner = [...inner, typesOf(policy, condition.list, inner)?.flatMap(elementOf)];
            }
        }
        Object.values(part as Part).forEach((one) => visit(one, inner));
    };
    visit(policy, []);
    return asked;
}

/** The possible types of the term, by the declarations; undefined if it can have any type. */
function typesOf(
    policy: Policy,
    term: Term,
    elements: readonly (readonly Type[] | undefined)[]
): readonly Type[] | undefined {
    switch (term.term) {
        case 'param':
            return [...policy.tools, ...policy.outsideEvents].flatMap(({ params = [] }) =>
                params.filter(({ name }) => name === term.name).map(({ type }) => type)
            );
        case 'element':
            return elements[term.level];
        case 'entries':
            return typesOf(policy, term.of, elements)?.map(entriesType);
        case 'field':
            return typesOf(policy, term.of, elements)?.flatMap((type) =>
                type.kind === 'record'
                    ? type.fields.filter(({ name }) => name === term.field).map((field) => field.type)
                    : [ANY]
            );
        default:
            return undefined;
    }
}

const ANY: Type = { kind: 'any' };

function elementOf(type: Type): Type {
    return type.kind === 'list' ? type.element : ANY;
}

/** The entries of a map, as a list of records. */
function entriesType(type: Type): Type {
    const value = type.kind === 'map' ? type.value : ANY;
    const fields = [
        { name: 'key', type: { kind: 'string' }, optional: false },
        { name: 'value', type: value, optional: false }
    ] as const;
    return { kind: 'list', element: { kind: 'record', fields } };
}

function mayBeRecord(type: Type): boolean {
    return type.kind === 'list'
        ? mayBeRecord(type.element)
        : type.kind === 'record' || type.kind === 'map' || type.kind === 'any';
}
