/** Random policies for comparing exports: each has few of each feature, and all of one particular feature. */
import type { Shape } from '../oracle/generate.js';

const general: Shape = {
    agents: 2,
    humans: 2,
    tools: 3,
    params: 1,
    monitors: 3,
    rules: 5,
    claims: 3,
    depth: 1,
    approvals: 2,
    statuses: ['denied', 'released', 'failed'],
    seconds: [1, 2],
    windows: [],
    timed: 0,
    keyed: 0,
    outside: 1,
    claimKinds: ['never', 'requires', 'possible', 'at most', 'no flow', 'decided', 'always']
};

interface Comparison {
    readonly shape: Shape;
    readonly runs: number;
    /** The minimum number of claims to compare. */
    readonly least: number;
}

export const SHAPES = {
    general: { shape: general, runs: 50, least: 50 },
    'with windows': { shape: { ...general, windows: [1, 2, 3], timed: 8, monitors: 2 }, runs: 30, least: 30 },
    'with keys': { shape: { ...general, keyed: 8, monitors: 2, agents: 1 }, runs: 20, least: 12 },
    'with attempts': {
        shape: { ...general, statuses: ['attempted', 'denied', 'released', 'failed'] },
        runs: 40,
        least: 20
    }
} satisfies { readonly [name: string]: Comparison };
