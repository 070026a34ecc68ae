/**
 * Tests that packs have the same meaning as the text written out by hand, and that imports bring the names that they
 * list.
 */
import { readFileSync } from 'node:fs';
import { NodeFileSystem } from 'langium/node';
import { URI } from 'langium';
import { describe, expect, test } from 'vitest';
import type { PolicyFile } from '../../language/generated/ast.js';
import { lower } from '../../language/lower/index.js';
import { createGuardrailServices } from '../../language/module.js';
import { checkPolicy } from '../../server/checker/check.js';
import { build, described, textOf } from './support.js';
import type { Files } from './support.js';

const INVENTORY = `
label private
label untrusted
agent a
agent b
human h
human k
role people = h, k
server s {
  tool read(folder: string) reads private
  tool fetch(url: string) reads untrusted
  tool post(url: string) external
  tool pay(amount: int >= 0)
}
allow any agent: any tool
`;

async function policyOf(files: Files | string) {
    const { diagnostics, file, services } = await build(files);
    expect(described(diagnostics.filter(({ severity }) => severity === 1))).toEqual([]);
    return lower(file, services);
}

/** The results of a check without the names and places, which differ. */
async function outcome(text: string) {
    const { claims } = checkPolicy(await policyOf(text));
    return claims.map(({ verdict, basis, trace, text: words }) => ({
        words,
        verdict,
        states: basis.states,
        transitions: basis.transitions,
        slice: basis.slice,
        steps: trace?.steps.map((step) => step.text.replace(/ by .*/, ''))
    }));
}

describe('a use has the same meaning as the expanded text', () => {
    const cases: { title: string; packs: string; hand: string }[] = [
        {
            title: 'tools, a human, a duration, a number',
            packs: `
pack P(source: tools, sink: tools = external tools, gate: human, w: duration, n: int) {
  require approval by gate for sink when once source valid w
  limit source to n
  claim: never sink after source unless approved by gate
  claim: at most n source
}
use P(source: s.read, gate: people, w: 10m, n: 2)`,
            hand: `
require approval by people for external tools when once s.read valid 10m
limit s.read to 2
claim: never external tools after s.read unless approved by people
claim: at most 2 s.read`
        },
        {
            title: 'conditions, labels, agents, texts, several tools, local names',
            packs: `
pack P(tools: tools, free: condition, mark: label, who: agent, place: string, most: number) {
  group both = tools, s.pay
  define marked = carries mark and not free
  deny both when marked
  deny s.pay when amount > most and caller is who
  deny s.post when host of url == place
  order s.read before s.pay
  claim: never both when marked
  claim "one": s.pay requires amount <= most or not caller is who
  claim: s.pay is denied when amount > most and caller is who
}
use P(tools: [s.fetch, s.post], free: once s.read or carries untrusted, mark: private, who: b, place: "x.example", most: 4)`,
            hand: `
deny s.fetch, s.post, s.pay when carries private and not (once s.read or carries untrusted)
deny s.pay when amount > 4 and caller is b
deny s.post when host of url == "x.example"
order s.read before s.pay
group both = s.fetch, s.post, s.pay
define marked = carries private and not (once s.read or carries untrusted)
claim: never both when marked
claim "one": s.pay requires amount <= 4 or not caller is b
claim: s.pay is denied when amount > 4 and caller is b`
        },
        {
            title: 'a pack of packs',
            packs: `
pack Inner(t: tools, n: int) {
  limit t to n
  claim: at most n t
}
pack Outer(t: tools, u: tools, n: int = 2) {
  use Inner(t: t, n: n)
  use Inner(t: u, n: 1)
}
use Outer(t: s.pay, u: [s.read, s.fetch])
use Inner(t: s.post, n: 1)`,
            hand: `
group g = s.read, s.fetch
limit s.pay to 2
limit g to 1
limit s.post to 1
claim: at most 2 s.pay
claim: at most 1 g
claim: at most 1 s.post`
        },
        {
            title: 'totals and latest values of other tools than the rule decides',
            packs: `
pack P(t: tools(amount: int)) {
  limit total(t.amount) to 2
  deny s.post when total(t.amount) > 1 or latest t.amount == 1
  claim: at most 3 t
  claim: s.post requires total(t.amount) <= 1
}
use P(t: s.pay)`,
            hand: `
limit total(s.pay.amount) to 2
deny s.post when total(s.pay.amount) > 1 or latest s.pay.amount == 1
claim: at most 3 s.pay
claim: s.post requires total(s.pay.amount) <= 1`
        },
        {
            title: 'fields of records and of results',
            packs: `
server t {
  tool order(items: { size: int }[])
  tool look() returns (kind: string)
}
pack P(t: tools(items: { size: int }[])) {
  deny t when some i in items: i.size > 3
  deny s.post when latest t.look.result.kind == "x" or once t.look where result.kind == "y"
  claim: t requires every i in items: i.size <= 3
  claim: never s.post when latest t.look.result.kind == "x"
}
use P(t: t.order)`,
            hand: `
server t {
  tool order(items: { size: int }[])
  tool look() returns (kind: string)
}
deny t.order when some i in items: i.size > 3
deny s.post when latest t.look.result.kind == "x" or once t.look where result.kind == "y"
claim: t.order requires every i in items: i.size <= 3
claim: never s.post when latest t.look.result.kind == "x"`
        }
    ];

    test.each(cases)('$title', async ({ packs, hand }) => {
        const byPack = await outcome(`policy P${INVENTORY}${packs}`);
        const byHand = await outcome(`policy P${INVENTORY}${hand}`);
        // A claim of a use may be settled in another way, with fewer states.
        const withoutWords = ({ words, states, transitions, ...rest }: (typeof byPack)[number]) => rest;
        expect(byPack.map(withoutWords)).toEqual(byHand.map(withoutWords));
        expect(byPack.length).toBeGreaterThan(1);
    });
});

