/**
 * One session of a policy, event by event. Events are recorded as they happened, regardless of what the policy decides;
 * `decide` returns the decision on a call before the call is recorded. Recording an event that cannot happen at this
 * point throws a `GuardrailError`, and leaves the session unchanged.
 */
import { advance } from '../model/advance.js';
import { decide, findHeld } from '../model/decide.js';
import { withAnswer } from '../model/events/call-answers.js';
import { undeclaredDelegation } from '../model/events/delegation.js';
import { isOpen, memoriesOf } from '../model/events/unsettled.js';
import { withheldBy, withholdingRules } from '../model/events/withheld-results.js';
import type { CallEvent } from '../model/memory/memory.js';
import { readLasting } from '../model/policy/lasting.js';
import type { Arguments, Lasting, Outcome, Reading } from '../model/policy/policy.js';
import type { Answer, Call, Decision, SessionEvent, SessionState, Waiting } from '../model/session/session.js';
import { completeArguments, readableArguments, sameValue } from '../model/values/values.js';
import { GuardrailError } from './errors.js';
import type { CallRequest, DelegationRequest, JsonValue, SessionRecord, Signals } from './events.js';
import type { EndOfCall, History, Present } from './history.js';
import type { Names } from './names.js';
import { fieldsOf } from './result-fields.js';
import { TOLERANCE } from './times.js';

/** A call with the numbers of the model. */
export interface NumberedCall {
    readonly call: Call;
    readonly readings?: readonly Reading[];
}

export type CallRecord = SessionRecord & { readonly type: 'call' | 'delegate' };

/** The decision to record for a call that was made, regardless of the rules. */
export const MADE: Decision = { kind: 'allowed', by: 'rule', rules: [] };
const STOPPED: Decision = { kind: 'denied', by: 'rule', rules: [] };

/** A running or held call. */
interface OpenCall {
    readonly id: number;
    readonly call: Call;
    /** The call's id in the record; undefined for a call without an id. */
    readonly names: (string | undefined)[];
    readonly runs: boolean;
}

export interface SessionOptions {
    /** Seconds by which a time may be before the latest one. */
    readonly tolerance?: number;
    /** The history that the session is part of, and the name of the session there. */
    readonly history: History;
    readonly name: string;
}

export type SessionParts = {
    readonly [part in 'timesBack' | 'isOver' | 'named' | 'numberedOpen' | 'waiting']: unknown;
};

export class RecordedSession {
    /** The number of times that were before the latest one, and were replaced by it. */
    timesBack = 0;
    private isOver = false;
    private readonly tolerance: number;
    private readonly history: History;
    private readonly name: string;
    private readonly named = new Map<string | undefined, OpenCall>();
    private readonly numberedOpen = new Map<number, OpenCall>();
    /** The holds among them, some of which may have lapsed. */
    private readonly waiting = new Set<OpenCall>();

    constructor(
        private readonly names: Names,
        { tolerance = TOLERANCE, history, name }: SessionOptions
    ) {
        this.tolerance = tolerance;
        this.history = history;
        this.name = name;
    }

    get state(): SessionState {
        return this.history.enter(this.name);
    }

    private set state(state: SessionState) {
        this.history.set(state);
    }

    /** Returns the result of `work`; if it throws, the session is restored. */
    attempt<T>(work: () => T): T {
        const { timesBack } = this;
        const before = this.mark();
        try {
            return work();
        } catch (error) {
            this.timesBack = timesBack;
            this.goBack(before);
            throw error;
        }
    }

    /** The session's state beyond its history, for `restore`. */
    store(): SessionParts {
        const { timesBack, isOver, named, numberedOpen, waiting } = this;
        return { timesBack, isOver, named, numberedOpen, waiting };
    }

    restore(parts: SessionParts): void {
        Object.assign(this, parts);
    }

    /** A snapshot of the history, for `goBack`. */
    mark(): Present {
        return this.history.mark();
    }

    goBack(before: Present): void {
        this.history.goBack(before);
    }

