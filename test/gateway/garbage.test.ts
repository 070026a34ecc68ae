/**
 * Tests that for any input, the library throws nothing but a `GuardrailError`, allows nothing, and continues as before.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as library from '../../server/gateway/library.js';
import { EVENT_TYPES } from '../../server/gateway/event-shape.js';
import { runs, SEED } from '../support/depth.js';

const { createGateway, createSession, GuardrailError, parsePolicy, policyFromLowered } = library;

const POLICY = `policy P
    agent a
    human h
    event alarm(level: int)
    signal risk: 0..100
    session tier: 1..3
    request { amount: int }
    server s { tool read(id: int, more: any = 0) tool pay(id: int) }
    allow a: s.read when id == 1 and risk < 50
    require approval by h for s.pay`;
const policy = await parsePolicy(POLICY);
const ALLOWED = { tool: 's.read', args: { id: 1 }, signals: { risk: 1 } };

function deep(levels: number): unknown {
    let value: unknown = 1;
    for (let level = 0; level < levels; level++) {
        value = level % 2 === 0 ? [value] : { a: value };
    }
    return value;
}

const cyclic: { self?: unknown } = {};
cyclic.self = cyclic;
const throwing = new Proxy(
    {},
    {
        get: () => {
            throw new TypeError('get');
        },
        ownKeys: () => {
            throw new TypeError('ownKeys');
        },
        getPrototypeOf: () => {
            throw new TypeError('getPrototypeOf');
        }
    }
);
const getter = {
    get type(): string {
        throw new RangeError('getter');
    }
};
const odd = fc.constantFrom<unknown>(
    undefined,
    null,
    NaN,
    Infinity,
    -0,
    1n,
    Symbol('s'),
    () => 1,
    new Date(0),
    new Map(),
    /x/,
    new Proxy([], {}),
    throwing,
    getter,
    cyclic,
    deep(300),
    deep(20_000),
    JSON.parse('{"__proto__":{"type":"end"}}'),
    '\ud800',
    Object.create(null)
);
const value = fc.oneof(
    odd,
    fc.anything({ withBigInt: true, withMap: true, withSet: true, withNullPrototype: true, withTypedArray: true })
);
const nearly = (own: readonly unknown[]): fc.Arbitrary<unknown> =>
    fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...own) }, { weight: 1, arbitrary: value });

/** Events and calls that are nearly valid: each field has a value that fits somewhere, or any value. */
const event = fc.oneof(
    value,
    fc.record(
        {
            type: nearly(EVENT_TYPES),
            id: nearly(['1', '2']),
            agent: nearly(['a']),
            tool: nearly(['s.read', 's.pay', 's_read', 'read']),
            server: nearly(['s', undefined]),
            to: nearly(['a']),
            args: nearly([{ id: 1 }, { id: 2 }, { level: 1 }, { id: 1, more: deep(200) }]),
            decision: nearly(['allowed', 'denied', 'held', undefined, 'waits']),
            outcome: nearly(['success', 'error', 'lost', undefined]),
            result: value,
            human: nearly(['h']),
            name: nearly(['alarm']),
            text: nearly(['hello']),
            request: nearly([{ amount: 1 }]),
            constants: nearly([{ tier: 1 }]),
            signals: nearly([{ risk: 1 }, { risk: [{ args: [], value: 3 }] }]),
            time: nearly([0, Date.parse('2026-01-01T00:00:00Z'), '2026-01-01T00:00:01Z', 8.64e15])
        },
        { requiredKeys: [] }
    )
);

/** The result; `undefined` if a `GuardrailError` is thrown. Any other exception fails the test. */
function outcomeOf<T>(act: () => T): T | undefined {
    try {
        return act();
    } catch (error) {
        if (error instanceof GuardrailError && /^GR\d{3}$/.test(error.code) && error.code !== 'GR901') {
            return undefined;
        }
        throw error;
    }
}

describe('garbage', () => {
    test('as events and calls of a session', () => {
        fc.assert(
            fc.property(fc.array(fc.tuple(fc.boolean(), event), { maxLength: 8 }), (inputs) => {
                const session = createSession(policy);
                for (const [asks, input] of inputs) {
                    const decision = outcomeOf(() =>
                        asks ? session.decide(input as never) : session.record(input as never)
                    );
                    if (asks && decision?.kind === 'allowed') {
                        // The rule allows only this.
                        const { args, signals } = input as typeof ALLOWED;
                        expect([args.id, signals]).toEqual([1, expect.anything()]);
                    }
                }
                const fresh = outcomeOf(() => session.decide(ALLOWED));
                expect(['allowed', undefined]).toContain(fresh?.kind);
            }),
            { seed: SEED, numRuns: runs(1_000, 300) }
        );
    });

    test('an error changes nothing', () => {
        fc.assert(
            fc.property(fc.array(event, { maxLength: 6 }), event, (before, input) => {
                const clock = (): number => Date.parse('2026-01-01T00:00:30Z');
                const [one, other] = [createSession(policy, { clock }), createSession(policy, { clock })];
                for (const each of before) {
                    outcomeOf(() => one.record(each as never));
                    outcomeOf(() => other.record(each as never));
                }
                let threw = false;
                try {
                    one.record(input as never);
                } catch {
                    threw = true;
                }
                const probes = [ALLOWED, { tool: 's.pay', args: { id: 1 } }, { tool: 's.pay', args: { id: 2 } }];
                const ends = ['1', '2'].flatMap((id) => [
                    { type: 'approve', id, human: 'h' },
                    { type: 'lost', id }
                ]);
                const answers = (session: library.Session): unknown[] => [
                    ...probes.map((probe) => outcomeOf(() => session.decide(probe))),
                    ...ends.map((end) => outcomeOf(() => session.record(end as never)) === undefined),
                    ...probes.map((probe) => outcomeOf(() => session.decide(probe)))
                ];
                if (threw) {
                    expect(answers(one)).toEqual(answers(other));
                }
            }),
            { seed: SEED, numRuns: runs(500, 150) }
        );
    });

    test('as policies, options and names', () => {
        fc.assert(
            fc.property(value, value, (first, second) => {
                outcomeOf(() => policyFromLowered(first as never));
                outcomeOf(() => createGateway(first as never, second as never));
                outcomeOf(() => createSession(policy, first as never));
                outcomeOf(() => createGateway(policy).session(first as never));
                outcomeOf(() => new GuardrailError('GR933', 'x'));
            }),
            { seed: SEED }
        );
    });

    test('as texts and paths', async () => {
        await fc.assert(
            fc.asyncProperty(
                fc.oneof(odd, fc.string(), fc.constantFrom('\0', '/', 'x'.repeat(5000), 'policy P', '{')),
                async (input) => {
                    await expect(library.loadPolicy(input as never)).rejects.toBeInstanceOf(GuardrailError);
                    await parsePolicy(input as never).catch((error: unknown) =>
                        expect(error).toBeInstanceOf(GuardrailError)
                    );
                }
            ),
            { seed: SEED, numRuns: runs(60, 20) }
        );
    });

    test('every function of the library is tried here', () => {
        const functions = Object.entries(library).flatMap(([name, one]) => (typeof one === 'function' ? [name] : []));
        expect(functions.sort()).toEqual(
            [
                'GuardrailError',
                'createGateway',
                'createSession',
                'loadPolicy',
                'parsePolicy',
                'policyFromLowered'
            ].sort()
        );
    });
});
