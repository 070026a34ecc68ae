/** Changes of a certificate in one place. */
import type { Case, Cell, Certificate, Kept, Proof, Split } from '../../server/certificates/format.js';

export interface Mutant {
    /** The kind of change, in words. */
    readonly change: string;
    readonly certificate: Certificate;
}

export function* mutantsOf(certificate: Certificate): Generator<Mutant> {
    const { cases = [], conditions, kept = [], step } = certificate;
    yield* mutantsOfCases(certificate, cases, (changed) => ({ ...certificate, cases: changed }));
    for (const [at, one] of kept.entries()) {
        const withKept = (...changed: Kept[]): Certificate => ({
            ...certificate,
            kept: [...kept.slice(0, at), ...changed, ...kept.slice(at + 1)]
        });
        yield* mutantsOfCases(certificate, one.cases, (changed) => withKept({ ...one, cases: changed }));
        yield { change: 'a comparison is left out', certificate: withKept() };
        const others = [`${one.place}/args/0`, `/claims/${certificate.claim}/bad`, `${one.place}/left`];
        for (const place of others.filter((other) => other !== one.place)) {
            yield { change: 'a comparison has another place', certificate: withKept({ ...one, place }) };
        }
    }
    if (step !== undefined) {
        for (const other of [step + 1, -1, 0.5, '0' as unknown as number]) {
            yield { change: 'another step', certificate: { ...certificate, step: other } };
        }
    }
    yield* mutantsOfConditions(certificate, conditions);
    yield* mutantsOfHistory(certificate);
    const verdict = certificate.verdict === 'holds' ? 'impossible' : 'holds';
    yield { change: 'another verdict', certificate: { ...certificate, verdict } };
    yield { change: 'another name', certificate: { ...certificate, name: `${certificate.name} ` } };
}

function* mutantsOfCases(
    { conditions }: Certificate,
    cases: readonly Case[],
    mutant: (cases: readonly Case[]) => Certificate
): Generator<Mutant> {
    for (const [at, one] of cases.entries()) {
        const withCase = (...changed: Case[]): Certificate =>
            mutant([...cases.slice(0, at), ...changed, ...cases.slice(at + 1)]);
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
}

function* mutantsOfConditions(certificate: Certificate, conditions: readonly string[]): Generator<Mutant> {
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
}

function* mutantsOfHistory(certificate: Certificate): Generator<Mutant> {
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
        for (const [at, cell] of history.cells.entries()) {
            const withCell = (changed: readonly Cell[], stateOf: (state: string) => string): Certificate => ({
                ...certificate,
                history: {
                    cells: [...history.cells.slice(0, at), ...changed, ...history.cells.slice(at + 1)],
                    states: history.states.map(stateOf)
                }
            });
            const withPart = (state: string, part: string): string => state.slice(0, at) + part + state.slice(at + 1);
            yield { change: 'a cell is left out', certificate: withCell([], (state) => withPart(state, '')) };
            if ('agent' in cell) {
                const other = { ...cell, agent: cell.agent === 0 ? 1 : 0 };
                yield { change: 'a cell is of another agent', certificate: withCell([other], (state) => state) };
            }
        }
        for (const [at, one] of stopped.entries()) {
            const less = stopped.filter((_, index) => index !== at);
            yield { change: 'a call is no longer stopped', certificate: { ...certificate, stopped: less } };
            const claimed = stopped.map((other) => (other === one ? { ...one, proof: 'claim' as const } : other));
            yield { change: 'a stopped call keeps the claim', certificate: { ...certificate, stopped: claimed } };
        }
        yield { change: 'the history is left out', certificate: withoutHistory(certificate) };
    }
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
            const kept = proof[part];
            if (kept === undefined) {
                continue;
            }
            yield { change: `only the case ${part} is kept`, proof: kept };
            for (const { change, proof: changed } of mutantsOfProof(kept, conditions)) {
                yield { change, proof: { ...proof, [part]: changed } };
            }
            const { [part]: _, ...less } = proof;
            yield { change: 'a value is left out', proof: less };
        }
        const { false: ifFalse, unknown: ifUnknown, true: ifTrue } = proof;
        if (ifTrue !== undefined && ifFalse !== undefined && JSON.stringify(ifFalse) !== JSON.stringify(ifTrue)) {
            yield { change: 'true and false are exchanged', proof: { ...proof, false: ifTrue, true: ifFalse } };
        }
        if (ifTrue !== undefined && ifUnknown !== undefined && JSON.stringify(ifUnknown) !== JSON.stringify(ifTrue)) {
            yield { change: 'true and unknown are exchanged', proof: { ...proof, unknown: ifTrue, true: ifUnknown } };
        }
        for (let other = 0; other <= conditions; other++) {
            if (other !== proof.condition) {
                yield { change: 'a value of another condition is chosen', proof: { ...proof, condition: other } };
            }
        }
    } else if (typeof proof !== 'string' && 'denies' in proof) {
        yield { change: 'another rule denies', proof: { denies: proof.denies + 1 } };
        yield { change: 'another rule denies', proof: { denies: proof.denies - 1 } };
    } else if (typeof proof !== 'string') {
        const { excludes } = proof;
        const last = excludes.length - 1;
        if (last > 0) {
            yield { change: 'a condition excludes itself', proof: { excludes: excludes.map(() => excludes[0]!) } };
        }
        const others = excludes.map((one, at) => (at === last ? one + 1 : one));
        yield { change: 'another condition excludes', proof: { excludes: others } };
        yield { change: 'a condition that excludes is left out', proof: { excludes: excludes.slice(1) } };
        yield { change: 'no condition excludes', proof: { excludes: [] } };
    }
}

function isSplit(proof: Proof): proof is Split {
    return typeof proof !== 'string' && 'condition' in proof;
}
