/** Certificates written by an enemy: each is refused, whatever its form, and no error but `Refused` leaves the verifier. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Case, Certificates } from '../../server/certificates/format.js';
import { policyJson } from '../../server/export/json.js';
import type { Policy } from '../../server/model/policy/policy.js';
import { Refused } from '../../server/verify/policy.js';
import { reportOf } from '../../server/verify/report.js';
import { policyOf } from '../support/policies.js';
import { certified } from './support.js';

const POLICY = `policy Desk
label private
server s {
  tool read() reads private
  tool pay(amount: int >= 0)
  tool post()
}
agent desk
human lead
allow desk: s.read, s.pay
deny s.pay when carries private
limit total(s.pay.amount) to 100
require approval by lead for s.pay when amount > 10
claim "not after reading": never s.pay after s.read
claim "at most 100": always total(s.pay.amount) <= 100
claim "nothing is posted": possible s.post
claim "small ones alone": never s.pay when amount > 10 unless approved by lead
`;

let policy: Policy;
let written: Certificates;
beforeAll(async () => {
    policy = await policyOf(POLICY);
    written = certified(policy);
});

/** The claims whose certificate is accepted; none if the file as a whole is refused. */
function acceptedOf(certificates: readonly unknown[]): readonly string[] {
    try {
        return reportOf(policyJson(policy), { ...written, certificates }).accepted;
    } catch (error) {
        expect(error).toBeInstanceOf(Refused);
        return [];
    }
}

test('without a change, all are accepted', () => {
    expect(written.without).toEqual([]);
    expect(acceptedOf(written.certificates).length).toBe(4);
});

const VALUES: readonly unknown[] = [
    null,
    true,
    -1,
    0.5,
    1e308,
    99,
    '',
    'claim',
    '__proto__',
    [],
    [[]],
    {},
    { condition: 0 },
    { constructor: 0 },
    { length: 1 }
];

test('a part of another type, and a forged number', () => {
    const tried = { changed: 0, same: 0 };
    for (const [index, certificate] of written.certificates.entries()) {
        const text = JSON.stringify(certificate);
        for (const at of partsOf(certificate)) {
            for (const value of VALUES) {
                const changed = JSON.stringify(withPart(certificate, at, value));
                // A condition that no proof names changes nothing.
                const isSame = changed === text || (at.join() === 'conditions' && certificate.conditions.length === 0);
                tried[isSame ? 'same' : 'changed']++;
                const accepted = isSame ? [] : acceptedOf([JSON.parse(changed)]);
                expect(accepted, `${index} ${at.join('.')} ${JSON.stringify(value)}`).toEqual([]);
            }
        }
    }
    expect(tried.changed).toBeGreaterThan(500);
});

describe('places that lead out of the data', () => {
    test.each([
        '/rules/__proto__/when',
        '/rules/0/__proto__',
        '/rules/length',
        '/rules/99/when',
        '/rules/0/subject',
        '/rules/0/mode',
        '/claims/0/constructor',
        '/claims/0/../1/bad',
        '/bad/__proto__',
        '/bad',
        '',
        '/'
    ])('%s', (place) => {
        for (const certificate of written.certificates.filter(({ conditions }) => conditions.length > 0)) {
            expect(acceptedOf([{ ...certificate, conditions: certificate.conditions.map(() => place) }])).toEqual([]);
        }
    });
});

test('a proof that is nested deeper than any stack', () => {
    const depth = 200_000;
    const proof = `${'{"condition":0,"false":'.repeat(depth)}"claim"${'}'.repeat(depth)}`;
    for (const certificate of written.certificates) {
        const text = JSON.stringify({ ...certificate, cases: [{ calls: [[1, 0]], states: [0], proof: 'PROOF' }] });
        expect(acceptedOf([JSON.parse(text.replace('"PROOF"', proof))])).toEqual(
            // What is kept is proven below the comparison.
            certificate.kept ? [certificate.name] : []
        );
    }
});

test('a small file that asks for much work', () => {
    const [certificate] = written.certificates;
    const one = certificate!.cases![0]!;
    const many = 100_000;
    const calls = Array.from({ length: many }, () => one.calls[0]!);
    const states = Array.from({ length: many }, () => 0);
    expect(acceptedOf([{ ...certificate, cases: [{ ...one, calls, states }] }])).toEqual([]);
    const history = { cells: Array.from({ length: 40 }, () => ({ monitor: 0 })), states: ['0'.repeat(40)] };
    expect(acceptedOf([{ ...certificate, history }])).toEqual([]);
});

test('states without end, in which nothing happens', () => {
    const certificate = written.certificates.find(({ history }) => history)!;
    const { states, cells } = certificate.history!;
    // What follows the signs of the cells says nothing.
    const others = Array.from({ length: 2_000 }, (_, number) => `${states.at(-1)!} ${number}`);
    const withOthers = (cases: readonly Case[] = []): Case[] =>
        cases.map((one) =>
            one.states!.includes(states.length - 1)
                ? { ...one, states: [...one.states!, ...others.map((_, index) => states.length + index)] }
                : one
        );
    const more = (count: number): readonly string[] =>
        acceptedOf([
            {
                ...certificate,
                history: { cells, states: [...states, ...others.slice(0, count)] },
                cases: withOthers(certificate.cases).map((one) => ({
                    ...one,
                    states: one.states!.filter((index) => index < states.length + count)
                })),
                stopped: withOthers(certificate.stopped).map((one) => ({
                    ...one,
                    states: one.states!.filter((index) => index < states.length + count)
                }))
            }
        ]);
    expect(more(10)).toEqual([certificate.name]);
    expect(more(2_000)).toEqual([]);
});

/** The ways to all parts of some data. */
function partsOf(data: unknown): (string | number)[][] {
    return typeof data === 'object' && data !== null
        ? Object.entries(data).flatMap(([key, part]) => [[key], ...partsOf(part).map((rest) => [key, ...rest])])
        : [];
}

function withPart(data: unknown, [key, ...rest]: readonly (string | number)[], value: unknown): unknown {
    if (key === undefined) {
        return value;
    }
    const changed: Record<string, unknown> = Array.isArray(data)
        ? (data.slice() as unknown as Record<string, unknown>)
        : { ...(data as Record<string, unknown>) };
    changed[key] = withPart(changed[key], rest, value);
    return changed;
}
