/** The settings of one client in one folder: read when they change, and then checked as the policy that they are. */
import { EmptyFileSystem, type FileSystemProvider, URI, UriUtils } from 'langium';
import {
    type CodeLens,
    type Diagnostic,
    type Hover,
    MarkupKind,
    type Position,
    type Range
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { PolicyFile } from '../../../language/generated/ast.js';
import { lower } from '../../../language/lower/index.js';
import { createGuardrailServices } from '../../../language/module.js';
import { verdictProblemOf } from '../../checker/results/problems.js';
import type { Limits, PolicyResult } from '../../checker/results/result.js';
import type { Policy, Source } from '../../model/policy/policy.js';
import { counted } from '../../model/text/plural.js';
import { type Audit, auditSettings } from '../../settings/audit.js';
import { exampleOf } from '../../settings/examples.js';
import { explainCall } from '../../settings/explain.js';
import { toolsOfClient } from '../../settings/inventories/client-tools.js';
import { declarationsOf, lowerMatches, lowerSettings } from '../../settings/lower.js';
import { inSettings, MOST_RULES, settingsResult } from '../../settings/sessions.js';
import type { Client, Place, SettingsFile, SettingsProblem, SettingsRule } from '../../settings/settings.js';
import type { CheckerHost, CheckRun } from '../check/host.js';
import { detailsOf, type Log } from '../connection/log.js';
import { SEVERITIES } from '../features/diagnostics/results.js';
import { type CheckState, showSessionCommand, type ShowSessionParams } from '../protocol.js';

export interface AuditedProjectContext {
    readonly host: CheckerHost;
    readonly log: Log;
    readonly files: FileSystemProvider;
    /** The text of an open file. */
    readonly textOf: (uri: string) => string | undefined;
    readonly limits: () => Limits;
    /** Called when there is something new to show. */
    readonly changed: (project: AuditedProject) => void;
}

/** The delay after the last change of a burst. */
const DEBOUNCE_MS = 200;

interface State {
    readonly documents: ReadonlyMap<string, TextDocument>;
    readonly audit: Audit;
    /** The policy of the rules; undefined if there are none, or too many. */
    readonly policy?: Policy;
    readonly result?: PolicyResult;
}

export class AuditedProject {
    /** Resolves to the verdicts on the current text. */
    result: Promise<PolicyResult | undefined> = Promise.resolve(undefined);
    private state: State | undefined;
    private timer: ReturnType<typeof setTimeout> | undefined;
    private run: CheckRun | undefined;
    /** The number of the update in progress: an earlier one ends without a word. */
    private turn = 0;

    constructor(
        private readonly client: Client,
        private readonly folder: URI,
        private readonly of: SettingsFile['of'],
        private readonly context: AuditedProjectContext
    ) {}

    /** To be called after a change of an open file. */
    update(): void {
        this.stop();
        const turn = ++this.turn;
        this.result = new Promise((resolve) => {
            this.timer = setTimeout(
                () => {
                    this.read(turn).then(resolve, (error: unknown) => {
                        this.context.log.error(
                            `The settings of ${this.client.title} are not read: ${detailsOf(error)}`
                        );
                        resolve(undefined);
                    });
                },
                this.state ? DEBOUNCE_MS : 0
            );
        });
    }

    dispose(): void {
        this.turn++;
        this.stop();
    }

    /** The state of the check of the policy that the settings are, for the session view. */
    get checkState(): Pick<CheckState, 'state' | 'result'> {
        const { policy, result } = this.state ?? {};
        return result ? { state: 'done', result } : { state: policy ? 'checking' : 'invalid' };
    }

    diagnostics(uri: string): Diagnostic[] {
        const { audit, result } = this.state ?? {};
        const problems = (audit?.problems ?? [])
            .filter(({ place, code }) => place.path === uri && code !== 'GR700')
            .map(({ code, level, message, place }) => diagnostic(code, level, message, this.rangeOf(place)));
        const claims = (result?.claims ?? []).filter(
            ({ verdict, source }) => verdict === 'violated' && source.uri === uri
        );
        return [
            ...problems,
            ...claims.flatMap((claim) =>
                verdictProblemOf(claim).map(({ code, severity, message }) => ({
                    ...diagnostic(code, severity, message, claim.source),
                    relatedInformation: (claim.trace?.steps ?? []).map(({ text, rules: [rule] }) => ({
                        location: locationOf(rule?.source ?? claim.source),
                        message: text
                    }))
                }))
            )
        ];
    }

    /** A lens for the file, and one at each rule that lets a session through. */
    lenses(uri: string): CodeLens[] {
        const { audit, result } = this.state ?? {};
        const own = audit?.reading.rules.filter(({ place }) => place.path === uri) ?? [];
        if (own.length === 0) {
            return [];
        }
        const count = (action: SettingsRule['action']): number => own.filter((rule) => rule.action === action).length;
        const rules = (['allow', 'ask', 'deny'] as const).map((action) => `${count(action)} ${action}`).join(' · ');
        const broken = (result?.claims ?? []).filter(({ verdict }) => verdict === 'violated');
        const open = (result?.claims ?? []).filter(
            ({ verdict }) => verdict !== 'violated' && verdict !== 'holds'
        ).length;
        const found =
            audit!.reading.rules.length > MOST_RULES
                ? `sessions are looked for among at most ${MOST_RULES} rules`
                : !result
                  ? 'looking for sessions that get through…'
                  : [
                        broken.length > 0 ? `${counted(broken.length, 'claim')} broken` : 'no session found',
                        ...(open > 0 ? [`${open} undecided`] : [])
                    ].join(' · ');
        return [
            { range: START, command: { title: `${this.client.title}: ${rules} · ${found}`, command: '' } },
            ...broken
                .filter(({ source }) => source.uri === uri)
                .map(({ name, source }) => ({
                    range: { start: source.start, end: source.start },
                    command: {
                        title: `✗ ${name} · show session`,
                        command: showSessionCommand,
                        arguments: [{ uri, kind: 'claim', name } satisfies ShowSessionParams]
                    }
                }))
        ];
    }

    /** What the client does with a call that the rule is about, and why. */
    async hover(uri: string, position: Position): Promise<Hover | undefined> {
        const { audit, policy, documents } = this.state ?? {};
        const offset = documents?.get(uri)?.offsetAt(position) ?? -1;
        const rule = audit?.reading.rules.find(
            ({ place: { path, start, end } }) => path === uri && start <= offset && offset <= end
        );
        const asked = rule && exampleOf(this.client, rule);
        if (!audit || !rule || !policy || !asked) {
            return undefined;
        }
        const { client, folder } = this;
        const matches = lowerMatches(client, audit.reading, this.declarations, folder.fsPath, asked.tool);
        const matching = await policyOf(matches.text);
        const {
            text,
            decision,
            rules: [decisive]
        } = explainCall(client, policy, matching, matches, asked);
        const said = { allowed: 'allowed', held: 'asks', denied: 'denied', 'not known': 'not known' }[decision];
        const by =
            decisive &&
            (decisive === rule
                ? 'this rule'
                : `${decisive.action} ${decisive.text}, ${this.placeText(decisive.place)}`);
        const value = [
            `${client.title}, for example \`${text}\`: **${said}**`,
            ...(by === undefined ? [] : [`decided by ${by}`])
        ];
        return { contents: { kind: MarkupKind.Markdown, value: value.join('  \n') }, range: this.rangeOf(rule.place) };
    }

    /** The changes that do what was meant, in the range. */
    fixes(uri: string, range: Range): { readonly title: string; readonly text: string; readonly range: Range }[] {
        return (this.state?.audit.problems ?? []).flatMap(({ place, fix }) => {
            const at = place.path === uri && fix ? this.rangeOf(place) : undefined;
            return fix && at && meet(at, range) ? [{ ...fix, range: at }] : [];
        });
    }

    private async read(turn: number): Promise<PolicyResult | undefined> {
        const { client, folder, context } = this;
        const files = await this.settingsFiles();
        if (turn !== this.turn) {
            return undefined;
        }
        const documents = new Map(files.map(({ path, text }) => [path, TextDocument.create(path, '', 0, text)]));
        const audit = auditSettings(client, files);
        const { length } = audit.reading.rules;
        this.show({ documents, audit });
        if (length === 0 || length > MOST_RULES) {
            return undefined;
        }
        const lowered = lowerSettings(client, audit.reading, this.declarations, folder.fsPath);
        const plain = await policyOf(lowered.text);
        if (turn !== this.turn) {
            return undefined;
        }
        const sourceOf = (place: Place): Source => ({ uri: place.path, ...rangeAt(documents.get(place.path)!, place) });
        const policy = inSettings(plain, POLICY_URI, lowered, sourceOf);
        this.show({ documents, audit, policy });
        this.run = context.host.start(policy, context.limits(), {
            onClaim: () => undefined,
            onProgress: () => undefined
        });
        const outcome = await this.run.outcome;
        if (turn !== this.turn || outcome.kind === 'cancelled') {
            return undefined;
        }
        if (outcome.kind !== 'done') {
            context.log.error(`The settings of ${client.title} were not checked: ${outcome.message}`);
            return undefined;
        }
        const result = settingsResult(client, audit.reading, outcome.result, sourceOf);
        this.show({ documents, audit, policy, result });
        return result;
    }

    private show(state: State): void {
        this.state = state;
        this.context.changed(this);
    }

    private stop(): void {
        clearTimeout(this.timer);
        this.run?.cancel();
    }

    /** The files that the client merges, as they are in the editor or on disk. */
    private async settingsFiles(): Promise<SettingsFile[]> {
        const globs = this.of === 'user' ? this.client.files.home : this.client.files.project;
        const uris = (await Promise.all(globs.map((glob) => this.matching(glob)))).flat();
        const read = uris.map(async (uri): Promise<SettingsFile[]> => {
            const path = uri.toString();
            try {
                const text = this.context.textOf(path) ?? (await this.context.files.readFile(uri));
                return [{ path, text, of: this.of }];
            } catch {
                // Most projects do not have every file.
                return [];
            }
        });
        return (await Promise.all(read)).flat();
    }

    private async matching(glob: string): Promise<URI[]> {
        const at = glob.lastIndexOf('/');
        const [folder, name] = [UriUtils.joinPath(this.folder, glob.slice(0, at)), glob.slice(at + 1)];
        if (!name.startsWith('*')) {
            return [UriUtils.joinPath(folder, name)];
        }
        const nodes = await this.context.files.readDirectory(folder).catch(() => []);
        const found = nodes
            .filter(({ isFile, uri }) => isFile && uri.path.endsWith(name.slice(1)))
            .map(({ uri }) => uri);
        return found.sort((one, other) => (one.path < other.path ? -1 : 1));
    }

    private get declarations(): ReadonlyMap<string, string> {
        return declarationsOf(this.client, toolsOfClient(this.client.name) ?? []);
    }

    private rangeOf(place: Place): Range {
        return rangeAt(this.state!.documents.get(place.path)!, place);
    }

    private placeText(place: Place): string {
        return `${UriUtils.basename(URI.parse(place.path))}:${this.rangeOf(place).start.line + 1}`;
    }
}

const START: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

function rangeAt(document: TextDocument, { start, end }: Place): Range {
    return { start: document.positionAt(start), end: document.positionAt(end) };
}

function locationOf({ uri, start, end }: Source): { uri: string; range: Range } {
    return { uri, range: { start, end } };
}

function diagnostic(
    code: string,
    severity: SettingsProblem['level'] | 'hint',
    message: string,
    { start, end }: Range
): Diagnostic {
    return { range: { start, end }, severity: SEVERITIES[severity], code, source: 'guardrail', message };
}

function isBefore(one: Position, other: Position): boolean {
    return one.line < other.line || (one.line === other.line && one.character < other.character);
}

function meet(one: Range, other: Range): boolean {
    return !isBefore(one.end, other.start) && !isBefore(other.end, one.start);
}

const POLICY_URI = 'text:/settings.guardrail';

/** The language, apart from the files of the workspace. */
let language: ReturnType<typeof createGuardrailServices> | undefined;

async function policyOf(text: string): Promise<Policy> {
    language ??= createGuardrailServices(EmptyFileSystem);
    const { shared, guardrail } = language;
    const { LangiumDocumentFactory, LangiumDocuments, DocumentBuilder } = shared.workspace;
    const uri = URI.parse(POLICY_URI);
    if (LangiumDocuments.hasDocument(uri)) {
        LangiumDocuments.deleteDocument(uri);
    }
    const document = LangiumDocumentFactory.fromString<PolicyFile>(text, uri);
    LangiumDocuments.addDocument(document);
    await DocumentBuilder.build([document]);
    return lower(document.parseResult.value, guardrail);
}
