/** Generates every kind of input as random cases: the changes to the project, and the command that reads it. */
import fc from 'fast-check';
import { formsPolicy } from '../attack/all-forms.js';
import { jsonChanges, textChanges } from './changes.js';
import { mutant } from '../language/hardening/mutants.js';
import { nested, repetitions, repetitionsInside } from '../language/hardening/shapes.js';
import { recombined } from './recombined.js';
import { type Content, LOGS, PLACES, PROXIED_SERVER, SAMPLES } from './project.js';
import { checkReceived, checkReplay, type Check, type Command, type CommandCase, RECEIVED } from './run-command.js';

export interface InputKind {
    readonly cases: fc.Arbitrary<CommandCase>;
    readonly check?: Check;
}

const TIME = ['--timeout', '1', '--max-memory', '256'];
const CHECK = ['check', 'p.guardrail', ...TIME];
const LOG_NAMES = Object.keys(LOGS);

const command = (args: readonly string[], more: Omit<Command, 'args'> = {}): Command => ({ args, ...more });
const json = (...args: readonly string[]): Command => ({ args: [...args, '--format', 'json'], isJson: true });

/** The commands for a policy at a path. */
const policyCommands = (path: string): readonly Command[] => [
    ...['pretty', 'compact', 'sarif', 'junit', 'markdown', 'github', 'html'].map((format) =>
        command(['check', path, ...TIME, '--format', format], { isJson: format === 'sarif' })
    ),
    json('check', path, ...TIME),
    json('check', path, ...TIME, '--attack', '30'),
    json('check', path, ...TIME, '--counterexamples', '3', '--strict'),
    command(['check', path, ...TIME, '--output', 'json=out/report.json'], { writes: ['out'] }),
    command(['check', '--text-only', path]),
    command(['check', '--text-only', '--fix', path], { writes: [path, 'tools.guardrail'] }),
    command(['fmt', path], { writes: [path] }),
    command(['fmt', '--check', path]),
    json('diff', path, 'q.guardrail', ...TIME),
    json('diff', 'q.guardrail', path, ...TIME),
    json('repair', path, ...TIME),
    ...['promela', 'tla', 'itf', 'json', 'dot', 'mermaid', 'cedar', 'dogwood'].map((format) =>
        command(['export', path, '--to', format, ...TIME])
    ),
    command(['export', path, '--to', 'promela', '--claim', 'few', ...TIME]),
    command(['coverage', path, ...TIME]),
    command(['explain', 'few', path, ...TIME]),
    command(['simulate', path, '--random', '8', '--seed', '1']),
    command(['simulate', path], { input: 'session.txt' }),
    json('replay', path, '--trace', 'session.jsonl')
];

const IMPORTS: readonly Command[] = [
    command(['import', 'mcp', 'tools.json', '--timeout', '5']),
    command(['import', 'mcp', 'tools.json', '-o', 'new/t.guardrail'], { writes: ['new'] }),
    command(['import', 'mcp', 'tools.json', '--refresh', '-o', 'tools.guardrail'], { writes: ['tools.guardrail'] }),
    command(['import', 'mcp', 'tools.json', '--check', '-o', 'tools.guardrail']),
    command(['import', 'mcp', '--config', 'mcp.json', '--timeout', '5']),
    command(['init', 'new/p.guardrail', '--from', 'tools.json', '--template', 'trifecta'], { writes: ['new'] }),
    command(['init', 'new/p.guardrail', '--config', 'mcp.json', '--template', 'approval', '--timeout', '5'], {
        writes: ['new']
    })
];

/** The session has a name, so that a second run continues it. */
const gateway = (...flags: readonly string[]): Command =>
    command(
        [
            ...['gateway', '--policy', 'mail.guardrail', '--server', 'mail', '--session', 's', '--state', 'state'],
            ...['--wait', '0', ...flags, '--', process.execPath, PROXIED_SERVER, RECEIVED]
        ],
        { input: 'client.jsonl', isInputOpen: true, writes: ['state', RECEIVED] }
    );

