/**
 * Compares witnesses of texts with parts with every short text over a few characters: no combination of condition
 * values that occurs for one of these may be missing.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runs } from '../support/depth.js';
import { candidatesFor } from '../../server/checker/arguments/candidates.js';
import { mentionsOf } from '../../server/checker/arguments/mentions.js';
import { Undecidable } from '../../server/checker/limits/undecidable.js';
import type { Param, Term } from '../../server/model/policy/policy.js';
import { evaluateStatic } from '../../server/model/conditions/evaluate.js';
import type { StaticCondition } from '../../server/model/conditions/reads.js';

const TEXT: Term = { term: 'param', name: 'x' };
const PARAM: Param = { name: 'x', type: { kind: 'string' }, optional: false };

function signature(atoms: readonly StaticCondition[], text: string): string {
    return atoms.map((atom) => evaluateStatic(atom, { agent: 0, tool: 0, args: { x: text } })).join('');
}

/** All texts of at most this many pieces. */
function* textsOf(pieces: readonly string[], most: number): Iterable<string> {
    yield '';
    if (most > 0) {
        for (const piece of pieces) {
            for (const rest of textsOf(pieces, most - 1)) {
                yield piece + rest;
            }
        }
    }
}

const regex = (term: Term, pattern: string, ignoreCase = false): StaticCondition => ({
    op: 'matches',
    term,
    pattern: { regex: pattern, ignoreCase }
});

/** Patterns over the characters of the pieces. */
function patternsOver(characters: readonly string[]): fc.Arbitrary<string> {
    const atom = fc.oneof(
        {
            weight: 4,
            arbitrary: fc.constantFrom(...characters.map((one) => one.replace(/[.^$*+?()[\]{}|\\/]/g, '\\$&')))
        },
        { weight: 2, arbitrary: fc.constantFrom('.', '.*', '.+', '[^a]', '[a/.]*', '[A-Z]') }
    );
    return fc.array(atom, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''));
}

const RUNS = runs(40, 5);

/** @param always lists of conditions that every run tries */
function compared(
    name: string,
    atom: fc.Arbitrary<StaticCondition>,
    pieces: readonly string[],
    most: number,
    always: StaticCondition[][] = []
): void {
    test(
        name,
        () => {
            let decided = 0;
            fc.assert(
                fc.property(fc.array(atom, { minLength: 2, maxLength: 3 }), (atoms) => {
                    let made: Set<string>;
                    try {
                        const candidates = candidatesFor(PARAM, mentionsOf(atoms), true);
                        made = new Set(candidates.map((text) => signature(atoms, text as string)));
                    } catch (error) {
                        if (error instanceof Undecidable) {
                            return;
                        }
                        throw error;
                    }
                    decided++;
                    for (const text of textsOf(pieces, most)) {
                        if (!made.has(signature(atoms, text))) {
                            expect.fail(`no witness is like ${JSON.stringify(text)} for ${JSON.stringify(atoms)}`);
                        }
                    }
                }),
                {
                    seed: 4,
                    numRuns: RUNS + always.length,
                    examples: always.map((atoms): [StaticCondition[]] => [atoms])
                }
            );
            expect(decided).toBeGreaterThan(RUNS / 2);
        },
        300_000
    );
}

