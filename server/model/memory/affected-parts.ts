/**
 * The parts of a policy that an event can affect: computed once for each tool and outside event, because decisions are
 * frequent.
 */
import { mayBe, FALSE } from '../policy/truth.js';
import type { EventPattern, Policy, Recorder } from '../policy/policy.js';
import type { HistoryEvent } from './memory.js';

/**
 * The numbers, in ascending order, of the monitors that can change; all others stay as they are, regardless of the
 * event's other properties.
 */
type Relevant = readonly number[];

interface Parts {
    readonly byTool: (Relevant | undefined)[];
    readonly byEvent: (Relevant | undefined)[];
    readonly all: Relevant;
    readonly withholds: boolean;
    readonly changes: boolean;
}

const known = new WeakMap<Policy, Parts>();
/** The parts of the latest policy, because the next query is usually for the same one. */
let latest: { readonly policy: Policy; readonly parts: Parts } | undefined;

function partsOf(policy: Policy): Parts {
    if (latest?.policy === policy) {
        return latest.parts;
    }
    let parts = known.get(policy);
    if (!parts) {
        parts = {
            byTool: [],
            byEvent: [],
            all: relevantWhere(policy, () => true, true),
            withholds: policy.rules.some(({ kind }) => kind === 'withhold'),
            changes: policy.rules.some((rule) => rule.kind === 'approval' && rule.changedBy !== undefined)
        };
        known.set(policy, parts);
    }
    latest = { policy, parts };
    return parts;
}

/** True if some result may be withheld. */
export function hasWithholding(policy: Policy): boolean {
    return partsOf(policy).withholds;
}

/** True if some approval becomes void when something else happens. */
export function hasVoiding(policy: Policy): boolean {
    return partsOf(policy).changes;
}

/** The monitors that the event may change. */
export function relevantMonitors(policy: Policy, event: HistoryEvent): Relevant {
    const { byTool, byEvent, all } = partsOf(policy);
    if (event.outside !== undefined) {
        const { outside } = event;
        return outside < 0
            ? all
            : (byEvent[outside] ??= relevantWhere(
                  policy,
                  (pattern) => pattern.outside?.includes(outside) ?? false,
                  false
              ));
    }
    const { tool } = event.call;
    return policy.tools[tool] === undefined
        ? all
        : (byTool[tool] ??= relevantWhere(policy, (pattern) => canBeTool(policy, tool, pattern), true));
}

/** True if the recorder may keep the event. */
export function concerns(policy: Policy, { event: e, from: f }: Recorder, event: HistoryEvent): boolean {
    return isMeantBy(policy, e, event) || (f !== undefined && isMeantBy(policy, f, event));
}

function isMeantBy(policy: Policy, pattern: EventPattern, event: HistoryEvent): boolean {
    return event.outside === undefined
        ? policy.tools[event.call.tool] === undefined || canBeTool(policy, event.call.tool, pattern)
        : (pattern.outside?.includes(event.outside) ?? false);
}

/** True if the monitor is relevant for any released call, because any such call becomes the latest one (M9). */
function relevantWhere(policy: Policy, isMeant: (pattern: EventPattern) => boolean, isCall: boolean): Relevant {
    return policy.monitors.flatMap(({ kind, event, from }, index) =>
        (isCall && kind === 'last is') || isMeant(event) || (from !== undefined && isMeant(from)) ? [index] : []
    );
}

/** True if a call of the tool may match the pattern, directly or through an inner call (M20). */
export function canBeTool(policy: Policy, tool: number, { tools }: Pick<EventPattern, 'tools'>): boolean {
    return (
        mayBe(tools[tool] ?? FALSE) ||
        (policy.tools[tool]!.mayDo?.some((value, done) => mayBe(value) && mayBe(tools[done] ?? FALSE)) ?? false)
    );
}
