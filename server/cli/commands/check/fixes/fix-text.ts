/** Applies the safe fixes of a text, each only if it preserves the meaning. */
import { basename, dirname, join } from 'node:path';
import { Problem } from '../../../../../language/edits/place.js';
import { type Edit, fixesOf, hasFixes } from '../../../../../language/edits/edit.js';
import { applied } from '../../../../../language/format/index.js';
import { readPolicyText } from '../../../../workspace/policy-text.js';
import { type PolicyDocument, PolicyWorkspace } from '../../../../workspace/policy-workspace.js';
import { meaningOf } from './meaning.js';

export interface MadeFix {
    readonly code: string;
    /** The title in the imperative. */
    readonly title: string;
    /** The line, counted from one. */
    readonly line: number;
    readonly column: number;
}

export interface FixedText {
    readonly text: string;
    /** The fixes that were made, in text order. */
    readonly fixes: readonly MadeFix[];
}

/** Undefined if there is nothing to fix. A text with errors has no meaning to preserve, and is left unchanged. */
export async function fixedText(path: string): Promise<FixedText | undefined> {
    const trial = new Trial(path);
    const text = readPolicyText(path);
    if (!(await trial.hasProblems(text))) {
        return undefined;
    }
    let current = await trial.read(text);
    const fixes: MadeFix[] = [];
    // The last fix is made first, so that the places of the others stay valid.
    for (let better; current.meaning !== undefined && (better = await trial.fix(current));) {
        fixes.push(better.fix);
        current = better.after;
    }
    fixes.sort((a, b) => a.line - b.line || a.column - b.column);
    return fixes.length === 0 ? undefined : { text: current.text, fixes };
}

interface ReadText {
    readonly text: string;
    readonly document: PolicyDocument;
    /** Undefined if there are errors in the text, or in its imports. */
    readonly meaning?: string;
}

function changeOf({ range, text }: Edit, { textDocument }: PolicyDocument): Parameters<typeof applied>[1][number] {
    return { start: textDocument.offsetAt(range.start), end: textDocument.offsetAt(range.end), text };
}

class Trial {
    private readonly workspace = new PolicyWorkspace();

    constructor(private readonly path: string) {}

    /** True if the text may contain something to fix. */
    async hasProblems(text: string): Promise<boolean> {
        const { diagnostics = [] } = await this.workspace.loadTextAt(text, this.path);
        return diagnostics.some(hasFixes);
    }

    async read(text: string): Promise<ReadText> {
        const document = await this.workspace.loadTextAt(text, this.path);
        const meaning = await this.meaning(document);
        return { text, document, ...(meaning !== undefined && { meaning }) };
    }

    /** Makes one fix; undefined if there is none. */
    async fix({
        text,
        document,
        meaning
    }: ReadText): Promise<{ readonly fix: MadeFix; readonly after: ReadText } | undefined> {
        const problems = (document.diagnostics ?? [])
            .map((diagnostic) => new Problem(document, diagnostic, this.workspace.language))
            .sort((a, b) => b.from - a.from);
        // Reading another text discards the tree of this one.
        const proposed = [];
        for (const problem of problems) {
            const safe = (await fixesOf(problem)).find(({ isSafe }) => isSafe === true);
            if (safe) {
                const { title, changes } = safe;
                const edits = (changes as readonly Edit[]).map((edit) => changeOf(edit, document));
                proposed.push({ problem, title, edits });
            }
        }
        for (const { problem, title, edits } of proposed) {
            const after = await this.read(applied(text, edits));
            if (after.meaning === meaning) {
                const { line, character } = problem.range.start;
                return { fix: { code: problem.code, title, line: line + 1, column: character + 1 }, after };
            }
        }
        return undefined;
    }

    /**
     * The meaning of an inventory is that of a policy that imports it; the rules of its packs mean nothing until they
     * are used.
     */
    private async meaning(document: PolicyDocument): Promise<string | undefined> {
        if (!this.isValid(document)) {
            return undefined;
        }
        if (document.parseResult.value.policy) {
            return meaningOf(this.workspace.policyOf(document));
        }
        const importer = `policy Importer\nimport ${JSON.stringify(`./${basename(this.path)}`)}\n`;
        const whole = await this.workspace.loadTextAt(importer, join(dirname(this.path), ' importer.guardrail'));
        return meaningOf(this.workspace.policyOf(whole));
    }

    private isValid(document: PolicyDocument): boolean {
        return [document, ...this.workspace.importsOf(document)].every(
            ({ diagnostics = [] }) => !diagnostics.some(({ severity }) => severity === 1)
        );
    }
}
