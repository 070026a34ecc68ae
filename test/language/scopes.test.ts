import { EmptyFileSystem, URI } from 'langium';
import { describe, expect, test } from 'vitest';
import * as ast from '../../language/generated/ast.js';
import { GuardrailAstReflection } from '../../language/generated/ast.js';
import { BUILTIN_TRAITS, BUILTIN_URI } from '../../language/library/builtin.js';
import { createGuardrailServices } from '../../language/module.js';
import { LINK_CODES } from '../../language/validations/validator.js';
import type { Built, Files } from './support.js';
import { build, change, described } from './support.js';

const INVENTORY = `
label private
server mail { tool read(folder: string, limit: int) reads private tool send(to: string) external }
server web { tool post(url: string) external }
server \`my-web\` { tool \`get/page\`(url: string) }
group sending = mail.send, web.post
define busy(n: int) = n > 5
agent bot
human h
`;

/** The element that each name in the text refers to, such as `mail.read -> Tool mail.read`, in text order. */
function links({ document }: Built): string[] {
    return document.references
        .filter((reference) => 'ref' in reference)
        .sort((a, b) => (a.$refNode?.offset ?? 0) - (b.$refNode?.offset ?? 0))
        .map((reference) => `${reference.$refText} -> ${meaning(reference.ref)}`);
}

function meaning(node: unknown): string {
    if (ast.isTool(node)) {
        return `tool ${node.$container.name}.${node.name}`;
    }
    if (ast.isParam(node)) {
        const of = node.$container;
        return `parameter ${node.name} of ${ast.isTool(of) || ast.isDefinition(of) ? of.name : of?.$type}`;
    }
    return node === undefined
        ? 'nothing'
        : `${(node as { $type: string }).$type.toLowerCase()} ${(node as { name: string }).name}`;
}

async function linksOf(statement: string): Promise<string[]> {
    return links(await build({ 'main.guardrail': `import "./i.guardrail"\n${statement}`, 'i.guardrail': INVENTORY }));
}

describe('names', () => {
    test.each<[string, string[]]>([
        ['group g = mail.read', ['mail.read -> tool mail.read']],
        ['group g = read, sending', ['read -> tool mail.read', 'sending -> group sending']],
        ['group g = `mail` . `read`', ['mail.read -> tool mail.read']],
        [
            'group g = `my-web`.`get/page`, `get/page`',
            Array(2)
                .fill('x')
                .map((_, i) => `${i ? '' : 'my-web.'}get/page -> tool my-web.get/page`)
        ],
        [
            'group g = external tools, tools that read private',
            ['external -> trait external', 'private -> label private']
        ],
        [
            'server s { tool t() hint readonly reads private }',
            ['readonly -> trait readonly', 'private -> label private']
        ],
        ['allow bot: mail.read', ['bot -> agent bot', 'mail.read -> tool mail.read']],
        ['group g = any tool except (mail.read, web.*)', ['mail.read -> tool mail.read']]
    ])('%s', async (statement, expected) => {
        expect(await linksOf(statement)).toEqual(expected);
    });

    test('the meaning of a name in a rule, a pattern and a definition', async () => {
        const statement = `deny web.post when url == "a" and once mail.read(folder: url) where limit == 5 and busy(url)`;
        expect(await linksOf(statement)).toEqual([
            'web.post -> tool web.post',
            'url -> parameter url of post',
            'mail.read -> tool mail.read',
            'folder -> parameter folder of read',
            'url -> parameter url of post',
            'limit -> parameter limit of read',
            'busy -> definition busy',
            'url -> parameter url of post'
        ]);
    });

    test.each<[string, string]>([
        ['deny sending when to == "x"', 'to -> parameter to of send'],
        ['deny external tools when url given', 'url -> parameter url of post'],
        ['require url == "x" for web.*', 'url -> parameter url of post'],
        ['claim "c": never mail.read when limit > 3', 'limit -> parameter limit of read'],
        ['claim "c": mail.read requires limit > 3', 'limit -> parameter limit of read'],
        ['claim "c": never web.post after mail.read where limit > 3', 'limit -> parameter limit of read'],
        ['define d(limit: string) = limit == "x"', 'limit -> parameter limit of d'],
        ['define d(k: string) = once mail.read(folder: k)', 'k -> parameter k of d'],
        ['scenario "s":\n bot calls mail.read(limit: 1) -> denied', 'limit -> parameter limit of read'],
        ['order mail.read(limit: 1) before web.post', 'limit -> parameter limit of read'],
        ['claim "c": possible mail.read where limit > 3 then web.post', 'limit -> parameter limit of read']
    ])('the parameter in %s', async (statement, expected) => {
        expect(await linksOf(statement)).toContain(expected);
    });

    test.each([
        ['deny web.post when limit > 3', 'limit'],
        ['deny web.post when once mail.read where url == "x"', 'url'],
        ['define d = url == "x"', 'url'],
        ['claim "c": possible mail.read(limit: url) then web.post', 'url']
    ])('no parameter in %s', async (statement, name) => {
        expect(await linksOf(statement)).toContain(`${name} -> nothing`);
    });

    test('a parameter takes precedence over a definition with its name', async () => {
        const found = await linksOf(
            'define url = once mail.read\ndeny web.post when url == "x"\ndeny mail.read when url'
        );
        expect(found.filter((link) => link.startsWith('url'))).toEqual([
            'url -> parameter url of post',
            'url -> definition url'
        ]);
    });
});

