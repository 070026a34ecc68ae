/**
 * The messages between this language server and its client beyond the Language Server Protocol. This is the only file
 * of the server that the client may import.
 */
import type { SessionAgain, StepAgain } from '../checker/traces/replay-on-edited-policy.js';
import type { Flow, Flows } from '../diagrams/flows.js';
import type { MachineDiagram, ModeDiagram, TransitionDiagram } from '../diagrams/machines.js';
import type {
    ClaimResult,
    Finding,
    PolicyResult,
    RuleReference,
    ScenarioResult,
    Trace,
    TraceStep
} from '../checker/results/result.js';
import type { SessionView, StateGroup } from '../checker/traces/session-view.js';
import type { ShowSessionParams } from '../wording/subject.js';

type Source = ClaimResult['source'];

export type {
    ClaimResult,
    Finding,
    PolicyResult,
    RuleReference,
    ScenarioResult,
    SessionView,
    Source,
    StateGroup,
    Trace,
    TraceStep
};
export type { ConditionPart, PassedRule, SessionReasons, StepReasons } from '../checker/traces/reasons.js';
export type { Difference, DifferenceResult } from '../checker/results/difference.js';
export type { Repair, RepairResult } from '../repair/result.js';
export type { Flow, Flows, MachineDiagram, ModeDiagram, SessionAgain, StepAgain, TransitionDiagram };
/** The policy that the simulator plays. */
export type {
    ActOffer,
    CallChoice,
    CallOffer,
    ConditionValue,
    EvaluateParams,
    KeepScenarioParams,
    KeptScenario,
    PlayedSession,
    PlayedStep,
    PlayParams,
    SessionOffers
} from '../simulator/session.js';

/** The assumptions behind every verdict, which the client shows with it. */
export { ASSUMPTIONS } from '../checker/results/result.js';

/** The options that a client may give when it starts the server (`initializationOptions`). */
export interface InitializationOptions {
    /** The URI before `GR501.md`, if the client itself shows the page of a code. */
    readonly codePages?: string;
    /** True if the client shows the log on `showLogNotification`. */
    readonly showsLog?: boolean;
}

/**
 * From client to server: asks for the results for a document, which is checked now if they are not available. The
 * answer is `PolicyResult | null`.
 */
export const checkRequest = 'guardrail/check';
export interface CheckParams {
    readonly uri: string;
}

/**
 * Server to client: the results of a policy have changed.
 * - `checking`: a check has started; earlier results are outdated.
 * - `done`: `result` belongs to `version`.
 * - `cancelled`: the check was cancelled for a newer text; another `checking` follows.
 * - `outdated`: no check is in progress, since it was stopped or the policy is checked when it is saved.
 * - `failed`: the checker itself failed; `message` describes it in a sentence.
 * - `invalid`: the text has errors, or is not a policy (any more): there are no results.
 */
export const checkStateNotification = 'guardrail/checkState';
export type { CheckState } from '../wording/subject.js';

/** The command of a code lens, executed in the client with one argument, `ShowSessionParams`. */
export const showSessionCommand = 'guardrail.showSession';
export type { ShowSessionParams };

/** The command "Check" of a code lens, executed in the client with one argument, the URI of the policy. */
export const checkCommand = 'guardrail.check';
/** The command by which the server shows the page of the code that is its argument. */
export const explainCommand = 'guardrail.explain';

/**
 * The command of a code lens that counts references, executed in the client with three arguments in protocol form: the
 * URI of the document, the position of the lens, and the locations to show.
 */
export const showReferencesCommand = 'guardrail.showReferences';
export interface ReferenceLocation {
    readonly uri: string;
    readonly range: {
        readonly start: { readonly line: number; readonly character: number };
        readonly end: { readonly line: number; readonly character: number };
    };
}

/**
 * From client to server: asks for the claims and scenarios of every policy of the workspace, opened or not. The answer
 * is `PolicyTests[]`. After this request, the client is notified of each policy in which they change.
 */
