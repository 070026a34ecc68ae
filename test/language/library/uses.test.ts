/**
 * Tests the packs of guardrail/std, used with arguments of all kinds, among rules that may interfere: no claim of a
 * pack is violated because of what the pack's own rules let through. `USES=100` sets the number of uses tried for each
 * pack.
 */
import fc from 'fast-check';
import { EmptyFileSystem } from 'langium';
import { describe, expect, test } from 'vitest';
import type { Pack, PolicyFile } from '../../../language/generated/ast.js';
import { isPack } from '../../../language/generated/ast.js';
import { STD_TEXT } from '../../../language/library/std.js';
import { createGuardrailServices } from '../../../language/module.js';
import { checkPolicy } from '../../../server/checker/check.js';
import type { Limits } from '../../../server/checker/results/result.js';
import { parsePolicy } from '../../support/policies.js';

const SEED = 20_261_127;
/** Limits that are enough for nearly all of them; an undecided claim is not violated. */
const LIMITS: Limits = { maxStates: 300, maxMemoryMB: 500, timeoutMs: 60_000 };
const USES = Number(process.env['USES'] ?? 1);

/**
 * Complications for rules: errors of unknown effect, a trait that is a hint, a label that is cleared, and delegation on
 * an agent's own rights.
 */
const INVENTORY = `policy Uses

timezone "UTC"
label private
label untrusted
agent boss delegates to worker
agent worker
agent free delegates to worker on its own rights
human ann
human bob
role people = ann, bob
event ci.passed
signal frozen: bool

server s {
  tool read() external reads private, untrusted
  tool post(amount: int >= 0) hint external atomic
  tool pay(amount: int >= 0) irreversible destructive
  tool clean() clears private
}
`;

const TOOLS = ['s.read', 's.post', 's.pay', 's.clean'];
const SELECTORS = [
    ...TOOLS,
    'external tools',
    'tools that read private',
    'any tool',
    'any tool except s.read',
    '[s.post, s.pay]'
];
const STATUSES = ['', 'released ', 'attempted ', 'failed ', 'denied ', 'held '];
const CONDITIONS = [
    'frozen',
    'once s.read by caller within 5m',
    'carries private',
    'approved by ann',
    'caller is boss',
    'time in 08:00..12:00'
];
const RULES = [
    'allow any agent: any tool',
    'allow boss: any tool',
    'allow any agent: any tool\nrequire approval by people for s.pay valid 1h per amount',
    'allow any agent: any tool\ndeny s.post when last is s.post',
    'allow any agent: any tool\nrequire approval by 2 of people for s.pay timeout 5m'
];

/** An argument for each kind of parameter. */
const ARGUMENTS: { readonly [kind: string]: fc.Arbitrary<string> } = {
    ToolsParam: fc.constantFrom(...SELECTORS),
    HumanParam: fc.constantFrom('ann', 'bob', 'people'),
    AgentParam: fc.constantFrom('boss', 'worker', 'free'),
    LabelParam: fc.constantFrom('private', 'untrusted'),
    DurationParam: fc.constantFrom('1s', '5m', '1h'),
    ValueParam: fc.constantFrom('1', '2', '3'),
    ConditionParam: fc.constantFrom(...CONDITIONS),
    EventParam: fc.oneof(
        fc
            .tuple(
                fc.constantFrom(...STATUSES),
                fc.constantFrom(...TOOLS),
                fc.constantFrom('', ' by caller', ' by worker')
            )
            .map((parts) => parts.join('')),
        fc.constantFrom('ci.passed', 'user says')
    )
};

const services = createGuardrailServices(EmptyFileSystem).guardrail;
const packs = (services.parser.LangiumParser.parse(STD_TEXT).value as PolicyFile).elements.filter(isPack);

function usesOf(pack: Pack): fc.Arbitrary<string> {
    const args = pack.params.map((param) => {
        const written = ARGUMENTS[param.$type]!.map((text) => `${param.name}: ${text}`);
        return param.initial ? fc.option(written, { freq: 2 }) : written;
    });
    return fc
        .tuple(fc.constantFrom(...RULES), fc.tuple(...args))
        .map(
            ([rules, values]) =>
                `${INVENTORY}\nimport { ${pack.name} } from "guardrail/std"\nallow boss, free: delegate to worker\n${rules}\nuse ${pack.name}(${values.filter((value) => value !== null).join(', ')})\n`
        );
}

describe('no use of it breaks its claims', () => {
    test.each(packs.map((pack) => [pack.name, pack] as const))('%s', async (_, pack) => {
        let valid = 0;
        for (const text of fc.sample(usesOf(pack), { seed: SEED, numRuns: 10 * USES })) {
            // Some arguments are incompatible: not all tools have an `amount`.
            const { policy } = valid < USES ? await parsePolicy(text) : {};
            valid += policy ? 1 : 0;
            for (const { name } of policy?.claims ?? []) {
                const [claim] = checkPolicy(policy!, { claim: name, limits: LIMITS }).claims;
                expect(claim!.verdict, text).not.toBe('violated');
            }
        }
        expect(valid).toBe(USES);
    });
});

test.each([
    ['s.post', 'violated'],
    ['[s.post, s.shell]', 'holds']
])('a general tool bypasses it until it is named: %s', async (sink, verdict) => {
    const { policy } = await parsePolicy(`policy General
import { NoExfiltration } from "guardrail/std"
agent a
human h
server s { tool read()   tool post()   tool shell() may do s.post }
allow a: any tool
use NoExfiltration(source: s.read, sink: ${sink}, gate: h)
`);
    expect(checkPolicy(policy!, { limits: LIMITS }).claims.map((claim) => claim.verdict)).toEqual([verdict]);
});
