/**
 * A part of the model as a text: parts with the same meaning have the same text, regardless of where and how they were
 * written.
 */
export function plainText(value: unknown): string {
    return JSON.stringify(value, (field, inner: unknown) =>
        WRITTEN.has(field) ? undefined : VALUES.has(field) ? JSON.stringify(inner) : inner
    );
}

const WRITTEN: ReadonlySet<string> = new Set(['source', 'usedAt', 'text', 'doc', 'because', 'annotations']);
/** The fields that hold data, in which a field may have any name. */
const VALUES: ReadonlySet<string> = new Set(['value', 'values', 'default']);
