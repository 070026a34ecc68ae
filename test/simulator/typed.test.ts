/** Tests that for any names in a policy, the printed form of a session can be typed, and means the same session. */
import fc from 'fast-check';
import { EmptyFileSystem } from 'langium';
import { describe, expect, test } from 'vitest';
import { createGuardrailServices } from '../../language/module.js';
import { GuardrailGrammar } from '../../language/generated/grammar.js';
import { keywordsOf } from '../../language/grammar/token-table.js';
import { checkPolicy } from '../../server/checker/check.js';
import { evidenceOf } from '../../server/checker/scenarios/evidence.js';
import type { Trace } from '../../server/checker/results/result.js';
import { runScenario } from '../../server/checker/scenarios/scenarios.js';
import { actText } from '../../server/cli/reports/step-text.js';
import { KEYWORDS, NEVER_NAMES } from '../../server/model/text/keywords.js';
import type { Policy } from '../../server/model/policy/policy.js';
import { nameText } from '../../server/model/text/typed-text.js';
import { SessionPlayer } from '../../server/simulator/player.js';
import { scenarioOf } from '../../server/simulator/session-scenario.js';
import type { PlayedSession } from '../../server/simulator/session.js';
import { policyOf } from '../support/policies.js';
import { runs, SEED } from '../support/depth.js';

test('the stored keywords are those of the grammar', () => {
    const { keywords, neverNames } = keywordsOf(GuardrailGrammar());
    expect([...KEYWORDS]).toEqual(keywords);
    expect([...NEVER_NAMES]).toEqual(neverNames);
});

const KINDS = [
    ...[
        'policy',
        'label',
        'signal',
        'asked',
        'first',
        'second',
        'brought',
        'server',
        'read',
        'secret',
        'field',
        'inner'
    ],
    ...['write', 'sent', 'agent', 'delegate', 'human', 'constant', 'said', 'modes', 'calm', 'alarm'],
    ...['check', 'state', 'note']
] as const;

type Names = { readonly [kind in (typeof KINDS)[number]]: string };

