/** The size limit for files, in bytes. A larger file is refused, and never read in part. */
const MB = 1024 * 1024;

export const MAX_POLICY_BYTES = 64 * MB;

/** The limit for configurations, baselines, control catalogues, package.json files and tool lists. */
export const MAX_JSON_BYTES = 64 * MB;