export const testsRequest = 'guardrail/tests';
export const testsNotification = 'guardrail/testsChanged';
export interface PolicyTests {
    readonly uri: string;
    /**
     * Undefined if the file was deleted, or is no longer a policy. While the file has errors, there are no
     * notifications.
     */
    readonly policy?: string;
    readonly source?: Source;
    readonly tests: readonly PolicyTest[];
}
export interface PolicyTest {
    readonly kind: 'claim' | 'scenario';
    /** The name of the claim or scenario. */
    readonly name: string;
    /** The place in the policy's own file; for a claim from a pack, its use. */
    readonly source: Source;
}

/**
 * From client to server: plays a session. A session consists of the lines of a scenario without their decisions
 * (`assistant calls mail.read(folder: "inbox")`); the server stores none of it. The answer is a `PlayedSession`.
 */
export const playRequest = 'guardrail/play';

/** The command "Debug" of a code lens, executed in the client with one argument, `ShowSessionParams`. */
export const debugSessionCommand = 'guardrail.debugSession';

/** The command "Simulate" of a code lens, executed in the client with one argument, the URI of the policy. */
export const simulateCommand = 'guardrail.simulate';

/**
 * From client to server: asks for the value, after the lines, of a condition that does not read a call. The answer is a
 * `ConditionValue`.
 */
export const evaluateRequest = 'guardrail/evaluate';

/**
 * From client to server: asks for the lines of a claim's counterexample, a scenario or a finding. The answer is
 * `SessionLines | null`.
 */
export const sessionLinesRequest = 'guardrail/sessionLines';
export interface SessionLines {
    readonly lines: readonly {
        readonly line: string;
        /** The place of a scenario. */
        readonly source?: Source;
    }[];
    readonly summary: string;
    /** The place of the claim (of its use, if a pack brings it), the scenario or the finding. */
    readonly source: Source;
}

/**
 * From client to server: asks for the places in a file where a session can stop, which are its rules, its uses of packs
 * and the steps of its scenarios. The answer is `BreakpointPlace[]`, sorted by line.
 */
export const breakpointPlacesRequest = 'guardrail/breakpointPlaces';
export interface BreakpointPlacesParams {
    readonly uri: string;
}
/** A place where a session can stop, with lines counted from 0. */
export interface BreakpointPlace {
    readonly first: number;
    readonly last: number;
}

/**
 * From client to server: asks for the lines as a scenario in the policy that expects the actual outcome. The answer is
 * `KeptScenario | null`.
 */
export const keepScenarioRequest = 'guardrail/keepScenario';

/** A standalone session with its subject, as it is stored in a file and read from one. */
export interface RecordedSession {
    readonly subject: ShowSessionParams;
    /** The name of the policy; empty if the file does not contain it. */
    readonly policy: string;
    /** The verdict in a word or two. */
    readonly word: string;
    readonly tone: 'good' | 'partial' | 'bad' | 'warn';
    readonly title: string;
    readonly text?: string;
    readonly annotations?: readonly string[];
    readonly source?: ClaimResult['source'];
    readonly summary: string;
    readonly trace: Trace;
}

/**
 * From client to server: asks for the session as a text in the Informal Trace Format (Apalache's ADR 015), with
 * everything that the view shows of it. Places are written relative to `target`, the file that the session will be
 * saved in. The answer is the text.
 */
export const writeSessionRequest = 'guardrail/writeSession';
export interface WriteSessionParams {
    readonly session: RecordedSession;
    readonly target: string;
}

/**
 * From client to server: asks for the session in the text of a file. If there is none, `problem` is the reason in a
 * sentence.
 */
export const readSessionRequest = 'guardrail/readSession';
export interface ReadSessionParams {
    readonly text: string;
    readonly uri: string;
}
export type ReadSession = { readonly session: RecordedSession } | { readonly problem: string };

/**
 * From client to server: asks for the session, decided again by the current policy. The answer is null if there is no
 * policy, or if the policy has errors.
 */
export const decideAgainRequest = 'guardrail/decideAgain';
export interface DecideAgainParams {
    readonly uri: string;
    readonly trace: Pick<Trace, 'steps' | 'start'>;
}

