/** The shapes of random policies on which the product's verdicts are compared. */
import type { Shape } from './generate.js';

/** Policies with a little of everything that has no clock. */
export const small: Shape = {
    agents: 2,
    humans: 2,
    tools: 3,
    params: 1,
    monitors: 3,
    rules: 4,
    claims: 3,
    depth: 1,
    approvals: 3,
    statuses: ['attempted', 'denied', 'held', 'released', 'failed'],
    seconds: [1, 2],
    windows: [],
    timed: 0,
    keyed: 0,
    outside: 1,
    claimKinds: [
        'never',
        'never',
        'requires',
        'requires',
        'possible',
        'possible',
        'at most',
        'no flow',
        'decided',
        'always'
    ]
};

/**
 * Policies with conditions on who approved, over calls whose holds are not visible: such holds are not in the checker's
 * state.
 */
export const asking: Shape = {
    ...small,
    agents: 1,
    tools: 2,
    params: 0,
    monitors: 2,
    approvals: 9,
    statuses: ['released', 'failed', 'denied']
};

/** Policies with conditions on arguments that depend on each other, and with calls that have few other features. */
export const comparing: Shape = {
    ...small,
    agents: 1,
    tools: 2,
    params: 3,
    monitors: 2,
    rules: 3,
    claims: 2,
    depth: 2
};

/** Policies with windows of a few seconds. */
export const timed: Shape = {
    ...small,
    agents: 1,
    tools: 2,
    params: 0,
    monitors: 2,
    rules: 3,
    claims: 2,
    approvals: 1,
    statuses: ['denied', 'released', 'failed'],
    windows: [1, 2, 3],
    timed: 8
};

/** Policies with windows of a few seconds together with visible holds and answers, which lapse in a few seconds. */
export const heldAndTimed: Shape = {
    ...timed,
    approvals: 6,
    statuses: ['attempted', 'held', 'approved', 'refused', 'released'],
    timed: 5
};

/** Policies with reusable approvals. */
export const serving: Shape = {
    ...heldAndTimed,
    monitors: 1,
    params: 1,
    approvals: 9,
    statuses: ['released', 'approved', 'held'],
    windows: [],
    timed: 0,
    keyed: 10
};

/** Policies with history for each value of an argument. */
export const keyed: Shape = {
    ...small,
    agents: 1,
    tools: 2,
    monitors: 2,
    rules: 3,
    claims: 2,
    approvals: 1,
    keyed: 10
};

/** Policies with both. */
export const keyedAndTimed: Shape = { ...timed, keyed: 10 };