    /**
     * Sets the current time, in milliseconds since 1970. Throws GR936 for a time that is earlier than the tolerance
     * allows, because all windows would stand still until the latest time is reached again.
     */
    at(milliseconds: number): void {
        this.timesBack += this.history.at(Math.floor(milliseconds / 1000), this.tolerance) ? 1 : 0;
    }

    /**
     * The call of a record, in numbers; undefined if its tool is not in the inventory. Throws GR935 for an agent or a
     * signal that the policy does not declare.
     */
    numbered(record: CallRecord | CallRequest | DelegationRequest): NumberedCall | undefined {
        const agent = this.names.agentOf(record.agent);
        const tool =
            'tool' in record ? this.names.toolOf(record.tool, record.server) : this.names.delegationTo(record.to);
        if (tool === undefined) {
            return undefined;
        }
        const call = { agent, tool, args: ('tool' in record && record.args) || NO_ARGUMENTS };
        return 'tool' in record && record.signals
            ? { call, readings: this.names.readingsOf(record.signals) }
            : { call };
    }

    /** Decides the call now. Throws GR933 once the session is over. */
    decide({ call, readings }: NumberedCall): Decision | Waiting {
        this.assertGoesOn();
        return decide(this.names.policy, this.state, call, readings);
    }

    /** The call with this id, if it is held. */
    heldCall(id: string | undefined): Call | undefined {
        const known = this.named.get(id);
        return known && this.isHeld(known.id) ? known.call : undefined;
    }

    /**
     * Throws GR933 for a call that cannot be submitted under this id, because another call with this id is running or
     * held. A held call that is submitted again is the same call (M7).
     */
    assertFree(id: string | undefined, numbered?: NumberedCall): void {
        this.assertGoesOn();
        const known = id === undefined ? undefined : this.named.get(id);
        if (!known) {
            return;
        }
        if (known.runs) {
            throw new GuardrailError(
                'GR933',
                `${callNamed(id)} is already running, and no other call can have its name`
            );
        }
        if (this.isHeld(known.id) && !(numbered && this.isSame(numbered.call, known.call))) {
            throw new GuardrailError('GR933', `${callNamed(id)} is held, and no other call can have its name`);
        }
    }

    /** Throws like `assertFree`, and GR935 for a delegation that was made without a declaration. */
    assertCanBeSubmitted(numbered: NumberedCall, { id, decision }: CallRecord): void {
        this.assertFree(id, numbered);
        const { policy } = this.names;
        const undeclared = undeclaredDelegation(policy, policy.tools[numbered.call.tool]!, numbered.call);
        if (undeclared !== undefined && decision !== 'denied') {
            throw new GuardrailError('GR935', undeclared);
        }
    }

    /**
     * Records a submitted call and its outcome. For arguments outside the schema, the history keeps those that fit.
     *
     * @param decision the policy's decision, if known: a hold waits for the approvals that it requires
     */
    submit(numbered: NumberedCall, record: CallRecord, decision?: Decision | Waiting): void {
        if (record.decision === 'left') {
            // Another policy left it to the client, which may have made it: nobody knows how it ended.
            this.submit(numbered, { ...record, decision: 'allowed', outcome: 'lost' });
            return;
        }
        const { policy } = this.names;
        const { readings } = numbered;
        this.assertCanBeSubmitted(numbered, record);
        const tool = policy.tools[numbered.call.tool]!;
        const call = this.fitting(numbered.call);
        const became = record.decision === undefined ? MADE : this.becameOf(record.decision, numbered, decision);
        const answer = answerIn(record);
        const isDelegation = tool.delegatesTo !== undefined;
        const id = this.numberOf(call);
        this.state = advance(policy, this.state, {
            kind: 'call',
            call,
            decision: became,
            readings,
            answer: became.kind === 'allowed' && !isDelegation ? answer : undefined
        });
        if (became.kind === 'denied' || isDelegation || (answer && became.kind === 'allowed')) {
            // A delegation succeeds at once (M16), so its end is never reported.
            this.forget(id);
        } else {
            this.keep(record.id, id, call, became.kind === 'allowed');
        }
    }