const READERS: readonly Command[] = [
    ...policyCommands('p.guardrail'),
    command(['check', '.', ...TIME]),
    command(['fmt', '--stdin'], { input: 'p.guardrail' }),
    command([...CHECK, '--baseline', 'base.json']),
    command([...CHECK, '--baseline', 'base.json', '--update-baseline'], { writes: ['base.json'] }),
    command([...CHECK, '--cache-dir', '.kept']),
    command(['coverage', '.', '--controls', 'controls.json', ...TIME, '--format', 'json'], { isJson: true }),
    ...LOG_NAMES.map((log) => json('replay', 'mail.guardrail', '--trace', log)),
    ...IMPORTS
];

/** Cases in which one of these commands reads files, some of which have these `contents`. */
function cases(
    commands: readonly Command[],
    contents: Readonly<Record<string, fc.Arbitrary<Content>>>,
    before: readonly Command[] = []
): fc.Arbitrary<CommandCase> {
    return fc.record({
        files: fc.record(contents),
        before: fc.constant(before),
        command: fc.constantFrom(...commands),
        isTwice: fc.integer({ min: 0, max: 9 }).map((one) => one === 0)
    });
}

const changed: fc.Arbitrary<Content> = fc.record({ json: jsonChanges, bytes: textChanges });
const bytes: fc.Arbitrary<Content> = fc.record({ bytes: textChanges });
/** The changes of a log that leave its last line: a log that was cut off looks like one that ended there. */
const alterations = textChanges.map((changes) => changes.filter(({ kind }) => kind !== 'cut off' && kind !== 'empty'));
const text = (texts: fc.Arbitrary<string>): fc.Arbitrary<Content> => fc.record({ text: texts, bytes: textChanges });

/** Parts of schemas that refer to each other in cycles, or so that paths multiply, with keywords of wrong types. */
const schema: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
    schema: fc.oneof(
        { maxDepth: 4, depthIdentifier: 'schema' },
        fc.constantFrom<unknown>(
            { type: 'string' },
            { type: ['integer', 'null'], minimum: 9e15, exclusiveMaximum: true },
            { enum: [1, 'a', null, {}] },
            { const: { a: 1 } },
            true,
            null,
            7,
            { $ref: 'https://example.com/schema' },
            { $ref: '#/nowhere' },
            { $ref: 1 },
            {
                type: 'array',
                items: [{}, false],
                prefixItems: 'x',
                uniqueItems: 1
            },
            { type: 'string', pattern: '(a+)+$', format: 'date', minLength: -1, default: 5, description: { a: 1 } }
        ),
        fc.nat({ max: 5 }).map((to) => ({ $ref: `#/$defs/d${to}` })),
        fc.record({ type: fc.constant('array'), items: tie('schema') }),
        fc.record({
            type: fc.constantFrom('object', ['object', 'null'], 'oobject'),
            properties: fc.dictionary(
                fc.constantFrom('a', 'b c', '`', '__proto__', 'a\nb', '*/', '', 'policy', '\u202e', 'x'.repeat(300)),
                tie('schema'),
                { maxKeys: 3 }
            ),
            required: fc.constantFrom<unknown>(['a'], ['b c', 'zz'], 'a', [1], null)
        }),
        fc
            .tuple(fc.constantFrom('anyOf', 'oneOf', 'allOf', 'not'), fc.array(tie('schema'), { maxLength: 3 }))
            .map(([keyword, list]) => ({ [keyword]: list }))
    )
})).schema;

