/**
 * Tests every block of data and of code in a page that is not a policy: JSON is read as the program reads the file with
 * its name, programs are run or compiled, and the wrong examples of a code are refused with this code.
 */
import { Ajv } from 'ajv';
import { parse as parseJsonc, type ParseError } from 'jsonc-parser';
import { URI } from 'langium';
import { NodeFileSystem } from 'langium/node';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInThisContext } from 'node:vm';
import semver from 'semver';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { readConfig } from '../../server/cli/config/check-config.js';
import { readCatalogue } from '../../server/cli/controls/catalogue.js';
import { formatOf } from '../../server/cli/commands/replay/formats/index.js';
import { configuredServers } from '../../server/cli/tool-lists/source.js';
import { readMarks } from '../../server/cli/tool-lists/marks.js';
import { readToolLists } from '../../server/cli/tool-lists/tool-list.js';
import { assertApprovers } from '../../server/enforcement/identities.js';
import * as library from '../../server/gateway/library.js';
import { snippetsOf } from '../../language/packs/snippets.js';
import { CodedError } from '../../server/workspace/errors.js';
import { folder, guardrail } from '../cli/guardrail.js';
import { BLOCKS, codeOf, placeOf, ROOT } from './pages.js';

/** What each language of a block is, and who tests it. */
const LANGUAGES: Readonly<Record<string, string>> = {
    console: 'commands.test.ts; the transcripts of chapters and of most commands are run by the tests of these',
    ebnf: 'syntax.test.ts compares it with the grammar',
    diff: 'test/examples/tour.test.ts applies it to the file before it',
    guardrail: 'blocks.test.ts, codes.test.ts and the tests that blocks.test.ts names',
    js: 'below',
    json: 'below',
    jsonc: 'below',
    jsonl: 'below',
    elisp: 'below; its brackets only, since nothing here runs Emacs',
    lua: 'below; its brackets only, since nothing here runs Neovim',
    mermaid: 'test/architecture compares it with the imports',
    python: 'rules of Codex: test/settings/pages.test.ts',
    sh: 'commands.test.ts',
    text: 'what a program prints, and drawings: in no language',
    toml: 'below',
    ts: 'below',
    yaml: 'below; test/docs/ci.test.ts validates the workflows and runs them'
};

test('every block has a language that a test knows', () => {
    expect(BLOCKS.filter(({ language }) => !(language in LANGUAGES)).map(placeOf)).toEqual([]);
});

/** A kind of JSON file: how the program reads it, and the codes with which it refuses one. */
interface Kind {
    readonly name: RegExp;
    readonly codes?: readonly string[];
    /** Throws for a file that the program does not read, or whose content it ignores. */
    read(text: string, path: string, name: string): unknown;
}

