/**
 * The rules for accepting temporal conditions: sections 5.4, 5.5 and 5.7 of the formal specification. Each problem is a
 * part of a sentence.
 */
import type { Binder, Condition, Term } from './syntax.js';

/** The contents of events and requests: types by path. */
export interface Signatures {
    /** The fields by action and kind (`Action::"x"::request`). */
    readonly events: ReadonlyMap<string, ReadonlyMap<string, string>>;
    /** The fields of each request that the condition is evaluated for. */
    readonly requests: readonly ReadonlyMap<string, string>[];
    /** The longest window in seconds. */
    readonly maxWindow: number;
}

export function problemsOf(condition: Condition, signatures: Signatures): string[] {
    const free = [...freeIn(condition)];
    return [
        ...free.map((name) => `${name} is free`),
        ...(free.length > 0 ? [] : demandsIn(condition, new Set())),
        ...everyPart(condition).flatMap((part) => bindingProblems(part)),
        ...flat(condition)
            .filter((part) => !isOfPoint(part))
            .map(() => 'a conjunct does not vary with the point'),
        ...typeProblems(condition, signatures)
    ];
}

/** All parts of the condition, starting with the condition itself. */
function everyPart(condition: Condition): Condition[] {
    return [condition, ...partsOf(condition).flatMap(everyPart)];
}

function partsOf(condition: Condition): Condition[] {
    switch (condition.op) {
        case 'and':
        case 'since':
            return [condition.left, condition.right];
        case 'not':
            return [condition.inner];
        case 'formerly':
        case 'previous':
        case 'exists':
            return [condition.body];
        case 'compare':
            return [condition.left, condition.right].flatMap((term) => (term.term === 'aggregate' ? [term.body] : []));
        default:
            return [];
    }
}

function freeInTerm(term: Term): Set<string> {
    return term.term === 'variable'
        ? new Set([term.name])
        : term.term === 'aggregate'
          ? less(freeIn(term.body), term.binders)
          : new Set();
}

function freeIn(condition: Condition): Set<string> {
    switch (condition.op) {
        case 'predicate':
            return union(condition.fields.map(([, term]) => freeInTerm(term)));
        case 'compare':
            return union([freeInTerm(condition.left), freeInTerm(condition.right)]);
        case 'tp':
            return new Set([condition.name]);
        case 'exists':
            return less(freeIn(condition.body), [condition.binder]);
        default:
            return union(partsOf(condition).map(freeIn));
    }
}

/** The variables that a positive atom binds. */
function restrictedBy(condition: Condition): Set<string> {
    switch (condition.op) {
        case 'not':
            return new Set();
        case 'since':
            return restrictedBy(condition.right);
        case 'compare': {
            const bound = boundBy(condition);
            return new Set(bound === undefined ? [] : [bound.name]);
        }
        case 'predicate':
        case 'tp':
            return freeIn(condition);
        case 'exists':
            return less(restrictedBy(condition.body), [condition.binder]);
        default:
            return union(partsOf(condition).map(restrictedBy));
    }
}

/** The variable that an equality assigns, and what the value reads. */
function boundBy({ cmp, left, right }: Condition & { op: 'compare' }): { name: string; value: Term } | undefined {
    const [variable, value] = left.term === 'variable' ? [left, right] : [right, left];
    return cmp === '==' && variable.term === 'variable' && value.term !== 'variable' && value.term !== 'any'
        ? { name: variable.name, value }
        : undefined;
}

function flat(condition: Condition): Condition[] {
    return condition.op === 'and' ? [...flat(condition.left), ...flat(condition.right)] : [condition];
}

/**
 * The variables that are read before they are bound.
 * @param bound the variables of the enclosing chains
 */
function demandsIn(chain: Condition, bound: ReadonlySet<string>): string[] {
    let known = bound;
    return flat(chain).flatMap((conjunct) => {
        const missing = [...demandsOf(conjunct)].filter((name) => !known.has(name));
        const problems = [
            ...missing.map((name) => `${name} is read before it is bound`),
            ...demandsInside(conjunct, known)
        ];
        known = union([known, restrictedBy(conjunct)]);
        return problems;
    });
}

function demandsOf(condition: Condition): Set<string> {
    switch (condition.op) {
        case 'not':
            return freeIn(condition);
        case 'compare': {
            const bound = boundBy(condition);
            return bound ? freeInTerm(bound.value) : freeIn(condition);
        }
        case 'since':
            return minus(freeIn(condition.left), restrictedBy(condition.right));
        case 'formerly':
        case 'previous':
            return condition.body.op === 'and' ? new Set() : demandsOf(condition.body);
        case 'exists':
            return condition.body.op === 'and' ? new Set() : less(demandsOf(condition.body), [condition.binder]);
        default:
            return new Set();
    }
}

/** Checks the nested chains: they see the variables bound at their place, except those that they rebind. */
function demandsInside(condition: Condition, known: ReadonlySet<string>): string[] {
    switch (condition.op) {
        case 'exists':
            return demandsIn(condition.body, less(known, [condition.binder]));
        case 'compare':
            return [condition.left, condition.right].flatMap((term) =>
                term.term === 'aggregate' ? demandsIn(term.body, less(known, term.binders)) : []
            );
        case 'since':
            return [
                ...demandsIn(condition.right, known),
                ...demandsIn(condition.left, union([known, restrictedBy(condition.right)]))
            ];
        default:
            return partsOf(condition).flatMap((part) => demandsIn(part, known));
    }
}

