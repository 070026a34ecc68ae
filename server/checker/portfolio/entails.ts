/** Decides from their form alone if one condition entails another, whatever values they read. */
import type { Condition, Policy } from '../../model/policy/policy.js';
import { TRUE } from '../../model/policy/truth.js';

/** True if the first condition is never truer than the second, for the same event or call. */
export function entails(policy: Policy, a: Condition, b: Condition): boolean {
    const all = (one: Condition): boolean => entails(policy, one, b);
    if (b.op === 'constant' && b.value === TRUE) {
        return true;
    }
    if (a.op === 'or') {
        return a.args.every(all);
    }
    if (b.op === 'and') {
        return b.args.every((one) => entails(policy, a, one));
    }
    if ((b.op === 'or' && b.args.some((one) => entails(policy, a, one))) || (a.op === 'and' && a.args.some(all))) {
        return true;
    }
    if (a.op === 'not' && b.op === 'not') {
        return entails(policy, b.arg, a.arg);
    }
    if (a.op === 'from' && b.op === 'from') {
        return text([a.term, a.canonical]) === text([b.term, b.canonical]) && givesAll(policy, a.source, b.source);
    }
    if ((a.op === 'every' || a.op === 'some') && a.op === b.op && a.level === b.level) {
        return text(a.list) === text(b.list) && entails(policy, a.arg, b.arg);
    }
    return text(a) === text(b);
}

/** True if the second source contains every value of the first. A source of all sessions contains those of one. */
function givesAll({ sources = [] }: Policy, first: number, second: number): boolean {
    const [a, b] = [sources[first]!, sources[second]!];
    if (a.across === true && b.across !== true) {
        return false;
    }
    if (a.kind === 'user' || b.kind === 'user') {
        return a.kind === b.kind;
    }
    return (
        (b.fields.length === 0 || text(a.fields) === text(b.fields)) &&
        (b.event.agents === undefined || text(a.event.agents) === text(b.event.agents)) &&
        a.event.tools.every((value, tool) => value <= (b.event.tools[tool] ?? 0))
    );
}

function text(value: unknown): string {
    return JSON.stringify(value ?? null);
}