describe('the elements of a use', () => {
    const text = `policy P${INVENTORY}
pack Gate(source: tools, sink: tools, gate: human) {
  require approval by gate for sink when once source
  claim: never sink after source unless approved by gate
  claim "named": sink requires approved by gate or not once source
}
use Gate(source: s.read, sink: s.post, gate: h)`;

    test('are named after their pack, with the arguments', async () => {
        const policy = await policyOf(text);
        expect(policy.claims.map(({ name }) => name)).toEqual([
            'Gate: never s.post after s.read unless approved by h',
            'Gate: named'
        ]);
        expect(policy.rules.at(-1)!.text).toBe('require approval by h for s.post when once s.read');
    });

    test('are named with their arguments if the pack is used twice', async () => {
        const policy = await policyOf(`${text}\nuse Gate(source: s.fetch, sink: [s.post, s.pay], gate: people)`);
        expect(policy.claims.map(({ name }) => name)).toContain(
            'Gate(source: s.fetch, sink: [s.post, s.pay], gate: people): named'
        );
        expect(new Set(policy.claims.map(({ name }) => name)).size).toBe(4);
    });

    test('have a place in the pack, and one where it is used', async () => {
        const { rules, claims } = await policyOf(text);
        const line = (part: string): number => text.split('\n').findIndex((each) => each.includes(part));
        expect(rules[0]!.usedAt).toBeUndefined();
        expect(rules.at(-1)!.source.start.line).toBe(line('require approval'));
        expect(rules.at(-1)!.usedAt!.start.line).toBe(line('use Gate'));
        expect(claims[0]!.source.start.line).toBe(line('claim: never'));
        expect(claims[0]!.usedAt!.start.line).toBe(line('use Gate'));
    });

    test('do not exist without a use', async () => {
        const policy = await policyOf(text.replace(/use Gate.*/, ''));
        expect(policy.rules.map(({ kind }) => kind)).toEqual(['allow']);
        expect(policy.claims).toEqual([]);
    });
});

