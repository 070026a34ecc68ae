/**
 * A session that grows and shrinks line by line. The player decides each state from the start, so that its parts always
 * agree.
 */
import type { KeptScenario, PlayedSession, SessionOffers, SessionTexts } from '../../../simulator/session.js';
import { SessionPlayer } from '../../../simulator/player.js';
import { type PolicyDocument, PolicyFileSystem } from '../../../workspace/policy-workspace.js';

/** A claim that the session breaks, and the number of the step that breaks it, starting at one. */
export interface BrokenClaim {
    readonly claim: string;
    readonly step: number;
}

/** The value `true`, `false` or `unknown` of a condition, or the reason why it cannot be determined. */
type Evaluation = { readonly value: string } | { readonly problem: string };

export class Simulation {
    private readonly player = new SessionPlayer(new PolicyFileSystem());
    private readonly uri: string;
    private texts: SessionTexts;
    private session = EMPTY;
    private known: SessionOffers | undefined;

    private constructor(
        document: PolicyDocument,
        private readonly isOffering: boolean
    ) {
        this.uri = document.uri.toString();
        this.texts = { text: document.textDocument.getText(), files: [] };
    }

    /**
     * @param document the document of a policy without errors
     * @param isOffering true to ask for the possible next steps after each step
     */
    static async start(document: PolicyDocument, isOffering: boolean): Promise<Simulation> {
        const simulation = new Simulation(document, isOffering);
        await simulation.undo(0);
        return simulation;
    }

    get played(): PlayedSession {
        return this.session;
    }

    get lines(): readonly string[] {
        return this.session.steps.map(({ line }) => line);
    }

    /** The claims that the session breaks, in the order of the breaking steps. */
    get broken(): readonly BrokenClaim[] {
        return this.session.steps.flatMap(({ breaks = [] }, index) =>
            breaks.map((claim) => ({ claim, step: index + 1 }))
        );
    }

    /**
     * The number of the first step, starting at one, from which on the claims are not judged; undefined if all steps
     * are judged.
     */
    get firstUnjudged(): number | undefined {
        const index = this.session.steps.findIndex(({ breaks }) => breaks === undefined);
        return index < 0 ? undefined : index + 1;
    }

    /** Takes a step. If the step cannot be taken, the result is the reason, and the session is unchanged. */
    async take(line: string): Promise<string | undefined> {
        const next = await this.play([...this.lines, line]);
        if (next.problem) {
            return next.problem.message;
        }
        this.become(next);
        return undefined;
    }

    /** Undoes the last steps, at most as many as there are. */
    async undo(count: number): Promise<void> {
        this.become(await this.play(this.lines.slice(0, Math.max(0, this.lines.length - count))));
    }

    /** The possible next steps. */
    async offers(): Promise<SessionOffers> {
        this.known ??= (await this.play(this.lines, true)).offers!;
        return this.known;
    }

    async truthOf(condition: string): Promise<Evaluation> {
        const params = { uri: this.uri, lines: this.lines, condition };
        return (await this.player.run({ kind: 'evaluate', params, ...this.texts })) as Evaluation;
    }

    /** The session as a scenario that expects the actual decisions, with its place in the text of the policy. */
    async scenario(name: string): Promise<KeptScenario> {
        const params = { uri: this.uri, lines: this.lines, name };
        return (await this.player.run({ kind: 'keep', params, ...this.texts })) as KeptScenario;
    }

    /** The text of the policy that is played. */
    get text(): string {
        return this.texts.text;
    }

    /** The session continues with the changed text, because another scenario does not change the rules. */
    set text(text: string) {
        this.texts = { ...this.texts, text };
    }

    private become(session: PlayedSession): void {
        this.session = session;
        this.known = session.offers;
    }

    private async play(lines: readonly string[], offers = this.isOffering): Promise<PlayedSession> {
        const params = { uri: this.uri, lines, offers, claims: true };
        return (await this.player.run({ kind: 'play', params, ...this.texts })) as PlayedSession;
    }
}

const EMPTY: PlayedSession = {
    policy: '',
    steps: [],
    start: { time: 0, groups: [] },
    trace: { steps: [], facts: [], summary: '' }
};

/** The offered lines in the order of their numbers: calls, other steps, and waiting. */
export function offeredLines({ calls, acts, waits }: SessionOffers): string[] {
    return [
        ...calls.flatMap(({ choices }) => choices.map(({ line }) => line)),
        ...acts.map(({ line }) => line),
        ...waits.map((wait) => `wait ${wait}`)
    ];
}
