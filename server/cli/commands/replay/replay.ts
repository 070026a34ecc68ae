/** `guardrail replay`: the sessions of a log, decided by a policy. */
import { resolve } from 'node:path';
import { GuardrailError } from '../../../gateway/errors.js';
import { Names } from '../../../gateway/names.js';
import type { Policy } from '../../../model/policy/policy.js';
import { CodedError, EXIT, type ExitCode } from '../../../workspace/errors.js';
import { displayPath } from '../../../workspace/display-path.js';
import { loadPolicy } from '../../../workspace/load-policy.js';
import { progressOf } from '../../terminal/progress.js';
import { openInput } from './input.js';
import { replay } from './replay-log.js';
import type { FailOn, ReplayProgress, TraceFormat } from './options.js';
import type { ReplayResult } from './result.js';
import type { ReportFormat } from '../../reports/formats.js';
import { grouped } from '../../terminal/layout.js';
import { jsonReplay, replayBlocks } from './report.js';
import type { Terminal } from '../../terminal/terminal.js';
import { contextIn } from '../../reports/context.js';
import { printedText } from '../../reports/terminal.js';

export interface ReplayCommand {
    readonly trace: string;
    readonly traceFormat?: TraceFormat;
    readonly agent?: string;
    readonly map: ReadonlyMap<string, string>;
    readonly unmarked: 'success' | 'unknown';
    readonly failOn: FailOn;
    readonly format: ReportFormat;
}

export async function replayLog(file: string, options: ReplayCommand, terminal: Terminal): Promise<ExitCode> {
    const { cwd, output } = terminal;
    const policy = await loadPolicy(file, cwd);
    assertFits(policy, options);
    const { trace, traceFormat, agent, map, unmarked } = options;
    const traceName = trace === '-' ? 'standard input' : displayPath(resolve(cwd, trace), cwd);
    const progress = progressOf(terminal);
    const input = openInput(resolve(cwd, trace), trace, process.stdin);
    const result = await replay(policy, input, {
        policyName: displayPath(resolve(cwd, file), cwd),
        traceName,
        ...(traceFormat && { traceFormat }),
        ...(agent !== undefined && { agent }),
        map,
        unmarked,
        ...(progress && {
            onProgress: (state) => progress.showNumbers(traceName, (elapsed) => numbersOf(state, elapsed))
        })
    });
    progress?.clear();
    const exitCode = exitCodeOf(result, options.failOn);
    const context = contextIn(terminal);
    output.write(
        options.format === 'json'
            ? jsonReplay({ version: terminal.version, result, exitCode }, context.pathOf)
            : printedText(replayBlocks(result, terminal.style.signs), context)
    );
    return exitCode;
}

/** Throws a `CodedError` for a name that the policy does not declare. */
function assertFits(policy: Policy, { agent, map }: ReplayCommand): void {
    const names = new Names(policy, { agent });
    for (const [written, tool] of map) {
        if (names.toolOf(tool) === undefined) {
            throw new CodedError(
                'GR932',
                `--map ${written}=${tool}: the policy has no tool ${tool}`,
                'Name it as the policy does, `server.tool`.'
            );
        }
    }
    if (agent !== undefined) {
        try {
            names.agentOf(undefined);
        } catch (error) {
            if (error instanceof GuardrailError) {
                const known = policy.agents.map(({ name }) => name).join(', ');
                throw new CodedError('GR932', `--agent ${agent}: ${error.message}`, `Its agents are: ${known}.`);
            }
            throw error;
        }
    }
}

/**
 * An unreadable line could be anything, so it takes precedence over the findings. A log without calls shows nothing.
 */
function exitCodeOf({ unreadable, unfit, calls, stopped, claims }: ReplayResult, failOn: FailOn): ExitCode {
    if (unreadable.count > 0 || unfit.count > 0 || calls === 0) {
        return EXIT.undecided;
    }
    const isBroken = failOn !== 'never' && claims.some(({ verdict }) => verdict === 'broken');
    return isBroken || (failOn === 'stopped' && stopped.count > 0) ? EXIT.violated : EXIT.ok;
}

/** @param elapsed the time in milliseconds */
function numbersOf({ bytes, size, events, calls }: ReplayProgress, elapsed: number): string[] {
    const whole = size === undefined ? '' : ` of ${Math.round(size / 1e6)}`;
    return [
        `${Math.round(bytes / 1e6)}${whole} MB`,
        `${grouped(events)} events`,
        `${grouped(Math.round((calls / elapsed) * 1000))} decisions/s`
    ];
}
