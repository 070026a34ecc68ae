import { type AstNode, AstUtils, type LangiumDocument, URI } from 'langium';
import type { InlayHintProvider } from 'langium/lsp';
import { type InlayHint, InlayHintKind, type InlayHintLabelPart, type InlayHintParams } from 'vscode-languageserver';
import { contains, nameRange } from '../../text/anchors.js';
import { signature } from '../hover/declarations.js';
import { codeBlock, paragraphs } from '../hover/markdown.js';
import type { LanguageServices } from '../../services.js';
import type { CheckingServices } from '../../check/services.js';
import { type Hint, type HintPart, hintsAt } from './hints.js';

/** The data that finds the node of a hint again, for its tooltip. */
interface HintData {
    readonly uri: string;
    readonly path: string;
    /** The index of the hint within its node. */
    readonly index: number;
}

/** Answers requests for hints, whose tooltips and link targets are added when the client requests them. */
export class GuardrailInlayHintProvider implements InlayHintProvider {
    /** True if the client can resolve hints; a client that cannot is sent everything at once. */
    private resolves = false;

    constructor(private readonly services: LanguageServices & CheckingServices) {
        services.shared.lsp.LanguageServer.onInitialize(({ capabilities }) => {
            const properties = capabilities.textDocument?.inlayHint?.resolveSupport?.properties ?? [];
            this.resolves = properties.includes('label.location');
        });
    }

    getInlayHints(document: LangiumDocument, { range }: InlayHintParams): InlayHint[] {
        const { inlayHints } = this.services.checking.Settings.current;
        const inventory = this.services.inventory.of(document);
        const uri = document.uri.toString();
        const isInRange = ({ position }: Hint): boolean =>
            contains(range, position) ||
            (position.line === range.end.line && position.character === range.end.character);
        return AstUtils.streamAst(document.parseResult.value)
            .flatMap((node) =>
                hintsAt(node, inventory).map((hint, index) => ({ hint, data: { uri, path: this.pathOf(node), index } }))
            )
            .filter(({ hint }) => inlayHints[hint.kind] && isInRange(hint))
            .map(({ hint, data }) => this.inlayHint(hint, data, !this.resolves))
            .toArray()
            .sort(({ position: a }, { position: b }) => a.line - b.line || a.character - b.character);
    }

    /**
     * The hint with its tooltip and links. It is unchanged if the text has changed in the meantime: the client then
     * requests its hints again.
     */
    resolve(hint: InlayHint): InlayHint {
        const data = hint.data as HintData | undefined;
        const document = data && this.services.shared.workspace.LangiumDocuments.getDocument(URI.parse(data.uri));
        const node =
            document && this.services.workspace.AstNodeLocator.getAstNode(document.parseResult.value, data.path);
        const found = node && hintsAt(node, this.services.inventory.of(document))[data.index];
        const isSame = found?.parts.map(({ text }) => text).join('') === textOf(hint);
        return found && isSame ? this.inlayHint(found, data, true) : hint;
    }

    private inlayHint(hint: Hint, data: HintData, whole: boolean): InlayHint {
        return {
            position: hint.position,
            label: hint.parts.map((part) => (whole ? this.wholePart(part) : { value: part.text })),
            ...(hint.kind === 'parameterNames' && { kind: InlayHintKind.Parameter, paddingRight: true }),
            ...(whole && hint.tooltip !== undefined && { tooltip: { kind: 'markdown', value: hint.tooltip } }),
            data
        };
    }

    private wholePart({ text, target }: HintPart): InlayHintLabelPart {
        const range = target && nameRange(target);
        if (!target || !range) {
            return { value: text };
        }
        const doc = this.services.documentation.DocumentationProvider.getDocumentation(target);
        return {
            value: text,
            tooltip: { kind: 'markdown', value: paragraphs(codeBlock(signature(target)), doc) },
            location: { uri: AstUtils.getDocument(target).uri.toString(), range }
        };
    }

    private pathOf(node: AstNode): string {
        return this.services.workspace.AstNodeLocator.getAstNodePath(node);
    }
}

function textOf({ label }: InlayHint): string {
    return typeof label === 'string' ? label : label.map(({ value }) => value).join('');
}
