/** Tests `guardrail coverage`: the policy and the list of docs/coverage.md, in each report format. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { folder, guardrail } from '../../guardrail.js';

const page = readFileSync(new URL('../../../../docs/coverage.md', import.meta.url), 'utf8');
const block = (language: string): string =>
    new RegExp(`^\`\`\`${language}[^\\n]*\\n([\\s\\S]*?)^\`\`\``, 'm').exec(page)![1]!;
const commands = readFileSync(new URL('../../../../docs/cli.md', import.meta.url), 'utf8');

const FILES = {
    'policies/mail.guardrail': block('guardrail'),
    'acme.json': block('json'),
    'broken.guardrail': 'policy Broken\nallow nobody: x.y\n',
    'typo.guardrail':
        'policy Typo\nagent a\nserver s { tool t()   tool <b>u</b>() }\n@owasp("ASI99")\nclaim "c<i>": never s.t\n'.replace(
            '<b>u</b>',
            '`<b>u</b>`'
        ),
    'wrong.json': '{ "name": "x", "annotation": "x", "controls": [{ "id": "1" }] }'
};

interface Service {
    readonly kind: string;
    readonly verdict?: string;
}
interface Json {
    readonly format: string;
    readonly catalogues: readonly {
        readonly name: string;
        readonly controls: readonly { readonly id: string; readonly state: string; readonly services: Service[] }[];
    }[];
    readonly unnamed: readonly string[];
    readonly unknown: readonly { readonly id: string }[];
    readonly unspoken: readonly object[];
    readonly leftOut: readonly { readonly path: string }[];
}

describe('guardrail coverage', () => {
    test('shows the claims that serve each control, with their verdicts', async () => {
        const cwd = folder(FILES);
        const { code, stdout } = await guardrail(
            ['coverage', 'policies', '--controls', 'acme.json', '--format', 'json', '--fail-on', 'unserved'],
            { cwd }
        );
        const { format, catalogues, unnamed, unspoken } = JSON.parse(stdout) as Json;
        expect([code, format]).toEqual([1, 'guardrail-coverage/1']);
        expect(catalogues.map(({ name }) => name.split(' (')[0])).toEqual([
            'Rules of Acme',
            'OWASP Top 10 for Agentic Applications',
            'OWASP Top 10 for LLM Applications'
        ]);
        expect(unnamed).toHaveLength(2);
        const states = catalogues.map(({ controls }) =>
            controls.filter(({ state }) => state !== 'unserved').map(({ id, state }) => `${id} ${state}`)
        );
        expect(states).toEqual([
            ['P-1 proved', 'P-2 unproved'],
            ['ASI01 unproved', 'ASI02 unproved'],
            ['LLM01 unproved', 'LLM02 unproved']
        ]);
        const served = catalogues[1]!.controls[0]!.services.map(({ kind, verdict }) => [kind, verdict]);
        expect(served).toEqual([
            ['rule', undefined],
            ['claim', 'holds']
        ]);
        expect(unspoken).toEqual([
            { path: 'policies/mail.guardrail', tool: 'mail.delete', claims: true, rules: false }
        ]);
    });

    test('prints the output in docs/cli.md, and ids that are not in any list', async () => {
        const cwd = folder(FILES);
        const args = ['coverage', 'policies/mail.guardrail', '--controls', 'acme.json'];
        const { code, stdout } = await guardrail(args, { cwd });
        expect(code).toBe(0);
        const shown = /^\$ guardrail coverage .*\n([\s\S]*?)^```/m.exec(commands)![1]!;
        expect(stdout).toContain(shown);
        const other = await guardrail(['coverage', 'typo.guardrail'], { cwd });
        expect(other.stdout).toContain('@owasp("ASI99") at typo.guardrail:5:1 names no control of a list.');
        expect(other.stdout).toMatch(/s\.`<b>u<\/b>` +no rule and no claim mentions it \(typo\.guardrail\)/);
    });

    test('is a page without markup from policies, and one broken file hides no other', async () => {
        const cwd = folder(FILES);
        const args = ['coverage', '--controls', 'acme.json', '--format', 'html'];
        const { code, stdout } = await guardrail(args, { cwd });
        expect(code).toBe(2);
        expect(stdout).toMatch(/^<!doctype html>\n<html lang="en">/);
        expect(stdout).toContain('s.`&lt;b&gt;u&lt;/b&gt;`</span>');
        expect(stdout).not.toMatch(/<b>u|<script|https?:/);
        expect(stdout).toContain('broken.guardrail is left out: it is not a valid policy');
        expect(stdout).toContain('Mail is archived');
    });

    test('is Markdown, and fails for tools that no rule mentions', async () => {
        const cwd = folder(FILES);
        const args = ['coverage', 'policies', '--format', 'markdown', '--fail-on', 'unspoken'];
        const { code, stdout } = await guardrail(args, { cwd });
        expect(code).toBe(1);
        expect(stdout).toContain('| ASI03 | Identity and Privilege Abuse: unserved |  |');
        expect(stdout).toContain('| ⚠️ mail.delete | no rule mentions it \\(policies/mail.guardrail\\) |');
    });

    test('reports what is wrong with a list of controls', async () => {
        const { code, stderr } = await guardrail(['coverage', '--controls', 'wrong.json'], { cwd: folder(FILES) });
        expect(code).toBe(2);
        expect(stderr).toContain('error[GR950]: wrong.json:1:48: item 1 of');
    });
});

describe('a control is proved', () => {
    const POLICY = (name: string, claim: string): string => `policy ${name}
agent a
label private
server s { tool read() reads private  tool send(to: string) external  tool delete() destructive }
allow a: s.read, s.send
deny s.send when carries private or to == "x"
${claim}
`;
    const FORBIDDING = [
        'never s.delete',
        'never s.send when to == "x"',
        's.send requires to != "x"',
        's.send is denied when to == "x"'
    ];
    /** The state of a control that the claims of some policies name, and the policies that lack it. */
    async function stateOf(claims: readonly string[]): Promise<readonly [string, readonly string[]]> {
        const list = { name: 'Acme', annotation: 'acme', controls: [{ id: 'P', title: 't' }] };
        const files = claims.map((claim, index) => [`p${index}.guardrail`, POLICY(`P${index}`, claim)] as const);
        const cwd = folder({ ...Object.fromEntries(files), 'acme.json': JSON.stringify(list) });
        const args = ['coverage', '.', '--controls', 'acme.json', '--format', 'json'];
        const { stdout } = await guardrail(args, { cwd });
        const { catalogues } = JSON.parse(stdout) as {
            catalogues: { controls: { state: string; lacking: string[] }[] }[];
        };
        const { state, lacking } = catalogues[0]!.controls[0]!;
        return [state, lacking];
    }
    const named = (claim: string): string => `@acme("P")\nclaim "c": ${claim}`;

    test('by each claim that forbids something', async () => {
        const states = await Promise.all(FORBIDDING.map((claim) => stateOf([named(claim)])));
        expect(states.map(([state]) => state)).toEqual(FORBIDDING.map(() => 'proved'));
    });

    test.each([
        ['by a claim that a second session breaks', [named('never s.send after s.read')], 'unproved', ['p0.guardrail']],
        ['by a claim that something is possible', [named('possible s.read')], 'unproved', ['p0.guardrail']],
        ['by a claim that something is allowed', [named('s.read is allowed')], 'unproved', ['p0.guardrail']],
        ['by a rule', ['@acme("P")\ndeny s.delete'], 'unproved', ['p0.guardrail']],
        ['where another policy lacks it', [named('never s.delete'), ''], 'unproved', ['p1.guardrail']],
        [
            'where another policy has it by a rule alone',
            [named('never s.delete'), '@acme("P")\ndeny s.delete'],
            'unproved',
            ['p1.guardrail']
        ],
        [
            'where another policy only says that something is possible',
            [named('never s.delete'), named('possible s.read')],
            'unproved',
            ['p1.guardrail']
        ],
        ['where another policy breaks it', [named('never s.delete'), named('never s.send')], 'open', ['p1.guardrail']],
        [
            'where another policy cannot be read',
            [named('never s.delete'), 'allow nobody: x.y'],
            'unproved',
            ['p1.guardrail']
        ]
    ])('not %s', async (_, claims, state, lacking) => {
        expect(await stateOf(claims)).toEqual([state, lacking]);
    });

    test('if each policy proves it', async () => {
        expect(await stateOf([named('never s.delete'), named(FORBIDDING[1]!)])).toEqual(['proved', []]);
    });
});

