/** `guardrail simulate` on the command line. */
import { type Command, Option } from 'commander';
import { positiveInteger, seed } from '../../options.js';
import type { Run } from '../run.js';

const EXIT_CODES = `
Exit codes:
  0  the session breaks no claim
  1  a claim is broken
  2  the input is not a valid policy, a line of standard input that is not a terminal
     is not a step, or the command line is wrong
  4  the program itself failed`;

interface SimulateFlags {
    readonly random?: number;
    readonly seed?: number;
}

export function defineSimulate(program: Command, run: Run): void {
    program
        .command('simulate')
        .description('play a session by hand or at random, with each step decided by the rules')
        .argument('<file>', 'a policy')
        .addOption(
            new Option(
                '--random <n>',
                'play this many steps, chosen at random from those that may come next'
            ).argParser(positiveInteger)
        )
        .addOption(
            new Option('--seed <s>', 'with --random: the same seed plays the same session (default: drawn)').argParser(
                seed
            )
        )
        .addHelpText('after', EXIT_CODES)
        .action(async (file: string, flags: SimulateFlags) => {
            const { simulate } = await import('./simulate.js');
            await run((terminal) => simulate(file, flags, terminal));
        });
}
