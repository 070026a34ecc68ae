/**
 * Wires together the services of the language. It depends only on Langium's core: not on an editor, a file system or a
 * command line.
 */
import {
    createDefaultCoreModule,
    createDefaultSharedCoreModule,
    CstUtils,
    inject,
    DefaultServiceRegistry,
    type LangiumCoreServices,
    type URI,
    type DefaultSharedCoreModuleContext,
    type LangiumSharedCoreServices,
    type Module,
    type PartialLangiumCoreServices,
    type PartialLangiumSharedCoreServices
} from 'langium';
import { GuardrailDocumentBuilder, GuardrailWorkspaceManager } from './files/documents.js';
import { FieldScopeProvider } from './linking/fields.js';
import { GuardrailGeneratedModule, GuardrailGeneratedSharedModule } from './generated/module.js';
import { IncrementalDocumentFactory } from './incremental/document-factory.js';
import { InventoryProvider, type GuardrailAddedServices, type GuardrailServices } from './names/inventory.js';
import { GuardrailLinker } from './linking/linker.js';
import { GuardrailParserErrorMessageProvider } from './parser/messages.js';
import { QuickParser } from './parser/quick-parser.js';
import { GuardrailIndexManager } from './linking/references.js';
import { registerRules } from './validations/index.js';
import { GuardrailScopeComputation } from './linking/scopes.js';
import { GuardrailReflection } from './parser/subtypes.js';
import { GuardrailLexer, GuardrailTokenBuilder, MULTILINE_COMMENTS } from './parser/tokens.js';
import { GuardrailDocumentValidator } from './validations/validator.js';
import { GuardrailValueConverter } from './parser/values.js';

export const GuardrailModule: Module<GuardrailServices, PartialLangiumCoreServices & GuardrailAddedServices> = {
    inventory: (services) => new InventoryProvider(services.shared),
    parser: {
        // This is Langium's way of finding them, which builds all terminals of the grammar.
        GrammarConfig: () => ({ multilineCommentRules: MULTILINE_COMMENTS, nameRegexp: CstUtils.DefaultNameRegexp }),
        TokenBuilder: () => new GuardrailTokenBuilder(),
        LangiumParser: (services) => new QuickParser(services),
        Lexer: (services) => new GuardrailLexer(services),
        ValueConverter: () => new GuardrailValueConverter(),
        ParserErrorMessageProvider: () => new GuardrailParserErrorMessageProvider()
    },
    references: {
        Linker: (services) => new GuardrailLinker(services),
        ScopeProvider: (services) => new FieldScopeProvider(services),
        ScopeComputation: (services) => new GuardrailScopeComputation(services)
    },
    validation: {
        DocumentValidator: (services) => new GuardrailDocumentValidator(services)
    }
};

export const GuardrailSharedModule: Module<LangiumSharedCoreServices, PartialLangiumSharedCoreServices> = {
    AstReflection: () => new GuardrailReflection(),
    ServiceRegistry: (services) => new GuardrailServiceRegistry(services),
    workspace: {
        DocumentBuilder: (services) => new GuardrailDocumentBuilder(services),
        IndexManager: (services) => new GuardrailIndexManager(services),
        LangiumDocumentFactory: (services) => new IncrementalDocumentFactory(services),
        WorkspaceManager: (services) => new GuardrailWorkspaceManager(services)
    }
};

/**
 * The services of the language for a program without an editor.
 * @param context provides the file system that imports are read through: `NodeFileSystem` of `langium/node`, or
 * `EmptyFileSystem` in a browser
 */
export function createGuardrailServices(context: DefaultSharedCoreModuleContext): {
    shared: LangiumSharedCoreServices;
    guardrail: GuardrailServices;
} {
    const shared = inject(
        createDefaultSharedCoreModule(context),
        GuardrailGeneratedSharedModule,
        GuardrailSharedModule
    );
    const guardrail = inject(createDefaultCoreModule({ shared }), GuardrailGeneratedModule, GuardrailModule);
    registerLanguage(shared, guardrail);
    return { shared, guardrail };
}

/** Registers the language and its validations; the language server calls it for services that it composes itself. */
export function registerLanguage(shared: LangiumSharedCoreServices, guardrail: GuardrailServices): void {
    shared.ServiceRegistry.register(guardrail);
    registerRules(guardrail);
}

/** Decides which files are policies: those with the right name, and those that the editor opened as a policy. */
class GuardrailServiceRegistry extends DefaultServiceRegistry {
    /**
     * The name of an untitled text does not show its language. While it is open, the editor provides it; but the text
     * is also built after it was closed, and in workers, which have no editor.
     */
    override getServices(uri: URI): LangiumCoreServices {
        const [language] = this.all;
        return uri.scheme === 'untitled' && language ? language : super.getServices(uri);
    }
}
