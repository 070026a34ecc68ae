/** Policies with many states, all of which the search of a claim has to reach. */

/**
 * A policy with a claim that holds in 2^n - 1 states: each of n tools was called or not, in every combination but one,
 * and only the last rule of all keeps that one out.
 */
export function combinations(n: number): string {
    const tools = Array.from({ length: n }, (_, index) => `s.t${index}`);
    const all = tools.map((tool) => `once released ${tool}`);
    const denials = tools.map(
        (tool, index) => `deny ${tool} when ${all.filter((_, other) => other !== index).join(' and ')}`
    );
    return `policy Combinations
server s { ${tools.map((_, index) => `tool t${index}() atomic`).join(' ')} }
agent a
allow a: any tool
${denials.join('\n')}
claim "${NEVER_ALL}": always not (${all.join(' and ')})
`;
}

export const NEVER_ALL = 'never all of them';
