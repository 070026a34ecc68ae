/** A share of the sessions of a log: each thread reads the whole log, and decides its own sessions. */
export interface Share {
    readonly index: number;
    readonly of: number;
}

export const WHOLE: Share = { index: 0, of: 1 };

/**
 * True if the session belongs to this share. Sessions are distributed evenly by FNV-1a (Fowler, Noll, Vo), which is
 * fast for short names.
 */
export function isOfShare({ index, of }: Share, session: string): boolean {
    if (of === 1) {
        return true;
    }
    let hash = 0x811c9dc5;
    for (let i = 0; i < session.length; i++) {
        hash = Math.imul(hash ^ session.charCodeAt(i), 0x01000193);
    }
    // The low bits of the product closely follow those of the text, so higher bits are mixed in.
    return ((hash ^ (hash >>> 16)) >>> 0) % of === index;
}
