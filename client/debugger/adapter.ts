/**
 * The debug adapter: steps forwards and backwards through a counterexample or a scenario. It speaks the Debug Adapter
 * Protocol and does not use `vscode`; the language server plays the session, and provides the state at each point.
 */
import { DebugSession } from '@vscode/debugadapter/lib/debugSession.js';
import { Event } from '@vscode/debugadapter/lib/messages.js';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type {
    BreakpointPlace,
    ConditionValue,
    PlayedSession,
    SessionLines,
    ShowSessionParams
} from '../../server/lsp/protocol.js';
import { type Breakpoint, lineOfBreakpoint, Walk } from './walk.js';

/** The requests that the adapter makes to the extension. */
export interface DebugHost {
    lines(session: ShowSessionParams): Promise<SessionLines | null>;
    play(uri: string, lines: readonly string[]): Promise<PlayedSession | null>;
    evaluate(uri: string, lines: readonly string[], condition: string): Promise<ConditionValue | null>;
    breakpointPlaces(uri: string): Promise<readonly BreakpointPlace[]>;
    uriOf(path: string): string;
    pathOf(uri: string): string;
}

export interface LaunchArguments extends DebugProtocol.LaunchRequestArguments {
    /** The path of the policy. */
    readonly policy?: string;
    readonly claim?: string;
    readonly scenario?: string;
    /** False to start at once; otherwise it stops before the first step. */
    readonly stopOnEntry?: boolean;
}

/** The single thread that a session has. */
const THREAD = { id: 1, name: 'Session' };
/** The references of variables: the place, and the group in it; group 0 has the values of the step. */
const GROUPS = 100;

export class SessionDebugger extends DebugSession {
    private walk: Walk | undefined;
    private uri = '';
    private summary = '';
    private stopOnEntry = true;
    private readonly breakpoints = new Map<string, readonly Breakpoint[]>();

    constructor(private readonly host: DebugHost) {
        super();
        this.setDebuggerLinesStartAt1(true);
    }

    protected override initializeRequest(response: DebugProtocol.InitializeResponse): void {
        response.body = {
            supportsConfigurationDoneRequest: true,
            supportsStepBack: true,
            supportsGotoTargetsRequest: true,
            supportsEvaluateForHovers: true
        };
        this.sendResponse(response);
    }

    protected override launchRequest(response: DebugProtocol.LaunchResponse, args: LaunchArguments): void {
        void this.launch(response, args);
    }

    private async launch(
        response: DebugProtocol.LaunchResponse,
        { policy, claim, scenario, stopOnEntry = true }: LaunchArguments
    ): Promise<void> {
        const name = claim ?? scenario;
        if (policy === undefined || name === undefined) {
            this.fail(response, 'Name the policy, and the claim or scenario, in the launch configuration.');
            return;
        }
        const kind = claim === undefined ? 'scenario' : 'claim';
        this.uri = this.host.uriOf(policy);
        try {
            const found = await this.host.lines({ uri: this.uri, kind, name });
            if (!found) {
                this.fail(response, `There is no session of the ${kind} "${name}": it holds, or is not in the policy.`);
                return;
            }
            const session = await this.host.play(
                this.uri,
                found.lines.map(({ line }) => line)
            );
            if (!session || session.problem) {
                this.fail(response, session?.problem?.message ?? 'The session could not be played.');
                return;
            }
            this.walk = new Walk(session, found);
            this.summary = found.summary;
            this.stopOnEntry = stopOnEntry;
        } catch (error) {
            this.fail(response, error instanceof Error ? error.message : String(error));
            return;
        }
        this.sendResponse(response);
        // The client sends its breakpoints now that there is a session to stop in.
        this.sendEvent(new Event('initialized'));
    }

    protected override configurationDoneRequest(response: DebugProtocol.ConfigurationDoneResponse): void {
        this.sendResponse(response);
        if (this.stopOnEntry) {
            this.stopAt('entry');
        } else {
            this.runOn(1);
        }
    }

    protected override setBreakPointsRequest(
        response: DebugProtocol.SetBreakpointsResponse,
        args: DebugProtocol.SetBreakpointsArguments
    ): void {
        void this.setBreakpoints(response, args);
    }

