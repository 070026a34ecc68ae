import { CHECKER_LIMITS } from '../limits/limits.js';
import type { Limits } from './result.js';

/** Those of a claim that whoever asks for a check may set. */
export const DEFAULT_LIMITS: Limits = {
    maxStates: CHECKER_LIMITS.maxStates.most,
    maxMemoryMB: CHECKER_LIMITS.maxMemoryMB.most,
    timeoutMs: CHECKER_LIMITS.timeoutMs.most
};
