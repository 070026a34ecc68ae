import type { IForbiddenRuleType } from 'dependency-cruiser';

const ours = '^(client|language|server|test|scripts|bench)/';
const types = 'type-only';

/**
 * Defines which imports are permitted. `from` and `to` are paths from the root of the project; libraries are under
 * node_modules.
 */
export const rules: readonly (IForbiddenRuleType & { name: string })[] = [
    {
        name: 'client-knows-only-the-protocol',
        comment: 'The client talks to the server and to gateways in messages; they are separate processes.',
        from: { path: '^client/' },
        to: {
            path: ours,
            pathNot:
                '^(client/|server/(wording|assistant)/|server/diagrams/sequence-layout\\.ts$|server/lsp/protocol\\.ts$|server/threads/web/module-worker\\.ts$|server/enforcement/waiting-calls\\.ts$|server/workspace/(printed-json|tool-marks)\\.ts$)'
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
        name: 'wording-runs-nothing-else',
        comment: 'How results are said, in the editor and to assistants: types of results, and the words of verdicts.',
        from: { path: '^server/(wording|assistant)/' },
        to: {
            path: ours,
            pathNot:
                '^server/(wording|assistant)/|^server/checker/(results/verdict-words|traces/step-text)\\.ts$|^server/model/text/(plural|typed-text)\\.ts$',
            dependencyTypesNot: [types]
        }
    },
    {
        name: 'layout-knows-only-types-of-results',
        comment: 'Pages and reports place the parts of a drawing by it.',
        from: { path: '^server/diagrams/sequence-layout\\.ts$' },
        to: { path: ours, pathNot: '^server/checker/results/result\\.ts$' }
    },
    {
        name: 'language-knows-only-the-form-of-policies',
        comment: 'The language describes a policy, in data and as text; what a policy decides is not its business.',
        from: { path: '^language/' },
        to: { path: '^server/model/(?!policy/|text/)', dependencyTypesNot: [types] }
    },
    {
        name: 'checker-knows-only-the-model',
        comment:
            'Proofs, and two libraries, for automata and for random numbers, which run anywhere: the checker also runs in a browser worker.',
        from: { path: '^server/checker/' },
        to: { pathNot: '^server/(certificates|checker|model)/|(^|/)node_modules/(refa|pure-rand)/' }
    },
    {
        name: 'model-knows-nothing',
        comment:
            'Three libraries: one reads shell lines (docs/decisions/0008), one makes the automata of patterns, one hashes.',
        from: { path: '^server/model/' },
        to: { pathNot: '^server/model/|(^|/)node_modules/(unbash|refa|@noble/hashes)/' }
    },
    {
        name: 'gateway-knows-the-model',
        comment: 'What a gateway runs at each call; only to load a policy it needs the language.',
        from: { path: '^server/gateway/', pathNot: '^server/gateway/(library|load|prepared)\\.ts$' },
        to: { pathNot: '^server/(gateway|model)/' }
    },
    {
        name: 'verifier-shares-nothing',
        comment: 'A certificate that a program accepts proves more if the program shares no code with what wrote it.',
        from: { path: '^server/verify/' },
        to: { pathNot: '^server/verify/', dependencyTypesNot: ['core'] }
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
            path: '^(language|server/(certificates|verify/(?!main)|model|checker|export|diagrams|attack|repair|settings|simulator|wording|assistant|threads/(?!node/))|client/trace|client/simulator/page)/'
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

/**
 * The rooms of the house, from the lowest, each with the rooms that it may import from, including types. A room imports
 * only from lower rooms, and unused permissions are withdrawn.
 */
export const HOUSE: Readonly<Record<string, readonly string[]>> = {
    model: [],
    language: ['model'],
    threads: [],
    verify: [],
    workspace: ['language', 'model'],
    certificates: ['model', 'verify'],
    checker: ['certificates', 'model'],

    export: ['checker', 'model'],
    diagrams: ['checker', 'model'],
    wording: ['checker', 'model'],
    assistant: ['checker', 'wording'],
    repair: ['checker', 'language', 'model'],
    settings: ['checker', 'language', 'model'],
    simulator: ['checker', 'language', 'model', 'repair'],
    attack: ['checker', 'model', 'simulator'],
    gateway: ['model', 'workspace'],
    adapters: ['gateway', 'model'],
    enforcement: ['checker', 'gateway', 'language', 'model', 'workspace'],
    cli: [
        'assistant',
        'attack',
        'certificates',
        'checker',
        'diagrams',
        'enforcement',
        'export',
        'gateway',
        'language',
        'model',
        'repair',
        'settings',
        'simulator',
        'threads',
        'wording',
        'workspace'
    ],
    lsp: [
        'checker',
        'diagrams',
        'export',
        'language',
        'model',
        'repair',
        'settings',
        'simulator',
        'threads',
        'wording',
        'workspace'
    ],
    client: ['assistant', 'diagrams', 'enforcement', 'lsp', 'threads', 'wording', 'workspace']
};

/**
 * Files that may be in cycles: one file creates all services, and services refer to the type of that file (Langium's
 * pattern). No cycle exists at load time.
 */
export const SERVICES = ['server/lsp/module.ts'];

/** The rooms of the large folders, from the lowest: each imports only from those before it, including types. */
export const ROOMS: Readonly<Record<string, readonly string[]>> = {
    language: [
        'grammar',
        'generated',
        'library',
        'text',
        'parser',
        'files',
        'names',
        'edits',
        'types',
        'packs',
        'linking',
        'incremental',
        'configuration',
        'mistakes',
        'lower',
        'validations',
        'format',
        'module.ts'
    ],
    'server/model': [
        'collections',
        'policy',
        'text',
        'values',
        'memory',
        'conditions',
        'events',
        'session',
        'decide.ts',
        'judge.ts',
        'advance.ts'
    ],
    'server/cli': [
        'git',
        'packages',
        'terminal',
        'time-limit.ts',
        'code-pages.ts',
        'selection',
        'reports',
        'options.ts',
        'config',
        'controls',
        'tool-lists',
        'commands',
        'program.ts',
        'main.ts'
    ],
    'server/checker': [
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
        'aimed-sessions',
        'portfolio',
        'difference',
        'findings',
        'check.ts',
        'incremental'
    ]
};
