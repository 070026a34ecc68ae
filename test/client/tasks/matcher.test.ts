/** Tests that the problem matcher of the manifest parses the output of the command. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const read = (file: string): string => readFileSync(root + file, 'utf8');

interface Pattern {
    readonly name: string;
    readonly regexp: string;
    readonly [group: string]: string | number;
}
const { contributes } = JSON.parse(read('package.json')) as {
    contributes: { problemPatterns: Pattern[]; problemMatchers: { pattern: string }[] };
};

test('each line of the compact report with a place becomes a complete problem', () => {
    const [pattern] = contributes.problemPatterns;
    expect(contributes.problemMatchers.map((matcher) => matcher.pattern)).toEqual([`$${pattern!.name}`]);
    const lines = read('test/cli/fixtures/reports/compact.txt').split('\n');
    const problems = lines.flatMap((line) => {
        const match = new RegExp(pattern!.regexp).exec(line);
        const part = (name: string): string => match?.[Number(pattern![name])] ?? '';
        return match ? [['file', 'line', 'column', 'severity', 'code', 'message'].map(part)] : [];
    });
    expect(problems).toHaveLength(lines.filter((line) => /^\S+:\d+:\d+: /.test(line)).length);
    expect(problems.length).toBeGreaterThan(5);
    expect(problems[1]).toEqual([
        'policies/mail.guardrail',
        '12',
        '1',
        'error',
        'GR590',
        '"mail leaves only through a person" is violated: A session of 2 steps breaks this claim.'
    ]);
    // The severities that VS Code supports.
    expect(new Set(problems.map(([, , , severity]) => severity))).toEqual(new Set(['error', 'warning', 'info']));
});
