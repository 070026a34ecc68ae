/** The parts of a temporal condition, as text. The grammar has neither `||` nor windows without an end. */

/** A duration longer than any session, because windows are mandatory. */
export const WHOLE_SESSION = 36_500 * 86_400;

const UNITS = [
    ['d', 86_400],
    ['h', 3600],
    ['m', 60],
    ['s', 1]
] as const;

/** The duration as a text in the largest unit that divides it. */
export function interval(seconds: number): string {
    const [unit, length] = UNITS.find(([, each]) => seconds % each === 0)!;
    return `${seconds / length}${unit}`;
}

/**
 * The condition that all of the parts are true at some point at most this many seconds ago, including the current one.
 */
export function formerly(seconds: number | undefined, parts: readonly string[]): string {
    const within = `formerly within ${interval(seconds ?? WHOLE_SESSION)}`;
    const [first = ''] = parts;
    return parts.length === 1 && isAtom(first) ? `${within} ${first}` : `${within} (${all(parts)})`;
}

function isAtom(part: string): boolean {
    return part.startsWith('Action::') || part.startsWith('tp(');
}

/** `exists` extends as far to the right as possible, so it is put in parentheses. */
export function all(parts: readonly string[]): string {
    return parts.length === 1
        ? parts[0]!
        : parts.map((part) => (part.startsWith('exists ') ? `(${part})` : part)).join(' && ');
}

/** Expresses a disjunction, which the grammar lacks, as "not all of them are false". */
export function some(parts: readonly string[]): string {
    return parts.length === 1 ? parts[0]! : `!(${all(parts.map((part) => not(part)))})`;
}

/** A condition that begins with an operator, or is a conjunction, must be in parentheses. */
export function not(part: string): string {
    return part.startsWith('Action::') || part.startsWith('(') ? `!${part}` : `!(${part})`;
}

export function exists(variable: string, type: string, parts: readonly string[]): string {
    return `exists (${variable}: ${type}). (${all(parts)})`;
}

/** The condition that the current point is `point` or comes after it. */
export function fromOn(point: string): string {
    return formerly(undefined, [`tp(${point})`]);
}

/** The point of the request that is being decided. */
export const NOW = 'now';

export const NOT_NOW = `!tp(${NOW})`;

/** The temporal condition as an operand of Cedar. */
export function temporal(condition: string): string {
    const isAboutNow = condition.includes(NOT_NOW);
    const closed = isAboutNow ? exists(NOW, 'Timepoint', [`tp(${NOW})`, condition]) : condition;
    return `temporal { ${closed} }`;
}

const TEXT = String.raw`"(?:[^"\\]|\\.)*"`;
const ONE_CONDITION = String.raw`temporal \{(?:${TEXT}|[^"{}]|\{(?:${TEXT}|[^"{}])*\})*\}`;
const WHEN = new RegExp(`^${ONE_CONDITION}$`);
const UNLESS = new RegExp(String.raw`^!\((${ONE_CONDITION})\)$`);

/** The separate clause for a condition without further parts. */
export function temporalClause(condition: string): string | undefined {
    return WHEN.test(condition)
        ? `when ${condition}`
        : UNLESS.test(condition)
          ? `unless ${condition.slice(2, -1)}`
          : undefined;
}