/** These are chosen so that no two are equal, even if a dot in a name looks like one between two names. */
const named = (unit: fc.StringConstraints['unit']): fc.Arbitrary<Names> =>
    fc
        .uniqueArray(
            fc
                .oneof(
                    { weight: 3, arbitrary: fc.string({ ...(unit && { unit }), minLength: 1, maxLength: 6 }) },
                    { weight: 1, arbitrary: fc.constantFrom(...KEYWORDS) },
                    {
                        weight: 1,
                        arbitrary: fc.constantFrom(
                            'get-env',
                            '2fa',
                            'a/b',
                            'a@b',
                            'é',
                            'a b',
                            'x.y',
                            '-',
                            '*',
                            'a/*b',
                            '//',
                            '"'
                        )
                    }
                )
                .filter((name) => /^[^`\r\n\0]+$/.test(name) && name !== 'user' && name.trim() !== ''),
            { minLength: KINDS.length, maxLength: KINDS.length, selector: (name) => name.replaceAll('.', '') }
        )
        .map((names) => Object.fromEntries(KINDS.map((kind, index) => [kind, names[index]!])) as unknown as Names);

function textOf(names: Names): string {
    const quoted = (kind: keyof Names): string => `\`${names[kind]}\``;
    const [read, write] = [`${quoted('server')}.${quoted('read')}`, `${quoted('server')}.${quoted('write')}`];
    const event = `${quoted('first')}.${quoted('second')}`;
    return `policy ${quoted('policy')}
label ${quoted('label')}
signal ${quoted('signal')}(${quoted('asked')}: string): 0..100
event ${event}(${quoted('brought')}: int)
session ${quoted('constant')}: string
request { ${quoted('said')}: string }
server ${quoted('server')} {
  tool ${quoted('read')}(${quoted('secret')}: int) reads ${quoted('label')} returns (${quoted('field')}: { ${quoted('inner')}: int })
  tool ${quoted('write')}(${quoted('sent')}: string)
  tool ${quoted('check')}() reads ${quoted('label')} when ${quoted('signal')}(result.${quoted('note')}) > 70
    returns (${quoted('state')}: "open" | "shut", ${quoted('note')}: string) succeeds when result.${quoted('state')} == "open"
}
agent ${quoted('agent')} delegates to ${quoted('delegate')}
agent ${quoted('delegate')}
human ${quoted('human')}
modes ${quoted('modes')} {
  ${quoted('calm')} initial { on ${event} enter ${quoted('alarm')} }
  ${quoted('alarm')} { }
}
allow ${quoted('agent')}, ${quoted('delegate')}: any tool, delegate to ${quoted('delegate')}
deny ${write} when ${quoted('signal')}(${quoted('sent')}) > 90
deny ${write} when once ${read} where result.${quoted('field')}.${quoted('inner')} == 7
require approval by ${quoted('human')} for ${write} when ${quoted('signal')}(${quoted('sent')}) > 50
claim "after": never ${write} after ${read}
claim "carries": never ${write} when carries ${quoted('label')} and ${quoted('sent')} starts with "x"
claim "event": never ${write} after ${event}
claim "result": never ${write} when once ${read} where result.${quoted('field')}.${quoted('inner')} > 4
claim "signal": never ${write} when ${quoted('signal')}(${quoted('sent')}) > 20
claim "approved": never ${write} when ${quoted('signal')}(${quoted('sent')}) > 60
claim "constant": never ${write} when ${quoted('sent')} == session.${quoted('constant')}
claim "mode": never ${write} when in mode ${quoted('alarm')}
claim "delegate": never ${write} by ${quoted('delegate')} when once delegate to ${quoted('delegate')}
claim "said": never ${write} when ${quoted('sent')} == request.${quoted('said')}
claim "pattern": never ${quoted('server')}.* after ${read}
`;
}

/** The printed steps as a scenario; the time and the initial values are printed separately. */
function printed({ start, steps }: Trace): string | undefined {
    const isWhole = start === undefined && steps.every(({ time }) => time === 0);
    return isWhole
        ? [
              'scenario "s":',
              ...steps.map((step) => `  ${actText(step)}${step.decision ? ` -> ${step.decision}` : ''}`)
          ].join('\n')
        : undefined;
}

async function passes(policy: string, scenario: string): Promise<Policy> {
    const written = await policyOf(`${policy}${scenario}\n`).catch((error: unknown) => {
        throw new Error(`${String(error)}\n${policy}${scenario}`);
    });
    expect(runScenario(written, written.scenarios[0]!).passed, `${policy}${scenario}`).toBe(true);
    return written;
}

describe.each([
    ['names of letters, digits and signs', 'grapheme-ascii'],
    ['names of any characters', 'grapheme'],
    ['names of any units', 'binary']
] as const)('%s', (_name, unit) => {
    test('each session shown passes as a scenario and breaks its claim; its printed text can be typed', async () => {
        await fc.assert(
            fc.asyncProperty(named(unit), async (names) => {
                const text = textOf(names);
                const { claims } = checkPolicy(await policyOf(text));
                expect(
                    claims.filter(({ verdict }) => verdict !== 'violated').map(({ name }) => name),
                    text
                ).toEqual([]);
                for (const { name, trace } of claims) {
                    const policy = await passes(text, scenarioOf(trace!, 's')!);
                    const broken = evidenceOf(policy, policy.scenarios[0]!).map(
                        ({ claim }) => policy.claims[claim]!.name
                    );
                    expect(broken, `${name}: ${text}`).toContain(name);
                    const shown = unit === 'grapheme-ascii' ? printed(trace!) : undefined;
                    if (shown !== undefined) {
                        await passes(text, shown);
                    }
                }
            }),
            { seed: SEED, numRuns: runs(3), endOnFailure: true }
        );
    });

    test('each offered call is decided as stated; each other offer can be used', async () => {
        await fc.assert(
            fc.asyncProperty(named(unit), async (names) => {
                const { shared } = createGuardrailServices(EmptyFileSystem);
                const player = new SessionPlayer(shared.workspace.FileSystemProvider);
                const play = async (lines: readonly string[], offers: boolean): Promise<PlayedSession> => {
                    const params = { uri: 'untitled:names', lines, offers };
                    return (await player.run({
                        kind: 'play',
                        params,
                        text: textOf(names),
                        files: []
                    })) as PlayedSession;
                };
                const { agent, server, read, check } = names;
                const [reads, checks] = [read, check].map((tool) => `\`${agent}\` calls \`${server}\`.\`${tool}\``);
                const returning = new Set<string>();
                for (const before of [[], [`${checks}() runs`, `${reads}(\`${names.secret}\`: 1) runs`]]) {
                    const { problem, offers } = await play(before, true);
                    expect(problem).toBeUndefined();
                    for (const choice of offers!.calls.flatMap(({ choices }) => choices)) {
                        const { steps, problem: wrong } = await play([...before, choice.line], false);
                        expect(wrong, choice.line).toBeUndefined();
                        expect(steps.at(-1)!.decision, choice.line).toBe(choice.decision);
                        noteReturn(returning, choice.line);
                    }
                    for (const { line } of offers!.acts) {
                        expect((await play([...before, line], false)).problem, line).toBeUndefined();
                        noteReturn(returning, line);
                    }
                }
                // For each tool that rules read, there are calls by both agents, and the end of a running call.
                expect(returning.size).toBe(6);
            }),
            { seed: SEED, numRuns: runs(3), endOnFailure: true }
        );
    });
});

/** Notes the tools with results, which are offered with a result. */
function noteReturn(returning: Set<string>, line: string): void {
    const [start, behind] = line.split(/(?:\([^"]*?\))?(?: with .*?)? returns \(/);
    if (behind !== undefined) {
        returning.add(start!);
    }
}

test('a plain name stays unquoted', () => {
    expect(nameText('mail')).toBe('mail');
    expect(nameText('read')).toBe('read');
    expect(nameText('read', 'StrictName')).toBe('`read`');
});
