/** Prints a simulation: steps as in every report, the possible next steps, and the state that the rules read. */
import { counted } from '../../../model/text/plural.js';
import { fileURLToPath } from 'node:url';
import type { SessionView } from '../../../checker/traces/session-view.js';
import type { Policy } from '../../../model/policy/policy.js';
import type { SessionOffers } from '../../../simulator/session.js';
import { readPolicyText } from '../../../workspace/policy-text.js';
import { pathFrom, type ReportContext } from '../../reports/context.js';
import { hang, printable, widthOf } from '../../terminal/layout.js';
import type { Text } from '../../reports/document.js';
import { printStep } from '../../reports/session.js';
import { printed } from '../../reports/terminal.js';
import type { Tone } from '../../terminal/style.js';
import type { Terminal } from '../../terminal/terminal.js';
import type { Simulation } from './simulation.js';

export class SessionPrinter {
    private readonly context: ReportContext;

    constructor(
        private readonly policy: Policy,
        private readonly simulation: Simulation,
        private readonly terminal: Terminal
    ) {
        const { cwd, style } = terminal;
        this.context = {
            style,
            quiet: false,
            pathOf: pathFrom(cwd),
            textOf: (uri) => readPolicyText(fileURLToPath(uri))
        };
    }

    lines(lines: readonly string[]): void {
        this.terminal.output.write(lines.map((line) => `${line}\n`).join(''));
    }

    /** Prints a sentence with line wrapping. */
    sentence(text: string, color: (line: string) => string = (line) => line): void {
        this.lines(hang('', printable(text), { width: this.context.style.width, color }));
    }

    /** Prints the reason why something cannot be done. */
    refusal(text: string): void {
        this.sign('bad', text);
    }

    /** Prints the last step, with the claims that it breaks. */
    lastStep(): void {
        this.step(this.simulation.lines.length - 1);
    }

    history(): void {
        const { lines, played } = this.simulation;
        if (played.trace.start) {
            this.sentence(`The session starts ${played.trace.start.text}.`);
        }
        if (lines.length === 0) {
            this.sentence('Nothing has happened.');
        }
        lines.forEach((_, index) => this.step(index));
    }

    /** Prints the possible next steps with their numbers: calls first, then other steps, then waiting. */
    offers({ calls, acts, waits }: SessionOffers): void {
        const { style } = this.context;
        const decided = calls.flatMap(({ choices }) => choices);
        const others = [...acts.map(({ line }) => line), ...waits.map((wait) => `wait ${wait}`)];
        const width = String(decided.length + others.length).length;
        const colors = { allowed: style.green, denied: style.red, held: style.yellow, waits: style.dim };
        const number = (index: number): string => `${String(index + 1).padStart(width)}  `;
        this.lines([
            ...decided.flatMap(({ line, decision, text }, index) => {
                const [first = '', ...rest] = hang(number(index), printable(line), style);
                const gap = style.width - widthOf(first) - widthOf(text);
                return gap >= 2 && rest.length === 0
                    ? [`${first}${' '.repeat(gap)}${colors[decision](text)}`]
                    : [first, ...rest, `${' '.repeat(width + 2)}${colors[decision](text)}`];
            }),
            ...others.flatMap((line, index) => hang(number(decided.length + index), printable(line), style))
        ]);
        calls
            .filter(({ incomplete }) => incomplete !== undefined)
            .forEach(({ agent, tool, incomplete }) =>
                this.sentence(`Not every decision about ${tool} of ${agent} is offered: ${incomplete}.`, style.dim)
            );
    }

    /** Prints the state that the rules read at this point; empty parts are left out. */
    state(): void {
        const { style } = this.context;
        const { steps, start } = this.simulation.played;
        const view: SessionView = steps.at(-1)?.state ?? start;
        for (const { name, entries } of view.groups.filter((group) => group.entries.length > 0)) {
            this.lines([style.bold(name)]);
            this.lines(entries.flatMap((entry) => hang('  ', printable(`${entry.name}: ${entry.value}`), style)));
        }
    }

    /** Prints the outcome of the session. */
    end(): void {
        const { broken, lines, firstUnjudged } = this.simulation;
        const steps = counted(lines.length, 'step');
        const unjudged =
            firstUnjudged === undefined
                ? ''
                : ` From step ${firstUnjudged} on, where a call runs on or another session begins, no claim was judged.`;
        const names = broken.map(({ claim, step }) => `"${claim}" (step ${step})`).join(', ');
        const what =
            broken.length === 0
                ? 'no claim is broken'
                : broken.length === 1
                  ? `the claim ${names} is broken`
                  : `the claims ${names} are broken`;
        this.lines(['']);
        this.sign(broken.length === 0 ? 'good' : 'bad', `${steps}: ${what}.${unjudged}`);
    }

    private sign(tone: Tone, text: Text): void {
        this.lines(printed([{ kind: 'note', label: { tone }, text }], this.context));
    }

    private step(index: number): void {
        const { style } = this.context;
        const { steps, trace } = this.simulation.played;
        const { traced, line, message, breaks = [] } = steps[index]!;
        const before = steps[index - 1]?.traced ?? 0;
        const number = `${style.signs.step} ${String(index + 1)}  `;
        if (traced === before) {
            this.lines([
                `${number}${style.bold(printable(line.trim()))}`,
                ...hang(' '.repeat(widthOf(number)), printable(message), { width: style.width, color: style.dim })
            ]);
        } else {
            this.lines(
                printStep(
                    trace.steps[traced - 1]!,
                    { number: String(index + 1), before: trace.steps[traced - 2], isLast: true },
                    '',
                    this.context
                )
            );
        }
        for (const name of breaks) {
            const source = this.policy.claims.find((claim) => claim.name === name)!;
            this.sign('bad', [`This breaks the claim "${name}" (`, { place: source.usedAt ?? source.source }, ').']);
        }
    }
}
