/** Checks the chain of lines in a gateway's log: each line has the hash of the previous one. */
import { createHash } from 'node:crypto';

const PREVIOUS = /,"previous":"([0-9a-f]{64})?"\}$/;

export class Chain {
    /** The hash of the previous line; undefined if no line of the log has been read. */
    private last: string | undefined;
    private isChained = false;

    /**
     * The problem with the next line; undefined if the line follows the previous one, or if the log was not written by
     * a gateway.
     */
    problemOf(line: string): string | undefined {
        const isFirst = this.last === undefined;
        const match = PREVIOUS.exec(line);
        this.isChained = isFirst ? match !== null : this.isChained;
        if (!this.isChained) {
            this.last = '';
            return undefined;
        }
        const { last = '' } = this;
        this.last = createHash('sha256').update(line).digest('hex');
        return match && (match[1] ?? '') === last
            ? undefined
            : 'the line does not continue the previous line: one of them was altered, or lines were dropped, added or moved';
    }
}
