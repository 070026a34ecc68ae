/**
 * A claim that is said to demand as much as another one is broken by every session that breaks the other: random claims are
 * judged over random sessions of a policy that allows everything.
 */
import { expect, test } from 'vitest';
import { claimsAsMuch } from '../../../server/checker/difference/implied.js';
import { evidenceOf } from '../../../server/checker/scenarios/evidence.js';
import { diagnosticsOf } from '../../../server/workspace/diagnostics.js';
import { PolicyWorkspace } from '../../../server/workspace/policy-workspace.js';
import { picker } from '../../support/random.js';

const INVENTORY = `policy P
label private
agent bot
agent helper
event alarm
server mail {
    tool read(folder: string) reads private
    tool send(to: string, n: int)
    tool forget() clears private
}
allow bot, helper: mail.*
`;

type Pick = (below: number) => number;

function oneOf<T>(pick: Pick, ...all: readonly T[]): T {
    return all[pick(all.length)]!;
}

function event(pick: Pick): string {
    return oneOf(
        pick,
        'mail.read',
        'mail.read(folder: "a")',
        'mail.send',
        'mail.send where n > 2',
        'mail.send where n > 1',
        'mail.send by helper',
        'mail.*',
        'alarm'
    );
}

function condition(pick: Pick, depth: number): string {
    const inner = (): string => condition(pick, depth - 1);
    if (depth > 0) {
        switch (pick(4)) {
            case 0:
                return `(${inner()} and ${inner()})`;
            case 1:
                return `(${inner()} or ${inner()})`;
            case 2:
                return `not (${inner()})`;
        }
    }
    switch (pick(8)) {
        case 0:
            return `n ${oneOf(pick, '<', '<=', '>', '>=', '==')} ${pick(4)}`;
        case 1:
            return `to in [${oneOf(pick, '"a"', '"a", "b"', '"a", "b", "c"')}]`;
        case 2:
            return `to starts with "${oneOf(pick, 'a', 'ab')}"`;
        case 3:
            return `to == "${oneOf(pick, 'a', 'b')}"`;
        case 4:
            return `count(mail.read) ${oneOf(pick, '>', '>=')} ${1 + pick(2)}`;
        case 5:
            return 'carries private';
        default:
            return `once ${event(pick)}${oneOf(pick, '', '', ' within 1m', ' within 2m')}`;
    }
}

function claim(pick: Pick): string {
    const subject = `mail.send${oneOf(pick, '', '', ' by helper')}`;
    return pick(5) === 0
        ? `at most ${1 + pick(3)} ${subject}`
        : `never ${subject} ${oneOf(pick, 'when', 'unless')} ${condition(pick, 2)}`;
}

function step(pick: Pick): string {
    const agent = oneOf(pick, 'bot', 'helper');
    switch (pick(6)) {
        case 0:
            return `${agent} calls mail.read(folder: "${oneOf(pick, 'a', 'b')}") -> allowed`;
        case 1:
            return `wait ${oneOf(pick, '30s', '90s')}`;
        case 2:
            return oneOf(pick, 'alarm happens', `${agent} calls mail.forget() -> allowed`);
        default:
            return `${agent} calls mail.send(to: "${oneOf(pick, 'a', 'ab', 'b', 'd')}", n: ${pick(5)}) -> allowed`;
    }
}

test('a claim that demands as much is broken by every session that breaks the other', async () => {
    const workspace = new PolicyWorkspace();
    let implied = 0;
    for (let seed = 1; seed <= 40; seed++) {
        const pick = picker(seed);
        const claims = Array.from({ length: 16 }, (_, index) => `claim "${index}": ${claim(pick)}\n`).join('');
        const scenarios = Array.from({ length: 12 }, (_, index) => {
            const steps = Array.from({ length: 2 + pick(5) }, () => `    ${step(pick)}\n`).join('');
            return `scenario "${index}":\n${steps}`;
        }).join('');
        const document = await workspace.loadText(INVENTORY + claims + scenarios, `implied${seed}.guardrail`);
        expect(diagnosticsOf(document).filter(({ severity }) => severity === 'error')).toEqual([]);
        const policy = workspace.policyOf(document);
        const broken = policy.scenarios.map(
            (scenario) =>
                new Set(
                    evidenceOf(policy, scenario).flatMap(({ claim: index, verdict, isAcross }) =>
                        verdict === 'violated' && !isAcross ? [index] : []
                    )
                )
        );
        policy.claims.forEach((young, at) =>
            policy.claims.forEach((old, other) => {
                if (at !== other && claimsAsMuch(policy, young, old)) {
                    implied++;
                    for (const indices of broken) {
                        expect(
                            indices.has(other) && !indices.has(at),
                            `seed ${seed}: ${young.text} does not imply ${old.text}`
                        ).toBe(false);
                    }
                }
            })
        );
    }
    // Otherwise nothing was tested.
    expect(implied).toBeGreaterThan(50);
});
