/** Tests which declarations of a package a required pack means, and that no configuration is passed over. */
import { expect, test } from 'vitest';
import { PACKAGE, packs, policy, repository, REQUIRE, WITHOUT } from '../../cli/config/repository.js';
import { build, type Files } from '../support.js';

const USE = 'use StaysIn(source: tools that read private, gate: reviewer)';
const WEAK = packs.replace('  require approval by gate for sink when once source\n', '').replace(/ {2}claim.*\n/, '');

const manifest = (name: string, exports: unknown): string => JSON.stringify({ name, version: '1.0.0', exports });
const EXPORTS = { '.': './packs.guardrail', './v1': './v1.guardrail', './people': './people.guardrail' };
const SUBPATHS = { [`${PACKAGE}/package.json`]: manifest('@acme/guardrails', EXPORTS) };
const V1 = { ...SUBPATHS, [`${PACKAGE}/v1.guardrail`]: WEAK };

/** A package whose packs are those of another package. */
const base = (index: string, other = packs): Files => ({
    [`${PACKAGE}/packs.guardrail`]: index,
    'node_modules/@acme/base/package.json': manifest('@acme/base', './base.guardrail'),
    'node_modules/@acme/base/base.guardrail': other
});
const INDEX = 'import { StaysIn } from "@acme/base"\n';
/** Another copy of that package, whose text is the same and whose imports are not. */
const COPY = {
    'sub/node_modules/@acme/guardrails/package.json': manifest('@acme/guardrails', './packs.guardrail'),
    'sub/node_modules/@acme/guardrails/packs.guardrail': INDEX,
    'sub/node_modules/@acme/base/package.json': manifest('@acme/base', './base.guardrail')
};
const COPIED = 'sub/node_modules/@acme/base/base.guardrail';

const PEOPLE = 'node_modules/@acme/people';
const people = {
    [`${PACKAGE}/packs.guardrail`]: `import { ciso } from "@acme/people"\n${packs}`,
    [`${PEOPLE}/package.json`]: manifest('@acme/people', './people.guardrail'),
    [`${PEOPLE}/people.guardrail`]: 'human ciso\n'
};
const BY_CISO = { require: [{ ...REQUIRE, arguments: { gate: { oneOf: ['ciso'] } } }] };
const asCiso = (imports: string): string =>
    policy(USE.replace('reviewer', 'ciso')).replace('human reviewer', '').replace('\nimport', `\n${imports}\nimport`);

const CODES = ['GR260', 'GR261', 'GR262', 'GR263', 'GR265', 'GR266'];

async function codesOf(file: string, own: object, given: object, files: Files): Promise<unknown[]> {
    const { [file]: first = '', ...others } = repository({ ...own }, { ...given }, files);
    const { diagnostics } = await build({ [file]: first, ...others });
    const codes = diagnostics.filter(({ severity }) => severity !== 2 && severity !== 4).map(({ code }) => code);
    return [...new Set(codes)];
}

