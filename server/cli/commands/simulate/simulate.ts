/** `guardrail simulate`: plays a session, by hand or at random, and decides its steps as a gateway does. */
import { randomInt } from 'node:crypto';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { counted } from '../../../model/text/plural.js';
import { CodedError, EXIT, type ExitCode } from '../../../workspace/errors.js';
import { loadNamed, policyIn } from '../../../workspace/load-policy.js';
import { PolicyWorkspace } from '../../../workspace/policy-workspace.js';
import type { Terminal } from '../../terminal/terminal.js';
import { Dialogue } from './dialogue.js';
import { SessionPrinter } from './session-printer.js';
import { offeredLines, Simulation } from './simulation.js';

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
    return isUnderstood ? (simulation.broken.length > 0 ? EXIT.violated : EXIT.ok) : EXIT.invalid;
}

/** Plays steps chosen at random. The same seed chooses the same steps, on every machine. */
async function playAtRandom(
    simulation: Simulation,
    count: number,
    seed: number,
    printer: SessionPrinter
): Promise<void> {
    printer.sentence(`${counted(count, 'random step')} of ${simulation.played.policy}, with --seed ${seed}:`);
    const generator = xoroshiro128plus(seed);
    while (simulation.lines.length < count) {
        const { acts, ...offers } = await simulation.offers();
        // In a new session, the claims of this session are not judged.
        const lines = offeredLines({ ...offers, acts: acts.filter(({ kind }) => kind !== 'session') });
        const line = lines[uniformInt(generator, 0, lines.length - 1)]!;
        const problem = await simulation.take(line);
        if (problem !== undefined) {
            throw new Error(`an offered step cannot be taken: ${line}: ${problem}`);
        }
        printer.lastStep();
    }
}
