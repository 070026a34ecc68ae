/**
 * Compares policies exported to Cedar with Cedar itself: they are valid by their schema, and what they permit is
 * allowed in any session. If nothing was left out, the decisions are the same.
 */
import type * as Cedar from '@cedar-policy/cedar-wasm/nodejs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cedarOf, type CedarExport } from '../../server/export/cedar/policies.js';
import { cedarType } from '../../server/export/cedar/types.js';
import type { JsonObject } from '../../server/gateway/events.js';
import type { Arguments, Param, Policy, Type, Value } from '../../server/model/policy/policy.js';
import { cedar, expectValid } from './cedar.js';
import { policyOf, sessionOf } from './session-of.js';

const SESSION = { role: 'admin', tier: 2 };
const HEAD = `policy Gate
agent assistant
agent clerk
agent guest
human user
label private
label secret
session role: string
session tier: int
entity Customer [canonical lower, trim]
server mail {
  tool read(folder: "inbox" | "sent", unread?: bool) readonly reads private
  tool send(to: string, cc?: string[], note?: { text: string, urgent?: bool }, copies: int >= 0 <= 9 = 1) external
  tool tag(name: string, who: Customer)
}
server odd { tool list() }
`;
const EXACT = `${HEAD}
allow assistant, clerk: mail.read, odd.list
allow assistant: mail.send when to matches /.*@acme\\.example/ and copies <= 3
allow clerk: mail.send when not (to contains "*" or to starts with "\\"x\\\\") and session.role == "admin"
allow any agent: mail.tag when who in ["ann", "bob"] or session.tier > 2
deny mail.send when cc given and cc contains "eve@evil.example"
deny mail.send when note given and note.urgent == true
deny mail.read when unread given and not unread
deny mail.read by guest
require copies != 2 for mail.send
require approval by user for mail.tag when who == "bob"
audit deny mail.read
`;

/**
 * Policies with a condition that Cedar cannot express, and the actions that each of them still permits, at least for
 * some arguments.
 */
const WITH_MORE: readonly (readonly [rules: string, permitted: readonly string[]])[] = [
    ['allow assistant: mail.send when once mail.read', []],
    ['allow assistant: mail.send when not once mail.read', []],
    ['allow assistant: mail.send when to == "a" or once mail.read', ['mail.send']],
    ['allow assistant: mail.*\ndeny mail.send when once mail.read', ['mail.read', 'mail.tag']],
    [
        'allow assistant: mail.*\ndeny mail.send when to == "a" and once mail.read',
        ['mail.read', 'mail.send', 'mail.tag']
    ],
    [
        'allow assistant: mail.*\ndeny mail.send unless to == "a" or once mail.read',
        ['mail.read', 'mail.send', 'mail.tag']
    ],
    [
        'allow assistant: mail.*\nrequire once mail.read for mail.send when to == "a"',
        ['mail.read', 'mail.send', 'mail.tag']
    ],
    [
        'allow assistant: mail.*\nrequire to == "a" or count(mail.read) < 2 for mail.send',
        ['mail.read', 'mail.send', 'mail.tag']
    ],
    ['allow assistant: mail.*\ndeny external tools when carries private', ['mail.read', 'mail.tag']],
    ['allow assistant: mail.send when length of to < 2 or to == "a"', ['mail.send']],
    ['allow assistant: mail.send when bytes of to < 2 or to == "a"', ['mail.send']],
    ['allow assistant: mail.*\ndeny mail.send when count(mail.send within 1h) >= 2', ['mail.read', 'mail.tag']],
    ['allow assistant: mail.*\nrequire approval by user for mail.send', ['mail.read', 'mail.tag']],
    ['allow assistant: mail.*\nwithhold result of mail.read when result.text contains "x"', ['mail.send', 'mail.tag']],
    [
        'modes work { a initial { allow mail.send on mail.tag enter b } b { } }\nallow any agent: mail.read',
        ['mail.read']
    ],
    ['agent boss delegates to clerk\nallow any agent: mail.send, mail.read', ['mail.read', 'mail.send']]
];

describe('policies in Cedar', () => {
    test('decide the same if Cedar can express all conditions', async () => {
        const policy = await policyOf(EXACT);
        const exported = cedarOf(policy, 'gate.guardrail');
        expect(exported.policies).not.toMatch(/Stricter|Narrower|Left out/);
        const outcomes = play(policy, exported, 600);
        expect(outcomes.filter(({ permitted, kind }) => permitted !== (kind === 'allowed'))).toEqual([]);
        expect(new Set(outcomes.filter(({ permitted }) => permitted).map(({ tool }) => tool)).size).toBe(4);
        expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['allowed', 'denied', 'held']));
    });

    test.each(WITH_MORE)('permit nothing that a session denies: %s', async (rules, permitted) => {
        const policy = await policyOf(`${HEAD}${rules}\n`);
        const exported = cedarOf(policy, 'gate.guardrail');
        expectValid(exported, rules);
        expect(exported.policies).toMatch(/Stricter|Narrower|Left out|forbidden here/);
        const outcomes = play(policy, exported, 150);
        const tools = outcomes.filter((one) => one.permitted).map(({ tool }) => tool);
        expect([...new Set(tools)].sort()).toEqual(permitted);
    });

    test('name each rule with its place, and what is lost', async () => {
        const { policies, schema } = cedarOf(await policyOf(`${HEAD}${WITH_MORE[4]![0]}\n`), 'gate.guardrail');
        expect(policies.slice(policies.indexOf('\n\n') + 2)).toBe(`// gate.guardrail:17: allow assistant: mail.*
@line("17")
permit (principal == Agent::"assistant", action in [Action::"mail.read", Action::"mail.send", Action::"mail.tag"], resource);

// gate.guardrail:18: deny mail.send when to == "a" and once mail.read
// Stricter: Cedar cannot express history.
@line("18")
forbid (principal, action == Action::"mail.send", resource)
when { context.input.to == "a" };
`);
        expect(schema).toContain(
            'note?: { text: String, urgent?: Bool }, copies: Long }, session: { role: String, tier: Long }'
        );
    });
});

