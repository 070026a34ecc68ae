/** `guardrail replay` on the command line. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ReplayCommand } from './replay.js';
import { FAIL_ON, TRACE_FORMATS } from './options.js';
import { REPORT_FORMATS } from '../../reports/formats.js';
import type { Run } from '../run.js';
import { formatOption } from '../../options.js';

const EXIT_CODES = `
Exit codes:
  0  the policy allows every call that was made, and no claim is broken
  1  it does not, or one is (--fail-on says what counts)
  2  the input is not a valid policy or not a log, or the command line is wrong
  3  the log was not read whole: it has lines that cannot be read, events that
     cannot happen where they stand, or no call
  4  the replay itself failed`;

export function defineReplay(program: Command, run: Run): void {
    program
        .command('replay')
        .description('decide recorded sessions: which calls a policy would have stopped, and which claims they break')
        .argument('<file>', 'a policy')
        .requiredOption('--trace <log>', 'the log: a file, one that is compressed (.gz), or - for standard input')
        .addOption(
            new Option('--trace-format <format>', 'the format of the log (default: detected)').choices(TRACE_FORMATS)
        )
        .option('--agent <name>', 'the agent that calls, if the log does not say which')
        .addOption(
            new Option('--map <tool=policy.tool>', 'a tool of the log, and its name in the policy; may be repeated')
                .argParser(mapping)
                .default(new Map(), 'by name')
        )
        .addOption(
            new Option('--unmarked <outcome>', 'how to count an answer that does not say whether it is an error')
                .choices(['success', 'unknown'])
                .default('success')
        )
        .addOption(
            new Option(
                '--fail-on <what>',
                'what fails the run: a call that is not allowed or a broken claim, only broken claims, nothing'
            )
                .choices(FAIL_ON)
                .default('stopped')
        )
        .addOption(formatOption(REPORT_FORMATS))
        .addHelpText('after', EXIT_CODES)
        .action(async (file: string, flags: ReplayCommand) => {
            const { replayLog } = await import('./replay.js');
            await run((terminal) => replayLog(file, flags, terminal));
        });
}

function mapping(text: string, before: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
    const at = text.lastIndexOf('=');
    if (at <= 0 || at === text.length - 1) {
        throw new InvalidArgumentError('It is TOOL=POLICY.TOOL.');
    }
    return new Map([...before, [text.slice(0, at), text.slice(at + 1)]]);
}
