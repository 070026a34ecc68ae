/**
 * Measures the processor time of one keystroke, phase by phase, in policies of several lengths: a rule is typed into
 * the middle of the file, character by character, and every keystroke is processed up to its diagnostics.
 */
import type { LangiumDocument, LangiumSharedCoreServices } from 'langium';
import { DocumentState, EmptyFileSystemProvider, URI } from 'langium';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { createLanguageServer } from '../../server/lsp/module.js';
import { median } from '../processes.js';
import { milliseconds, number, table } from '../table.js';
import { inventory, inventoryFile, policy } from './workspace.js';

const LENGTHS = [200, 2_000];
const TYPED = 'deny s0.t9 when amount > 1000 unless once s0.t1\n';
/** The number of rounds. An unmeasured one comes first, because the code has to be compiled. */
const ROUNDS = 4;

const PHASES = [
    ['parse', DocumentState.Parsed],
    ['index', DocumentState.IndexedContent],
    ['scopes', DocumentState.ComputedScopes],
    ['link', DocumentState.Linked],
    ['references', DocumentState.IndexedReferences],
    ['validate', DocumentState.Validated]
] as const;

/** The processor milliseconds of one keystroke, for each phase and in total. */
type Keystroke = ReadonlyMap<string, number>;

export async function keystrokesTable(): Promise<string> {
    const editors = await Promise.all(LENGTHS.map(openPolicy));
    const found = editors.map((): Keystroke[] => []);
    for (let round = 0; round <= ROUNDS; round++) {
        for (const [index, editor] of editors.entries()) {
            const keystrokes = await typed(editor);
            if (round > 0) {
                found[index]!.push(...keystrokes);
            }
        }
    }
    const names = [...PHASES.map(([name]) => name), 'all'];
    return table(
        ['processor ms of a keystroke', ...names.map((name) => (name === 'all' ? 'all, p50' : name)), 'p95', 'max'],
        found.map((keystrokes, index) => {
            const of = (name: string): number[] => keystrokes.map((keystroke) => keystroke.get(name) ?? 0);
            const all = of('all').sort((a, b) => a - b);
            return [
                `${number(LENGTHS[index]!)} lines`,
                ...names.map((name) => milliseconds(median(of(name)))),
                milliseconds(all[Math.floor(0.95 * all.length)]),
                milliseconds(all.at(-1))
            ];
        })
    );
}

interface Editor {
    readonly shared: LangiumSharedCoreServices;
    readonly document: LangiumDocument;
    readonly edit: (at: number, remove: number, insert: string) => void;
}

async function openPolicy(lines: number): Promise<Editor> {
    const texts = new Map<string, string>();
    const fileSystemProvider = Object.assign(new EmptyFileSystemProvider(), {
        exists: (uri: URI) => Promise.resolve(texts.has(uri.toString())),
        readFile: (uri: URI) => Promise.resolve(texts.get(uri.toString()) ?? '')
    });
    const { shared } = createLanguageServer({
        fileSystemProvider: () => fileSystemProvider,
        checkerHost: {
            start: () => ({ outcome: Promise.resolve({ kind: 'cancelled' }), cancel: () => undefined }),
            dispose: () => Promise.resolve()
        }
    });
    const uri = URI.parse('file:///bench/policy.guardrail');
    texts.set(`file:///bench/${inventoryFile(0)}`, inventory(0));
    // As in an editor, an edit changes the open text.
    const open = TextDocument.create(uri.toString(), 'guardrail', 1, policy(0, lines));
    const { DocumentBuilder, LangiumDocuments, TextDocuments } = shared.workspace;
    TextDocuments.set(open);
    const document = await LangiumDocuments.getOrCreateDocument(uri);
    await DocumentBuilder.build([document], { validation: true });
    return {
        shared,
        document,
        edit: (at, remove, insert) => {
            const range = { start: open.positionAt(at), end: open.positionAt(at + remove) };
            TextDocument.update(open, [{ range, text: insert }], open.version + 1);
        }
    };
}

async function typed({ shared, document, edit }: Editor): Promise<Keystroke[]> {
    const { DocumentBuilder } = shared.workspace;
    const before = document.textDocument.getText();
    const at = before.indexOf('\n', before.length / 2) + 1;
    const keystrokes: Keystroke[] = [];
    for (let length = 1; length <= TYPED.length; length++) {
        edit(at + length - 1, 0, TYPED[length - 1]!);
        const times = new Map<string, number>();
        const start = cpuMs();
        let last = start;
        const listening = PHASES.map(([name, state]) =>
            DocumentBuilder.onDocumentPhase(state, (built) => {
                if (built === document) {
                    const now = cpuMs();
                    times.set(name, now - last);
                    last = now;
                }
            })
        );
        await DocumentBuilder.update([document.uri], []);
        listening.forEach((listener) => listener.dispose());
        keystrokes.push(times.set('all', cpuMs() - start));
    }
    edit(at, TYPED.length, '');
    await DocumentBuilder.update([document.uri], []);
    return keystrokes;
}

function cpuMs(): number {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
}
