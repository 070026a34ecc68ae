/** The system of a `stays possible` claim: the properties of states that its search reads in addition to the steps. */
import type { Arguments } from '../../model/policy/policy.js';
import type { Call } from '../../model/session/session.js';
import type { Action } from '../system/actions.js';
import type { Act } from '../traces/steps.js';
import { fewHolds } from '../system/held-calls.js';
import type { Slice } from '../reductions/slice.js';
import { PolicySystem } from '../system/system.js';
import { isTriggered, triggerOf } from '../system/triggers.js';
import type { Zone } from '../search/zone.js';

export class RecoverySystem extends PolicySystem {
    private readonly supposing: ReadonlySet<Call>;

    constructor(slice: Slice, actions: readonly Action[]) {
        super(slice, actions, { ...fewHolds(), lapse: false });
        this.supposing = new Set(
            actions.filter(({ supposes }) => supposes).flatMap(({ call, made }) => [call, made.call])
        );
    }

    /** True if some call assumes something about the history of an untracked value. */
    supposes(acts: readonly Act[]): boolean {
        return acts.some((act) => 'call' in act && this.supposing.has(act.call));
    }

    /** True if some call uses one of the spare values. */
    takesSpare(acts: readonly Act[], spares: number): boolean {
        return acts.some((act) => 'call' in act && this.slice.grounding.isOfSpare(act.call, spares));
    }

    /**
     * The ages of a state at which `after F` may be true for these values of keys; all ages for a claim without a
     * trigger.
     */
    triggeredIn(words: Uint32Array, zone: Zone, keys: Arguments): Zone[] {
        const trigger = triggerOf(this.slice, keys);
        if (!trigger) {
            return [zone];
        }
        const asked = this.slice.ground.agents.flatMap((_, agent) => this.timing.asked([trigger], agent));
        const { memory } = this.codec.decode(words);
        return this.timing
            .split(this.timing.whole({ memory, holds: [] }, zone), [...new Set(asked)])
            .filter((part) => isTriggered(this.slice, part.memory, trigger))
            .map((part) => part.zone ?? zone);
    }

    /**
     * True if calls are held that may lapse, or if others of their kind may be held at the same time, so that not all
     * steps of the state are known.
     */
    hasHolds(words: Uint32Array): boolean {
        return this.seesHolds && this.codec.decode(words).holds.length > 0;
    }

    /** The state restricted to these ages; ages that are permanently beyond their windows are left out. */
    settled(words: Uint32Array, zone: Zone): { readonly state: Uint32Array; readonly zone: Zone } {
        const decoded = this.codec.decode(words);
        const settled = this.timing.settled({ memory: decoded.memory, holds: decoded.holds }, zone);
        return { state: this.codec.encode({ ...decoded, memory: settled.memory }), zone: settled.zone };
    }

    /** The number of seconds that the age of a register is compared with. */
    windowOf(register: number): number {
        return this.timing.windowOf(register);
    }
}
