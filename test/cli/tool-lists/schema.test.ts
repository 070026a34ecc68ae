import { describe, expect, test } from 'vitest';
import { printInventory } from '../../../server/cli/tool-lists/inventory.js';
import { messagesOf } from './language.js';

/** A property of `inputSchema`, whether it is required, and the resulting parameter. */
type Row = readonly [schema: unknown, presence: 'required' | 'optional', expected: string];

const PRIMITIVES: readonly Row[] = [
    [{ type: 'string' }, 'required', 'x: string'],
    [{ type: 'string' }, 'optional', 'x?: string'],
    [{ type: 'string', default: 'a "b"\n\\' }, 'optional', 'x: string = "a \\"b\\"\\n\\\\"'],
    [{ type: 'string', default: 5 }, 'optional', 'x?: string // its default 5 is not kept'],
    [{ type: 'string', default: null }, 'optional', 'x?: string'],
    [{ type: 'string', default: 'a' }, 'required', 'x: string // required, so its default never counts'],
    [{ type: 'boolean', default: false }, 'optional', 'x: bool = false'],
    [{ type: 'integer' }, 'required', 'x: int'],
    [{ type: 'integer', minimum: 1, maximum: 10, default: 3 }, 'optional', 'x: int >= 1 <= 10 = 3'],
    [{ type: 'integer', minimum: 1, default: 0 }, 'optional', 'x?: int >= 1 // its default 0 is not kept'],
    [{ type: 'integer', default: 1.5 }, 'optional', 'x?: int // its default 1.5 is not kept'],
    [{ type: 'integer', exclusiveMinimum: 0, exclusiveMaximum: 1e6 }, 'required', 'x: int >= 1 <= 999999'],
    [{ type: 'integer', minimum: 0, exclusiveMinimum: true }, 'required', 'x: int >= 1'],
    [{ type: 'integer', minimum: 0.5, maximum: 9.5 }, 'required', 'x: int >= 1 <= 9'],
    [{ type: 'integer', maximum: Number.MAX_SAFE_INTEGER }, 'required', 'x: int'],
    [{ type: 'number', minimum: -0.25 }, 'required', 'x: number >= -0.25'],
    [{ type: 'number', exclusiveMinimum: 0 }, 'required', 'x: number >= 0 // 0 itself is excluded by the schema'],
    [{ type: 'number', minimum: 1e-9 }, 'required', 'x: number // minimum 1e-9 is not kept'],
    [{ type: 'number', minimum: 3, maximum: 1 }, 'required', 'x: number // no number is at least 3 and at most 1'],
    [{ type: 'number', multipleOf: 0.01 }, 'required', 'x: number // multipleOf 0.01 is not kept'],
    [
        { type: 'string', format: 'uri', minLength: 1 },
        'required',
        'x: string // format "uri" is not kept; minLength 1 is not kept'
    ],
    [{}, 'required', 'x: any'],
    [true, 'optional', 'x?: any'],
    [false, 'optional', 'x?: any // the schema admits no value'],
    [{ type: 'date' }, 'required', 'x: any // the type "date" is unknown']
];

const ALTERNATIVES: readonly Row[] = [
    [{ type: 'string', enum: ['a', 'b'] }, 'required', 'x: "a" | "b"'],
    [{ enum: ['a', 'b'], default: 'b' }, 'optional', 'x: "a" | "b" = "b"'],
    [{ enum: ['a', 'b'], default: 'c' }, 'optional', 'x?: "a" | "b" // its default "c" is not kept'],
    [{ enum: [1, 2.5, true, 'a'] }, 'required', 'x: any // one of 1, 2.5, true, "a"'],
    [{ enum: [1, 2.5, 1] }, 'required', 'x: 1 | 2.5'],
    [{ enum: ['a', null] }, 'optional', 'x?: "a" // null means left out'],
    [{ enum: ['a', { b: 1 }] }, 'required', 'x: any // one of 2 values, some of them lists or objects'],
    [{ enum: ['a', 'b\u202e'] }, 'required', 'x: "a" | "b\\u202e"'],
    [{ enum: ['a', 'b\ud800'] }, 'required', 'x: string // one of 2 values, some of which cannot be written'],
    [{ const: 'only' }, 'required', 'x: "only"'],
    [{ anyOf: [{ const: 'a' }, { const: 'b' }, { enum: ['c'] }] }, 'required', 'x: "a" | "b" | "c"'],
    [{ anyOf: [{ const: 'a' }, { type: 'boolean' }] }, 'required', 'x: any // one of "a", true, false'],
    [{ anyOf: [{ type: 'string' }, { type: 'null' }], default: null }, 'optional', 'x?: string // null means left out'],
    [
        { anyOf: [{ type: 'integer', minimum: 1 }, { type: 'null' }] },
        'required',
        'x?: int >= 1 // required, but may be null: left out means null'
    ],
    // An explicit null is not the default: the type has to allow it.
    [{ anyOf: [{ type: 'integer' }, { type: 'null' }], default: 3 }, 'optional', 'x: any = 3 // int or null'],
    [{ type: ['string', 'null'] }, 'optional', 'x?: string // null means left out'],
    [{ type: ['string', 'integer'] }, 'required', 'x: any // string or int'],
    [{ oneOf: [{ type: 'string' }, { type: 'array' }] }, 'required', 'x: any // string or list of any'],
    [{ type: 'null' }, 'optional', 'x?: any // always null; null means left out'],
    [{ allOf: [{ type: 'string' }] }, 'required', 'x: string'],
    [{ allOf: [{ type: 'object' }, { type: 'object' }] }, 'required', 'x: any // allOf of 2 schemas is not kept'],
    [{ type: 'string', not: { const: 'a' } }, 'required', 'x: string // not is not kept']
];

