/**
 * Lowers every limit in the tables, and tests that the cut-off result never claims more than it may: a violated claim
 * never holds, and a witnessed one is never impossible. A new limit is tested as soon as it is in its table; a limit
 * that no policy here reaches needs one that does, in `limits/`.
 */
import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../server/checker/results/default-limits.js';
import { CHECKER_LIMITS } from '../../server/checker/limits/limits.js';
import type { Limit } from '../../server/model/policy/limits.js';
import { withLimits } from '../../server/model/policy/limits.js';
import type { Policy } from '../../server/model/policy/policy.js';
import type { Shape } from '../oracle/generate.js';
import { policies } from '../oracle/generate.js';
import { inOrder } from '../support/limits.js';
import { policyOf } from '../support/policies.js';
import type { Piece, Said } from './limits/pieces.js';
import { differencePiece, exportPiece, FEW, findingsPiece, MANY, piecesOf } from './limits/pieces.js';
import { IS_DEEP, more, partOf, runs } from '../support/depth.js';

const SEED = 20_261_126;
const TRIED = runs(1);
/** The number of pieces on which each limit is tried, unless it is reached earlier. */
const MOST_TRIED = runs(60);
const LOWERED = IS_DEEP ? [0, 1, 2] : [0];

/**
 * The pieces that reach the limits for which there is no policy in `limits/`. They are tried first. For claims of other
 * policies, a build tries nothing else.
 */
const REACHING: Readonly<Record<string, readonly string[]>> = {
    texts: ['limits/crossedRecords.guardrail, no copy'],
    textLength: ['limits/crossedRecords.guardrail, no copy', 'limits/partStates+detourStates.guardrail, no key'],
    automatonNodes: ['limits/crossedRecords.guardrail, no copy'],
    minimizedNodes: ['limits/crossedRecords.guardrail, no copy'],
    knownTexts: ['limits/crossedRecords.guardrail, no copy'],
    patternNodes: ['limits/crossedRecords.guardrail, no copy'],
    patternSteps: ['limits/crossedRecords.guardrail, no copy'],
    trackedKeys: ['limits/statesForShorter.guardrail, nobody goes'],
    trackedAmongAll: ['limits/statesForShorter.guardrail, nobody goes'],
    statesWithSums: ['limits/statesForShorter.guardrail, nobody goes'],
    lists: ['cases/lists.guardrail, inside'],
    listLength: ['cases/lists.guardrail, inside'],
    untrackedHistory: ['cases/keys-structured.guardrail, two places', 'limits/statesForShorter.guardrail, nobody goes'],
    comparedKeys: ['cases/keys-compared.guardrail, large ones'],
    trackedStays: ['cases/stays-keys.guardrail, each payment'],
    modeEntries: ['cases/modes.guardrail, writing'],
    countedAges: ['cases/counts-within.guardrail, three in an hour'],
    sumUnits: ['cases/keys-structured.guardrail, two payments of an amount'],
    sumChoices: ['cases/keys-structured.guardrail, two payments of an amount'],
    placingRounds: ['cases/clock-changes.guardrail, not before midnight'],
    statesWithStanding: ['cases/holds-twins-fit.guardrail, two payments'],
    contestStates: ['cases/keys-structured.guardrail, two tops of an amount'],
    contestSteps: ['limits/answersOfOthers.guardrail, without its last rule'],
    conditionSteps: ['limits/answersOfOthers.guardrail, without its last rule'],
    clockStarts: ['cases/clock-changes.guardrail, not back in April'],
    clockWaits: ['cases/clock-changes.guardrail, not back in April'],
    comparedKeysAlone: ['limits/statesForShorter.guardrail, without its last rule'],
    comparedLabels: [
        'limits/anyArguments.guardrail, without its last rule',
        'limits/answersOfOthers.guardrail, without its last rule'
    ],
    obstacles: ['cases/approvals.guardrail, wires need somebody'],
    surveyStates: ['limits/answersOfOthers.guardrail, findings'],
    surveysStates: ['limits/answersOfOthers.guardrail, findings'],
    surveyDecisions: ['limits/answersOfOthers.guardrail, findings'],
    findingStates: ['limits/answersOfOthers.guardrail, findings'],
    findingWork: ['limits/answersOfOthers.guardrail, findings'],
    findingsWork: ['limits/answersOfOthers.guardrail, findings']
};
const ARE_REACHING = new Set(Object.values(REACHING).flat());

const plain: Shape = {
    agents: 2,
    humans: 2,
    tools: 2,
    params: 1,
    monitors: 2,
    rules: 4,
    claims: 2,
    depth: 1,
    approvals: 3,
    statuses: ['attempted', 'denied', 'held', 'released', 'failed'],
    seconds: [1, 2],
    windows: [],
    timed: 0,
    keyed: 0,
    outside: 1,
    claimKinds: ['never', 'requires', 'possible', 'at most', 'no flow', 'decided', 'always']
};
const timed: Shape = { ...plain, agents: 1, params: 0, rules: 3, windows: [1, 2], timed: 8 };
const keyed: Shape = { ...plain, agents: 1, rules: 3, keyed: 10 };

const pieces = await allPieces();
const known = new Map<Piece, ReturnType<typeof saidWith>>();

/** A limit in the options of a check is passed as an argument, not read from the table. */
const OPTIONS = Object.keys(DEFAULT_LIMITS);