describe('imports by name', () => {
    const other = `
label secret
server hidden { tool one() reads secret  tool two() }
server open { tool three() }
agent robot
pack Careful(sink: tools) {
  deny sink unless once hidden.one by robot
  claim: sink requires once hidden.one by robot
}
`;
    const main = `policy P
import { Careful, open } from "./other.guardrail"
agent a
allow a: any tool
use Careful(sink: open.three)
`;

    test("unlisted names cannot be used, but the pack's own needs are met", async () => {
        const policy = await policyOf({ 'main.guardrail': main, 'other.guardrail': other });
        expect(policy.tools.map(({ name }) => name)).toEqual(['open.three', 'hidden.one']);
        expect(policy.labels.map(({ name }) => name)).toEqual(['secret']);
        expect(policy.agents.map(({ name }) => name)).toEqual(['a', 'robot']);
        const { diagnostics } = await build({
            'main.guardrail': `${main}deny hidden.one when carries secret\nallow robot: open.three`,
            'other.guardrail': other
        });
        expect(described(diagnostics).map((text) => text.split(' ')[1])).toEqual(['GR201', 'GR203', 'GR204']);
    });

    test('an unlisted name may be declared', async () => {
        await policyOf({ 'main.guardrail': `${main}label secret`, 'other.guardrail': other });
    });

    test("a name is visible through the file's imports", async () => {
        const policy = await policyOf({
            'main.guardrail': main.replace('other', 'middle'),
            'middle.guardrail': 'import "./other.guardrail"\nlabel l',
            'other.guardrail': other
        });
        expect(policy.tools.map(({ name }) => name)).toContain('open.three');
        expect(policy.labels.map(({ name }) => name)).not.toContain('l');
    });

    const twice = {
        'main.guardrail': `policy P
import { Gate as Lock, closed as shut } from "./one.guardrail"
import { Gate, Index } from "./two.guardrail"
agent a
server s { tool one() tool two() tool three() }
allow a: any tool
use Lock(sink: s.one)
use Gate(sink: s.two)
use Index(sink: s.three)
claim "c": never shut`,
        'one.guardrail': 'pack Gate(sink: tools) { deny sink  claim: never sink }\ngroup closed = *.one',
        'two.guardrail': `import { Gate as Index } from "./one.guardrail"
@private define never_met = once *.nothing
@private pack Inner(what: tools) { require never_met for what  claim: never what }
pack Gate(sink: tools) { use Inner(what: sink) }`
    };

    test('two packs of one name are told apart by `as`, which claims are named after', async () => {
        const { claims } = checkPolicy(await policyOf(twice));
        expect(claims.map(({ name, verdict }) => `${name}: ${verdict}`)).toEqual([
            'Lock: never s.one: holds',
            'Inner: never s.two: holds',
            'Index: never s.three: holds',
            'c: holds'
        ]);
    });

    test.each<[title: string, from: string, to: string, code: string]>([
        ['a name with `as` is not known by its own', 'use Lock(', 'use Gate(what: s.one)\nuse Lock(', 'GR232'],
        ['a private name is not imported by name', 'Gate, Index', 'Gate, Index, Inner', 'GR235'],
        ['nor by a whole import', 'import { Gate, Index } from', 'use Inner(what: s.one)\nimport', 'GR230'],
        ['nor through another name of the same file', 'Gate as Lock', 'Gate as Lock, Index', 'GR235']
    ])('%s', async (_title, from, to, code) => {
        const text = twice['main.guardrail'].replace(from, to);
        const { diagnostics } = await build({ ...twice, 'main.guardrail': text });
        expect(diagnostics.filter(({ severity }) => severity === 1).map((each) => each.code)).toContain(code);
    });

    test('files that import each other by name are only an error', async () => {
        const { diagnostics } = await build({
            'main.guardrail':
                'policy P\nimport { b } from "./other.guardrail"\ngroup a = s.t\nserver s { tool t() }\ndeny b',
            'other.guardrail': 'import { a } from "./main.guardrail"\ngroup b = a'
        });
        expect(diagnostics.map(({ code }) => code)).toContain('GR211');
        expect(diagnostics.map(textOf).filter((text) => text.includes('occurred'))).toEqual([]);
    });
});

describe('a package in node_modules', () => {
    test('is found from a subfolder, and only imported parts are visible', async () => {
        const { shared, guardrail } = createGuardrailServices(NodeFileSystem);
        const uri = URI.parse(new URL('fixtures/packages/policies/deep/mail.guardrail', import.meta.url).href);
        const document = await shared.workspace.LangiumDocuments.getOrCreateDocument(uri);
        await shared.workspace.DocumentBuilder.build([document], { validation: true });
        expect(described(document.diagnostics ?? [])).toEqual([]);
        const policy = lower(document.parseResult.value as PolicyFile, guardrail);
        expect(policy.tools.map(({ name }) => name)).toEqual(['mail.send', 'audit.log']);
        const { claims, scenarios } = checkPolicy(policy);
        expect(claims.map(({ name, verdict }) => `${name}: ${verdict}`)).toEqual([
            'Recorded: mail.send requires once audit.log: holds'
        ]);
        expect(scenarios.map(({ passed }) => passed)).toEqual([true]);
    });
});

describe('docs/language/packs.md', () => {
    const page = readFileSync(new URL('../../docs/language/packs.md', import.meta.url), 'utf8');
    const blocks = Array.from(page.matchAll(/^```guardrail ?(\S*)\n([\s\S]*?)^```$/gm), (match) => ({
        file: match[1] ?? '',
        text: match[2] ?? ''
    }));
    const others = Object.fromEntries(blocks.filter(({ file }) => file).map(({ file, text }) => [file, text]));

    test.each(blocks.filter(({ file }) => !file))('$text', async ({ text }) => {
        const policy = await policyOf({ 'main.guardrail': text, ...others });
        const { claims, scenarios } = checkPolicy(policy);
        expect(claims.filter(({ verdict }) => verdict === 'violated' || verdict === 'impossible')).toEqual([]);
        expect(scenarios.filter(({ passed }) => !passed)).toEqual([]);
        expect(claims.length).toBeGreaterThan(0);
    });
});

test.each([
    ['import { Other } from "./packs.guardrail"', 'GR235', 'It has Limit.'],
    ['import { Limit } from "./packs.guardrail"\nuse Limit(upper: 3)', 'GR232', 'It needs "which" (tools).'],
    ['import { Limit } from "./packs.guardrail"\nuse Limit(whihc: a.b)', 'GR232', 'Did you mean "which"?']
])('%s names what could be meant', async (statements, code, part) => {
    const { diagnostics } = await build({
        'main.guardrail': `policy P\n${statements}\n`,
        'packs.guardrail': 'pack Limit(which: tools) { limit which to 3 }'
    });
    expect(
        diagnostics
            .filter((each) => each.code === code)
            .map(textOf)
            .join()
    ).toContain(part);
});
