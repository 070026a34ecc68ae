/**
 * Compares the reading of shell lines with real shells: every command that a shell runs is among those that were read,
 * with the same words, or the line is not read.
 *
 * `COUNT` and `SEED` choose other lines, `SHELLS` other shells.
 */
import { expect, test } from 'vitest';
import { shellLine } from '../../../server/model/values/shell-lines.js';
import { unreadPart } from '../../../server/model/values/shell-commands.js';
import { insideOf } from '../../../server/model/values/wrapped-commands.js';
import { LineGenerator, PROGRAMS } from './shell-grammar.js';
import { fits, run } from './shells.js';
import { runs } from '../../support/depth.js';

const SEED = Number(process.env['SEED'] ?? 20_250_117);
const COUNT = Number(process.env['COUNT'] ?? runs(20_000));
const BATCH = 2_000;
const SHELLS = process.env['SHELLS']?.split(',').map((shell) => shell.split(' ')) ?? [
    ['bash', '--norc', '--noprofile']
];

test.skipIf(process.platform === 'win32').each(SHELLS)(
    '%s',
    (...shell) => {
        const missed: string[] = [];
        let [read, all] = [0, 0];
        for (let first = 0; first < COUNT; first += BATCH) {
            const generator = new LineGenerator(SEED + first);
            const lines = Array.from({ length: Math.min(BATCH, COUNT - first) }, () => generator.line());
            const known = lines.filter((line) => unreadPart(line) === undefined);
            const ran = run(shell, known);
            expect(ran.length).toBe(known.length);
            known.forEach((line, index) => {
                const { commands } = shellLine(line);
                const listed = commands.flatMap((words) => [words, ...insideOf(words).commands]);
                // bash 5.2 writes a substitution with a here-document anew, and loses operators.
                const isExact = !/<<(?!<)/.test(line);
                for (const words of ran[index]!) {
                    if (
                        !listed.some((one) =>
                            fits(isExact ? one : one.slice(0, 1), isExact ? words : words.slice(0, 1))
                        )
                    ) {
                        missed.push(`${JSON.stringify(line)} ran ${JSON.stringify(words)}`);
                    }
                    all += PROGRAMS.includes(words[0]!) ? 1 : 0;
                }
            });
            read += known.length;
        }
        expect(missed.slice(0, 20)).toEqual([]);
        expect(read, 'lines that were read').toBeGreaterThan(COUNT / 4);
        expect(all, 'commands that ran').toBeGreaterThan(COUNT / 4);
    },
    3_600_000
);
