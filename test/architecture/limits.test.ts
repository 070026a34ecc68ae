/**
 * Tests that numbers that cut work off are in the tables of limits, where tests lower each of them
 * (`test/{checker,repair}/cut-off.test.ts`).
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { globSync } from 'tinyglobby';
import { expect, test } from 'vitest';
import { CHECKER_LIMITS } from '../../server/checker/limits/limits.js';
import type { Limit } from '../../server/model/policy/limits.js';
import { MODEL_LIMITS } from '../../server/model/policy/limits.js';
import { REPAIR_LIMITS } from '../../server/repair/limits.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const sources = globSync('server/{checker,diagrams,export,model,repair}/**/*.ts', { cwd: root }).filter(
    (file) => !file.endsWith('/limits.ts')
);
const read = (file: string): string => readFileSync(root + file, 'utf8');

const code = (file: string): string => read(file).replace(/^\s*(?:\/\/|\/?\*).*$/gm, '');

/** Numbers that look like limits but are not: properties of a format or of the calendar, and batch sizes. */
const FACTS: readonly string[] = [
    'server/checker/compiled/memory.ts: const MAX_PAGES', // a property of WebAssembly
    'server/checker/compiled/run.ts: const MOST_ROOM', // the number of bytes allocated at once
    'server/checker/compiled/branching.ts: size <= 64', // the number of bits of a word
    'server/checker/compiled/layout.ts: used > 64',
    'server/checker/system/codec.ts: bits > 32',
    'server/checker/aimed-sessions/aim.ts: const MOST_REPEATED', // of the ways to build a session
    'server/checker/aimed-sessions/fitting.ts: const MOST_CLASSES',
    'server/checker/aimed-sessions/fitting.ts: const MOST_TRIED',
    'server/checker/aimed-sessions/vocabulary.ts: const MOST_COUNTED',
    'server/checker/scenarios/offers.ts: const MOST_ALIKE', // the number of choices offered to a player of a session
    'server/checker/scenarios/offers.ts: const MOST_TRIED',
    'server/checker/scenarios/offered-ends.ts: const MOST_ENDS',
    'server/diagrams/flows.ts: const MAX_QUESTIONS', // a limit of a drawing, which shows how many are left out
    'server/checker/system/codec.ts: bits > 32', // `used + bits`
    'server/model/policy/clock.ts: const MOST_SPANS', // the size of a cache
    'server/model/values/decimals.ts: const MOST_DIGITS', // a limit beyond which nobody wrote a decimal
    'server/model/values/hosts.ts: length > 253', // a limit of the domain name system
    'server/model/values/structured-texts.ts: length > 254', // a limit of a mail address
    'server/model/values/shell-lines.ts: const MOST_HERE_DOCUMENTS', // a limit of a line, which is unknown beyond it
    'server/model/values/shell-lines.ts: const MOST_OPERATORS',
    'server/model/values/text-patterns.ts: const MOST_KEPT', // the size of a cache
    'server/checker/scenarios/played.ts: const MOST_INSTANTS', // a limit of a scenario, beyond which it breaks no more claims
    'server/checker/concrete/seeds.ts: slice(0, 40)', // the number of values to try; the contest checks if they suffice
    'server/model/values/values.ts: length > 40', // the length of a value in a message
    'server/model/values/values.ts: slice(0, 40)',
    'server/model/policy/clock.ts: slice(0, 10)' // a date
];

const PATTERNS: readonly RegExp[] = [
    /\bconst (?:MAX|MOST|LIMIT|CAP)(?:_[A-Z_]+)?\b/g,
    /\bslice\(0, [1-9]\d+\)/g,
    /\b(?:length|size|count|used|tried|bits|round|rounds|free|states|steps)\)? (?:>|>=|<=) (?:[3-9]|[1-9][\d_]+)\b/g
];

test('none is outside the tables', () => {
    expect(sources.length).toBeGreaterThan(150);
    const found = sources.flatMap((file) =>
        PATTERNS.flatMap((pattern) => Array.from(code(file).matchAll(pattern), ([text]) => `${file}: ${text}`))
    );
    expect(found.sort()).toEqual([...FACTS].sort());
});

test('each is read, under a single name', () => {
    const tables: readonly (readonly [string, Readonly<Record<string, Limit>>])[] = [
        ['limitOf', CHECKER_LIMITS],
        ['modelLimit', MODEL_LIMITS],
        ['repairLimit', REPAIR_LIMITS]
    ];
    const texts = sources.map(read).join('\n');
    const unread = tables.flatMap(([, table]) =>
        Object.keys(table).filter((name) => !texts.includes(`'${name}'`) && !texts.includes(`OPTION_LIMITS.${name}.`))
    );
    expect(unread).toEqual([]);
});

test('only tests lower a limit', () => {
    const users = globSync('{client,language,server}/**/*.ts', { cwd: root }).filter((file) =>
        /withLimits[^;]*model\/limits\.js'/.test(read(file))
    );
    expect(users).toEqual([]);
});

test('docs/work-limits.md lists all of them, by what happens beyond them', () => {
    const groups = new Map(
        read('docs/work-limits.md')
            .split(/^## /m)
            .slice(1)
            .map((section) => [section.split('\n')[0]!.toLowerCase(), section.match(/^- .*$/gm)])
    );
    const limits = Object.entries<Limit>({ ...CHECKER_LIMITS, ...REPAIR_LIMITS });
    const expected = new Map<string, string[]>([...groups.keys()].map((then) => [then, []]));
    for (const [name, { most, of, then }] of limits) {
        expected.set(then, [...(expected.get(then) ?? []), `- \`${name}\` (${most.toLocaleString('en')}): ${of}`]);
    }
    expect(groups).toEqual(expected);
});
