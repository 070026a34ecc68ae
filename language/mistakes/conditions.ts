/** Conditions of other languages: on what is absent, on who calls, and on the clock. */
import type { Form } from './form.js';

const DAYS = 'monday|tuesday|wednesday|thursday|friday|saturday|sunday';

/** Words for a person whose name the author did not write. */
const PERSON = /^(?:human|person|people|user|someone|somebody|anyone)$/;

/** Undefined if the author has to choose between several people. */
function approvedBy(name: string, humans: readonly string[]): string | undefined {
    const human = humans.includes(name) ? name : humans.length === 1 ? humans[0] : undefined;
    return human === undefined ? undefined : `approved by ${human}`;
}

export const CONDITIONS: readonly Form[] = [
    // Absent values
    {
        isAboutNames: true,
        written:
            /(?<mark>\b([A-Za-z_]\w*)\s*(?:!=|is\s+not|<>|~=|isn't)\s*(?:null|none|nil|undefined|None|missing)\b)/dg,
        says: 'There is no null. To test that an argument was passed, write `$2 given`.',
        instead: '$2 given'
    },
    {
        isAboutNames: true,
        written: /(?<mark>(?<!:\s*)\b([A-Za-z_]\w*)\s*(?:===?|=|is)\s*(?:null|none|nil|undefined|None|missing)\b)/dg,
        says: 'There is no null. To test that an argument was not passed, write `not $2 given`.',
        instead: 'not $2 given'
    },
    {
        written:
            /(?<mark>\b([A-Za-z_]\w*)\s+(?:exists|is\s+(?:given|present|set|defined)|has\s+value|present|defined))\b/dg,
        says: 'To test that an argument was passed, write `$2 given`.',
        instead: '$2 given'
    },
    {
        isAboutNames: true,
        written: /(?<mark>\b(?:has|exists|defined|isset|is_set|has_key)\s*\(\s*([A-Za-z_]\w*)\s*\))/dg,
        says: 'To test that an argument was passed, write `$2 given`.',
        instead: '$2 given'
    },
    {
        written: /(?<mark>\b([A-Za-z_]\w*)\s+(?:is\s+)?not\s+(?:given|set|passed|present|defined))\b/dg,
        says: 'To test that an argument was not passed, write `not $2 given`.',
        instead: 'not $2 given'
    },
    {
        written: /(?<mark>\b(?:missing|absent|no)\s+([A-Za-z_]\w*))(?=\s*(?:$|and\b|or\b|unless\b|because\b))/dg,
        says: 'To test that an argument was not passed, write `not $2 given`.',
        instead: ([, , name], { parameters }) => (parameters.includes(name!) ? `not ${name} given` : '')
    },

    // Who calls
    {
        isAboutNames: true,
        written:
            /(?<mark>\b(?:caller|agent|principal|actor)(?:\.(?:name|id))?\s*(?:!==?|is\s+not|isn't|<>)\s*"?([A-Za-z_]\w*)"?)/dg,
        says: 'To test the calling agent, write `not caller is $2`.',
        instead: 'not caller is $2'
    },
    {
        isAboutNames: true,
        written:
            /(?<mark>\b(?:caller|agent|principal|actor)(?:\.(?:name|id))?\s*(?:===?|=|is\s+equal\s+to|equals|is)\s*"?([A-Za-z_]\w*)"?)/dg,
        says: 'To test the calling agent, write `caller is $2`.',
        instead: 'caller is $2'
    },
    {
        written: /(?<mark>\b(?:caller|agent|principal)\s+in\s+\[([^\]]*)\])/dg,
        says: 'Test each agent separately: `caller is A or caller is B`.',
        instead: ([, , agents]) => {
            const names = agents!.split(',').map((name) => name.replace(/["'\s]/g, ''));
            return names.every((name) => /^\w+$/.test(name))
                ? `(${names.map((name) => `caller is ${name}`).join(' or ')})`
                : '';
        }
    },
    {
        isAboutNames: true,
        written:
            /(?<mark>\b(?:carries\s*\(\s*"?([A-Za-z_]\w*)"?\s*\)|(?:has\s+label|carries\s+label|tainted\s+by|labell?ed)\s+"?([A-Za-z_]\w*)"?|carries\s+"(\w+)"))/dg,
        says: 'To test a label of the agent, write `carries $2$3$4`.',
        instead: 'carries $2$3$4'
    },
    {
        written: /(?<mark>\b(?!(?:when|unless|and|or|not|implies|where|require|always)\b)(\w+)\s+carries\s+(\w+))/dg,
        says: 'A label is that of the agent that calls: write `carries $3`.',
        instead: ([, , bearer, label], { agents }) =>
            agents.includes(bearer!) ? `caller is ${bearer} and carries ${label}` : `carries ${label}`
    },
    {
        isAboutNames: true,
        written: /(?<=\b(?:when|unless|and|or|not|implies)\s+)(?<mark>(?:(?:has|is)\s+)?([A-Za-z_]\w*))(?![\w.(])/dg,
        says: 'To test a label of the agent, write `carries $2`.',
        instead: ([, , label], { labels }) => (labels.includes(label!) ? `carries ${label}` : '')
    },
    {
        isAboutNames: true,
        written:
            /(?<mark>\b(?:user|principal|context|ctx|env|tenant|identity|claims|token|subject)\.(\w+))(?![\w.(])/dg,
        says: 'What is known of a session is a constant of it: `session.$2`.',
        instead: ([, , name], { constants }) => (constants.includes(name!) ? `session.${name}` : '')
    },
    {
        isAboutNames: true,
        written:
            /(?<mark>\b(?:args?|arguments?|params?|parameters?|input|call\.args|context\.input|request\.args)\.)([A-Za-z_]\w*)/dg,
        says: 'Refer to an argument of the call by its name alone: `$2`.',
        instead: (groups) => (groups[1] === '' ? '' : undefined)
    },
    {
        isAboutNames: true,
        written:
            /(?<mark>\b(?:(?:an?\s+|the\s+)?(\w+)\s+(?:has\s+|have\s+)?(?:approved|approves|agrees|confirms)|approved\s+(?:from\s+|of\s+)?(?!by\b)(\w+)))/dg,
        says: 'To test for an approval of the call, write `approved by HUMAN`.',
        instead: ([, , before, after], { humans }) => {
            const human = [before, after].find((name) => humans.includes(name ?? '') || PERSON.test(name ?? ''));
            return human === undefined ? '' : approvedBy(human, humans);
        }
    },
    {
        written: /(?<mark>\bapproved\s+by\s+(?:an?\s+|the\s+)?(human|person|people|user|someone|somebody|anyone))\b/dg,
        isAboutNames: true,
        says: 'To test for an approval of the call, write `approved by HUMAN`.',
        instead: ([, , human], { humans }) => (humans.includes(human!) ? '' : approvedBy(human!, humans))
    },
    {
        isAboutNames: true,
        written:
            /(?<=\b(?:when|unless|and|or|not|implies)\s+)(?<mark>(?:has\s+)?(?:carry|carrying|reads?|saw|seen|knows)\s+(\w+))(?![\w.(])/dg,
        says: 'To test a label of the agent, write `carries $2`.',
        instead: ([, , label], { labels }) => (labels.includes(label!) ? `carries ${label}` : '')
    },
    {
        isAboutNames: true,
        written: /(?<mark>\bapproved)(?=\s*(?:$|and\b|or\b|because\b|\)))/dg,
        says: 'To test for an approval of the call, write `approved by HUMAN`.',
        instead: (_groups, { humans }) => (humans.length === 1 ? `approved by ${humans[0]}` : undefined)
    },

    // The clock
    {
        isAboutNames: true,
        written:
            /(?<mark>\b(?:time\s+of\s+)?(?!(?:time|date|day|hour)\b)([A-Za-z_]\w*)\s+(?:(?:is\s+)?before\s+now|is\s+(?:in\s+the\s+)?past|has\s+(?:passed|expired)|is\s+(?:over|expired))\b)/dg,
        says: 'To compare an instant with the moment of the decision, write `time of $2 < now`.',
        instead: 'time of $2 < now'
    },
    {
        isAboutNames: true,
        written:
            /(?<mark>\b(?:time\s+of\s+)?(?!(?:time|date|day|hour)\b)([A-Za-z_]\w*)\s+(?:(?:is\s+)?after\s+now|is\s+in\s+the\s+future)\b)/dg,
        says: 'To compare an instant with the moment of the decision, write `time of $2 > now`.',
        instead: 'time of $2 > now'
    },
    {
        written:
            /^\s*(?:audit\s+)?deny\s+[\w.*`]+(?:\s*,\s*[\w.*`]+)*\s+(?<mark>(outside(?:\s+of)?|during|between|from|at|in)\s+(\d{1,2}:\d{2})\s*(?:\.\.|-|–|to|and)\s*(\d{1,2}:\d{2}))/dg,
        says: 'Test the time of day with a range, which excludes its end: `time in 09:00..17:00`.',
        instead: ([, , word, from, to]) =>
            `${word!.startsWith('outside') ? 'unless' : 'when'} time in ${clock(from!)}..${clock(to!)}`
    },
    {
        written:
            /^\s*(?:audit\s+)?deny\s+[\w.*`]+(?:\s*,\s*[\w.*`]+)*\s+(?<mark>(?:on|at|during)\s+(?:the\s+)?(week)?(?:ends?|days?))\b/dg,
        says: 'To test the day of the week, write `day in mon..fri`.',
        instead: ([written, , week]) => (week ? `when day in ${/ends?$/.test(written!) ? 'sat..sun' : 'mon..fri'}` : '')
    },
    {
        isAboutNames: true,
        written: /(?<mark>\b(?:time|now|hour|clock)\s*(?:>=?|after|is\s+after)\s*(\d{1,2}(?::\d{2})?))(?![\w:-])/dg,
        says: 'Test the time of day with a range, which excludes its end: `time in 17:00..24:00`.',
        instead: ([, , time]) => `time in ${clock(time!)}..24:00`
    },
    {
        isAboutNames: true,
        written: /(?<mark>\b(?:time|now|hour|clock)\s*(?:<=?|before|is\s+before)\s*(\d{1,2}(?::\d{2})?))(?![\w:])/dg,
        says: 'Test the time of day with a range, which excludes its end: `time in 00:00..09:00`.',
        instead: ([, , time]) => `time in 00:00..${clock(time!)}`
    },
    {
        written:
            /(?<mark>\b(?:time|now|hour|clock)\s+(?:(?:is\s+)?between|from|in|within|is)\s+\[?(\d{1,2}(?::\d{2})?)\s*(?:and|to|-|–|,|\.\.)\s*(\d{1,2}(?::\d{2})?)\]?)(?![\w:])/dg,
        says: 'Test the time of day with a range, which excludes its end: `time in 09:00..17:00`.',
        instead: ([written, , from, to]) => {
            const text = `time in ${clock(from!)}..${clock(to!)}`;
            return text === written ? '' : text;
        }
    },
    {
        isAboutNames: true,
        written: /(?<mark>\b(?:date|today|now)\s*(>=?|after|is\s+after|since|from)\s*"?(\d{4}-\d{2}-\d{2})"?)/dg,
        says: 'Test the date with a range, which excludes its end: `date in 2026-01-01..9999-12-31`.',
        instead: ([, , sign, date]) => `date in ${/>=|since|from/.test(sign!) ? date : dayAfter(date!)}..9999-12-31`
    },
    {
        isAboutNames: true,
        written: /(?<mark>\b(?:date|today|now)\s*(<=?|before|is\s+before|until)\s*"?(\d{4}-\d{2}-\d{2})"?)/dg,
        says: 'Test the date with a range, which excludes its end: `date in 2000-01-01..2026-01-01`.',
        instead: ([, , sign, date]) => `date in 2000-01-01..${/<=|until/.test(sign!) ? dayAfter(date!) : date}`
    },
    {
        written:
            /(?<mark>\b(?:day|weekday|dow|today)\s+(?:in|is)\s+\[?("?(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*"?(?:\s*(?:,|and|or)\s*"?(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*"?)+)\]?)/dgi,
        says: 'Test each day of the week separately, or several in a row with `day in mon..fri`.',
        instead: ([, , days]) =>
            `(${days!
                .match(/mon|tue|wed|thu|fri|sat|sun/gi)!
                .map((day) => `day in ${day.toLowerCase()}`)
                .join(' or ')})`
    },
    {
        isAboutNames: true,
        written:
            /(?<mark>\b(?:(?:day|today)\s+(?:is|in)\s+(?:a\s+)?)?(weekdays?|weekends?|workdays?|business\s+days?))\b/dgi,
        says: 'To test the day of the week, write `day in mon..fri`.',
        instead: ([, , days]) => (/^weekend/i.test(days!) ? 'day in sat..sun' : 'day in mon..fri')
    },
    {
        isAboutNames: true,
        written: new RegExp(
            String.raw`(?<mark>\b(?:day|weekday|today|dow)\s*(?:==?|is|in|on)\s*\[?"?((?:mon|tue|wed|thu|fri|sat|sun)|${DAYS})"?\]?)(?![\w.])`,
            'dgi'
        ),
        says: 'To test the day of the week, write `day in mon`, or `day in mon..fri` for several in a row.',
        instead: ([written, , day]) => {
            const text = `day in ${day!.slice(0, 3).toLowerCase()}`;
            return text === written ? '' : text;
        }
    }
];

function clock(time: string): string {
    const [hour = '', minute = '00'] = time.split(':');
    return `${hour.padStart(2, '0')}:${minute}`;
}

/** The next day of a date; a text that is not a date stays as it is, and is reported. */
function dayAfter(date: string): string {
    const time = Date.parse(date);
    return Number.isNaN(time) ? date : new Date(time + 86_400_000).toISOString().slice(0, 10);
}
