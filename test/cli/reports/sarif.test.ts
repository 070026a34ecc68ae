import Ajv from 'ajv-draft-04';
import formats from 'ajv-formats';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Log, Result, Run } from 'sarif';
import { describe, expect, test } from 'vitest';
import type { CheckReport, FailOptions } from '../../../server/cli/reports/check-report.js';
import { SARIF } from '../../../server/cli/reports/sarif/index.js';
import { folder, guardrail } from '../guardrail.js';
import { hostile, written } from './context.js';
import { CLAIMS, FILE, REPORT } from './sample.js';

const schema = JSON.parse(
    readFileSync(
        createRequire(import.meta.url)
            .resolve('@microsoft/jest-sarif')
            .replace(/lib.*/, 'lib/schemas/sarif-2.1.0-rtm.5.json'),
        'utf8'
    )
) as object;
const ajv = new Ajv({ strict: false, unicodeRegExp: false, allErrors: true });
(formats.default as unknown as (ajv: Ajv) => void)(ajv);
const validate = ajv.compile(schema);

function runOf(report: CheckReport, fails: Partial<FailOptions> = {}): Run {
    return (JSON.parse(written(SARIF, report, fails)) as Log).runs[0]!;
}

function results(report: CheckReport, fails: Partial<FailOptions> = {}): Result[] {
    return runOf(report, fails).results!;
}

describe('the schema of the standard', () => {
    test.each([
        ['a report', REPORT],
        ['a hostile one', hostile(REPORT)],
        ['one with nothing in it', { ...REPORT, files: [], problems: [], exitCode: 0 } satisfies CheckReport]
    ])('%s is valid', (_, report) => {
        validate(JSON.parse(written(SARIF, report)));
        expect(validate.errors ?? []).toEqual([]);
    });
});

