/** A report with one of everything, for a policy of a few lines. */
import type { ClaimResult, Finding, ScenarioResult } from '../../../server/checker/results/result.js';
import type { CheckReport, FileReport } from '../../../server/cli/reports/check-report.js';
import {
    ALLOW,
    APPROVAL,
    APPROVAL_TEXT,
    APPROVE,
    at,
    basis,
    DENIED,
    FETCH,
    HELD,
    PASSED,
    POLICY_TEXT,
    POLICY_URI,
    READ,
    RELEASE,
    TOOLS_URI
} from './sample-steps.js';

const COMMON = { annotations: [], obstacles: [], saysNothing: false, expected: false };
type Told = Omit<ClaimResult, keyof typeof COMMON> & Partial<ClaimResult>;
const DELETED = at('claim "nothing is deleted": never destructive tools');

/** The claims of the report, without what most of them lack. */
const TOLD: readonly Told[] = [
    {
        name: 'mail leaves only through a person',
        kind: 'never',
        annotations: [
            { name: 'severity', values: ['high'] },
            { name: 'owasp', values: ['ASI02', 'ASI09: trust'] },
            { name: 'own', values: [] }
        ],
        text: 'never external tools after mail.read unless approved by reviewer',
        source: at(
            'claim "mail leaves only through a person":\n  never external tools after mail.read unless approved by reviewer'
        ),
        verdict: 'violated',
        explanation: 'A session of 2 steps breaks this claim.',
        basis: basis(88, 3, { exhausted: false }),
        trace: {
            steps: [READ, FETCH],
            facts: [[], [], []],
            summary: 'web.fetch is released after mail.read, and reviewer did not approve it.'
        }
    },
    {
        name: 'it can still answer mail',
        kind: 'possible',
        text: 'possible mail.read then mail.draft',
        source: at('claim "it can still answer mail":\n  possible mail.read then mail.draft'),
        verdict: 'witnessed',
        explanation: 'A session of 2 steps does it.',
        basis: basis(1, 0.4),
        trace: { steps: [READ, { ...READ, tool: 'mail.draft', args: {} }], facts: [[], [], []], summary: '' }
    },
    {
        name: 'nothing is deleted',
        kind: 'never',
        text: 'never destructive tools',
        source: DELETED,
        verdict: 'holds',
        explanation: 'No session breaks this claim.',
        basis: basis(1204, 12),
        saysNothing: true
    },
    {
        name: 'it can clean up',
        kind: 'possible',
        text: 'possible mail.delete',
        source: at('claim "it can clean up":\n  possible mail.delete'),
        verdict: 'impossible',
        explanation: 'No session does this, even if everyone cooperates.',
        basis: basis(1204, 12),
        obstacles: [{ text: 'no rule allows mail.delete' }, { text: 'mail.delete would need this', rule: APPROVAL }]
    },
    {
        name: 'a claim with a rather long name that does not fit into one line of an ordinary terminal',
        kind: 'never',
        text: 'never web.post',
        source: DELETED,
        verdict: 'undecided',
        explanation: 'The search ended before every session was covered.',
        basis: basis(20_000_000, 60_000, {
            exhausted: false,
            limit: 'stopped after 60 s: all sessions of up to 11 steps were covered'
        })
    },
    {
        name: 'in a scope',
        kind: 'never',
        text: 'never web.post',
        source: DELETED,
        verdict: 'holds in scope',
        explanation: 'No session that was tried breaks it. Not all values were tried.',
        basis: basis(99, 125_000, { scopes: ['5 different accounts (values)'] }),
        within: ['values']
    },
    {
        name: 'no clean-up before the checks',
        kind: 'never',
        annotations: [{ name: 'expected', values: ['vacuous'] }],
        text: 'never mail.delete after ci.passed',
        source: DELETED,
        verdict: 'vacuous',
        explanation: 'It holds only because its `after` event can never happen.',
        basis: basis(1, 0.2),
        expected: true
    }
];

export const CLAIMS: readonly ClaimResult[] = TOLD.map((claim) => ({ ...COMMON, ...claim }));

