/**
 * Tests what commands print in the pages: a transcript with output is run here, in a folder with the examples, or by the
 * test that is named. In a page, the line `…` stands for any lines, and times differ.
 */
import { execFileSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CLI, folder, guardrail } from '../cli/guardrail.js';
import { BLOCKS, codeOf, placeOf, ROOT } from './pages.js';

/** The tests of the pages that bring their own files, and why no test runs the others. */
const ELSEWHERE: readonly (readonly [command: RegExp, why: string])[] = [
    [/^npx --no-install guardrail /, 'test/examples/tour.test.ts runs chapters, test/docs/ci.test.ts the set-ups'],
    [/^guardrail replay /, 'test/cli/commands/replay/command.test.ts'],
    [/^node examples\/airline/, 'test/examples/airline.test.ts compares the numbers of the log'],
    [/^guardrail simulate /, 'test/cli/commands/simulate/simulate.test.ts'],
    [/^guardrail coverage /, 'test/cli/commands/coverage/coverage.test.ts'],
    [/^guardrail check --watch /, 'test/cli/commands/check/watch.test.ts'],
    [/^guardrail (?:gateway|approvals)/, 'names of sessions and ids that differ; test/enforcement runs gateways'],
    [/^curl /, 'tokens of an issuer; test/enforcement has one'],
    [/^guardrail init /, 'asks servers; test/cli/commands/init has some'],
    [/^guardrail import mcp /, 'a server that changes; test/cli/commands/import has one'],
    [/^guardrail packages /, 'asks a registry; test/cli/commands/packages has one'],
    [/^guardrail tune /, 'a log of attacks; test/cli/commands/repair has one'],
    [/^df /, 'a full disk']
];

/** Codes whose transcripts need packages: test/cli/config has them. */
const PACKAGES = ['GR925', 'GR926'];

const transcripts = BLOCKS.filter(
    ({ language, text }) => language === 'console' && /^(?![$#] |.*\\$|$| {4}-)/m.test(text)
);
const here = transcripts.filter((block) => {
    const command = block.text.slice(2).split('\n')[0]!;
    return !PACKAGES.includes(codeOf(block)!) && !ELSEWHERE.some(([pattern]) => pattern.test(command));
});

describe.each(here.map((block) => [placeOf(block), block] as const))('%s', (_, { text }) => {
    test('is what the commands print', async () => {
        const cwd = folder({});
        cpSync(join(ROOT, 'examples/mail-assistant'), join(cwd, 'mail-assistant'), { recursive: true });
        for (const command of text.split(/^\$ /m).slice(1)) {
            const [line, ...shown] = command.trimEnd().split('\n');
            const [program, ...args] = Array.from(line!.matchAll(/"([^"]*)"|(\S+)/g), (match) => match[1] ?? match[2]!);
            const printed =
                program === 'guardrail'
                    ? (await guardrail(args, { cwd })).stdout
                    : execFileSync(process.execPath, [join(CLI, '../verify.js'), ...args], { cwd, encoding: 'utf8' });
            expect(withoutTimes(printed)).toMatch(patternOf(shown));
        }
    });
});

test('most are run', () => {
    expect(here.length).toBeGreaterThan(3);
});

function withoutTimes(text: string): string {
    return text
        .trimEnd()
        .replaceAll(/(?<=\s)(?:<1|[\d.]+) m?s\b/g, '· s')
        .replaceAll(/\s+/g, ' ');
}

function patternOf(lines: readonly string[]): RegExp {
    const parts = lines.join('\n').split(/^…$/m).map(escaped);
    return new RegExp(`^\\s*${parts.join('[^]*')}\\s*$`);
}

function escaped(part: string): string {
    return withoutTimes(part)
        .trim()
        .replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&');
}