test.each<[string, object, Files, readonly string[], string?]>([
    [
        'the pack of another path of the package',
        {},
        { ...V1, 'a.guardrail': policy(USE, '@acme/guardrails/v1') },
        ['GR260']
    ],
    [
        'the pack of the package instead of that of another path',
        { require: [{ ...REQUIRE, from: '@acme/guardrails/v1' }] },
        { ...V1, 'a.guardrail': policy(USE) },
        ['GR260']
    ],
    [
        'the pack of another path, which is required',
        { require: [{ ...REQUIRE, from: '@acme/guardrails/v1' }] },
        { ...V1, 'a.guardrail': policy(USE, '@acme/guardrails/v1') },
        []
    ],
    [
        'a pack of another path, where the package itself has none of that name',
        {},
        { ...V1, [`${PACKAGE}/packs.guardrail`]: '', 'a.guardrail': policy(USE, '@acme/guardrails/v1') },
        []
    ],
    [
        'a pack in a file of the package that no path exports',
        {},
        { [`${PACKAGE}/test/weak.guardrail`]: WEAK, 'a.guardrail': policy(USE, `./${PACKAGE}/test/weak.guardrail`) },
        ['GR260']
    ],
    [
        'a pack of a package inside the package',
        {},
        {
            [`${PACKAGE}/node_modules/x/package.json`]: manifest('x', './x.guardrail'),
            [`${PACKAGE}/node_modules/x/x.guardrail`]: WEAK,
            'a.guardrail': policy(USE, `./${PACKAGE}/node_modules/x/x.guardrail`)
        },
        ['GR260']
    ],
    ['a pack that the package passes on', {}, { ...base(INDEX), 'a.guardrail': policy(USE) }, []],
    [
        'a pack that the package passes on, imported from where it is declared',
        {},
        { ...base('import "@acme/base"\n'), 'a.guardrail': policy(USE, '@acme/base') },
        []
    ],
    [
        'a pack that the package passes on by another name',
        { require: [{ ...REQUIRE, pack: 'Stays' }] },
        {
            ...base('import { StaysIn as Stays } from "@acme/base"\n'),
            'a.guardrail': policy(USE.replace('StaysIn', 'Stays')).replace('{ StaysIn }', '{ Stays }')
        },
        []
    ],
    [
        'another pack of the name that the package gives to one that it passes on',
        { require: [{ ...REQUIRE, pack: 'Stays' }] },
        {
            ...base('import { StaysIn as Stays } from "@acme/base"\n', packs + WEAK.replace('StaysIn', 'Stays')),
            'a.guardrail': policy(USE.replace('StaysIn', 'Stays'), '@acme/base').replace('{ StaysIn }', '{ Stays }')
        },
        ['GR260']
    ],
    [
        'a pack that only the packs of the package use',
        { require: [{ ...REQUIRE, pack: 'Inner', arguments: {} }] },
        {
            [`${PACKAGE}/packs.guardrail`]: `${packs.replace('StaysIn', 'Inner')}
pack StaysIn(source: tools, gate: human) { use Inner(source: source, gate: gate) }`,
            'a.guardrail': policy(USE)
        },
        []
    ],
    [
        'another copy of the package, with the same imports',
        {},
        { ...base(INDEX), ...COPY, [COPIED]: packs, 'sub/a.guardrail': policy(USE) },
        [],
        'sub/a.guardrail'
    ],
    [
        'another copy of the package, with other imports',
        {},
        { ...base(INDEX), ...COPY, [COPIED]: WEAK, 'sub/a.guardrail': policy(USE) },
        ['GR260'],
        'sub/a.guardrail'
    ],
    [
        'a person whom the package passes on',
        BY_CISO,
        { ...people, 'a.guardrail': asCiso('import { ciso } from "@acme/guardrails"') },
        []
    ],
    [
        'that person, imported from the other package',
        BY_CISO,
        { ...people, 'a.guardrail': asCiso('import { ciso } from "@acme/people"') },
        []
    ],
    [
        'a person of that name from another file of the package',
        BY_CISO,
        {
            [`${PACKAGE}/packs.guardrail`]: `human ciso\n${packs}`.replace(
                'human ciso\n',
                'import { ciso } from "./people.guardrail"\n'
            ),
            [`${PACKAGE}/people.guardrail`]: 'human ciso\n',
            [`${PACKAGE}/test/people.guardrail`]: 'human ciso\n',
            'a.guardrail': asCiso(`import { ciso } from "./${PACKAGE}/test/people.guardrail"`)
        },
        ['GR261']
    ]
])('a policy uses %s', async (_, given, files, codes, file = 'a.guardrail') => {
    const found = await codesOf(file, {}, given, files);
    expect(found.filter((code) => CODES.includes(String(code)))).toEqual(codes);
    expect(found.filter((code) => String(code).startsWith('GR2') && !CODES.includes(String(code)))).toEqual([]);
});

const BUILT_IN = { require: [{ pack: 'NoExfiltration', from: 'guardrail/std' }] };
const OF_STD = policy('', 'guardrail/std').replace('StaysIn', 'NoExfiltration');

test.each([
    ['used', OF_STD.replace(/$/, 'use NoExfiltration(source: mail.read, sink: external tools, gate: reviewer)\n'), []],
    ['not used', WITHOUT, ['GR260']]
])('a required pack that comes with the language is %s', async (_, text, codes) => {
    const passedOn = { [`${PACKAGE}/packs.guardrail`]: 'import { NoExfiltration } from "guardrail/std"\n' };
    expect(await codesOf('a.guardrail', {}, BUILT_IN, { 'a.guardrail': text })).toEqual(codes);
    const found = await codesOf(
        'a.guardrail',
        {},
        { require: [{ pack: 'NoExfiltration' }] },
        { ...passedOn, 'a.guardrail': text }
    );
    expect(found).toEqual(codes);
});