    /**
     * Records all events except calls. Throws GR933 for events that cannot happen here, and GR935 for those that do not
     * match the policy's declarations.
     */
    record(record: Exclude<SessionRecord, CallRecord>): void {
        this.assertGoesOn();
        switch (record.type) {
            case 'result':
                this.end(record.id, { ...answerOf('success', record.result), ...this.readingsOf(record) });
                return;
            case 'error':
            case 'lost':
                this.end(record.id, { outcome: record.type });
                return;
            case 'approve':
            case 'refuse': {
                const human = this.names.humanOf(record.human);
                const id = this.named.get(record.id)?.id;
                if (id === undefined || !this.isHeld(id)) {
                    throw new GuardrailError('GR933', `${callNamed(record.id)} is not held, so nobody can answer`);
                }
                this.happen(
                    record.type === 'approve'
                        ? { kind: 'approve', id, human, lasts: choiceIn(record.valid) }
                        : { kind: 'refuse', id, human }
                );
                if (!this.isHeld(id)) {
                    this.forget(id);
                }
                return;
            }
            case 'return':
                this.happen({
                    kind: 'return',
                    agent: this.names.agentOf(record.agent),
                    to: this.names.agentOf(record.to)
                });
                return;
            case 'event': {
                const event = this.names.eventOf(record.name);
                const { args } = record;
                this.names.assertEventArguments(event, args ?? {});
                this.happen({ kind: 'outside', event, ...(args && { args }), ...this.readingsOf(record) });
                return;
            }
            case 'says': {
                this.names.assertRequest(record.request ?? {});
                const request = { ...record.request, ...(record.text !== undefined && { text: record.text }) };
                this.happen({ kind: 'says', request, ...this.readingsOf(record) });
                if (record.text === undefined) {
                    this.history.doubtUser(this.name);
                }
                return;
            }
            case 'session':
                this.names.assertConstants(record.constants ?? {});
                this.happen({ kind: 'session', constants: record.constants ?? {} });
                this.forgetAll();
                return;
            case 'end':
                this.history.end(this.name);
                this.forgetAll();
                this.isOver = true;
                return;
        }
    }

    /**
     * The rules that may withhold the result of a running call, for every way in which earlier running calls may end.
     * Throws GR933 for a call that is not running.
     */
    withheldBy(record: SessionRecord & { readonly type: 'result' }): number[] {
        this.assertGoesOn();
        const known = this.runningCall(record.id);
        const { policy } = this.names;
        const { settled, unsettled } = this.state;
        const events = unsettled.events();
        const place = events.findIndex((event) => event.id === known.id && isOpen(event));
        if (place < 0) {
            return [];
        }
        const answer = { ...answerOf('success', record.result), ...this.readingsOf(record) };
        const event = withAnswer(policy, events[place] as CallEvent, answer);
        const memories = memoriesOf(policy, settled, events.slice(0, place));
        const rules = memories
            ? memories.flatMap((memory) => withheldBy(policy, event, memory))
            : withholdingRules(policy, event);
        return [...new Set(rules)];
    }

    /** Throws GR933 once the session is over. */
    assertGoesOn(): void {
        if (this.isOver) {
            throw new GuardrailError('GR933', 'the session is over, and nothing can happen in it any more');
        }
    }

    /** True if the submission repeats the held call (M7). */
    private isSame(submitted: Call, held: Call): boolean {
        const { agent, tool, args } = this.fitting(submitted);
        return agent === held.agent && tool === held.tool && sameValue(args, held.args);
    }

    /**
     * The call as the history stores it: with its arguments complete or, if some do not fit its tool, with those that
     * do.
     */
    private fitting({ agent, tool: number, args }: Call): Call {
        const tool = this.names.policy.tools[number]!;
        const completed = completeArguments(tool, args);
        return { agent, tool: number, args: completed.ok ? completed.args : readableArguments(tool.params, args) };
    }

    /** The number that the call will have in the history once it has been recorded. */
    private numberOf(call: Call): number {
        return (this.state.held.length > 0 ? findHeld(this.state, call) : undefined)?.id ?? this.state.calls;
    }

