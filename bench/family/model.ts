/**
 * The reference family G(agents, tools, labels, call bound): similar systems of any size, generated from a seed, so
 * that checkers can be compared (bench/README.md). A member is plain data; the policy, the Promela program and the C
 * program are generated from the same member.
 */

/** The parameters of a member. */
export interface Size {
    readonly agents: number;
    readonly tools: number;
    readonly labels: number;
    /** The number of calls that an agent may make. */
    readonly calls: number;
    readonly seed: number;
}

/**
 * - `hold`: every sink checks what it must not send out, so that all states are explored.
 * - `shallow`: the last sink lacks its check, so that a violation is near.
 * - `deep`: the check is missing only when every agent has at most one call left.
 */
export type Variant = 'hold' | 'shallow' | 'deep';

/**
 * Where approvals and labels are stored.
 * - `ahead`: a human may give a single-use approval for a sink at any time. Labels that are read taint the session.
 * - `held`: a call with forbidden labels is held, and a human approves exactly that call. Labels that are read taint
 *   the agent that reads them.
 */
export type Encoding = 'ahead' | 'held';

export interface FamilyTool {
    /** The labels that a call reads. */
    readonly reads: readonly number[];
    /** For a sink, the labels of which none may have been read, unless there is an approval. */
    readonly forbidden?: readonly number[];
    /** The modes in which an agent may make the call. */
    readonly modes: readonly number[];
    /** True if a call moves its agent to the next mode. */
    readonly advances: boolean;
}

export interface Member extends Size {
    readonly encoding: Encoding;
    readonly variant: Variant;
    /** The tools, of which the first half are sinks. */
    readonly inventory: readonly FamilyTool[];
    readonly sinks: number;
}

/** The number of modes of an agent, which form a cycle. */
export const MODES = 4;

export type SizeName = 's1e5' | 's1e6' | 's5e6' | 's2e7';

/** The members that are measured, by the number of their reachable states in the `hold` variant. */
export const SIZES: { readonly [E in Encoding]: { readonly [Name in SizeName]: Size } } = {
    ahead: {
        s1e5: { agents: 2, tools: 10, labels: 4, calls: 6, seed: 1 },
        s1e6: { agents: 2, tools: 12, labels: 6, calls: 7, seed: 1 },
        s5e6: { agents: 3, tools: 12, labels: 5, calls: 5, seed: 1 },
        s2e7: { agents: 3, tools: 12, labels: 6, calls: 6, seed: 3 }
    },
    held: {
        s1e5: { agents: 3, tools: 10, labels: 3, calls: 4, seed: 1 },
        s1e6: { agents: 2, tools: 12, labels: 6, calls: 12, seed: 1 },
        s5e6: { agents: 3, tools: 12, labels: 4, calls: 7, seed: 1 },
        s2e7: { agents: 3, tools: 12, labels: 4, calls: 10, seed: 1 }
    }
};

export function memberOf(
    size: Size,
    { encoding = 'ahead', variant = 'hold' }: Partial<Pick<Member, 'encoding' | 'variant'>> = {}
): Member {
    const random = generator(size.seed);
    const sinks = size.tools >> 1;
    const label = (): number => Math.floor(random() * size.labels);
    const inventory = range(size.tools).map((index): FamilyTool => {
        const forbidden = new Set<number>();
        const reads = new Set<number>();
        if (index < sinks) {
            range(size.labels)
                .filter(() => random() < 0.5)
                .forEach((each) => forbidden.add(each));
            if (forbidden.size === 0) {
                forbidden.add(label());
            }
            if (random() < 0.25) {
                reads.add(label());
            }
        } else {
            reads.add(label());
            if (random() < 0.5) {
                reads.add(label());
            }
        }
        let modes = range(MODES).filter(() => random() < 0.7);
        if (modes.length === 0) {
            modes = [Math.floor(random() * MODES)];
        }
        let advances = random() < 0.4;
        if (index === sinks - 1) {
            // The sink that the variants change belongs to the last mode.
            modes = [MODES - 1];
            advances = false;
        }
        if (index >= sinks) {
            // Every label can be read.
            reads.add((index - sinks) % size.labels);
        }
        if (index === size.tools - 1) {
            // No agent gets stuck in a mode.
            modes = range(MODES);
            advances = true;
        }
        return {
            reads: sorted(reads),
            ...(index < sinks && { forbidden: sorted(forbidden) }),
            modes,
            advances
        };
    });
    return { ...size, encoding, variant, inventory, sinks };
}

/** A generator (Mulberry32, Ettinger 2017): the same sequence of numbers between 0 and 1 on every machine. */
function generator(seed: number): () => number {
    let state = seed >>> 0;
    return () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let mixed = state;
        mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
}

export function range(count: number): number[] {
    return Array.from({ length: count }, (_, index) => index);
}

function sorted(numbers: Iterable<number>): number[] {
    return [...numbers].sort((a, b) => a - b);
}

export function maskOf(bits: readonly number[]): number {
    return bits.reduce((mask, bit) => mask | (1 << bit), 0);
}
