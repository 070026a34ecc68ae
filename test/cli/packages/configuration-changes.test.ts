/** Tests the changes between what packages require of a policy before and after an update. */
import { EmptyFileSystemProvider, type FileSystemProvider, URI } from 'langium';
import { expect, test } from 'vitest';
import { ConfigurationReader, type Configurations } from '../../../language/configuration/configurations.js';
import { changesOfConfigurations } from '../../../server/cli/packages/configuration-changes.js';
import { PACKAGE, REQUIRE } from '../config/repository.js';

type Json = object;

/** The configurations of a policy of a repository that extends the package, by the files of the package. */
function given(files: { readonly [path: string]: Json }): Promise<Configurations> {
    const texts = new Map(
        Object.entries({
            'guardrail.config.json': { extends: '@acme/guardrails' },
            [`${PACKAGE}/package.json`]: { name: '@acme/guardrails', version: '1.0.0' },
            ...Object.fromEntries(Object.entries(files).map(([path, value]) => [`${PACKAGE}/${path}`, value]))
        }).map(([path, value]) => [`/team/${path}`, JSON.stringify(value)])
    );
    const provider = Object.assign(new EmptyFileSystemProvider() as FileSystemProvider, {
        readFile: ({ path }: URI) =>
            texts.has(path) ? Promise.resolve(texts.get(path)!) : Promise.reject(new Error(`there is no ${path}`)),
        exists: ({ path }: URI) => Promise.resolve(texts.has(path))
    });
    return new ConfigurationReader(provider).of(URI.parse('file:///team/a.guardrail'));
}

const IN_PARTS = { extends: './base.json', strict: true };
const MORE = { ...REQUIRE, arguments: { sink: { includes: 'mail.*' } } };

test.each<[string, { readonly [path: string]: Json }, { readonly [path: string]: Json }, readonly string[]]>([
    [
        'nothing',
        { 'guardrail.config.json': { require: [REQUIRE] } },
        { 'guardrail.config.json': { require: [REQUIRE] } },
        []
    ],
    [
        'another reason',
        { 'guardrail.config.json': { require: [REQUIRE] } },
        { 'guardrail.config.json': { require: [{ ...REQUIRE, because: 'of another reason' }] } },
        []
    ],
    [
        'a configuration in two parts instead of one',
        { 'guardrail.config.json': { require: [REQUIRE], strict: true } },
        { 'guardrail.config.json': IN_PARTS, 'base.json': { require: [REQUIRE] } },
        []
    ],
    [
        'less in the outer part',
        { 'guardrail.config.json': { ...IN_PARTS, require: [REQUIRE] }, 'base.json': {} },
        { 'guardrail.config.json': IN_PARTS, 'base.json': {} },
        ['looser']
    ],
    [
        'less in the inner part',
        { 'guardrail.config.json': IN_PARTS, 'base.json': { require: [REQUIRE] } },
        { 'guardrail.config.json': IN_PARTS, 'base.json': {} },
        ['looser']
    ],
    [
        'a second requirement of one pack',
        { 'guardrail.config.json': { require: [REQUIRE] } },
        { 'guardrail.config.json': { require: [REQUIRE, MORE] } },
        ['stricter']
    ],
    [
        'the first of two requirements of one pack no more',
        { 'guardrail.config.json': { require: [REQUIRE, MORE] } },
        { 'guardrail.config.json': { require: [MORE] } },
        ['looser']
    ],
    ['a configuration that requires nothing, where there was none', {}, { 'guardrail.config.json': {} }, ['stricter']],
    ['no configuration any more', { 'guardrail.config.json': { require: [REQUIRE] } }, {}, ['looser', 'looser']],
    [
        'another bound, and no severity',
        { 'guardrail.config.json': { require: [REQUIRE], severity: { GR434: 'error' } } },
        {
            'guardrail.config.json': {
                require: [{ ...REQUIRE, arguments: { ...REQUIRE.arguments, most: { atMost: 3 } } }]
            }
        },
        ['stricter', 'otherwise']
    ]
])('an update that brings %s', async (_, old, young, effects) => {
    const changes = changesOfConfigurations(await given(old), await given(young));
    expect(changes.map(({ effect }) => effect)).toEqual(effects);
});
