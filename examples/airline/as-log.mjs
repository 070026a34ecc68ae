/**
 * Prints the recorded sessions as a log in Guardrail's own format (docs/replay.md), which `guardrail replay` reads.
 *
 *     node examples/airline/as-log.mjs | npx --no-install guardrail replay examples/airline/airline.guardrail --trace -
 */
import { readFileSync } from 'node:fs';

const runs = readFileSync(new URL('./data/sessions.jsonl', import.meta.url), 'utf8')
    .trim()
    .split('\n');
for (const [index, run] of runs.entries()) {
    const session = String(index);
    for (const { tool, args, error, says_yes: confirms } of JSON.parse(run).events) {
        const event =
            tool === undefined
                ? { session, type: 'says', request: { confirms } }
                : { session, type: 'call', tool, args, outcome: error ? 'error' : 'success' };
        console.log(JSON.stringify(event));
    }
}
