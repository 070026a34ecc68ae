/** Shows the steps of the visible session next to the rules that decided them: ① ② … */
import * as vscode from 'vscode';
import type { Trace, TraceStep } from '../server/lsp/protocol.js';
import { callText, decisionWord } from '../server/wording/format.js';

/** The maximum length of the text beside a rule. */
const MOST = 90;
/** The largest number for which Unicode has a circled digit. */
const CIRCLED = 20;

export class SessionMarks implements vscode.Disposable {
    private readonly decoration = vscode.window.createTextEditorDecorationType({
        after: { margin: '0 0 0 2em', color: new vscode.ThemeColor('editorCodeLens.foreground') },
        rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed
    });
    private readonly subscription = vscode.window.onDidChangeVisibleTextEditors(() => this.draw());
    private steps: readonly TraceStep[] = [];

    /**
     * Replaces the marks by those of the session; removes them if no session is in view, or if the session belongs to
     * another text.
     */
    show(trace: Trace | undefined): void {
        if (this.steps !== (trace?.steps ?? this.steps) || !trace) {
            this.steps = trace?.steps ?? [];
            this.draw();
        }
    }

    dispose(): void {
        this.subscription.dispose();
        this.decoration.dispose();
    }

    private draw(): void {
        for (const editor of vscode.window.visibleTextEditors) {
            editor.setDecorations(this.decoration, this.marksIn(editor.document.uri.toString()));
        }
    }

    /** Each rule gets one mark, at its end, for all steps that it decided. */
    private marksIn(uri: string): vscode.DecorationOptions[] {
        const byRule = new Map<string, { at: vscode.Position; texts: string[] }>();
        for (const [index, step] of this.steps.entries()) {
            for (const { source, usedAt = source } of step.rules) {
                if (usedAt.uri === uri) {
                    const at = new vscode.Position(usedAt.end.line, usedAt.end.character);
                    const key = `${at.line}:${at.character}`;
                    const mark = byRule.get(key) ?? { at, texts: [] };
                    mark.texts.push(markText(step, index + 1));
                    byRule.set(key, mark);
                }
            }
        }
        return [...byRule.values()].map(({ at, texts }) => ({
            range: new vscode.Range(at, at),
            renderOptions: { after: { contentText: cut(texts.join('  ')) } }
        }));
    }
}

/** Writes `① mail.read(folder: "x")`, with the decision if the call was not let through. */
function markText(step: TraceStep, number: number): string {
    const circled = number <= CIRCLED ? String.fromCodePoint(0x2460 + number - 1) : `(${number})`;
    const decision = decisionWord(step);
    const isLetThrough = decision === 'allowed' || decision === undefined;
    return `${circled} ${callText(step)}${isLetThrough ? '' : ` ${decision}`}`;
}

function cut(text: string): string {
    return text.length <= MOST ? text : `${text.slice(0, MOST - 1)}…`;
}
