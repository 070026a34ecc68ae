/** The pages of the codes, which are shipped in one file, because that takes a third of the space of separate files. */
import * as vscode from 'vscode';

const SCHEME = 'guardrail-code';

/** The part of the URI of a page before `GR501.md`. */
export const CODE_PAGES = `${SCHEME}:/`;

export class CodePages {
    private pages: Promise<Readonly<Record<string, string>>> | undefined;

    constructor(private readonly extensionUri: vscode.Uri) {}

    /** The page of a code as Markdown; undefined if there is no such code. */
    async of(code: string): Promise<string | undefined> {
        this.pages ??= this.read();
        const pages = await this.pages;
        return Object.hasOwn(pages, code) ? pages[code] : undefined;
    }

    /** Opens pages in the editor, for the link of a diagnostic and for its preview. */
    register(): vscode.Disposable {
        return vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
            provideTextDocumentContent: ({ path }) => this.of(/^\/(\w+)\.md$/.exec(path)?.[1] ?? '')
        });
    }

    private async read(): Promise<Readonly<Record<string, string>>> {
        const file = vscode.Uri.joinPath(this.extensionUri, 'dist', 'codes.json');
        return JSON.parse(new TextDecoder().decode(await vscode.workspace.fs.readFile(file))) as Record<string, string>;
    }
}