test('a requirement that no policy can meet says so, and names no import', async () => {
    const { 'a.guardrail': first = '', ...others } = repository(
        {},
        {},
        {
            'a.guardrail': policy(USE, '@acme/guardrails/packs'),
            [`${PACKAGE}/package.json`]: '{ "name": "@acme/guardrails" }'
        }
    );
    const { diagnostics } = await build({ 'a.guardrail': first, ...others });
    const [found] = diagnostics.filter(({ code }) => code === 'GR260');
    expect(found?.message).toContain('`from`');
    expect(found?.message).not.toContain('Write `import');
});

const EXCEPTION = { pack: 'StaysIn', policy: '.', because: 'it is replaced', until: '2999-12-31' };
const OWN = 'node_modules/own';
const own = (configuration: object): Files => ({
    [`${OWN}/package.json`]: manifest('own', './own.guardrail'),
    [`${OWN}/guardrail.config.json`]: JSON.stringify(configuration)
});
const BESIDE = { extends: ['@acme/guardrails', 'own'] };
const ACCEPTING = policy(`@accept(times)\n${USE}`);

test.each<[string, object, object, Files, readonly string[]]>([
    [
        'an exception of any length in another package that it extends',
        BESIDE,
        { longestException: 90 },
        { ...own({ exceptions: [{ ...EXCEPTION, policy: '../../a.guardrail' }] }), 'a.guardrail': WITHOUT },
        ['GR262']
    ],
    [
        'the same in a package that extends the one that requires the pack',
        { extends: 'own' },
        { longestException: 90 },
        {
            ...own({ extends: '@acme/guardrails', exceptions: [{ ...EXCEPTION, policy: '../../a.guardrail' }] }),
            'a.guardrail': WITHOUT
        },
        ['GR262']
    ],
    [
        'an exception of any length in the package that requires the pack',
        {},
        { longestException: 90, exceptions: [{ ...EXCEPTION, policy: '../../../a.guardrail' }] },
        { 'a.guardrail': WITHOUT },
        ['GR263']
    ],
    [
        'a scope for a required pack in a file that it extends',
        { extends: ['@acme/guardrails', './more.json'] },
        {},
        { 'more.json': '{ "accept": ["times"] }', 'a.guardrail': ACCEPTING },
        ['GR266']
    ],
    [
        'a scope for a required pack in another package that it extends',
        BESIDE,
        {},
        { ...own({ accept: ['times'] }), 'a.guardrail': ACCEPTING },
        ['GR266']
    ],
    [
        'a scope that the configuration lists which the requiring one extends',
        {},
        { extends: 'own' },
        { ...own({ accept: ['times'] }), 'a.guardrail': ACCEPTING },
        []
    ],
    [
        'a scope for a pack that it requires itself',
        { ...BESIDE, require: [{ pack: 'StaysIn', from: '@acme/guardrails' }] },
        { require: [] },
        { ...own({}), 'a.guardrail': ACCEPTING },
        []
    ]
])('a configuration brings %s', async (_, mine, given, files, codes) => {
    const found = await codesOf('a.guardrail', mine, given, files);
    expect(found.filter((code) => CODES.includes(String(code)))).toEqual(codes);
});

test.each([
    ['a key without quotes', '{ extends: "@acme/guardrails" }'],
    ['other quotes', "{ 'extends': '@acme/guardrails' }"],
    ['a key that there is not', '{ "extend": "@acme/guardrails" }'],
    ['a key in capitals', '{ "Extends": "@acme/guardrails" }'],
    ['an end that is missing', '{ "exte'],
    ['a list', '[]'],
    ['nothing', ''],
    ['a key with escapes', '{ "\\u0065xtends": "@acme/guardrails" }']
])('a configuration with %s is not passed over, nor is it below another one', async (_, text) => {
    for (const [file, more] of [
        ['a.guardrail', {}],
        ['sub/a.guardrail', { 'sub/guardrail.config.json': '{}' }]
    ] as const) {
        const found = await codesOf(file, {}, {}, { [file]: WITHOUT, ...more, 'guardrail.config.json': text });
        expect(found).toEqual([text.includes('\\u') ? 'GR260' : 'GR265']);
    }
});
