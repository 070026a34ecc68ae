import { expect, test } from 'vitest';
import { CodePages } from '../../../server/lsp/connection/code-pages.js';

const ofServer = (code: string): string | undefined => (code === 'GR501' ? 'file:///docs/GR501.md' : undefined);

function opened(initializationOptions: unknown): CodePages {
    const pages = new CodePages(ofServer);
    pages.initialize({ processId: null, rootUri: null, capabilities: {}, initializationOptions });
    return pages;
}

test('a client that shows pages itself gets its own links, with only the codes', () => {
    const { of } = opened({ codePages: 'pages:/' });
    expect(of('GR501')).toBe('pages:/GR501.md');
    expect(of('linking-error')).toBeUndefined();
});

test.each([undefined, null, {}, { codePages: 5 }])('other clients get files from the server: %j', (options) => {
    const { of } = opened(options);
    expect(of('GR501')).toBe('file:///docs/GR501.md');
    expect(of('GR999')).toBeUndefined();
});
