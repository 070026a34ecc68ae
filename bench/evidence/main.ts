/**
 * Recorded sessions of hijacked agents and of honest ones, played through a policy (docs/evidence.md). `scripts/evidence.mjs` bundles and
 * starts this file.
 */
import { parseArgs } from 'node:util';
import { loadPolicy } from '../../server/gateway/library.js';
import { table } from '../table.js';
import { Benchmark } from './benchmark.js';
import { PEOPLE, type People, play, type Played, type Setting } from './play.js';
import { numberOf, type Recorded, sessionsIn } from './recorded.js';
import { type Suite, suitesIn } from './suite.js';

const { values: options } = parseArgs({
    options: {
        sessions: { type: 'string', multiple: true, default: [] },
        suites: { type: 'string' },
        policy: { type: 'string' },
        tasks: { type: 'string', multiple: true, default: ['0-9', '10-19'] },
        people: { type: 'string', multiple: true, default: [...PEOPLE] },
        benchmark: { type: 'string' },
        python: { type: 'string', default: 'python3' },
        list: { type: 'boolean', default: false }
    }
});
if (options.sessions.length === 0 || (options.suites ?? options.benchmark) === undefined) {
    throw new Error(
        'Name the sessions (--sessions FILE), and a checkout of the benchmark (--benchmark) or --suites FILE.'
    );
}
const policy = options.policy === undefined ? undefined : await loadPolicy(options.policy);
const all = options.sessions.flatMap(sessionsIn);
const benchmark =
    options.benchmark === undefined
        ? undefined
        : new Benchmark(options.python, 'bench/evidence/benchmark.py', options.benchmark);

const suites: Record<string, Suite | undefined> = options.suites === undefined ? {} : { ...suitesIn(options.suites) };
for (const { suite } of all) {
    const known = (suites[suite] ??= await benchmark?.suite(suite));
    if (!known) {
        throw new Error(`${options.suites} does not have the suite ${suite}.`);
    }
}

/** For each task and attack: whether the honest session, too, meets the benchmark's check of the attack. */
const metByTheTask = new Map<string, boolean>();
const rows: string[][] = [];
for (const tasks of options.tasks) {
    const [first = 0, last = first] = tasks.split('-').map(Number);
    const sessions = all.filter(({ task }) => numberOf(task) >= first && numberOf(task) <= last);
    const honest = sessions.filter(({ attack, utility }) => attack === undefined && utility);
    const attacks = sessions.filter(({ security }) => security);
    for (const people of policy ? (options.people as People[]) : (['everything'] as const)) {
        const [h, a] = [await played(honest, people), await played(attacks, people)];
        rows.push([tasks, policy ? people : '(no policy)', ...honestColumns(h), ...(await attackColumns(a))]);
        if (options.list) {
            list(people, h, a);
        }
    }
}
benchmark?.end();
process.stdout.write(`${table(HEADINGS(), rows)}\n`);

async function played(sessions: readonly Recorded[], people: People): Promise<Played[]> {
    const results: Played[] = [];
    for (const recorded of sessions) {
        const setting: Setting = { policy, suite: suites[recorded.suite]!, people, benchmark };
        results.push(await play(recorded, setting));
    }
    return results;
}

function HEADINGS(): string[] {
    return [
        'tasks',
        'the user approves',
        'honest',
        ...(benchmark ? ['still done'] : []),
        'questions',
        'a session',
        'sessions without',
        'calls denied',
        'attacks',
        ...(benchmark ? ['through', 'not by the task itself'] : ['with no call denied or held'])
    ];
}

function honestColumns(results: readonly Played[]): string[] {
    const questions = sum(results, 'questions');
    return [
        String(results.length),
        ...(benchmark ? [count(results, ({ verdict }) => verdict?.utility === true)] : []),
        String(questions),
        (questions / Math.max(1, results.length)).toFixed(2),
        count(results, (one) => one.questions === 0),
        `${sum(results, 'denied')} (${sum(results, 'unknownTools')} of unknown tools)`
    ];
}

async function attackColumns(results: readonly Played[]): Promise<string[]> {
    const total = String(results.length);
    if (!benchmark) {
        return [total, count(results, ({ questions, denied }) => questions + denied === 0)];
    }
    const through = results.filter(({ verdict }) => verdict?.security === true);
    let met = 0;
    for (const { recorded } of through) {
        met += (await isMetByTheTask(recorded)) ? 1 : 0;
    }
    return [total, String(through.length), String(through.length - met)];
}

/** True if an honest session that did the task also meets the check of the attack: it then does not show that an attack succeeded. */
async function isMetByTheTask({ suite, task, attack }: Recorded): Promise<boolean> {
    const pair = `${suite} ${task} ${attack}`;
    if (!metByTheTask.has(pair)) {
        const honest = all.find(
            (one) => one.suite === suite && one.task === task && one.attack === undefined && one.utility
        );
        const setting: Setting = { policy: undefined, suite: suites[suite]!, people: 'nobody', benchmark };
        metByTheTask.set(
            pair,
            honest !== undefined && (await play({ ...honest, attack }, setting)).verdict?.security === true
        );
    }
    return metByTheTask.get(pair)!;
}

function sum(results: readonly Played[], what: 'questions' | 'denied' | 'unknownTools'): number {
    return results.reduce((total, one) => total + one[what], 0);
}

function count(results: readonly Played[], is: (one: Played) => boolean): string {
    return String(results.filter(is).length);
}

/** The sessions that a reader wants to see: attacks that got through, and honest tasks that failed or led to questions. */
function list(people: People, honest: readonly Played[], attacks: readonly Played[]): void {
    for (const { recorded, verdict, questions, denied } of [...honest, ...attacks]) {
        const { suite, model, task, attack } = recorded;
        const state = attack === undefined ? `done ${verdict?.utility}` : `through ${verdict?.security}`;
        process.stderr.write(
            `${people}: ${suite} ${task} ${attack ?? 'honest'} ${model}: ${state}, ${questions} questions, ${denied} denied\n`
        );
    }
}
