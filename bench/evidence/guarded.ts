/** A session in which a policy decides each call before the benchmark makes it. */
import { resultIn } from '../../server/cli/commands/replay/formats/agentdojo.js';
import type { Decision } from '../../server/gateway/events.js';
import { createSession, type LoadedPolicy, type Session } from '../../server/gateway/library.js';
import type { Benchmark } from './benchmark.js';
import type { Answer, Args } from './recorded.js';
import type { Suite } from './suite.js';

export const PEOPLE = ['nobody', 'needed', 'everything'] as const;
/** The calls that the user approves: no calls, because nobody answers; the calls that the task needs; or all calls. */
export type People = (typeof PEOPLE)[number];

export interface Setting {
    /** If undefined, every call is made. */
    readonly policy: LoadedPolicy | undefined;
    readonly suite: Suite;
    readonly people: People;
    /** If undefined, calls get their recorded answers, and no check judges the session. */
    readonly benchmark: Benchmark | undefined;
}

export interface Outcome {
    /** The first decision on the call: a call that is held may be approved and made later. */
    readonly decision: Decision['kind'];
    /** Undefined if the call is not made. */
    readonly answer: Answer | undefined;
}

const AGENT = 'assistant';
const USER = 'user';

export class GuardedSession {
    private readonly session: Session | undefined;
    private calls = 0;

    constructor(
        private readonly setting: Setting,
        prompt: string
    ) {
        this.session = setting.policy && createSession(setting.policy, { clock: () => 0 });
        this.session?.record({ type: 'says', text: prompt });
    }

    /** Makes the call if it is allowed, or held and approved. */
    async call(
        tool: string,
        args: Args,
        isNeeded: () => boolean,
        make: () => Answer | Promise<Answer>
    ): Promise<Outcome> {
        const request = { agent: AGENT, tool, args };
        const id = String(this.calls++);
        const decision = this.session?.decide(request).kind ?? 'allowed';
        if (decision !== 'allowed' && !(decision === 'held' && this.isApproved(request, id, isNeeded))) {
            return { decision, answer: undefined };
        }
        this.session?.record({ ...request, type: 'call', id, decision: 'allowed' });
        const answer = await make();
        this.session?.record(
            'result' in answer ? { type: 'result', id, result: resultIn(answer.result) } : { type: 'error', id }
        );
        return { decision, answer };
    }

    /** Asks the user about a call that is held. */
    private isApproved(
        request: { readonly agent: string; readonly tool: string; readonly args: Args },
        id: string,
        isNeeded: () => boolean
    ): boolean {
        const session = this.session!;
        const { people } = this.setting;
        session.record({ ...request, type: 'call', id, decision: 'held' });
        if (people === 'everything' || (people === 'needed' && isNeeded())) {
            session.record({ type: 'approve', id, human: USER });
            return session.decide(request).kind === 'allowed';
        }
        if (people === 'needed') {
            session.record({ type: 'refuse', id, human: USER });
        }
        return false;
    }
}
