/**
 * Writes recorded sessions in the log format of `guardrail replay` (docs/replay.md), with the tools and arguments as
 * the benchmark's server reads them.
 */
import { resultIn } from '../../server/cli/commands/replay/formats/agentdojo.js';
import { RENAMED } from './play.js';
import type { Recorded } from './recorded.js';
import { asServerReads, type Suite } from './suite.js';

/** Returns the lines of the session. */
export function logOf({ model, task, attack, prompt, calls }: Recorded, suite: Suite, number: number): string[] {
    const session = [number, model, task, ...(attack === undefined ? [] : [attack])].join(' ');
    const events = calls.flatMap(({ tool: recorded, args, answer }, at): object[] => {
        const tool = RENAMED[recorded] ?? recorded;
        const id = String(at);
        return [
            { type: 'call', id, tool, args: asServerReads(suite, tool, args) },
            'result' in answer ? { type: 'result', id, result: resultIn(answer.result) } : { type: 'error', id }
        ];
    });
    return [{ type: 'says', text: prompt }, ...events, { type: 'end' }].map((event) =>
        JSON.stringify({ session, ...event })
    );
}