describe.each(partOf(Object.entries<Limit>(CHECKER_LIMITS), 6))('%s', (name, { then }) => {
    test('a lower limit never claims more', () => {
        // A limit that only saves time has no visible effect.
        const shows = then !== 'slower';
        let met = 0;
        let tried = 0;
        for (const piece of inOrder(name, pieces, TRIED, REACHING[name])) {
            if (tried >= TRIED && (met > 0 || !shows || tried >= MOST_TRIED)) {
                break;
            }
            const { said, read } = usual(piece);
            if (!OPTIONS.includes(name) && !read.has(name)) {
                continue;
            }
            tried++;
            for (const most of LOWERED) {
                const lowered = loweredTo(name, most, piece);
                met += lowered.text === said.text ? 0 : 1;
                expect(contradictions(said, lowered, then), `${piece.name}, with at most ${most}`).toEqual([]);
            }
        }
        expect(tried).toBeGreaterThan(0);
        expect(met, 'how often it was met').toBeGreaterThan(shows ? more(0) : -1);
    });
});

test('the pieces that reach a limit exist', () => {
    const names = pieces.map(({ name }) => name);
    expect([...ARE_REACHING].filter((name) => !names.includes(name))).toEqual([]);
    expect(Object.keys(REACHING).filter((name) => !(name in CHECKER_LIMITS))).toEqual([]);
});

test('a lowered limit applies only to that work', () => {
    const piece = pieces[0]!;
    withLimits({ classes: 0 }, () => piece.say());
    expect(() => withLimits({ classes: 0 }, () => expect.fail('thrown'))).toThrow('thrown');
    expect(piece.say().text).toBe(usual(piece).said.text);
});

function saidWith(limits: Readonly<Record<string, number>>, piece: Piece): { said: Said; read: ReadonlySet<string> } {
    const read = new Set<string>();
    const said = withLimits(
        limits,
        () => piece.say(),
        (name) => read.add(name)
    );
    return { said, read };
}

/** The results with the usual limits. */
function usual(piece: Piece): ReturnType<typeof saidWith> {
    const said = known.get(piece) ?? saidWith({}, piece);
    known.set(piece, said);
    return said;
}

function loweredTo(name: string, most: number, piece: Piece): Said {
    return OPTIONS.includes(name)
        ? piece.say({ [name]: name === 'timeoutMs' ? -1 : most })
        : saidWith({ [name]: most }, piece).said;
}

/** Pairs of statements about the same thing that contradict each other. */
const OPPOSITES: readonly (readonly [string, string])[] = [
    ['violated', 'holds'],
    ['violated', 'vacuous'],
    ['witnessed', 'impossible'],
    ['holds', 'vacuous'],
    ['differs', 'equivalent']
];

function contradictions(usually: Said, lowered: Said, then: Limit['then']): string[] {
    const isSame = then === 'slower' || then === 'shows less' || then === 'not the shortest';
    return [...lowered.verdicts].flatMap(([what, verdict]) => {
        const before = usually.verdicts.get(what) ?? verdict;
        const isOpposite = OPPOSITES.some(
            (pair) => pair.includes(verdict) && pair.includes(before) && verdict !== before
        );
        if (then === 'stricter') {
            // The policy itself now lets less through, so a broken claim may hold; a claim that held must still hold.
            return ['holds', 'impossible', 'vacuous'].includes(before) && ['violated', 'witnessed'].includes(verdict)
                ? [`${what}: ${verdict}, and ${before} without`]
                : [];
        }
        const saysMore = what !== 'claim' && what !== 'across sessions' && verdict === 'holds' && before !== 'holds';
        const isOther = isSame && what === 'claim' && verdict !== before;
        return isOpposite || saysMore || isOther ? [`${what}: ${verdict}, and ${before} without`] : [];
    });
}

async function allPieces(): Promise<Piece[]> {
    const filesIn = (folder: string): string[] =>
        readdirSync(new URL(`./${folder}/`, import.meta.url))
            .filter((file) => file.endsWith('.guardrail'))
            .map((file) => `${folder}/${file}`);
    const read = async (files: readonly string[]): Promise<[string, Policy][]> =>
        Promise.all(
            files.map(async (file): Promise<[string, Policy]> => [
                file,
                await policyOf(readFileSync(new URL(file, import.meta.url), 'utf8'))
            ])
        );
    const made = await read(filesIn('limits'));
    const others = partOf([...filesIn('cases'), ...filesIn('bounded')], (file) =>
        [...ARE_REACHING].some((name) => name.startsWith(`${file}, `))
    );
    const files = await read(others);
    const random = [plain, timed, keyed].flatMap((shape, kind) =>
        fc
            .sample(policies(shape), { numRuns: runs(3), seed: SEED })
            .map((policy, index): [string, Policy] => [`random ${kind}.${index}`, policy])
    );
    const small = [...made, ...random];
    return [
        ...made.flatMap(([name, policy]) => piecesOf(name, policy, MANY)),
        ...partOf(
            files.flatMap(([name, policy]) => piecesOf(name, policy, FEW)),
            ({ name }) => ARE_REACHING.has(name)
        ),
        ...random.flatMap(([name, policy]) => piecesOf(name, policy, FEW)),
        ...small.map(([name, policy]) => findingsPiece(`${name}, findings`, policy)),
        ...small
            .filter(([, { rules }]) => rules.length > 1)
            .map(([name, policy]) =>
                differencePiece(`${name}, without its last rule`, policy, {
                    ...policy,
                    rules: policy.rules.slice(0, -1)
                })
            ),
        ...made.filter(([name]) => name.includes('exported')).map(([name, policy]) => exportPiece(name, policy))
    ];
}
