import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import schema from '../../../schemas/guardrail.config.schema.json';
import { folder, guardrail } from '../guardrail.js';

const NAME = 'guardrail.config.json';
/** A text that is listed twice (GR434), a label that nothing uses (GR408), and private data that may leave (GR501). */
const POLICY = `policy P
agent bot
label private
label untrusted
label unused
server s {
    tool read() reads private
    tool fetch() reads untrusted
    tool send(to: string) external
}
allow bot: s.*
deny s.send when to in ["a", "a"]
claim "it can read": possible s.read
`;

interface Reported {
    readonly code: string;
    readonly severity: string;
    readonly defaultSeverity?: string;
}

interface Report {
    readonly files: readonly {
        readonly diagnostics: readonly Reported[];
        readonly off?: Readonly<Record<string, number>>;
        readonly result?: { readonly findings: readonly Reported[] };
    }[];
}

async function check(
    severity: object,
    args: readonly string[] = [],
    more: Readonly<Record<string, string>> = {}
): Promise<{ readonly code: number | null; readonly severities: Record<string, string>; readonly report: Report }> {
    const cwd = folder({ 'p.guardrail': POLICY, [NAME]: JSON.stringify({ severity }), '.git/HEAD': '', ...more });
    const { code, stdout } = await guardrail(['check', '--format', 'json', '--no-cache', ...args], { cwd });
    const report = JSON.parse(stdout) as Report;
    const all = report.files.flatMap(({ diagnostics, result }) => [...diagnostics, ...(result?.findings ?? [])]);
    return { code, report, severities: Object.fromEntries(all.map((one) => [one.code, one.severity])) };
}

test('messages and findings have the severities of the language without a configuration', async () => {
    const { code, severities } = await check({});
    expect(code).toBe(0);
    expect(severities).toMatchObject({ GR434: 'warning', GR408: 'hint', GR501: 'warning' });
});

test('a configuration changes them, and the report shows it', async () => {
    const { code, severities, report } = await check({ GR434: 'off', GR408: 'warning', GR501: 'information' });
    expect(code).toBe(0);
    expect(severities).toMatchObject({ GR408: 'warning', GR501: 'information' });
    expect(severities).not.toHaveProperty('GR434');
    expect(report.files[0]).toMatchObject({ off: { GR434: 1 } });
    expect(report.files[0]!.diagnostics).toContainEqual(
        expect.objectContaining({ code: 'GR408', severity: 'warning', defaultSeverity: 'hint' })
    );
    expect(report.files[0]!.result!.findings).toContainEqual(
        expect.objectContaining({ code: 'GR501', severity: 'information', defaultSeverity: 'warning' })
    );
});

test('a message that is raised to an error fails the run, and the policy is still checked', async () => {
    const { code, report } = await check({ GR434: 'error' });
    expect(code).toBe(1);
    expect(report.files[0]!.result).toBeDefined();
});

test('an error stays an error', async () => {
    const { code, severities } = await check({ GR303: 'off' }, [], {
        'p.guardrail': `${POLICY}deny s.send when to\n`
    });
    expect(code).toBe(2);
    expect(severities).toMatchObject({ GR303: 'error' });
});

test('the nearest configuration that names a code decides, and --config before it', async () => {
    const nested = { 'sub/p.guardrail': POLICY, [`sub/${NAME}`]: '{ "severity": { "GR434": "information" } }' };
    const near = await check({ GR434: 'error', GR408: 'off' }, ['sub'], nested);
    expect(near.severities).toMatchObject({ GR434: 'information' });
    expect(near.severities).not.toHaveProperty('GR408');
    const named = await check({}, ['sub', '--config', 'ci.json'], {
        ...nested,
        'ci.json': '{ "severity": { "GR434": "error" } }'
    });
    expect(named.severities).toMatchObject({ GR434: 'error' });
});

test('a configuration cannot weaken what it extends', async () => {
    const base = { 'base.json': '{ "severity": { "GR434": "error" } }' };
    const cwd = folder({
        'p.guardrail': POLICY,
        ...base,
        [NAME]: '{ "extends": "./base.json",\n"severity": { "GR434": "off" } }',
        '.git/HEAD': ''
    });
    const { code, stderr } = await guardrail(['check'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain('GR925');
    expect(stderr).toContain(`${NAME}:2:`);
});

test.each([
    ['{ "severity": { "GR999": "off" } }', ':1:17'],
    ['{ "severity": { "GR590": "off" } }', ':1:17'],
    ['{ "severity": { "GR265": "off" } }', ':1:17'],
    ['{ "severity": { "GR434": "loud" } }', ':1:26']
])('%s is refused', async (text, place) => {
    const cwd = folder({ 'p.guardrail': POLICY, [NAME]: text });
    const { code, stderr } = await guardrail(['check'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain('GR912');
    expect(stderr).toContain(`${NAME}${place}`);
});

test('a configuration in a folder below, which the command does not read itself, is refused at the policy', async () => {
    const { code, severities } = await check({}, ['sub'], {
        'sub/p.guardrail': POLICY,
        [`sub/${NAME}`]: '{ "severity": { "GR999": "off" } }'
    });
    expect(code).toBe(2);
    expect(severities).toMatchObject({ GR265: 'error' });
});

test('SARIF has the severity, that of the language, and the codes that are off', async () => {
    const cwd = folder({
        'p.guardrail': POLICY,
        [NAME]: '{ "severity": { "GR434": "off", "GR501": "error" } }'
    });
    const { stdout } = await guardrail(['check', '--format', 'sarif', '--no-cache'], { cwd });
    const { runs } = JSON.parse(stdout) as { runs: readonly [Run] };
    const [{ results, invocations, tool }] = runs;
    expect(results.find(({ ruleId }) => ruleId === 'GR501')).toMatchObject({ level: 'error' });
    expect(tool.driver.rules.find(({ id }) => id === 'GR501')).toMatchObject({
        defaultConfiguration: { level: 'warning' }
    });
    expect(invocations[0]!.ruleConfigurationOverrides).toEqual([
        { descriptor: { id: 'GR501' }, configuration: { level: 'error' } },
        { descriptor: { id: 'GR434' }, configuration: { enabled: false } }
    ]);
});

interface Run {
    readonly results: readonly { readonly ruleId: string }[];
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
    readonly invocations: readonly { readonly ruleConfigurationOverrides?: unknown }[];
}

test('the schema lists the codes with a page, except syntax errors, required packs and verdicts', () => {
    const pages = readdirSync(new URL('../../../docs/codes/', import.meta.url)).map((name) => name.slice(0, -3));
    const codes = pages.filter((code) => /^GR[2-5]/.test(code) && !/^GR(26|59)/.test(code)).sort();
    expect(schema.properties.severity.propertyNames.enum).toEqual(codes);
});