const PATH_PIECES = ['/', '/a', '/b', 'a', 'b', '.', '..', '/../', '%2', 'e', '~', '\\'];
const NAME: Term = { term: 'part', part: 'name', of: TEXT };
const EXTENSION: Term = { term: 'part', part: 'extension', of: TEXT };
const within = (root: string, base?: string): StaticCondition => ({
    op: 'path within',
    term: TEXT,
    root,
    ...(base !== undefined && { base })
});
const paths = fc.oneof(
    fc.constantFrom('/', '/a', '/a/b', '/b', '**/a', '**/b/a', '**/a/a/b').map((root) => within(root)),
    fc
        .constantFrom(['/', '/a'], ['/a', '/a/b'], ['/a/b', '/a'], ['/b', '/a'], ['/a', '**/a/b'], ['/b/a', '**/a'])
        .map(([base, root]) => within(root, base)),
    patternsOver(['/', 'a', 'b', '.', '%']).map((pattern) => regex(TEXT, pattern)),
    patternsOver(['a', 'b', '.']).map((pattern) => regex(NAME, pattern)),
    fc.constantFrom('a', 'b', 'ab', '.a').map((value): StaticCondition => ({ op: 'in', term: NAME, values: [value] })),
    fc.constantFrom('', 'a', 'B').map((value): StaticCondition => ({ op: 'in', term: EXTENSION, values: [value] })),
    fc.constantFrom('..', 'a/', '/b').map((value): StaticCondition => ({ op: 'contains', term: TEXT, value }))
);
compared('paths', paths, PATH_PIECES, 4, [
    [within('/a'), within('**/b/a')],
    [within('/a'), regex(TEXT, '/a/a/a/b'), within('**/a/a/b')],
    [within('**/a/b', '/a'), regex(TEXT, '[^a].*')]
]);

const HOST: Term = { term: 'host', of: TEXT };
const URL_PIECES = ['https://', 'a', 'B', '.', 'ab', '/', ':1', '-', '0', '?', '10.0.0.1', '8.8.8.8', '[::1]', ' '];
const urls = fc.oneof(
    fc
        .constantFrom('a.ab', '*.ab', '*.b', 'ab', 'b.ab', '10.0.0.1')
        .map((host): StaticCondition => ({ op: 'host in', term: HOST, hosts: [host] })),
    fc
        .constantFrom('10.0.0.0/8', 'private', '8.8.8.8')
        .map((network): StaticCondition => ({ op: 'host within', term: HOST, network })),
    patternsOver(['h', 's', ':', '/', 'a', 'b', '.', 'B']).map((pattern) => regex(TEXT, `.*${pattern}.*`)),
    patternsOver(['a', 'b', '.']).map((pattern) => regex(HOST, pattern)),
    fc
        .constantFrom('https://a', 'https://')
        .map((prefix): StaticCondition => ({ op: 'starts with', term: TEXT, prefix }))
);
compared('URLs', urls, URL_PIECES, 4);

const BARE_PIECES = ['https://', 'a', 'b.ab', '.', '_', ':1', '/', '@', ':', '10.0.0.1', '9', '999.1.1.1', '?', '+'];
const bare = fc.oneof(
    fc
        .constantFrom('a.ab', '*.ab', 'a_a.ab', '10.0.0.1')
        .map((host): StaticCondition => ({ op: 'host in', term: HOST, hosts: [host] })),
    fc
        .constantFrom('10.0.0.0/8', 'private')
        .map((network): StaticCondition => ({ op: 'host within', term: HOST, network })),
    fc
        .constantFrom('[0-9.]*', '[0-9]+', '[0-9]+[.].*', '[a-z.]+', '[a-z]+[.][a-z]+[.]', '[^@]*[/].*', '[^:]*:[^:]*')
        .map((pattern) => regex(TEXT, pattern)),
    patternsOver(['a', 'b', '.', '/', ':', '@', '_', '1']).map((pattern) => regex(TEXT, `.*${pattern}.*`)),
    patternsOver(['a', 'b', '.', '_']).map((pattern) => regex(HOST, pattern))
);
compared('URLs without a scheme', bare, BARE_PIECES, 4);

const DOMAIN: Term = { term: 'part', part: 'domain', of: TEXT };
const mails = fc.oneof(
    fc
        .constantFrom('a.ab', '*.ab', 'ab')
        .map((host): StaticCondition => ({ op: 'host in', term: DOMAIN, hosts: [host] })),
    patternsOver(['a', 'b', '.', '@', 'B']).map((pattern) => regex(TEXT, `.*${pattern}.*`)),
    patternsOver(['a', 'b', '.']).map((pattern) => regex(DOMAIN, pattern))
);
compared('mail addresses', mails, ['a', 'B', '.', '@', 'ab', '-', '1', ' ', '%'], 5);
