/**
 * Tests that every command that a shell runs from an accepted line is among the commands read from it, with the same
 * words.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shellLine } from '../../../server/model/values/shell-lines.js';
import { PROGRAMS, run } from './shells.js';

const SEED = Number(process.env['SEED'] ?? 20_250_117);
const COUNT = Number(process.env['COUNT'] ?? 400);
const SHELLS = process.env['SHELLS']?.split(',').map((shell) => shell.split(' ')) ?? [
    ['sh'],
    ['bash', '--norc', '--noprofile']
];

const weighted = (weight: number, ...texts: string[]): fc.WeightedArbitrary<string> => ({
    weight,
    arbitrary: fc.constantFrom(...texts)
});
const piece = fc.oneof(
    weighted(12, ...PROGRAMS),
    weighted(10, ' '),
    weighted(3, '2', '1', '12', '=', '-', '+', '%', ':', '@', ',', '.', '/'),
    weighted(4, ' ; ', ' & ', ' && ', ' || ', ' | ', '\n', ';', '&', '|'),
    weighted(2, '>', '>>', '<', '2>&1', '>&', '>|', '<>', '>b', ' >a', '&>', '>&-'),
    weighted(4, '"', "'", '\\', "''", '""', `"a b"`, `'a;b'`, `'"'`, `"\\""`, `"\\\\"`, `"\\a"`, '\\ ', "\\'", '\\&'),
    weighted(
        2,
        '$',
        '`',
        '(',
        ')',
        '{',
        '}',
        '*',
        '?',
        '[',
        ']',
        '~',
        '#',
        '!',
        '^',
        '\t',
        '\r',
        '\u00a0',
        'é',
        '\\\n'
    ),
    weighted(
        1,
        'if ',
        'time ',
        'then ',
        '- ',
        '! ',
        'a=b ',
        '{a,b}',
        '<1-2>',
        '~a',
        'a~',
        '=a',
        '#a',
        'é ',
        '$a',
        '$(a)'
    )
);
const text = fc.array(piece, { minLength: 1, maxLength: 14 }).map((pieces) => pieces.join(''));

const isRead = (line: string): boolean => shellLine(line) !== undefined;
const lines = [...new Set(fc.sample(text.filter(isRead), { seed: SEED, numRuns: COUNT }))];

test.skipIf(process.platform === 'win32').each(SHELLS)(
    '%s',
    (...shell) => {
        const ran = run(shell, lines);
        expect(ran.length).toBe(lines.length);
        let all = 0;
        lines.forEach((line, index) => {
            const { commands, redirects } = shellLine(line)!;
            const read = commands.map((words) => JSON.stringify(words));
            const executed = ran[index]!.map((words) => JSON.stringify(words));
            expect(read, `of ${JSON.stringify(line)} there runs`).toEqual(expect.arrayContaining(executed));
            if (!redirects && !/&&|\|\|/.test(line)) {
                const known = read.filter((words) => PROGRAMS.includes((JSON.parse(words) as string[])[0]!));
                expect(executed.filter((words) => known.includes(words)).sort(), JSON.stringify(line)).toEqual(
                    known.sort()
                );
                all += known.length;
            }
        });
        expect(all, 'commands that had to run').toBeGreaterThan(COUNT / 8);
    },
    120_000
);
