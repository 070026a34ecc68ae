/**
 * Lowers every limit of repair, and tests that the cut-off result never claims more than it may: a proposal is then
 * still a repair, and the absence of a repair is not claimed for changes that were not searched to the end. A new limit
 * is tested as soon as it is in its table; a limit that no policy here reaches needs one that does, in `limits/`.
 */
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Limit } from '../../server/model/policy/limits.js';
import { withLimits } from '../../server/model/policy/limits.js';
import type { RepairResult } from '../../server/repair/index.js';
import { REPAIR_LIMITS } from '../../server/repair/limits.js';
import { IS_DEEP, partOf } from '../support/depth.js';
import { inOrder } from '../support/limits.js';
import type { Piece } from './limits/pieces.js';
import { piecesOf } from './limits/pieces.js';
import { wrongsOf } from './limits/rechecked.js';

/**
 * The number of claims for which each limit is lowered. If none of them shows an effect of the limit, more claims are
 * tried.
 */
const TRIED = IS_DEEP ? 3 : 1;
const LOWERED = IS_DEEP ? [0, 1, 2] : [0, 1];

/** Some small policies from those of the checker. */
const OTHERS = [
    ...['agents', 'approvals', 'attempts', 'defaults', 'events', 'history'].map((name) => `cases/${name}`),
    ...['delegation', 'modes', 'provenance'].map((name) => `bounded/${name}`)
];

/** Matches the words of a sentence that admit that a repair may have been missed. */
const CUT = /not searched to the end|gave no answer|Not all changes were tried|No change to the rules was tried/;
/** Matches the words that claim that none of the changes is a repair. */
const NONE = /It holds with none|It does not hold with|No change of the rules is known/;

const pieces = await allPieces();
const known = new Map<Piece, ReturnType<typeof proposedWith>>();

describe.each(Object.entries<Limit>(REPAIR_LIMITS))('%s', (name, { then }) => {
    test('a lower limit never proposes more', { timeout: 60_000 }, async () => {
        // A limit that only saves time has no visible effect.
        const shows = then !== 'slower';
        let met = 0;
        let tried = 0;
        for (const piece of inOrder(name, pieces, TRIED)) {
            if (tried >= TRIED && (met > 0 || !shows)) {
                break;
            }
            const { result: before, read } = await usual(piece);
            if (!read.has(name)) {
                continue;
            }
            tried++;
            // A time of zero is not certain to be over.
            for (const most of name.endsWith('Time') ? [-1] : LOWERED) {
                const { result } = await proposedWith({ [name]: most }, piece);
                met += JSON.stringify(result) === JSON.stringify(before) ? 0 : 1;
                expect(await wrongsWith(piece, result), `${piece.name}, with at most ${most}`).toEqual([]);
                expect(overstated(before, result), `${piece.name}, with at most ${most}`).toBeUndefined();
            }
        }
        expect(tried).toBeGreaterThan(0);
        expect(met, 'how often it was met').toBeGreaterThan(shows ? 0 : -1);
    });
});

test('with the usual limits every proposal is a repair', async () => {
    for (const piece of partOf(pieces, 48)) {
        const { result } = await usual(piece);
        expect(result.repairs.length === 0).toBe(result.reason !== undefined);
        expect(await wrongsWith(piece, result), piece.name).toEqual([]);
    }
});

test('a lowered limit applies only to that work', async () => {
    const piece = pieces[0]!;
    await proposedWith({ proposedRepairs: 0 }, piece);
    await expect(withLimits({ proposedRepairs: 0 }, () => Promise.reject(new Error('later')))).rejects.toThrow('later');
    expect(await piece.propose()).toEqual((await usual(piece)).result);
});

async function proposedWith(
    limits: Readonly<Record<string, number>>,
    piece: Piece
): Promise<{ readonly result: RepairResult; readonly read: ReadonlySet<string> }> {
    const read = new Set<string>();
    const result = await withLimits(limits, piece.propose, (name) => read.add(name));
    return { result, read };
}

/** The proposals with the usual limits. */
function usual(piece: Piece): ReturnType<typeof proposedWith> {
    const proposed = known.get(piece) ?? proposedWith({}, piece);
    known.set(piece, proposed);
    return proposed;
}

async function wrongsWith({ original }: Piece, { claim, repairs }: RepairResult): Promise<string[]> {
    const wrongs: string[] = [];
    for (const repair of repairs) {
        const found = await wrongsOf(original, claim, repair);
        wrongs.push(...found.map((wrong) => `${repair.text}: ${wrong}`));
    }
    return wrongs;
}

/** The sentence that nothing is proposed, if it claims that nothing was missed although something was. */
function overstated(usually: RepairResult, { repairs, reason }: RepairResult): string | undefined {
    if (repairs.length > 0 || reason === usually.reason) {
        return undefined;
    }
    const isMissed = usually.repairs.length > 0;
    const isTold = reason !== undefined && (isMissed ? CUT.test(reason) : !NONE.test(reason) || CUT.test(reason));
    return isTold ? undefined : `${reason}`;
}

async function allPieces(): Promise<Piece[]> {
    const made = readdirSync(new URL('./limits/', import.meta.url)).filter((file) => file.endsWith('.guardrail'));
    const all: Piece[] = [];
    for (const file of made) {
        all.push(...(await piecesOf(`limits/${file}`, `./${file}`)));
    }
    for (const name of OTHERS) {
        all.push(...(await piecesOf(name, `../../checker/${name}.guardrail`)));
    }
    return all;
}
