import { describe, expect, test } from 'vitest';
import { accepting } from '../../../server/checker/results/accepted-scopes.js';
import type { ScopeName } from '../../../server/model/policy/scope-names.js';
import { EXIT } from '../../../server/workspace/errors.js';
import { exitCodeOf, mostSevere } from '../../../server/cli/reports/check-report.js';
import type { ReportContext } from '../../../server/cli/reports/context.js';
import { compactEnd, compactFile } from '../../../server/cli/reports/compact.js';
import { jsonReport } from '../../../server/cli/reports/json.js';
import { widthOf } from '../../../server/cli/terminal/layout.js';
import { MARKDOWN } from '../../../server/cli/reports/markdown/index.js';
import { prettyEnd, prettyFile } from '../../../server/cli/reports/pretty.js';
import { createStyle, type StyleOptions } from '../../../server/cli/terminal/style.js';
import { written } from './context.js';
import { CLAIMS, FILE, FINDINGS, REPORT, SCENARIOS } from './sample.js';

const PLAIN: StyleOptions = { color: false, unicode: true, width: 80 };

function context(options: Partial<StyleOptions> = {}, quiet = false, verbose = false): ReportContext {
    return {
        style: createStyle({ ...PLAIN, ...options }),
        quiet,
        verbose,
        pathOf,
        textOf: (uri) => REPORT.files.find((file) => file.uri === uri)?.text
    };
}

function pathOf(uri: string): string {
    return uri.replace('file:///work/', '');
}

function pretty(options: Partial<StyleOptions> = {}, quiet = false, verbose = false): string {
    const ctx = context(options, quiet, verbose);
    return REPORT.files.map((file) => prettyFile(file, ctx)).join('') + prettyEnd(REPORT, ctx);
}

