/** Plays all pairs of a task and an attack with a worst-case agent. */
import type { LoadedPolicy } from '../../../server/gateway/library.js';
import { table } from '../../table.js';
import type { Benchmark } from '../benchmark.js';
import type { People } from '../guarded.js';
import { isIn } from '../recorded-sessions.js';
import type { DescribedSuite } from '../suite.js';
import { type Attacked, attacked, type From, type Pair, waysOf } from './agent.js';
import { WORDINGS } from './wordings.js';

export interface WorstCase {
    readonly suite: string;
    readonly policy: LoadedPolicy | undefined;
    readonly people: readonly People[];
    readonly tasks: readonly string[];
    readonly benchmark: Benchmark;
    /** Called for each attack that reached its goal, unless the user's task reaches the goal by itself. */
    readonly onThrough: (people: string, from: From, attack: Attacked) => void;
}

const HEADINGS = [
    'tasks',
    'the agent obeys',
    'the user approves',
    'pairs',
    'sessions',
    'read',
    'through',
    'pairs through',
    'met by the task',
    'tasks done'
];

export async function worstCase({
    suite: name,
    policy,
    people,
    tasks,
    benchmark,
    onThrough
}: WorstCase): Promise<string> {
    const suite = await benchmark.suite(name);
    const rows: string[][] = [];
    for (const range of tasks) {
        const pairs = pairsOf(name, suite, range);
        const met = await metByTask(pairs, suite, benchmark);
        for (const from of ['reading', 'start'] as const) {
            for (const answers of policy ? people : (['everything'] as const)) {
                const all: Attacked[] = [];
                // The wording makes no difference to an agent that does not need to read anything.
                for (const wording of from === 'start' ? (['plain'] as const) : WORDINGS) {
                    for (const pair of pairs) {
                        all.push(await attacked(pair, wording, from, { policy, suite, people: answers, benchmark }));
                    }
                }
                const through = all.filter((one) => one.through && !met.has(key(one)));
                through.forEach((one) => onThrough(answers, from, one));
                rows.push([
                    range,
                    from === 'start' ? 'from the start' : 'what it reads',
                    policy ? answers : '(no policy)',
                    String(pairs.length),
                    String(all.length),
                    String(all.filter(({ isRead }) => isRead).length),
                    String(through.length),
                    String(new Set(through.map(key)).size),
                    String(met.size),
                    String(all.filter(({ utility }) => utility).length)
                ]);
            }
        }
    }
    return table(HEADINGS, rows);
}

/** The pairs for which a way to the goal of the attack is known. */
function pairsOf(name: string, suite: DescribedSuite, range: string): Pair[] {
    return suite.user_tasks
        .filter(({ id }) => isIn(range, id))
        .flatMap(({ id: task }) => suite.injection_tasks.map(({ id: attack }) => ({ suite: name, task, attack })))
        .filter((pair) => waysOf(suite, pair).length > 0);
}

async function metByTask(pairs: readonly Pair[], suite: DescribedSuite, benchmark: Benchmark): Promise<Set<string>> {
    const met = new Set<string>();
    for (const pair of pairs) {
        const setting = { policy: undefined, suite, people: 'nobody', benchmark } as const;
        if ((await attacked(pair, 'plain', 'never', setting)).through) {
            met.add(key(pair));
        }
    }
    return met;
}

function key({ task, attack }: Pair): string {
    return `${task} ${attack}`;
}
