/** The services for reading a policy and going about in it: one for each feature. */
import type { Module } from 'langium';
import type { LangiumSharedServices, PartialLangiumServices, PartialLangiumSharedServices } from 'langium/lsp';
import { GuardrailCallHierarchyProvider } from './call-hierarchy.js';
import { GuardrailDeclarationProvider, GuardrailDefinitionProvider } from './definition.js';
import { GuardrailDocumentLinkProvider } from './document-links.js';
import { GuardrailDocumentSymbolProvider } from './document-symbols.js';
import { GuardrailFoldingRangeProvider } from './folding-ranges.js';
import { GuardrailHoverProvider } from './hover/provider.js';
import { GuardrailImplementationProvider } from './implementation.js';
import { GuardrailInlayHintProvider } from './inlay-hints/provider.js';
import type { GuardrailLspServices } from '../module.js';
import { GuardrailDocumentHighlightProvider, GuardrailReferencesProvider } from './references/find.js';
import { GuardrailReferences } from './references/references.js';
import { GuardrailRenameProvider } from './rename.js';
import { GuardrailSemanticTokenProvider } from './semantic-tokens/provider.js';
import { GuardrailSignatureHelpProvider } from './signature-help/provider.js';
import { GuardrailTypeProvider } from './type-definition.js';
import { GuardrailWorkspaceSymbolProvider } from './workspace-symbols.js';

/** What the features know beyond the services of Langium. */
export interface ReadingServices {
    references: { References: GuardrailReferences };
    reading: { InlayHints: GuardrailInlayHintProvider; References: GuardrailReferencesProvider };
}

export const ReadingModule: Module<GuardrailLspServices, PartialLangiumServices & ReadingServices> = {
    references: {
        References: (services) => new GuardrailReferences(services)
    },
    reading: {
        InlayHints: (services) => new GuardrailInlayHintProvider(services),
        References: (services) => new GuardrailReferencesProvider(services)
    },
    lsp: {
        CallHierarchyProvider: (services) => new GuardrailCallHierarchyProvider(services),
        DeclarationProvider: (services) => new GuardrailDeclarationProvider(services),
        DefinitionProvider: (services) => new GuardrailDefinitionProvider(services),
        DocumentHighlightProvider: (services) => new GuardrailDocumentHighlightProvider(services),
        DocumentLinkProvider: (services) => new GuardrailDocumentLinkProvider(services),
        DocumentSymbolProvider: (services) => new GuardrailDocumentSymbolProvider(services),
        FoldingRangeProvider: (services) => new GuardrailFoldingRangeProvider(services),
        HoverProvider: (services) => new GuardrailHoverProvider(services),
        ImplementationProvider: (services) => new GuardrailImplementationProvider(services),
        InlayHintProvider: (services) => services.reading.InlayHints,
        ReferencesProvider: (services) => services.reading.References,
        RenameProvider: (services) => new GuardrailRenameProvider(services),
        SemanticTokenProvider: (services) => new GuardrailSemanticTokenProvider(services),
        SignatureHelp: (services) => new GuardrailSignatureHelpProvider(services),
        TypeProvider: (services) => new GuardrailTypeProvider(services)
    }
};

export interface SharedReadingServices {
    lsp: { WorkspaceSymbolProvider: GuardrailWorkspaceSymbolProvider };
}

export const SharedReadingModule: Module<LangiumSharedServices, PartialLangiumSharedServices & SharedReadingServices> =
    {
        lsp: {
            WorkspaceSymbolProvider: (services) => new GuardrailWorkspaceSymbolProvider(services)
        }
    };
