/**
 * docs/first-policy.md is followed step by step: its files are written, its changes made, its commands run. The printed
 * outputs must be the real ones, but for times and line breaks; `npx vitest run test/examples/tour.test.ts -u` renews them.
 */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { folder, guardrail } from '../cli/guardrail.js';

const PAGE = new URL('../../docs/first-policy.md', import.meta.url);
const POLICY = 'my-policy/mail.guardrail';

test('the tour is as it says', async () => {
    const page = readFileSync(PAGE, 'utf8');
    const root = folder({ [POLICY]: '' });
    const done = { files: 0, changes: 0, exitCodes: [] as (number | null)[] };
    let renewed = '';
    let copied = 0;
    for (const { 0: block, 1: language, 2: text, index } of page.matchAll(/^```(\w+)\n([\s\S]*?)^```\n/gm)) {
        const before = page.slice(0, index).trimEnd().split('\n').at(-1)!;
        renewed += page.slice(copied, index);
        copied = index + block.length;
        if (language === 'console') {
            const [command, ...printed] = text!.split('\n');
            const { output, code } = await run(command!, root);
            const isReal = comparable(output) === comparable(printed.join('\n'));
            renewed += isReal ? block : `\`\`\`console\n${command}\n${output}\`\`\`\n`;
            done.exitCodes.push(code);
            continue;
        }
        renewed += block;
        if (language === 'diff') {
            change(join(root, POLICY), text!);
            done.changes++;
        } else {
            const file = /`(my-policy\/[\w.-]+)`:$/.exec(before)![1]!;
            (before.includes('Add to') ? appendFileSync : writeFileSync)(join(root, file), text!);
            done.files++;
        }
    }
    renewed += page.slice(copied);
    expect(done).toEqual({ files: 4, changes: 2, exitCodes: [1, 1, 0, 0] });
    await expect(renewed).toMatchFileSnapshot(fileURLToPath(PAGE));
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
    const words = /^\$ npx guardrail (.+)$/.exec(command)?.[1]?.split(' ');
    const { stdout, stderr, code } = await guardrail(words ?? [], { cwd });
    return { output: stdout + stderr, code };
}

/** How long it took differs from run to run, and with it where a line breaks. */
function comparable(output: string): string {
    return output.replace(/(?:<1|[\d,.]+) m?s\b/g, '… ms').replace(/\s+/g, ' ');
}