test('a claim that holds only in one session is in scope, and not missing', async () => {
    const cwd = folder({
        'acme.json': '{ "name": "Acme", "annotation": "acme", "controls": [{ "id": "P", "title": "Few calls" }] }',
        'a.guardrail':
            'policy P\nagent a\nserver s { tool t() }\nallow a: s.t\nlimit s.t to 3\n@acme("P")\nclaim "few": at most 3 s.t\n'
    });
    const { stdout } = await guardrail(['coverage', '--controls', 'acme.json', '--format', 'json'], { cwd });
    const { catalogues } = JSON.parse(stdout) as { catalogues: { controls: { byPolicy: unknown }[] }[] };
    expect(catalogues[0]!.controls[0]!.byPolicy).toEqual({ 'a.guardrail': 'in scope' });
});

test('several policies have a table, and what they lack of the required packs', async () => {
    const pack = '@acme("P")\npack Few(t: tools) { limit t to 3  claim "few": at most 3 t }\n';
    const policy = (rest: string): string =>
        `policy P\nimport { Few } from "./packs.guardrail"\nagent a\nserver s { tool t()  tool u() }\nallow a: any tool\n${rest}\n`;
    const cwd = folder({
        'acme.json': '{ "name": "Acme", "annotation": "acme", "controls": [{ "id": "P", "title": "Few | calls" }] }',
        'packs.guardrail': pack,
        'a.guardrail': policy('@accept(sessions)\nuse Few(t: any tool)'),
        'b.guardrail': policy('use Few(t: s.t)'),
        'c/c.guardrail': 'policy C\nagent a\nserver s { tool t() }\nallow a: s.t\nclaim: possible s.t\n',
        'guardrail.config.json': JSON.stringify({
            controls: ['acme.json'],
            require: [{ pack: 'Few', from: './packs.guardrail', arguments: { t: { includes: 'any tool' } } }],
            exceptions: [{ pack: 'Few', policy: 'c', because: 'it is new', until: '2999-12-31' }]
        })
    });
    const { code, stdout } = await guardrail(['coverage', '--format', 'json'], { cwd });
    const { catalogues, required } = JSON.parse(stdout) as {
        catalogues: { controls: { byPolicy: unknown }[] }[];
        required: { path: string; state: string; lacks: string[]; exception?: { until: string } }[];
    };
    expect(catalogues[0]!.controls[0]!.byPolicy).toMatchObject({ 'a.guardrail': 'proved', 'b.guardrail': 'missing' });
    expect(required.map(({ path, state }) => [path, state])).toEqual([
        ['a.guardrail', 'used'],
        ['b.guardrail', 'narrowed'],
        ['c/c.guardrail', 'excepted']
    ]);
    expect(required[1]!.lacks.join()).toContain('s.u');
    expect(required[2]!.exception).toEqual({ because: 'it is new', until: '2999-12-31' });
    expect(code).toBe(2);
    for (const format of ['markdown', 'html', 'pretty']) {
        const { stdout: shown } = await guardrail(['coverage', '--format', format], { cwd });
        expect(shown).toContain('excepted until 2999-12-31 (because: it is new)');
        expect(shown).toContain('leaves out s.u');
    }
});

