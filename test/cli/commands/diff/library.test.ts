/** Compares versions of libraries of packs. Each effect is judged by hand from what the changed text says. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folder, guardrail } from '../../guardrail.js';
import { repository } from './repository.js';

interface Report {
    readonly exitCode: number;
    readonly advice: string;
    readonly next?: string;
    readonly isEnough?: boolean;
    readonly changes: readonly { readonly name: string; readonly effect: string; readonly text: string }[];
}

async function compare(files: Readonly<Record<string, string>>, old: string, young: string): Promise<Report> {
    const { code, stdout } = await guardrail(['diff', old, young, '--format', 'json'], { cwd: folder(files) });
    const report = JSON.parse(stdout) as Report;
    expect(report.exitCode).toBe(code);
    return report;
}

async function changesOf(old: string, young: string): Promise<string[]> {
    const { changes } = await compare(
        { 'old.guardrail': old, 'new.guardrail': young },
        'old.guardrail',
        'new.guardrail'
    );
    return changes.map(({ name, effect }) => `${name} ${effect}`);
}

const required = (bound: object): object => ({ require: [{ pack: 'P', arguments: { a: bound } }] });
const pack = (body: string, params = 't: tools, h: human'): string => `pack P(${params}) { ${body} }\n`;
const RULE = 'limit t to 3';

describe('the effect of a change', () => {
    test.each<[title: string, old: string, young: string, expected: string[]]>([
        [
            'layout, comments, order',
            pack(`${RULE} deny t when once t`),
            `/** New. */\n${pack(`deny t\n when once t ${RULE}`)}`,
            []
        ],
        ['a reason', pack('deny t because "a"'), pack('deny t because "b"'), ['P adds']],
        ['a new rule', pack(RULE), pack(`${RULE} deny t when once t`), ['P stricter']],
        ['a rule less', pack(`${RULE} deny t when once t`), pack(RULE), ['P looser']],
        ['an audited rule', pack(RULE), pack(`${RULE} audit deny t when once t`), ['P adds']],
        ['a rule that is audited from now on', pack('deny t'), pack('audit deny t'), ['P looser', 'P adds']],
        ['a new claim', pack(RULE), pack(`${RULE} claim: at most 3 t`), ['P stricter']],
        ['a claim less', pack(`${RULE} claim: at most 3 t`), pack(RULE), ['P looser']],
        ['a new allow', pack(RULE), pack(`${RULE} allow any agent: t`), ['P breaks', 'P looser']],
        ['an allow less', pack(`${RULE} allow any agent: t`), pack(RULE), ['P adds', 'P stricter']],
        [
            'a new assumption',
            pack(RULE),
            pack(`${RULE} assume approval by h only when once t`),
            ['P breaks', 'P looser']
        ],
        ['a larger limit', pack('limit t to 3'), pack('limit t to 5'), ['P looser']],
        ['a smaller limit', pack('limit t to 3'), pack('limit t to 2'), ['P stricter']],
        ['a claim of less', pack('claim: at most 3 t'), pack('claim: at most 4 t'), ['P looser']],
        ['a quorum', pack('require approval by h for t'), pack('require approval by 2 of h for t'), ['P stricter']],
        [
            'a smaller quorum',
            pack('require approval by 3 of h for t'),
            pack('require approval by 2 of h for t'),
            ['P looser']
        ],
        ['an exception', pack('deny t'), pack('deny t unless once t'), ['P looser']],
        ['an exception less', pack('deny t unless once t'), pack('deny t'), ['P stricter']],
        ['a condition', pack('deny t'), pack('deny t when once t'), ['P looser']],
        ['a condition of an allow', pack('allow any agent: t'), pack('allow any agent: t when once t'), ['P stricter']],
        ['an exception of a claim', pack('claim: never t'), pack('claim: never t unless approved by h'), ['P looser']],
        [
            'another condition',
            pack('deny t when once t'),
            pack('deny t when once attempted t'),
            ['P looser', 'P stricter']
        ],
        [
            'another claim of one name',
            pack('claim "c": never t'),
            pack('claim "c": t requires once t'),
            ['P otherwise']
        ],
        [
            'another longest time',
            pack('require approval by h for t valid 5m'),
            pack('require approval by h for t valid 1h'),
            ['P looser', 'P stricter']
        ],
        ['an excused verdict', pack('claim: never t'), pack('@expected(violated) claim: never t'), ['P looser']],
        [
            'a verdict that is no longer excused',
            pack('@accept(values) claim: never t'),
            pack('claim: never t'),
            ['P stricter']
        ],
        ['a control', pack('claim: never t'), pack('@nist("AC-4") claim: never t'), ['P adds']],
        ['a new pack', pack(RULE), pack(RULE) + pack(RULE).replace('P', 'Q').replace('3', '4'), ['Q adds']],
        ['a pack less', pack(RULE) + pack(RULE).replace('P', 'Q').replace('3', '4'), pack(RULE), ['Q breaks']],
        ['another name', pack(RULE), pack(RULE).replace('P', 'Q'), ['P breaks']],
        ['a private pack', pack(RULE), `@private ${pack(RULE)}label l`, ['P breaks', 'l adds']],
        ['a deprecated pack', pack(RULE), `@deprecated ${pack(RULE)}`, ['P adds']],
        ['a parameter without a default', pack(RULE), pack(RULE, 't: tools, h: human, n: int'), ['P breaks']],
        ['a parameter with a default', pack(RULE), pack(RULE, 't: tools, h: human, n: int = 1'), ['P adds']],
        ['a parameter less', pack(RULE), pack(RULE, 't: tools'), ['P breaks']],
        ['another name of a parameter', pack(RULE), pack('limit a to 3', 'a: tools, h: human'), ['P breaks']],
        ['a wider type', pack(RULE, 't: tools, n: 1..5 = 2'), pack(RULE, 't: tools, n: 1..9 = 2'), []],
        ['a narrower type', pack(RULE, 't: tools, n: 1..9 = 2'), pack(RULE, 't: tools, n: 1..5 = 2'), ['P breaks']],
        ['another default', pack(RULE, 't: tools, n: 1..9 = 2'), pack(RULE, 't: tools, n: 1..9 = 3'), ['P otherwise']],
        ['a default less', pack(RULE, 't: tools, n: int = 2'), pack(RULE, 't: tools, n: int'), ['P breaks']],
        ['tools that need a parameter', pack(RULE, 't: tools'), pack(RULE, 't: tools(id: string)'), ['P breaks']],
        [
            'a definition that it uses',
            `@private define d(e: event) = once e\n${pack('deny t when d(e: t)')}`,
            `@private define d(e: event) = once attempted e\n${pack('deny t when d(e: t)')}`,
            ['P otherwise']
        ],
        [
            'a pack that it uses, in another file of it',
            `${pack('use Q(t: t)')}@private pack Q(t: tools) { limit t to 3 }`,
            `${pack('use Q(t: t)')}@private pack Q(t: tools) { limit t to 4 }`,
            ['P otherwise']
        ],
        ['a label', 'label l\nlabel m', 'label l', ['m breaks']],
        ['a group', 'group g = *.a', 'group g = *.b', ['g otherwise']]
    ])('%s', async (_title, old, young, expected) => {
        expect(await changesOf(old, young)).toEqual(expected);
    });
});

describe('two versions of a package', () => {
    const version = (
        name: string,
        number: string,
        packs: string,
        exports = './packs.guardrail'
    ): Record<string, string> => ({
        [`${name}/package.json`]: JSON.stringify({ name: '@acme/guardrails', version: number, exports }),
        [`${name}/packs.guardrail`]: packs
    });

    test.each<[from: string, to: string, packs: string, advice: string, next: string | undefined, isEnough?: boolean]>([
        ['1.2.3', '1.2.4', pack(RULE), 'patch', undefined],
        ['1.2.3', '1.3.0', pack(RULE) + pack(RULE).replace('P', 'Q').replace('3', '4'), 'minor', '1.3.0', true],
        ['1.2.3', '1.3.0', pack('limit t to 5'), 'major', '2.0.0', false],
        ['1.2.3', '2.0.0', pack('limit t to 5'), 'major', '2.0.0', true],
        ['0.2.3', '0.3.0', pack('limit t to 5'), 'major', '0.3.0', true],
        ['0.2.3', '0.2.4', pack('limit t to 5'), 'major', '0.3.0', false]
    ])('%s to %s', async (from, to, packs, advice, next, isEnough) => {
        const files = { ...version('old', from, pack(RULE)), ...version('new', to, packs) };
        const report = await compare(files, 'old', 'new');
        expect([report.advice, report.next, report.isEnough]).toEqual([advice, next, isEnough]);
        expect(report.exitCode).toBe(advice === 'major' ? 1 : 0);
    });

    test.each<[title: string, old: object, young: object, expected: string[]]>([
        ['a pack that is required', {}, { require: [{ pack: 'P' }] }, ['stricter']],
        ['a pack that is no longer required', { require: [{ pack: 'P' }] }, { require: [] }, ['looser']],
        [
            'a higher bound, and one less',
            { require: [{ pack: 'P', arguments: { a: { atMost: 3 }, b: { oneOf: ['x'] } } }] },
            { require: [{ pack: 'P', arguments: { a: { atMost: '5m' } } }] },
            ['looser', 'looser']
        ],
        ['a lower bound that is higher', required({ atLeast: 3 }), required({ atLeast: 4 }), ['stricter']],
        ['a list', required({ oneOf: ['x', 'y'] }), required({ oneOf: ['x'] }), ['otherwise']],
        ['a milder severity', { severity: { GR511: 'error' } }, { severity: { GR511: 'hint' } }, ['looser']],
        ['what fails a run', { strict: true }, { failOn: 'warning' }, ['looser', 'stricter']],
        ['nothing', { strict: true }, { strict: true }, []]
    ])('are compared by their configurations: %s', async (_, old, young, expected) => {
        const files = {
            ...version('old', '1.0.0', pack(RULE)),
            ...version('new', '1.0.0', pack(RULE)),
            'old/guardrail.config.json': JSON.stringify(old),
            'new/guardrail.config.json': JSON.stringify(young)
        };
        const { changes } = await compare(files, 'old', 'new');
        expect(changes.map(({ effect }) => effect)).toEqual(expected);
    });

    test('are compared by import path, and described for people', async () => {
        const files = { ...version('old', '1.0.0', pack(RULE)), ...version('new', '1.0.1', pack('limit t to 5')) };
        const cwd = folder(files);
        const { stdout } = await guardrail(['diff', 'old', 'new'], { cwd });
        expect(stdout).toContain('@acme/guardrails P\n');
        expect(stdout).toContain('`limit t to 5` instead of `limit t to 3`');
        expect(stdout).toContain('publish version 2.0.0');
        const { stdout: markdown } = await guardrail(['diff', 'old', 'new', '--format', 'markdown'], { cwd });
        expect(markdown).toContain('| ❌ looser |');
    });

    test.each([
        ['a library and a policy', 'old', 'p.guardrail', 2, 'GR911'],
        ['a package without policies', 'none', 'none', 2, 'GR911'],
        ['a package with errors', 'broken', 'old', 2, 'GR982']
    ])('%s cannot be compared', async (_title, old, young, exit, gr) => {
        const files = {
            ...version('old', '1.0.0', pack(RULE)),
            ...version('broken', '1.0.0', 'pack P(t: tools) { deny nothing }'),
            'none/package.json': '{ "name": "none" }',
            'p.guardrail': 'policy P\nagent a\nserver s { tool t() }\nallow a: s.t'
        };
        const { code, stderr } = await guardrail(['diff', old, young], { cwd: folder(files) });
        expect([code, stderr]).toEqual([exit, expect.stringContaining(gr)]);
    });
});

describe('revisions', () => {
    const manifest = (version: string, more: object = {}): string =>
        JSON.stringify({ name: '@acme/rules', version, exports: './packs.guardrail', ...more });
    const OLD = {
        'rules/package.json': manifest('1.0.0'),
        'rules/packs.guardrail': 'import { P } from "./p.guardrail"\n',
        'rules/p.guardrail': pack('deny t')
    };
    const compared = async (root: string, args: readonly string[], cwd = root): Promise<[number | null, Report]> => {
        const { code, stdout } = await guardrail(['diff', ...args, '--format', 'json'], { cwd });
        return [code, JSON.parse(stdout) as Report];
    };

    test.each<[title: string, old: string, young: string, cwd: string]>([
        ['from the root of the repository', 'before:rules', 'rules', ''],
        ['from its folder', 'before:.', '.', 'rules'],
        ['two of them', 'before:rules', 'after:rules', ''],
        ['its file', 'before:rules/packs.guardrail', 'rules/packs.guardrail', '']
    ])('%s', async (_, old, young, cwd) => {
        const root = repository(OLD);
        writeFileSync(join(root, 'rules/package.json'), manifest('1.1.0'));
        writeFileSync(join(root, 'rules/p.guardrail'), pack('audit deny t'));
        const git = (...args: readonly string[]): unknown => execFileSync('git', args, { cwd: root });
        git('add', '.');
        git('-c', 'user.name=x', '-c', 'user.email=x@example.org', 'commit', '--quiet', '--message', 'second');
        git('tag', 'after');
        const [code, report] = await compared(root, [old, young], join(root, cwd));
        const { advice, changes } = report;
        expect([
            code,
            advice,
            changes.map(({ name, effect }) => `${name.replace('@acme/rules ', '')} ${effect}`)
        ]).toEqual([1, 'major', ['P looser', 'P adds']]);
        if (!old.endsWith('.guardrail')) {
            expect(report).toMatchObject({
                old: { name: old, version: '1.0.0' },
                new: { version: '1.1.0' },
                next: '2.0.0',
                isEnough: false
            });
        }
    });

    test('are undecided if packages that the library imports may have had another version', async () => {
        const root = repository({
            ...OLD,
            '.gitignore': 'node_modules',
            'rules/p.guardrail': `import { Q } from "base"\n${pack('use Q(t: t)')}`
        });
        mkdirSync(join(root, 'node_modules/base'), { recursive: true });
        writeFileSync(join(root, 'node_modules/base/package.json'), '{ "guardrail": "./q.guardrail" }');
        writeFileSync(join(root, 'node_modules/base/q.guardrail'), 'pack Q(t: tools) { deny t }\n');
        const [code, report] = await compared(root, ['before:rules', 'rules']);
        expect([code, report]).toEqual([3, expect.objectContaining({ exitCode: 3, unknownPackages: ['base'] })]);
    });
});
