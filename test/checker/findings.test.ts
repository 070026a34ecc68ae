/**
 * Policies with all of their findings, each in a comment before the line at which it is reported:
 *
 *     //! GR505 warning: never becomes true
 *     //! GR511 warning a.ask > a.pay: part of the message
 *
 * `GR597` is not a defect, and is left out.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkPolicy } from '../../server/checker/check.js';
import { withClock } from '../../server/checker/limits/budget.js';
import { DEFAULT_LIMITS } from '../../server/checker/results/default-limits.js';
import type { Finding } from '../../server/checker/results/result.js';
import { policyOf } from '../support/policies.js';
import { checkedUntimed } from '../support/checked.js';
import { partOf } from '../support/depth.js';

const root = new URL('./findings/', import.meta.url);

test.each(readdirSync(root))('%s', async (file) => {
    const text = readFileSync(new URL(file, root), 'utf8');
    const expected = expectationsOf(text);
    const found = (await findingsIn(text)).sort((a, b) => a.source.start.line - b.source.start.line);
    expect(found.map((finding) => summary(finding, expected))).toEqual(expected.map(({ text: line }) => line));
});

/** The test clock advances by one each time it is read. */
test.each(
    partOf(
        readdirSync(root).filter((file) => file.endsWith('.guardrail')),
        4
    )
)('GR516 reports that %s has findings that there was no time for', async (file) => {
    const policy = await policyOf(readFileSync(new URL(file, root), 'utf8'));
    const all = checkedUntimed(policy).findings;
    let missed = 0;
    for (const timeoutMs of [20, 200, 2_000]) {
        let now = 0;
        const limits = { ...DEFAULT_LIMITS, timeoutMs };
        const { findings } = withClock(
            () => now++,
            () => checkPolicy(policy, { limits })
        );
        const codes = findings.map(({ code }) => code);
        if (all.some(({ code }) => !codes.includes(code))) {
            missed++;
            expect(codes).toContain('GR516');
        }
    }
    expect(missed).toBeGreaterThan(0);
});

async function findingsIn(text: string): Promise<Finding[]> {
    return checkedUntimed(await policyOf(text)).findings.filter(({ code }) => code !== 'GR597');
}

interface Expectation {
    readonly line: number;
    readonly code: string;
    readonly part: string;
    /** The finding as `summary` formats it: `12: GR505 warning: part`. */
    readonly text: string;
}

/** The finding in one line: only the expected part of its message if that part occurs in it, otherwise all of it. */
function summary({ code, severity, source, message, trace }: Finding, expected: readonly Expectation[]): string {
    const line = source.start.line + 1;
    const session = trace
        ? ` ${trace.steps.map(({ actor, tool }) => `${actor}.${tool.split('.')[1] ?? tool}`).join(' > ')}`
        : '';
    const match = expected.find((one) => one.line === line && one.code === code && message.includes(one.part));
    return `${line}: ${code} ${severity}${session}: ${match ? match.part : message}`;
}

function expectationsOf(text: string): Expectation[] {
    const lines = text.split('\n');
    return lines.flatMap((line, index) => {
        const [, code, rest, part] = /^\s*\/\/! (GR\d+)([^:]*): (.*)$/.exec(line) ?? [];
        if (code === undefined || rest === undefined || part === undefined) {
            return [];
        }
        const at = lines.findIndex((other, below) => below > index && !/^\s*\/\//.test(other)) + 1;
        return [{ line: at, code, part, text: `${at}: ${code}${rest}: ${part}` }];
    });
}
