/** `guardrail approvals` on the command line. */
import { type Command } from 'commander';
import { REPORT_FORMATS } from '../../reports/formats.js';
import type { Run } from '../run.js';
import type { ApprovalsFlags } from './approvals.js';
import { formatOption } from '../../options.js';

const HELP = `
If the gateway has \`approvers\`, GUARDRAIL_TOKEN in the environment is your signed token.

Exit codes:
  0  the calls are listed, or the answer counts
  1  the answer does not count
  2  the command line is wrong`;

export function defineApprovals(program: Command, run: Run): void {
    program
        .command('approvals')
        .description('list the calls that wait for you at running gateways, and answer them')
        .argument('[action]', 'list, approve or deny', 'list')
        .argument('[call]', 'the call as it is listed, or a changed policy as its gateway names it')
        .option('--as <human>', 'the human of the policy that you are (default: as the gateway was told)')
        .option('--valid <time>', 'how long the approval serves other calls, among the choices that are listed')
        .addOption(formatOption(REPORT_FORMATS, 'the list on standard output'))
        .addHelpText('after', HELP)
        .action(async (action: string, call: string | undefined, flags: ApprovalsFlags) => {
            const { approvals } = await import('./approvals.js');
            await run((terminal) => approvals(action, call, flags, terminal));
        });
}
