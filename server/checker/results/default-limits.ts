import { OPTION_LIMITS } from '../limits/option-limits.js';
import type { Limits } from './result.js';

/** The limits of a claim that a caller can set. */
export const DEFAULT_LIMITS: Limits = {
    maxStates: OPTION_LIMITS.maxStates.most,
    maxMemoryMB: OPTION_LIMITS.maxMemoryMB.most,
    timeoutMs: OPTION_LIMITS.timeoutMs.most
};
