/** Plays a session in a terminal, or by the lines of a file. */
import { createInterface } from 'node:readline';
import { resolve } from 'node:path';
import { CodedError } from '../../../workspace/errors.js';
import { writePolicyText } from '../../terminal/output.js';
import { readPolicyText } from '../../../workspace/policy-text.js';
import { printable } from '../../terminal/layout.js';
import type { Terminal } from '../../terminal/terminal.js';
import type { SessionPrinter } from './session-printer.js';
import { offeredLines, type Simulation } from './simulation.js';

const PROMPT = '> ';

const HELP = [
    'A step is a line of a scenario, without its decision:',
    '  assistant calls mail.read(folder: "inbox")',
    '  reviewer approves web.post',
    '  wait 10m',
    'Other commands:',
    '  offers         what may come next, numbered, and how each call is decided',
    '  3              the step with this number',
    '  3 id: "a"      the call with this number, with other arguments',
    '  undo, undo 2   take back the last step, or the last two',
    '  restart        take back all',
    '  history        the session so far',
    '  state          what the rules know now: labels, modes, history, held calls',
    '  is CONDITION   whether a condition is true now',
    '  scenario NAME  the session as a scenario that expects what happened',
    '  save NAME      the same, written to the file of the policy',
    '  quit           end the session, like the end of the input'
];

export class Dialogue {
    private hasFailed = false;
    /** The inputs that may be typed next. */
    private completions: readonly string[] = [];

    /**
     * @param file the path of the policy
     * @param taken the names of its scenarios
     */
    constructor(
        private readonly simulation: Simulation,
        private readonly printer: SessionPrinter,
        private readonly file: string,
        private readonly taken: Set<string>,
        private readonly terminal: Terminal
    ) {}

    /**
     * Runs until the end of standard input. Returns true if all lines were understood, or if a person could correct
     * them.
     */
    async run(isPerson: boolean): Promise<boolean> {
        const lines = createInterface({
            input: process.stdin,
            terminal: isPerson,
            prompt: PROMPT,
            ...(isPerson && { output: process.stdout, completer: (line: string) => this.complete(line) })
        });
        lines.on('SIGINT', () => lines.close());
        this.printer.sentence(`${this.simulation.played.policy}. Type help for the commands`);
        const ask = async (): Promise<void> => {
            if (isPerson) {
                await this.offer();
                lines.prompt();
            }
        };
        await ask();
        for await (const written of lines) {
            const line = written.trim();
            if (!isPerson && line !== '') {
                this.printer.lines(['', `${PROMPT}${printable(line)}`]);
            }
            if (/^(?:quit|exit)$/.test(line)) {
                break;
            }
            await this.answer(line);
            await ask();
        }
        lines.close();
        return isPerson || !this.hasFailed;
    }

    private async answer(line: string): Promise<void> {
        const known = this.commands().find(([pattern]) => pattern.test(line));
        if (known) {
            const [pattern, run] = known;
            await run(...pattern.exec(line)!.slice(1));
        } else if (line !== '' && !line.startsWith('//')) {
            await this.take(line);
        }
    }

    /** A step has two or more words, and its second word never follows a command. */
    private commands(): readonly (readonly [RegExp, (...parts: string[]) => unknown])[] {
        const { simulation, printer } = this;
        return [
            [/^(?:help|\?)$/, () => printer.lines(HELP)],
            [/^offers$/, async () => printer.offers(await simulation.offers())],
            [/^history$/, () => printer.history()],
            [/^state$/, () => printer.state()],
            [/^undo(?:\s+(\d+))?$/, (count) => this.undo(Number(count ?? 1))],
            [/^restart$/, () => this.undo(simulation.lines.length)],
            [/^(\d+)(?:\s+(.*))?$/, (number, args) => this.takeOffered(Number(number), args)],
            [/^is\s+(?!calls\b)(.*)$/, (condition) => this.tell(condition)],
            [/^scenario\s+"?(.+?)"?$/, (name) => this.show(name)],
            [/^save\s+"?(.+?)"?$/, (name) => this.save(name)]
        ];
    }

    private async take(line: string): Promise<void> {
        const problem = await this.simulation.take(line);
        if (problem === undefined) {
            this.printer.lastStep();
        } else {
            this.refuse(problem);
        }
    }

    private async takeOffered(number: number, args: string | undefined): Promise<void> {
        const offers = await this.simulation.offers();
        const line = offeredLines(offers)[number - 1];
        const call = offers.calls.flatMap(({ agent, tool, choices }) =>
            choices.map(({ behind = '' }) => ({ called: `${agent} calls ${tool}`, behind }))
        )[number - 1];
        if (line === undefined) {
            this.refuse(`There is no offer ${number}.`);
        } else if (args === undefined) {
            await this.take(line);
        } else if (call && line.startsWith(`${call.called}(`)) {
            await this.take(`${call.called}(${args})${call.behind}`);
        } else {
            this.refuse(`Offer ${number} is not a call of a tool: it takes no arguments.`);
        }
    }

    private async undo(count: number): Promise<void> {
        await this.simulation.undo(count);
        const { length } = this.simulation.lines;
        this.printer.sentence(length === 0 ? 'The session is at its start.' : `Step ${length} is the last one.`);
    }

    private async tell(condition: string): Promise<void> {
        const found = await this.simulation.truthOf(condition);
        if ('problem' in found) {
            this.refuse(found.problem);
        } else {
            this.printer.sentence(found.value);
        }
    }

    private async show(name: string): Promise<void> {
        const text = await this.scenario(name);
        this.printer.lines(printable(text?.trim() ?? '').split('\n'));
    }

    private async scenario(name: string): Promise<string | undefined> {
        if (this.simulation.lines.length === 0) {
            this.refuse('Nothing has happened that a scenario could show.');
            return undefined;
        }
        if (this.taken.has(name)) {
            this.refuse(`The policy has a scenario "${name}" already.`);
            return undefined;
        }
        return (await this.simulation.scenario(name)).text;
    }

    private async save(name: string): Promise<void> {
        const path = resolve(this.terminal.cwd, this.file);
        try {
            if (readPolicyText(path) !== this.simulation.text) {
                this.refuse(`${this.file} has changed since the session began.`);
                return;
            }
            const text = await this.scenario(name);
            if (text === undefined) {
                return;
            }
            this.simulation.text = `${this.simulation.text.trimEnd()}${text}\n`;
            writePolicyText(path, this.simulation.text);
            this.taken.add(name);
            this.printer.sentence(`The scenario "${name}" is written into ${this.file}.`);
        } catch (error) {
            if (!(error instanceof CodedError)) {
                throw error;
            }
            this.refuse(error.message);
        }
    }

    /** Shows the possible next steps, which a person sees without asking for them. */
    private async offer(): Promise<void> {
        const offers = await this.simulation.offers();
        this.completions = offeredLines(offers);
        this.printer.lines(['']);
        this.printer.offers(offers);
    }

    private complete(line: string): [string[], string] {
        return [this.completions.filter((one) => one.startsWith(line)), line];
    }

    private refuse(text: string): void {
        this.hasFailed = true;
        this.printer.refusal(text);
    }
}
