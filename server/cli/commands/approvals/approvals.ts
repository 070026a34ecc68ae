/** `guardrail approvals`: the calls that wait for the local user. */
import {
    answerCall,
    type ChangedPolicy,
    confirmChange,
    type WaitingCall,
    waitingCalls
} from '../../../enforcement/waiting-calls.js';
import { CodedError, EXIT, type ExitCode } from '../../../workspace/errors.js';
import { hang, printable } from '../../terminal/layout.js';
import { escapeUnseen, printedJson } from '../../../workspace/printed-json.js';
import type { Terminal } from '../../terminal/terminal.js';
import type { ReportFormat } from '../../reports/formats.js';

export interface ApprovalsFlags {
    readonly as?: string;
    readonly valid?: string;
    readonly format: ReportFormat;
}

export async function approvals(
    action: string,
    name: string | undefined,
    { as: human, valid, format }: ApprovalsFlags,
    { output, style, writeError }: Terminal
): Promise<ExitCode> {
    if (!['list', 'approve', 'deny'].includes(action)) {
        throw new CodedError('GR902', `${action} is not an action`, 'The actions are list, approve and deny.');
    }
    const { waiting: calls, problems, changes } = await waitingCalls();
    problems.forEach((problem) => writeError(`guardrail: ${printable(problem)}\n`));
    if (action === 'list') {
        const lines = [
            ...changes.flatMap((change) => shownChange(change, style)),
            ...calls.flatMap((call) => shown(call, style))
        ];
        output.write(format === 'json' ? printedJson(calls) : `${lines.join('\n') || 'no call waits'}\n`);
    } else if (action === 'approve' && changes.some((change) => change.name === name)) {
        for (const change of changes.filter((one) => one.name === name)) {
            await confirmChange(change, process.env['GUARDRAIL_TOKEN'] || undefined);
        }
        output.write('the changed policy is enforced from now on\n');
    } else {
        const call = calls.find((one) => one.name === name);
        if (!call) {
            throw new CodedError(
                'GR997',
                name === undefined ? `there is no call to ${action}` : `no call ${name} waits`,
                '`guardrail approvals` lists the calls that wait.',
                EXIT.violated
            );
        }
        await answerCall(
            call,
            action === 'approve' ? 'approve' : 'refuse',
            human,
            valid,
            process.env['GUARDRAIL_TOKEN'] || undefined
        );
        const serves = valid === undefined || valid === 'once' ? 'for one call with these arguments' : `valid ${valid}`;
        const done = action === 'approve' ? `approved, ${serves}` : 'denied';
        output.write([`${done}:`, ...shown(call, style), ''].join('\n'));
    }
    return EXIT.ok;
}

function shownChange({ name, difference }: ChangedPolicy, style: Terminal['style']): string[] {
    const lines = difference.trimEnd().split('\n');
    return [
        `${style.bold(name)}  the policy has changed`,
        ...lines.map((line) => `  ${escapeUnseen(line, () => '\u00b7')}`.trimEnd()),
        ''
    ];
}

/** Everything that the agent chose is printed without characters that could change what a person sees. */
function shown(call: WaitingCall, style: Terminal['style']): string[] {
    const { name, tool, agent, session, args, since, rules, before } = call;
    const who = agent === undefined ? '' : ` by ${agent}`;
    return [
        `${style.bold(name)}  ${printable(tool)}${printable(who)}`,
        // The arguments are printed in full, because a person approves all of them.
        ...printedJson(args)
            .trimEnd()
            .split('\n')
            .map((line) => `  ${line}`),
        ...rules.flatMap(({ text }) => hang('  ', printable(text), style)),
        ...choicesOf(call, style),
        ...hang('  ', printable(`since ${since}, session ${session}`), style),
        ...(before.length === 0 ? [] : ['  before it in the session:']),
        ...before.flatMap((earlier) => {
            const by = earlier.agent === undefined ? '' : ` by ${earlier.agent}`;
            return hang('    ', printable(`${earlier.decision}  ${earlier.tool}${by} ${earlier.args}`), style);
        })
    ];
}

/** The choices that the rules leave to the person. */
function choicesOf({ choices }: WaitingCall, style: Terminal['style']): string[] {
    const offered = choices.map((choice) => (choice.includes(' ') ? JSON.stringify(choice) : choice));
    return offered.length > 0 ? hang('  ', `--valid ${offered.join(', ')}`, style) : [];
}
