/** Declarations of other languages. */
import type { Form } from './form.js';

/** The types of this language, by names that other languages use for them. */
export const FOREIGN_TYPES: { readonly [name: string]: string } = {
    str: 'string',
    text: 'string',
    varchar: 'string',
    integer: 'int',
    long: 'int',
    float: 'number',
    double: 'number',
    real: 'number',
    boolean: 'bool',
    date: 'string',
    datetime: 'string',
    timestamp: 'string',
    time: 'string',
    url: 'string',
    uri: 'string',
    path: 'string',
    uuid: 'string',
    email: 'string'
};

export const DECLARATIONS: readonly Form[] = [
    {
        written:
            /^\s*agent\s+(\w+)(?<mark>\s*(?::|\s(?:uses?|can(?:\s+use)?|may(?:\s+use)?|has|with|calls))\s*([\w`]+\.[\w`.*]+(?:\s*,\s*[\w`.*]+)*))\s*$/dg,
        says: 'Write what an agent may call as a separate statement: `allow $1: TOOLS`.',
        instead: '\nallow $1: $3'
    },
    {
        written: /^\s*role\s+\w+(?<mark>\s*(?::|\{|=?\s*\[|\bis\b)\s*([\w, ]+?)\s*[\]}]?)\s*$/dg,
        says: 'List the people of a role after `=`: `role NAME = PERSON, PERSON`.',
        instead: ' = $2'
    },
    {
        written: /^(?<mark>include|load|source|require|using)\s+"[^"]*"\s*$/dg,
        says: 'To use declarations of another file, write `import "./tools.guardrail"`.',
        instead: 'import'
    },
    {
        isAboutNames: true,
        written:
            /[(,{]\s*\w+\??\s*:\s*(?<mark>(str|text|varchar|integer|long|float|double|real|boolean|date|datetime|timestamp|time|url|uri|path|uuid|email))(?![\w<[(.])/dgi,
        says: 'The types of values are `string`, `int`, `number` and `bool`. An address, a path or an instant is a `string`.',
        instead: ([, , name]) => FOREIGN_TYPES[name!.toLowerCase()]
    },
    {
        isAboutNames: true,
        written: /[(,{]\s*\w+\??\s*:\s*(?<mark>array|list|set|tuple)(?![\w<[(.])(?!\s+of\b)/dgi,
        says: 'For a list, write `[]` after the type of its elements: `string[]`.'
    },
    {
        written: /[(,{]\s*\w+\??\s*:\s*(?<mark>\[\s*(\w+)\s*\])/dg,
        says: 'For a list, write `[]` after the type of its elements: `$2[]`.',
        instead: '$2[]'
    },
    {
        written:
            /[(,{]\s*\w+\??\s*:\s*(?<mark>(?:enum|oneof|one\s+of|Literal)\s*[([{]\s*("[^"]*"(?:\s*,\s*"[^"]*")*)\s*[)\]}])/dgi,
        says: 'Separate the values of a parameter by `|`: `"a" | "b"`.',
        instead: ([, , values]) => values!.replace(/"\s*,\s*"/g, '" | "')
    },
    {
        written: /(?<mark>\b(\w+)\s*:\s*(\w+(?:\[\])*)\s*(?:\?|\|\s*(?:null|none|nil|None|undefined)\b))/dg,
        says: 'Write `?` after the name of a parameter that may be left out: `$2?: $3`.',
        instead: '$2?: $3'
    },
    {
        written: /\btool\s+\w+\s*\([^)]*\)\s.*?(?<mark>\bread[\s-]only)\b/dg,
        says: 'Write the trait in one word: `readonly`.',
        instead: 'readonly'
    },
    {
        written: /^\s*(label|agent|human|trait)\s+\w+(?<mark>\s*,\s*(\w+(?:\s*,\s*\w+)*))\s*$/dg,
        says: 'Write a separate declaration for each: `$1 A`, and `$1 B` on the next line.',
        instead: ([, kind, , names]) =>
            names!
                .split(',')
                .map((name) => `\n${kind} ${name.trim()}`)
                .join('')
    },
    {
        written: /^\s*(?:label|agent|human|trait|server|group|entity|session|policy)\s+(?<mark>"([A-Za-z_]\w*)")/dg,
        says: 'Write a name without quotes: `$2`.',
        instead: '$2'
    },
    {
        written: /^\s*(label|agent|human|trait)\s+\w+\b(?<mark>\s*(?:[:={]|is\b)\s*.*)$/dg,
        says: 'Write only a name after `$1`. To describe it, put a comment `/** … */` on the line above.',
        instead: ''
    },
    {
        written: /^\s*group\s+\w+(?<mark>\s*(?::|\{|\[)\s*([\w.*`, ]+?)\s*[\]}]?)\s*$/dg,
        says: 'List the tools of a group after `=`: `group NAME = server.one, server.other`.',
        instead: ' = $2'
    },
    {
        written: /^\s*define\s+\w+\b(?:\([^)]*\))?(?<mark>\s*(?::=?|as|is|means|->)\s)/dg,
        says: 'To name a condition, write `define NAME = CONDITION`.',
        instead: ' = '
    },
    {
        written: /^\s*define\s+\w+(?:\([^)]*\))?(?<mark>\s+)(?:once|not|carries|count|caller|every|some|approved)\b/dg,
        says: 'To name a condition, write `define NAME = CONDITION`.',
        instead: ' = '
    },
    {
        written: /^\s*define\s+\w+\((?<mark>[a-z_]\w*(?:\s*,\s*[a-z_]\w*)*)\)/dg,
        says: 'A parameter needs a type: `define NAME(x: int) = CONDITION`.'
    },
    {
        written: /^(?<mark>tool\s+\w+\s*\(.*)$/dg,
        says: 'Declare tools inside a server: `server NAME { tool … }`.'
    },
    {
        written: /^\s*server\s+\w+\s*(?<mark>:)/dg,
        says: 'Put the tools of a server in braces: `server NAME { tool … }`.'
    },
    {
        written:
            /(?:^\s*server\s+\w+\s*\{\s*|^\s+)(?<mark>(?!tool\b|on\b|from\b)(?:(?:function|fn|def|action|method)\s+)?)([a-z_]\w*)\(\s*(?:\w+\??\s*:\s*\w+|\))/dg,
        says: 'To declare a tool, write `tool NAME(…)`.',
        instead: 'tool '
    },
    {
        written:
            /(?<!\b(?:any|same)\s{1,9})\btool\s+\w+\b(?<mark>)\s*(?:$|\}|\/\/|external|reads|readonly|destructive)/dg,
        says: 'Put the parameters of a tool in parentheses: `tool NAME()`.',
        instead: '()'
    },
    {
        written: /\btool\s+\w+\((?:.*,\s*)?(?<mark>(string|int|bool|number)\s+(\w+))\s*[,)]/dg,
        says: 'Write the type of a parameter after its name: `$3: $2`.',
        instead: '$3: $2'
    },
    {
        written: /\btool\s+\w+\((?:[^)]*,\s*)?(?<mark>(\w+))\s*[,)]/dg,
        says: 'A parameter needs a type: `$2: string`.',
        instead: '$2: string'
    },
    {
        written: /(?<mark>\b(\w+)\s*:\s*(\w+(?:\[\])*)\s*=\s*(?:null|none|nil|None|undefined))\b/dg,
        says: 'Write `?` after the name of a parameter that may be left out: `$2?: $3`.',
        instead: '$2?: $3'
    },
    {
        written: /\btool\s+\w+\(.*:\s*(?<mark>("[^"]*")((?:\s*,\s*"[^"]*")+))\s*\)/dg,
        says: 'Separate the values of a parameter by `|`: `"a" | "b"`.',
        instead: ([written]) =>
            written!.slice(written!.indexOf('"'), written!.lastIndexOf('"') + 1).replace(/"\s*,\s*"/g, '" | "')
    },
    {
        written:
            /\btool\s+\w+\(.*:\s*(?<mark>(?:int\s*)?[[(]?\s*(-?\d+)\s*(?:-|\.\.|\.\.\.|,|to)\s*(\d+)\s*[\])]?)\s*[,)]/dg,
        says: 'Write a range of whole numbers as `1..5`.',
        instead: '$2..$3'
    },
    {
        written: /\btool\s+\w+\(.*:\s*int\s*(?<mark>>\s*(-?\d+))/dg,
        says: 'Write the bounds of a number in its type: `int >= 1`.',
        instead: ([, , bound]) => `>= ${Number(bound) + 1}`
    },
    {
        written: /\btool\b.*\breturns\s+(?<mark>(string|int|bool|number|any))\b/dg,
        says: 'Name the values that a tool returns: `returns (status: string)`. Every result also has `result.text`.',
        instead: '(value: $2)'
    },
    {
        written: /^\s*timezone\s+(?<mark>([A-Za-z_]+(?:\/[A-Za-z_]+)*))\s*$/dg,
        says: 'Put the name of a time zone in double quotes: `timezone "$2"`.',
        instead: '"$2"'
    },
    {
        written: /^\s*import\s+(?<mark>(\.{0,2}[\w/.-]+))\s*$/dg,
        says: 'Put the file of an import in double quotes: `import "./tools.guardrail"`.',
        instead: ([, , file]) => `"./${file!.replace(/^\.\//, '').replace(/\.guardrail$/, '')}.guardrail"`
    },
    {
        written: /^\s*import\s+"[^"]*"(?<mark>\s+as\s+\w+)/dg,
        says: 'Imported names cannot be renamed.',
        instead: ''
    },
    {
        written: /^\s*session\s+(\w+)(?<mark>\s*=\s*.*)$/dg,
        says: 'Declare a constant of the session with a type: `session $1: string`. Each session has its own value.',
        instead: ': string'
    },
    {
        written: /^\s*session\s*(?<mark>\{)/dg,
        says: 'Declare each constant of the session on a separate line: `session NAME: string`.'
    },
    {
        written: /^\s*(human|agent|role|trait|entity)\s+(?<mark>([a-z]+))\b/dg,
        says: '`$3` is a word of the language. To use it as a name, put it in backquotes: `` `$3` ``.',
        instead: (groups, { isWord }) => (isWord(groups[3]!) ? `\`${groups[3]}\`` : '')
    },
    {
        written: /^\s*(?:tool\s+\w+\s*\([^)]*\)|server\s+\w+\s*\{.*\))\s*(?<mark>(?:->|:|=>)\s*)\{?\s*\w+/dg,
        says: 'Put the values that a tool returns in parentheses: `returns (status: string)`.'
    },
    {
        written:
            /[(,]\s*\w+\??\s*:\s*(?<mark>(?:list|array|List|Array|Set|set)\s*(?:of\s+(\w+)|[<[(]\s*(\w+)\s*[>\])]))/dg,
        says: 'For a list, write `[]` after the type of its elements: `$2$3[]`.',
        instead: '$2$3[]'
    },
    {
        isAboutNames: true,
        written:
            /[(,]\s*\w+\??\s*:\s*(?<mark>(?:map(?!\s*<\s*string\s*,)|Map|dict|Dict|Record)\b(?:\s*[<[][^>\]]*[>\]])?)/dg,
        says: 'For an object with any keys, write `map<string, T>` with the type of its values, such as `map<string, string>`.',
        instead: 'map<string, any>'
    },
    {
        isAboutNames: true,
        written: /[(,]\s*\w+\??\s*:\s*(?<mark>object|json|record|struct)\b(?:[<[].*?[>\]])?/dg,
        says: 'List the fields of a record: `{ id: string, note?: string }`. The type for any value is `any`.',
        instead: 'any'
    }
];
