/** The possible next steps of a session: each step as M23 counts them, through the decision procedure itself. */
import { advance, completeCall, placeOf } from '../../model/advance.js';
import { withAnswer } from '../../model/events/call-answers.js';
import { servingApprovals } from '../../model/session/approvals.js';
import { decide, findHeld } from '../../model/decide.js';
import { answerTo } from '../../model/session/held-calls.js';
import { endOfDelegationTo } from '../../model/events/delegation.js';
import { type GivenApproval, situationIn } from '../../model/conditions/inputs.js';
import type { Policy, Reading } from '../../model/policy/policy.js';
import { waysToApprove } from '../../model/policy/lasting.js';
import { canonicalText } from '../../model/values/canonical-text.js';
import type { Call, CallEvent, Decision, HeldCall, HistoryEvent, SessionState } from '../../model/session/session.js';
import type { Act } from '../traces/steps.js';
import { Assumed } from '../system/assumptions.js';
import { startAnew } from '../traces/replay.js';
import type { CallChoice, EndChoice, RequestChoice } from './choices.js';
import type { ChoiceLists } from './reduced.js';
import { limitOf } from '../limits/limits.js';
import type { NamedScope } from '../limits/scopes.js';

export interface Move {
    readonly act: Act;
    readonly after: SessionState;
    /** The event of the step in the history, if it has one, with its end. */
    readonly event?: HistoryEvent;
    /** The submitted call, if the step is a call. */
    readonly submitted?: Submission;
    /** The number of the hold, if only its own approvals and release can follow. */
    readonly focus?: number;
}

export interface MoveOptions {
    /** False if a call is held, approved and released in one step (docs/checker.md, "Held calls"). */
    readonly seesHolds: boolean;
    readonly withoutApproval: boolean;
    /** False if another session starts from the initial state. */
    readonly outlivesSessions: boolean;
    /** True if another session may have other constants, and they matter. */
    readonly mixesConstants: boolean;
    /** True if a call that is held may also be released immediately, as if no rule required approval. */
    readonly isLifted: boolean;
    /** The tools whose calls may keep running while others are made. */
    readonly overlapping: ReadonlySet<number>;
    /** The maximum number of calls running at a time. */
    readonly mostRunning: number;
}

export interface Submission {
    readonly call: Call;
    readonly decision: Decision;
    readonly approvals: readonly GivenApproval[];
    readonly readings: readonly Reading[];
    /** True if the call was held before. */
    readonly wasHeld: boolean;
}

export class Moves {
    readonly scopes = new Set<NamedScope>();
    /** The maximum number of calls held at a time, if some condition can see that a call is held. */
    private readonly most = limitOf('heldCalls');
    private readonly assumed: Assumed;
    /** Maps each possible call to the same call with all its arguments. */
    private readonly complete: ReadonlyMap<Call, Call>;

    private readonly seesHolds: boolean;
    private readonly withoutApproval: boolean;

    constructor(
        private readonly policy: Policy,
        private readonly choices: ChoiceLists,
        private readonly options: MoveOptions
    ) {
        this.seesHolds = options.seesHolds;
        this.withoutApproval = options.withoutApproval;
        this.assumed = new Assumed(policy);
        this.complete = new Map(choices.calls.map(({ call }) => [call, completeCall(policy, call)]));
    }

    /** @param isUsable true if a call uses no fresh value where an earlier one would do */
    *from(
        session: SessionState,
        focus: number | undefined,
        isUsable: (chosen: object | undefined) => boolean
    ): Iterable<Move> {
        if (focus !== undefined) {
            yield* this.goOn(session, focus);
            return;
        }
        for (const choice of this.choices.calls) {
            if (isUsable(choice.call.args)) {
                yield* this.submit(session, choice);
            }
        }
        for (const held of this.seesHolds ? session.held : []) {
            yield* this.answers(session, held);
        }
        for (const { event, args, readings } of this.choices.outside) {
            const situation = situationIn(session, { call: { ...NO_CALL, args: args ?? {} }, readings });
            if (isUsable(args) && this.assumed.happens(event, situation) && this.assumed.says(situation)) {
                const given = { ...(args && { args }), ...(readings && { readings }) };
                const after = advance(this.policy, session, { kind: 'outside', event, ...given });
                const place = { id: -1 as const, outside: event, time: session.time, ...given };
                yield { act: { kind: 'happen', event, ...given }, after, event: place };
            }
        }
        yield* this.returns(session);
        yield* this.ends(session);
        for (const choice of this.choices.requests) {
            if (isUsable(choice.request)) {
                yield* this.say(choice, session);
            }
        }
        if (this.options.outlivesSessions) {
            yield { act: { kind: 'new session' }, after: startAnew(this.policy, session) };
            if (this.options.mixesConstants) {
                for (const constants of this.choices.constants) {
                    if (canonicalText(constants) !== canonicalText(session.constants ?? {})) {
                        const after = startAnew(this.policy, session, constants);
                        yield { act: { kind: 'new session', constants }, after };
                    }
                }
            }
        }
    }