    /**
     * Each breakpoint moves to where a session can stop. Breakpoints do not depend on this session, and may arrive
     * before it exists.
     */
    private async setBreakpoints(
        response: DebugProtocol.SetBreakpointsResponse,
        { source, breakpoints = [] }: DebugProtocol.SetBreakpointsArguments
    ): Promise<void> {
        const uri = this.host.uriOf(source.path ?? '');
        let places: readonly BreakpointPlace[] = [];
        let message = 'There is no rule or scenario step on this line or below.';
        try {
            places = await this.host.breakpointPlaces(uri);
        } catch (error) {
            message = error instanceof Error ? error.message : String(error);
        }
        const lines = breakpoints.map(({ line }) => lineOfBreakpoint(line - 1, places));
        this.breakpoints.set(
            uri,
            lines.flatMap((line) => (line === undefined ? [] : { uri, line }))
        );
        response.body = {
            breakpoints: lines.map((line) =>
                line === undefined ? { verified: false, reason: 'failed', message } : { verified: true, line: line + 1 }
            )
        };
        this.sendResponse(response);
    }

    protected override threadsRequest(response: DebugProtocol.ThreadsResponse): void {
        response.body = { threads: [THREAD] };
        this.sendResponse(response);
    }

    protected override continueRequest(response: DebugProtocol.ContinueResponse): void {
        this.sendResponse(response);
        this.runOn(1);
    }

    protected override reverseContinueRequest(response: DebugProtocol.ReverseContinueResponse): void {
        this.sendResponse(response);
        this.runOn(-1);
    }

    protected override nextRequest(response: DebugProtocol.NextResponse): void {
        this.sendResponse(response);
        this.stepBy(1);
    }

    protected override stepInRequest(response: DebugProtocol.StepInResponse): void {
        this.sendResponse(response);
        this.stepBy(1);
    }

    protected override stepOutRequest(response: DebugProtocol.StepOutResponse): void {
        this.sendResponse(response);
        this.runOn(1);
    }

    protected override stepBackRequest(response: DebugProtocol.StepBackResponse): void {
        this.sendResponse(response);
        this.stepBy(-1);
    }

    /** Answers with the steps on the line, or those decided by a rule there. */
    protected override gotoTargetsRequest(
        response: DebugProtocol.GotoTargetsResponse,
        { source, line }: DebugProtocol.GotoTargetsArguments
    ): void {
        const at = { uri: this.host.uriOf(source.path ?? ''), line: line - 1 };
        const places = this.walk?.placesAt(at) ?? [];
        response.body = {
            targets: places.map((place) => ({ id: place, label: `${place}. ${this.walk!.step(place)!.message}`, line }))
        };
        this.sendResponse(response);
    }

    protected override gotoRequest(
        response: DebugProtocol.GotoResponse,
        { targetId }: DebugProtocol.GotoArguments
    ): void {
        this.sendResponse(response);
        this.walk?.moveTo(targetId);
        this.stopAt('goto');
    }

    /** Answers with the step that has just been taken, followed by the earlier ones. */
    protected override stackTraceRequest(
        response: DebugProtocol.StackTraceResponse,
        { startFrame = 0, levels = 0 }: DebugProtocol.StackTraceArguments
    ): void {
        const at = this.walk?.at ?? 0;
        const places = Array.from({ length: at + 1 }, (_, index) => at - index);
        const shown = places.slice(startFrame, levels > 0 ? startFrame + levels : undefined);
        response.body = { stackFrames: shown.map((place) => this.frame(place)), totalFrames: places.length };
        this.sendResponse(response);
    }

    protected override scopesRequest(
        response: DebugProtocol.ScopesResponse,
        { frameId: place }: DebugProtocol.ScopesArguments
    ): void {
        const groups = this.walk?.variables(place) ?? [];
        const step = this.walk?.step(place)
            ? [{ name: 'Step', variablesReference: place * GROUPS + 1, expensive: false }]
            : [];
        response.body = {
            scopes: [
                ...step,
                ...groups.map(({ name }, index) => ({
                    name,
                    variablesReference: place * GROUPS + index + 2,
                    expensive: false
                }))
            ]
        };
        this.sendResponse(response);
    }

    protected override variablesRequest(
        response: DebugProtocol.VariablesResponse,
        { variablesReference }: DebugProtocol.VariablesArguments
    ): void {
        const place = Math.floor(variablesReference / GROUPS);
        const index = (variablesReference % GROUPS) - 2;
        const entries = index < 0 ? this.stepEntries(place) : (this.walk?.variables(place)?.[index]?.entries ?? []);
        response.body = { variables: entries.map(({ name, value }) => ({ name, value, variablesReference: 0 })) };
        this.sendResponse(response);
    }

