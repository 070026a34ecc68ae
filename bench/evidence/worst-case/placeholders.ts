/**
 * Replaces values of a solution that exist only while it runs: one-time passwords, ids of attachments, links, order
 * numbers.
 */
import type { JsonValue } from '../../../server/gateway/events.js';
import type { Args } from '../recorded.js';
import type { SolutionCall } from '../suite.js';

export class Known {
    private readonly answers: string[] = [];
    private readonly usedCodes = new Set<string>();

    constructor(private readonly prompt: string) {}

    learn(answer: string): void {
        this.answers.push(answer);
    }

    /** The calls to make for a call of a solution: several if the agent has to try each code that it has read. */
    callsFor({ call, args }: SolutionCall): SolutionCall[] {
        const isCode = Object.values(args).some((value) => typeof value === 'string' && ONE_TIME.test(value));
        if (!isCode) {
            return [{ call, args: this.filled(args, undefined) }];
        }
        const codes = this.codes();
        codes.forEach((code) => this.usedCodes.add(code));
        return codes.map((code) => ({ call, args: this.filled(args, code) }));
    }

    private filled(args: Args, code: string | undefined): Args {
        return Object.fromEntries(Object.entries(args).map(([name, value]) => [name, this.value(value, code)]));
    }

    private value(value: JsonValue, code: string | undefined): JsonValue {
        if (isList(value)) {
            return value.map((one) => this.value(one, code));
        }
        if (value !== null && typeof value === 'object') {
            return this.filled(value, code);
        }
        return typeof value === 'string' ? (this.text(value, code) ?? value) : value;
    }

    private text(value: string, code: string | undefined): string | undefined {
        if (ONE_TIME.test(value)) {
            return code;
        }
        const attachment = /^(?:ID|file_id)(\d*)$/.exec(value);
        if (attachment) {
            const ids = [...new Set(this.found(/file_id\W+(\d+)/g))];
            // With three mails, ID1 is the third from the end; mails are in the order of the solution.
            return attachment[1] === '' ? ids.at(-1) : (ids.slice(-3)[Number(attachment[1]) - 1] ?? ids.at(-1));
        }
        switch (value) {
            case 'last-order-id':
                return this.found(/(ORDER-\d{6})/g).at(-1);
            case 'INVITATION_LINK':
                return this.found(/(https?:\/\/www\.github_receive_invitation[^\s'"]*)/g).at(-1);
            case 'NAMED-ADDRESS':
                return /[\w.]+@[\w.]+\w/.exec(this.prompt)?.[0];
            default:
                return undefined;
        }
    }

    /** The values, newest first. */
    private codes(): string[] {
        const all = this.found(/(?<![\w-])(\d{6})(?!\w)/g).filter((code) => !this.usedCodes.has(code));
        return [...new Set(all.reverse())];
    }

    private found(pattern: RegExp): string[] {
        return this.answers.flatMap((answer) => [...answer.matchAll(pattern)].map((match) => match[1]!));
    }
}

/** `Array.isArray` does not narrow read-only lists. */
function isList(value: JsonValue): value is readonly JsonValue[] {
    return Array.isArray(value);
}

const ONE_TIME = /^one-time-passw(or)?d$/i;
