/** Tests that configurations which cannot be read are a problem of the policies below them, and no failure. */
import { EmptyFileSystemProvider, URI } from 'langium';
import { expect, test } from 'vitest';
import { configurationsOf } from '../../../language/configuration/configurations.js';

test.each<[string, unknown]>([
    ['nothing', null],
    ['a number', 1],
    ['an object', {}]
])('a file system that reads %s as the text of a file', async (_, text) => {
    class Files extends EmptyFileSystemProvider {
        override readFile(): Promise<string> {
            return Promise.resolve(text as string);
        }
    }
    const { all, problems } = await configurationsOf(new Files()).of(URI.parse('file:///work/mail.guardrail'));
    expect(all).toEqual([]);
    expect(problems).toHaveLength(1);
});