/** Two repositories below one folder, which both extend a package that requires a pack. */
function repositories(more: { readonly [path: string]: string } = {}): string {
    const installed = {
        'package.json': '{ "name": "@acme/guardrails", "version": "1.0.0", "guardrail": "packs.guardrail" }',
        'packs.guardrail': '@acme("P")\npack Few(t: tools) { limit t to 3  claim "few": at most 3 t }\n',
        'acme.json': '{ "name": "Acme", "annotation": "acme", "controls": [{ "id": "P", "title": "Few calls" }] }',
        'guardrail.config.json': '{ "require": [{ "pack": "Few" }], "controls": ["acme.json"], "accept": ["sessions"] }'
    };
    const policy = (rest: string): string =>
        `policy P\nimport { Few } from "@acme/guardrails"\nagent a\nserver s { tool t() }\nallow a: s.t\n${rest}\n`;
    const repository = (name: string): { readonly [path: string]: string } => ({
        [`${name}/.git/HEAD`]: '',
        ...Object.fromEntries(
            Object.entries(installed).map(([file, text]) => [`${name}/node_modules/@acme/guardrails/${file}`, text])
        )
    });
    return folder({
        ...repository('one'),
        'one/guardrail.config.json': '{ "extends": "@acme/guardrails", "exclude": ["old"] }',
        'one/a.guardrail': policy('use Few(t: s.t)'),
        'one/old/a.guardrail': policy('use Few(t: s.t)'),
        ...repository('two'),
        'two/guardrail.config.json': '{ "extends": "@acme/guardrails", "accept": [] }',
        'two/b.guardrail': policy('use Few(t: s.t)'),
        'two/c.guardrail': policy(''),
        'three/d.guardrail': policy('').replace(/import.*/, ''),
        ...more
    });
}

