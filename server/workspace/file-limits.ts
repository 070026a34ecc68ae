/** The size limit for files, in bytes: a larger file is refused, never read in part. */
const MB = 1024 * 1024;

export const MAX_POLICY_BYTES = 64 * MB;

/** Configurations, baselines, control catalogues, package.json files and tool lists. */
export const MAX_JSON_BYTES = 64 * MB;
