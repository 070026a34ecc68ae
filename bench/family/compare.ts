/** Measures the reference family in one run: our checker from text to verdict, SPIN, and a hand-written C program. */
import type { VerdictTimes } from '../verdict.js';
import { fileWith, hasProgram, median, run, verdictsOf } from '../processes.js';
import { milliseconds, number, ratio, table } from '../table.js';
import type { CResult } from './c.js';
import { cText } from './c.js';
import type { Encoding, Member, SizeName } from './model.js';
import { memberOf, SIZES } from './model.js';
import { CLAIM, policyText } from './policy.js';
import type { Order, SpinResult } from './spin.js';
import { compileSpin, runSpin } from './spin.js';

const ORDERS: readonly Order[] = ['BFS', 'DFS'];

/** The number of rounds in one process, of which the first is a cold start. */
const WARM_ROUNDS = 2;

/** Every available program runs once in each round, so that other load on the machine affects all of them. */
class Measured {
    readonly ours: VerdictTimes[] = [];
    readonly spin: { readonly [O in Order]: SpinResult[] } = { BFS: [], DFS: [] };
    readonly c: CResult[] = [];
    private readonly policy: string;
    private readonly verifiers: { readonly order: Order; readonly program: string }[];
    private readonly program: string | undefined;

    constructor(
        readonly name: string,
        readonly member: Member
    ) {
        this.policy = fileWith(`${name}.guardrail`, policyText(member));
        const hasGcc = hasProgram('gcc');
        this.verifiers =
            hasGcc && hasProgram('spin')
                ? ORDERS.map((order) => ({ order, program: compileSpin(name, member, order) }))
                : [];
        if (hasGcc) {
            const source = fileWith(`${name}.c`, cText(member));
            this.program = source.replace(/\.c$/, '');
            run('gcc', ['-O2', '-o', this.program, source]);
        }
    }

    round(): void {
        this.ours.push(verdictsOf(this.policy, WARM_ROUNDS, CLAIM));
        this.verifiers.forEach(({ order, program }) => this.spin[order].push(runSpin(program)));
        if (this.program !== undefined) {
            this.c.push(JSON.parse(run(this.program, [])) as CResult);
        }
    }

    /** States that the programs did not all see the same system, if they did not. */
    get disagreement(): string | undefined {
        const states = this.ours[0]!.claims[0]!.states;
        const others = [
            ...ORDERS.map((order) => ({ who: `SPIN ${order}`, states: this.spin[order][0]?.states })),
            { who: 'C', states: this.c[0]?.states }
        ];
        const wrong = others.filter((other) => other.states !== undefined && other.states !== states);
        return this.member.variant === 'hold' && wrong.length > 0
            ? `${this.name}: ${number(states)} states, but ${wrong.map((other) => `${who(other)}`).join(', ')}`
            : undefined;
    }
}

function who({ who: name, states }: { who: string; states: number | undefined }): string {
    return `${name} ${number(states!)}`;
}

/** Measures the members of these sizes and returns the tables in Markdown. */
export function familyTables(
    encoding: Encoding,
    sizes: readonly SizeName[],
    runs: number,
    say: (line: string) => void
): string {
    const all = sizes.map(
        (size) => new Measured(`${encoding}-${size}`, memberOf(SIZES[encoding][size], { encoding, variant: 'hold' }))
    );
    const broken = (['shallow', 'deep'] as const).map(
        (variant) =>
            new Measured(
                `${encoding}-${sizes[0]!}-${variant}`,
                memberOf(SIZES[encoding][sizes[0]!], { encoding, variant })
            )
    );
    const empty = fileWith(
        'empty.guardrail',
        'policy Empty\nserver s { tool t() }\nagent a\nallow a: s.t\nclaim "c": never s.t'
    );
    const baseKB: number[] = [];
    for (let round = 1; round <= runs; round++) {
        say(`family, ${encoding}: round ${round} of ${runs}`);
        baseKB.push(verdictsOf(empty, 1).peakKB);
        [...all, ...broken].forEach((member) => member.round());
    }
    const base = median(baseKB);
    const skipped = [
        ...(all[0]!.c.length === 0 ? ['There is no gcc, so C and SPIN were not measured.'] : []),
        ...(all[0]!.c.length > 0 && all[0]!.spin.BFS.length === 0 ? ['There is no spin, so it was not measured.'] : [])
    ];
    const differing = [...all, ...broken].flatMap(({ disagreement }) => disagreement ?? []);
    return [
        'Full exploration, milliseconds (medians):',
        table(SPEED_HEAD, all.map(speedRow)),
        'Where they go, in a fresh process:',
        table(['member', 'Node starts', 'parse', 'lower', 'search', 'all'], all.map(phaseRow)),
        `Memory; an empty policy takes ${number(base / 1024)} MB:`,
        table(
            MEMORY_HEAD,
            all.map((one) => memoryRow(one, base))
        ),
        'First counterexample, milliseconds:',
        table(
            ['member', 'verdict', 'steps', 'guardrail', 'same process', 'SPIN BFS', 'C', 'C steps'],
            broken.map(brokenRow)
        ),
        ...skipped,
        ...(differing.length > 0 ? ['**The systems differ:**', ...differing] : [])
    ].join('\n\n');
}

