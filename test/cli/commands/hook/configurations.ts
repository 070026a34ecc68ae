/** Files of settings, with how each is written, in which an edit must keep everything. */
export const CONFIGURATIONS: readonly [how: string, text: string][] = [
    ['an empty object', '{}'],
    [
        'comments and a trailing comma',
        '{\n    // Mine.\n    "model": "opus", /* so */\n    "permissions": { "allow": ["Bash(ls)"], },\n}\n'
    ],
    ['tabs and carriage returns', '{\r\n\t"a": [1,2,   3],\r\n\t"b": {}\r\n}\r\n'],
    ['one line', '{"a":1,"hooks":{}}'],
    ['unusual spaces', '{ "a" :  1\n,"b":[ ]   }\n\n\n']
];