const KINDS: readonly Kind[] = [
    {
        name: /(?:^|\/)guardrail\.config\.json$/,
        codes: ['GR912', 'GR985'],
        read(_, path, name) {
            const { config } = readConfig(path, name);
            if (config.approvers) {
                const humans = Object.keys(config.approvers.humans).map((human) => ({ name: human }));
                assertApprovers(config.approvers, { model: { humans } } as never, name);
            }
        }
    },
    {
        name: /(?:^|\/)package\.json$/,
        read(text) {
            const { engines, ...fields } = JSON.parse(text) as Record<string, unknown> & { engines?: object };
            expect(['name', 'version', 'files', 'exports', 'guardrail']).toEqual(
                expect.arrayContaining(Object.keys(fields))
            );
            expect(Object.values(engines ?? {}).map((range) => semver.validRange(range as string))).not.toContain(null);
        }
    },
    {
        name: /(?:^|\/)mcp\.json$|^\.mcp\.json$/,
        codes: ['GR976'],
        read: (_, path) => {
            expect(configuredServers(path, { cwd: ROOT, env: {} })).not.toEqual([]);
        }
    },
    {
        name: /^(?:servers\/\w+|tools)\.json$/,
        codes: ['GR908'],
        read: (text) => readToolLists(JSON.parse(text))
    },
    { name: /^marks\.json$/, codes: ['GR908'], read: (_, path, name) => readMarks(path, name) },
    { name: /^acme\.json$/, codes: ['GR950'], read: (_, path) => readCatalogue(path, ROOT) },
    {
        name: /^\.claude\/settings\.json$/,
        codes: ['GR986', 'GR987'],
        async read(text, _, name) {
            const cwd = folder({ [name]: text, 'p.guardrail': POLICY });
            const args = ['gateway', 'install', 'claude', '--policy', 'p.guardrail', '--unverified', '--dry-run'];
            const project = await guardrail(args, { cwd, env: { HOME: cwd } });
            const user = await guardrail([...args, '--user'], { cwd, env: { HOME: cwd } });
            const code = /error\[(GR\d+)\]/.exec(project.stderr + user.stderr)?.[1];
            if (code !== undefined) {
                throw new CodedError(code, project.stderr + user.stderr);
            }
        }
    },
    {
        name: /\.code-snippets$/,
        async read(_, path) {
            const root = URI.file(path.slice(0, path.lastIndexOf('/')));
            expect(await snippetsOf(root, NodeFileSystem.fileSystemProvider())).not.toEqual([]);
        }
    },
    {
        name: /^(?:[\w/]+\.jsonl|(?:chat|responses|messages|dojo|spans)\.json)$/,
        codes: ['GR931'],
        read(text, _, name) {
            const values = name.endsWith('l') ? text.trim().split('\n') : [text];
            // A line that breaks off is in the log that shows how it is reported.
            const whole = name === 'session.jsonl' ? values.slice(0, -1) : values;
            if (whole.some((value) => formatOf(JSON.parse(value)) === undefined)) {
                throw new CodedError('GR931', 'an unknown format');
            }
        }
    },
    { name: /^launch\.json$/, read: (text) => assertMatches(text, launchSchema()) },
    {
        name: /^certificates\.json$/,
        read(text) {
            const { definitions } = schemaNamed('guardrail.certificates') as { definitions: object };
            assertMatches(text, { $ref: '#/definitions/Proof', definitions });
        }
    }
];

// The settings of clients on the pages of their codes are tested in test/settings/pages.test.ts.
const json = BLOCKS.filter((block) => block.language.startsWith('json') && !/^GR7/.test(codeOf(block) ?? ''));

describe.each(json.map((block) => [placeOf(block), block] as const))('%s', (_, block) => {
    const name = block.names.find((one) => KINDS.some((kind) => kind.name.test(one)));

    test('is what the program reads in a file with its name', async () => {
        expect(name, 'name the file: behind the language, or as `code` in the paragraph before').toBeDefined();
        const kind = KINDS.find((one) => one.name.test(name!))!;
        const errors: ParseError[] = [];
        parseJsonc(block.text, errors, { allowTrailingComma: block.language === 'jsonc' });
        if (block.language !== 'jsonl') {
            expect(errors).toEqual([]);
        }
        const code = codeOf(block);
        const isRefused = block.section === 'Wrong' && kind.codes?.includes(code!) === true;
        const path = join(folder({ [name!]: block.text }), name!);
        const read = Promise.resolve().then(() => kind.read(block.text, path, name!));
        await (isRefused ? expect(read).rejects.toMatchObject({ code }) : read);
    });
});

function schemaNamed(name: string): object {
    return JSON.parse(readFileSync(`${ROOT}schemas/${name}.schema.json`, 'utf8')) as object;
}

function assertMatches(text: string, schema: object): void {
    const ajv = new Ajv({ strict: false });
    expect(ajv.validate(schema, JSON.parse(text)), ajv.errorsText()).toBe(true);
}

/** What the extension declares of launch configurations, which have nothing else than it and what VS Code adds. */
function launchSchema(): object {
    const { contributes } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as {
        contributes: { debuggers: [{ type: string; configurationAttributes: { launch: { properties: object } } }] };
    };
    const { type, configurationAttributes } = contributes.debuggers[0];
    const { launch } = configurationAttributes;
    const given = { type: { const: type }, request: { const: 'launch' }, name: { type: 'string' } };
    return { ...launch, properties: { ...launch.properties, ...given }, additionalProperties: false };
}

const POLICY = `policy P
agent assistant
human reviewer
server mail { tool read(folder: string) tool send(to: string) external }
allow assistant: mail.*
require approval by reviewer for mail.send
deny mail.read when once mail.send across sessions
`;

const programs = BLOCKS.filter(({ language }) => language === 'js');

