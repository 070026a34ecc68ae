/** What the verdict rests on, and what it takes for granted. */
import { ASSUMPTIONS } from '../../server/lsp/protocol.js';
import { plural } from '../../server/wording/verdicts.js';
import { basisText } from '../../server/wording/session-markdown.js';
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
                {reachText(content)}
                {basisText(basis)}. The claim sees {plural(slice.tools, 'tool')} and {plural(slice.rules, 'rule')}.
            </p>
            {basis.limit && <p>Stopped by a limit: {basis.limit}</p>}
            {basis.scopes.length > 0 && <p>Within: {basis.scopes.join('; ')}.</p>}
            <p class="assumed">Taken for granted: {ASSUMPTIONS.join('; ')}.</p>
        </footer>
    );
}

/** How far the search went. A search breadth first ends at a shortest session. */
function reachText({ word, basis }: SessionContent): string {
    if (word === 'violated') {
        return 'No shorter session breaks it. Searched: ';
    }
    if (word === 'witnessed') {
        return 'No shorter session does it. Searched: ';
    }
    return basis?.exhausted ? 'All sessions of any length were searched: ' : 'Searched: ';
}
