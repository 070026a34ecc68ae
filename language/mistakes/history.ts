/** Durations and history of other languages. */
import { DURATION, UNIT, duration } from './durations.js';
import type { Form } from './form.js';

/** Matches the name of a tool, with its server. */
const TOOL = String.raw`[\w\`]+\.[\w*\`]+`;

export const HISTORY: readonly Form[] = [
    // Durations
    {
        written: /\b(?!count\b|total\b)[a-z_]\w*\((?:[^()]*,\s*)?(?<mark>\d+[smhdw])\s*\)/dg,
        says: 'A duration is passed to a definition by its name: `recent(age: 5m)`.'
    },
    {
        written: new RegExp(
            String.raw`(?<mark>\b(count|total)\(([^()]*)\)\s*([<>=]+\s*[\d.]+)\s+(?:(?:with)?in|during|over|for)\s+(?:the\s+(?:last|past|previous)\s+)?(${DURATION}|${UNIT}))`,
            'dg'
        ),
        says: 'The time of a count stands in its parentheses: `$2($3 within 1h) $4`.',
        instead: ([, , word, event, bound, time]) => `${word}(${event} within ${duration(time!) ?? time}) ${bound}`
    },
    {
        written: new RegExp(String.raw`\b(?:within|valid|timeout|wait)\s+(?<mark>(${DURATION}))`, 'dg'),
        says: 'A duration is a number and one of `s`, `m`, `h`, `d`, `w`, without a blank: `5m`.',
        instead: (groups) => duration(groups[2]!) ?? ''
    },
    {
        written: new RegExp(
            String.raw`(?<mark>\b(?:(?:(?:with)?in|during|over|for)\s+the\s+(?:last|past|previous)\s+(${DURATION}|${UNIT})|(?:last|past|in|during)\s+(${DURATION})))`,
            'dg'
        ),
        says: 'A time before the call is written `within 5m`.',
        instead: ([, , recent, other]) => `within ${duration(recent || other!) ?? other}`
    },

    // History
    {
        isAboutNames: true,
        written: /(?<mark>\bonce\s*\(\s*([^()]*(?:\([^()]*\))?)\s*\))/dg,
        says: 'The tool follows `once` without parentheses: `once $2`.',
        instead: 'once $2'
    },
    {
        written: new RegExp(
            String.raw`(?<mark>(?<!\bonce\s+)\b(${TOOL})\s+(?:and\s+)?(?:then|followed\s+by)\s+(${TOOL}))`,
            'dg'
        ),
        says: 'Two calls one after the other are `once $2 then $3`.',
        instead: 'once $2 then $3'
    },
    {
        written: new RegExp(
            String.raw`\bonce\s+${TOOL}(?:\([^)]*\))?(?<mark>\s+(?:and\s+then|followed\s+by|before|->)\s+)${TOOL}`,
            'dg'
        ),
        says: 'Two calls one after the other are `once FIRST then SECOND`.',
        instead: ' then '
    },
    {
        written: new RegExp(
            String.raw`(?<=\b(?:when|unless|where|require|requires|always|and|or|not)\s+)(?<mark>since\s+)${TOOL}`,
            'dg'
        ),
        says: 'What happened before is tested with `once TOOL`.',
        instead: 'once '
    },
    {
        written: new RegExp(String.raw`(?<mark>\b(count|total)\(\s*([\w.\`*]+)\s*,\s*"?(${DURATION}))"?\s*\)`, 'dg'),
        says: 'The time of a count follows `within`: `$2($3 within 1h)`.',
        instead: ([, , word, event, time]) => `${word}(${event} within ${duration(time!) ?? time}`
    },
    {
        written: /(?<mark>\b(count|total)\(([^()]*)\)\s+(within\s+\d+[smhdw]))\b/dg,
        says: 'The time of a count stands in its parentheses: `$2($3 $4)`.',
        instead: '$2($3 $4)'
    },
    {
        isAboutNames: true,
        written: /\btotal\(\s*(?<mark>([A-Za-z_]\w*))\s*\)/dg,
        says: 'A total names the tool and its parameter: `total(TOOL.amount)`.'
    },
    {
        written: /\bcount\([^()]*\)\s*[<>=]+\s*\d+\s+(?<mark>per\s+(\w+))/dg,
        says: 'A count for each value names it with the tool: `count(TOOL($2))`.'
    },
    {
        written: new RegExp(
            String.raw`\bonce\s+${TOOL}(?:\([^)]*\))?(?<mark>(\s+(?:and|or)\s+.+?)\s+(within\s+\d+[smhdw]))\s*$`,
            'dg'
        ),
        says: 'The time of an earlier call follows it: `once TOOL within 5m and …`.',
        instead: ' $3$2'
    },
    {
        written: /\bby\s+(?<mark>any|anyone|anybody|all|everyone)(?!\s+agent)(?=\s|$|\))/dg,
        says: 'All agents are `any agent`.',
        instead: 'any agent'
    },
    {
        written:
            /(?<mark>\b([\w`]+\.[\w`*]+)\s+(?:has\s+)?(?:happened|occurred|was\s+called|was\s+run|ran|was\s+made|succeeded|is\s+done|done)(?:\s+before)?)\b/dg,
        says: 'What happened before is tested with `once TOOL`.',
        instead: 'once $2'
    },
    {
        written: /(?<mark>\b(?:and|or)\s+(?:when|if|unless)\s+)\w+/dg,
        says: 'A rule has one `when` and one `unless`, and conditions are joined with `and` and `or`.',
        instead: ([written]) => `${/^(and|or)/.exec(written!)![0]} ${written!.includes('unless') ? 'not ' : ''}`
    },
    {
        written:
            /(?<=\b(?:when|unless|where|require)\b[^[(]*)(?<mark>\s*,)\s+(?!because\b)[A-Za-z_][\w.]*\s+(?:[=!<>]|in\b|is\b|given\b|matches\b|starts\b|contains\b)/dg,
        says: 'Conditions are joined with `and`.',
        instead: ' and'
    },
    {
        isAboutNames: true,
        written: /(?<mark>\b(?:sum|SUM|total_of|sum_of)\s*\()([^()]*(?:\([^()]*\)[^()]*)*)\)/dg,
        says: 'Amounts of earlier calls are added up by `total(TOOL.amount within 1h)`.',
        instead: 'total('
    },
    {
        isAboutNames: true,
        written: /(?<mark>\b(?:number|num|times|occurrences)(?:\s+of)?\s*\()([^()]*)\)/dg,
        says: 'Earlier calls are counted by `count(TOOL within 1h)`.',
        instead: 'count('
    },
    {
        written: /(?<mark>\b(?:count|number)\s+of\s+([\w.*`]+))(?=\s*(?:[<>=]|within|since))/dg,
        says: 'Earlier calls are counted by `count(TOOL within 1h)`.',
        instead: 'count($2)'
    },
    {
        written:
            /(?<mark>\b(?:formerly|previously|ever|already|earlier|past|seen|happened|did|has\s+called|called|after|occurred)\s+)[\w`]+\.[\w`*]+/dg,
        says: 'What happened before is tested with `once TOOL`.',
        instead: 'once '
    },
    {
        written:
            /(?<mark>\b(?:previous|prev|latest\s+is|last|most\s+recent|immediately\s+after|just\s+after)\s+)[\w`]+\.[\w`*]+(?![\w.([])/dg,
        says: "The agent's latest call is tested with `last is TOOL`.",
        instead: 'last is '
    },
    {
        written:
            /(?<=\b(?:when|unless|where|require|requires|always|and|or|not)\s+)(?<mark>(?:never|not\s+yet|no\s+previous|without|no)\s+)[\w`]+\.[\w`*]+(?!.*\bsince\b)/dg,
        says: 'What has not happened is tested with `not once TOOL`.',
        instead: 'not once '
    },
    {
        written: new RegExp(
            String.raw`\bonce\s+[\w.*\`]+(?:\([^)]*\))?(?<mark>\s+(within\s+\d+[smhdw])\s+(where\s+(?:\([^)]*\)|.+?(?=\s+(?:and|or|because|unless|implies|valid|for)\b|\)|$))))`,
            'dg'
        ),
        says: 'The conditions on an earlier call stand before its time: `once TOOL where CONDITION within 1h`.',
        instead: ' $3 $2'
    },
    {
        written: /(?<mark>\b([A-Za-z_][\w.]*)\s+(not\s+)?in\s+(latest\s+[\w.]+(?:\([^)]*\))?))/dg,
        says: 'A list of constants follows `in`. Whether an earlier call returned a value is tested with `$2 from TOOL.result.FIELD`.'
    }
];
