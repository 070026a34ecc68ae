/** Computes the changes in the tokens of a document since the answer that the client still has. */
import type { SemanticTokens, SemanticTokensDelta } from 'vscode-languageserver';

/** The number of numbers that encode a token, relative to the previous token. */
const TOKEN = 5;

/** Stores the latest answer for each open document. */
export class TokenAnswers {
    private readonly latest = new Map<string, Required<SemanticTokens>>();
    private answers = 0;

    /** Stores the tokens as what the client has now. */
    full(uri: string, data: number[]): SemanticTokens {
        const answer = { resultId: String(++this.answers), data };
        this.latest.set(uri, answer);
        return answer;
    }

    /** The change from the answer `previous`; all tokens if that is no longer stored. */
    delta(uri: string, previous: string, data: number[]): SemanticTokens | SemanticTokensDelta {
        const known = this.latest.get(uri);
        const { resultId } = this.full(uri, data);
        return known?.resultId === previous && resultId !== undefined
            ? { resultId, edits: editsBetween(known.data, data) }
            : { ...(resultId !== undefined && { resultId }), data };
    }

    forget(uri: string): void {
        this.latest.delete(uri);
    }
}

/**
 * The change as a single edit of everything between the common prefix and suffix: an author changes one place at a
 * time.
 */
function editsBetween(before: readonly number[], after: readonly number[]): SemanticTokensDelta['edits'] {
    const shorter = Math.min(before.length, after.length);
    let start = 0;
    while (start < shorter && isSameToken(before, start, after, start)) {
        start += TOKEN;
    }
    let end = 0;
    while (
        end < shorter - start &&
        isSameToken(before, before.length - end - TOKEN, after, after.length - end - TOKEN)
    ) {
        end += TOKEN;
    }
    const deleteCount = before.length - end - start;
    const data = after.slice(start, after.length - end);
    return deleteCount === 0 && data.length === 0 ? [] : [{ start, deleteCount, data }];
}

function isSameToken(before: readonly number[], i: number, after: readonly number[], j: number): boolean {
    for (let k = 0; k < TOKEN; k++) {
        if (before[i + k] !== after[j + k]) {
            return false;
        }
    }
    return true;
}