    private readingsOf({ signals }: { readonly signals?: Signals }): { readonly readings?: readonly Reading[] } {
        return signals ? { readings: this.names.readingsOf(signals) } : {};
    }

    private end(name: string | undefined, answer: Answer): void {
        const known = this.runningCall(name);
        const ended: EndOfCall = { kind: 'end', id: known.id, ...answer };
        this.happen(ended);
        this.forget(known.id);
        this.history.listeners.forEach((listener) => listener(ended));
    }

    private runningCall(name: string | undefined): OpenCall {
        const known = this.named.get(name);
        if (!known?.runs) {
            throw new GuardrailError('GR933', `${callNamed(name)} is not running, so it cannot end`);
        }
        return known;
    }

    /** Throws GR933 for an event that is impossible here according to the model. */
    private happen(event: SessionEvent): void {
        try {
            this.state = advance(this.names.policy, this.state, event);
        } catch (error) {
            throw error instanceof RangeError ? new GuardrailError('GR933', error.message, { cause: error }) : error;
        }
    }

    private keep(name: string | undefined, id: number, call: Call, runs: boolean): void {
        const before = this.numberedOpen.get(id);
        this.forget(id);
        const open: OpenCall = { id, call, runs, names: [...new Set([...(before?.names ?? []), name])] };
        open.names.forEach((one) => this.named.set(one, open));
        this.numberedOpen.set(id, open);
        if (!runs) {
            this.forgetLapsed();
            this.waiting.add(open);
        }
    }

    /**
     * Two entries are examined at each new hold. Its cost then does not depend on the number of waiting calls, and few
     * lapsed holds are kept.
     */
    private forgetLapsed(): void {
        for (let looked = 0; looked < 2; looked++) {
            const [oldest] = this.waiting;
            if (!oldest) {
                return;
            }
            this.waiting.delete(oldest);
            if (this.isHeld(oldest.id)) {
                this.waiting.add(oldest);
            } else {
                this.forget(oldest.id);
            }
        }
    }

    /** From now on, no event can refer to the call. */
    private forget(id: number): void {
        const open = this.numberedOpen.get(id);
        if (open) {
            this.numberedOpen.delete(id);
            this.waiting.delete(open);
            open.names.filter((name) => this.named.get(name) === open).forEach((name) => this.named.delete(name));
        }
    }

    private forgetAll(): void {
        this.named.clear();
        this.numberedOpen.clear();
        this.waiting.clear();
    }

    private becameOf(kind: Decision['kind'], numbered: NumberedCall, decision?: Decision | Waiting): Decision {
        switch (kind) {
            case 'allowed':
                return MADE;
            case 'denied':
                return STOPPED;
            case 'held': {
                const now = decision ?? this.decide(numbered);
                return now.kind === 'held' ? now : { kind: 'held', by: 'rule', rules: [] };
            }
        }
    }

    private isHeld(id: number): boolean {
        return this.state.held.has(id);
    }
}

const NO_ARGUMENTS: Arguments = {};

/** The end of the call, if its own record contains it. */
function answerIn(record: CallRecord): Answer | undefined {
    return record.type === 'call' && (record.outcome !== undefined || record.result !== undefined)
        ? answerOf(record.outcome, record.result)
        : undefined;
}

function answerOf(outcome: Outcome = 'success', result?: JsonValue): Answer {
    return outcome === 'success' && result !== undefined ? { outcome, result: fieldsOf(result) } : { outcome };
}

function callNamed(name: string | undefined): string {
    if (name === undefined) {
        return 'the call before it';
    }
    return `the call ${JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name)}`;
}

/** The choice of the person who approves. Throws GR934 for a text that is none. */
function choiceIn(valid: string | undefined): Lasting | undefined {
    const lasts = valid === undefined ? undefined : readLasting(valid);
    if (valid !== undefined && lasts === undefined) {
        throw new GuardrailError(
            'GR934',
            `\`valid\` is ${JSON.stringify(valid)}, not \`once\`, \`this session\` or a duration such as \`8h\``
        );
    }
    return lasts;
}
