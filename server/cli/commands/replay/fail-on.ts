/**
 * The outcomes that fail a replay: a call that the policy does not allow or a broken claim; broken claims only;
 * nothing.
 */
export const FAIL_ON = ['stopped', 'broken', 'never'] as const;
export type FailOn = (typeof FAIL_ON)[number];