const COMPOSITES: readonly Row[] = [
    [{ type: 'array', items: { type: 'string' } }, 'required', 'x: string[]'],
    [{ type: 'array', items: { enum: ['a', 'b'] } }, 'required', 'x: ("a" | "b")[]'],
    [{ type: 'array', items: { type: 'integer', minimum: 1 } }, 'required', 'x: (int >= 1)[]'],
    [{ type: 'array', items: { type: 'array', items: { type: 'number' } } }, 'required', 'x: number[][]'],
    [{ type: 'array' }, 'required', 'x: any[]'],
    [{ type: 'array', default: [] }, 'optional', 'x?: any[] // its default [] is not kept'],
    [{ type: 'array', minItems: 1, items: { type: 'string' } }, 'required', 'x: string[] // minItems 1 is not kept'],
    [{ type: 'array', items: { type: ['string', 'null'] } }, 'required', 'x: any[] // items: string or null'],
    [
        { type: 'array', prefixItems: [{ type: 'string' }] },
        'required',
        'x: any[] // the types of individual items are not kept'
    ],
    [
        { type: 'object', properties: { a: { type: 'string' }, b: { type: 'integer' } }, required: ['a'] },
        'required',
        'x: { a: string, b?: int }'
    ],
    [{ type: 'object', additionalProperties: false }, 'required', 'x: {}'],
    [{ type: 'object' }, 'required', 'x: any // any object, and nothing else'],
    [{ type: 'object', additionalProperties: { type: 'string' } }, 'required', 'x: map<string, string>'],
    [
        { type: 'object', additionalProperties: { type: 'array', items: { type: 'integer', minimum: 1 } } },
        'optional',
        'x?: map<string, (int >= 1)[]>'
    ],
    [
        {
            additionalProperties: { type: 'object', properties: { a: { type: 'string' } } },
            propertyNames: { pattern: 'x' }
        },
        'required',
        'x: map<string, { a?: string }> // propertyNames {"pattern":"x"} is not kept'
    ],
    [
        { type: 'object', additionalProperties: { type: ['string', 'null'] } },
        'required',
        'x: any // a map to string, and nothing else'
    ],
    [
        { type: 'object', additionalProperties: { type: 'string' }, patternProperties: { a: {} } },
        'required',
        'x: any // patternProperties {"a":{}} is not kept; a map to string, and nothing else'
    ],
    [
        { properties: { a: { type: 'string' } }, additionalProperties: true },
        'required',
        'x: any // an object with a and more fields'
    ],
    [{ $ref: '#/$defs/Text' }, 'required', 'x: string'],
    [{ $ref: '#/$defs/Text', default: 'a' }, 'optional', 'x: string = "a"'],
    [{ $ref: '#/$defs/a~1b%20c' }, 'required', 'x: bool'],
    [{ allOf: [{ $ref: '#/$defs/Text' }], default: 'a' }, 'optional', 'x: string = "a"'],
    [
        { $ref: 'https://example.com/x.json' },
        'required',
        'x: any // $ref "https://example.com/x.json" is recursive or leads nowhere'
    ],
    [{ $ref: '#/$defs/None' }, 'required', 'x: any // $ref "#/$defs/None" is recursive or leads nowhere'],
    [{ $ref: '#/$defs/Loop' }, 'required', 'x: any // $ref "#/$defs/Loop" is recursive or leads nowhere']
];

const DEFINITIONS = {
    Text: { type: 'string' },
    'a/b c': { type: 'boolean' },
    Loop: { $ref: '#/$defs/Loop' },
    Tree: {
        type: 'object',
        properties: { value: { type: 'string' }, children: { type: 'array', items: { $ref: '#/$defs/Tree' } } }
    }
};

describe.each([
    ['primitive types', PRIMITIVES],
    ['alternatives', ALTERNATIVES],
    ['lists, records and references', COMPOSITES]
])('%s', (_, rows) => {
    test.each(rows)('%j, %s: %s', (schema, presence, expected) => {
        expect(paramOf(schema, presence)).toBe(expected);
    });

    test('are valid in the language', async () => {
        const tools = rows.map(([schema, presence], i) => toolOf(schema, presence, `tool${i}`));
        expect(await messagesOf(printInventory([{ name: 's', tools, incomplete: false }], 'test.json'))).toEqual([]);
    });
});

test('a recursive schema ends', async () => {
    const tool = toolOf({ $ref: '#/$defs/Tree' }, 'required', 't');
    const text = printInventory([{ name: 's', tools: [tool], incomplete: false }], 'test.json');
    expect(text).toContain('children?: any[] // items: $ref "#/$defs/Tree" is recursive or leads nowhere');
    expect(await messagesOf(text)).toEqual([]);
});

function toolOf(schema: unknown, presence: Row[1], name: string) {
    const required = presence === 'required' ? ['x'] : [];
    return {
        name,
        inputSchema: { type: 'object', properties: { x: schema }, required, $defs: DEFINITIONS },
        annotations: { readOnlyHint: true, openWorldHint: false },
        digest: 'sha256:0',
        definition: {}
    };
}

/** The line of the parameter in an inventory with only this tool. */
function paramOf(schema: unknown, presence: Row[1]): string {
    const text = printInventory(
        [{ name: 's', tools: [toolOf(schema, presence, 't')], incomplete: false }],
        'test.json'
    );
    const oneLine = /tool t\((.+)\) hint readonly$/m.exec(text)?.[1];
    return (
        oneLine ??
        text
            .split('\n')
            .find((line) => /^\s+x\??: /.test(line))!
            .trim()
    );
}