const tool = fc.record(
    {
        name: fc.constantFrom<unknown>(
            't',
            'get it',
            'a.b',
            '`',
            '',
            'a\nb',
            '\u202e',
            5,
            null,
            '__proto__',
            '*/ /*',
            '//',
            'é',
            'x'.repeat(2000)
        ),
        description: fc.constantFrom<unknown>('d', '*/ policy P', 'a\r\nb\u2028c', 7, '\u202e', 'x'.repeat(5000)),
        inputSchema: fc.tuple(schema, fc.array(schema, { maxLength: 6 })).map(([parameters, parts]) => ({
            type: 'object',
            properties: { p: parameters, $ref: parameters },
            $defs: Object.fromEntries(
                parts.map((part, index) => [`d${index}`, { type: 'object', properties: { l: part, r: part } }])
            )
        })),
        outputSchema: schema,
        annotations: fc.constantFrom<unknown>({ readOnlyHint: 'yes' }, [], null, {
            destructiveHint: false,
            title: '\n'
        })
    },
    { requiredKeys: ['name'] }
);

const toolList: fc.Arbitrary<Content> = fc
    .array(tool, { maxLength: 4 })
    .map((tools) => ({ text: JSON.stringify({ tools }) }));

const policyText = fc.oneof(
    { weight: 3, arbitrary: recombined },
    { weight: 2, arbitrary: mutant },
    { weight: 1, arbitrary: fc.nat().map(formsPolicy) }
);

/**
 * Texts for each way in which the grammar repeats or nests something, and lists whose elements are all declared, so
 * that rules read them.
 */
const LISTS: readonly ((element: (index: number) => string, count: number) => string)[] = [
    (_, count) => `server u { tool t() reads ${listed(() => 'private', count, ', ')} }`,
    (_, count) => `allow a: ${listed(() => 'u.t', count, ', ')}\nserver u { tool t() }`,
    (_, count) => `allow ${listed(() => 'a', count, ', ')}: any tool`,
    (_, count) => `role r = ${listed(() => 'h', count, ', ')}`,
    (index, count) => `server u { tool t(x: ${listed(index, count, ' | ')}) }`,
    (index, count) => `server u { tool t(x: int) }\ndeny u.t when x in [${listed(index, count, ', ')}]`,
    (index, count) => listed((each) => `claim "${index(each)}": never any tool`, count, '\n')
];
const longText = fc.oneof(
    fc
        .tuple(fc.constantFrom(...repetitions, ...repetitionsInside, ...nested), fc.constantFrom(300, 3000, 10_000))
        .map(([shape, size]) => shape.text(size).slice(0, 300_000)),
    fc
        .tuple(fc.constantFrom(...LISTS), fc.constantFrom(100, 2000, 10_000), fc.boolean())
        .map(([list, count, isSame]) => {
            const text = list((index) => String(isSame ? 1 : index), count);
            return `policy Long\nlabel private\nagent a\nhuman h\n${text}\n`;
        })
);

function listed(element: (index: number) => string, count: number, between: string): string {
    return Array.from({ length: count }, (_, index) => element(index)).join(between);
}

const NAMES = [
    'a b.guardrail',
    'a\nb.guardrail',
    '\u202egp.guardrail',
    '-x.guardrail',
    '*.guardrail',
    "'.guardrail",
    'a?#%41.guardrail',
    '\ud83d\udcec.guardrail',
    `${'n'.repeat(240)}.guardrail`,
    '\u001b[31m.guardrail',
    'CON.guardrail'
];

