/** Reads the lines of a session as a scenario of its policy, with all diagnostics of the language for it. */
import type { FileSystemProvider, LangiumDocument } from 'langium';
import type { PolicyFile } from '../../language/generated/ast.js';
import type { Claim, Policy, Scenario } from '../model/policy/policy.js';
import { overlay, PolicyEditor } from '../repair/index.js';
import type { SessionTexts } from './session.js';

export interface ReadSession {
    readonly policy: Policy;
    readonly scenario: Scenario;
    /** The requested claim. */
    readonly claim?: Claim;
}

/** The reason why it cannot be read; `line` is the index of the invalid line. */
export interface SessionProblem {
    readonly line?: number;
    readonly message: string;
}

export type ReadResult = ReadSession | { readonly problem: SessionProblem };

/** The number of policies that are cached for repeated reading, with their files. */
const MOST_KEPT = 4;

export class SessionReader {
    /** The editors by the URI of the policy, its imports, and the texts of these. */
    private readonly editors = new Map<string, Promise<PolicyEditor>>();

    /** @param disk reads the files that the texts lack */
    constructor(private readonly disk: FileSystemProvider) {}

    /**
     * @param texts the texts of a policy without errors
     * @param lines steps of a scenario, without their decisions
     * @param condition is read as a claim that it is always true
     */
    async read(uri: string, texts: SessionTexts, lines: readonly string[], condition?: string): Promise<ReadResult> {
        const broken = [...lines, ...(condition === undefined ? [] : [condition])].findIndex((line) =>
            /[\r\n]|\/\/|\/\*/.test(withoutQuotes(line))
        );
        if (broken >= 0) {
            return { problem: { line: broken, message: 'One step is one line, without a comment.' } };
        }
        const { text } = texts;
        const name = unusedName(text);
        const claims = condition === undefined ? [] : [`claim ${JSON.stringify(name)}: always ${condition}`];
        const head = [text, ...claims, `scenario ${JSON.stringify(name)}:`].join('\n\n');
        const editor = await this.editorOf(uri, texts);
        const { document: tried, policy } = await editor.read(
            [head, ...lines.map((line) => `  ${line}${isDecided(line) ? ' -> allowed' : ''}`), ''].join('\n')
        );
        const first = head.split('\n').length;
        const count = editor.original.file.elements.length + 1 + claims.length;
        if (!policy) {
            return { problem: problemOf(tried, first, condition) };
        }
        const scenario = policy.scenarios.at(-1);
        const claim = claims.length > 0 ? policy.claims.find((other) => other.name === name) : undefined;
        const isWhole =
            scenario?.name === name &&
            scenario.steps.length === lines.length &&
            tried.parseResult.value.elements.length === count;
        return isWhole
            ? { policy, scenario, ...(claim && { claim }) }
            : { problem: { line: lines.length - 1, message: 'This is not one step of a scenario.' } };
    }

    /** Reads the policy and the text added to it. */
    editorOf(uri: string, { text, files }: SessionTexts): Promise<PolicyEditor> {
        const key = JSON.stringify([uri, text, files]);
        const editor = this.editors.get(key) ?? PolicyEditor.open(uri, text, overlay(new Map(files), this.disk));
        this.editors.delete(key);
        this.editors.set(key, editor);
        const [oldest] = this.editors.keys();
        if (this.editors.size > MOST_KEPT && oldest !== undefined) {
            this.editors.delete(oldest);
        }
        return editor;
    }
}

/** True for calls and delegations, which are decided: a scenario states the decision. */
export function isDecided(line: string): boolean {
    return /^\s*(?:`[^`]*`|[A-Za-z_]\w*)\s+(?:calls|delegates)\b/.test(line);
}

/** The first problem in a single step; a condition is not a step. */
function problemOf(
    { diagnostics = [] }: LangiumDocument<PolicyFile>,
    first: number,
    condition: string | undefined
): SessionProblem {
    const errors = diagnostics.filter(({ severity }) => severity === 1);
    const places = errors
        .map(({ range, message }) => ({ line: range.start.line - first, message: textOf(message) }))
        .sort((a, b) => a.line - b.line);
    const own = condition === undefined ? places.find(({ line }) => line >= 0) : undefined;
    return own ?? { message: places[0]?.message ?? 'The policy has errors: see Problems.' };
}

function textOf(message: string | { readonly value: string }): string {
    return typeof message === 'string' ? message : message.value;
}

/** The line without quoted names and texts, which may contain `//` and `/*` without starting a comment. */
function withoutQuotes(line: string): string {
    return line.replace(/`[^`\r\n]*`|"(?:[^"\\\r\n]|\\.)*"/g, '""');
}

function unusedName(text: string): string {
    let name = 'this session';
    while (text.includes(JSON.stringify(name))) {
        name += '*';
    }
    return name;
}
