/** Declarations of other languages. */
import type { Form } from './form.js';

export const DECLARATIONS: readonly Form[] = [
    {
        written: /^\s*(label|agent|human|trait)\s+\w+(?<mark>\s*,\s*(\w+(?:\s*,\s*\w+)*))\s*$/dg,
        says: 'Each declaration stands by itself: `$1 A`, and `$1 B` on the next line.',
        instead: ([, kind, , names]) =>
            names!
                .split(',')
                .map((name) => `\n${kind} ${name.trim()}`)
                .join('')
    },
    {
        written: /^\s*(?:label|agent|human|trait|server|group|entity|session|policy)\s+(?<mark>"([A-Za-z_]\w*)")/dg,
        says: 'A name has no quotes: `$2`.',
        instead: '$2'
    },
    {
        written: /^\s*(label|agent|human|trait)\s+\w+(?<mark>\s*(?:[:={]|is)\s*.*)$/dg,
        says: 'A name alone follows `$1`. A comment explains it: `/** … */` on the line above.',
        instead: ''
    },
    {
        written: /^\s*group\s+\w+(?<mark>\s*(?::|\{|=?\s*\[)\s*([\w.*`, ]+?)\s*[\]}]?)\s*$/dg,
        says: 'A group lists its tools after `=`: `group NAME = server.one, server.other`.',
        instead: ' = $2'
    },
    {
        written: /^\s*define\s+\w+(?:\([^)]*\))?(?<mark>\s*(?::=?|as|is|means|->)\s)/dg,
        says: 'A condition gets a name with `define NAME = CONDITION`.',
        instead: ' = '
    },
    {
        written: /^\s*define\s+\w+(?:\([^)]*\))?(?<mark>\s+)(?:once|not|carries|count|caller|every|some|approved)\b/dg,
        says: 'A condition gets a name with `define NAME = CONDITION`.',
        instead: ' = '
    },
    {
        written: /^\s*define\s+\w+\((?<mark>[a-z_]\w*(?:\s*,\s*[a-z_]\w*)*)\)/dg,
        says: 'A parameter has a type: `define NAME(x: int) = CONDITION`.'
    },
    {
        written: /^(?<mark>tool\s+\w+\s*\(.*)$/dg,
        says: 'Tools stand in a server: `server NAME { tool … }`.'
    },
    {
        written: /^\s*server\s+\w+\s*(?<mark>:)/dg,
        says: 'The tools of a server are in braces: `server NAME { tool … }`.'
    },
    {
        written:
            /(?:^\s*server\s+\w+\s*\{\s*|^\s+)(?<mark>(?!tool\b|on\b|from\b)(?:(?:function|fn|def|action|method)\s+)?)([a-z_]\w*)\(\s*(?:\w+\??\s*:\s*\w+|\))/dg,
        says: 'A tool is declared with `tool NAME(…)`.',
        instead: 'tool '
    },
    {
        written: /\btool\s+\w+(?<mark>)\s*(?:$|\}|\/\/|external|reads|readonly|destructive)/dg,
        says: 'The parameters of a tool are in parentheses: `tool NAME()`.',
        instead: '()'
    },
    {
        written: /\btool\s+\w+\((?:.*,\s*)?(?<mark>(string|int|bool|number)\s+(\w+))\s*[,)]/dg,
        says: 'The type of a parameter follows its name: `$3: $2`.',
        instead: '$3: $2'
    },
    {
        written: /\btool\s+\w+\((?:[^)]*,\s*)?(?<mark>(\w+))\s*[,)]/dg,
        says: 'A parameter has a type: `$2: string`.',
        instead: '$2: string'
    },
    {
        written: /(?<mark>\b(\w+)\s*:\s*(\w+(?:\[\])*)\s*=\s*(?:null|none|nil|None|undefined))\b/dg,
        says: 'A parameter that may be left out has `?` after its name: `$2?: $3`.',
        instead: '$2?: $3'
    },
    {
        written: /\btool\s+\w+\(.*:\s*(?<mark>("[^"]*")((?:\s*,\s*"[^"]*")+))\s*\)/dg,
        says: 'The values of a parameter are separated by `|`: `"a" | "b"`.',
        instead: ([written]) =>
            written!.slice(written!.indexOf('"'), written!.lastIndexOf('"') + 1).replace(/"\s*,\s*"/g, '" | "')
    },
    {
        written:
            /\btool\s+\w+\(.*:\s*(?<mark>(?:int\s*)?[[(]?\s*(-?\d+)\s*(?:-|\.\.|\.\.\.|,|to)\s*(\d+)\s*[\])]?)\s*[,)]/dg,
        says: 'A range of whole numbers is `1..5`.',
        instead: '$2..$3'
    },
    {
        written: /\btool\s+\w+\(.*:\s*int\s*(?<mark>>\s*(-?\d+))/dg,
        says: 'The bounds of a number are part of its range: `int >= 1`.',
        instead: ([, , bound]) => `>= ${Number(bound) + 1}`
    },
    {
        written: /\btool\b.*\breturns\s+(?<mark>(string|int|bool|number|any))\b/dg,
        says: 'What a tool returns has names: `returns (status: string)`. The text of every result is `result.text`.',
        instead: '(value: $2)'
    },
    {
        written: /^\s*timezone\s+(?<mark>([A-Za-z_]+(?:\/[A-Za-z_]+)*))\s*$/dg,
        says: 'The name of a time zone is a text: `timezone "$2"`.',
        instead: '"$2"'
    },
    {
        written: /^\s*import\s+(?<mark>(\.{0,2}[\w/.-]+))\s*$/dg,
        says: 'The file of an import is a text: `import "./tools.guardrail"`.',
        instead: ([, , file]) => `"./${file!.replace(/^\.\//, '').replace(/\.guardrail$/, '')}.guardrail"`
    },
    {
        written: /^\s*import\s+"[^"]*"(?<mark>\s+as\s+\w+)/dg,
        says: 'An import brings the names of a file as they are.',
        instead: ''
    },
    {
        written: /^\s*session\s+(\w+)(?<mark>\s*=\s*.*)$/dg,
        says: 'A constant of the session has a type, and each session its value: `session $1: string`.',
        instead: ': string'
    },
    {
        written: /^\s*session\s*(?<mark>\{)/dg,
        says: 'Each constant of the session has its own line: `session NAME: string`.'
    },
    {
        written: /^\s*(human|agent|role|trait|entity)\s+(?<mark>([a-z]+))\b/dg,
        says: '`$3` is a word of the language. As a name it is written in backquotes: `` `$3` ``.',
        instead: (groups, { isWord }) => (isWord(groups[3]!) ? `\`${groups[3]}\`` : '')
    },
    {
        written: /^\s*(?:tool\s+\w+\s*\([^)]*\)|server\s+\w+\s*\{.*\))\s*(?<mark>(?:->|:|=>)\s*)\{?\s*\w+/dg,
        says: 'What a tool returns is written in parentheses: `returns (status: string)`.'
    },
    {
        written:
            /[(,]\s*\w+\??\s*:\s*(?<mark>(?:list|array|List|Array|Set|set)\s*(?:of\s+(\w+)|[<[(]\s*(\w+)\s*[>\])]))/dg,
        says: 'A list is written after the type of its elements: `$2$3[]`.',
        instead: '$2$3[]'
    },
    {
        isAboutNames: true,
        written: /[(,]\s*\w+\??\s*:\s*(?<mark>object|dict|map|json|Map|record|struct)\b(?:[<[].*?[>\]])?/dg,
        says: 'A record lists its fields: `{ id: string, note?: string }`. The type of any value is `any`.',
        instead: 'any'
    }
];
