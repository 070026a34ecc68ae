/** A recorded session, played call by call through a policy: a call that is not allowed or approved is not made. */
import { resultIn } from '../../server/cli/commands/replay/formats/agentdojo.js';
import { createSession, type LoadedPolicy } from '../../server/gateway/library.js';
import type { Benchmark, Verdict } from './benchmark.js';
import type { Recorded } from './recorded.js';
import { RenewedCodes } from './renewed.js';
import { asServerReads, isNeeded, type Suite } from './suite.js';

export const PEOPLE = ['nobody', 'needed', 'everything'] as const;
/** The calls that the user approves: none, because nobody answers; those that the task needs; or all. */
export type People = (typeof PEOPLE)[number];

export interface Setting {
    /** Undefined: every call is made. */
    readonly policy: LoadedPolicy | undefined;
    readonly suite: Suite;
    readonly people: People;
    /** Undefined: the calls get their recorded answers, and nobody judges. */
    readonly benchmark: Benchmark | undefined;
}

export interface Played {
    readonly recorded: Recorded;
    readonly questions: number;
    readonly denied: number;
    /** The number of these that call a tool which is not in the inventory. */
    readonly unknownTools: number;
    readonly verdict: Verdict | undefined;
}

/** Two tools had other names when some sessions were recorded. */
const RENAMED: Readonly<Record<string, string>> = {
    get_webpage: 'browse_webpage',
    click_the_link: 'browse_webpage'
};
const AGENT = 'assistant';
const USER = 'user';

export async function play(recorded: Recorded, setting: Setting): Promise<Played> {
    const { policy, suite, people, benchmark } = setting;
    const session = policy && createSession(policy, { clock: () => 0 });
    session?.record({ type: 'says', text: recorded.prompt });
    await benchmark?.open(recorded);
    const codes = new RenewedCodes();
    const known = new Set(suite.tools.map(({ name }) => name));
    let [questions, denied, unknownTools] = [0, 0, 0];
    for (const [index, call] of recorded.calls.entries()) {
        const tool = RENAMED[call.tool] ?? call.tool;
        const args = asServerReads(suite, tool, codes.in(call.args));
        const request = { agent: AGENT, tool, args };
        const id = String(index);
        let decision = session?.decide(request);
        if (session && decision?.kind === 'held') {
            questions++;
            session.record({ ...request, type: 'call', id, decision: 'held' });
            if (
                people === 'everything' ||
                (people === 'needed' && isNeeded(suite, recorded.task, tool, asServerReads(suite, tool, call.args)))
            ) {
                session.record({ type: 'approve', id, human: USER });
                decision = session.decide(request);
            } else if (people === 'needed') {
                session.record({ type: 'refuse', id, human: USER });
            }
        }
        if (decision && decision.kind !== 'allowed') {
            denied += decision.kind === 'denied' ? 1 : 0;
            unknownTools += known.has(tool) ? 0 : 1;
            continue;
        }
        session?.record({ ...request, type: 'call', id, decision: 'allowed' });
        const answer = benchmark ? await benchmark.call(tool, args) : call.answer;
        if (benchmark && 'result' in answer && 'result' in call.answer) {
            codes.learn(call.answer.result, answer.result);
        }
        session?.record(
            'result' in answer ? { type: 'result', id, result: resultIn(answer.result) } : { type: 'error', id }
        );
    }
    return { recorded, questions, denied, unknownTools, verdict: await benchmark?.close(recorded.output) };
}
