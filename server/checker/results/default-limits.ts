import { CHECKER_LIMITS } from '../limits/limits.js';
import type { Limits } from './result.js';

/** The limits of a claim that a caller can set. */
export const DEFAULT_LIMITS: Limits = {
    maxStates: CHECKER_LIMITS.maxStates.most,
    maxMemoryMB: CHECKER_LIMITS.maxMemoryMB.most,
    timeoutMs: CHECKER_LIMITS.timeoutMs.most
};