describe('the requirements of code hosts', () => {
    const run = runOf(REPORT);
    const rules = run.tool.driver.rules!;

    test('every result has a rule, with its page', () => {
        expect(run.results!.map(({ ruleId, ruleIndex }) => rules[ruleIndex!]!.id === ruleId)).not.toContain(false);
        expect([...new Set(run.results!.map(({ ruleId }) => ruleId))].sort()).toEqual(rules.map(({ id }) => id));
        const violated = rules.find(({ id }) => id === 'GR590')!;
        expect(violated).toMatchObject({
            name: 'AClaimIsViolated',
            shortDescription: { text: 'A claim is violated.' },
            defaultConfiguration: { level: 'error' },
            properties: { precision: 'very-high', 'security-severity': '8.0' }
        });
        expect(violated.help!.markdown).toContain('## Right');
        expect(violated.help!.text).not.toMatch(/```|^#/m);
        expect(violated.fullDescription!.text).toMatch(/^The rules let through a session that breaks the claim\./);
    });

    test('places are relative, counted from one, in UTF-16', () => {
        const physical = run.results!.find(({ ruleId }) => ruleId === 'GR203')!.locations![0]!.physicalLocation!;
        expect(run.columnKind).toBe('utf16CodeUnits');
        expect(physical).toEqual({
            artifactLocation: { uri: 'policies/tools/mail.guardrail', uriBaseId: '%SRCROOT%' },
            region: { startLine: 2, startColumn: 33, endLine: 2, endColumn: 35, snippet: { text: '私的' } }
        });
    });

    test('many messages about one long statement do not repeat it', async () => {
        const listed = Array(2_000).fill('private').join(', ');
        const text = `policy P\nlabel private\nserver s { tool t() reads ${listed} }\n`;
        const cwd = folder({ 'p.guardrail': text });
        const { code, stdout, stderr } = await guardrail(['check', '--format', 'sarif'], { cwd });
        expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
        const { results } = (JSON.parse(stdout) as Log).runs[0]!;
        expect(results!.filter(({ ruleId }) => ruleId === 'GR434').length).toBeGreaterThan(1_000);
        expect(stdout.length).toBeLessThan(200 * text.length);
    });

    test('a path is a URI, and a path outside the folder has no base', () => {
        const uriOf = (path: string): unknown =>
            runOf({ ...REPORT, files: [{ ...FILE, path }] }).artifacts![0]!.location;
        expect(uriOf('my policies/50%#1.guardrail')).toEqual({
            uri: 'my%20policies/50%25%231.guardrail',
            uriBaseId: '%SRCROOT%'
        });
        expect(uriOf('../mail.guardrail')).toEqual({ uri: '../mail.guardrail' });
        expect(uriOf('D:/x/mail.guardrail')).toEqual({ uri: 'file:///D:/x/mail.guardrail' });
    });

    test('a session is a code flow: each step is at the rule that decided it', () => {
        const [violated] = run.results!.filter(({ ruleId }) => ruleId === 'GR590');
        const { locations } = violated!.codeFlows![0]!.threadFlows[0]!;
        const { trace } = CLAIMS[0]!;
        expect(locations.map(({ location }) => location!.physicalLocation!.region!.startLine)).toEqual(
            trace!.steps.map(({ rules: [rule] }) => rule!.source.start.line + 1)
        );
        expect(locations.map(({ location }) => location!.message!.text)).toEqual(
            trace!.steps.map(({ text }) => expect.stringContaining(text.replace(/[[\]\\]/g, '\\$&')) as string)
        );
        expect(violated!.relatedLocations!.map(({ id }) => id)).toEqual([1]);
        expect(violated!.rank).toBe(80);
    });

    test('steps without a deciding rule are at the claim', () => {
        const [claim] = CLAIMS;
        const steps = claim!.trace!.steps.map((step) => ({ ...step, rules: [] }));
        const claims = [{ ...claim!, trace: { ...claim!.trace!, steps } }];
        const [result] = results({
            ...REPORT,
            files: [{ ...FILE, diagnostics: [], result: { ...FILE.result!, claims } }]
        });
        expect(result!.codeFlows![0]!.threadFlows[0]!.locations[0]!.location!.physicalLocation!.region!.startLine).toBe(
            claim!.source.start.line + 1
        );
    });

    test('files that could not be read or checked are notifications, not results', () => {
        const [invocation] = run.invocations!;
        expect(invocation).toMatchObject({ executionSuccessful: false, exitCode: 2 });
        expect(invocation!.toolConfigurationNotifications!.map(({ descriptor }) => descriptor!.id)).toEqual(['GR903']);
        expect(invocation!.toolExecutionNotifications!.map(({ message }) => message.text)).toEqual([
            'policies/other.guardrail was not checked: there are errors in policies/tools/mail.guardrail.',
            expect.stringContaining('this is not a text in UTF-8') as string
        ]);
        expect(run.tool.driver.notifications!.map(({ id }) => id)).toEqual(['GR903', 'GR905']);
        expect(
            runOf({ ...REPORT, files: [FILE], problems: [], exitCode: 1 }).invocations![0]!.executionSuccessful
        ).toBe(true);
    });
});

describe('verdicts', () => {
    const kinds = (fails: Partial<FailOptions>): Record<string, string> => {
        const verdicts = results(REPORT, fails).filter(({ properties }) => properties?.['claim']);
        return Object.fromEntries(
            verdicts.map(({ properties, kind, level }) => [properties!['verdict'] as string, `${kind} ${level}`])
        );
    };

    test('are failures or open; claims that hold are not results', () => {
        expect(kinds({})).toEqual({
            violated: 'fail error',
            impossible: 'fail error',
            undecided: 'open none',
            'holds in scope': 'fail warning'
        });
    });

    test('in scope are failures if the run fails because of them', () => {
        expect(kinds({ strict: true })).toMatchObject({ 'holds in scope': 'fail error', undecided: 'open none' });
    });
});

describe('fingerprints', () => {
    const prints = (report: CheckReport): string[] =>
        results(report).map((one) => one.partialFingerprints!['guardrail/v1']!);
    const file = { ...FILE, diagnostics: [...FILE.diagnostics, ...FILE.diagnostics] };
    const report = { ...REPORT, files: [file] };

    test('are all different, even for equal problems', () => {
        const all = prints(report);
        expect(all.length).toBeGreaterThan(6);
        expect(new Set(all).size).toBe(all.length);
    });

    test('stay the same when lines are inserted above', () => {
        const down = <T>(value: T): T =>
            JSON.parse(JSON.stringify(value), (key, part: unknown) =>
                key === 'line' ? (part as number) + 3 : part
            ) as T;
        const moved = { ...down(file), text: `\n\n\n${FILE.text}` };
        expect(prints({ ...report, files: [moved] })).toEqual(prints(report));
    });

    test('differ by file and by code', () => {
        const other = { ...file, diagnostics: file.diagnostics.map((one) => ({ ...one, code: 'GR214' })) };
        expect(prints({ ...report, files: [other] }).slice(0, 2)).not.toEqual(prints(report).slice(0, 2));
    });
});
