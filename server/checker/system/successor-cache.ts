/**
 * Caches the steps of a state apart from its ages. They are computed once for a packed state, and for each combination
 * of the ages and sums that a move reads. A timed search visits one packed state with many zones, and the rules have
 * the same result for all of them.
 */
import type { Memory } from '../../model/session/session.js';
import type { Action } from './actions.js';
import type { ExploredState, StateCodec } from './codec.js';
import { limitOf } from '../limits/limits.js';
import { KnownParts, partText } from './zone-split.js';
import type { CachedStep, SplitState } from './successors.js';
import type { Zone } from '../search/zone.js';

export interface KnownState {
    readonly state: ExploredState;
    readonly parts: KnownParts;
    readonly moves: Map<string, CachedMove>;
}

/** The steps of a move from a part of a state, and the calls that were decided for them. */
export interface CachedMove {
    readonly steps: readonly CachedStep[];
    readonly decided: readonly (readonly [Action, Memory])[];
}

export class SuccessorCache {
    private readonly known = new Map<string, KnownState>();
    private moves = 0;
    private readonly most = limitOf('keptMoves');

    constructor(private readonly codec: StateCodec) {}

    /** @param isNew called for a state that is not cached, or no longer cached */
    of(words: Uint32Array, zone: Zone | undefined, isNew: (state: ExploredState) => void): KnownState {
        // Without ages and sums, a state is never visited twice.
        const key = zone ? words.join() : undefined;
        const known = key === undefined ? undefined : this.known.get(key);
        if (known) {
            return known;
        }
        const made: KnownState = { state: this.codec.decode(words), parts: new KnownParts(), moves: new Map() };
        isNew(made.state);
        if (key !== undefined) {
            if (this.moves >= this.most) {
                this.known.clear();
                this.moves = 0;
            }
            this.known.set(key, made);
        }
        return made;
    }

    keep({ moves }: KnownState, key: string, move: CachedMove): void {
        moves.set(key, move);
        this.moves++;
    }
}

/** Parts of one state with the same key have the same steps by the move. */
export function planKey(move: number, { part, sums }: SplitState): string {
    return `${move} ${partText(part, sums)}`;
}
