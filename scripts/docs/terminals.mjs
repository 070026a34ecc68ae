/** Descriptions of terminals in words, because their regular expressions are hard to read. */

const WORDS = {
    ID: 'Letters, digits and underscores, not starting with a digit.',
    QUOTED_NAME: 'A name in backquotes, with any characters: `` `read/file` ``.',
    STRING: 'A text in double quotes, on one line. Its escapes are those of JSON, such as `\\"`, `\\\\`, `\\n` and `\\u00e9`.',
    NUMBER: 'A whole or decimal number, such as `-3` or `0.25`.',
    DURATION: 'A whole number with its unit: `30s`, `15m`, `8h`, `7d`, `2w`.',
    TIME: 'A time of day on the 24-hour clock: `09:30`.',
    DATE: 'A date: `2026-01-31`.',
    TOOL_AT: 'The `@` of an annotation of a tool: `@gone tool send()`.',
    FIELD_DOT: 'The `.` between a tool and a field of its calls: `total(bank.transfer.amount)`.',
    REGEX: 'A regular expression between slashes, `/[a-z]+/`, with flags after the last slash.',
    TOOL_GLOB: 'Names with stars, such as `repo.*` or `*.read_*`.',
    WS: 'White space, and a byte order mark.',
    ML_COMMENT: '`/* … */`; a comment `/** … */` before a declaration describes it.',
    SL_COMMENT: '`// …` to the end of the line.'
};

export function terminal({ name, rule, comment }) {
    const pattern = regexOf(rule);
    const words = /^\(((?:\w+\|)+\w+)\)/.exec(pattern)?.[1].split('|');
    const says = words
        ? `One of the words ${words.map((word) => `\`${word}\``).join(', ')}.`
        : WORDS[name] || comment || `\`\` /${pattern}/ \`\``;
    return `**${name}**${rule.hidden ? ' (ignored)' : ''}: ${says}`;
}

function regexOf(rule) {
    return rule.definition.regex?.slice(1, -1) ?? rule.definition.$cstNode.text;
}
