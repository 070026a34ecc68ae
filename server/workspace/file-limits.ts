/** The largest files that are read, in bytes: a larger one is refused, never read in part. */
const MB = 1024 * 1024;

export const MAX_POLICY_BYTES = 64 * MB;

/** Configurations, baselines, catalogues of controls, package.json files and tool lists. */
export const MAX_JSON_BYTES = 64 * MB;
