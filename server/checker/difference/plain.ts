/** A part of the model as a text that is the same for what means the same: without where and how it was written. */
export function plainText(value: unknown): string {
    return JSON.stringify(value, (field, inner: unknown) =>
        WRITTEN.has(field) ? undefined : VALUES.has(field) ? JSON.stringify(inner) : inner
    );
}

const WRITTEN: ReadonlySet<string> = new Set(['source', 'usedAt', 'text', 'doc', 'because', 'annotations']);
/** The text here is data, and may have fields of any name. */
const VALUES: ReadonlySet<string> = new Set(['value', 'values', 'default']);