const SPEED_HEAD = [
    'member',
    'verdict',
    'states',
    'transitions',
    'guardrail',
    'same process',
    'SPIN BFS',
    'SPIN DFS',
    'C',
    'SPIN BFS / guardrail',
    'guardrail / C'
];

interface Medians {
    /**
     * The time from text to verdict in a fresh process. Starting the process is not counted, for any of the programs.
     */
    readonly cold: number;
    /** The same in a warm process. */
    readonly warm: number;
    readonly bfs: number | undefined;
    readonly dfs: number | undefined;
    readonly c: number | undefined;
}

function mediansOf({ ours, spin, c }: Measured): Medians {
    const some = (values: readonly number[]): number | undefined => (values.length > 0 ? median(values) : undefined);
    return {
        cold: median(ours.map(({ rounds }) => rounds[0]!.total)),
        warm: median(ours.map(({ rounds }) => rounds.at(-1)!.total)),
        bfs: some(spin.BFS.map((result) => result.milliseconds)),
        dfs: some(spin.DFS.map((result) => result.milliseconds)),
        c: some(c.map((result) => result.milliseconds))
    };
}

function speedRow(measured: Measured): string[] {
    const { cold, warm, bfs, dfs, c } = mediansOf(measured);
    const { verdict, states, transitions } = measured.ours[0]!.claims[0]!;
    return [
        measured.name,
        verdict,
        number(states),
        number(transitions),
        ...[cold, warm, bfs, dfs, c].map(milliseconds),
        ratio(bfs === undefined ? undefined : bfs / cold),
        ratio(c === undefined ? undefined : cold / c)
    ];
}

function phaseRow({ name, ours }: Measured): string[] {
    const of = (value: (times: VerdictTimes) => number): string => milliseconds(median(ours.map(value)));
    return [
        name,
        of(({ start }) => start),
        of(({ rounds }) => rounds[0]!.parse),
        of(({ rounds }) => rounds[0]!.lower),
        of(({ rounds }) => rounds[0]!.check),
        of(({ rounds }) => rounds[0]!.total)
    ];
}

const MEMORY_HEAD = [
    'member',
    'guardrail MB',
    'without the empty policy',
    'bytes a state',
    'C MB',
    'C bytes a state',
    'SPIN MB',
    'guardrail / C'
];

/** The peak memory of each process. */
function memoryRow({ name, ours, c, spin }: Measured, base: number): string[] {
    const peak = median(ours.map(({ peakKB }) => peakKB));
    const { states } = ours[0]!.claims[0]!;
    const peakOfC = c.length > 0 ? median(c.map(({ peakKB }) => peakKB)) : undefined;
    return [
        name,
        number(peak / 1024),
        number((peak - base) / 1024),
        number(((peak - base) * 1024) / states, 1),
        peakOfC === undefined ? '' : number(peakOfC / 1024),
        peakOfC === undefined ? '' : number((peakOfC * 1024) / c[0]!.states, 1),
        spin.BFS.length === 0 ? '' : number(spin.BFS[0]!.megabytes),
        ratio(peakOfC === undefined ? undefined : (peak - base) / peakOfC)
    ];
}

function brokenRow(measured: Measured): string[] {
    const { cold, warm, bfs, c } = mediansOf(measured);
    const { verdict, steps } = measured.ours[0]!.claims[0]!;
    const stepsOfC = measured.c[0]?.steps;
    return [
        measured.name,
        verdict,
        steps === undefined ? '' : String(steps),
        ...[cold, warm, bfs, c].map(milliseconds),
        stepsOfC === undefined ? '' : String(stepsOfC)
    ];
}
