/** `guardrail fmt` on the command line. */
import type { Command } from 'commander';
import { selectorOf } from '../../config/flags.js';
import { loadConfig } from '../../config/load.js';
import { configOption } from '../../options.js';
import type { Run } from '../run.js';

const EXIT_CODES = `
Exit codes:
  0  all files are formatted
  1  with --check: a file is not
  2  a file has a syntax error or cannot be read, and was left as it is; or the
     command line is wrong
  4  a file could not be written`;

interface FmtFlags {
    readonly check?: boolean;
    readonly stdin?: boolean;
    readonly config?: string;
}

export function defineFmt(program: Command, run: Run): void {
    program
        .command('fmt')
        .description('format policies: only white space changes')
        .argument('[files...]', 'files, folders or patterns (default: all .guardrail files of this folder)')
        .option('--check', 'write nothing, and list the files that are not formatted')
        .option('--stdin', 'format standard input to standard output')
        .addOption(configOption())
        .addHelpText('after', EXIT_CODES)
        .action(async (names: string[], { check = false, stdin = false, config }: FmtFlags) => {
            const { fmt, fmtInput } = await import('./fmt.js');
            await run(async (terminal) =>
                stdin
                    ? fmtInput(check, terminal)
                    : fmt(selectorOf(names, await loadConfig(terminal.cwd, config), terminal.cwd), check, terminal)
            );
        });
}
