/** The places that contain values: parameters, fields, constants and signals, by name. */
import type { Policy, Term } from '../../model/policy/policy.js';

/** A place, and the parts of its value that are read, innermost first. */
export interface Place {
    readonly name: string;
    readonly parts: readonly Part[];
}

export type Part =
    | 'host'
    | 'domain'
    | 'name'
    | 'extension'
    | 'command'
    | 'program'
    | 'address'
    | 'commands'
    | 'length'
    | 'bytes';

/** A signal's value has a name that no parameter can have. */
export function signalPlace(signal: number): string {
    return `signal ${signal}`;
}

/**
 * The places whose values the term reads. Two places with the same name count as one: a policy gives the same name to
 * what it compares.
 *
 * @param lists the lists of the enclosing quantifiers
 */
export function placesOf(policy: Policy, term: Term, lists: readonly Term[]): Place[] {
    switch (term.term) {
        case 'constant':
        case 'result':
        case 'request':
        case 'period':
        case 'now':
            return [];
        case 'param':
            return [{ name: term.name, parts: [] }];
        case 'session':
            return [{ name: term.constant, parts: [] }];
        case 'field':
            return [{ name: term.field, parts: [] }];
        case 'signal':
            return [{ name: signalPlace(term.signal), parts: [] }];
        case 'host':
        case 'length':
        case 'bytes':
        case 'commands':
            return placesOf(policy, term.of, lists).map((place) => inside(place, term.term));
        case 'part':
            return placesOf(policy, term.of, lists).map((place) => inside(place, term.part));
        case 'call':
        case 'instant':
        case 'latest':
        case 'entries':
            return placesOf(policy, term.of, lists);
        case 'sum':
        case 'joined':
            return [...placesOf(policy, term.left, lists), ...placesOf(policy, term.right, lists)];
        case 'aggregate': {
            const value = policy.recorders?.[term.recorder]?.value;
            return value ? placesOf(policy, value, []) : [];
        }
        case 'element': {
            const list = lists[term.level];
            return list ? placesOf(policy, list, lists) : [];
        }
    }
}

function inside({ name, parts }: Place, part: Part): Place {
    return { name, parts: [...parts, part] };
}

/** The constants in the term. */
export function constantsOf(term: Term): readonly unknown[] {
    switch (term.term) {
        case 'constant':
            return [term.value];
        case 'sum':
        case 'joined':
            return [...constantsOf(term.left), ...constantsOf(term.right)];
        default:
            return [];
    }
}
