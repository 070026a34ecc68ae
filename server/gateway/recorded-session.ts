/**
 * One session of a policy, event by event. What happened is recorded as it happened, whatever the policy says to it; what
 * the policy says to a call is asked with `decide`, before the call is recorded.
 */
import { advance, completeCall, initial } from '../model/advance.js';
import { decide, findHeld } from '../model/decide.js';
import type { Arguments, Outcome, Reading, Value } from '../model/policy.js';
import type { Answer, Call, Decision, SessionEvent, SessionState, Waiting } from '../model/session.js';
import { or, UNKNOWN } from '../model/truth.js';
import { completeArguments, readableArguments } from '../model/values.js';
import type { CallRequest, SessionRecord } from './events.js';
import { type Names, UnfitEvent } from './names.js';

/** A call by the numbers of the model. */
export interface NumberedCall {
    readonly call: Call;
    readonly readings?: readonly Reading[];
}

export type EndOfCall = SessionEvent & { readonly kind: 'end' };
export type CallRecord = SessionRecord & { readonly type: 'call' | 'delegate' };

/** That a call was made, whatever the rules say. */
export const MADE: Decision = { kind: 'allowed', by: 'rule', rules: [] };
const STOPPED: Decision = { kind: 'denied', by: 'rule', rules: [] };

export class RecordedSession {
    state: SessionState;
    /** Timestamps that went back: time stayed where it was. */
    timesBack = 0;
    /** Told of each call that ends after others may have been made. */
    onEnd: ((ended: EndOfCall) => void) | undefined;
    private origin: number | undefined;
    /** The calls that have not ended, by the name that the record has for them. */
    private readonly open = new Map<string, { readonly id: number; readonly call: Call }>();

    /** @param hearsUser whether what the user says is recorded; else a value may have come from there (M14) */
    constructor(
        private readonly names: Names,
        hearsUser = true
    ) {
        this.state = initial(names.policy);
        if (!hearsUser) {
            this.mayHaveSaidAnything();
        }
    }

    /** Whether the clock was ever told. */
    get isTimed(): boolean {
        return this.origin !== undefined;
    }

    /** It is this time now, in milliseconds since 1970. The first time of a session is its second 0. */
    at(milliseconds: number): void {
        const second = Math.floor(milliseconds / 1000);
        const { policy } = this.names;
        if (this.origin === undefined) {
            this.origin = second - this.state.time;
            this.state = advance(policy, this.state, { kind: 'clock', epoch: second });
            return;
        }
        const time = second - this.origin;
        if (time > this.state.time) {
            this.state = advance(policy, this.state, { kind: 'time', to: time });
        } else if (time < this.state.time) {
            this.timesBack++;
        }
    }

    /**
     * The call of a record, in numbers; undefined if its tool is not in the inventory. Throws `UnfitEvent` for an agent or
     * a signal that the policy does not declare.
     */
    numbered(record: CallRecord | CallRequest): NumberedCall | undefined {
        const agent = this.names.agentOf(record.agent);
        const tool = 'tool' in record ? this.names.toolOf(record.tool) : this.names.delegationTo(record.to);
        if (tool === undefined) {
            return undefined;
        }
        const call = { agent, tool, args: ('tool' in record && record.args) || NO_ARGUMENTS };
        return 'tool' in record && record.signals
            ? { call, readings: this.names.readingsOf(record.signals) }
            : { call };
    }

    /** What the policy says to the call now. */
    decide({ call, readings }: NumberedCall): Decision | Waiting {
        return decide(this.names.policy, this.state, call, readings);
    }

    /** Whether the record is the same call as one that has not been let go or has not ended: a retry (M7). */
    isRetry(id: string | undefined): boolean {
        const known = id === undefined ? undefined : this.open.get(id);
        return known !== undefined && this.isRunning(known.id);
    }

    /** The call of this name, if it is held. */
    heldCall(id: string | undefined): Call | undefined {
        const known = this.open.get(id ?? '');
        return known && this.isHeld(known.id) ? known.call : undefined;
    }

    /** The number that the call has in the history once it is recorded. */
    numberOf(call: Call): number {
        const held =
            this.state.held.length > 0 ? findHeld(this.state, completeCall(this.names.policy, call)) : undefined;
        return held?.id ?? this.state.calls;
    }

    /**
     * A call was submitted, and this became of it. Of arguments outside the schema the history has those that fit.
     *
     * @param decision what the policy said to it, where it is known: a hold waits for what that asks for
     */
    submit({ call, readings }: NumberedCall, record: CallRecord, decision?: Decision | Waiting): void {
        const { policy } = this.names;
        const tool = policy.tools[call.tool]!;
        const fitting = completeArguments(tool, call.args).ok
            ? call
            : { ...call, args: readableArguments(tool.params, call.args) };
        const became =
            record.decision === undefined
                ? MADE
                : this.becameOf(record.decision, { call, ...(readings && { readings }) }, decision);
        const answer = answerIn(record);
        const endsAtOnce = answer !== undefined && became.kind === 'allowed' && tool.delegatesTo === undefined;
        const id = endsAtOnce ? undefined : this.numberOf(fitting);
        this.state = advance(policy, this.state, {
            kind: 'call',
            call: fitting,
            decision: became,
            readings,
            answer: endsAtOnce ? answer : undefined
        });
        if (id === undefined) {
            this.open.delete(record.id ?? '');
            return;
        }
        if (became.kind !== 'denied') {
            this.open.set(record.id ?? '', { id, call: fitting });
        }
        if (answer) {
            this.end(record.id, answer);
        }
    }