export const SCENARIOS: readonly ScenarioResult[] = [
    {
        name: 'an injected instruction is held',
        source: at('scenario "an injected instruction is held":'),
        passed: false,
        steps: [
            {
                source: at('assistant calls mail.read(folder: "inbox") -> allowed'),
                text: 'assistant calls mail.read(folder: "inbox") -> allowed',
                passed: true,
                message: 'allowed, as expected',
                rules: [ALLOW]
            },
            {
                source: at('assistant calls web.fetch(url: "https://evil.example") -> held'),
                text: 'assistant calls web.fetch(url: "https://evil.example") -> held',
                passed: false,
                message: 'Expected held, but the call is allowed.',
                rules: [ALLOW]
            }
        ],
        trace: { steps: [READ, FETCH], facts: [[], [], []], summary: '' }
    },
    {
        name: 'reading is allowed',
        source: at('scenario "an injected instruction is held":'),
        passed: true,
        steps: [
            {
                source: at('assistant calls mail.read(folder: "inbox") -> allowed'),
                text: 'assistant calls mail.read(folder: "inbox") -> allowed',
                passed: true,
                message: 'Allowed by line 9. Line 10 is audited: it would deny.',
                rules: [ALLOW],
                audited: [{ text: 'audit deny mail.read when once web.fetch', source: at(APPROVAL_TEXT) }]
            }
        ],
        trace: { steps: [], facts: [[]], summary: '' }
    }
];

export const FINDINGS: readonly Finding[] = [
    {
        code: 'GR501',
        severity: 'warning',
        message: 'Private and untrusted data can meet web.post without a human.',
        source: at(ALLOW.text),
        trace: {
            steps: [READ, PASSED, DENIED, HELD, APPROVE, RELEASE],
            facts: [[], [], [], [], [], [], []],
            summary: 'assistant carries private and untrusted data when it calls web.post.'
        }
    }
];

export const FILE: FileReport = {
    uri: POLICY_URI,
    path: 'policies/mail.guardrail',
    kind: 'policy',
    text: POLICY_TEXT,
    diagnostics: [
        {
            code: 'GR213',
            severity: 'warning',
            message: '"./tools/mail.guardrail" is imported twice. Remove one of the two.',
            source: at('import "./tools/mail.guardrail"')
        }
    ],
    result: {
        policy: 'MailAssistant',
        source: at('policy MailAssistant'),
        claims: CLAIMS,
        scenarios: SCENARIOS,
        findings: FINDINGS
    }
};

export const REPORT: CheckReport = {
    version: '1.2.3',
    files: [
        FILE,
        {
            uri: TOOLS_URI,
            path: 'policies/tools/mail.guardrail',
            kind: 'import',
            text: 'server mail {\n\ttool read(folder: strin) reads 私的, untrusted\n}\n',
            diagnostics: [
                {
                    code: 'GR102',
                    severity: 'error',
                    message: 'Expected `string`, `int`, `number` or `bool`, found `strin`.',
                    source: { uri: TOOLS_URI, start: { line: 1, character: 19 }, end: { line: 1, character: 24 } }
                },
                {
                    code: 'GR203',
                    severity: 'error',
                    message: 'There is no label `私的`. Declare it with `label 私的`.',
                    source: { uri: TOOLS_URI, start: { line: 1, character: 32 }, end: { line: 1, character: 34 } }
                }
            ]
        },
        {
            uri: 'file:///work/policies/other.guardrail',
            path: 'policies/other.guardrail',
            kind: 'policy',
            text: 'policy Other',
            diagnostics: [],
            notChecked: 'there are errors in policies/tools/mail.guardrail'
        },
        {
            uri: '',
            path: 'policies/photo.guardrail',
            kind: 'unreadable',
            text: '',
            diagnostics: [],
            problem: {
                code: 'GR905',
                message: 'this is not a text in UTF-8',
                help: 'Check that it is the right file, and save it as UTF-8.',
                exit: 2
            }
        }
    ],
    problems: [
        {
            code: 'GR903',
            message: 'no .guardrail file matches rules/*.guardrail',
            help: 'Policies and inventories are files whose names end in .guardrail.',
            exit: 2
        }
    ],
    fromCache: 0,
    exitCode: 2,
    milliseconds: 1234.5
};