    protected override evaluateRequest(
        response: DebugProtocol.EvaluateResponse,
        args: DebugProtocol.EvaluateArguments
    ): void {
        void this.evaluate(response, args);
    }

    private async evaluate(
        response: DebugProtocol.EvaluateResponse,
        { expression, frameId, context }: DebugProtocol.EvaluateArguments
    ): Promise<void> {
        const place = frameId ?? this.walk?.at ?? 0;
        const argument = this.walk?.argumentsOf(place)[expression.trim()];
        if (argument !== undefined) {
            response.body = { result: JSON.stringify(argument), variablesReference: 0 };
            this.sendResponse(response);
            return;
        }
        try {
            const answer = await this.host.evaluate(this.uri, this.walk?.linesUntil(place) ?? [], expression);
            if (answer && 'value' in answer) {
                response.body = { result: answer.value, variablesReference: 0 };
                this.sendResponse(response);
            } else {
                // The text under a hover need not be a condition.
                this.fail(response, answer?.problem ?? 'It could not be evaluated.', context === 'repl');
            }
        } catch (error) {
            this.fail(response, error instanceof Error ? error.message : String(error), false);
        }
    }

    protected override disconnectRequest(response: DebugProtocol.DisconnectResponse): void {
        this.sendResponse(response);
    }

    private stepEntries(place: number): readonly { readonly name: string; readonly value: string }[] {
        const step = this.walk?.step(place);
        if (!step) {
            return [];
        }
        return [
            { name: 'step', value: step.line },
            ...(step.decision ? [{ name: 'decision', value: step.decision }] : []),
            ...step.rules.map(({ text }) => ({ name: 'rule', value: text })),
            ...Object.entries(this.walk?.argumentsOf(place) ?? {}).map(([name, value]) => ({
                name,
                value: JSON.stringify(value)
            }))
        ];
    }

    private frame(place: number): DebugProtocol.StackFrame {
        const source = this.walk?.placeOf(place);
        const name = this.walk?.step(place)?.message ?? 'The session starts';
        if (!source) {
            return { id: place, name, line: 0, column: 0 };
        }
        const path = this.host.pathOf(source.uri);
        const file = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
        return {
            id: place,
            name,
            source: { name: file, path },
            line: source.start.line + 1,
            column: source.start.character + 1
        };
    }

    private stepBy(by: 1 | -1): void {
        if (this.walk?.move(by)) {
            this.stopAt('step');
        } else if (by > 0) {
            this.terminate();
        } else {
            this.stopAt('entry');
        }
    }

    private runOn(by: 1 | -1): void {
        if (!this.walk || (by > 0 && this.walk.at === this.walk.end)) {
            this.terminate();
            return;
        }
        const breakpoints = [...this.breakpoints.values()].flat();
        this.stopAt(this.walk.run(by, breakpoints) === 'breakpoint' ? 'breakpoint' : by > 0 ? 'pause' : 'entry');
    }

    private stopAt(reason: 'entry' | 'step' | 'breakpoint' | 'pause' | 'goto'): void {
        const { walk } = this;
        const step = walk?.step(walk.at);
        if (step) {
            this.say(`${walk!.at}. ${step.message}`);
        }
        const isEnd = walk !== undefined && walk.at === walk.end;
        if (isEnd) {
            this.say(this.summary);
        }
        const body: DebugProtocol.StoppedEvent['body'] = {
            reason,
            threadId: THREAD.id,
            allThreadsStopped: true,
            ...(isEnd && { description: 'The session ends here', text: this.summary })
        };
        this.sendEvent(Object.assign(new Event('stopped'), { body }));
    }

    private say(text: string): void {
        if (text !== '') {
            const body: DebugProtocol.OutputEvent['body'] = { category: 'stdout', output: `${text}\n` };
            this.sendEvent(Object.assign(new Event('output'), { body }));
        }
    }

    private terminate(): void {
        this.sendEvent(new Event('terminated'));
    }

    private fail(response: DebugProtocol.Response, message: string, isShown = true): void {
        // Braces in the text would be interpreted as variables of the message.
        this.sendErrorResponse(response, { id: 1, format: '{message}', variables: { message }, showUser: isShown });
    }
}
