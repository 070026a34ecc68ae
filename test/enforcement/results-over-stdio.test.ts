/** Tests ways in which a server behind standard input and output could hand a withheld result to the client, byte by byte. */
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { EnforcingGateway } from '../../server/enforcement/gateway.js';
import { proxyStdio } from '../../server/enforcement/stdio.js';
import { folder } from '../cli/guardrail.js';
import { eventually } from '../support/eventually.js';
import { mail } from './policies.js';
import { expectOnPage } from '../support/tried-ways.js';

const KEY = 'TheKey';
const text = (value: string): object => ({ content: [{ type: 'text', text: value }] });
const rpc = (message: object): string => JSON.stringify({ jsonrpc: '2.0', ...message });
/** The number of the request at the server. */
const ID = '@id';
const answer = rpc({ id: ID, result: text(KEY) });
const long = '"n":9007199254740993';

/** What the server writes for the request of the secret. */
const WAYS: Record<string, string> = {
    'an answer': `${answer}\n`,
    'an answer in two lines': `${answer.replace(',', ',\n')}\n`,
    'an answer with a carriage return': `${answer}\r\n`,
    'an answer after a byte order mark': `\uFEFF${answer}\n`,
    'an answer between spaces': `  \t${answer}\t \n`,
    'an answer after a text': `hello ${answer}\n`,
    'two answers in a line': `${answer}${answer}\n`,
    'two answers between other line ends': `${answer}\u2028${answer}\n`,
    'an answer with a NUL': `${answer}\0\n`,
    'a text': `${KEY}\n`,
    'a text in quotes': `"${KEY}"\n`,
    'a list': `["${KEY}",${answer}]\n`,
    'a list in a list': `[[${answer}]]\n`,
    'headers, as in other protocols': `Content-Length: ${answer.length}\r\n\r\n${answer}\n`,
    'an answer with a long number': `{"jsonrpc":"2.0","id":${ID},"result":{"content":[{"type":"text","text":"${KEY}"}],${long}}}\n`,
    'an error with a long number': `{"jsonrpc":"2.0","id":${ID},"error":{"code":1,"message":"${KEY}","data":{${long}}}}\n`,
    'a message with a long number': `{"jsonrpc":"2.0","method":"notifications/message","params":{"data":"${KEY}",${long}}}\n`,
    'a long number beside the answer': `{"jsonrpc":"2.0",${long},"x":"${KEY}","id":${ID},"result":{"content":[]}}\n`,
    'an answer with two results': `{"jsonrpc":"2.0","id":${ID},"result":{"content":[],"${KEY}":1},"result":{"content":[],${long}}}\n`,
    'an answer with two ids': `{"jsonrpc":"2.0","id":"a","id":${ID},"result":${JSON.stringify(text(KEY))}}\n`,
    'an answer whose id is a text': `{"jsonrpc":"2.0","id":"${ID}","result":${JSON.stringify(text(KEY))}}\n`,
    'an answer whose id has a fraction': `{"jsonrpc":"2.0","id":${ID}.0,"result":${JSON.stringify(text(KEY))}}\n`,
    'a prototype': `{"jsonrpc":"2.0","id":${ID},"result":{"content":[],"__proto__":{"content":"${KEY}"}}}\n`,
    'a prototype of the message': `{"jsonrpc":"2.0","id":${ID},"__proto__":{"result":"${KEY}"},"result":{"content":[]}}\n`,
    'no version': `{"id":${ID},"result":${JSON.stringify(text(KEY))}}\n`,
    'a surrogate alone': `{"jsonrpc":"2.0","id":${ID},"result":{"content":[{"type":"text","text":"${KEY}\\ud800"}]}}\n`,
    nesting: `{"jsonrpc":"2.0","id":${ID},"result":{"content":[{"type":"text","text":"${KEY}"}],"x":${'['.repeat(200)}${']'.repeat(200)}}}\n`,
    'nesting that no program reads': `{"jsonrpc":"2.0","id":${ID},"result":{"content":["${KEY}"],"x":${'['.repeat(99_999)}${']'.repeat(99_999)}}}\n`,
    'an answer before its end': answer
};

/** Writes the file `way` for the secret, and an honest answer for each other call. Ends with its input. */
const SERVER = `
const way = require('node:fs').readFileSync('way', 'utf8');
let rest = '';
process.stdin.on('data', (chunk) => {
    const lines = (rest + chunk).split('\\n');
    rest = lines.pop();
    for (const { id, method, params } of lines.map((line) => JSON.parse(line))) {
        if (method === 'tools/call') {
            const isSecret = params.arguments.folder === 'secret';
            const result = { content: [{ type: 'text', text: 'hello' }] };
            process.stdout.write(
                isSecret
                    ? way.replaceAll('"@id"', String(id)).replaceAll('@id', String(id))
                    : JSON.stringify({ jsonrpc: '2.0', id, result }) + '\\n'
            );
        }
    }
});
`;

test.each(Object.entries(WAYS))('over stdio a withheld result does not arrive as %s', async (_, way) => {
    const gateway = await EnforcingGateway.open({ path: join(folder({}), 'events.jsonl'), policy: await mail() });
    onTestFinished(() => gateway.close().catch(() => undefined));
    const [input, output] = [new PassThrough(), new PassThrough()];
    let received = '';
    output.on('data', (chunk: Buffer) => (received += chunk.toString()));
    const ended = proxyStdio({
        gateway,
        server: 'mail',
        session: 's',
        patience: 0,
        command: [process.execPath, '-e', SERVER],
        cwd: folder({ way }),
        input,
        output,
        warn: (line) => (received += line)
    });
    const say = (id: string, name: string): void => {
        const params = { name: 'read', arguments: { folder: name } };
        input.write(`${rpc({ id, method: 'tools/call', params })}\n`);
    };
    say('a', 'secret');
    say('b', 'inbox');
    if (way.endsWith('\n')) {
        await eventually(() => expect(received).toContain('hello'));
    }
    input.end();
    await ended;
    expect(received).not.toContain(KEY);
    expect(received).toContain('"id":"a"');
});

test('the page counts these ways', () => expectOnPage('test/enforcement/results-over-stdio.test.ts', WAYS));
