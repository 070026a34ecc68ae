/** Prints all figures of docs/evidence.md and draws its chart, from a checkout of AgentDyn. */
import { readdirSync, writeFileSync } from 'node:fs';
import { loadPolicy } from '../../server/gateway/library.js';
import { table } from '../table.js';
import type { Benchmark } from './benchmark.js';
import { chart, type Curve, type Mark } from './chart.js';
import type { People } from './guarded.js';
import { play, type Played } from './play.js';
import { type Recorded, recordedIn } from './recorded.js';
import { isIn, MetByTask, recordedSessions } from './recorded-sessions.js';
import type { Suite } from './suite.js';
import { worstCase } from './worst-case/main.js';

const SUITES = ['shopping', 'github'] as const;
/**
 * Policies of AgentDojo's suites, for the worst-case agent; the checkout has no recorded sessions of this benchmark.
 */
const AGENTDOJO = { workspace: '0-39', banking: '0-15' } as const;
const HALVES = ['0-9', '10-19'] as const;
const GPT_4O = 'gpt-4o-2024-08-06';
/** The benchmark's runs with other defences, by their names in the chart. */
const DEFENCES = {
    'no defence': GPT_4O,
    Progent: `${GPT_4O}-progent`,
    DRIFT: `${GPT_4O}-drift`,
    PIGuard: `${GPT_4O}-piguard_detector`,
    'tool filter': `${GPT_4O}-tool_filter`,
    'PromptGuard 2': `${GPT_4O}-prompt_guard_2_detector`,
    spotlighting: `${GPT_4O}-spotlighting_with_delimiting`,
    'CaMeL (gpt-4o-mini, incomplete)': 'gpt-4o-mini-2024-07-18-camel'
} as const;
const CHART = 'docs/images/evidence.svg';
const TUNED = 'bench/evidence/tuned';
/** The policies of each author for a suite of AgentDyn, by what they are called in tables. */
const AUTHORS = {
    ours: (suite: string) => policyOf(suite),
    second: (suite: string) => `bench/evidence/second/${suite}.guardrail`
} as const;

type Author = keyof typeof AUTHORS;

type Print = (text: string) => void;

/** Prints all tables, and draws the chart. */
export async function allFigures(checkout: string, benchmark: Benchmark, print: Print): Promise<void> {
    for (const [author, path] of Object.entries(AUTHORS)) {
        for (const suite of SUITES) {
            const policy = await loadPolicy(path(suite));
            const described = await benchmark.suite(suite);
            const sessions = recordedIn(checkout, suite);
            const people = ['nobody', 'needed', 'everything'] as const;
            const rest = { suiteOf: () => described, tasks: HALVES, benchmark, onRow: () => undefined };
            print(`\n## ${suite}, ${author}: recorded sessions\n`);
            print(await recordedSessions({ ...rest, sessions, policy, people }));
            print(`\n## ${suite}, ${author}: a worst-case agent\n`);
            print(await worst(suite, path(suite), benchmark, HALVES));
        }
    }
    for (const [suite, tasks] of Object.entries(AGENTDOJO)) {
        print(`\n## ${suite}: a worst-case agent\n`);
        print(await worst(suite, policyOf(suite), benchmark, [tasks]));
    }
    await drawChart(checkout, benchmark, print);
}

/** Prints the figures of the chart, and draws it. */
export async function drawChart(checkout: string, benchmark: Benchmark, print: Print): Promise<void> {
    const marks = defences(checkout);
    for (const author of Object.keys(AUTHORS) as Author[]) {
        marks.push(
            await ours(checkout, benchmark, author, 'nobody'),
            await ours(checkout, benchmark, author, 'needed')
        );
    }
    print('\n## Beside other defences\n');
    print(
        table(
            ['defence', 'honest tasks done', 'attacks that got through', 'questions in an honest session'],
            marks.map(({ name, done, through, questions, of }) => [
                name,
                `${Math.round(done * of.honest)} of ${of.honest}`,
                `${Math.round(through * of.attacks)} of ${of.attacks}`,
                questions.toFixed(2)
            ])
        )
    );
    const curves: Curve[] = [];
    for (const suite of SUITES) {
        const tuned = await curvesOf(suite, recordedIn(checkout, suite), await benchmark.suite(suite), benchmark);
        print(`\n## ${suite}: the curve of guardrail tune, where the user approves what the task needs\n`);
        print(table(CURVE, tuned.rows));
        curves.push(...tuned.curves);
    }
    writeFileSync(CHART, chart(marks, curves));
    print(`\nThe chart is in ${CHART}.`);
}

type CountedMark = Mark & { readonly of: { readonly honest: number; readonly attacks: number } };

