/** `guardrail simulate`: plays a session, by hand or at random, and decides its steps as a gateway does. */
import { randomInt } from 'node:crypto';
import { CodedError, EXIT, type ExitCode } from '../../../workspace/errors.js';
import { loadNamed, policyIn } from '../../../workspace/load-policy.js';
import { Dialogue } from './dialogue.js';
import { playAtRandom } from './random.js';
import { SessionPrinter } from './session-printer.js';
import { Simulation } from './simulation.js';
import type { Terminal } from '../../terminal/terminal.js';
import { PolicyWorkspace } from '../../../workspace/policy-workspace.js';

export interface SimulateOptions {
    /** The number of random steps; if undefined, the steps come from a person or standard input. */
    readonly random?: number;
    readonly seed?: number;
}

export async function simulate(file: string, { random, seed }: SimulateOptions, terminal: Terminal): Promise<ExitCode> {
    if (seed !== undefined && random === undefined) {
        throw new CodedError('GR902', '--seed needs --random', 'Say how many steps: --random 20.');
    }
    const workspace = new PolicyWorkspace();
    const document = await loadNamed(workspace, file, terminal.cwd);
    const policy = policyIn(workspace, document, file);
    const isPerson = process.stdin.isTTY && process.stdout.isTTY;
    const simulation = await Simulation.start(document, isPerson || random !== undefined);
    const printer = new SessionPrinter(policy, simulation, terminal);
    const names = new Set(policy.scenarios.map(({ name }) => name));
    let isUnderstood = true;
    if (random === undefined) {
        isUnderstood = await new Dialogue(simulation, printer, file, names, terminal).run(isPerson);
    } else {
        await playAtRandom(simulation, random, seed ?? randomInt(2 ** 32), printer);
    }
    printer.end();
    await terminal.output.finished();
    return isUnderstood ? (simulation.broken.length > 0 ? EXIT.violated : EXIT.ok) : EXIT.invalid;
}