export const INPUTS: Readonly<Record<string, InputKind>> = {
    files: {
        cases: fc.constantFrom(...Object.keys(SAMPLES)).chain((name) =>
            cases(READERS, {
                [name]: fc.constantFrom(...(Object.keys(PLACES) as (keyof typeof PLACES)[])).map((place) => ({ place }))
            })
        )
    },
    bytes: { cases: fc.constantFrom(...Object.keys(SAMPLES)).chain((name) => cases(READERS, { [name]: bytes })) },
    names: {
        cases: fc.constantFrom(...NAMES).chain((name) =>
            cases([...policyCommands(`./${name}`), ...policyCommands(name)], {
                [name]: fc.constant({ text: SAMPLES['p.guardrail']! })
            })
        )
    },
    logs: {
        cases: fc.tuple(fc.constantFrom(...LOG_NAMES), fc.constantFrom('', '', '', '.gz')).chain(([log, end]) => {
            const replay = ['replay', 'mail.guardrail', '--trace', log + end];
            const content = fc.record({
                text: fc.constant(LOGS[log]!),
                json: jsonChanges,
                bytes: textChanges,
                isZipped: fc.constant(end !== '')
            });
            return cases([json(...replay), json(...replay, '--unmarked', 'unknown')], {
                [log + end]: content
            });
        }),
        check: checkReplay
    },
    'lists of tools': { cases: cases(IMPORTS, { 'tools.json': fc.oneof(changed, toolList) }) },
    'configurations of clients': {
        cases: cases(
            IMPORTS.filter(({ args }) => args.includes('mcp.json')),
            { 'mcp.json': changed }
        )
    },
    configurations: {
        cases: cases(
            [
                command(['check'], { writes: ['out', 'base.json', 'planted', 'x'] }),
                command(['coverage']),
                command(['check', '--text-only', '--fix'], { writes: ['p.guardrail', 'tools.guardrail'] }),
                command(['explain', 'few'])
            ],
            { 'guardrail.config.json': changed }
        )
    },
    packages: {
        cases: cases([command(CHECK), command(['check', '--text-only', '.']), command(['coverage', '.'])], {
            'node_modules/pack/package.json': changed
        })
    },
    baselines: {
        cases: cases(
            READERS.filter(({ args }) => args.includes('base.json')),
            { 'base.json': changed }
        )
    },
    'lists of controls': {
        cases: cases(
            READERS.filter(({ args }) => args.includes('controls.json')),
            { 'controls.json': changed }
        )
    },
    'results in the cache': {
        cases: cases(
            [command([...CHECK, '--cache-dir', '.kept'])],
            {
                '.kept/*': fc.oneof(
                    changed,
                    fc.constantFrom(...(Object.keys(PLACES) as (keyof typeof PLACES)[])).map((place) => ({ place }))
                )
            },
            [command([...CHECK, '--cache-dir', '.kept'])]
        )
    },
    policies: { cases: cases(policyCommands('x.guardrail'), { 'x.guardrail': text(policyText) }) },
    'long policies': { cases: cases(policyCommands('x.guardrail'), { 'x.guardrail': text(longText) }) },
    'imported policies': {
        cases: cases([command(CHECK), command(['fmt', '.'], { writes: ['p', 'q', 'mail', 'tools'] })], {
            'tools.guardrail': text(policyText)
        })
    },
    sessions: {
        cases: cases([command(['simulate', 'p.guardrail'], { input: 'session.txt' })], {
            'session.txt': text(
                fc
                    .array(
                        fc.oneof(
                            fc.constantFrom(
                                ...SAMPLES['session.txt']!.split('\n'),
                                'help',
                                'rules',
                                'quit',
                                'a calls s.read(',
                                'at 25:61',
                                'wait 99999999999d',
                                'new session',
                                'user says "\\u202e"',
                                'a calls s.send(to: "x", body: 1e999)',
                                'undo 5'
                            ),
                            fc.string()
                        ),
                        { maxLength: 20 }
                    )
                    .map((lines) => lines.join('\n'))
            )
        })
    },
    'messages through the gateway': {
        cases: cases([gateway('--unverified'), gateway('--unverified', '--ask-client'), gateway()], {
            'client.jsonl': changed
        }),
        check: checkReceived
    },
    'logs of the gateway': {
        cases: cases([gateway('--unverified')], { 'state/*': fc.record({ bytes: alterations }) }, [
            gateway('--unverified')
        ]),
        check: checkReceived
    },
    // Anybody who can write a log can recompute its hashes, so decisions based on a changed log are not judged.
    'forged logs of the gateway': {
        cases: cases([gateway('--unverified')], { 'state/*': changed }, [gateway('--unverified')])
    },
    'messages of MCP': {
        // A request that has no answer when the input ends is abandoned, which depends on timing.
        cases: cases([command(['mcp'], { input: 'messages.jsonl' })], { 'messages.jsonl': changed }).map((one) => ({
            ...one,
            isTwice: false
        }))
    }
};