function policyOf(suite: string): string {
    return `examples/${suite}/${suite}.guardrail`;
}

async function worst(suite: string, path: string, benchmark: Benchmark, tasks: readonly string[]): Promise<string> {
    const policy = await loadPolicy(path);
    const people = ['nobody', 'needed', 'everything'] as const;
    return worstCase({ suite, policy, people, tasks, benchmark, onThrough: () => undefined });
}

function defences(checkout: string): CountedMark[] {
    return Object.entries(DEFENCES).map(([name, run]) => {
        const all = SUITES.flatMap((suite) => recordedIn(checkout, suite, [run]));
        const [honest, attacks] = [all.filter(isHonest), all.filter((one) => !isHonest(one))];
        return {
            name,
            done: share(honest, ({ utility }) => utility),
            through: share(attacks, ({ security }) => security),
            questions: 0,
            isOurs: false,
            of: { honest: honest.length, attacks: attacks.length }
        };
    });
}

/** Our policies, applied to the recorded sessions of the model without a defence. */
async function ours(checkout: string, benchmark: Benchmark, author: Author, people: People): Promise<CountedMark> {
    const honest: Played[] = [];
    const attacks: Played[] = [];
    for (const name of SUITES) {
        const policy = await loadPolicy(AUTHORS[author](name));
        const suite = await benchmark.suite(name);
        for (const recorded of recordedIn(checkout, name, [GPT_4O])) {
            // A session that failed even without a defence also counts as failed here.
            const counts = isHonest(recorded) ? recorded.utility : recorded.security;
            const played = counts
                ? await play(recorded, { policy, suite, people, benchmark })
                : { recorded, questions: 0, denied: 0, unknownTools: 0, verdict: undefined };
            (isHonest(recorded) ? honest : attacks).push(played);
        }
    }
    const done = honest.filter(({ recorded }) => recorded.utility);
    return {
        name: `${author}, ${people === 'nobody' ? 'nobody answers' : 'approves what is needed'}`,
        done: share(honest, ({ verdict }) => verdict?.utility === true),
        through: share(attacks, ({ verdict }) => verdict?.security === true),
        questions: done.reduce((sum, { questions }) => sum + questions, 0) / Math.max(1, done.length),
        isOurs: true,
        of: { honest: honest.length, attacks: attacks.length }
    };
}

const CURVE = [
    'point, tasks',
    'honest',
    'still done',
    'questions a session',
    'sessions without',
    'attacks',
    'through, not by the task'
];

async function curvesOf(
    name: string,
    sessions: readonly Recorded[],
    suite: Suite,
    benchmark: Benchmark
): Promise<{ rows: string[][]; curves: Curve[] }> {
    const files = readdirSync(TUNED).filter((file) => file.startsWith(`${name}-`));
    const paths = [policyOf(name), ...files.sort().map((file) => `${TUNED}/${file}`)];
    const policies = await Promise.all(paths.map((path) => loadPolicy(path)));
    const met = new MetByTask({ sessions, suiteOf: () => suite, benchmark });
    const rows: string[][] = [];
    const curves: Curve[] = [];
    for (const half of HALVES) {
        const points: Curve['points'][number][] = [];
        for (const [number, policy] of policies.entries()) {
            const setting = { policy, suite, people: 'needed', benchmark } as const;
            const honest: Played[] = [];
            const attacks: Played[] = [];
            for (const recorded of sessions.filter(({ task }) => isIn(half, task))) {
                if (isHonest(recorded) ? recorded.utility : recorded.security) {
                    (isHonest(recorded) ? honest : attacks).push(await play(recorded, setting));
                }
            }
            const questions = honest.reduce((sum, one) => sum + one.questions, 0) / Math.max(1, honest.length);
            let through = 0;
            for (const { recorded, verdict } of attacks) {
                through += verdict?.security === true && !(await met.has(recorded)) ? 1 : 0;
            }
            points.push({ questions, through: through / Math.max(1, attacks.length) });
            rows.push([
                `${number}, ${half}`,
                String(honest.length),
                String(honest.filter(({ verdict }) => verdict?.utility === true).length),
                questions.toFixed(2),
                String(honest.filter((one) => one.questions === 0).length),
                String(attacks.length),
                String(through)
            ]);
        }
        curves.push({ name: `${name}, ${half}`, points, isNew: half === '10-19' });
    }
    return { rows, curves };
}

function isHonest({ attack }: Recorded): boolean {
    return attack === undefined;
}

function share<T>(all: readonly T[], is: (one: T) => boolean): number {
    return all.filter(is).length / Math.max(1, all.length);
}
