/** Claims and scenarios of other languages. */
import { DURATION, duration } from './durations.js';
import type { Form } from './form.js';

export const CLAIMS: readonly Form[] = [
    // Claims
    {
        written: /^\s*(?<mark>no\s+flow|possible|always(?!\s+(?:allow|deny|require|limit|hold|ask)\b))\s/dg,
        says: 'Write a property of all sessions as a claim: `claim: $2 …`.',
        instead: ([mark]) => `claim: ${mark!.trim()}`
    },
    {
        written:
            /^\s*claim\b[^:]*:\s*never\b.*?(?<mark>\bwithout\s+(?:an?\s+)?approval(?:\s+(?:by|from|of)\s+(\w+))?)/dg,
        says: 'To claim that an approval is needed, write `never TOOLS unless approved by HUMAN`.',
        instead: ([, , human], { humans }) => {
            const approver = human || (humans.length === 1 ? humans[0] : undefined);
            return approver === undefined ? undefined : `unless approved by ${approver}`;
        }
    },
    {
        written:
            /^\s*claim\b[^:]*:\s*(?<mark>(?:nobody|no\s+one|no\s+agent|nothing)\s+(?:can|may|ever)\s+(?:ever\s+)?(?:call\s+|use\s+)?)/dg,
        says: 'To claim that calls never happen, write `never TOOLS when CONDITION`.',
        instead: 'never '
    },
    {
        written: /^\s*claim\b[^:]*:\s*(?<mark>no\s+(?:leaks?|data|path|exfiltration|flows?\s+of\s+\w+)\s+from)\b/dg,
        says: 'To claim where data cannot go, write `no flow from LABEL to TOOLS`.',
        instead: 'no flow from'
    },
    {
        written: /^\s*claim\b[^:]*:\s*(?<mark>never\s+(\w+))\s+(?:to|into|in)\s/dg,
        says: 'To claim where data cannot go, write `no flow from LABEL to TOOLS`.',
        instead: ([, , label], { labels }) => (labels.includes(label!) ? `no flow from ${label}` : '')
    },
    {
        written: /^\s*claim\b[^:]*:\s*[\w.`*]+\s+(?<mark>needs\s+(?:an?\s+)?approval)\s+(?:by|from|of)\b/dg,
        says: 'To claim that an approval is needed, write `TOOLS requires approved by HUMAN`.',
        instead: 'requires approved'
    },
    {
        written: /^\s*claim\b[^:]*:\s*[\w.`*]+\s+(?<mark>only\s+after\s)\s*\w/dg,
        says: 'To claim what must have happened before, write `TOOLS requires once TOOLS`.',
        instead: 'requires once '
    },
    {
        written: /^\s*claim\b[^:]*:\s*[\w.`*]+\s+(?<mark>implies|needs|only\s+(?:if|when)|->|=>)\s/dg,
        says: 'To claim what a call needs, write `TOOLS requires CONDITION`.',
        instead: 'requires'
    },
    {
        written: /^\s*claim\b[^:]*:\s*(?<mark>([\w.`]+)\s+never)(?=\s*$|\s+(?:after|when|unless)\b)/dg,
        says: 'To claim that calls never happen, write `never $2`.',
        instead: 'never $2'
    },
    {
        written: /^\s*claim\b[^:]*:\s*[\w.`]+\s+(?<mark>is\s+(?:never|not)\s+(?:allowed|permitted|possible))\b/dg,
        says: 'A claim about a decision uses `is allowed`, `is denied`, `is held` or `is withheld`.',
        instead: 'is denied'
    },
    {
        written: /^\s*claim\b[^:]*:\s*(?<mark>([\w.`]+)\s+(?:is\s+|remains\s+)?possible)\s*$/dg,
        says: 'To claim that some session does the work, write `possible $2`; to claim that it can always still be done, write `$2 stays possible`.',
        instead: 'possible $2'
    },
    {
        written: /^\s*claim\b[^:]*:\s*(?<mark>([\w.`]+)\s+at\s+most\s+(\d+)(?:\s+times?)?)/dg,
        says: 'The number comes before the tools: `at most $3 $2`.',
        instead: 'at most $3 $2'
    },
    {
        written: /^\s*claim\b[^:]*:\s*at\s+most\s+\d+(?<mark>\s+(?:times?|calls?(?:\s+of)?))\s+[\w.`]+/dg,
        says: 'The tools come after the number: `at most 3 TOOLS`.',
        instead: ''
    },
    {
        written:
            /^\s*claim\b[^:]*:\s*(?<mark>(\w+)\s+(?:never\s+(?:reaches|flows\s+to|leaves\s+(?:via|through|by))|does\s+not\s+(?:reach|flow\s+to))\s+([\w.` ]+))/dg,
        says: 'To claim where data cannot go, write `no flow from LABEL to TOOLS`.',
        instead: 'no flow from $2 to $3'
    },
    {
        written: /^\s*claim\b.*\bnever\s+[\w.`]+\s+(?<mark>(?:without|before|until)\s+)[\w`]+\.[\w`*]+/dg,
        says: 'Write something that must have happened before as an exception: `never TOOLS unless once TOOLS`.',
        instead: 'unless once '
    },
    {
        written:
            /^\s*(?:(?:claim\b.*|assume\s.*|limit)\s)?(?<mark>([\w.`*]+(?:\s*,\s*[\w.`*]+)+))(?:\s*\(|\s+(?:by|where)\s)/dg,
        says: 'Put tools in brackets before what concerns all of them: `[$2]`.',
        instead: '[$2]'
    },
    {
        written: /^\s*claim\b.*\brequires\s+(?<mark>approval)\s+(?:by|from|of)\b/dg,
        says: 'To claim that an approval is needed, write `TOOLS requires approved by HUMAN`.',
        instead: 'approved'
    },
    {
        written: /^\s*claim\b.*\s(?<mark>if|whenever|provided)\s/dg,
        says: 'Write the condition of a claim after `when`.',
        instead: 'when'
    },
    {
        written:
            /^\s*claim\b[^:]*:\s*(?<mark>([\w.`]+)\s+(?:leads\s+to|~>|must\s+be\s+followed\s+by|is\s+(?:always\s+)?followed\s+by|eventually\s+leads\s+to)\s+([\w.`]+))(?:\s+within\b.*)?$/dg,
        says: 'A claim cannot state that something must be done, because a hijacked agent can leave it undone. Claim what must not happen before it, as in `$2 requires once $3`, or that it can still be done: `$3 stays possible after $2`.',
        instead: '$3 stays possible after $2'
    },
    {
        written: /(?<mark>\bleads\s+to|~>|\beventually|must\s+be\s+followed\s+by)\b.*$/dg,
        says: 'A claim cannot state that something must be done, because a hijacked agent can leave it undone. Claim what must not happen before it (`B requires once A`), or that it can still be done (`B stays possible after A`).'
    },
    {
        written: /^\s*claim\b[^:]*:\s*(?<mark>(?:eventually|finally|<>|F\s|AF\s|EF\s|can\s+reach|reachable)\s*)\S/dg,
        says: 'To claim that something can be done, write `possible TOOL then TOOL`, or `TOOL stays possible`.',
        instead: 'possible '
    },
    {
        written: /^\s*claim\b[^:]*:\s*(?<mark>(?:\[\]|globally|G\s|AG\s|invariantly|forever)\s*)\S/dg,
        says: 'Begin a claim about every moment with `always`.',
        instead: 'always '
    },
    {
        written:
            /^\s*claim\b[^:]*:\s*(?<mark>(?:no|not|nothing|cannot|forbidden|must\s+not|impossible)\s+)(?!flow\b)/dg,
        says: 'To claim that calls never happen, write `never TOOLS when CONDITION`.',
        instead: 'never '
    },
    {
        written: /^\s*claim\s+(?!across\b)(?<mark>([A-Za-z_]\w*))\s*:/dg,
        says: 'Put the name of a claim in double quotes: `claim "$2": …`.',
        instead: '"$2"'
    },
    {
        written: /^\s*(?:policy)\s+(?<mark>"([A-Za-z_]\w*)")/dg,
        says: 'Write the name of a policy without quotes: `policy $2`.',
        instead: '$2'
    },
    {
        written: /^\s*policy\s+\w+\s*(?<mark>\{|:)/dg,
        says: 'A policy has no braces: its statements come after the line with its name.',
        instead: ''
    },

    // Scenarios
    {
        written: /^\s*(?<mark>scenario\s*):/dg,
        says: 'Name a scenario, and write its steps on the lines below: `scenario "NAME":`.',
        instead: 'scenario "1"'
    },
    {
        written: /\)\s*(?<mark>(?:=>|→|:|is|=|should be|must be|expect)\s+)(allowed|denied|held|waits)\b/dg,
        says: 'Write the decision that a scenario expects after `->`.',
        instead: '-> '
    },
    {
        written: /->\s*(?<mark>allow|permit|permitted|ok|pass|passes|true)\s*$/dg,
        says: 'A decision is `allowed`, `denied` or `held`.',
        instead: 'allowed'
    },
    {
        written: /->\s*(?<mark>deny|forbidden|blocked|block|rejected|refused|fail|fails|false)\s*$/dg,
        says: 'A decision is `allowed`, `denied` or `held`.',
        instead: 'denied'
    },
    {
        written: /->\s*(?<mark>hold|pending|approval|asks?|ask)\s*$/dg,
        says: 'A decision is `allowed`, `denied` or `held`.',
        instead: 'held'
    },
    {
        written: /^\s+\w+\s+(?<mark>call|uses?|invokes?|runs?|calling)\s+[\w.`]+\(/dg,
        says: 'A step of a scenario is `AGENT calls TOOL(…) -> allowed`.',
        instead: 'calls'
    },
    {
        written: /^\s+\w+\s+(?<mark>confirms|accepts|grants|allows|approve|approved)\s+[\w.`]+/dg,
        says: 'A person `approves` or `refuses` a call.',
        instead: 'approves'
    },
    {
        written: /^\s+\w+\s+(?<mark>rejects|denies|declines|refuse|refused)\s+[\w.`]+/dg,
        says: 'A person `approves` or `refuses` a call.',
        instead: 'refuses'
    },
    {
        written: new RegExp(
            String.raw`^\s+(?<mark>(?:wait|waits|sleep|after|advance|later)\s+(?:for\s+)?(${DURATION}))\s*$`,
            'dg'
        ),
        says: 'To let time pass in a scenario, write `wait 5m`.',
        instead: (groups) => `wait ${duration(groups[2]!) ?? groups[2]}`
    },

    {
        written: /^\s*scenario\s+"[^"]*"\s*(?<mark>\{)/dg,
        says: 'Write the steps of a scenario after a colon, without braces.',
        instead: ':'
    },
    {
        written: /^\s+(?<mark>(\w+)\s*:)\s*[\w`]+\.[\w`]+\(/dg,
        says: 'A step of a scenario is `AGENT calls TOOL(…) -> allowed`.',
        instead: '$2 calls'
    },
    {
        written: /^\s+(?<mark>)[\w`]+\.[\w`]+\(.*->/dg,
        says: 'A step of a scenario is `AGENT calls TOOL(…) -> allowed`.',
        instead: (_groups, { agents }) => (agents.length === 1 ? `${agents[0]} calls ` : undefined)
    },
    {
        written: /\bcalls\s+[\w.`]+(?<mark>\s*)(?=->)->/dg,
        says: 'Put the arguments of a call in parentheses: `TOOL()`.',
        instead: '() '
    },
    {
        written: /(?<=\bcalls\s+[\w.`]+\(.*\w)(?<mark>\s*=\s*)(?![=>])/dg,
        says: 'Write a colon after the name of an argument: `id: "1"`.',
        instead: ': '
    },
    {
        written: /^\s+\w+\s+calls\s+[\w.`]+\((?<mark>(?:"[^"]*"|-?\d[\d.]*|true|false)(?:\s*,.*)?)\)/dg,
        says: 'Name the arguments of a call: `(id: "1")`.'
    },
    {
        written: /\breturns\s*(?<mark>\{([^{}]*)\})/dg,
        says: 'Put the values that a call returns in parentheses: `returns ($2)`.',
        instead: '($2)'
    }
];
