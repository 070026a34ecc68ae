/** Claims and scenarios of other languages. */
import { DURATION, duration } from './durations.js';
import type { Form } from './form.js';

export const CLAIMS: readonly Form[] = [
    // Claims
    {
        written: /^\s*claim\b[^:]*:\s*(?<mark>([\w.`]+)\s+never)\s*$/dg,
        says: 'A claim that calls do not happen begins with `never`: `never $2`.',
        instead: 'never $2'
    },
    {
        written: /^\s*claim\b[^:]*:\s*[\w.`]+\s+(?<mark>is\s+(?:never|not)\s+(?:allowed|permitted|possible))\b/dg,
        says: 'The decisions of a claim are `is allowed`, `is denied` and `is held`.',
        instead: 'is denied'
    },
    {
        written: /^\s*claim\b[^:]*:\s*(?<mark>([\w.`]+)\s+(?:is\s+|remains\s+)?possible)\s*$/dg,
        says: 'A claim that some session does the work is `possible $2`, and that it can always still be done `$2 stays possible`.',
        instead: 'possible $2'
    },
    {
        written: /^\s*claim\b[^:]*:\s*(?<mark>([\w.`]+)\s+at\s+most\s+(\d+)(?:\s+times?)?)/dg,
        says: 'The number stands before the tools: `at most $3 $2`.',
        instead: 'at most $3 $2'
    },
    {
        written: /^\s*claim\b[^:]*:\s*at\s+most\s+\d+(?<mark>\s+(?:times?|calls?(?:\s+of)?))\s+[\w.`]+/dg,
        says: 'The tools follow the number: `at most 3 TOOLS`.',
        instead: ''
    },
    {
        written:
            /^\s*claim\b[^:]*:\s*(?<mark>(\w+)\s+(?:never\s+(?:reaches|flows\s+to|leaves\s+(?:via|through|by))|does\s+not\s+(?:reach|flow\s+to))\s+([\w.` ]+))/dg,
        says: 'A claim about data is `no flow from LABEL to TOOLS`.',
        instead: 'no flow from $2 to $3'
    },
    {
        written: /^\s*claim\b.*\bnever\s+[\w.`]+\s+(?<mark>(?:without|before|until)\s+)[\w`]+\.[\w`*]+/dg,
        says: 'What must have happened before is an exception: `never TOOLS unless once TOOLS`.',
        instead: 'unless once '
    },
    {
        written: /^\s*claim\b.*\brequires\s+(?<mark>approval)\s+(?:by|from|of)\b/dg,
        says: 'A claim about an approval is `TOOLS requires approved by HUMAN`.',
        instead: 'approved'
    },
    {
        written: /^\s*claim\b.*\s(?<mark>if|whenever|provided)\s/dg,
        says: 'The condition of a claim follows `when`.',
        instead: 'when'
    },
    {
        written:
            /^\s*claim\b[^:]*:\s*(?<mark>([\w.`]+)\s+(?:leads\s+to|~>|must\s+be\s+followed\s+by|is\s+(?:always\s+)?followed\s+by|eventually\s+leads\s+to)\s+([\w.`]+))(?:\s+within\b.*)?$/dg,
        says: 'A duty is not a claim, because a hijacked agent can leave it undone. Claim what may not happen before it, as in `$2 requires once $3`, or that it can still be done: `$3 stays possible after $2`.',
        instead: '$3 stays possible after $2'
    },
    {
        written: /(?<mark>\bleads\s+to|~>|\beventually|must\s+be\s+followed\s+by)\b.*$/dg,
        says: 'A duty is not a claim, because a hijacked agent can leave it undone. Claim what may not happen before it (`B requires once A`), or that it can still be done (`B stays possible after A`).'
    },
    {
        written: /^\s*claim\b[^:]*:\s*(?<mark>(?:eventually|finally|<>|F\s|AF\s|EF\s|can\s+reach|reachable)\s*)\S/dg,
        says: 'A claim that something can be done is `possible TOOL then TOOL`, or `TOOL stays possible`.',
        instead: 'possible '
    },
    {
        written: /^\s*claim\b[^:]*:\s*(?<mark>(?:\[\]|globally|G\s|AG\s|invariantly|forever)\s*)\S/dg,
        says: 'A claim about every moment begins with `always`.',
        instead: 'always '
    },
    {
        written:
            /^\s*claim\b[^:]*:\s*(?<mark>(?:no|not|nothing|cannot|forbidden|must\s+not|impossible)\s+)(?!flow\b)/dg,
        says: 'A claim that calls do not happen begins with `never`: `never TOOLS when CONDITION`.',
        instead: 'never '
    },
    {
        written: /^\s*claim\s+(?!across\b)(?<mark>([A-Za-z_]\w*))\s*:/dg,
        says: 'The name of a claim is a text: `claim "$2": …`.',
        instead: '"$2"'
    },
    {
        written: /^\s*(?:policy)\s+(?<mark>"([A-Za-z_]\w*)")/dg,
        says: 'The name of a policy has no quotes: `policy $2`.',
        instead: '$2'
    },
    {
        written: /^\s*policy\s+\w+\s*(?<mark>\{|:)/dg,
        says: 'A policy has no braces: its statements follow the line with its name.',
        instead: ''
    },

    // Scenarios
    {
        written: /\)\s*(?<mark>(?:=>|→|:|is|=|should be|must be|expect)\s+)(allowed|denied|held|waits)\b/dg,
        says: 'The decision that a scenario expects follows `->`.',
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
        says: 'Time passes in a scenario with `wait 5m`.',
        instead: (groups) => `wait ${duration(groups[2]!) ?? groups[2]}`
    },

    {
        written: /^\s*scenario\s+"[^"]*"\s*(?<mark>\{)/dg,
        says: 'The steps of a scenario follow a colon, without braces.',
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
        written: /^\s+\w+\s+calls\s+[\w.`]+(?<mark>\s*)(?=->)->/dg,
        says: 'The arguments of a call are in parentheses: `TOOL()`.',
        instead: '() '
    },
    {
        written: /(?<=\bcalls\s+[\w.`]+\(.*\w)(?<mark>\s*=\s*)(?![=>])/dg,
        says: 'The arguments of a call are named with a colon: `id: "1"`.',
        instead: ': '
    },
    {
        written: /^\s+\w+\s+calls\s+[\w.`]+\((?<mark>(?:"[^"]*"|-?\d[\d.]*|true|false)(?:\s*,.*)?)\)/dg,
        says: 'The arguments of a call are named: `(id: "1")`.'
    },
    {
        written: /\breturns\s*(?<mark>\{([^{}]*)\})/dg,
        says: 'What a call returns is in parentheses: `returns ($2)`.',
        instead: '($2)'
    }
];
