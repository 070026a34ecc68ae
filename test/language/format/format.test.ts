/** Tests texts and their formatted forms. Formatting the text after the arrow leaves it unchanged. */
import { describe, expect, test } from 'vitest';
import { DEFAULT_FORMAT, type FormatOptions } from '../../../language/format/index.js';
import { formatted } from './support.js';

interface Case {
    readonly name: string;
    readonly text: string;
    /** The formatted text; undefined if the text is already formatted. */
    readonly to?: string;
    readonly options?: Partial<FormatOptions>;
}

const CASES: readonly Case[] = [
    { name: 'nothing', text: '' },
    { name: 'only comments', text: '\n\n// a\n\n\n\n/* b */\n\n', to: '// a\n\n/* b */\n' },
    { name: 'no line end at the end', text: 'policy X', to: 'policy X\n' },
    { name: 'a byte order mark', text: '\uFEFFpolicy   X\n', to: '\uFEFFpolicy X\n' },
    {
        name: 'spaces between tokens',
        text: 'deny   a . b( x :1 ,y )  when x==1   and not( y<2 )\n',
        to: 'deny a.b(x: 1, y) when x == 1 and not (y < 2)\n'
    },
    {
        name: 'types',
        text: 'server s { tool t(a?:int>=0<=9=3,b:1 .. 3,c:"x"|"y",d:{e:string[ ]}[],f:decimal( 2 ),g:string /a b/) }\n',
        to: 'server s { tool t(a?: int >= 0 <= 9 = 3, b: 1..3, c: "x" | "y", d: { e: string[] }[], f: decimal(2), g: string /a b/) }\n'
    },
    {
        name: 'declarations',
        text: 'entity E[canonical lower,trim]\nevent e.f( a:int )\nrequest{a:int}\nsession user:E{role:"a"}\nsignal pii( t:string ):0 .. 9\n@a( "b" )@c\nallow x:*.y\n',
        to: 'entity E [canonical lower, trim]\nevent e.f(a: int)\nrequest { a: int }\nsession user: E { role: "a" }\nsignal pii(t: string): 0..9\n@a("b") @c\nallow x: *.y\n'
    },
    {
        name: 'annotations of a tool',
        text: 'server s {\n /** A. */\n @digest( "sha256:0a" )\n@gone   @hints(a,b)\n tool t( )\n}\n',
        to: 'server s {\n  /** A. */\n  @digest("sha256:0a")\n  @gone @hints(a, b)\n  tool t()\n}\n'
    },
    { name: 'at most one empty line', text: 'label a\n\n\n\nlabel b\nlabel c\n', to: 'label a\n\nlabel b\nlabel c\n' },
    {
        name: 'statements of a block, each on a line',
        text: 'server s {\n\n      tool a()\n\n\n      tool b() }\n',
        to: 'server s {\n  tool a()\n\n  tool b()\n}\n'
    },
    {
        name: 'a comment behind the bracket of a block that a line comment breaks',
        text: 'server s { /* a */ tool t() // b\n tool u() }\n',
        to: 'server s { /* a */\n  tool t() // b\n  tool u()\n}\n'
    },
    { name: 'a block in one line', text: 'server s {tool a() tool b()}\n', to: 'server s { tool a()   tool b() }\n' },
    { name: 'an empty block', text: 'modes m { a initial {} }\n', to: 'modes m { a initial { } }\n' },
    {
        name: 'steps',
        text: 'scenario "x": a calls b.c( ..)   -> allowed\nwait   5m\n  // done\n// next\nlabel a\n',
        to: 'scenario "x":\n  a calls b.c(..) -> allowed\n  wait 5m\n  // done\n// next\nlabel a\n'
    },
    {
        name: 'a claim in one line, and in two',
        text: 'claim "a":    never a.b\nclaim "b":\n never a.b\n',
        to: 'claim "a": never a.b\nclaim "b":\n  never a.b\n'
    },
    {
        name: 'clauses that begin a line',
        text: 'deny a.b\n    when x == 1\n      because "y"\n',
        to: 'deny a.b\n  when x == 1\n  because "y"\n'
    },
    {
        name: 'lines that are broken elsewhere',
        text: 'deny\n  a.b,\n  a.c when x\n  == 1\n',
        to: 'deny a.b, a.c when x == 1\n'
    },
    {
        name: 'a long statement: at clauses',
        text: 'require once get.user(id) for cancel.order, change.order because "look up the user first"\n',
        to: 'require once get.user(id)\n  for cancel.order, change.order\n  because "look up the user first"\n',
        options: { width: 40 }
    },
    {
        name: 'a long chain: at each operator, those that bind less first',
        text: 'deny a.b when x == 11111 and y == 22222 or z == 33333 and w == 44444\n',
        to: 'deny a.b\n  when x == 11111 and y == 22222\n    or z == 33333 and w == 44444\n',
        options: { width: 40 }
    },
    {
        name: 'a chain that the author broke',
        text: 'define d = a and\n  b and c\n',
        to: 'define d =\n  a\n    and b\n    and c\n'
    },
    {
        name: 'a long list: as much in a line as fits',
        text: 'group reads = aaaa.bbbb, cccc.dddd, eeee.ffff, gggg.hhhh\n',
        to: 'group reads = aaaa.bbbb, cccc.dddd,\n  eeee.ffff, gggg.hhhh\n',
        options: { width: 40 }
    },
    {
        name: 'a long list in brackets: a line for each',
        text: 'server s {\n  tool t(aaaaaaaa: string, bbbbbbbb: string) external reads private\n}\n',
        to: 'server s {\n  tool t(\n    aaaaaaaa: string,\n    bbbbbbbb: string\n  ) external reads private\n}\n',
        options: { width: 40 }
    },
    {
        name: 'a list in brackets that the author broke',
        text: 'server s {\n  tool t(\n a: string, b: string\n\n, c: int)\n}\n',
        to: 'server s {\n  tool t(\n    a: string,\n    b: string,\n    c: int\n  )\n}\n'
    },
    {
        name: 'a comma after the last: a line for each',
        text: 'use P(a: b, c: d,)\n',
        to: 'use P(\n  a: b,\n  c: d,\n)\n'
    },
    {
        name: 'a long step',
        text: 'scenario "x":\n  bot calls mail.send(to: "a", body: "bbbbbbbbbbbbb") -> denied because "cc"\n',
        to: 'scenario "x":\n  bot calls mail.send(\n    to: "a",\n    body: "bbbbbbbbbbbbb"\n  ) -> denied because "cc"\n',
        options: { width: 40 }
    },
    {
        name: 'comments stay where they are',
        text: 'label a   // one\n  /* two */ label b\nserver s { // three\n      // four\n  tool t(a: int,// five\n /** six */ b: int /* seven */) // eight\n// nine\n}\ndeny a.b // ten\n  when x // eleven\n',
        to: 'label a // one\n/* two */ label b\nserver s { // three\n  // four\n  tool t(\n    a: int, // five\n    /** six */ b: int /* seven */\n  ) // eight\n  // nine\n}\ndeny a.b // ten\n  when x // eleven\n'
    },
    {
        name: 'a comment makes no statement too long',
        text: 'deny a.b when x == 1 // and this is why it is so\n',
        options: { width: 30 }
    },
    {
        name: 'doc comments move with what they are about',
        text: 'server s {\n      /**\n       * One.\n       *   - two\n       */\n      tool t()\n}\n',
        to: 'server s {\n  /**\n   * One.\n   *   - two\n   */\n  tool t()\n}\n'
    },
    {
        name: 'other comments of several lines keep their lines',
        text: 'server s {\n      /* One.\n           two  \n      */\n      tool t()\n}\n',
        to: 'server s {\n  /* One.\n           two  \n      */\n  tool t()\n}\n'
    },
    {
        name: 'switched off and on',
        text: 'label   a\n// guardrail-format off\nlabel   b\n    label c\n// guardrail-format on\nlabel   d\n',
        to: 'label a\n// guardrail-format off\nlabel   b\n    label c\n// guardrail-format on\nlabel d\n'
    },
    {
        name: 'switched off up to the end, inside a block',
        text: 'server   s {\n    tool a()\n    // guardrail-format off\n    tool   b()\n  }\n\n\n\nlabel   x',
        to: 'server s {\n  tool a()\n  // guardrail-format off\n    tool   b()\n  }\n\n\n\nlabel   x'
    },
    {
        name: 'a statement with a syntax error stays, the others do not',
        text: 'label   a\ndeny   mail.\n   allow   x:   y\nlabel   b\n',
        to: 'label a\ndeny   mail.\n   allow x: y\nlabel b\n'
    },
    { name: 'what the parser cannot read at all', text: 'this   is   no   policy\n  at   all\n' },
    {
        name: 'a text without its end',
        text: 'label   a\nclaim "x:   never   a.b\n  label   b\n',
        to: 'label a\nclaim "x:   never   a.b\n  label b\n'
    },
    {
        name: 'a name that would be read as the start of a statement',
        text: 'require approval by h\n for aaaaaaaaaaaaaaaaaaaaaaa, order per x\nlabel   a\n',
        to: 'require approval by h\n for aaaaaaaaaaaaaaaaaaaaaaa, order per x\nlabel a\n',
        options: { width: 30 }
    },
    { name: 'line ends of Windows', text: 'label a\r\n\r\n\r\nlabel   b\r\n', to: 'label a\r\n\r\nlabel b\r\n' },
    {
        name: 'tabs',
        text: 'server s {\n  tool t(\n    a: int)\n}\n',
        to: 'server s {\n\ttool t(\n\t\ta: int\n\t)\n}\n',
        options: { tabs: true }
    },
    {
        name: 'four columns',
        text: 'server s {\n  tool t()\n}\n',
        to: 'server s {\n    tool t()\n}\n',
        options: { indentation: 4 }
    }
];

describe('formatting', () => {
    test.each(CASES)('$name', ({ text, to = text, options }) => {
        const settings = { ...DEFAULT_FORMAT, ...options };
        expect(formatted(text, settings)).toBe(to);
        expect(formatted(to, settings)).toBe(to);
    });
});
