/** A share of the sessions of a log: threads read the whole log, and each decides the sessions of its own. */
export interface Share {
    readonly index: number;
    readonly of: number;
}

export const WHOLE: Share = { index: 0, of: 1 };

/** True if the session is of this share; spread evenly by FNV-1a (Fowler, Noll, Vo), which is quick for short names. */
export function isOfShare({ index, of }: Share, session: string): boolean {
    if (of === 1) {
        return true;
    }
    let hash = 0x811c9dc5;
    for (let i = 0; i < session.length; i++) {
        hash = Math.imul(hash ^ session.charCodeAt(i), 0x01000193);
    }
    // The low bits of the product follow those of the text closely.
    return ((hash ^ (hash >>> 16)) >>> 0) % of === index;
}