describe.each(programs.map((block) => [placeOf(block), block] as const))('%s', (_, block) => {
    test('is a program that imports what the package exports', async () => {
        const { diagnostics } = ts.transpileModule(block.text, { reportDiagnostics: true, fileName: 'page.mjs' });
        expect(diagnostics).toEqual([]);
        for (const [, names, path] of block.text.matchAll(/^import \{ ([^}]+) \} from 'guardrail([^']*)';$/gm)) {
            const module: object =
                path === ''
                    ? library
                    : ((await import(`../../server/adapters/${path!.slice('/adapters/'.length)}.ts`)) as object);
            expect(Object.keys(module)).toEqual(expect.arrayContaining(names!.split(', ')));
        }
    });

    test.runIf(codeOf(block) !== undefined && !block.names.includes('.pnp.cjs'))(
        'does what its code says',
        async () => {
            if (block.section !== 'Wrong') {
                await run(block.text);
                return;
            }
            const thrown = await Promise.all(
                block.text
                    .trim()
                    .split('\n')
                    .map((_line, index, lines) =>
                        run(lines.slice(0, index + 1).join('\n')).catch((error: unknown) => error)
                    )
            );
            expect(thrown.at(-1)).toMatchObject({ code: codeOf(block) });
        }
    );

    async function run(text: string): Promise<void> {
        const policy = await library.parsePolicy(POLICY);
        const names = { ...library, policy, text: POLICY, session: library.createGateway(policy).session('s') };
        const program = `(async ({ ${Object.keys(names).join(', ')} }) => { { ${text} } })`;
        await (runInThisContext(program) as (given: typeof names) => Promise<void>)(names);
    }
});

test('a report is of the type that its page shows', async () => {
    const [block] = BLOCKS.filter(({ language }) => language === 'ts');
    const cwd = folder({
        'claims.guardrail': `${POLICY}claim "c": never mail.send\nscenario "s":\n    assistant calls mail.read("x") -> denied\n`,
        'broken.guardrail': 'policy Broken\nallow x: y\n',
        'tools.guardrail': 'server t { tool x() }\n',
        'guardrail.config.json': '{ "severity": { "GR501": "off" } }'
    });
    const report = async (...more: string[]): Promise<string> =>
        (await guardrail(['check', '--format', 'json', ...more], { cwd })).stdout;
    const reports = [
        await report(),
        await report('absent.guardrail'),
        await report('claims.guardrail', '--baseline', 'b.json', '--update-baseline'),
        await report('claims.guardrail', '--baseline', 'b.json', '--shard', '1/1')
    ];
    const results = ['Claim', 'Scenario', 'Finding'].map((name) => `type ${name} = any;`);
    const source = [...results, block!.text, ...reports.map((one, index) => `const r${index}: Report = ${one};`)].join(
        '\n'
    );
    const path = join(cwd, 'report.ts');
    writeFileSync(path, source);
    const program = ts.createProgram([path], { strict: true, noEmit: true, types: [], lib: ['lib.es2022.d.ts'] });
    const problems = ts
        .getPreEmitDiagnostics(program)
        .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
    expect(problems).toEqual([]);
});

describe.each(BLOCKS.filter(({ language }) => language === 'yaml').map((block) => [placeOf(block), block] as const))(
    '%s',
    (_, { text }) => {
        test('is YAML', () => {
            expect(parseAllDocuments(text).flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([]);
        });
    }
);

describe.each(BLOCKS.filter(({ language }) => language === 'toml').map((block) => [placeOf(block), block] as const))(
    '%s',
    (_, { text }) => {
        test('has tables and keys with values', () => {
            const values = text
                .split('\n')
                .filter((line) => line !== '' && !/^\[{1,2}[\w.-]+\]{1,2}$/.test(line))
                .map((line) => /^[\w-]+ = (.+)$/.exec(line)?.[1] ?? line);
            const asJson = values.map((value) => value.replaceAll(/([{,] *)([\w-]+) = /g, '$1"$2": '));
            expect(() => asJson.forEach((value) => JSON.parse(value) as unknown)).not.toThrow();
        });
    }
);

describe.each(
    BLOCKS.filter(({ language }) => ['lua', 'elisp'].includes(language)).map(
        (block) => [placeOf(block), block] as const
    )
)('%s', (_, { text }) => {
    test('closes what it opens', () => {
        const strings = /"(?:\\.|[^"\\\n])*"|'[^'\n]*'(?=[,\s)}\]])/g;
        let open = text.replaceAll(strings, '').replaceAll(/[^()[\]{}]/g, '');
        for (let before = ''; open !== before;) {
            before = open;
            open = open.replaceAll(/\(\)|\[\]|\{\}/g, '');
        }
        expect(open).toBe('');
    });
});