describe('files', () => {
    test('names of indirect imports are visible', async () => {
        const built = await build({
            'main.guardrail':
                'policy P\nimport "./a/one.guardrail"\ngroup g = mail.send, external tools, s.t\nclaim "c": never g',
            'a/one.guardrail': 'import "../b/two.guardrail"\nserver s { tool t() }',
            'b/two.guardrail': 'import "./three.guardrail"',
            'b/three.guardrail': 'server mail { tool send() external }'
        });
        expect(described(built.diagnostics)).toEqual([]);
        expect(links(built)).toContain('mail.send -> tool mail.send');
    });

    test('names of files that are not imported are unknown, even if they are loaded', async () => {
        await build({ 'other.guardrail': 'label stranger' });
        const built = await build({ 'main.guardrail': 'server s { tool t() reads stranger }' });
        expect(described(built.diagnostics)).toEqual([
            '1:27 GR203 There is no label "stranger" in this file or what it imports. Declare it: `label …`.'
        ]);
    });

    test('an imported file does not see the names of the importing file', async () => {
        const built = await build({
            'main.guardrail': 'policy P\nlabel mine\nimport "./other.guardrail"',
            'other.guardrail': 'server s { tool t() reads mine }'
        });
        const other = built.services.shared.workspace.LangiumDocuments.all
            .filter((document) => document.uri.path.endsWith('other.guardrail'))
            .toArray()
            .at(-1);
        expect(described(other?.diagnostics ?? [])[0]).toContain('GR203 There is no label "mine"');
    });

    test('the built-in traits are one file, visible everywhere, without diagnostics', async () => {
        // The services are separate: in those of `build`, other tests may have read the packs that come with the
        // language.
        const { shared, guardrail: services } = createGuardrailServices(EmptyFileSystem);
        const { DocumentBuilder, LangiumDocumentFactory, LangiumDocuments: documents } = shared.workspace;
        await DocumentBuilder.build(
            [LangiumDocumentFactory.fromString('policy P', URI.parse('memory:///p.guardrail'))],
            {
                validation: true
            }
        );
        const builtin = documents.all.filter((document) => document.uri.scheme === 'guardrail').toArray();
        expect(builtin.map((document) => document.uri.toString())).toEqual([BUILTIN_URI]);
        expect(described(builtin[0]!.diagnostics ?? [])).toEqual([]);
        const traits = services.inventory.of(builtin[0]!).elements.filter(({ $type }) => $type === 'Trait');
        expect(traits).toHaveLength(BUILTIN_TRAITS.length);
    });

    test('import cycles are handled', async () => {
        const files: Files = {
            'main.guardrail': 'policy P\nimport "./a.guardrail"\ngroup g = s.t\nclaim "c": never g',
            'a.guardrail': 'import "./main.guardrail"\nserver s { tool t() }'
        };
        const built = await build(files);
        expect(described(built.diagnostics).map((line) => line.slice(0, 10))).toEqual(['2:8 GR211 ']);
        expect(links(built)).toContain('s.t -> tool s.t');
    });

    test('a change in an imported file affects the files that import it', async () => {
        const built = await build({
            'main.guardrail': 'policy P\nimport "./a.guardrail"\nagent bot\nallow bot: s.t\nclaim "c": never s.*',
            'a.guardrail': 'import "./b.guardrail"',
            'b.guardrail': 'server s { tool t() }'
        });
        expect(described(built.diagnostics)).toEqual([]);
        expect(described(await change(built, 'b.guardrail', 'server s { tool u() }'))).toEqual([
            '4:12 GR201 There is no tool or group "s.t" in this file or what it imports. Did you mean "s.u"?'
        ]);
        expect(described(await change(built, 'b.guardrail', 'server s { tool t() irreversible }'))).toEqual([
            expect.stringContaining('4:12 GR414 Nothing can undo s.t')
        ]);
        expect(described(await change(built, 'b.guardrail', 'server s { tool t() }'))).toEqual([]);
    });
});

