/** Plays the lines of a session: the model decides each of them, and no state is kept between requests. */
import type { FileSystemProvider } from 'langium';
import type { RanStep } from '../checker/scenarios/scenarios.js';
import { runScenario, stepsOfScenario } from '../checker/scenarios/scenarios.js';
import { truthAt, truthText, viewOf } from '../checker/traces/session-view.js';
import { initial } from '../model/advance.js';
import { whyNotJudged } from '../model/judge.js';
import { lineText, scenarioText } from './session-scenario.js';
import { brokenClaims } from './broken-claims.js';
import { OfferWriter } from './offers.js';
import type { ReadSession, SessionProblem } from './reader.js';
import { SessionReader } from './reader.js';
import type {
    ConditionValue,
    EvaluateParams,
    KeepScenarioParams,
    KeptScenario,
    PlayedSession,
    PlayedStep,
    PlayParams,
    SessionAnswer,
    SessionOrder,
    SessionTexts
} from './session.js';

export class SessionPlayer {
    private readonly reader: SessionReader;
    private readonly offers = new OfferWriter();

    /** @param disk reads the files that the orders lack */
    constructor(disk: FileSystemProvider) {
        this.reader = new SessionReader(disk);
    }

    run(order: SessionOrder): Promise<SessionAnswer> {
        switch (order.kind) {
            case 'play':
                return this.play(order.params, order);
            case 'evaluate':
                return this.evaluate(order.params, order);
            case 'keep':
                return this.keep(order.params, order);
        }
    }

    /** If a line has a problem, the lines before it are played, so that the user can continue from there. */
    private async play(params: PlayParams, texts: SessionTexts): Promise<PlayedSession> {
        const { uri, lines, offers, claims } = params;
        const read = await this.reader.read(uri, texts, lines);
        if ('problem' in read) {
            const { line } = read.problem;
            return line === undefined
                ? { ...NOTHING, problem: read.problem }
                : this.playUntil(line, read.problem, params, texts);
        }
        const { policy, scenario } = read;
        const ran = stepsOfScenario(policy, scenario);
        const impossible = ran.findIndex((step, index) => !isTaken(step, read, index));
        if (impossible >= 0) {
            const problem = { line: impossible, message: ran[impossible]!.result.message };
            return this.playUntil(impossible, problem, params, texts);
        }
        const state = ran.at(-1)?.after ?? initial(policy);
        return {
            policy: policy.name,
            steps: stepsFor(read, ran, lines, claims ? brokenClaims(policy, ran) : []),
            start: viewOf(policy, initial(policy)),
            trace: runScenario(policy, scenario).trace,
            ...(claims && {
                claims: policy.claims.filter((claim) => whyNotJudged(claim) === undefined).map(({ name }) => name)
            }),
            ...(offers && { offers: this.offers.offersAt(policy, scenario, state) })
        };
    }

    private async playUntil(
        line: number,
        problem: SessionProblem,
        params: PlayParams,
        texts: SessionTexts
    ): Promise<PlayedSession> {
        const before = await this.play({ ...params, lines: params.lines.slice(0, line) }, texts);
        return { ...before, problem };
    }

    private async evaluate({ uri, lines, condition }: EvaluateParams, texts: SessionTexts): Promise<ConditionValue> {
        const read = await this.reader.read(uri, texts, lines, condition);
        if ('problem' in read) {
            return { problem: read.problem.message };
        }
        const { policy, scenario, claim } = read;
        if (claim?.kind !== 'always') {
            return { problem: 'This is not a condition.' };
        }
        const state = stepsOfScenario(policy, scenario).at(-1)?.after ?? initial(policy);
        return { value: truthText(truthAt(policy, state, claim.condition)) };
    }

    /**
     * Writes the session as a scenario, which passes because it expects what happens. Null if the session cannot be
     * played.
     */
    private async keep(params: KeepScenarioParams, texts: SessionTexts): Promise<KeptScenario | null> {
        const played = await this.play(params, texts);
        if (played.problem) {
            return null;
        }
        const lines = played.steps.map(({ line, decision }) =>
            lineText({ text: line.trim(), ...(decision && { decision }) })
        );
        return { offset: texts.text.trimEnd().length, text: `\n\n${scenarioText(params.name, lines)}` };
    }
}

const NOTHING: PlayedSession = {
    policy: '',
    steps: [],
    start: { time: 0, groups: [] },
    trace: { steps: [], facts: [[]], summary: '' }
};

/**
 * True if the line was taken. Calls have no expected decision, so any decision is fine; all other lines must be
 * possible.
 */
function isTaken({ result, traced }: RanStep, { scenario }: ReadSession, index: number): boolean {
    const { kind } = scenario.steps[index]!;
    return kind === 'call' || kind === 'delegate' ? traced !== undefined || result.actual === 'waits' : result.passed;
}

function stepsFor(
    { policy }: ReadSession,
    ran: readonly RanStep[],
    lines: readonly string[],
    broken: readonly (readonly string[])[]
): PlayedStep[] {
    let count = 0;
    return ran.map(({ result, traced, after }, index) => {
        count += traced ? 1 : 0;
        return {
            line: lines[index]!,
            ...(result.actual && { decision: result.actual }),
            message: traced?.text ?? result.message,
            traced: count,
            rules: result.rules,
            ...(broken[index] && { breaks: broken[index] }),
            state: viewOf(policy, after)
        };
    });
}