    private *say({ request, readings }: RequestChoice, session: SessionState): Iterable<Move> {
        const said = readings ? { readings } : {};
        if (!this.assumed.says(situationIn(session, { call: { ...NO_CALL, args: request }, readings }))) {
            return;
        }
        const after = advance(this.policy, session, { kind: 'says', request, ...said });
        const outside = this.policy.outsideEvents.findIndex(({ special }) => special === 'user says');
        yield {
            act: { kind: 'say', request, ...said },
            after,
            event: { id: -1, outside, time: session.time, args: request, ...said }
        };
    }

    private *submit(session: SessionState, { call, readings, ends }: CallChoice): Iterable<Move> {
        const complete = this.complete.get(call)!;
        const situation = situationIn(session, { call: complete, readings });
        if (!this.assumed.calls(situation) || !this.assumed.says(situation)) {
            return;
        }
        const held = findHeld(session, complete);
        const decision = decide(this.policy, session, complete, readings);
        if (decision.kind === 'waits') {
            return;
        }
        const approvals = servingApprovals(this.policy, session, complete, held, session.time);
        const submitted = { call: complete, decision, approvals, readings, wasHeld: held !== undefined };
        const isForced = this.options.isLifted && decision.kind === 'held' && !held;
        if (decision.kind === 'allowed' || isForced) {
            const released = isForced ? { ...submitted, decision: LET_THROUGH } : submitted;
            for (const end of ends.filter(({ result }) =>
                this.assumed.returns({ ...situation, ...(result && { result }) })
            )) {
                yield this.release(session, released, end);
            }
            yield* this.start(session, released);
        }
        if (decision.kind === 'allowed') {
            return;
        }
        const after = advance(this.policy, session, { kind: 'call', call: complete, decision, ...read(readings) });
        const move: Move = {
            act: { kind: 'submit', call: complete, decision, ...read(readings) },
            after,
            event: this.place(session, submitted),
            submitted
        };
        if (decision.kind === 'denied' || held) {
            yield move;
        } else if (this.seesHolds && session.held.length >= this.most) {
            this.scopes.add(`at most ${this.most} calls are held at a time (holds)`);
        } else if (this.seesHolds || !this.withoutApproval) {
            const hold = after.held.items.find(({ id }) => !session.held.has(id));
            yield { ...move, ...(!this.seesHolds && hold && { focus: hold.id }) };
        }
    }

    private release(session: SessionState, submitted: Submission, end: EndChoice): Move {
        const { call, decision, readings } = submitted;
        const place = this.place(session, submitted);
        const said = { call, decision, ...read(readings) };
        return {
            act: { kind: 'submit', ...said, ...end },
            after: advance(this.policy, session, { kind: 'call', ...said, answer: end }),
            event: place.outcome === undefined ? withAnswer(this.policy, place, end) : place,
            submitted
        };
    }

    /** Releases the call, which has not ended when the next event happens. */
    private *start(session: SessionState, submitted: Submission): Iterable<Move> {
        const { overlapping, mostRunning } = this.options;
        const { call, decision, readings } = submitted;
        if (!overlapping.has(call.tool) || this.policy.tools[call.tool]!.delegatesTo !== undefined) {
            return;
        }
        if (session.running.length >= mostRunning) {
            this.scopes.add(`at most ${mostRunning} calls run at a time (overlaps)`);
            return;
        }
        const after = advance(this.policy, session, { kind: 'call', call, decision, ...read(readings) });
        const event = this.place(session, submitted);
        yield { act: { kind: 'submit', call, decision, runs: true, ...read(readings) }, after, event, submitted };
    }

