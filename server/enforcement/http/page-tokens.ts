/**
 * Tokens that only the page of waiting calls has, so that a form of another page answers nothing, whatever a browser or a
 * proxy adds to its requests.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** What a form of the page is about. */
export interface FormSubject {
    /** The subject of the person's signed token. */
    readonly subject: string;
    /** The id of the held call. */
    readonly id: string;
    readonly digest: string;
}

export class PageTokens {
    private readonly key = randomBytes(32);
    /** The tokens that were used, by their calls. */
    private readonly used = new Map<string, Set<string>>();

    /** A token for one form of a page that is shown now. */
    issue(about: FormSubject): string {
        const nonce = randomBytes(16).toString('base64url');
        return `${nonce}.${this.sign(nonce, about)}`;
    }

    /**
     * True the first time that a token is used for what it was issued for.
     *
     * @param isWaiting tells which calls still wait; for all others, no answer counts anyway
     */
    use(token: string, about: FormSubject, isWaiting: (id: string) => boolean): boolean {
        const [nonce = ''] = token.split('.', 1);
        const [given, right] = [token, `${nonce}.${this.sign(nonce, about)}`].map((text) => Buffer.from(text));
        if (given!.length !== right!.length || !timingSafeEqual(given!, right!)) {
            return false;
        }
        [...this.used.keys()].filter((id) => !isWaiting(id)).forEach((id) => this.used.delete(id));
        const used = this.used.get(about.id) ?? new Set();
        const isFirst = !used.has(nonce);
        this.used.set(about.id, used.add(nonce));
        return isFirst;
    }

    private sign(nonce: string, { subject, id, digest }: FormSubject): string {
        return createHmac('sha256', this.key)
            .update(JSON.stringify([nonce, subject, id, digest]))
            .digest('base64url');
    }
}
