/** Durations and history of other languages. */
import { DURATION, UNIT, duration } from './durations.js';
import type { Form } from './form.js';

/** Matches the name of a tool, with its server. */
const TOOL = String.raw`[\w\`]+\.[\w*\`]+`;

export const HISTORY: readonly Form[] = [
    // Counts
    {
        written: new RegExp(String.raw`^\s*(?<mark>(?:max(?:imum)?|no\s+more\s+than)\s+(\d+)\s+(${TOOL}))`, 'dg'),
        says: 'To limit the number of calls, write `limit $3 to $2`.',
        instead: 'limit $3 to $2'
    },
    {
        written: /^\s*limit\s+[\w.*`]+\s+to\s+\d+(?<mark>\s+per\s+(?:session|conversation|chat))\b/dg,
        isAboutNames: true,
        says: 'A limit is one of each session, unless it is `across sessions`.',
        instead: ''
    },
    {
        written: new RegExp(String.raw`(?<mark>\bcount\s+(?:of\s+)?(${TOOL}))(?=\s*[<>=!])`, 'dg'),
        says: 'Write what is counted in parentheses: `count($2)`.',
        instead: 'count($2)'
    },
    {
        written: /(?<mark>\bcount\(\s*([^()<>=]+?)\s*(>=|<=|==|>|<)\s*(\d+)\s*\))/dg,
        says: 'Compare a count after its parentheses: `count($2) $3 $4`.',
        instead: 'count($2) $3 $4'
    },
    // Durations
    {
        written: /\b(?!count\b|total\b)[a-z_]\w*\((?:[^()]*,\s*)?(?<mark>\d+[smhdw])\s*\)/dg,
        says: 'Pass a duration to a definition by name: `recent(age: 5m)`.'
    },
    {
        written: new RegExp(
            String.raw`(?<mark>\b(count|total)\(([^()]*)\)\s*([<>=]+\s*[\d.]+)\s+(?:(?:with)?in|during|over|for)\s+(?:the\s+(?:last|past|previous)\s+)?(${DURATION}|${UNIT}))`,
            'dg'
        ),
        says: 'Write the time of a count inside its parentheses: `$2($3 within 1h) $4`.',
        instead: ([, , word, event, bound, time]) => `${word}(${event} within ${duration(time!) ?? time}) ${bound}`
    },
    {
        written: new RegExp(String.raw`\b(?:within|valid|timeout|wait)\s+(?<mark>(${DURATION}))`, 'dg'),
        says: 'Write a duration as a number and one of `s`, `m`, `h`, `d`, `w`, without a space: `5m`.',
        instead: (groups) => duration(groups[2]!) ?? ''
    },
    {
        written: new RegExp(
            String.raw`(?<mark>\b(?:(?:(?:with)?in|during|over|for)\s+the\s+(?:last|past|previous)\s+(${DURATION}|${UNIT})|(?:(?:with)?in\s+)?(?:last|past|in|during)\s+(${DURATION})))`,
            'dg'
        ),
        says: 'To limit how long ago something was, write `within 5m`.',
        instead: ([, , recent, other]) => `within ${duration(recent || other!) ?? other}`
    },

    // The calendar
    {
        isAboutNames: true,
        written:
            /(?<mark>(?<!\bwithin\s+)\b(?:(?:per|since|in|during|for)\s+)?(?:today|midnight|this\s+(?:day|(week|month)))|\bper\s+(?:calendar\s+(?:day|(week))|(?:calendar\s+)?(month)))(?![\w.:(])/dg,
        says: 'To count by the calendar, write `within today`, `within this week` or `within this month`.',
        instead: ([, , week, other, month]) => calendarWindow(week || other || month)
    },
    {
        isAboutNames: true,
        written:
            /(?<mark>\bwithin\s+(?:(?:the\s+)?(?:this|same|current)\s+(?:day|(week))|(?:(?:a|one|1|the|same|current|calendar)\s+)*(?:day|(week)|(month))))(?![\w.:(])/dg,
        says: 'To count by the calendar, write `within today`, `within this week` or `within this month`.',
        instead: ([, , week, other, month]) => calendarWindow(week || other || month)
    },

    // History
    {
        written:
            /\b(?:once|then|since|before|last\s+is|latest|(?<=\b(?:when|unless|and|or|require)\s+)no|succeeded|attempted|held|denied|released|running|failed|approved|refused|(?:count|total)\()\s*(?<mark>([\w.`*]+(?:\s*,\s*[\w`]+\.[\w.`*]+)+))(?:\s+(?:within|since|where|by)\b)?/dg,
        says: 'Put several tools in brackets, which means any of them: `[$2]`. If all of them must have been called, join conditions with `and`.',
        instead: '[$2]'
    },
    {
        isAboutNames: true,
        written: new RegExp(String.raw`(?<mark>(?<!\b(?:latest|from)\s+|[(.])\b(${TOOL})\.result\.(\w+))`, 'dg'),
        says: 'To read what a call returned, write `latest $2.result.$3`.',
        instead: 'latest $2.result.$3'
    },
    {
        written: new RegExp(
            String.raw`(?<mark>(?<!\bonce\s+)\b(${TOOL})\s+(?:before|earlier|already|previously|beforehand))(?=\s*(?:$|and\b|or\b|because\b))`,
            'dg'
        ),
        says: 'To test for an earlier call, write `once TOOL`.',
        instead: 'once $2'
    },
    {
        written: /\bwhen\b.*(?<mark>\s+when)\s/dg,
        says: 'A rule can have only one `when` and one `unless`. Join conditions with `and` and `or`.',
        instead: ' and'
    },
    {
        written: /\bby\s+(?<mark>(?:agent|human|person|role)\s+)\w+/dg,
        says: 'Write only the name after `by`.',
        instead: ''
    },
    {
        written: /(?<mark>\bonly\s+([\w`.*]+(?:\([^()]*\))?))\s+since\s+([\w`.*]+)/dg,
        says: 'To require that nothing else happened since F, write `no any tool except (E, F) since F`.',
        instead: 'no any tool except ($2, $3)'
    },
    {
        isAboutNames: true,
        written: /(?<mark>\bonce\s*\(\s*([^()]*(?:\([^()]*\))?)\s*\))/dg,
        says: 'Write the tool after `once`, without parentheses: `once $2`.',
        instead: 'once $2'
    },
    {
        written: new RegExp(
            String.raw`(?<=\b(?:when|unless|where|require|requires|always|and|or|not|implies)\s+\(?)(?<mark>\b(${TOOL})\s+(?:and\s+)?(?:then|followed\s+by)\s+(${TOOL}))`,
            'dg'
        ),
        says: 'To test for two calls in sequence, write `once $2 then $3`.',
        instead: 'once $2 then $3'
    },
    {
        written: new RegExp(
            String.raw`\bonce\s+${TOOL}(?:\([^)]*\))?(?<mark>\s+(?:and\s+then|followed\s+by|before|->)\s+)${TOOL}`,
            'dg'
        ),
        says: 'To test for two calls in sequence, write `once FIRST then SECOND`.',
        instead: ' then '
    },
    {
        written: new RegExp(
            String.raw`(?<=\b(?:when|unless|where|require|requires|always|and|or|not)\s+)(?<mark>since\s+)${TOOL}`,
            'dg'
        ),
        says: 'To test for an earlier call, write `once TOOL`.',
        instead: 'once '
    },
    {
        written: new RegExp(String.raw`(?<mark>\b(count|total)\(\s*([\w.\`*]+)\s*,\s*"?(${DURATION}))"?\s*\)`, 'dg'),
        says: 'Write the time of a count after `within`: `$2($3 within 1h)`.',
        instead: ([, , word, event, time]) => `${word}(${event} within ${duration(time!) ?? time}`
    },
    {
        written: /(?<mark>\b(count|total)\(([^()]*)\)\s+(within\s+\d+[smhdw]))\b/dg,
        says: 'Write the time of a count inside its parentheses: `$2($3 $4)`.',
        instead: '$2($3 $4)'
    },
    {
        isAboutNames: true,
        written: /\btotal\(\s*(?<mark>([A-Za-z_]\w*))\s*\)/dg,
        says: 'Name the tool and its parameter in a total: `total(TOOL.amount)`.'
    },
    {
        written: /\bcount\([^()]*\)\s*[<>=]+\s*\d+\s+(?<mark>per\s+(\w+))/dg,
        says: 'To count for each value, write the parameter after the tool: `count(TOOL($2))`.'
    },
    {
        written: new RegExp(
            String.raw`\bonce\s+${TOOL}(?:\([^)]*\))?(?<mark>(\s+(?:and|or)\s+.+?)\s+(within\s+\d+[smhdw]))\s*$`,
            'dg'
        ),
        says: 'Write the time of an earlier call right after it: `once TOOL within 5m and …`.',
        instead: ' $3$2'
    },
    {
        written: /\bby\s+(?<mark>any|anyone|anybody|all|everyone)(?!\s+agent)(?=\s|$|\))/dg,
        says: 'For all agents, write `any agent`.',
        instead: 'any agent'
    },
    {
        written:
            /(?<mark>\b([\w`]+\.[\w`*]+)\s+(?:has\s+)?(?:happened|occurred|was\s+called|was\s+run|ran|was\s+made|succeeded|is\s+done|done)(?:\s+before)?)\b/dg,
        says: 'To test for an earlier call, write `once TOOL`.',
        instead: 'once $2'
    },
    {
        written: /(?<mark>\b(?:and|or)\s+(?:when|if|unless)\s+)\w+/dg,
        says: 'A rule can have only one `when` and one `unless`. Join conditions with `and` and `or`.',
        instead: ([written]) => `${/^(and|or)/.exec(written!)![0]} ${written!.includes('unless') ? 'not ' : ''}`
    },
    {
        written:
            /(?<=\b(?:when|unless|where|require)\b[^[(]*)(?<mark>\s*,)\s+(?!because\b)[A-Za-z_][\w.]*\s+(?:[=!<>]|in\b|is\b|given\b|matches\b|starts\b|contains\b)/dg,
        says: 'Join conditions with `and`.',
        instead: ' and'
    },
    {
        isAboutNames: true,
        written: /(?<mark>\b(?:sum|SUM|total_of|sum_of)\s*\()([^()]*(?:\([^()]*\)[^()]*)*)\)/dg,
        says: 'To add up amounts of earlier calls, write `total(TOOL.amount within 1h)`.',
        instead: 'total('
    },
    {
        isAboutNames: true,
        written: /(?<mark>\b(?:number|num|times|occurrences)(?:\s+of)?\s*\()([^()]*)\)/dg,
        says: 'To count earlier calls, write `count(TOOL within 1h)`.',
        instead: 'count('
    },
    {
        written: /(?<mark>\b(?:count|number)\s+of\s+([\w.*`]+))(?=\s*(?:[<>=]|within|since))/dg,
        says: 'To count earlier calls, write `count(TOOL within 1h)`.',
        instead: 'count($2)'
    },
    {
        written:
            /(?<mark>\b(?:formerly|previously|ever|already|earlier|past|seen|happened|did|has\s+called|called|after|occurred)\s+)[\w`]+\.[\w`*]+/dg,
        says: 'To test for an earlier call, write `once TOOL`.',
        instead: 'once '
    },
    {
        written:
            /(?<mark>\b(?:previous|prev|latest\s+is|last|most\s+recent|immediately\s+after|just\s+after)\s+)[\w`]+\.[\w`*]+(?![\w.([])/dg,
        says: "To test the agent's latest call, write `last is TOOL`.",
        instead: 'last is '
    },
    {
        written:
            /(?<=\b(?:when|unless|where|require|requires|always|and|or|not)\s+)(?<mark>(?:never|not\s+yet|no\s+previous|without|no)\s+)[\w`]+\.[\w`*]+(?!.*\bsince\b)/dg,
        says: 'To test that something has not happened, write `not once TOOL`.',
        instead: 'not once '
    },
    {
        written: new RegExp(
            String.raw`\bonce\s+[\w.*\`]+(?:\([^)]*\))?(?<mark>\s+(within\s+\d+[smhdw])\s+(where\s+(?:\([^)]*\)|.+?(?=\s+(?:and|or|because|unless|implies|valid|for)\b|\)|$))))`,
            'dg'
        ),
        says: 'Write the conditions on an earlier call before its time: `once TOOL where CONDITION within 1h`.',
        instead: ' $3 $2'
    },
    {
        written: /(?<mark>\b([A-Za-z_][\w.]*)\s+(not\s+)?in\s+(latest\s+[\w.]+(?:\([^)]*\))?))/dg,
        says: 'Only a list of constants can follow `in`. To test that an earlier call returned a value, write `$2 from TOOL.result.FIELD`.'
    }
];

function calendarWindow(unit: string | undefined): string {
    return !unit ? 'within today' : `within this ${unit}`;
}
