/** Plays a recorded session call by call through a policy: a call that is neither allowed nor approved is not made. */
import type { Verdict } from './benchmark.js';
import { GuardedSession, type Setting } from './guarded.js';
import type { Recorded } from './recorded.js';
import { RenewedCodes } from './renewed.js';
import { asServerReads, isNeeded } from './suite.js';

export interface Played {
    readonly recorded: Recorded;
    readonly questions: number;
    readonly denied: number;
    /** The number of these calls whose tool is not in the inventory. */
    readonly unknownTools: number;
    readonly verdict: Verdict | undefined;
}

/** Two tools had other names when some sessions were recorded. */
export const RENAMED: Readonly<Record<string, string>> = {
    get_webpage: 'browse_webpage',
    click_the_link: 'browse_webpage'
};

export async function play(recorded: Recorded, setting: Setting): Promise<Played> {
    const { suite, benchmark } = setting;
    const session = new GuardedSession(setting, recorded.prompt);
    await benchmark?.open(recorded);
    const codes = new RenewedCodes();
    const known = new Set(suite.tools.map(({ name }) => name));
    let [questions, denied, unknownTools] = [0, 0, 0];
    for (const call of recorded.calls) {
        const tool = RENAMED[call.tool] ?? call.tool;
        const args = asServerReads(suite, tool, codes.in(call.args));
        const { decision, answer } = await session.call(
            tool,
            args,
            () => isNeeded(suite, recorded.task, tool, asServerReads(suite, tool, call.args)),
            () => benchmark?.call(tool, args) ?? call.answer
        );
        questions += decision === 'held' ? 1 : 0;
        if (!answer) {
            denied += decision === 'denied' ? 1 : 0;
            unknownTools += known.has(tool) ? 0 : 1;
        } else if (benchmark && 'result' in answer && 'result' in call.answer) {
            codes.learn(call.answer.result, answer.result);
        }
    }
    return { recorded, questions, denied, unknownTools, verdict: await benchmark?.judge(recorded.output) };
}
