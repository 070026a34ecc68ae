/** What the verdict rests on, and what it takes for granted. */
import { ASSUMPTIONS } from '../../server/lsp/protocol.js';
import { basisText } from './markdown.js';
import type { SessionContent } from './messages.js';

export function Basis({ content }: { readonly content: SessionContent }) {
    const { basis } = content;
    if (!basis) {
        return null;
    }
    const { slice } = basis;
    return (
        <footer class="basis">
            <p>
                {basis.exhausted ? 'All sessions of any length were searched: ' : 'Searched: '}
                {basisText(basis)}.{' '}
                {`The claim sees ${slice.tools} ${slice.tools === 1 ? 'tool' : 'tools'} and ${slice.rules} ${
                    slice.rules === 1 ? 'rule' : 'rules'
                }.`}
            </p>
            {basis.limit && <p>Stopped by a limit: {basis.limit}</p>}
            {basis.scopes.length > 0 && <p>Within: {basis.scopes.join('; ')}.</p>}
            <p class="assumed">Taken for granted: {ASSUMPTIONS.join('; ')}.</p>
        </footer>
    );
}
