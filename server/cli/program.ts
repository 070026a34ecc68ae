/** The commands of the program, with their options. */
import { Command, type OutputConfiguration } from 'commander';
import { version } from '../../package.json';
import { defineApprovals } from './commands/approvals/definition.js';
import { defineAudit } from './commands/audit/definition.js';
import { defineCheck } from './commands/check/definition.js';
import { defineCoverage } from './commands/coverage/definition.js';
import { defineDiff } from './commands/diff/definition.js';
import { defineExplain } from './commands/explain/definition.js';
import { defineFmt } from './commands/fmt/definition.js';
import { defineHook, defineInstall } from './commands/hook/definition.js';
import { defineLsp } from './commands/lsp/definition.js';
import { defineExport } from './commands/export/definition.js';
import { defineInit } from './commands/init/definition.js';
import { defineGateway } from './commands/gateway/definition.js';
import { defineImport } from './commands/import/definition.js';
import { defineMcp } from './commands/mcp/definition.js';
import { definePackages } from './commands/packages/definition.js';
import { defineRepair, defineTune } from './commands/repair/definition.js';
import { defineReplay } from './commands/replay/definition.js';
import { defineSimulate } from './commands/simulate/definition.js';
import type { Run } from './commands/run.js';

/** The program, which throws what is wrong with its arguments. @param folder the folder of the bundle */
export function createProgram(run: Run, folder: URL, output: OutputConfiguration): Command {
    const program = new Command('guardrail')
        .exitOverride()
        .configureOutput(output)
        .description('Checks policies for the tool calls of AI agents, and shows the session that breaks a claim.')
        .version(version, '-V, --version', 'print the version')
        .helpOption('-h, --help', 'print help')
        .option('--no-color', 'no colours (like NO_COLOR; FORCE_COLOR turns them on)')
        .showSuggestionAfterError();
    // The commands are defined in the order of the help.
    defineCheck(program, run, folder);
    defineDiff(program, run);
    defineRepair(program, run);
    defineReplay(program, run);
    defineTune(program, run);
    defineSimulate(program, run);
    defineCoverage(program, run);
    defineAudit(program, run, folder);
    defineInit(program, run, folder);
    defineImport(program, run, folder);
    definePackages(program, run);
    defineExport(program, run);
    defineExplain(program, run, folder);
    defineFmt(program, run);
    defineLsp(program, run, folder);
    defineMcp(program, run, folder);
    defineInstall(defineGateway(program, run), run, folder);
    defineApprovals(program, run);
    defineHook(program, run);
    return program;
}
