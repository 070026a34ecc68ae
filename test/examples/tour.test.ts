/**
 * Follows the chapters step by step: their files are written, their changes made, their commands run. The printed
 * outputs must match, except for times and line breaks; `npx vitest run test/examples/tour.test.ts -u` updates them.
 */
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { folder, guardrail } from '../cli/guardrail.js';

/** Git may have no identity configured on the machine that runs this. */
const AUTHOR = ['-c', 'user.name=Author', '-c', 'user.email=author@example.com'];

const docs = fileURLToPath(new URL('../../docs/', import.meta.url));

/**
 * The contents of a chapter: blocks that are files, blocks that change the last file, and the ends of its commands'
 * output.
 */
test.each([
    { chapter: 'why-sequences.md', expected: { files: 1, changes: 2, exitCodes: [1, 0] } },
    { chapter: 'first-policy.md', expected: { files: 4, changes: 2, exitCodes: [1, 1, 0, 0] } },
    { chapter: 'counterexamples.md', expected: { files: 1, changes: 0, exitCodes: [1] } },
    { chapter: 'ci.md', expected: { files: 3, changes: 2, exitCodes: [0, 0, 0, 1, 0, 0, 1, 0, 0, 1, 1] } }
])('$chapter is as it says', async ({ chapter, expected }) => {
    const page = readFileSync(docs + chapter, 'utf8');
    const root = folder({});
    let last = '';
    const done = { files: 0, changes: 0, exitCodes: [] as (number | null)[] };
    let renewed = '';
    let copied = 0;
    for (const { 0: block, 1: language, 2: text, index } of page.matchAll(/^```(\w+)\n([\s\S]*?)^```\n/gm)) {
        const before = page.slice(0, index).trimEnd().split('\n').at(-1)!;
        renewed += page.slice(copied, index);
        copied = index + block.length;
        if (language === 'console') {
            renewed += '```console\n';
            for (const command of text!.split(/^(?=\$ )/m)) {
                const [line, ...printed] = command.split('\n');
                const { output, code } = await run(line!, root);
                const isReal = comparable(output) === comparable(printed.join('\n'));
                renewed += isReal ? command : `${line}\n${output}`;
                done.exitCodes.push(code);
            }
            renewed += '```\n';
            continue;
        }
        renewed += block;
        if (language === 'yaml' || language === 'sh') {
            // Continuous integration is tested in test/docs/ci.test.ts.
            continue;
        }
        if (language === 'diff') {
            change(last, text!);
            done.changes++;
        } else {
            last = join(root, /`([\w-]+\/[\w.-]+)`:$/.exec(before)![1]!);
            mkdirSync(dirname(last), { recursive: true });
            (before.includes('Add to') ? appendFileSync : writeFileSync)(last, text!);
            done.files++;
        }
    }
    renewed += page.slice(copied);
    expect(done).toEqual(expected);
    await expect(renewed).toMatchFileSnapshot(docs + chapter);
});

function change(path: string, diff: string): void {
    const before = readFileSync(path, 'utf8');
    const linesWith = (sign: string): string =>
        diff
            .split('\n')
            .filter((line) => line.startsWith(sign))
            .map((line) => `${line.slice(1)}\n`)
            .join('');
    expect(before.split(linesWith('-')).length, `${linesWith('-')} is there once`).toBe(2);
    writeFileSync(
        path,
        before.replace(linesWith('-'), () => linesWith('+'))
    );
}

async function run(command: string, cwd: string): Promise<{ output: string; code: number | null }> {
    const [, program, ...words] = command.split(/ (?:npx --no-install (?=guardrail))?/);
    if (program === 'git') {
        return { output: execFileSync('git', [...AUTHOR, ...words], { cwd, encoding: 'utf8' }), code: 0 };
    }
    expect(program).toBe('guardrail');
    const { stdout, stderr, code } = await guardrail(words, { cwd });
    return { output: stdout + stderr, code };
}

/** The duration differs from run to run, and so do line breaks after it. */
function comparable(output: string): string {
    return output.replace(/(?:<1|[\d,.]+) m?s\b/g, '… ms').replace(/\s+/g, ' ');
}
