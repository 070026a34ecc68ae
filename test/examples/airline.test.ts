/** Compares the airline example with tau-bench's data: its inventory, and its decisions on 200 recorded sessions. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { advance, completeCall, initial } from '../../server/model/advance.js';
import { decide } from '../../server/model/decide.js';
import type { Arguments, Outcome } from '../../server/model/policy/policy.js';
import type { Decision, SessionState } from '../../server/model/session/session.js';
import { loadPolicy } from './policies.js';

interface Recorded {
    readonly user?: boolean;
    readonly says_yes?: boolean;
    readonly tool?: string;
    readonly args?: Arguments;
    readonly error?: boolean;
}

const folder = new URL('../../examples/airline/', import.meta.url);
const policy = await loadPolicy('airline/airline.guardrail');
const readme = readFileSync(new URL('../README.md', folder), 'utf8');
const data = JSON.parse(readFileSync(new URL('data/taubench-airline.json', folder), 'utf8')) as {
    tools: { name: string; description: string; params: { name: string; required: boolean }[] }[];
    rules: { id: string }[];
};
const runs = readFileSync(new URL('data/sessions.jsonl', folder), 'utf8')
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { events: Recorded[] }).events);

describe('the inventory', () => {
    test('has the tools of the data, and no other', () => {
        expect(policy.tools.map(({ name, doc, params }) => [name, doc, params.map((param) => param.name)])).toEqual(
            data.tools.map(({ name, description, params }) => [
                `airline.${name}`,
                description,
                params.map((param) => param.name)
            ])
        );
    });
});

test('every rule of the data is written down, or has a line in the README that says why not', () => {
    const text = readFileSync(new URL('airline.guardrail', folder), 'utf8') + readme;
    expect(data.rules.map(({ id }) => id).filter((id) => !new RegExp(`\\b${id}\\b`).test(text))).toEqual([]);
});

describe('the recorded sessions', () => {
    const met = runs.flatMap(replay);
    const writes = met.filter(({ tool }) => policy.tools.find(({ name }) => name === tool)!.traits['booking'] === 2);

    test('the numbers in the README', () => {
        const count = (kind: Decision['kind'], by?: Decision['by']): number =>
            writes.filter(({ decision }) => decision.kind === kind && (by === undefined || decision.by === by)).length;
        const rows = [
            ['recorded calls', met.length],
            ['calls that change the booking database', writes.length],
            ['… allowed', count('allowed')],
            ['… held for the supervisor', count('held')],
            ['… denied by a rule', count('denied', 'rule')],
            ['… denied because their arguments do not match the tool', count('denied', 'inventory')],
            ['… denied because the recording lacks a result that a rule needs', count('denied', 'unknown')]
        ] as const;
        for (const [what, number] of rows) {
            expect(readme).toMatch(new RegExp(`\\| ${what} +\\| ${number} +\\|`));
        }
    });

    test('nothing that only reads is stopped, unless a human took over', () => {
        const stopped = met.filter(
            ({ tool, decision }) => decision.kind !== 'allowed' && /get_|search_|list_/.test(tool)
        );
        expect(stopped.map(({ decision }) => decision.rules.map((rule) => policy.rules[rule]!.because))).toEqual(
            stopped.map(() => ['A human has taken over.'])
        );
    });
});

/**
 * The policy's decision on each call, over the recorded history, in which every call was made, regardless of the
 * decision.
 */
function replay(events: readonly Recorded[]): { readonly tool: string; readonly decision: Decision }[] {
    const met: { tool: string; decision: Decision }[] = [];
    let state: SessionState = initial(policy);
    for (const event of events) {
        if (event.user) {
            state = advance(policy, state, {
                kind: 'says',
                request: { text: '', confirms: event.says_yes ?? false }
            });
        } else if (event.tool !== undefined) {
            const name = `airline.${event.tool}`;
            const tool = policy.tools.findIndex((candidate) => candidate.name === name);
            const call = completeCall(policy, { agent: 0, tool, args: event.args ?? {} });
            const decision = decide(policy, state, call);
            if (decision.kind === 'waits') {
                throw new Error('calls one after the other never wait');
            }
            met.push({ tool: name, decision });
            state = advance(policy, state, { kind: 'call', call, decision: MADE });
            const outcome: Outcome = event.error ? 'error' : 'success';
            state = state.running.items.reduce(
                (next, { id }) => advance(policy, next, { kind: 'end', id, outcome }),
                state
            );
        }
    }
    return met;
}

const MADE: Decision = { kind: 'allowed', by: 'rule', rules: [] };
