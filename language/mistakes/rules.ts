/** Rules of other languages. */
import { DURATION, UNIT, duration } from './durations.js';
import type { Form } from './form.js';

/** Matches the beginning of a statement, after the words that may precede it. */
const START = String.raw`^\s*(?:audit\s+)?`;
/** Matches a list of tools. */
const TOOLS = String.raw`[\w.*\`]+(?:\s*,\s*[\w.*\`]+)*`;

/** Matches the name of one tool. */
const TOOL = String.raw`[\w\`]+\.[\w*\`]+`;

const GRANTS = ['permit', 'grant', 'enable', 'whitelist', 'allowlist', 'authorize', 'can', 'let'];
const DENIALS = [
    ...[
        'forbid',
        'block',
        'reject',
        'disallow',
        'prohibit',
        'ban',
        'refuse',
        'prevent',
        'stop',
        'blacklist',
        'denylist'
    ],
    ...['cannot', 'restrict', 'disable']
];

const NUMBERS: { readonly [word: string]: number } = {
    one: 1,
    two: 2,
    three: 3,
    four: 4,
    five: 5,
    six: 6,
    seven: 7,
    eight: 8,
    nine: 9,
    ten: 10,
    twelve: 12,
    twenty: 20
};

export const RULES: readonly Form[] = [
    {
        isAboutNames: true,
        written: new RegExp(
            String.raw`^\s*(?:audit\s+)?require\s+(?<mark>approval\s+for\s+(${TOOLS})\s+(?:by|from)\s+(\w+))`,
            'dg'
        ),
        says: 'Write the person who approves first: `require approval by $3 for $2`.',
        instead: 'approval by $3 for $2'
    },
    {
        isAboutNames: true,
        written: /^\s*deny\s+(?<mark>(?:all|everything|anything)(?:\s+tools)?)(?=\s*$|\s+(?:except|when|unless)\b)/dg,
        says: 'To name all tools, write `any tool`.',
        instead: 'any tool'
    },
    {
        written: new RegExp(String.raw`${START}(?<mark>(permit|forbid)\s*\(.*)`, 'dg'),
        says: 'A rule names agents and tools in words: `allow AGENT: TOOLS when CONDITION`, `deny TOOLS when CONDITION`.'
    },
    {
        written: new RegExp(String.raw`${START}(?<mark>default\s+(?:allow|deny)\b.*)`, 'dg'),
        says: 'Calls that no `allow` grants are denied, so a policy needs no default. Remove this line.',
        instead: ''
    },
    {
        written: new RegExp(
            String.raw`${START}(?<mark>(?:if|when|whenever)\s+(.+?)[,:]?\s+(?:then\s+)?(?:deny|block|forbid)\s+(.+))$`,
            'dgi'
        ),
        says: 'Begin a rule with its effect, followed by its condition: `deny TOOLS when CONDITION`.',
        instead: 'deny $3 when $2'
    },
    {
        written: new RegExp(String.raw`${START}(?<mark>if|when|whenever|else|elif|otherwise)\b.*$`, 'dg'),
        says: 'Begin a rule with its effect, followed by its condition: `deny TOOLS when CONDITION`.'
    },
    {
        written: new RegExp(String.raw`${START}(?<mark>(?:${GRANTS.join('|')})\b)(?!\s+\w+\s*=).*$`, 'dg'),
        says: 'To allow calls, write `allow AGENT: TOOLS`.',
        instead: 'allow'
    },
    {
        written: new RegExp(String.raw`${START}(?<mark>(?:${DENIALS.join('|')})\b).*$`, 'dg'),
        says: 'To deny calls, write `deny TOOLS when CONDITION`.',
        instead: 'deny'
    },
    {
        written: new RegExp(
            String.raw`^\s*(?<mark>redact\s+(?:(?:fields|parts)\b.*?\bof\s+)?(?:result\s+of\s+)?)(.*)$`,
            'dg'
        ),
        says: 'A result can only be withheld as a whole: `withhold result of TOOLS when CONDITION`.',
        instead: 'withhold result of '
    },
    {
        written: new RegExp(String.raw`^\s*(?<mark>package)\s+[\w.]+`, 'dg'),
        says: 'Begin a policy with `policy NAME`.',
        instead: 'policy'
    },
    {
        written: /^\s*(?<mark>(?:rule|rules|flow|define\s+flow|define\s+(?:user|bot)|spec|module)\b(?![.:(]).*)$/dg,
        says: 'A rule has neither a name nor braces. Write a single statement such as `allow AGENT: TOOLS` or `deny TOOLS when CONDITION`.'
    },
    {
        written: /^\s*(?<mark>(?:assert|ensure|invariant|check|verify|property|prove)\b(?![.:(])).*$/dg,
        says: 'Write a property of all sessions as a claim: `claim "…": always CONDITION`, `claim "…": never TOOLS when CONDITION`.'
    },
    {
        written: /^\s*(?<mark>test|example|given)\s+(?=")/dg,
        says: 'Write a session with its expected decisions as a `scenario`.',
        instead: 'scenario'
    },
    {
        written:
            /^\s*(?<mark>(?:max|maximum|no more than)(?!\s+\d+\s+[\w`])|at most|rate\s*limit|throttle|ratelimit)\b.*$/dg,
        says: 'To limit the number of calls, write `limit TOOLS to 3 within 1h`.'
    },
    {
        written: new RegExp(String.raw`^\s*(?<mark>(?:ask|confirm|hold|escalate)\b(?![.:(])).*$`, 'dg'),
        says: 'To ask a person, write `require approval by HUMAN for TOOLS`.'
    },
    {
        written: /^(?<mark>(?:user|principal|actor|person|model|assistant)\s+(?!says\b)(\w+))\s*$/dg,
        says: 'Declare an agent with `agent NAME`, a person with `human NAME`, and a role with its people: `role NAME = PERSON, PERSON`.'
    },
    {
        written: /^\s*(?<mark>(?:function|func|def|let|const|var|macro)\s+(\w+)\s*(?::=|=)?).*$/dg,
        says: 'To name a condition, write `define NAME = CONDITION`.'
    },

    // Grants
    {
        written: new RegExp(
            String.raw`^\s*allow\s+[\w\s,]+:\s*(${TOOLS})(?<mark>\s*,?\s*(?:and\s+)?(?:requires?|with|needs?|after)\s+approval\s+(?:by|from|of)\s+(\w+))\s*$`,
            'dg'
        ),
        says: 'Write an approval as a separate statement: `require approval by $3 for TOOLS`.',
        instead: '\nrequire approval by $3 for $1'
    },
    {
        written: /^\s*allow\s*(?<mark>:)/dg,
        says: 'An `allow` names its agents before the colon: `allow AGENT: TOOLS`, or `allow any agent: TOOLS`.',
        instead: (_groups, { agents }) => (agents.length === 1 ? ` ${agents[0]}:` : ' any agent:')
    },
    {
        isAboutNames: true,
        written: /^\s*allow\s+(?<mark>all|any|anyone|everyone|everybody|\*|all agents|every agent|agents)\s*:/dg,
        says: 'For all agents, write `any agent`.',
        instead: 'any agent'
    },
    {
        isAboutNames: true,
        written:
            /^\s*allow\s+(?:any agent|\w+(?:\s*,\s*\w+)*)\s*:\s*(?<mark>all|any|everything|anything|all tools|any tools|every tool)\s*(?=$|when|unless|\/\/)/dg,
        says: 'For all tools, write `any tool`.',
        instead: 'any tool'
    },
    {
        written: /^\s*allow\s+(\w+)(?<mark>\s+to\s+(?:(?:call|use|run|access|do)\s+)?)[\w`]/dg,
        says: 'Write a colon between agents and tools: `allow $1: TOOLS`.',
        instead: ': '
    },
    {
        written: /^\s*allow\s+(?!any\b)(\w+)(?<mark>\s+)(?=[\w`]+\.[\w`*]+)/dg,
        says: 'Write a colon between agents and tools: `allow $1: TOOLS`.',
        instead: ': '
    },

    {
        written: new RegExp(String.raw`^\s*allow\s+(?<mark>(${TOOLS}))(?=\s*$|\s+when\b|\s+unless\b)`, 'dg'),
        says: 'An `allow` names its agents before the tools: `allow AGENT: $2`.',
        instead: ([, , tools], { agents }) => (agents.length === 1 ? `${agents[0]}: ${tools}` : `any agent: ${tools}`)
    },
    {
        written: new RegExp(
            String.raw`^\s*(?:audit\s+)?(?:allow\s[\w\s,]+:|deny|require\s.*\sfor)\s*${TOOLS}(?<mark>\s+(?:and|or|\||&|\+)\s+)[\w\`]+\.[\w*\`]+`,
            'dg'
        ),
        says: 'Separate tools by commas.',
        instead: ', '
    },
    {
        written: /\bbecause\s+(?<mark>([A-Za-z][^"]*?))\s*$/dg,
        says: 'Put the reason of a rule in double quotes.',
        instead: '"$2"'
    },
    {
        written: /^\s*(?<mark>(?:log|monitor|warn|alert|report|notify|track)\b(?![.:(])).*$/dg,
        says: 'For a rule that only reports, write `audit deny TOOLS when CONDITION`.'
    },

    {
        written:
            /^\s*(?:audit\s+)?(?:deny|require|limit|withhold)\b.*(?<mark>\s(?:with\s+)?(?:message|msg|reason|error)\s*:?\s*)"[^"]*"\s*$/dg,
        says: 'Write the reason of a rule after `because`.',
        instead: ' because '
    },
    {
        written: /^\s*(?:audit\s+)?(?:deny|require|limit)\b.*[\d)\]"](?<mark>\s+)"[^"]*"\s*$/dg,
        says: 'Write the reason of a rule after `because`.',
        instead: ' because '
    },
    {
        written: /^\s*(?:audit\s+)?(?:deny|require|limit|allow)\b.*?(?<mark>\s+(?:else|otherwise)\b.*)$/dg,
        says: 'A rule has no `else`. Write a rule for each case.',
        instead: ''
    },
    {
        written: /^(?<mark>always\s+)(?=(?:deny|allow|require)\b)\w+/dg,
        says: 'A rule is always in force. Remove `always`.',
        instead: ''
    },
    {
        written: /^(?<mark>(never|always|possible)\s).*$/dg,
        says: 'Write a property of all sessions as a claim: `claim: never TOOLS when CONDITION`.',
        instead: 'claim: $2 '
    },

    // Denials
    {
        written: new RegExp(
            String.raw`^\s*(?:audit\s+)?deny\s+(?<mark>(\w+)\s+(?:from\s+|to\s+)?(?:calling\s+|call\s+|using\s+|use\s+)?(${TOOL}))`,
            'dg'
        ),
        says: 'A `deny` names tools, and then the agent: `deny $3 by $2`.',
        instead: ([, , agent, tool], { agents }) => (agents.includes(agent!) ? `${tool} by ${agent}` : '')
    },
    {
        written: new RegExp(
            String.raw`^\s*(?:audit\s+)?deny\s+${TOOLS}(?<mark>\s*:\s*|\s*\{\s*|\s+)(?!(?:when|unless|by|where|except|because)\b)(?:not\s+)?[A-Za-z_][\w.]*\s*(?:[<>=!]|in\s|matches\s|contains\s|starts\s).*$`,
            'dg'
        ),
        says: 'Write the conditions of a rule after `when`: `deny TOOLS when CONDITION`.',
        instead: ([written]) => (/\}\s*$/.test(written!) ? undefined : ' when ')
    },
    {
        written:
            /^\s*(?:audit\s+)?deny\s+[\w.`]+(?<mark>\(([^()"]*(?:"[^"]*"|[^()"])*\s(?:[<>]=?|[!=]=|in|matches|starts|contains)\s[^()]*)\))\s*$/dg,
        says: 'Write the conditions of a rule after `when`: `deny TOOLS when CONDITION`.',
        instead: ' when $2'
    },
    {
        written: new RegExp(String.raw`^\s*(?:audit\s+)?deny\s+(?<mark>(\w+(?:\s*,\s*\w+)*)\s*:\s*(${TOOLS}))`, 'dg'),
        says: 'A `deny` names tools, and then the agent: `deny $3 by $2`.',
        instead: (groups) => (/,/.test(groups[2]!) || /,/.test(groups[3]!) ? undefined : `${groups[3]} by ${groups[2]}`)
    },
    {
        isAboutNames: true,
        written:
            /^\s*(?:audit\s+)?deny\s+(?<mark>all|everything|anything|any|all tools|any tools|every tool)\s*(?=$|when|unless|\/\/)/dg,
        says: 'For all tools, write `any tool`.',
        instead: 'any tool'
    },
    {
        written: new RegExp(String.raw`^\s*(?:audit\s+)?deny\s+(${TOOLS})\s+(?<mark>(?:for|from|to)\s+(\w+))`, 'dg'),
        says: 'Write the agent of a call after `by`: `deny $1 by $3`.',
        instead: (groups) => (/,/.test(groups[1]!) ? undefined : `by ${groups[3]}`)
    },
    {
        written: new RegExp(
            String.raw`^\s*(?:audit\s+)?deny\s+(${TOOLS})\s+(?<mark>(?:after|following|once)\s+)(?=[\w.*\`]+)`,
            'dg'
        ),
        says: 'Write something that happened before as a condition: `deny $1 when once TOOLS`.',
        instead: 'when once '
    },
    {
        written: new RegExp(
            String.raw`^\s*(?:audit\s+)?deny\s+(${TOOLS})\s+(?<mark>(?:before|until|without)\s+)(?=[\w.*\`]+)`,
            'dg'
        ),
        says: 'Write something that must have happened before as an exception: `deny $1 unless once TOOLS`.',
        instead: 'unless once '
    },
    {
        written: new RegExp(
            String.raw`^\s*(?:audit\s+)?(?:deny|withhold result of|allow\s+\w+\s*:)\s*${TOOLS}\s+(?<mark>if|while|whenever|with|provided|provided that|only if|only when|iff)\s`,
            'dg'
        ),
        says: 'Write the condition of a rule after `when`, and an exception after `unless`.',
        instead: 'when'
    },

    // Requirements
    {
        written:
            /^\s*(?:audit\s+)?require\s+(?<mark>(?:an?\s+)?(\w+)(?:'s)?\s+(?:approval|confirmation|consent|ok)\s+)for\b/dg,
        says: 'Write the person who approves after `by`: `require approval by HUMAN for TOOLS`.',
        instead: ([, , human], { humans }) => (humans.includes(human!) ? `approval by ${human} ` : '')
    },
    {
        written:
            /^\s*(?:audit\s+)?require\s+(?<mark>(?:one|two|three|\d+)\s+(?:approvals?|people|persons|humans)\b).*$/dg,
        says: 'To ask several people, write `require approval by 2 of ROLE for TOOLS`.'
    },
    {
        written:
            /^\s*(?:audit\s+)?require\s+approval\s+by\s+(?<mark>(?:(?:any|one|either|both|all)\s+(?:of\s+)?)?\w+(?:(?:\s*,\s*(?:(?:and|or)\s+)?|\s+(?:and|or)\s+)\w+)+)\s+for\b/dg,
        says: 'For an answer by one of several people, declare a role: `role NAME = A, B`. For an answer by each of them, write a statement for each.'
    },
    {
        isAboutNames: true,
        written: /\bapproved\s+by\s+(?<mark>(\w+)(?:\s*,\s*|\s+or\s+)(\w+))(?![\w.(])/dg,
        says: 'Test the approval of each person separately: `approved by $2 or approved by $3`.',
        instead: ([, , one, other], { humans }) =>
            humans.includes(one!) && humans.includes(other!) ? `${one} or approved by ${other}` : ''
    },
    {
        written:
            /^\s*(?:audit\s+)?require\s+approval\s+by\s.*?\sfor\s.*?\s(?<mark>(?:valid\s+)?for\s+(\d+[smhdw]))\b/dg,
        says: 'Write how long an answer is valid after `valid`: `valid $2`; with `per KEY`, it also serves later calls.',
        instead: 'valid $2'
    },
    {
        written:
            /^\s*(?:audit\s+)?require\s+approval\s+by\s.*?\sfor\s.*?\s(?<mark>once\s+(?:per|a|each)\s+session|(?:and\s+)?remember(?:ed)?|(?:valid\s+)?for\s+(?:the|this)\s+session)\s*$/dg,
        says: 'To let an answer serve later calls of the tool, write `valid this session per same tool`.',
        instead: 'valid this session per same tool'
    },
    {
        isAboutNames: true,
        written:
            /^\s*(?:audit\s+)?require\s+(?<mark>(?:(?:an?\s+)?(?:ok|permission|sign-?off)\s+(?:from|by|of)\s+)?(\w+))\s+for\b/dg,
        says: 'To ask a person, write `require approval by $2 for TOOLS`.',
        instead: (groups, { humans }) => (humans.includes(groups[2]!) ? `approval by ${groups[2]}` : '')
    },
    {
        written: new RegExp(
            String.raw`^\s*(?:audit\s+)?require\s+approval\s+by\s+(?:\d+\s+of\s+)?\w+(?<mark>\s+(?:(?:on|to|before|of)\s+)?)(?!for\b|when\b|unless\b|valid\b)[\w\`]+\.[\w\`*]+`,
            'dg'
        ),
        says: 'Write the tools of a requirement after `for`: `require approval by HUMAN for TOOLS`.',
        instead: ' for '
    },
    {
        written: new RegExp(
            String.raw`^\s*(?:audit\s+)?require\s+approval\s+by\s+\w+\s+(?<mark>((?:when|unless)\s+.+?)\s+(for\s+${TOOLS}))\s*$`,
            'dg'
        ),
        says: 'Write the tools of a requirement before its condition: `require approval by HUMAN for TOOLS when CONDITION`.',
        instead: '$3 $2'
    },
    {
        isAboutNames: true,
        written: /^\s*(?:audit\s+)?(?:require|requires|needs?)\s+(?:human\s+)?approval\s+(?<mark>from|of|with)\s+\w+/dg,
        says: 'Write the person who approves after `by`: `require approval by HUMAN for TOOLS`.',
        instead: 'by'
    },
    {
        isAboutNames: true,
        written:
            /^\s*(?:audit\s+)?require\s+(?<mark>(?:human\s+|manual\s+|user\s+)?(?:approval|confirmation|consent|review)\s+)for\b/dg,
        says: 'Name the person who approves: `require approval by HUMAN for TOOLS`.',
        instead: (_groups, { humans }) => (humans.length === 1 ? `approval by ${humans[0]} ` : undefined)
    },
    {
        written: /^(?<mark>(?:requires|needs?|must)\b)\s.*$/dg,
        says: 'Begin a requirement with `require`: `require CONDITION for TOOLS`, `require approval by HUMAN for TOOLS`.',
        instead: 'require'
    },
    {
        written: new RegExp(String.raw`^\s*(?<mark>require)\s+[\w.*\`]+\s+before\s+[\w.*\`]+\s*$`, 'dg'),
        says: 'To require an order of calls, write `order FIRST before SECOND`.',
        instead: 'order'
    },
    {
        written: new RegExp(
            String.raw`^\s*(?:audit\s+)?require\s+.*(?<mark>\s(?:on|in|to call|before)\s)[\w.*\`]+\s*$`,
            'dg'
        ),
        says: 'Write the tools of a requirement after `for`: `require CONDITION for TOOLS`.',
        instead: ' for '
    },

    // Limits
    {
        written: new RegExp(String.raw`^\s*limit\s.*\sto\s+\d+(?<mark>\s*\/\s*(${UNIT}|s|m|h|d))`, 'dg'),
        says: 'Write the time of a limit after `within`: `limit TOOLS to 3 within 1h`.',
        instead: (groups) => ` within ${duration(groups[2]!) ?? `1${groups[2]}`}`
    },
    {
        isAboutNames: true,
        written: new RegExp(
            String.raw`^\s*limit\s+(?<mark>(?:total\s+|sum\s+of\s+)?([\w\`]+\.[\w\`]+\.[\w\`]+))\s+to\b`,
            'dg'
        ),
        says: 'To limit amounts, limit their total: `limit total(TOOL.amount) to 100`.',
        instead: 'total($2)'
    },
    {
        written:
            /^\s*limit\s+(?<mark>(?:the\s+)?(?:total\s+|sum\s+of\s+)?([\w`]+)\s+(?:of|in|for)\s+([\w`]+\.[\w`]+))\s+to\b/dg,
        says: 'To limit amounts, limit their total: `limit total(TOOL.amount) to 100`.',
        instead: 'total($3.$2)'
    },
    {
        isAboutNames: true,
        written: new RegExp(
            String.raw`^\s*limit\s+${TOOLS}\s+to\s+(?<mark>(one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty))\b`,
            'dg'
        ),
        says: 'Write a limit in digits: `limit TOOLS to 3`.',
        instead: (groups) => String(NUMBERS[groups[2]!])
    },
    {
        written: new RegExp(
            String.raw`^\s*limit\s+.*\sto\s+\d+\s+(?<mark>by|for\s+each|for\s+every|each|every|for)\s+[a-z_]\w*`,
            'dg'
        ),
        says: 'For a separate limit for each value of a parameter, write `limit TOOLS to 3 per account`.',
        instead: 'per'
    },
    {
        isAboutNames: true,
        written: new RegExp(
            String.raw`^\s*limit\s.*?\s(?<mark>(?:(?:per|every|each|\/)\s*|in\s+(?:an?\s+)?|an?\s+)(${DURATION}|${UNIT}))`,
            'dg'
        ),
        says: 'Write the time of a limit after `within`: `limit TOOLS to 3 within 1h`.',
        instead: (groups) => `within ${duration(groups[2]!) ?? groups[2]}`
    },
    {
        written: new RegExp(String.raw`^\s*limit\s+(${TOOLS})(?<mark>\s+)\d+\b`, 'dg'),
        says: 'Write the number of a limit after `to`: `limit $1 to 3`.',
        instead: ' to '
    },
    {
        written: new RegExp(
            String.raw`^\s*limit\s+${TOOLS}\s+to\s+(?<mark>(?:at most|max|maximum|no more than|<=?)\s+)\d+`,
            'dg'
        ),
        says: 'A limit must be a number: `limit TOOLS to 3`.',
        instead: ''
    },
    {
        written: new RegExp(
            String.raw`^\s*limit\s+${TOOLS}\s+to\s+\d+(?<mark>\s+(?:times?|calls?|uses?|requests?))\b`,
            'dg'
        ),
        says: 'A limit must be a number of calls: `limit TOOLS to 3`.',
        instead: ''
    },

    // Other statements
    {
        written: /^\s*use\s+(\w+)\((?<mark>(?!\w+\s*:)[^()]+)\)\s*$/dg,
        says: 'Name the arguments of a pack: `use $1(NAME: VALUE)`.'
    },
    {
        written: new RegExp(
            String.raw`^\s*order\s+(${TOOL})(?<mark>\s*(?:,|->|<|=>|>|then|and\s+then|followed\s+by)\s*)${TOOL}`,
            'dg'
        ),
        says: 'Join the calls of an order with `before`: `order FIRST before SECOND`.',
        instead: ' before '
    },
    {
        written: new RegExp(
            String.raw`^(?<mark>(${TOOL})\s+(?:requires?|needs?)\s+(?:an?\s+)?approval\s+(?:by|from|of)\s+(\w+))`,
            'dg'
        ),
        says: 'To ask a person, write `require approval by $3 for $2`.',
        instead: 'require approval by $3 for $2'
    },
    {
        written: new RegExp(String.raw`^(?<mark>(${TOOL})\s+(?:requires?|needs?)\s+(.+))$`, 'dg'),
        says: 'Begin a requirement with `require`: `require CONDITION for $2`.',
        instead: 'require $3 for $2'
    },
    {
        written: new RegExp(String.raw`^(?<mark>(${TOOL}\s+before\s+${TOOL}))\s*$`, 'dg'),
        says: 'To require an order of calls, write `order FIRST before SECOND`.',
        instead: 'order $2'
    },
    {
        written: new RegExp(
            String.raw`^\s*(?<mark>(?:withhold|hide|mask|suppress|filter)\s+(?:the\s+)?(?:results?\s+)?(?:of\s+|from\s+)?)${TOOL}`,
            'dg'
        ),
        says: 'To keep a result from the agent, write `withhold result of TOOLS`.',
        instead: 'withhold result of '
    },
    {
        written: new RegExp(
            String.raw`(?<=^\s*(?:(?:audit\s+)?deny|order|limit|allow\s+[\w\s]+:|.*\bfor|.*\bonce|.*\bnever|.*\bpossible|.*\bbefore|.*\bsince|.*\bcount\()\s*)(?<mark>"([\w.*]+)")`,
            'dg'
        ),
        says: 'Write the name of a tool without quotes: `$2`.',
        instead: '$2'
    }
];
