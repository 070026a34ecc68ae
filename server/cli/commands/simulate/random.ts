/** Plays sessions whose steps are chosen at random. The same seed chooses the same steps, on every machine. */
import { counted } from '../../../model/text/plural.js';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { SessionOffers } from '../../../simulator/session.js';
import type { SessionPrinter } from './session-printer.js';
import type { Simulation } from './simulation.js';

export async function playAtRandom(
    simulation: Simulation,
    count: number,
    seed: number,
    printer: SessionPrinter
): Promise<void> {
    printer.sentence(`${counted(count, 'random step')} of ${simulation.played.policy}, with --seed ${seed}:`);
    const generator = xoroshiro128plus(seed);
    while (simulation.lines.length < count) {
        const lines = linesOf(await simulation.offers());
        const line = lines[uniformInt(generator, 0, lines.length - 1)]!;
        const problem = await simulation.take(line);
        if (problem !== undefined) {
            throw new Error(`an offered step cannot be taken: ${line}: ${problem}`);
        }
        printer.lastStep();
    }
}

/** All offered lines except a new session, in which the claims of this session are not judged. */
function linesOf({ calls, acts, waits }: SessionOffers): string[] {
    return [
        ...calls.flatMap(({ choices }) => choices.map(({ line }) => line)),
        ...acts.flatMap(({ kind, line }) => (kind === 'session' ? [] : [line])),
        ...waits.map((wait) => `wait ${wait}`)
    ];
}