/**
 * From client to server: asks why no rule stopped each call of the session, and which parts of the claim are broken. The
 * answer is `SessionReasons`, or null if there is no policy, or if the policy has errors.
 */
export const reasonsRequest = 'guardrail/reasons';
export interface ReasonsParams extends DecideAgainParams {
    /** The name of the claim that the session breaks. */
    readonly claim?: string;
}

/**
 * From client to server: asks for the session as a scenario of the policy. The answer is null if a step cannot be
 * expressed in a scenario, or if the file is not a policy.
 */
export const keepSessionRequest = 'guardrail/keepSession';
export interface KeepSessionParams {
    readonly uri: string;
    readonly trace: Trace;
    /** The subject of the session, which gives the scenario its name. */
    readonly title: string;
    /**
     * The claim that the session breaks: the scenario then expects the decision that the claim wants, and fails until
     * the rules are repaired. If undefined, it expects the session's own decisions.
     */
    readonly claim?: string;
}
export interface KeptSession {
    readonly name: string;
    readonly edit: { readonly range: ReferenceLocation['range']; readonly text: string };
}

/**
 * From client to server: asks for changes of the rules that make a violated claim hold. The answer is `RepairResult`, or
 * null if the claim is not violated now, or if the text changed before they were found.
 */
export const repairsRequest = 'guardrail/repairs';
export interface RepairsParams {
    readonly uri: string;
    /** The name of the claim. */
    readonly claim: string;
}

/** The command "Fix…" of a code lens, executed in the client with one argument, `ShowSessionParams`. */
export const fixCommand = 'guardrail.fix';

/**
 * From client to server: asks for the modes and the flows of the policy. The answer is null if there is no policy, or
 * if the policy has errors.
 */
export const diagramRequest = 'guardrail/picture';
export interface DiagramParams {
    readonly uri: string;
}
export interface PolicyDiagram {
    readonly policy: string;
    readonly machines: readonly MachineDiagram[];
    readonly flows: Flows;
}

/**
 * From client to server: asks for the packs that the policies of the workspace can import, from the packages that a
 * package.json above them names and from `guardrail/std`. The answer is `PackSource[]`, sorted by path.
 */
export const packsRequest = 'guardrail/packs';
export interface PackSource {
    /** The path as an import names it, such as `@acme/guardrails`. */
    readonly path: string;
    readonly version?: string;
    readonly packs: readonly OfferedPack[];
}
export interface OfferedPack {
    readonly name: string;
    /** The parameters as a use names them. */
    readonly params: readonly string[];
    /** The page of its documentation, as Markdown. */
    readonly page: string;
    readonly isDeprecated: boolean;
}

/** From server to client: an installed package may have changed, so the answer to `packsRequest` may be another. */
export const packsNotification = 'guardrail/packsChanged';

/**
 * From client to server: asks for the edits that import a pack into a policy and use it. The answer is `PackUse`, or
 * null if the policy cannot import it.
 */
export const usePackRequest = 'guardrail/usePack';
export interface UsePackParams {
    readonly uri: string;
    readonly path: string;
    readonly name: string;
}
export interface PackUse {
    /** Undefined if the policy imports the pack already. */
    readonly import?: { readonly range: ReferenceLocation['range']; readonly text: string };
    /** The use, a snippet with the names of the policy. */
    readonly use: { readonly range: ReferenceLocation['range']; readonly snippet: string };
}

/**
 * From server to client: reads a file or folder that the server cannot read itself, as in a virtual workspace. Each
 * request takes `FileParams`, and is answered with an error if there is no such file. The answer of `readFileRequest`
 * is the text, that of `fileStatRequest` one `FileEntry`, and that of `readDirectoryRequest` an array of them.
 */
export const readFileRequest = 'guardrail/readFile';
export const fileStatRequest = 'guardrail/fileStat';
export const readDirectoryRequest = 'guardrail/readDirectory';
export interface FileParams {
    readonly uri: string;
}
export interface FileEntry {
    readonly name: string;
    readonly kind: 'file' | 'folder' | 'other';
}

/** From server to client: the author wants to see the log entry about the message that was just shown. */
export const showLogNotification = 'guardrail/showLog';