describe('pretty', () => {
    test('has one of everything', async () => {
        await expect(pretty()).toMatchFileSnapshot('../fixtures/reports/everything.txt');
    });

    test('shows everything when verbose', async () => {
        await expect(pretty({}, false, true)).toMatchFileSnapshot('../fixtures/reports/verbose.txt');
    });

    test('shows only problems when quiet', async () => {
        await expect(pretty({}, true)).toMatchFileSnapshot('../fixtures/reports/quiet.txt');
    });

    test('prints only ASCII symbols if the terminal supports no others', async () => {
        const text = pretty({ unicode: false });
        await expect(text).toMatchFileSnapshot('../fixtures/reports/ascii.txt');
        // The policy's own text contains a label in Japanese.
        expect(text.replaceAll('私的', '')).toMatch(/^[\n\x20-\x7e]*$/);
    });

    test.each([40, 60, 80, 120])('stays within %i columns, except for paths', (width) => {
        const tooWide = pretty({ width })
            .split('\n')
            .filter((line) => widthOf(line) > width && !/\S+\.guardrail:\d+:\d+$/.test(line));
        expect(tooWide).toEqual([]);
    });

    test('colours change nothing else', () => {
        // oxlint-disable-next-line no-control-regex -- escape sequences are what it is for
        expect(pretty({ color: true }).replace(/\u001b\[\d+m/g, '')).toBe(pretty());
    });
});

describe('the second line', () => {
    const good = CLAIMS.find(({ verdict }) => verdict === 'holds')!;
    const broken = CLAIMS.find(({ trace }) => trace)!;
    const across = {
        verdict: 'violated',
        line: 'also across sessions: broken by a second session',
        explanation: 'bot can call mail.send() after mail.read in an earlier session.',
        basis: good.basis,
        trace: broken.trace!
    } as const;

    function printed(
        acrossSessions: NonNullable<typeof good.acrossSessions>,
        { quiet = false, verbose = false } = {}
    ): string {
        const claims = [{ ...good, acrossSessions }];
        const file = { ...FILE, result: { ...FILE.result!, claims, scenarios: [], findings: [] } };
        return prettyFile(file, context({ width: 200 }, quiet, verbose));
    }

    test('is one word of the verdict, and one sentence for all claims', () => {
        expect(printed(across)).toMatch(/≈ holds in one session {2}.*\n\n≈ A second session breaks ".*": bot can call/);
        expect(printed({ ...across, verdict: 'holds', line: 'also across sessions: holds' })).not.toContain('session');
    });

    test('is below the claim when verbose', () => {
        expect(printed(across, { verbose: true })).toMatch(
            /≈ holds in one session {2}.*\n +also across sessions: broken by a second session: bot can call mail\.send\(\) after/
        );
        expect(
            printed({ ...across, verdict: 'holds', line: 'also across sessions: holds' }, { verbose: true })
        ).toMatch(/[✓!] holds {2}.*\n {11}also across sessions: holds\n/);
    });

    test('is below a claim if it is open, with what to do', () => {
        const open = { ...across, verdict: 'undecided', line: 'also across sessions: undecided; mark it' } as const;
        expect(printed(open)).toMatch(/[✓!] holds {2}.*\n {11}also across sessions: undecided; mark it\n/);
        expect(printed(open, { quiet: true })).not.toContain('session');
    });

    test('changes no exit code, and nothing when quiet', () => {
        const claims = [{ ...good, acrossSessions: across }];
        const file = { ...FILE, diagnostics: [], result: { ...FILE.result!, claims, scenarios: [], findings: [] } };
        expect(exitCodeOf(file, { failOn: 'error', strict: false })).toBe(EXIT.ok);
        expect(printed(across, { quiet: true })).not.toContain('session');
        expect(exitCodeOf(file, { failOn: 'error', strict: true })).toBe(EXIT.violated);
        const accepted = {
            ...file,
            result: { ...file.result, claims: [{ ...claims[0]!, accepts: ['sessions'] as const }] }
        };
        expect(exitCodeOf(accepted, { failOn: 'error', strict: true })).toBe(EXIT.ok);
    });

    test('is one problem of a comment, with the session of the first claim', () => {
        const claims = [good, { ...good, name: 'another' }].map((claim) => ({ ...claim, acrossSessions: across }));
        const file = { ...FILE, diagnostics: [], result: { ...FILE.result!, claims, scenarios: [], findings: [] } };
        const comment = written(MARKDOWN, { ...REPORT, problems: [], files: [file] });
        expect(comment.match(/<b>GR598<\/b>: A second session breaks ".*" and 1 other claim/g)).toHaveLength(1);
        expect(comment.match(/^\| \| step \|/gm)).toHaveLength(1);
    });

    test('is in the report for programs, with its session', () => {
        const claims = [{ ...good, acrossSessions: across }];
        const report = { ...REPORT, files: [{ ...FILE, result: { ...FILE.result!, claims } }] };
        const data = JSON.parse(jsonReport(report, pathOf)) as {
            files: { result: { claims: { acrossSessions: { verdict: string; trace: { steps: unknown[] } } }[] } }[];
        };
        const { verdict, trace } = data.files[0]!.result.claims[0]!.acrossSessions;
        expect([verdict, trace.steps.length]).toEqual(['violated', broken.trace!.steps.length]);
    });
});

test('the initial values of a session, and the clock time', () => {
    const claim = CLAIMS.find(({ trace }) => trace)!;
    const clock = { date: '2026-01-10', second: 36_000, text: 'sat 2026-01-10 10:00' };
    const steps = claim.trace!.steps.map((step, index) => ({ ...step, time: 60 * index, clock }));
    const start = { clock, epoch: 1_768_035_600, text: 'with user: "x", on sat 2026-01-10 09:59' };
    const claims = [{ ...claim, trace: { ...claim.trace!, start, steps } }];
    const file = { ...FILE, result: { ...FILE.result!, claims, scenarios: [], findings: [] } };
    const text = prettyFile(file, context({ width: 200 }));
    expect(text).toMatch(/\n {4}the session starts with user: "x", on sat 2026-01-10 09:59\n\n {4}\S 1 /);
    expect(text).toContain('at 1:00 since the start of the session, on sat 2026-01-10 10:00');
});

describe('compact', () => {
    const compact = (quiet: boolean): string => {
        const ctx = context({}, quiet);
        return REPORT.files.map((file) => compactFile(file, ctx)).join('') + compactEnd(REPORT, ctx);
    };

    test('has a line for each problem', async () => {
        await expect(compact(false)).toMatchFileSnapshot('../fixtures/reports/compact.txt');
    });

    test('shows only problems when quiet', () => {
        const lines = compact(true)
            .split('\n')
            .filter((line) => line !== '');
        expect(lines.length).toBeGreaterThan(3);
        expect(lines.filter((line) => !/(error|warning)\[GR\d+\]: |: not checked: /.test(line))).toEqual([]);
    });
});

describe('json', () => {
    test('has everything, with places counted from one', async () => {
        await expect(jsonReport(REPORT, pathOf)).toMatchFileSnapshot('../fixtures/reports/everything.json');
    });

    test('leaves arguments of calls unchanged', () => {
        const args = { source: { uri: 'u', start: { line: 0, character: 0 }, end: { line: 0, character: 0 } } };
        const [claim] = CLAIMS;
        const steps = claim!.trace!.steps.map((step) => ({ ...step, args }));
        const file = {
            ...FILE,
            result: { ...FILE.result!, claims: [{ ...claim!, trace: { ...claim!.trace!, steps } }] }
        };
        const data = JSON.parse(jsonReport({ ...REPORT, files: [file] }, pathOf)) as {
            files: { result: { claims: { trace: { steps: { args: unknown }[] } }[] } }[];
        };
        expect(data.files[0]!.result.claims[0]!.trace.steps[0]!.args).toEqual(args);
    });
});

describe('exit code', () => {
    const lenient = { failOn: 'error', strict: false } as const;
    const claimFile = (verdict: string): typeof FILE => ({
        ...FILE,
        diagnostics: [],
        result: {
            ...FILE.result!,
            claims: CLAIMS.filter((claim) => claim.verdict === verdict),
            scenarios: [],
            findings: []
        }
    });

    test('is the most severe: 4, 2, 1, 3, 0', () => {
        expect(mostSevere([0, 3, 1, 2, 4])).toBe(EXIT.failed);
        expect(mostSevere([0, 3, 1, 2])).toBe(EXIT.invalid);
        expect(mostSevere([0, 3, 1])).toBe(EXIT.violated);
        expect(mostSevere([0, 3])).toBe(EXIT.undecided);
        expect(mostSevere([])).toBe(EXIT.ok);
    });

    test.each([
        ['holds', 0],
        ['witnessed', 0],
        ['violated', 1],
        ['impossible', 1],
        ['undecided', 3]
    ])('of a claim that %s is %i', (verdict, code) => {
        expect(exitCodeOf(claimFile(verdict), lenient)).toBe(code);
    });

    test('of a vacuous claim depends on whether its author expects it', () => {
        const [claim] = CLAIMS.filter(({ verdict }) => verdict === 'vacuous');
        const file = claimFile('vacuous');
        expect(exitCodeOf(file, lenient)).toBe(0);
        const unexpected = { ...file.result!, claims: [{ ...claim!, expected: false }] };
        expect(exitCodeOf({ ...file, result: unexpected }, lenient)).toBe(1);
    });

    test('of a claim that holds in scope depends on what is accepted by name, and on --strict', () => {
        expect(exitCodeOf(claimFile('holds in scope'), lenient)).toBe(3);
        const strict = { ...lenient, strict: true };
        expect(exitCodeOf(claimFile('holds in scope'), strict)).toBe(1);
        const withNames = (accepts: readonly ScopeName[]): typeof FILE => {
            const file = claimFile('holds in scope');
            return { ...file, result: accepting(file.result!, accepts) };
        };
        expect(exitCodeOf(withNames(['values']), lenient)).toBe(0);
        expect(exitCodeOf(withNames(['values']), strict)).toBe(0);
        expect(exitCodeOf(withNames(['counts', 'sessions']), lenient)).toBe(3);
    });

    test('of a scenario that fails is 1', () => {
        const file = { ...FILE, diagnostics: [], result: { ...FILE.result!, claims: [], findings: [] } };
        expect(exitCodeOf({ ...file, result: { ...file.result, scenarios: SCENARIOS } }, lenient)).toBe(1);
        expect(exitCodeOf({ ...file, result: { ...file.result, scenarios: SCENARIOS.slice(1) } }, lenient)).toBe(0);
    });

    test('of a finding or a message depends on --fail-on', () => {
        const result = { ...FILE.result!, claims: [], scenarios: [] };
        const finding = { ...FILE, diagnostics: [], result: { ...result, findings: FINDINGS } };
        const message = { ...FILE, result: { ...result, findings: [] } };
        for (const file of [finding, message]) {
            expect(exitCodeOf(file, lenient)).toBe(0);
            expect(exitCodeOf(file, { ...lenient, failOn: 'warning' })).toBe(1);
        }
    });
});