describe('messages', () => {
    test.each([
        [
            'group g = mail.raed',
            'GR201 There is no tool or group "mail.raed" in this file or what it imports. Did you mean "mail.read"?'
        ],
        [
            'group g = zzz.zzz',
            'GR201 There is no tool or group "zzz.zzz" in this file or what it imports. Declare the tool'
        ],
        [
            'server a { tool x() } server b { tool x() } group g = x',
            'GR201 Several servers have a tool "x": write a.x or b.x.'
        ],
        [
            'server s { tool t() reads privat }',
            'GR203 There is no label "privat" in this file or what it imports. Did you mean "private"?'
        ],
        [
            'group g = externl tools',
            'GR206 There is no trait "externl" in this file or what it imports. Did you mean "external"?'
        ],
        ['allow bto: mail.read', 'GR204 There is no agent "bto" in this file or what it imports. Did you mean "bot"?'],
        [
            'require approval by somebody for mail.read',
            'GR205 There is no human or role "somebody" in this file or what it imports. Declare it: `human …`.'
        ],
        [
            'event ci.passed deny mail.read when once ci.pased',
            'GR201 There is no tool, group or event "ci.pased" in this file or what it imports. Did you mean "ci.passed"?'
        ],
        ['scenario "s": ci.passed happens', 'GR207 There is no event "ci.passed" in this file or what it imports.'],
        [
            'deny mail.read when lmit > 3',
            'GR202 There is no parameter or definition "lmit" in this file or what it imports. Did you mean "limit"?'
        ],
        ['deny mail.read when once mail.send(too: "x")', 'GR202 The call has no parameter "too". Did you mean "to"?'],
        ['deny mail.read when xyzxyz > 3', 'Known here: folder, limit']
    ])('%s', async (statement, expected) => {
        const built = await build({
            'main.guardrail': `policy P\nimport "./i.guardrail"\n${statement}`,
            'i.guardrail': INVENTORY
        });
        expect(described(built.diagnostics).join('\n')).toContain(expected);
    });

    test('the parameters of an unknown tool are not reported in addition', async () => {
        const statement = 'deny mail.rd when folder == "x" and once mail.rd(limit: 5) where folder given';
        const built = await build({
            'main.guardrail': `policy P\nimport "./i.guardrail"\n${statement}`,
            'i.guardrail': INVENTORY
        });
        expect(described(built.diagnostics).map((line) => line.slice(0, 11))).toEqual(['3:6 GR201 T', '3:42 GR201 ']);
    });

    test('every kind of name has a code', () => {
        const types = Object.values(new GuardrailAstReflection().types) as { properties: object }[];
        const properties = types.flatMap((type) => Object.values(type.properties) as { referenceType?: string }[]);
        const kinds = properties.flatMap((property) => property.referenceType ?? []);
        expect(new Set(kinds)).toEqual(new Set(Object.keys(LINK_CODES)));
    });
});