    /** Everything but calls. Throws `UnfitEvent` for what cannot happen here. */
    record(record: Exclude<SessionRecord, CallRecord>): void {
        const { policy } = this.names;
        switch (record.type) {
            case 'result':
                this.end(record.id, answerOf('success', record.result));
                return;
            case 'error':
            case 'lost':
                this.end(record.id, { outcome: record.type });
                return;
            case 'approve':
            case 'refuse': {
                const id = this.open.get(record.id ?? '')?.id;
                if (id === undefined || !this.isHeld(id)) {
                    throw new UnfitEvent(`${callNamed(record.id)} is not held, so that nobody can answer`);
                }
                const human = this.names.humanOf(record.human);
                this.state = advance(policy, this.state, { kind: record.type, id, human });
                return;
            }
            case 'return':
                this.giveBack(this.names.agentOf(record.agent), this.names.agentOf(record.to));
                return;
            case 'event': {
                const event = this.names.eventOf(record.name);
                this.state = advance(policy, this.state, {
                    kind: 'outside',
                    event,
                    ...(record.args && { args: record.args })
                });
                return;
            }
            case 'says': {
                const request = { ...record.request, ...(record.text !== undefined && { text: record.text }) };
                this.state = advance(policy, this.state, { kind: 'says', request });
                if (record.text === undefined) {
                    this.mayHaveSaidAnything();
                }
                return;
            }
            case 'session':
                this.open.clear();
                this.state = advance(policy, this.state, { kind: 'session', constants: record.constants ?? {} });
                return;
            case 'end':
                return;
        }
    }

    private end(name: string | undefined, answer: Answer): void {
        const { policy } = this.names;
        const known = this.open.get(name ?? '');
        if (known && this.isHeld(known.id)) {
            // Whoever answered it has let it go.
            this.state = advance(policy, this.state, { kind: 'call', call: known.call, decision: MADE });
        }
        if (!known || !this.isRunning(known.id)) {
            if (known && policy.tools[known.call.tool]!.delegatesTo !== undefined) {
                return;
            }
            throw new UnfitEvent(`${callNamed(name)} does not run, so that it cannot end`);
        }
        this.open.delete(name ?? '');
        const ended: EndOfCall = { kind: 'end', id: known.id, ...answer };
        this.state = advance(policy, this.state, ended);
        this.onEnd?.(ended);
    }

    /** What the user said is not known. */
    private mayHaveSaidAnything(): void {
        const { sources = [] } = this.names.policy;
        const { given } = this.state.settled;
        if (given && sources.some(({ kind }) => kind === 'user')) {
            const unknown = given.map((one, source) =>
                sources[source]!.kind === 'user' ? { ...one, others: or(one.others, UNKNOWN) } : one
            );
            this.state = { ...this.state, settled: { ...this.state.settled, given: unknown } };
        }
    }

    private giveBack(agent: number, to: number): void {
        try {
            this.state = advance(this.names.policy, this.state, { kind: 'return', agent, to });
        } catch (error) {
            throw error instanceof RangeError ? new UnfitEvent(error.message) : error;
        }
    }

    private becameOf(kind: Decision['kind'], numbered: NumberedCall, decision?: Decision | Waiting): Decision {
        switch (kind) {
            case 'allowed':
                return MADE;
            case 'denied':
                return STOPPED;
            case 'held': {
                const said = decision ?? this.decide(numbered);
                return said.kind === 'held' ? said : { kind: 'held', by: 'rule', rules: [] };
            }
        }
    }

    private isHeld(id: number): boolean {
        return this.state.held.some((held) => held.id === id);
    }

    private isRunning(id: number): boolean {
        return this.state.running.some((running) => running.id === id);
    }
}

const NO_ARGUMENTS: Arguments = {};

/** How the call ended, where its own record says so. */
function answerIn(record: CallRecord): Answer | undefined {
    return record.type === 'call' && (record.outcome !== undefined || record.result !== undefined)
        ? answerOf(record.outcome, record.result)
        : undefined;
}

function answerOf(outcome: Outcome = 'success', result?: Value): Answer {
    return outcome === 'success' && result !== undefined ? { outcome, result: resultOf(result) } : { outcome };
}

/** A result that is a text or a list has that as its text; of a record it is the text of its JSON, unless it has a field of that name. */
function resultOf(result: Value): Arguments {
    if (typeof result === 'object' && result !== null && !Array.isArray(result)) {
        const fields = result as Arguments;
        return 'text' in fields ? fields : { ...fields, text: JSON.stringify(result) };
    }
    return { text: typeof result === 'string' ? result : JSON.stringify(result) };
}

function callNamed(name: string | undefined): string {
    return name === undefined ? 'the call before it' : `the call ${JSON.stringify(name)}`;
}
