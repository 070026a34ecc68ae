/** The histories that a proof may have to follow. */
import { Histories } from '../verify/histories.js';
import type { Claim, Condition, EventPattern, Json, Monitor, Policy } from '../verify/policy.js';
import type { Cell } from './format.js';
import { unlessRefused } from './refusals.js';
import { placesOfClaim, placesOfRule } from './places.js';

/**
 * Lists of cells, each with those of the one before: what the claim asks about, what the rules for its calls ask about, and then again
 * what the rules ask about for the calls that change these.
 */
export function cellsFor(policy: Policy, claim: Claim): Cell[][] {
    const { subject, steps = [], condition } = claim;
    const tools = new Set<number>();
    const addTools = (selected: readonly number[]): void =>
        selected.forEach((value, tool) => (value === 0 ? undefined : tools.add(tool)));
    [...(subject ? [subject] : []), ...steps].forEach((pattern) => addTools(pattern.tools));
    const own = cellsIn(
        policy,
        placesOfClaim(claim, '').map((place) => place.condition)
    );
    const found: Cell[][] = own.length > 0 ? [[], own] : [[]];
    let cells = condition ? cellsIn(policy, conditionsFor(policy, claim, tools)) : [];
    for (let level = 0; level < MOST_LEVELS; level++) {
        cells.forEach((cell) => addTools(changing(policy, cell)));
        cells = cellsIn(policy, conditionsFor(policy, claim, tools));
        if (cells.length > found.at(-1)!.length) {
            found.push(cells);
        }
    }
    return found;
}

const MOST_LEVELS = 3;

/** The tools whose calls may change the cell. */
function changing(policy: Policy, cell: Cell): readonly number[] {
    if ('label' in cell) {
        return policy.tools.map(({ reads }) => (reads.includes(cell.label) ? 2 : 0));
    }
    const { event, from } =
        'monitor' in cell ? policy.monitors[cell.monitor]! : (policy.recorders![cell.recorder] as Monitor);
    const selects = (pattern: EventPattern | undefined, tool: number): boolean => (pattern?.tools[tool] ?? 0) !== 0;
    return policy.tools.map((_, tool) => (selects(event, tool) || selects(from, tool) ? 2 : 0));
}

function conditionsFor(policy: Policy, claim: Claim, tools: ReadonlySet<number>): Condition[] {
    const places = policy.rules.flatMap(({ audit, subject }, rule) =>
        audit !== true && [...tools].some((tool) => subject.tools[tool] !== 0) ? placesOfRule(policy, rule) : []
    );
    return [...placesOfClaim(claim, ''), ...places].map(({ condition }) => condition);
}

function cellsIn(policy: Policy, conditions: readonly Condition[]): Cell[] {
    const found = new Map<string, Cell>();
    const add = (cell: Cell): unknown => isFollowed(policy, cell) && found.set(JSON.stringify(cell), cell);
    for (const { op, label, monitor, recorder } of conditions as readonly (Condition & Record<string, number>)[]) {
        if (op === 'carries' || op === 'received') {
            const ever = op === 'received' ? { ever: true as const } : {};
            policy.agents.forEach((_, agent) => add({ label: label!, agent, ...ever }));
        } else if (op === 'monitor') {
            const { perAgent } = policy.monitors[monitor!]!;
            policy.agents.forEach((_, agent) => add({ monitor: monitor!, ...(perAgent && { agent }) }));
        } else if (op === 'recorded') {
            add({ recorder: recorder! });
        }
    }
    return [...found.values()];
}

/** True if the verifier follows such a history. */
function isFollowed(policy: Policy, cell: Cell): boolean {
    const cells = [cell] as unknown as Json[];
    return unlessRefused(() => new Histories(policy, { cells })) !== undefined;
}
