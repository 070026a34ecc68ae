/** Changes a certificate in one place. */
import type { Case, Certificate, Proof, Split } from '../../server/certificates/format.js';

export interface Mutant {
    /** The kind of change, in words. */
    readonly change: string;
    readonly certificate: Certificate;
}

export function* mutantsOf(certificate: Certificate): Generator<Mutant> {
    const { conditions, cases } = certificate;
    for (const [at, one] of cases.entries()) {
        const withCase = (...changed: Case[]): Certificate => ({
            ...certificate,
            cases: [...cases.slice(0, at), ...changed, ...cases.slice(at + 1)]
        });
        yield { change: 'a case is left out', certificate: withCase() };
        for (const [call] of one.calls.entries()) {
            yield {
                change: 'a call is left out',
                certificate: withCase({ ...one, calls: one.calls.filter((_, index) => index !== call) })
            };
        }
        for (const { change, proof } of mutantsOfProof(one.proof, conditions.length)) {
            yield { change, certificate: withCase({ ...one, proof }) };
        }
    }
    for (const [at, pointer] of conditions.entries()) {
        const others = [`${pointer}/arg`, `${pointer}/args/0`, pointer.replace(/\/[^/]+$/, ''), ...conditions];
        for (const other of others.filter((one) => one !== pointer)) {
            yield {
                change: 'a condition has another place',
                certificate: {
                    ...certificate,
                    conditions: conditions.map((place, index) => (index === at ? other : place))
                }
            };
        }
    }
    if (certificate.history) {
        const { history, stopped = [] } = certificate;
        for (const [at, state] of history.states.entries()) {
            const others = history.states.filter((_, index) => index !== at);
            yield {
                change: 'a state is left out',
                certificate: { ...certificate, history: { ...history, states: others } }
            };
            const states = history.states.map((one) =>
                one === state ? `${(Number(one[0]) + 1) % 3}${one.slice(1)}` : one
            );
            yield {
                change: 'a state has another value',
                certificate: { ...certificate, history: { ...history, states } }
            };
        }
        for (const [at, one] of stopped.entries()) {
            const less = stopped.filter((_, index) => index !== at);
            yield { change: 'a call is no longer stopped', certificate: { ...certificate, stopped: less } };
            const claimed = stopped.map((other) => (other === one ? { ...one, proof: 'claim' as const } : other));
            yield { change: 'a stopped call keeps the claim', certificate: { ...certificate, stopped: claimed } };
        }
        yield { change: 'the history is left out', certificate: withoutHistory(certificate) };
    }
    yield { change: 'another verdict', certificate: { ...certificate, verdict: 'impossible' } };
    yield { change: 'another name', certificate: { ...certificate, name: `${certificate.name} ` } };
}

function withoutHistory({ history: _, ...certificate }: Certificate): Certificate {
    return certificate;
}

function* mutantsOfProof(proof: Proof, conditions: number): Generator<{ change: string; proof: Proof }> {
    for (const closed of ['claim', 'no allow', 'decision'] as const) {
        if (proof !== closed) {
            const change = isSplit(proof) ? 'a choice is replaced by a reason' : 'another reason';
            yield { change: `${change}: ${closed}`, proof: closed };
        }
    }
    if (isSplit(proof)) {
        for (const part of ['false', 'unknown', 'true'] as const) {
            yield { change: `only the case ${part} is kept`, proof: proof[part] };
            for (const { change, proof: changed } of mutantsOfProof(proof[part], conditions)) {
                yield { change, proof: { ...proof, [part]: changed } };
            }
            const { [part]: _, ...less } = proof;
            yield { change: 'a value is left out', proof: less as Proof };
        }
        if (JSON.stringify(proof.false) !== JSON.stringify(proof.true)) {
            yield { change: 'true and false are exchanged', proof: { ...proof, false: proof.true, true: proof.false } };
        }
        if (JSON.stringify(proof.unknown) !== JSON.stringify(proof.true)) {
            yield {
                change: 'true and unknown are exchanged',
                proof: { ...proof, unknown: proof.true, true: proof.unknown }
            };
        }
        for (let other = 0; other <= conditions; other++) {
            if (other !== proof.condition) {
                yield { change: 'a value of another condition is chosen', proof: { ...proof, condition: other } };
            }
        }
    } else if (typeof proof !== 'string' && 'denies' in proof) {
        yield { change: 'another rule denies', proof: { denies: proof.denies + 1 } };
        yield { change: 'another rule denies', proof: { denies: proof.denies - 1 } };
    } else if (typeof proof !== 'string' && 'unapproved' in proof) {
        yield { change: 'another rule asks', proof: { ...proof, unapproved: proof.unapproved + 1 } };
        yield { change: 'another rule asks', proof: { ...proof, unapproved: proof.unapproved - 1 } };
        yield { change: 'another condition on approvals', proof: { ...proof, condition: proof.condition + 1 } };
        yield { change: 'the rule that asks denies', proof: { denies: proof.unapproved } };
    } else if (typeof proof !== 'string') {
        const [a, b] = proof.excludes;
        yield { change: 'a condition excludes itself', proof: { excludes: [a, a] } };
        yield { change: 'another condition excludes', proof: { excludes: [a, b + 1] } };
    }
}

function isSplit(proof: Proof): proof is Split {
    return typeof proof !== 'string' && 'false' in proof;
}
