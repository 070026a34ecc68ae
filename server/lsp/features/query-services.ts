/** The services that answer queries about a policy and navigate it: one for each request. */
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
import { GuardrailReferences, type ReferenceServices } from './references/references.js';
import { GuardrailRenameProvider } from './rename.js';
import { GuardrailSemanticTokenProvider } from './semantic-tokens/provider.js';
import { GuardrailSignatureHelpProvider } from './signature-help/provider.js';
import { GuardrailTypeProvider } from './type-definition.js';
import { GuardrailWorkspaceSymbolProvider } from './workspace-symbols.js';

/** Services for the features, in addition to Langium's. */
export interface QueryServices extends ReferenceServices {
    queries: { InlayHints: GuardrailInlayHintProvider; References: GuardrailReferencesProvider };
}

export const QueryModule: Module<GuardrailLspServices, PartialLangiumServices & QueryServices> = {
    references: {
        References: (services) => new GuardrailReferences(services)
    },
    queries: {
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
        InlayHintProvider: (services) => services.queries.InlayHints,
        ReferencesProvider: (services) => services.queries.References,
        RenameProvider: (services) => new GuardrailRenameProvider(services),
        SemanticTokenProvider: (services) => new GuardrailSemanticTokenProvider(services),
        SignatureHelp: (services) => new GuardrailSignatureHelpProvider(services),
        TypeProvider: (services) => new GuardrailTypeProvider(services)
    }
};

export interface SharedQueryServices {
    lsp: { WorkspaceSymbolProvider: GuardrailWorkspaceSymbolProvider };
}

export const SharedQueryModule: Module<LangiumSharedServices, PartialLangiumSharedServices & SharedQueryServices> = {
    lsp: {
        WorkspaceSymbolProvider: (services) => new GuardrailWorkspaceSymbolProvider(services)
    }
};