/** The problems of binders, aggregates and the required dependencies of a scope. */
function bindingProblems(condition: Condition): string[] {
    switch (condition.op) {
        case 'exists': {
            const { name } = condition.binder;
            return [
                ...(RESERVED.has(name) ? [`${name} is reserved`] : []),
                ...(restrictedBy(condition.body).has(name) ? [] : [`${name} is bound by no positive atom`]),
                ...scopeProblem(condition.body)
            ];
        }
        case 'formerly':
        case 'previous':
            return scopeProblem(condition.body);
        case 'since':
            return [...scopeProblem(condition.left), ...scopeProblem(condition.right)];
        case 'predicate':
            return condition.fields.some(([, term]) => term.term === 'aggregate')
                ? ['an aggregate is not a field']
                : [];
        case 'compare':
            return [condition.left, condition.right].flatMap((term) => {
                if (term.term !== 'aggregate') {
                    return [];
                }
                const names = term.binders.map(({ name }) => name);
                const restricted = restrictedBy(term.body);
                return [
                    ...(term.sum !== undefined && !names.includes(term.sum) ? [`${term.sum} is not counted over`] : []),
                    ...names
                        .filter((name) => !restricted.has(name))
                        .map((name) => `${name} has infinitely many values`),
                    ...scopeProblem(term.body)
                ];
            });
        default:
            return [];
    }
}

const RESERVED = new Set(['principal', 'action', 'resource', 'context']);

function scopeProblem(body: Condition): string[] {
    return isOfPoint(body) ? [] : ['a scope does not vary with the point'];
}

function isOfPoint(condition: Condition): boolean {
    return (
        condition.op === 'predicate' ||
        condition.op === 'tp' ||
        (condition.op === 'compare' && [condition.left, condition.right].some(({ term }) => term === 'aggregate')) ||
        partsOf(condition).some(isOfPoint)
    );
}

function typeProblems(condition: Condition, { events, requests, maxWindow }: Signatures): string[] {
    const binders = new Map(bindersIn(condition).map(({ name, type }) => [name, type]));
    const clash = bindersIn(condition).find(({ name, type }) => binders.get(name) !== type);
    const typesOf = (term: Term): (string | undefined)[] =>
        term.term === 'request'
            ? requests.map((request) => request.get(term.path) ?? `nothing at ${term.path}`)
            : [typeOf(term, binders)];
    return [
        ...(clash ? [`${clash.name} has two types`] : []),
        ...everyPart(condition).flatMap((part): string[] => {
            switch (part.op) {
                case 'formerly':
                case 'previous':
                case 'since':
                    return part.seconds > maxWindow ? ['a window is longer than the event schema lets it be'] : [];
                case 'tp':
                    return binders.get(part.name) === 'Timepoint' ? [] : [`${part.name} is no point`];
                case 'predicate': {
                    const event = events.get(`${part.action}::${part.kind}`);
                    return event
                        ? part.fields.flatMap(([path, term]) =>
                              typesOf(term)
                                  .filter((type) => type !== undefined && type !== event.get(path))
                                  .map((type) => `${path} is ${event.get(path) ?? 'absent'} and not ${type!}`)
                          )
                        : [`there is no event ${part.action}::${part.kind}`];
                }
                case 'compare': {
                    const isOrder = part.cmp !== '==';
                    return typesOf(part.left).flatMap((left) =>
                        typesOf(part.right)
                            .filter((right) => (isOrder ? left !== 'Long' || right !== 'Long' : left !== right))
                            .map((right) => `${left ?? 'nothing'} is compared with ${right ?? 'nothing'}`)
                    );
                }
                default:
                    return [];
            }
        })
    ];
}

/** The type of a term; undefined if any type fits. */
function typeOf(term: Term, binders: ReadonlyMap<string, string>): string | undefined {
    switch (term.term) {
        case 'variable':
            return binders.get(term.name);
        case 'aggregate':
            return 'Long';
        case 'literal':
            return typeof term.value === 'object'
                ? term.value.entity.slice(0, term.value.entity.indexOf('::"'))
                : { string: 'String', number: 'Long', boolean: 'Bool' }[typeof term.value as 'string'];
        default:
            return undefined;
    }
}

function bindersIn(condition: Condition): Binder[] {
    return everyPart(condition).flatMap((part) =>
        part.op === 'exists'
            ? [part.binder]
            : part.op === 'compare'
              ? [part.left, part.right].flatMap((term) => (term.term === 'aggregate' ? term.binders : []))
              : []
    );
}

function union(sets: readonly Iterable<string>[]): Set<string> {
    return new Set(sets.flatMap((set) => [...set]));
}

function minus(set: ReadonlySet<string>, other: ReadonlySet<string>): Set<string> {
    return new Set([...set].filter((name) => !other.has(name)));
}

function less(set: ReadonlySet<string>, binders: readonly Binder[]): Set<string> {
    return minus(set, new Set(binders.map(({ name }) => name)));
}
