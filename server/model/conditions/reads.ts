/** Says what a condition or a term reads: values of the call alone, or more. */
import type { Condition, Term } from '../policy/policy.js';

const OF_VALUES = [
    'compare',
    'in',
    'host in',
    'host within',
    'path within',
    'matches',
    'starts with',
    'contains',
    'text test',
    'every',
    'some',
    'any text',
    'redirects',
    'command starts with',
    'given',
    'caller is',
    'tool is'
] as const;

export type StaticCondition = Extract<Condition, { op: (typeof OF_VALUES)[number] }>;

const LOGIC: ReadonlySet<string> = new Set(['constant', 'not', 'and', 'or']);

const HISTORY: ReadonlySet<string> = new Set(['aggregate', 'latest', 'period', 'now']);

const OUTER: ReadonlySet<string> = new Set([...HISTORY, 'result', 'session', 'request', 'signal', 'call', 'sum']);

const LINE_PARTS: ReadonlySet<string> = new Set(['command', 'program']);

/** True if the condition reads only values of the call itself. */
export function isStatic(condition: Condition): condition is StaticCondition {
    return isOfValues(condition) && !readsOuter(condition);
}

/** True if the condition, or a nested one, reads more than values: history, labels, approvals, modes or the clock. */
export const readsHistory = inSomePart((part) =>
    'op' in part ? !LOGIC.has(part.op) && part.op !== 'from' && !isOfValues(part) : HISTORY.has(part.term)
);

/** True if the condition, or a nested one, reads anything but the call's arguments. */
const readsOuter = inSomePart((part) => ('op' in part ? !LOGIC.has(part.op) && !isOfValues(part) : isOuter(part)));

/** True if the condition reads a shell line, or tests a text against another, so that its cost grows with both. */
export const readsLines = inSomePart((part) =>
    'op' in part
        ? part.op === 'redirects' || part.op === 'command starts with' || part.op === 'text test'
        : part.term === 'commands' || isOfShell(part)
);

/** True if the term reads something other than the call's own arguments. */
export function isOuter({ term }: Term): boolean {
    return OUTER.has(term);
}

/** True if the term is the program or command of a shell line, which may run other programs. */
export function isOfShell(term: Term): term is Term & { readonly term: 'part' } {
    return term.term === 'part' && LINE_PARTS.has(term.part);
}

/** The terms that the condition, or a nested one, reads as shell lines. */
export function linesIn(part: Condition | Term): Term[] {
    const own =
        'op' in part
            ? part.op === 'redirects' || part.op === 'command starts with'
                ? [part.term]
                : []
            : part.term === 'commands' || isOfShell(part)
              ? [part.of]
              : [];
    const inner = (Object.values(part) as unknown[]).flat().filter(isPart);
    return [...own, ...inner.flatMap(linesIn)];
}

type Part = Condition | Term;

/** True of a part if the test is true of it or of a part inside of it; remembered for each part. */
function inSomePart(test: (part: Part) => boolean): (part: Part) => boolean {
    const known = new WeakMap<Part, boolean>();
    const ask = (part: Part): boolean => {
        const value =
            known.get(part) ??
            (test(part) ||
                Object.values(part)
                    .flat()
                    .some((inner: unknown) => isPart(inner) && ask(inner)));
        known.set(part, value);
        return value;
    };
    return ask;
}

function isPart(value: unknown): value is Part {
    return typeof value === 'object' && value !== null && ('op' in value || 'term' in value);
}

function isOfValues(condition: Condition): condition is StaticCondition {
    return (OF_VALUES as readonly string[]).includes(condition.op);
}