interface Outcome {
    readonly tool: string;
    readonly kind: string;
    readonly permitted: boolean;
}

/** Plays a session of random calls, which continue where the policy allows them, and asks Cedar about each. */
function play(policy: Policy, exported: CedarExport, calls: number): Outcome[] {
    let session = sessionOf(policy);
    const tools = policy.tools.filter(({ delegatesTo }) => delegatesTo === undefined);
    const call = fc.constantFrom(...tools).chain((tool) =>
        fc.record({
            tool: fc.constant(tool),
            agent: fc.constantFrom('assistant', 'assistant', 'clerk', 'guest'),
            args: argumentsOf(tool.params)
        })
    );
    expect(cedar.preparsePolicySet('policies', { staticPolicies: exported.policies }).type).toBe('success');
    expect(cedar.preparseSchema('schema', exported.schema).type).toBe('success');
    return fc.sample(call, { numRuns: calls, seed: 1 }).map(({ tool, agent, args }, index) => {
        if (index % 20 === 0) {
            session = sessionOf(policy);
            session.record({ type: 'session', constants: SESSION });
        }
        const { kind } = session.decide({ agent, tool: tool.name, args });
        const answer = cedar.statefulIsAuthorized({
            principal: { type: 'Agent', id: agent },
            action: { type: 'Action', id: tool.name },
            resource: { type: 'Server', id: tool.name.split('.')[0]! },
            context: { input: projected(tool.params, args), session: SESSION },
            preparsedPolicySetId: 'policies',
            preparsedSchemaName: 'schema',
            validateRequest: true,
            entities: []
        });
        if (answer.type === 'failure') {
            throw new Error(JSON.stringify([answer.errors, tool.name, args]));
        }
        // A failing expression would cause a `forbid` to be skipped.
        expect(answer.response.diagnostics.errors).toEqual([]);
        const permitted = answer.response.decision === 'allow';
        if (permitted) {
            expect(kind, `${agent} ${tool.name} ${JSON.stringify(args)}\n${exported.policies}`).toBe('allowed');
        }
        if (kind === 'allowed') {
            session.record({ type: 'call', agent, tool: tool.name, args, outcome: 'success' });
        }
        return { tool: tool.name, kind, permitted };
    });
}

/** The values that rules compare with, and others. */
const TEXTS = ['a', 'ann', 'Bob ', 'gold', 'x@acme.example', 'eve@evil.example', '*', '"x\\y'];

function argumentsOf(params: readonly Param[]): fc.Arbitrary<JsonObject> {
    return fc.record(Object.fromEntries(params.map(({ name, type }) => [name, valueOf(type)])), {
        requiredKeys: params.filter(({ optional }) => !optional).map(({ name }) => name)
    }) as fc.Arbitrary<JsonObject>;
}

function valueOf(type: Type): fc.Arbitrary<unknown> {
    switch (type.kind) {
        case 'bool':
            return fc.boolean();
        case 'int':
            return fc.integer({ min: type.min ?? -3, max: type.max ?? 9 });
        case 'literals':
            return fc.constantFrom(...type.values);
        case 'list':
            return fc.array(valueOf(type.element), { maxLength: 2 });
        case 'record':
            return argumentsOf(type.fields);
        default:
            return fc.oneof(fc.constant('a'), fc.constantFrom(...TEXTS));
    }
}

/**
 * The request from a gateway to Cedar: complete, with entities in canonical form, and without values for which Cedar
 * has no type.
 */
function projected(params: readonly Param[], args: Arguments): Record<string, Cedar.CedarValueJson> {
    return Object.fromEntries(
        params.flatMap(({ name, type, default: otherwise }) => {
            const value = args[name] ?? otherwise;
            return value === undefined || cedarType(type) === undefined ? [] : [[name, inCedar(type, value)]];
        })
    );
}

function inCedar(type: Type, value: Value): Cedar.CedarValueJson {
    return type.kind === 'record'
        ? projected(type.fields, value as Arguments)
        : type.kind === 'entity'
          ? (value as string).trim().toLowerCase()
          : (value as Cedar.CedarValueJson);
}
