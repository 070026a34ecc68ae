/**
 * A hook that always gives the same answer, for the measurements: `node answering-hook.mjs CLIENT ANSWER LOG`. It
 * appends each event that it receives to LOG.
 */
import { appendFileSync, readFileSync } from 'node:fs';

const [, , client, answer, log] = process.argv;
const event = readFileSync(0, 'utf8');
appendFileSync(log, `${event.trim()}\n`);

const isBefore = /"(?:PreToolUse|BeforeTool|tool\.execute\.before)"/.test(event);
const reason = 'the table asks for it';
if (isBefore) {
    switch (answer) {
        case 'silence':
            break;
        case 'crash':
            process.kill(process.pid, 'SIGSEGV');
            break;
        case 'exit 1':
            process.exit(1);
            break;
        case 'exit 2':
            console.error(reason);
            process.exit(2);
            break;
        case 'time-out':
            setTimeout(() => undefined, 600_000);
            break;
        case 'garbage':
            console.log('{ "permissionDecision": den');
            break;
        default:
            console.log(
                JSON.stringify(
                    client === 'gemini'
                        ? { decision: answer, reason }
                        : {
                              hookSpecificOutput: {
                                  hookEventName: 'PreToolUse',
                                  permissionDecision: answer,
                                  permissionDecisionReason: reason
                              }
                          }
                )
            );
    }
}