interface ByPolicy {
    readonly policies: readonly string[];
    readonly catalogues: readonly { readonly controls: readonly { readonly byPolicy: unknown }[] }[];
    readonly required: readonly { readonly path: string; readonly state: string }[];
    readonly leftOut: readonly { readonly path: string; readonly reason: string }[];
}

test('above several repositories, each policy is judged by the configuration of its own', async () => {
    const cwd = repositories();
    const { code, stdout } = await guardrail(['coverage', '--format', 'json'], { cwd });
    const { catalogues, required, leftOut } = JSON.parse(stdout) as ByPolicy;
    expect(code).toBe(2);
    // Both have a copy of the list.
    expect(catalogues.map(({ controls }) => controls.map(({ byPolicy }) => byPolicy))).toEqual([
        [
            {
                'one/a.guardrail': 'proved',
                'two/b.guardrail': 'in scope',
                'two/c.guardrail': 'missing',
                'three/d.guardrail': 'missing'
            }
        ]
    ]);
    expect(required.map(({ path, state }) => [path, state])).toEqual([
        ['one/a.guardrail', 'used'],
        ['two/b.guardrail', 'used'],
        ['two/c.guardrail', 'missing']
    ]);
    expect(leftOut.map(({ path }) => path)).toEqual(['two/c.guardrail']);
});

test('each policy counts as in a run from its repository', async () => {
    const cwd = repositories();
    const read = async (...args: string[]): Promise<ByPolicy> =>
        JSON.parse((await guardrail(['coverage', '--format', 'json', ...args], { cwd })).stdout) as ByPolicy;
    const { policies } = await read('two', 'one/old/a.guardrail');
    expect(policies).toEqual(['one/old/a.guardrail', 'two/b.guardrail']);
    expect((await read('one')).policies).toEqual(['one/a.guardrail']);
});

test('a repository that weakens what it extends hides no other', async () => {
    const cwd = repositories({ 'two/guardrail.config.json': '{ "extends": "@acme/guardrails", "accept": ["times"] }' });
    const { code, stdout } = await guardrail(['coverage', '--format', 'json'], { cwd });
    const { policies, leftOut } = JSON.parse(stdout) as ByPolicy;
    expect([code, policies]).toEqual([2, ['one/a.guardrail', 'three/d.guardrail']]);
    expect(leftOut.map(({ path }) => path)).toEqual(['two/b.guardrail', 'two/c.guardrail']);
    expect(leftOut[0]!.reason).toContain('"times" is accepted');
});