    /** Among the calls of one tool, the longest-running one ends first, as in a scenario. */
    private *ends(session: SessionState): Iterable<Move> {
        const tools = new Set(session.running.items.map(({ call }) => call.tool));
        for (const tool of tools) {
            const eldest = session.running.items.find(({ call }) => call.tool === tool)!;
            const choice = this.choices.calls.find(({ call, ends }) => call.tool === tool && ends.length > 0);
            const situation = situationIn(session, { call: eldest.call });
            const ends = choice?.ends ?? [];
            // If nothing depends on how the call ends, every end leads to the same state.
            for (const end of eldest.isAwaited ? ends : ends.slice(0, 1)) {
                if (this.assumed.returns({ ...situation, ...(end.result && { result: end.result }) })) {
                    const after = advance(this.policy, session, { kind: 'end', id: eldest.id, ...end });
                    yield { act: { kind: 'end', tool, ...end }, after };
                }
            }
        }
    }

    private place(session: SessionState, { call, decision, readings }: Submission): CallEvent {
        return placeOf(this.policy, session, call, decision, readings.length > 0 ? readings : undefined);
    }

    /** Ends open delegations: a delegate may return at any time. */
    private *returns(session: SessionState): Iterable<Move> {
        for (const [index, { from, to }] of (this.policy.delegations ?? []).entries()) {
            if (session.settled.delegated?.[index]) {
                const after = advance(this.policy, session, { kind: 'return', agent: to, to: from });
                const outside = endOfDelegationTo(this.policy, to);
                yield {
                    act: { kind: 'return', agent: to, to: from },
                    after,
                    ...(outside !== undefined && {
                        event: { id: -1 as const, outside, time: session.time, agent: from }
                    })
                };
            }
        }
    }

    /** Approves the held call as someone else, or submits it again. */
    private *goOn(session: SessionState, id: number): Iterable<Move> {
        const held = session.held.get(id);
        if (!held) {
            return;
        }
        for (const move of this.answers(session, held)) {
            if (move.act.kind === 'approve') {
                yield { ...move, focus: id };
            }
        }
        const same = this.choices.calls.filter(
            ({ call }) =>
                call.agent === held.call.agent &&
                call.tool === held.call.tool &&
                findHeld(session, this.complete.get(call)!)?.id === id
        );
        for (const choice of same) {
            for (const move of this.submit(session, choice)) {
                if (move.submitted?.decision.kind === 'held') {
                    yield { ...move, focus: id };
                } else if (move.submitted?.decision.kind === 'allowed') {
                    yield move;
                }
            }
        }
    }

    private *answers(session: SessionState, held: HeldCall): Iterable<Move> {
        if (this.withoutApproval) {
            return;
        }
        const asked = this.policy.humans.flatMap((_, human) =>
            held.requirements.some((index) => {
                const rule = this.policy.rules[index]!;
                return rule.kind === 'approval' && rule.humans.includes(human);
            })
                ? [human]
                : []
        );
        for (const human of asked) {
            const mayApprove = this.assumed.approves(human, situationIn(session, { call: held.call }));
            const approvals = mayApprove ? waysToApprove(this.policy, held.requirements, human) : [];
            const answers = [
                ...approvals.map((lasts) => ({ kind: 'approve', lasts }) as const),
                { kind: 'refuse' } as const
            ];
            for (const answer of answers) {
                const after = advance(this.policy, session, { ...answer, id: held.id, human });
                const who = answer.kind === 'approve' ? { approvedBy: human } : { refusedBy: human };
                const place = answerTo(session, held, who);
                yield { act: { ...answer, call: held.call, human }, after, event: place };
            }
        }
    }
}

const LET_THROUGH: Decision = { kind: 'allowed', by: 'rule', rules: [] };

/** The call for conditions that do not read one. */
const NO_CALL: Call = { agent: 0, tool: -1, args: {} };

function read(readings: readonly Reading[]): { readings?: readonly Reading[] } {
    return readings.length > 0 ? { readings } : {};
}
