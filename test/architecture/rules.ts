import type { IForbiddenRuleType } from 'dependency-cruiser';

const ours = '^(client|language|server|test|scripts|bench)/';
const types = 'type-only';

/** Who may import whom. `from` and `to` are paths from the root of the project; libraries are under node_modules. */
export const rules: readonly (IForbiddenRuleType & { name: string })[] = [
    {
        name: 'client-knows-only-the-protocol',
        comment:
            'The client talks to the server in messages; the two are separate processes. Both say alike what results are.',
        from: { path: '^client/' },
        to: {
            path: ours,
            pathNot:
                '^(client/|server/(wording|assistant)/|server/diagrams/sequence-layout\\.ts$|server/lsp/protocol\\.ts$|server/threads/web/module-worker\\.ts$)'
        }
    },
    {
        name: 'protocol-is-types-and-constants',
        comment: 'What the protocol imports is bundled into the client.',
        from: { path: '^server/(lsp/protocol|checker/results/result)\\.ts$' },
        to: { dependencyTypesNot: [types], pathNot: '^server/checker/results/result\\.ts$' }
    },
    {
        name: 'trace-view-is-a-page',
        comment: 'The webview is a browser page: what it uses, and what that uses, does without the extension host.',
        from: { path: '^client/(trace|simulator/page)/' },
        to: { path: '(^|/)node_modules/(@types/vscode|vscode-languageclient)/', reachable: true }
    },
    {
        name: 'lsp-does-not-know-the-cli',
        from: { path: '^server/lsp/' },
        to: {
            path: ours,
            pathNot:
                '^(language|server/(lsp|threads|workspace|text-edits|simulator|repair|export|diagrams|checker|model))/'
        }
    },
    {
        name: 'checks-are-of-workers',
        comment:
            'The server loads no checker, which takes longer than all its own code: it asks workers, and reads results.',
        from: {
            path: '^server/lsp/',
            pathNot: '^server/lsp/((check|repair)/run|(node|web)/session-worker)\\.ts$'
        },
        to: {
            path: '^server/(checker|export|diagrams|repair|simulator)/',
            pathNot:
                '^server/simulator/session-scenario\\.ts$|^server/checker/(results/(accepted-scopes|result|problems|verdict-words|default-limits)|traces/step-text|incremental/outcomes)\\.ts$|^server/export/itf(-session)?\\.ts$',
            dependencyTypesNot: [types]
        }
    },
    {
        name: 'cli-does-not-know-the-lsp',
        from: { path: '^server/cli/' },
        to: {
            path: ours,
            pathNot:
                '^(language|server/(cli|threads|workspace|assistant|attack|diagrams|export|text-edits|gateway|simulator|repair|checker|model))/'
        }
    },
    {
        name: 'threads-know-nothing',
        comment: 'They carry orders and answers of any kind.',
        from: { path: '^server/threads/' },
        to: { path: ours, pathNot: '^server/threads/' }
    },
    {
        name: 'workspace-knows-the-language',
        comment: 'Files as every program of ours reads them.',
        from: { path: '^server/workspace/' },
        to: { path: ours, pathNot: '^(language|server/(workspace|model))/' }
    },
    {
        name: 'wording-runs-nothing-else',
        comment: 'How results are said, in the editor and to assistants: types of results, and the words of verdicts.',
        from: { path: '^server/(wording|assistant)/' },
        to: {
            path: ours,
            pathNot:
                '^server/(wording|assistant)/|^server/checker/(results/verdict-words|traces/step-text)\\.ts$|^server/model/typed-text\\.ts$',
            dependencyTypesNot: [types]
        }
    },
    {
        name: 'wording-knows-only-types-of-results',
        from: { path: '^server/(wording|assistant)/' },
        to: {
            path: ours,
            pathNot: '^server/(wording|assistant|checker)/|^server/model/typed-text\\.ts$'
        }
    },
    {
        name: 'layout-knows-only-types-of-results',
        comment: 'Pages and reports place the parts of a drawing by it.',
        from: { path: '^server/diagrams/sequence-layout\\.ts$' },
        to: { path: ours, pathNot: '^server/checker/results/result\\.ts$' }
    },
    {
        name: 'export-and-diagrams-know-the-checker',
        comment: 'They turn policies and results into the forms of other tools, and run nothing.',
        from: { path: '^server/(export|diagrams)/' },
        to: { path: ours, pathNot: '^server/(export|diagrams|checker|model)/' }
    },
    {
        name: 'repair-knows-no-program',
        comment: 'It writes rules and has them checked; the command and the language server show what it proposes.',
        from: { path: '^server/repair/' },
        to: { path: ours, pathNot: '^(language|server/repair|server/checker|server/model)/' }
    },
    {
        name: 'text-edits-know-the-language',
        comment: 'What they change is a text; nothing runs.',
        from: { path: '^server/text-edits/' },
        to: { path: ours, pathNot: '^(language|server/text-edits)/' }
    },
    {
        name: 'simulator-knows-no-program',
        comment: 'It plays sessions line by line; the command and the language server show them.',
        from: { path: '^server/simulator/' },
        to: { path: ours, pathNot: '^(language|server/(simulator|repair|checker|model))/' }
    },
    {
        name: 'attack-knows-no-program',
        comment: 'It plays random sessions against verdicts; the command says what came of it.',
        from: { path: '^server/attack/' },
        to: { path: ours, pathNot: '^(language|server/(attack|simulator|checker|model))/' }
    },
    {
        name: 'language-knows-the-model',
        from: { path: '^language/' },
        to: { path: ours, pathNot: '^(language|server/model)/' }
    },
    {
        name: 'language-knows-only-types-of-the-model',
        comment: 'The language describes a policy; what a policy decides is not its business.',
        from: { path: '^language/' },
        to: { path: '^server/model/', dependencyTypesNot: [types] }
    },
    {
        name: 'checker-knows-only-the-model',
        comment: 'One library, for automata, which runs anywhere: the checker also runs in a browser worker.',
        from: { path: '^server/checker/' },
        to: { pathNot: '^server/(checker|model)/|(^|/)node_modules/refa/' }
    },
    {
        name: 'no-circles-in-the-checker',
        comment: 'Types included: a reader must be able to begin at the bottom.',
        from: { path: '^server/(checker|export|diagrams)/' },
        to: { circular: true }
    },
    {
        name: 'model-knows-nothing',
        comment: 'Two libraries: one reads shell lines (docs/decisions/0008), one makes the automata of patterns.',
        from: { path: '^server/model/' },
        to: { pathNot: '^server/model/|(^|/)node_modules/(unbash|refa)/' }
    },
    {
        name: 'gateway-knows-the-model',
        comment: 'What a gateway runs at each call; only to load a policy it needs the language.',
        from: { path: '^server/gateway/', pathNot: '^server/gateway/(library|load)\\.ts$' },
        to: { pathNot: '^server/(gateway|model)/' }
    },
    {
        name: 'vscode-only-in-client',
        from: { pathNot: '^client/(?!trace/|simulator/page/)' },
        to: { path: '(^|/)node_modules/(@types/vscode|vscode-languageclient)/' }
    },
    {
        name: 'language-server-only-in-lsp',
        comment: 'Only one layer knows the Language Server Protocol.',
        from: { pathNot: '^server/lsp/' },
        to: { path: '(^|/)node_modules/(vscode-languageserver/|langium/lib/lsp/)' }
    },
    {
        name: 'no-node-where-a-browser-runs',
        from: {
            path: '^(language|server/(model|checker|export|diagrams|attack|repair|text-edits|simulator|wording|assistant|threads/(?!node/))|client/trace|client/simulator/page)/'
        },
        to: { dependencyTypes: ['core'] }
    },
    {
        name: 'no-langium-node-in-language',
        comment: 'It imports the file system of node.',
        from: { path: '^language/' },
        to: { path: '(^|/)node_modules/langium/lib/node/' }
    },
    {
        name: 'libraries-are-declared',
        comment: 'A library that only another library brings can change or vanish with it.',
        from: { path: '^(client|language|server)/' },
        to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] }
    },
    {
        name: 'imports-resolve',
        from: {},
        to: { couldNotResolve: true }
    }
];

/** Of what is left once types are erased: an import of a type beside one of a value would hide the cycle of the latter. */
export const rulesOfLoading: readonly (IForbiddenRuleType & { name: string })[] = [
    {
        name: 'no-cycles',
        comment: 'What a cycle does depends on which of its files is loaded first. Types alone are not loaded.',
        from: {},
        to: { circular: true }
    },
    {
        name: 'activation-loads-no-library',
        comment: 'VS Code waits for it. Libraries are loaded after that (client/load-libraries.ts).',
        from: { path: '^client/extension\\.ts$' },
        to: { path: '(^|/)node_modules/(?!@types/)', reachable: true }
    }
];

/** The rooms of the checker, from the lowest: each imports only from those before it, types included. */
export const ROOMS = [
    'limits',
    'conditions',
    'questions',
    'results',
    'arguments',
    'reductions',
    'traces',
    'search',
    'totals',
    'system',
    'concrete',
    'compiled',
    'recoverability',
    'scenarios',
    'counterexamples',
    'portfolio',
    'difference',
    'findings',
    'check.ts',
    'incremental'
];
